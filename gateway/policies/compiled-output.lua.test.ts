import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, inject, it } from "vitest";
import { LUA_TEST_DIRECTORY } from "../testing/lua-process";
import { POLICY_NAMES } from "./index";

/**
 * What the compiler made of the code that runs once per request and policy. Its output is not looked at otherwise; these few things it must
 * never hold, because each costs every request.
 */
const DIRECTORY = path.join(LUA_TEST_DIRECTORY, "policies");

/** Of the compiler's own library; anything else allocates, loops or closes over something behind the code's back. */
const ALLOWED_LIBRARY = [
  ...["__TS__ArrayPush", "__TS__Number"],
  ...["__TS__StringSlice", "__TS__StringTrim", "__TS__StringCharAt", "__TS__StringCharCodeAt"],
  // Of request-validation, which runs apart.
  "__TS__ArrayIncludes",
];

function findPolicyFiles(): string[] {
  if (!existsSync(DIRECTORY)) {
    return [];
  }
  return readdirSync(DIRECTORY, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".lua"));
}

/** Without comments and texts, whose words mean nothing. */
function codeOf(file: string): string {
  return readFileSync(path.join(DIRECTORY, file), "utf8")
    .replace(/--\[\[[\s\S]*?\]\]/g, "")
    .replace(/--.*$/gm, "")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
}

describe.skipIf(inject("whyNoLuajit") !== "")("the compiled policies", () => {
  const files = findPolicyFiles();

  it("are all there", () => {
    expect(files).toContain("rate-limit/run.lua");
    expect(files.filter((file) => path.basename(file) === "run.lua")).toHaveLength(POLICY_NAMES.length);
  });

  it.each(files)("%s builds no closure per call", (file) => {
    // Functions of the file begin at the margin; one inside another does not.
    expect(codeOf(file).match(/^[ \t]+.*\bfunction\s*[\w.]*\(.*$/gm) ?? []).toEqual([]);
    expect(codeOf(file).match(/^\S.*[(,=]\s*function\s*\(.*$/gm) ?? []).toEqual([]);
  });

  it.each(files)("%s protects no call, and starts no coroutine", (file) => {
    expect(codeOf(file)).not.toMatch(/\b(x?pcall|coroutine|loadstring|setmetatable|select|unpack)\b/);
  });

  it.each(files)("%s uses nothing of the compiler's library but what is listed", (file) => {
    const used = new Set(codeOf(file).match(/__TS__\w+/g) ?? []);
    expect([...used].filter((name) => !ALLOWED_LIBRARY.includes(name))).toEqual([]);
  });
});
