import type { PolicyCase } from "../case";

export const cases: readonly PolicyCase[] = [
  {
    name: "leaves its own timeouts for the balancer, and to the upstream what it does not name",
    config: { connectTimeoutMs: 250, readTimeoutMs: 90_000 },
    steps: [{ expect: { decision: "pass", timeouts: "250/-/90000" } }],
  },
];
