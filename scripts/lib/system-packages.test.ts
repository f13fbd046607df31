import { describe, expect, it } from "vitest";
import { luajitPackage } from "./system-packages.mjs";

describe("the package with the LuaJIT that nginx uses", () => {
  it.each([
    ["Debian 12", 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n', "luajit2"],
    ["Debian 13", 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_ID="13"\nID=debian\n', "luajit"],
    ["Ubuntu 22.04", 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="22.04"\n', "luajit2"],
    ["Ubuntu 24.04", 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n', "luajit2"],
    ["Ubuntu 25.10", 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="25.10"\n', "luajit"],
    ["a system that does not say", "", "luajit2"],
  ])("of %s", (_name, release, expected) => {
    expect(luajitPackage(release)).toBe(expected);
  });
});
