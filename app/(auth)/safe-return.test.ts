import { describe, expect, it } from "vitest";
import { safeReturn } from "./safe-return";

describe("safeReturn", () => {
  it.each(["/", "/apis", "/apis/orders?version=v1#top"])("returns to %s", (path) => {
    expect(safeReturn(path)).toBe(path);
  });

  it.each([
    null,
    undefined,
    "",
    "apis",
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "/.//evil.example",
    "/%2e//evil.example",
    "/apis/..//evil.example",
    "/.\\/evil.example",
  ])("goes home instead of %s", (path) => {
    expect(safeReturn(path)).toBe("/");
  });
});
