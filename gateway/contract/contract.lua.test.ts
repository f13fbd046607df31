import fc from "fast-check";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { POLICY_NAMES } from "../policies/index";
import { describeLua } from "../testing/describe-lua";
import { wellFormedKeys } from "../testing/keys";
import { GATEWAY_ERRORS } from "./errors";
import { bucketOf, HISTOGRAM_BUCKETS } from "./histogram";
import { encodeChecksum, isWellFormedKey } from "./key-format";
import { ERROR_OUTCOMES, OUTCOMES, REFUSED_OUTCOMES } from "./outcome";
import {
  CACHE_EPOCHS,
  CONTROL,
  CREDENTIAL_INDEX,
  FLIGHTS,
  METER,
  MIRROR_RESULTS,
  REQUEST_RING,
  TARGETS,
} from "./shared-memory";

const RUNS = { numRuns: 200, seed: 20260807 } as const;

describeLua("LuaJIT and Node agree", (lua) => {
  it("on checksums of keys, and on which keys are well-formed", async () => {
    const mistyped = fc
      .tuple(wellFormedKeys, fc.nat(45), fc.integer({ min: 0x20, max: 0x7e }))
      .map(([key, at, code]) => key.slice(0, at) + String.fromCharCode(code) + key.slice(at + 1));
    const texts = fc.oneof(wellFormedKeys, mistyped, fc.string({ unit: "binary-ascii", maxLength: 60 }));
    const property = fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 20 }), async (keys) => {
      const expected = keys.map((key) => ({
        crc32: String(crc32(key)),
        checksum: encodeChecksum(crc32(key)),
        isWellFormed: isWellFormedKey(key, (text) => crc32(text)),
      }));
      expect(await lua().call("checkKeys", { keys })).toEqual(expected);
    });
    await fc.assert(property, RUNS);
  });

  it("on the bucket of every latency", async () => {
    const values = fc.array(fc.double({ min: 0, max: 400_000, noNaN: true }), { minLength: 1, maxLength: 50 });
    const property = fc.asyncProperty(values, async (milliseconds) => {
      // As JSON carries them: LuaJIT must get the same numbers that Node counts.
      const rounded = milliseconds.map((value) => Number(value.toPrecision(12)));
      expect(await lua().call("buckets", { values: rounded })).toEqual(rounded.map((value) => bucketOf(value)));
    });
    await fc.assert(property, RUNS);
  });

  it("on which policies there are", async () => {
    const names = await lua().call<string[]>("policyNames");
    expect(names.sort()).toEqual([...POLICY_NAMES].sort());
  });

  it("on the numbers of the outcomes", async () => {
    const { names } = await lua().call<{ names: Record<string, number> }>("outcomes");
    const expected = Object.fromEntries(OUTCOMES.map((outcome, index) => [outcome.toUpperCase(), index]));
    expect(names).toEqual(expected);
  });

  it("on how the gateway's own answers are counted: refusals, errors and misrouted calls apart", async () => {
    const { ofErrors } = await lua().call<{ ofErrors: Record<string, number> }>("outcomes");
    expect(Object.keys(ofErrors).sort()).toEqual(Object.keys(GATEWAY_ERRORS).sort());
    for (const { code, status, fault } of Object.values(GATEWAY_ERRORS)) {
      const outcome = OUTCOMES[ofErrors[code]!]!;
      expect(REFUSED_OUTCOMES.includes(outcome), code).toBe(
        status === 401 || status === 403 || status === 429 || fault === "owner",
      );
      expect(ERROR_OUTCOMES.includes(outcome), code).toBe(fault === "upstream" || fault === "gateway");
    }
  });
});

interface Layout {
  readonly bytes: number;
  readonly offsets: readonly number[];
}

