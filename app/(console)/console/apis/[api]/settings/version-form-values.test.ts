import { describe, expect, it } from "vitest";
import type { ApiVersion } from "@/lib/api-schemas";
import { formValuesOf, versionFormSchema } from "./version-form-values";

const routing: ApiVersion["routing"] = {
  hosts: ["api.example.com", "*.example.com"],
  versionValues: ["1", "v1"],
  isDefault: true,
  when: [
    { from: "header", name: "X-Device", prefix: "mobile" },
    { from: "query", name: "beta", present: true },
  ],
  basePath: "keep",
};
const version = { basePath: "/orders", lifecycle: "active", routing } as ApiVersion;

describe("the form of a version's settings", () => {
  it("gives back what it was filled with, and nothing where there is nothing", () => {
    expect(versionFormSchema.parse(formValuesOf(version))).toEqual({
      basePath: "/orders",
      lifecycle: "active",
      routing,
    });
    expect(versionFormSchema.parse(formValuesOf({ ...version, routing: {} })).routing).toEqual({});
  });

  it("takes hosts as people write them", () => {
    const hosts = " API.example.com., *.Example.com\n";
    expect(versionFormSchema.parse({ ...formValuesOf(version), hosts }).routing?.hosts).toEqual(routing.hosts);
  });

  it("says what is wrong at the field that shows it", () => {
    const when = [{ from: "header" as const, name: "Host", test: "value" as const, text: "" }];
    const result = versionFormSchema.safeParse({ ...formValuesOf(version), hosts: "a.test:81", when });
    const places = result.error?.issues.map(({ path }) => path.join("."));
    expect(new Set(places)).toEqual(new Set(["hosts", "when.0.name", "when.0.text"]));
  });
});
