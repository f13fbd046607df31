import { afterAll, beforeAll, describe, inject } from "vitest";
import { LuaProcess } from "./lua-process";

/** A `describe` whose tests ask a LuaJIT process; skipped, as the set-up has printed, where there is none. */
export function describeLua(name: string, body: (lua: () => LuaProcess) => void): void {
  describe.skipIf(inject("whyNoLuajit") !== "")(name, () => {
    let lua: LuaProcess | undefined;
    beforeAll(() => {
      lua = LuaProcess.start();
    });
    afterAll(() => lua?.stop());
    body(() => {
      if (lua === undefined) {
        throw new Error("LuaJIT is not running yet");
      }
      return lua;
    });
  });
}
