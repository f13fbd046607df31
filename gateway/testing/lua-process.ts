import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";

const ROOT = path.resolve(import.meta.dirname, "../..");
/** Where lua-global-setup.ts compiles gateway/testing/lua and all that it imports. */
export const LUA_TEST_DIRECTORY = path.join(ROOT, "dist/testing/lua");

/** Why nothing can run on LuaJIT here, or undefined when it can. */
export function whyNoLuajit(): string | undefined {
  const found = spawnSync(
    "luajit",
    ["-e", 'assert(jit, "this is not LuaJIT"); require("cjson.safe"); require("ffi")'],
    {
      encoding: "utf8",
    },
  );
  if (found.error !== undefined) {
    return "there is no luajit: install Debian's package luajit2 (never the one named luajit)";
  }
  return found.status === 0 ? undefined : `luajit cannot run the tests: ${found.stderr.trim()}`;
}

/**
 * A LuaJIT process that runs the compiled code and answers calls one at a time. Slow to start, fast to ask: a property test asks it
 * thousands of times.
 */
export class LuaProcess {
  readonly #waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  #stderr = "";

  private constructor(readonly process: ChildProcess) {}

  static start(): LuaProcess {
    const paths = `package.path = "${LUA_TEST_DIRECTORY}/?.lua;" .. package.path`;
    const child = spawn("luajit", ["-e", paths, "-e", 'require("testing.lua.main")'], { stdio: "pipe" });
    const lua = new LuaProcess(child);
    child.stderr.on("data", (part: Buffer) => (lua.#stderr += part.toString("utf8")));
    createInterface({ input: child.stdout }).on("line", (line) => {
      lua.#take(line);
    });
    child.on("exit", (code) => {
      for (const { reject } of lua.#waiting.splice(0)) {
        reject(new Error(`luajit ended with ${code}: ${lua.#stderr}`));
      }
    });
    return lua;
  }

  /** Runs a job of gateway/testing/lua/jobs.ts. @throws with LuaJIT's message when the job fails */
  call<Answer>(job: string, argument: unknown = {}): Promise<Answer> {
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.process.stdin?.write(`${JSON.stringify({ job, argument })}\n`);
    }) as Promise<Answer>;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.stdin?.end();
    await ended;
  }

  #take(line: string): void {
    const call = this.#waiting.shift();
    const { value, error } = JSON.parse(line) as { value?: unknown; error?: string };
    if (error === undefined) {
      call?.resolve(value);
    } else {
      call?.reject(new Error(error));
    }
  }
}