describeLua("the C structs of the workers are the layout of the contract", (lua) => {
  const layout = (type: string, fields: readonly string[]) => lua().call<Layout>("layout", { type, fields });

  /** `pidAt` is where the field `pid` is; the time of the last poll has no second "At". */
  const fieldOf = (name: string) => (name === "polledAt" ? name : name.replace(/At$/, ""));

  /** Offsets of a struct's fields, under their names in the contract. */
  async function offsetsOf(type: string, contract: Readonly<Record<string, number>>): Promise<Record<string, number>> {
    const names = Object.keys(contract).filter((name) => name.endsWith("At"));
    const { offsets } = await layout(
      type,
      names.map((name) => fieldOf(name)),
    );
    return Object.fromEntries(names.map((name, index) => [name, offsets[index]!]));
  }

  const placesOf = (contract: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(contract).filter(([name]) => name.endsWith("At"))) as Record<string, number>;

  it("control file", async () => {
    const { workersAt, ...places } = placesOf(CONTROL);
    expect(await offsetsOf("gatehouse_control", places)).toEqual(places);
    const worker = placesOf(CONTROL.worker);
    expect(await offsetsOf("gatehouse_worker", worker)).toEqual(worker);
    expect((await layout("gatehouse_worker", [])).bytes).toBe(CONTROL.workerBytes);
    expect(CONTROL.worker.messageAt + CONTROL.worker.messageBytes).toBeLessThanOrEqual(CONTROL.workerBytes);
    expect(workersAt! + CONTROL.maxWorkers * CONTROL.workerBytes).toBeLessThanOrEqual(CONTROL.bytes);
  });

  it("of what makes a node forget kept answers", async () => {
    const places = placesOf(CACHE_EPOCHS);
    expect(await offsetsOf("gatehouse_cache_epochs", places)).toEqual(places);
    expect((await layout("gatehouse_cache_epochs", [])).bytes).toBe(CACHE_EPOCHS.headerBytes);
    expect((await layout("gatehouse_epoch", [])).bytes).toBe(4);
  });

  it("credential index", async () => {
    const places = placesOf(CREDENTIAL_INDEX);
    expect(await offsetsOf("gatehouse_credential_header", places)).toEqual(places);
    const slot = placesOf(CREDENTIAL_INDEX.slot);
    expect(await offsetsOf("gatehouse_credential_slot", slot)).toEqual(slot);
    expect((await layout("gatehouse_credential_slot", [])).bytes).toBe(CREDENTIAL_INDEX.slotBytes);
  });

  it("meter", async () => {
    const places = placesOf(METER);
    expect(await offsetsOf("gatehouse_meter_header", places)).toEqual(places);
    const cell = placesOf(METER.cell);
    expect(await offsetsOf("gatehouse_meter_cell", cell)).toEqual(cell);
    expect((await layout("gatehouse_meter_cell", [])).bytes).toBe(METER.cellBytes);
    expect(METER.cell.upstreamLatencyAt - METER.cell.latencyAt).toBe(HISTOGRAM_BUCKETS * 4);
    expect(METER.cell.upstreamLatencyAt + HISTOGRAM_BUCKETS * 4).toBe(METER.cellBytes);
  });

  it("flights", async () => {
    const places = placesOf(FLIGHTS);
    expect(await offsetsOf("gatehouse_flight_header", places)).toEqual(places);
    const flight = placesOf(FLIGHTS.flight);
    expect(await offsetsOf("gatehouse_flight", flight)).toEqual(flight);
    expect((await layout("gatehouse_flight", [])).bytes).toBe(FLIGHTS.flightBytes);
  });

  it("ring of the request log", async () => {
    const places = placesOf(REQUEST_RING);
    expect(await offsetsOf("gatehouse_request_ring", places)).toEqual(places);
  });

  it("targets", async () => {
    const places = placesOf(TARGETS);
    expect(await offsetsOf("gatehouse_targets_header", places)).toEqual(places);
    const slot = placesOf(TARGETS.slot);
    expect(await offsetsOf("gatehouse_target", slot)).toEqual(slot);
    const mirror = placesOf(TARGETS.mirror);
    expect(await offsetsOf("gatehouse_mirror", mirror)).toEqual(mirror);
    expect(TARGETS.mirror.resultsAt + MIRROR_RESULTS.length * 8).toBe((await layout("gatehouse_mirror", [])).bytes);
    for (const shared of ["keyAt", "upstreamAt", "addressAt", "retiredAt", "downAt", "gateAt", "upAtMsAt"] as const) {
      const field = shared.replace(/At$/, "");
      expect((await layout("gatehouse_mirror", [field])).offsets, shared).toEqual([TARGETS.slot[shared]]);
    }
    // What the successor of a killed worker puts right in every slot lies behind.
    expect(TARGETS.mirror.resultsAt + MIRROR_RESULTS.length * 8).toBeLessThanOrEqual(TARGETS.slot.inFlightAt);
    expect((await layout("gatehouse_target", [])).bytes).toBe(TARGETS.slotBytes);
    expect((await layout("gatehouse_target_stripe", [])).bytes).toBe(TARGETS.stripeBytes);
    expect(TARGETS.pidsAt + TARGETS.columns * 4).toBeLessThanOrEqual(TARGETS.headerBytes);
    expect(TARGETS.slot.ofWorkerAt + TARGETS.columns * 4).toBeLessThanOrEqual(TARGETS.slotBytes);
  });

  it("counters of limits: a mutex in its stripe, a slot in one cache line", async () => {
    expect((await layout("gatehouse_stripe", [])).bytes).toBe(64);
    expect((await layout("gatehouse_counter", [])).bytes).toBe(64);
    expect((await layout("gatehouse_counter_header", [])).bytes).toBe(4096);
  });
});

describe("the layout of the contract", () => {
  it.each([
    ["worker slot", CONTROL.worker],
    ["credential index", CREDENTIAL_INDEX],
    ["credential slot", CREDENTIAL_INDEX.slot],
    ["meter", METER],
    ["meter cell", METER.cell],
    ["flights", FLIGHTS],
    ["flight", FLIGHTS.flight],
    ["ring of the request log", REQUEST_RING],
    ["targets", TARGETS],
    ["target", TARGETS.slot],
  ])("%s: no two fields begin at the same place", (_name, contract) => {
    const places = Object.entries(contract).filter(([name]) => name.endsWith("At"));
    expect(new Set(places.map(([name, at]) => (typeof at === "number" ? at : name))).size).toBe(places.length);
  });
});
