import { describe, expect, it } from "vitest";
import { readDocumentFiles, toDocumentInput } from "./document-source";

function given(path: string, text: string) {
  return { path, file: new File([text], path.split("/").at(-1) ?? path) };
}

describe("readDocumentFiles", () => {
  it("takes the file that begins like OpenAPI as the document and the rest as what it refers to", async () => {
    const source = await readDocumentFiles([
      given("shop/api/schemas/pet.yaml", "type: object"),
      given("shop/api/openapi.yaml", "openapi: 3.1.0"),
      given("shop/shared/error.yaml", "type: object"),
    ]);
    expect(toDocumentInput(source)).toEqual({
      document: "openapi: 3.1.0",
      references: { "schemas/pet.yaml": "type: object", "../shared/error.yaml": "type: object" },
    });
  });

  it("finds the version of a JSON document", async () => {
    const source = await readDocumentFiles([
      given("a.json", '{\n "a": 1 }'),
      given("b.json", '{\n  "swagger": "2.0"\n}'),
    ]);
    expect(source).toMatchObject({ name: "b.json", references: { "a.json": '{\n "a": 1 }' } });
  });

  it("sends a single file even when it does not look like OpenAPI, so that the check can say why", async () => {
    await expect(readDocumentFiles([given("notes.txt", "hello")])).resolves.toMatchObject({ text: "hello" });
  });

  it("says so when none of several files is a document", async () => {
    await expect(readDocumentFiles([given("a.yaml", "a: 1"), given("b.yaml", "b: 1")])).rejects.toThrow(
      "None of these files",
    );
  });
});

describe("toDocumentInput", () => {
  it("is nothing while nothing was given", () => {
    expect(toDocumentInput(undefined)).toBeUndefined();
    expect(toDocumentInput({ kind: "paste", text: " \n" })).toBeUndefined();
    expect(toDocumentInput({ kind: "url", url: "" })).toBeUndefined();
  });
});
