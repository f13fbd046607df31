import { describe, expect, it } from "vitest";
import { toSlug, toVersionName } from "./slug";

describe("toSlug", () => {
  it("makes words of letters and digits with single dashes", () => {
    expect(toSlug("Swagger Petstore - OpenAPI 3.0")).toBe("swagger-petstore-openapi-3-0");
  });
  it("keeps the letter under an accent", () => {
    expect(toSlug("Überweisung Größe")).toBe("uberweisung-gro-e");
  });
  it("never ends with a dash when it is cut", () => {
    expect(toSlug(`${"a".repeat(59)} b`)).toBe("a".repeat(59));
  });
  it("is empty when nothing usable is in the name", () => {
    expect(toSlug("日本")).toBe("");
  });
});

describe("toVersionName", () => {
  it.each([
    ["1.0.27", "v1"],
    ["v2", "v2"],
    ["0.3.0-beta", "v0"],
    ["2024-01-01", "2024-01-01"],
    ["", "v1"],
    ["next release", "next-release"],
  ])("%s becomes %s", (given, expected) => {
    expect(toVersionName(given)).toBe(expected);
  });
});
