import { describe, expect, it } from "vitest";
import { compile } from "@/gateway/compiler/compile";
import type { OperationSnapshot, Snapshot } from "@/gateway/compiler/snapshot";
import { chunkSchema, type Chunk } from "@/gateway/contract/bundle";
import { namesOf } from "./compare-release";
import { summariseChanges, summarySentence } from "./summarise-changes";

const operations: OperationSnapshot[] = [
  { id: 1, key: "listOrders", method: "GET", path: "/orders" },
  { id: 2, key: "getOrder", method: "GET", path: "/orders/{id}" },
];

function snapshot(
  change: { operations?: OperationSnapshot[]; quota?: number; url?: string; empty?: boolean } = {},
): Snapshot {
  const apiVersions = [
    {
      id: 7,
      api: "orders",
      version: "v1",
      basePath: "/orders/v1",
      operations: change.operations ?? operations,
      upstream: { id: 5, targets: [{ url: change.url ?? "http://a.test", weight: 1 }] },
    },
  ];
  const limit = {
    id: 3,
    name: "burst",
    algorithm: "fixed-window",
    quota: change.quota ?? 100,
    windowSeconds: 60,
    scope: "subscription",
  } as const;
  return {
    environment: "production",
    portalUrl: "http://portal.test",
    apiVersions: change.empty === true ? [] : apiVersions,
    plans: [{ id: 9, product: "shop", plan: "gold", limits: [limit], apiVersionIds: change.empty === true ? [] : [7] }],
  };
}

function chunks(given: Snapshot): Chunk[] {
  const compiled = compile(given);
  if (!compiled.ok) {
    throw new Error(JSON.stringify(compiled.problems));
  }
  return compiled.chunks.map(({ text }) => chunkSchema.parse(JSON.parse(text)));
}

function compare(before: Snapshot, after: Snapshot) {
  return summariseChanges(chunks(before), chunks(after), namesOf(after));
}

describe("what a release changes", () => {
  it("is nothing when nothing changed", () => {
    expect(compare(snapshot(), snapshot())).toEqual({ changes: [], affectedPlanIds: [] });
    expect(summarySentence([], 0)).toBe("no changes");
  });

  it("names operations that come, go and move, and the plans whose callers notice", () => {
    const { changes, affectedPlanIds } = compare(
      snapshot(),
      snapshot({
        operations: [
          { id: 1, key: "listOrders", method: "GET", path: "/all-orders" },
          { id: 4, key: "addOrder", method: "POST", path: "/orders" },
        ],
      }),
    );
    expect(changes.map(({ text }) => text)).toEqual([
      "Adds POST /orders to orders v1.",
      "Removes GET /orders/{} from orders v1.",
      "Moves GET /orders of orders v1 to GET /all-orders.",
    ]);
    expect(affectedPlanIds).toEqual([9]);
    expect(summarySentence(changes, 3)).toBe(
      "adds 1 operation, removes 1 operation, changes 1 operation; 3 applications affected",
    );
  });

  it("says a limit before and after", () => {
    const { changes, affectedPlanIds } = compare(snapshot(), snapshot({ quota: 200 }));
    expect(changes.map(({ text }) => text)).toEqual([
      "Changes limit burst of shop/gold from 100 calls per 60 s (fixed-window, per subscription) to 200 calls per 60 s (fixed-window, per subscription).",
    ]);
    expect(affectedPlanIds).toEqual([9]);
  });

  it("says where requests go now", () => {
    const { changes } = compare(snapshot(), snapshot({ url: "https://b.test/base" }));
    expect(changes.map(({ text }) => text)).toEqual(["Sends requests of orders v1 to https://b.test:443/base."]);
  });

  it("says what is no longer served", () => {
    const { changes } = compare(snapshot(), snapshot({ empty: true }));
    expect(changes.map(({ subject, kind }) => `${kind} ${subject}`)).toEqual(["removed api-version", "changed plan"]);
  });
});
