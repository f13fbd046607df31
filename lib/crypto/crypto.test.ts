import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "./password";
import { randomBase62 } from "./random-id";
import { seal, unseal } from "./secret-box";

describe("a sealed secret", () => {
  const sealed = seal("the private key", "signing-key", "secret one");

  it("opens with the same secret and purpose only", () => {
    expect(unseal(sealed, "signing-key", "secret one")).toBe("the private key");
    expect(() => unseal(sealed, "signing-key", "secret two")).toThrow("GATEHOUSE_SECRET");
    expect(() => unseal(sealed, "idempotent-answer", "secret one")).toThrow();
  });

  it("does not open when a character was changed", () => {
    const changed = sealed.slice(0, -2) + (sealed.endsWith("AA") ? "BB" : "AA");
    expect(() => unseal(changed, "signing-key", "secret one")).toThrow();
  });

  it("never looks the same twice", () => {
    expect(seal("the private key", "signing-key", "secret one")).not.toBe(sealed);
  });
});

describe("a password", () => {
  it("fits its hash in either form of Unicode, and no other password does", async () => {
    const stored = await hashPassword("caf\u00e9 horse battery");
    expect(await verifyPassword("cafe\u0301 horse battery", stored)).toBe(true);
    expect(await verifyPassword("cafe horse battery", stored)).toBe(false);
    expect(await verifyPassword("anything", "plain")).toBe(false);
  });
});

it("random ids have the length and only base62 characters", () => {
  expect(randomBase62(40)).toMatch(/^[0-9A-Za-z]{40}$/);
  expect(new Set(Array.from({ length: 1000 }, () => randomBase62(16))).size).toBe(1000);
});
