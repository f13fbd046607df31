import { describe, expect, it } from "vitest";
import { GATEWAY_ERRORS } from "@/gateway/contract/errors";
import { API_ERRORS } from "@/lib/errors";
import { errorRows } from "./error-rows";

describe("the errors page", () => {
  const gateway = errorRows(GATEWAY_ERRORS);
  const management = errorRows(API_ERRORS, GATEWAY_ERRORS);

  it("has every code of both tables", () => {
    expect(gateway.map((row) => row.code).sort()).toEqual(Object.keys(GATEWAY_ERRORS).sort());
    expect(management.map((row) => row.code).sort()).toEqual(Object.keys(API_ERRORS).sort());
  });

  it("gives every code an anchor of its own", () => {
    const anchors = [...gateway, ...management].map((row) => row.anchor);
    expect(new Set(anchors).size).toBe(anchors.length);
  });

  it("keeps the gateway's codes as their anchors, because its refusals link to them", () => {
    expect(gateway.every((row) => row.anchor === row.code)).toBe(true);
  });
});
