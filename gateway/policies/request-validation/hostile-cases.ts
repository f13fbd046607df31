import type { PolicyCase } from "../case";

const json = { http_content_type: "application/json", http_content_length: "9" };
const body = (schema: unknown) => ({ body: { schema } });
const invalid = (...errors: readonly (readonly [string, string])[]) =>
  ({
    kind: "refuse",
    code: "request_invalid",
    errors: errors.map(([pointer, detail]) => ({ detail, pointer })),
  }) as const;
const sent = (value: unknown) => ({ scene: { variables: json, body: JSON.stringify(value) } });

/** What callers send, or owners write, who mean harm or know no better. */
export const hostileCases: readonly PolicyCase[] = [
  {
    name: "tells of a long name its beginning only",
    config: body({ additionalProperties: false }),
    steps: [
      {
        ...sent({ ["/".repeat(64)]: 1 }),
        expect: { decision: invalid([`#/${"~1".repeat(64)}`, "is not expected here"]) },
      },
      {
        ...sent({ ["/".repeat(65)]: 1 }),
        expect: { decision: invalid([`#/${"~1".repeat(64)}…`, "is not expected here"]) },
      },
    ],
  },
  {
    name: "looks into a body over HTTP/2 that says no length",
    config: { body: { schema: { required: ["a"] }, required: false } },
    scene: { variables: { server_protocol: "HTTP/2.0", http_content_type: "application/json" } },
    steps: [
      { scene: { body: '{"a":1}' }, expect: { decision: "pass" } },
      { scene: { body: "{}" }, expect: { decision: invalid(["#/a", "is required"]) } },
      { scene: { body: "" }, expect: { decision: "pass" } },
      {
        scene: { variables: { server_protocol: "HTTP/2.0", http_content_type: "text/plain" }, body: "{}" },
        expect: { decision: { kind: "refuse", code: "media_type_unsupported" } },
      },
      { scene: { variables: { server_protocol: "HTTP/2.0" }, body: "" }, expect: { decision: "pass" } },
    ],
  },
  {
    name: "looks into no body beyond maxBytes, not even where it only reports",
    config: { mode: "report", body: { schema: { required: ["a"] }, maxBytes: 9 } },
    steps: [
      {
        scene: { variables: { ...json, http_content_length: "10" }, body: '{"a":"bc"}' },
        expect: { decision: "pass", responseFields: "gatehouse-validation: 1 found, first at #" },
      },
      {
        scene: {
          variables: { http_content_type: "application/json", http_transfer_encoding: "chunked" },
          body: '{"a":"bc"}',
        },
        expect: { decision: "pass", responseFields: "gatehouse-validation: 1 found, first at #" },
      },
    ],
  },
  {
    name: "tells multiples from their neighbours, however large they are",
    config: body({
      properties: {
        even: { multipleOf: 2 },
        cents: { multipleOf: 0.01 },
        whole: { multipleOf: 1 },
        tiny: { multipleOf: 1e-8 },
        odd: { multipleOf: 0.123456789 },
      },
    }),
    steps: [
      { ...sent({ even: 2_000_000_004, cents: 12_345_678_901.23, whole: 1e300 }), expect: { decision: "pass" } },
      {
        ...sent({ even: -9_007_199_254_740_990, cents: -19.99, whole: 3, tiny: 12_391_239_123 }),
        expect: { decision: "pass" },
      },
      {
        ...sent({ even: 2_000_000_003, cents: 100_000_000.005, whole: 1.000_000_000_1, odd: 1e308 }),
        expect: {
          decision: invalid(
            ["#/even", "must be a multiple of 2"],
            ["#/cents", "must be a multiple of 0.01"],
            ["#/whole", "must be a multiple of 1"],
            ["#/odd", "must be a multiple of 0.123456789"],
          ),
        },
      },
      {
        ...sent({ even: -9_007_199_254_740_991, cents: 0.015 }),
        expect: {
          decision: invalid(["#/even", "must be a multiple of 2"], ["#/cents", "must be a multiple of 0.01"]),
        },
      },
    ],
  },
  {
    name: "takes no body with two media types: the upstream may go by the one that is not looked into",
    config: body({ required: ["a"] }),
    scene: { variables: json, repeated: ["http_content_type"], body: '{"a":1}' },
    steps: [{ expect: { decision: invalid(["header/Content-Type", "is given more than once"]) } }],
  },
  {
    name: "takes no object that names a member twice: the upstream may go by the one that was not checked",
    config: body({ additionalProperties: { type: ["integer", "object", "array", "string"] } }),
    scene: { variables: json },
    steps: [
      ...['{"a":1,"a":2}', '{"a":{"b":1,"c":2,"b":1}}', '{"a":[{"b":1},{"b":1,"b":2}]}', '{"a":1,"\\u0061":2}'].map(
        (text) => ({
          scene: { body: text },
          expect: { decision: invalid(["#", "is not JSON, names a member twice, or nests too deep"]) },
        }),
      ),
      ...[
        '{"a":{"a":1},"b":[{"a":1},{"a":1}]}',
        '{"a":":","b\\":":"\\\\","c":"\\":"}',
        '{"a":[],"b":[[]],"c":{}}',
        '{"":1,"1":2}',
      ].map((text) => ({
        scene: { body: text },
        expect: { decision: "pass" as const },
      })),
    ],
  },
];
