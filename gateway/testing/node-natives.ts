import { createHash, createHmac } from "node:crypto";
import { canonicalText } from "../policies/config/canonical-text";
import type { Natives } from "./fake-host";
import { isSignedBy } from "./sign-token";

/** What the worker's host does with cjson, PCRE and libcrypto. */
export const NODE_NATIVES: Natives = {
  json: {
    parse: (text) => {
      try {
        const value = JSON.parse(text) as unknown;
        return countColons(text) === countMembers(value) ? value : undefined;
      } catch {
        return undefined;
      }
    },
    kindOf: (value) => {
      if (typeof value !== "object" || value === null) {
        return value === null ? "null" : typeof value;
      }
      return Array.isArray(value) ? "array" : "object";
    },
    member: (value, name) =>
      Object.hasOwn(value as object, name) ? (value as Record<string, unknown>)[name] : undefined,
    names: (value) => Object.keys(value as object),
    textOf: canonicalText,
  },
  matchesPattern: (text, pattern) => regExpOf(pattern).test(text),
  isSigned: (key, text, signature) =>
    createHmac("sha256", Buffer.from(key, "latin1")).update(text).digest().toString("latin1") === signature,
  isSignedBy: (key, algorithm, text, signature) => isSignedBy(key, algorithm, text, Buffer.from(signature, "latin1")),
  isSha256: (text, digest) => createHash("sha256").update(text).digest().toString("latin1") === digest,
};

function countColons(text: string): number {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"/gsu, "").split(":").length - 1;
}

function countMembers(value: unknown): number {
  if (typeof value !== "object" || value === null) {
    return 0;
  }
  const parts = Object.values(value).reduce((sum: number, part) => sum + countMembers(part), 0);
  return parts + (Array.isArray(value) ? 0 : Object.keys(value).length);
}

/** Of a pattern that was translated for PCRE: JavaScript has other words for the end and for characters by number. */
function regExpOf(pattern: string): RegExp {
  return new RegExp(pattern.replaceAll("\\z", "$").replaceAll("\\x{", "\\u{"), "u");
}
