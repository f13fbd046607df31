import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { crc32 } from "node:zlib";

const DURATION_MS = 4 * 60_000;
const PAUSE_MS = 900;
/** Every so often a burst that the plan's limit cuts off. */
const BURST_EVERY_MS = 60_000;
const BURST_CALLS = 40;
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * @typedef {{ method?: string, path: string, body?: unknown, key?: "missing" | "unknown" }} DemoCall
 */

/** What a shipping agent's program would do, with the mistakes programs make; the number is how often. @type {readonly [number, DemoCall][]} */
const MIX = [
  [18, { path: "/arrivals?state=announced" }],
  [12, { path: "/berths?state=free" }],
  [10, { path: "/vessels?search=star" }],
  [9, { path: "/vessels/9811000" }],
  [8, { path: "/berths/N1" }],
  [8, { path: "/arrivals/arr-0006" }],
  [10, { path: "/tides?hours=12" }],
  [3, { method: "PATCH", path: "/berths/N3", body: { state: "occupied" } }],
  [3, { method: "PATCH", path: "/berths/N3", body: { state: "free" } }],
  [
    3,
    { method: "POST", path: "/arrivals", body: { vessel: "9667485", berth: "S2", expectedAt: "2030-05-01T06:30:00Z" } },
  ],
  // Too long for the berth: 409.
  [
    2,
    { method: "POST", path: "/arrivals", body: { vessel: "9811000", berth: "S3", expectedAt: "2030-05-01T06:30:00Z" } },
  ],
  [2, { method: "POST", path: "/vessels", body: { imo: "12", name: "" } }],
  [3, { path: "/vessels/1234567" }],
  [2, { path: "/cranes" }],
  [3, { path: "/berths", key: "missing" }],
  [2, { path: "/berths", key: "unknown" }],
];

/**
 * Sends real calls through the gateway for a few minutes, so that the dashboards of a first start show something true. Failures are
 * part of it; nothing is reported.
 * @param {{ gatewayUrl: string, demo: { basePath: string, key: string }, signal: AbortSignal, durationMs?: number }} options
 * @returns {Promise<number>} how many calls were answered
 */
export async function sendDemoCalls({ gatewayUrl, demo, signal, durationMs = DURATION_MS }) {
  const end = Date.now() + durationMs;
  let nextBurst = Date.now() + 15_000;
  let answered = 0;
  const send = async (/** @type {DemoCall} */ call) => {
    if (await sendCall(gatewayUrl + demo.basePath, demo.key, call, signal)) {
      answered += 1;
    }
  };
  while (Date.now() < end && !signal.aborted) {
    if (Date.now() >= nextBurst) {
      nextBurst += BURST_EVERY_MS;
      for (let count = 0; count < BURST_CALLS && !signal.aborted; count += 1) {
        await send({ path: "/arrivals?state=announced" });
      }
    }
    await send(choose());
    await pause(PAUSE_MS * (0.4 + Math.random() * 1.2), signal);
  }
  return answered;
}

function choose() {
  const total = MIX.reduce((sum, [weight]) => sum + weight, 0);
  let left = Math.random() * total;
  for (const [weight, call] of MIX) {
    left -= weight;
    if (left < 0) {
      return call;
    }
  }
  return MIX[0]?.[1] ?? { path: "/berths" };
}

/**
 * @param {string} base
 * @param {string} key
 * @param {DemoCall} call
 * @param {AbortSignal} signal
 */
async function sendCall(base, key, call, signal) {
  const presented = call.key === "missing" ? undefined : call.key === "unknown" ? inventKey() : key;
  try {
    const response = await fetch(base + call.path, {
      method: call.method ?? "GET",
      headers: {
        "user-agent": "harbour-agent/1.0 (demonstration)",
        ...(presented === undefined ? {} : { "x-api-key": presented }),
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: call.body === undefined ? undefined : JSON.stringify(call.body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** Well formed, with the right checksum (gateway/contract/key-format.ts), and nobody's. */
function inventKey() {
  const random = Array.from(randomBytes(32), (byte) => BASE62[byte % 62]).join("");
  const body = `gh_live_${random}`;
  let rest = crc32(body);
  let checksum = "";
  for (let digit = 0; digit < 6; digit += 1) {
    checksum = (BASE62[rest % 62] ?? "0") + checksum;
    rest = Math.floor(rest / 62);
  }
  return body + checksum;
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 */
async function pause(milliseconds, signal) {
  try {
    await setTimeout(milliseconds, undefined, { signal });
  } catch {
    // Stopped: the caller looks at the signal.
  }
}
