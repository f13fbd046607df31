import fc from "fast-check";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { wellFormedKeys } from "../testing/keys";
import { BASE62, encodeChecksum, isWellFormedKey, KEY_CHECKSUM_LENGTH, KEY_LENGTH } from "./key-format";

const RUNS = { numRuns: 1000, seed: 20260806 } as const;
const printable = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));

const isWellFormed = (key: string) => isWellFormedKey(key, (text) => crc32(text));

describe("the form of an API key", () => {
  it("takes every key as it is made", () => {
    fc.assert(
      fc.property(wellFormedKeys, (key) => {
        expect(key).toHaveLength(KEY_LENGTH);
        expect(isWellFormed(key)).toBe(true);
      }),
      RUNS,
    );
  });

  it("detects a change of any single character", () => {
    const property = fc.property(wellFormedKeys, fc.nat(KEY_LENGTH - 1), printable, (key, at, character) => {
      fc.pre(key[at] !== character);
      expect(isWellFormed(key.slice(0, at) + character + key.slice(at + 1))).toBe(false);
    });
    fc.assert(property, RUNS);
  });

  it("detects every base62 change at every place of a key", () => {
    const [key = ""] = fc.sample(wellFormedKeys, { numRuns: 1, seed: 1 });
    const undetected = key
      .split("")
      .flatMap((old, at) =>
        BASE62.split("").filter(
          (character) => character !== old && isWellFormed(key.slice(0, at) + character + key.slice(at + 1)),
        ),
      );
    expect(undetected).toEqual([]);
  });

  it("detects two neighbours that changed places", () => {
    const property = fc.property(wellFormedKeys, fc.nat(KEY_LENGTH - 2), (key, at) => {
      const [left = "", right = ""] = [key[at], key[at + 1]];
      fc.pre(left !== right);
      expect(isWellFormed(key.slice(0, at) + right + left + key.slice(at + 2))).toBe(false);
    });
    fc.assert(property, RUNS);
  });

  it("detects a missing or an additional character", () => {
    const property = fc.property(wellFormedKeys, fc.nat(KEY_LENGTH), printable, (key, at, character) => {
      expect(isWellFormed(key.slice(0, at) + character + key.slice(at))).toBe(false);
      expect(isWellFormed(key.slice(0, at) + key.slice(at + 1))).toBe(at >= KEY_LENGTH);
    });
    fc.assert(property, RUNS);
  });

  it("writes every 32-bit checksum in as many digits, each number its own", () => {
    const number = fc.integer({ min: 0, max: 0xffffffff });
    const property = fc.property(number, number, (left, right) => {
      expect(encodeChecksum(left)).toHaveLength(KEY_CHECKSUM_LENGTH);
      expect(encodeChecksum(left) === encodeChecksum(right)).toBe(left === right);
    });
    fc.assert(property, RUNS);
    expect(encodeChecksum(0)).toBe("000000");
    expect(encodeChecksum(61)).toBe("00000z");
    expect(encodeChecksum(62)).toBe("000010");
  });
});
