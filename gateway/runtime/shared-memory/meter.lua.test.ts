import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { describeLua } from "../../testing/describe-lua";

/** What a file has room for. */
const CELLS = 65_536;

describeLua("the meter on LuaJIT", (lua) => {
  it("lets go of a full file, whose memory and place on the disk are the agent's to free", async () => {
    const directory = mkdtempSync(path.join(tmpdir(), "gatehouse-meter-"));
    const prefix = path.join(directory, "meter");
    const mapped = await lua().call<string[]>("countCalls", { prefix, calls: 2 * CELLS + 1 });
    expect(readdirSync(directory).sort()).toEqual(["meter-1.bin", "meter-2.bin", "meter-3.bin"]);
    expect(mapped).toEqual([`${prefix}-3.bin`]);
    rmSync(directory, { recursive: true });
  });
});
