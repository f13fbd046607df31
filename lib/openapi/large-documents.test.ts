import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { githubLike, kubernetesLike, stripeLike } from "./fixtures/large-documents";
import { accept, measureCpu, referencesIn } from "./testing";

/** Where the bar is 5 s. Processor time, so that it holds on a busy machine too. */
const BAR_MS = 5_000;

describe("a document of 3.4 MB is imported within 5 s", { timeout: 120_000 }, () => {
  it("as JSON", async () => {
    const text = JSON.stringify(stripeLike(3_400_000), null, 2);
    expect(text.length).toBeGreaterThan(3_400_000);
    const { result, cpuMs } = await measureCpu(() => accept(text));
    expect(result.operations.length).toBeGreaterThan(500);
    expect(cpuMs).toBeLessThan(BAR_MS);
  });

  it("as YAML", async () => {
    const text = stringify(stripeLike(4_700_000), { aliasDuplicateObjects: false });
    expect(text.length).toBeGreaterThan(3_200_000);
    const { result, cpuMs } = await measureCpu(() => accept(text));
    expect(result.operations.length).toBeGreaterThan(500);
    expect(cpuMs).toBeLessThan(BAR_MS);
  });
});

describe("large documents are imported without edits and without warnings", { timeout: 120_000 }, () => {
  it("hundreds of operations with mixed and rival templates, as GitHub has", async () => {
    const { operations, warnings } = await accept(stringify(githubLike(), { aliasDuplicateObjects: false }));
    expect(warnings).toEqual([]);
    expect(operations).toHaveLength(931);
    expect(new Set(operations.map(({ key }) => key)).size).toBe(931);
    expect(operations.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "/repos/{owner}/{repo}/compare/{base}...{head}",
        "/repos/{owner}/{repo}/compare/{basehead}",
        "/repos/{owner}/{repo}/{archive_format}/{ref}",
        "/feeds/{name}.atom",
      ]),
    );
  });

  it("deep recursive schemas and form bodies, as Stripe has", async () => {
    const document = stripeLike();
    const { bundled, warnings, operations } = await accept(JSON.stringify(document));
    expect(warnings).toEqual([]);
    expect(operations.length).toBe(
      Object.values(document.paths as object).reduce((sum: number, item: object) => sum + Object.keys(item).length, 0),
    );
    // Nothing is unrolled: what came in goes out.
    expect(bundled).toEqual(document);
  });

  it("thousands of paths in 2.0, as Kubernetes has", async () => {
    const { bundled, warnings, operations } = await accept(JSON.stringify(kubernetesLike(30)));
    expect(warnings).toEqual([]);
    expect(operations).toHaveLength(4_320);
    const { schemas } = bundled.components as { schemas: Record<string, unknown> };
    const lost = referencesIn(bundled).filter(
      (reference) => !Object.hasOwn(schemas, reference.split("/").at(-1) ?? ""),
    );
    expect(lost).toEqual([]);
  });
});

it("an import of a large document lets other work go on in between", { timeout: 60_000 }, async () => {
  const text = JSON.stringify(kubernetesLike(20));
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  try {
    await accept(text);
  } finally {
    clearInterval(timer);
  }
  expect(turns).toBeGreaterThan(3);
});
