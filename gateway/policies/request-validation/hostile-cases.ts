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
];
