import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { importDocument, type ImportInput } from "./import-document";
import type { DocumentProblem, ParsedDocument } from "./parsed-document";

const FIXTURES = path.join(import.meta.dirname, "fixtures");

export function readFixture(name: string): string {
  return readFileSync(path.join(FIXTURES, name), "utf8");
}

/** Relative file names → texts of a folder below fixtures. */
export function readFixtureFiles(folder: string): Record<string, string> {
  const names = readdirSync(path.join(FIXTURES, folder), { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => /\.(?:ya?ml|json)$/.test(name));
  return Object.fromEntries(files.map((name) => [name.replaceAll("\\", "/"), readFixture(path.join(folder, name))]));
}

/** Imports what must be accepted. */
export async function accept(input: ImportInput | string): Promise<ParsedDocument> {
  const result = await importDocument(typeof input === "string" ? { text: input } : input);
  if (!result.ok) {
    throw new Error(`refused: ${JSON.stringify(result.problems, null, 2)}`);
  }
  return result.document;
}

/** Imports what must be refused. */
export async function refuse(input: ImportInput | string): Promise<DocumentProblem[]> {
  const result = await importDocument(typeof input === "string" ? { text: input } : input);
  if (result.ok) {
    throw new Error("accepted, but should have been refused");
  }
  return result.problems;
}

/** A small 3.0 document around some paths, in YAML. */
export function yamlDocument(paths: string, more = ""): string {
  return `openapi: 3.0.3\ninfo: { title: Test, version: "1" }\npaths:\n${indent(paths)}\n${more}`;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? line : `  ${line}`))
    .join("\n");
}

/** Every `$ref` in a tree that is a text. */
export function referencesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const own = "$ref" in value && typeof value.$ref === "string" ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}

/** Processor time, not time on the clock: a busy machine must not turn a test red. */
export async function measureCpu<T>(work: () => Promise<T>): Promise<{ result: T; cpuMs: number }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, cpuMs: (user + system) / 1_000 };
}
