import type { PolicyCase } from "../case";

export const cases: readonly PolicyCase[] = [
  {
    name: "sends every call by the way on which nginx compresses",
    steps: [{ expect: { decision: "pass", isCompressed: true } }],
  },
];
