import { findBerth } from "./berths";
import type { Call, Reply } from "./call";
import { listPage } from "./list-page";
import { notFound, Problem } from "./problem";
import { dateTime, matching, readFields, text } from "./read-body";
import type { Arrival, Berth, Store, Vessel } from "./store";
import { findVessel } from "./vessels";

export function listArrivals({ query, store }: Call): Reply {
  const state = query.get("state");
  const arrivals = [...store.arrivals.values()]
    .filter((arrival) => state === null || arrival.state === state)
    .sort((left, right) => left.expectedAt.localeCompare(right.expectedAt) || left.id.localeCompare(right.id));
  return listPage(arrivals, query, (arrival) => arrival.id);
}

export function announceArrival({ body, store }: Call): Reply {
  const fields = readFields(body, {
    vessel: { required: true, check: matching(/^\d{7}$/, "seven digits") },
    berth: { required: true, check: text(1, 8) },
    expectedAt: { required: true, check: dateTime },
  });
  const vessel = findVessel(store, fields.vessel as string);
  const berth = findBerth(store, fields.berth as string);
  requireFit(vessel, berth);
  const expectedAt = new Date(fields.expectedAt as string).toISOString();
  const arrival = store.addArrival({ vessel: vessel.imo, berth: berth.id, expectedAt, state: "announced" });
  return { status: 201, body: arrival, headers: { location: `/arrivals/${arrival.id}` } };
}

export function getArrival({ parameters, store }: Call): Reply {
  return { status: 200, body: findArrival(store, parameters.arrivalId) };
}

export function departVessel({ parameters, store }: Call): Reply {
  const arrival = findArrival(store, parameters.arrivalId);
  if (arrival.state === "departed") {
    throw new Problem(409, "Already departed", `The arrival ${arrival.id} ended at ${arrival.departedAt}.`);
  }
  const departed: Arrival = { ...arrival, state: "departed", departedAt: new Date().toISOString() };
  store.arrivals.set(arrival.id, departed);
  const berth = store.berths.get(arrival.berth);
  if (berth?.state === "occupied") {
    store.berths.set(berth.id, { ...berth, state: "free" });
  }
  return { status: 200, body: departed };
}

function requireFit(vessel: Vessel, berth: Berth): void {
  const reasons: string[] = [];
  if (berth.state === "maintenance") {
    reasons.push("is under maintenance");
  }
  if (vessel.lengthMetres > berth.lengthMetres) {
    reasons.push(`is ${berth.lengthMetres} m long, the vessel ${vessel.lengthMetres} m`);
  }
  if (vessel.draughtMetres > berth.depthMetres) {
    reasons.push(`is ${berth.depthMetres} m deep, the vessel draws ${vessel.draughtMetres} m`);
  }
  if (reasons.length > 0) {
    throw new Problem(409, "Does not fit", `Berth ${berth.id} ${reasons.join(" and ")}.`);
  }
}

function findArrival(store: Store, id: string | undefined): Arrival {
  const arrival = id === undefined ? undefined : store.arrivals.get(id);
  if (arrival === undefined) {
    throw notFound(`arrival ${id}`);
  }
  return arrival;
}
