import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { areNpmPackagesCurrent } from "./npm-packages.mjs";
import { hashInputs, isCurrent, writeStamp } from "./stale.mjs";

let root: string;
const buildable = { name: "portal", inputs: ["app", "package-lock.json"], outputs: ["out.js"] };

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "gatehouse-stale-"));
  mkdirSync(path.join(root, "app", "page"), { recursive: true });
  write("app/page/page.tsx", "one");
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(file: string, text: string) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

const hash = () => hashInputs(buildable, root);

it("a build is current only with its stamp and its outputs", () => {
  expect(isCurrent(buildable, hash(), root)).toBe(false);
  writeStamp(buildable, hash(), root);
  expect(isCurrent(buildable, hash(), root)).toBe(false);
  write("out.js", "");
  expect(isCurrent(buildable, hash(), root)).toBe(true);
});

it.each([
  [
    "a changed file",
    () => {
      write("app/page/page.tsx", "two");
    },
  ],
  [
    "a new file",
    () => {
      write("app/page/other.tsx", "one");
    },
  ],
  [
    "a removed file",
    () => {
      rmSync(path.join(root, "app/page/page.tsx"));
    },
  ],
  [
    "a moved file",
    () => {
      write("app/elsewhere.tsx", "one");
      rmSync(path.join(root, "app/page/page.tsx"));
    },
  ],
])("%s makes it stale", (_what, change) => {
  const before = hash();
  change();
  expect(hash()).not.toBe(before);
});

it.each([
  [
    "a touched file",
    () => {
      utimesSync(path.join(root, "app/page/page.tsx"), 1, 1);
    },
  ],
  [
    "a test",
    () => {
      write("app/page/page.test.tsx", "x");
    },
  ],
  [
    "a text for people",
    () => {
      write("app/README.md", "x");
    },
  ],
  [
    "an installed package",
    () => {
      write("app/node_modules/x/index.js", "x");
    },
  ],
])("%s does not", (_what, change) => {
  const before = hash();
  change();
  expect(hash()).toBe(before);
});

function writeLocks(wanted: object, installed: object) {
  write("package-lock.json", JSON.stringify({ packages: wanted }));
  write("node_modules/.package-lock.json", JSON.stringify({ packages: installed }));
}

it("npm packages are current when every version is the wanted one", () => {
  expect(areNpmPackagesCurrent(root)).toBe(false);
  const next = { "node_modules/next": { version: "16.0.0" } };
  writeLocks({ "": {}, ...next }, next);
  expect(areNpmPackagesCurrent(root)).toBe(true);
  writeLocks({ ...next, "node_modules/pg": { version: "8.0.0" } }, next);
  expect(areNpmPackagesCurrent(root)).toBe(false);
  writeLocks({ "node_modules/next": { version: "16.0.1" } }, next);
  expect(areNpmPackagesCurrent(root)).toBe(false);
});

it("an optional package of another platform may be absent", () => {
  const next = { "node_modules/next": { version: "16.0.0" } };
  writeLocks({ ...next, "node_modules/@next/swc-darwin-arm64": { version: "16.0.0", optional: true } }, next);
  expect(areNpmPackagesCurrent(root)).toBe(true);
});
