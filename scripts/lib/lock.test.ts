import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockDataDirectory, takeLock } from "./lock.mjs";
import { identifyProcess } from "./processes.mjs";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "gatehouse-lock-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

it("a second start on one data directory gets one clear sentence", () => {
  const lock = lockDataDirectory(directory, ".gatehouse");
  expect(() => lockDataDirectory(directory, ".gatehouse")).toThrow(
    `Gatehouse already runs from .gatehouse (process ${process.pid}): stop it first, or set GATEHOUSE_DATA_DIR to another directory.`,
  );
  lock.release();
  lockDataDirectory(directory, ".gatehouse").release();
  expect(readdirSync(directory)).toEqual([]);
});

it("a lock of a process that is gone is taken over", async () => {
  // Lives until it is told to end: one that ends by itself may be gone before it was looked at.
  const child = spawn("sleep", ["60"], { stdio: "ignore" });
  const identity = identifyProcess(child.pid ?? 0);
  const ended = new Promise((resolve) => child.on("exit", resolve));
  child.kill();
  await ended;
  writeFileSync(path.join(directory, "start.lock"), JSON.stringify(identity));
  expect("release" in takeLock(path.join(directory, "start.lock"))).toBe(true);
});

it("a lock whose process number was given to another process is taken over", () => {
  writeFileSync(path.join(directory, "start.lock"), JSON.stringify({ pid: process.pid, startedTick: "1" }));
  expect("release" in takeLock(path.join(directory, "start.lock"))).toBe(true);
});

it("of many that start at once exactly one gets the lock, also over a dead one", async () => {
  writeFileSync(path.join(directory, "start.lock"), JSON.stringify({ pid: 2 ** 22 - 1, startedTick: "1" }));
  const program = `
    const { takeLock } = await import(${JSON.stringify(path.join(import.meta.dirname, "lock.mjs"))});
    const lock = takeLock(${JSON.stringify(path.join(directory, "start.lock"))});
    console.log("release" in lock ? "mine" : "taken");
    setTimeout(() => {}, 1500);
  `;
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => {
      const child = spawn(process.execPath, ["--input-type=module", "--eval", program]);
      return new Promise<string>((resolve) => {
        let text = "";
        child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
        child.on("close", () => {
          resolve(text.trim());
        });
      });
    }),
  );
  expect(answers.filter((answer) => answer === "mine")).toHaveLength(1);
  expect(answers.filter((answer) => answer === "taken")).toHaveLength(5);
});
