import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { inRoot, ROOT } from "./lib/paths.mjs";

/**
 * The picture of the tree: which folder may import which. A new arrow is a decision; make it here, with the reason in the commit.
 * `gateway/` is a leaf: nothing under it may point out of it.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  app: ["components", "lib", "gateway/contract"],
  // The plan editor draws what a limit admits with the code that enforces it.
  components: ["lib", "gateway/contract", "gateway/policies"],
  lib: ["prisma", "gateway/compiler", "gateway/contract"],
  prisma: [],
  "gateway/agent": ["gateway/contract", "gateway/compiler", "gateway/nginx", "gateway/policies"],
  "gateway/compiler": ["gateway/contract", "gateway/policies"],
  "gateway/contract": [],
  "gateway/nginx": ["gateway/contract"],
  "gateway/policies": ["gateway/contract"],
  "gateway/runtime": ["gateway/contract", "gateway/policies"],
  sample: [],
  scripts: ["lib", "sample"],
};

/** What tests may use besides: they stand beside the code and are no part of it. */
const TEST_CODE = /\.test\.tsx?$|(^|\/)testing\//;

const FOLDERS = Object.keys(ARROWS);

it("every import between folders is an arrow of the picture, and every arrow is used", () => {
  const found = new Map<string, string>();
  for (const file of FOLDERS.flatMap((folder) => listSources(folder))) {
    const from = folderOf(file);
    for (const imported of importsOf(file)) {
      const to = folderOf(imported);
      if (from !== undefined && to !== undefined && from !== to) {
        found.set(`${from} → ${to}`, file);
      }
    }
  }
  const allowed = FOLDERS.flatMap((from) => (ARROWS[from] ?? []).map((to) => `${from} → ${to}`));
  const unexpected = [...found]
    .filter(([arrow]) => !allowed.includes(arrow))
    .map(([arrow, file]) => `${arrow} (${file})`);
  expect(unexpected).toEqual([]);
  expect(allowed.filter((arrow) => !found.has(arrow))).toEqual([]);
});

it("nothing in gateway/ points out of it", () => {
  const out = FOLDERS.filter((folder) => folder.startsWith("gateway/")).flatMap((folder) =>
    (ARROWS[folder] ?? []).filter((to) => !to.startsWith("gateway/")),
  );
  expect(out).toEqual([]);
});

it("the folders form no circle", () => {
  const visit = (folder: string, way: readonly string[]): void => {
    expect(way, `${[...way, folder].join(" → ")} is a circle`).not.toContain(folder);
    for (const next of ARROWS[folder] ?? []) {
      visit(next, [...way, folder]);
    }
  };
  FOLDERS.forEach((folder) => {
    visit(folder, []);
  });
});

it("what npm start, npm test and npm run gateway load at once needs no package: they install the packages", () => {
  const seen = new Set(["scripts/start.mjs", "scripts/test.mjs", "scripts/gateway.mjs"]);
  const needed: string[] = [];
  for (const file of seen) {
    for (const statement of ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest).statements) {
      const from =
        ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined;
      if (from === undefined || !ts.isStringLiteral(from)) {
        continue;
      }
      if (from.text.startsWith(".")) {
        seen.add(path.join(path.dirname(file), from.text));
      } else if (!from.text.startsWith("node:")) {
        needed.push(`${from.text} (${file})`);
      }
    }
  }
  expect(needed).toEqual([]);
  expect(seen.size).toBeGreaterThan(20);
});

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}

function listSources(folder: string): string[] {
  return readdirSync(inRoot(folder), { recursive: true, encoding: "utf8" })
    .map((file) => path.join(folder, file))
    .filter((file) => /\.(tsx?|mjs)$/.test(file) && !TEST_CODE.test(file) && !file.startsWith("prisma/client/"));
}

/** Files of the repository that a file imports, relative to its root. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(read(file), true, true);
  return importedFiles.flatMap(({ fileName }) => {
    if (fileName.startsWith("@/")) {
      return [fileName.slice(2)];
    }
    return fileName.startsWith(".") ? [path.join(path.dirname(file), fileName)] : [];
  });
}

/** The folder of the picture that a path lies in; the deepest one. */
function folderOf(file: string): string | undefined {
  return FOLDERS.filter((folder) => file === folder || file.startsWith(`${folder}/`)).sort(
    (left, right) => right.length - left.length,
  )[0];
}
