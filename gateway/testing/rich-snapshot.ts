import type { Snapshot } from "../compiler/snapshot";
import { upstreamSettingsSchema } from "../compiler/upstream-settings";
import { shopSnapshot } from "./snapshots";

/** The shop with something of everything that a bundle can hold: for who decodes bundles. */
export function richSnapshot(upstreamUrl: string): Snapshot {
  const limit = { quota: 1_000, windowSeconds: 60, scope: "subscription" } as const;
  const settings = upstreamSettingsSchema.parse({
    circuitBreaker: {},
    retries: {},
    balancing: { algorithm: "hash", by: { from: "header", name: "X-User" } },
    split: { rules: [{ from: "header", name: "X-Canary", value: "1", pool: "canary" }] },
  });
  const snapshot = shopSnapshot([upstreamUrl], {
    limits: [
      { ...limit, id: 1, name: "window", algorithm: "sliding-window" },
      { ...limit, id: 2, name: "log", algorithm: "sliding-log", costs: { listItems: 2 } },
      { ...limit, id: 3, name: "month", algorithm: "calendar", period: "month", timeZone: "Europe/Berlin" },
    ],
    version: {
      policies: [
        { policy: "cors", config: { origins: ["https://app.example"] } },
        { policy: "header-transform", config: { request: [{ do: "set", name: "X-From", value: "gateway" }] } },
        { policy: "ip-filter", config: { deny: ["192.0.2.0/24"] } },
        {
          policy: "request-validation",
          config: { parameters: [{ in: "query", name: "page", schema: { type: "integer", minimum: 1 } }] },
        },
      ],
    },
  });
  return {
    ...snapshot,
    apiVersions: snapshot.apiVersions.map((version) => ({
      ...version,
      operations: [...version.operations, { id: 14, key: "download", method: "GET", path: "/files/{name}.json" }],
      upstream: {
        id: 1,
        targets: [
          { url: upstreamUrl, weight: 1 },
          { url: upstreamUrl.replace("127.0.0.1", "localhost"), weight: 1, pool: "canary" },
        ],
        settings,
      },
    })),
  };
}
