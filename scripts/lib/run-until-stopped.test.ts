import { spawn } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";
import { waitUntil } from "./processes.mjs";

const module = (name: string) => JSON.stringify(path.join(import.meta.dirname, name));

/** Runs a program under runUntilStopped and gives what it wrote and how it ended. */
function run(body: string, environment: Record<string, string> = {}) {
  const program = `
    import { runUntilStopped } from ${module("run-until-stopped.mjs")};
    import { runCommand } from ${module("run-command.mjs")};
    import { PlainError } from ${module("plain-error.mjs")};
    await runUntilStopped(async (lifetime) => { ${body} }, { onStopping: () => console.log("stopping") });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    env: { ...process.env, npm_lifecycle_event: "", ...environment },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  return {
    child,
    ended,
    output: () => output,
    until: (text: string) => waitUntil(() => output.includes(text), { timeoutMs: 5000 }),
  };
}

it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s undoes everything, the last first, and ends with 0",
  async (signal) => {
    const program = run(`
    lifetime.onEnd(() => console.log("undo first"));
    lifetime.onEnd(async () => { await new Promise((resolve) => setTimeout(resolve, 50)); console.log("undo second"); });
    console.log("up");
  `);
    await program.until("up");
    program.child.kill(signal);
    expect(await program.ended).toBe(0);
    expect(program.output()).toBe("up\nstopping\nundo second\nundo first\n");
  },
);

it("a failure is one sentence, undoes what was begun and ends with 1", async () => {
  const program = run(
    `lifetime.onEnd(() => console.log("undone")); throw new PlainError("Port 1 is in use: stop it.");`,
  );
  expect(await program.ended).toBe(1);
  expect(program.output()).toContain("✗ Port 1 is in use: stop it.");
  expect(program.output()).toContain("undone");
  expect(program.output()).not.toContain("at ");
});

it("a command that still runs when the end is asked for is ended too", async () => {
  const program = run(`
    console.log("up");
    const { code } = await runCommand("sleep", ["30"]);
    console.log("sleep ended with " + code);
  `);
  await program.until("up");
  program.child.kill("SIGTERM");
  expect(await program.ended).toBe(0);
  expect(program.output()).toContain("sleep ended with -1");
});

it("what comes to stand while the end is under way is undone as well", async () => {
  const program = run(`
    lifetime.signal.addEventListener("abort", () => setTimeout(() => lifetime.onEnd(() => console.log("late one undone")), 50));
    console.log("up");
    await new Promise((resolve) => lifetime.signal.addEventListener("abort", () => setTimeout(resolve, 100)));
  `);
  await program.until("up");
  program.child.kill("SIGTERM");
  expect(await program.ended).toBe(0);
  expect(program.output()).toContain("late one undone");
});
