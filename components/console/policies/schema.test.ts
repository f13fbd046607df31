import { expect, it } from "vitest";
import { choicesOf, kindOf, labelOf, summariseConfig } from "./schema";

it("finds the control that suits a value", () => {
  expect(kindOf({ type: "string", enum: ["a", "b"] })).toBe("choice");
  expect(kindOf({ anyOf: [{ const: 301 }, { const: 308 }] })).toBe("choice");
  expect(choicesOf({ anyOf: [{ const: 301 }, { const: 308 }] })).toEqual([301, 308]);
  expect(kindOf({ type: "array", items: { type: "string" } })).toBe("lines");
  expect(kindOf({ type: "array", items: { type: "object" } })).toBe("json");
  expect(kindOf({ anyOf: [{ type: "string" }, { type: "number" }] })).toBe("json");
  expect(kindOf({ type: "integer" })).toBe("number");
});

it("says names and configurations in words", () => {
  expect(labelOf("maxBodyBytes", {})).toBe("Max body bytes");
  expect(labelOf("maxBodyBytes", { title: "Largest body" })).toBe("Largest body");
  expect(summariseConfig({ origins: ["a", "b", "c"], maxAgeSeconds: 5, allow: [] })).toBe(
    "origins: a and 2 more · max age seconds: 5 · allow: none",
  );
  expect(summariseConfig({ request: [{ do: "set", name: "X-From", value: "here" }] })).toBe("request: set X-From here");
});
