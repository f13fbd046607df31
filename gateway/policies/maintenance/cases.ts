import type { PolicyCase } from "../case";

export const cases: readonly PolicyCase[] = [
  {
    name: "refuses everybody, and says when to come back and why",
    config: { retryAfterSeconds: 120, message: "The warehouse moves until noon." },
    steps: [
      {
        expect: {
          decision: {
            kind: "refuse",
            code: "maintenance",
            retryAfterSeconds: 120,
            detail: "The warehouse moves until noon.",
          },
        },
      },
    ],
  },
  {
    name: "lets the listed addresses through",
    config: { allow: ["192.0.2.0/24", "2001:db8::1"] },
    steps: [
      { scene: { variables: { remote_addr: "192.0.2.200" } }, expect: { decision: "pass" } },
      { scene: { variables: { remote_addr: "2001:db8::1" } }, expect: { decision: "pass" } },
      { scene: { variables: { remote_addr: "::ffff:192.0.2.9" } }, expect: { decision: "pass" } },
      {
        scene: { variables: { remote_addr: "192.0.3.1" } },
        expect: { decision: { kind: "refuse", code: "maintenance", retryAfterSeconds: 300 } },
      },
      {
        scene: { variables: { remote_addr: "2001:db8::2" } },
        expect: { decision: { kind: "refuse", code: "maintenance", retryAfterSeconds: 300 } },
      },
    ],
  },
];
