import { expect, it } from "vitest";
import { UsageTotals } from "../meters/usage-totals";
import { renderMetrics, type NodeStatus } from "./metrics";

const STATUS: NodeStatus = {
  version: "1",
  environment: "production",
  release: 1,
  activationMs: null,
  workersExpected: 1,
  workersReady: 1,
  isNginxRunning: true,
  credentialCursor: 0,
  credentialCount: 0,
  spooledBatches: 0,
  spooledBytes: 0,
  droppedRequests: 0,
  requestRecords: 0,
  requestRecordsDropped: 0,
  requestBatchesSpooled: 0,
  problems: [],
  counters: {
    used: 3,
    capacity: 10,
    shadowed: new Map([
      [5, 12],
      [9, 1],
    ]),
  },
  shadowedLimits: [
    { id: 5, plan: "shop/gold", name: "burst" },
    { id: 6, plan: "shop/gold", name: "day" },
  ],
  certificates: [],
  targets: [],
  mirrors: [],
  totals: new UsageTotals(),
};

it("tells of each limit that is in shadow how many calls it would have refused, and of no other", () => {
  const lines = renderMetrics(STATUS).split("\n");
  expect(lines.filter((line) => line.startsWith("gatehouse_limit_shadow_refusals_total"))).toEqual([
    'gatehouse_limit_shadow_refusals_total{plan="shop/gold",limit="burst"} 12',
    'gatehouse_limit_shadow_refusals_total{plan="shop/gold",limit="day"} 0',
  ]);
});
