import { createHash } from "node:crypto";
import type { ApiVersionSnapshot, LimitSnapshot, PlanSnapshot, Snapshot } from "../compiler/snapshot";
import type { CredentialEntry } from "../contract/credentials";

/** A small environment: one API "shop" at /shop/v1 with three operations, one product with one plan. */
export function shopSnapshot(
  upstreamUrls: readonly string[],
  overrides: {
    limits?: readonly LimitSnapshot[];
    version?: Partial<ApiVersionSnapshot>;
    plan?: Partial<PlanSnapshot>;
  } = {},
): Snapshot {
  return {
    environment: "production",
    portalUrl: "http://portal.test",
    apiVersions: [
      {
        id: 1,
        api: "shop",
        version: "v1",
        basePath: "/shop/v1",
        operations: [
          { id: 11, key: "listItems", method: "GET", path: "/items" },
          { id: 12, key: "getItem", method: "GET", path: "/items/{id}" },
          { id: 13, key: "createItem", method: "POST", path: "/items" },
        ],
        upstream: { id: 1, targets: upstreamUrls.map((url) => ({ url, weight: 1 })) },
        ...overrides.version,
      },
    ],
    plans: [
      {
        id: 1,
        product: "shop",
        plan: "basic",
        limits: overrides.limits ?? [],
        apiVersionIds: [1],
        ...overrides.plan,
      },
    ],
  };
}

/** A key of the right form, for tests: its random part is `seed` padded, its checksum left to the caller's needs. */
export function credentialFor(key: string, overrides: Partial<CredentialEntry> = {}): CredentialEntry {
  return {
    sequence: 1,
    hash: createHash("sha256").update(key).digest("hex"),
    credential: 1,
    application: 1,
    subscriptions: [{ id: 1, plan: 1 }],
    expiresAt: null,
    state: "active",
    ...overrides,
  };
}
