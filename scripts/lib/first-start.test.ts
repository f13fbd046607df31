import { expect, it } from "vitest";
import { planUntold, type Untold } from "./first-start.mjs";

const EMPTY = { hasPeople: false, hasDemo: false };
const WANTED = { adminEmail: "ada@example.com", adminPassword: undefined, demo: true };

it("an empty database gets an admin with a new password, and the demonstration", () => {
  expect(planUntold(EMPTY, WANTED, undefined)).toEqual({
    adminEmail: "ada@example.com",
    password: expect.stringMatching(/^[\w-]{20}$/) as string,
    demo: true,
  });
  expect(planUntold(EMPTY, WANTED, undefined)?.password).not.toBe(planUntold(EMPTY, WANTED, undefined)?.password);
});

it("a password that was given is not written down", () => {
  expect(planUntold(EMPTY, { ...WANTED, adminPassword: "a long enough one" }, undefined)?.password).toBeNull();
});

it("what an earlier start created and did not tell is told now, and its demonstration is made anew", () => {
  const earlier: Untold = { adminEmail: "ada@example.com", password: "generated earlier", demo: true };
  expect(planUntold({ hasPeople: true, hasDemo: false }, WANTED, earlier)).toEqual(earlier);
  expect(planUntold({ hasPeople: true, hasDemo: true }, WANTED, earlier)).toEqual(earlier);
});

it("nothing is created or told once all was told", () => {
  expect(planUntold({ hasPeople: true, hasDemo: true }, WANTED, undefined)).toBeUndefined();
  expect(planUntold({ hasPeople: true, hasDemo: false }, { ...WANTED, demo: false }, undefined)).toBeUndefined();
});
