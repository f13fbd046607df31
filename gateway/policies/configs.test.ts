import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ZodError } from "zod";
import { makeIssuer } from "../testing/sign-token";
import { findPolicy } from "./index";
import type { PlanScope } from "./manifest";

const operation = { key: "getItem", method: "GET", path: "/items/{id}/{a}-{b}" };
const scope: PlanScope = { basePath: "/shop/v1", operation };

/** What a policy says of a configuration that it refuses: "place: message". */
function complaintsOf(policy: string, config: unknown, given: PlanScope = scope): string[] {
  try {
    findPolicy(policy)?.plan(config, given);
  } catch (error) {
    if (error instanceof ZodError) {
      return error.issues.map((issue) => `${issue.path.join("/")}: ${issue.message}`);
    }
    throw error;
  }
  return [];
}

const key = makeIssuer("ES256", "a").jwk;
const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" });
const set = (name: string, value = "x") => ({ request: [{ do: "set", name, value }] });
const answer = (name: string) => ({ response: [{ do: "remove", name }] });

describe("a configuration that means nothing, or harm, is refused with the place and the reason", () => {
  it.each<[string, unknown, string]>([
    ["header-transform", set("Content-Length"), 'request/0/name: "Content-Length" belongs to the connection'],
    ["header-transform", set("transfer-encoding"), 'request/0/name: "transfer-encoding" belongs to the connection'],
    ["header-transform", set("Proxy-Authorization"), 'request/0/name: "Proxy-Authorization" belongs to the connection'],
    ["header-transform", set("X-Request-Id"), 'request/0/name: "X-Request-Id" is set by the gateway itself'],
    ["header-transform", set("Host"), 'request/0/name: "Host" is set by the gateway itself for the upstream'],
    [
      "header-transform",
      answer("RateLimit"),
      'response/0/name: "RateLimit" is set by the gateway itself for the client',
    ],
    ["header-transform", set("X_Y"), "request/0/name: a header field name"],
    ["header-transform", set("X", "a\r\nb"), "request/0/value: a header field's value holds no line breaks"],
    ["header-transform", set("X", "{path.nothing}"), "request/0/value: GET /items/{id}/{a}-{b} has no {nothing}"],
    ["header-transform", set("X", "{path.a}"), "request/0/value: {a} shares its segment"],
    ["header-transform", set("X", "{colour}"), "request/0/value: there is no {colour}"],
    ["header-transform", set("X", "{"), "request/0/value: a single brace"],
    ["header-transform", set("X", "{path}".repeat(5)), "request/0/value: at most 4 placeholders"],
    ["header-transform", {}, ": name at least one step"],
    [
      "header-transform",
      { request: [{ do: "rename", name: "x-caller", to: "X-Caller" }] },
      "request/0/to: this is the same field: names of fields mean the same in upper and lower case",
    ],
    ["redirect", { location: "//evil.example/" }, "location: an http or https address, or a path"],
    ["redirect", { location: "javascript:alert(1)" }, "location: an http or https address, or a path"],
    ["redirect", { location: "/a b" }, "location: an address holds no spaces"],
    ["maintenance", { allow: ["10.0.0.1/8"] }, 'allow/0: "10.0.0.1/8" begins inside a range of that size'],
    ["maintenance", { allow: ["10.0.0.0/33"] }, 'allow/0: "10.0.0.0/33": what follows the slash is a number of bits'],
    ["response-cache", { query: "named" }, "queryNames: name at least one parameter"],
    ["response-cache", { queryNames: ["page"] }, 'queryNames: says nothing where query is "all"'],
    ["response-cache", { ttlSeconds: 7 }, "ttlSeconds: one of 1, 5, 10"],
    ["ip-filter", {}, ": name addresses to allow or to deny"],
    ["ip-filter", { deny: ["10.0.0.010"] }, 'deny/0: "10.0.0.010" is neither an address nor a range'],
    ["ip-filter", { deny: ["2001:db8:::1"] }, 'deny/0: "2001:db8:::1" is neither an address nor a range'],
    ["ip-filter", { deny: ["1:2:3:4:5:6:7"] }, 'deny/0: "1:2:3:4:5:6:7" is neither'],
    ["ip-filter", { deny: ["1:2:3:4:5:6:7:8:9"] }, 'deny/0: "1:2:3:4:5:6:7:8:9" is neither'],
    ["ip-filter", { deny: ["fe80::1%eth0"] }, 'deny/0: "fe80::1%eth0" is neither'],
    ["cors", { origins: ["https://a.example/path"] }, 'origins/0: "https://a.example/path" is no origin'],
    ["cors", { origins: ["https://a*.example"] }, 'origins/0: "https://a*.example": a star stands alone'],
    ["cors", { origins: ["a.example"] }, 'origins/0: "a.example" is no origin'],
    ["cors", { origins: ["*"], credentials: true }, "credentials: not for every origin"],
    ["jwt-validation", {}, "jwks: the issuer's keys: either jwks or jwksUri"],
    ["jwt-validation", { jwks: { keys: [key] }, jwksUri: "https://a.example/" }, "jwks: the issuer's keys: either"],
    ["jwt-validation", { jwks: { keys: [] } }, "jwks/keys: Too small"],
    [
      "jwt-validation",
      { jwks: { keys: [key, { ...key, d: "x" }] } },
      'jwks/keys/1: this key cannot be used: a public key only: this one has "d"',
    ],
    [
      "jwt-validation",
      { jwks: { keys: [{ kty: "oct", k: "c2VjcmV0" }] } },
      'jwks/keys/0: this key cannot be used: a public key only: this one has "k"',
    ],
    [
      "jwt-validation",
      { jwks: { keys: [{ kty: "oct" }] } },
      'jwks/keys/0: this key cannot be used: a public key only: this one has "kty"',
    ],
    [
      "jwt-validation",
      { jwks: { keys: [weak] } },
      "jwks/keys/0: this key cannot be used: an RSA key has 2048 to 8192 bits, not 1024",
    ],
    [
      "jwt-validation",
      { jwks: { keys: [{ ...key, x: "AA" }] } },
      "jwks/keys/0: this key cannot be used: its members make no key",
    ],
    [
      "jwt-validation",
      { jwks: { keys: [{ ...key, use: "enc" }] } },
      "jwks/keys/0: none of the keys can be used: it is not for signatures",
    ],
    [
      "jwt-validation",
      { jwks: { keys: [{ ...key, alg: "ES384" }] } },
      "jwks/keys/0: none of the keys can be used: neither RSA",
    ],
    ["jwt-validation", { jwksUri: "ftp://a.example/" }, "jwksUri: an http or https address"],
    ["jwt-validation", { jwksUri: "https://u:p@a.example/" }, "jwksUri: an address without user"],
    ["jwt-validation", { jwks: { keys: [key] }, algorithms: ["HS256"] }, "algorithms/0: Invalid option"],
    ["jwt-validation", { jwks: { keys: [key] }, header: "X_Y" }, "header: a header field name"],
    ["jwt-validation", { jwks: { keys: [key] }, requiredScopes: ['a"'] }, "requiredScopes/0: a scope"],
    ["deprecation", { deprecatedAt: "tomorrow" }, "deprecatedAt: a date and time like"],
    [
      "deprecation",
      { deprecatedAt: "2027-01-01T00:00:00Z", sunsetAt: "2026-01-01T00:00:00Z" },
      "sunsetAt: it cannot stop working before it is deprecated",
    ],
    ["query-transform", { steps: [{ do: "set", name: "a&b", value: "" }] }, "steps/0/name: a parameter's name"],
    ["query-transform", { steps: [{ do: "set", name: "a", value: "{query}" }] }, "steps/0/value: {query} cannot stand"],
    ["query-transform", { steps: [{ do: "rename", name: "a", to: "a" }] }, "steps/0/to: give it another name"],
    ["path-rewrite", { path: "/a?b" }, "path: a path holds no question mark"],
    ["path-rewrite", { path: "/a", prefix: "/b" }, "path: a whole path leaves nothing to prefix"],
    ["path-rewrite", { host: "fixed" }, 'hostName: a name belongs to the host "fixed"'],
    ["mock", { answers: [{ status: 204, body: "x" }] }, "answers/0/body: an answer with this status has no body"],
    ["mock", { answers: [{ name: "a" }, { name: "a" }] }, "answers: two answers have the same name"],
    ["response-cache", { ttlSeconds: 7 }, "ttlSeconds: one of 1, 5, 10, 30, 60"],
    ["request-validation", {}, ": there is no OpenAPI 3 document that says what GET /items/{id}/{a}-{b} takes"],
    ["request-validation", { from: "config" }, ": name parameters or a body to check"],
    [
      "request-validation",
      { body: { schema: { exampel: 1 } } },
      'body/schema/exampel: the gateway does not check "exampel"',
    ],
    [
      "request-validation",
      { body: { schema: { $ref: "#a", $defs: { a: { $anchor: "a" }, b: { $anchor: "a" } } } } },
      "body/schema/$ref: several schemas are named #a",
    ],
    [
      "request-validation",
      { body: { schema: { $ref: "#a", properties: { $anchor: { const: { $anchor: "a" } } } } } },
      "body/schema/$ref: there is nothing at #a",
    ],
    ["request-validation", { body: { schema: { type: "text" } } }, 'body/schema/type: "text" is no type'],
    ["request-validation", { body: { schema: { pattern: "(" } } }, "body/schema/pattern: Invalid regular expression"],
    [
      "request-validation",
      { body: { schema: { $ref: "#/$defs/a" } } },
      "body/schema/$ref: there is nothing at #/$defs/a",
    ],
    ["request-validation", { body: { schema: { $ref: "b.json" } } }, "body/schema/$ref: only references inside"],
    [
      "request-validation",
      { body: { schema: { pattern: "(?<=a+)b" } } },
      "body/schema/pattern: the gateway looks behind",
    ],
    [
      "request-validation",
      { body: { schema: { pattern: "\\h" } } },
      "body/schema/pattern: the gateway does not know \\h",
    ],
    [
      "request-validation",
      { body: { schema: { allOf: [{ $ref: "#" }] } } },
      "body/schema: the schema leads back to itself",
    ],
    [
      "request-validation",
      {
        body: {
          schema: {
            propertyNames: { $ref: "#/$defs/a" },
            $defs: { a: { $dynamicAnchor: "a", anyOf: [{ $ref: "#/$defs/a" }] } },
          },
        },
      },
      "body/schema: the schema leads back to itself",
    ],
    [
      "request-validation",
      {
        body: {
          schema: {
            unevaluatedProperties: { $ref: "#/$defs/a" },
            $defs: { a: { $dynamicAnchor: "a", anyOf: [{ $ref: "#/$defs/a" }] } },
          },
        },
      },
      "body/schema: the schema leads back to itself",
    ],
    [
      "request-validation",
      {
        body: {
          schema: {
            unevaluatedItems: { $dynamicRef: "#a" },
            $defs: { a: { $dynamicAnchor: "a", anyOf: [{ $ref: "#/$defs/a" }] } },
          },
        },
      },
      "body/schema: the schema leads back to itself",
    ],
    [
      "request-validation",
      { parameters: [{ in: "query", name: "a", schema: { type: "array", items: { type: "array" } } }] },
      "parameters/0/schema: lists with lists or objects in them are not checked as a parameter",
    ],
    [
      "request-validation",
      { parameters: [{ in: "path", name: "x", schema: {} }] },
      "parameters/0/name: GET /items/{id}/{a}-{b} has no {x}",
    ],
    ["timeout", {}, ": name at least one timeout"],
  ])("%s %j", (policy, config, complaint) => {
    expect(complaintsOf(policy, config).join("\n")).toContain(complaint);
  });

  it("tells where path parameters are known when there is no operation", () => {
    const nowhere = { basePath: "", operation: undefined };
    expect(complaintsOf("header-transform", set("X", "{path.id}"), nowhere)).toEqual([
      "request/0/value: {path.id} is known where an operation is: attach this to an API version or an operation",
    ]);
  });
});
