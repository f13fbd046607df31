import type { Call, Reply } from "./call";
import { listPage } from "./list-page";
import { notFound, Problem } from "./problem";
import { matching, number, oneOf, readFields, text, type Shape } from "./read-body";
import { vesselKinds, type Store, type Vessel } from "./store";

const CHANGEABLE = {
  name: { check: text(1, 80) },
  flag: { check: matching(/^[A-Z]{2}$/, "two capital letters, a country code of ISO 3166-1") },
  draughtMetres: { check: number(0.5, 30) },
} satisfies Shape;

const NEW_VESSEL = {
  imo: { required: true, check: matching(/^\d{7}$/, "seven digits") },
  name: { required: true, check: CHANGEABLE.name.check },
  kind: { required: true, check: oneOf(vesselKinds) },
  flag: { required: true, check: CHANGEABLE.flag.check },
  lengthMetres: { required: true, check: number(5, 500) },
  draughtMetres: { required: true, check: CHANGEABLE.draughtMetres.check },
} satisfies Shape;

export function listVessels({ query, store }: Call): Reply {
  const search = query.get("search")?.toLowerCase() ?? "";
  const kind = query.get("kind");
  const vessels = [...store.vessels.values()].filter(
    (vessel) => vessel.name.toLowerCase().includes(search) && (kind === null || vessel.kind === kind),
  );
  return listPage(vessels, query, (vessel) => vessel.imo);
}

export function registerVessel({ body, store }: Call): Reply {
  const vessel = readFields(body, NEW_VESSEL) as unknown as Vessel;
  if (store.vessels.has(vessel.imo)) {
    throw new Problem(409, "Already registered", `A vessel with the number ${vessel.imo} is registered.`);
  }
  store.addVessel(vessel);
  return { status: 201, body: vessel, headers: { location: `/vessels/${vessel.imo}` } };
}

export function getVessel({ parameters, store }: Call): Reply {
  return { status: 200, body: findVessel(store, parameters.imo) };
}

export function updateVessel({ parameters, body, store }: Call): Reply {
  const vessel = findVessel(store, parameters.imo);
  const updated: Vessel = { ...vessel, ...readFields(body, CHANGEABLE) };
  store.vessels.set(vessel.imo, updated);
  return { status: 200, body: updated };
}

export function deleteVessel({ parameters, store }: Call): Reply {
  const vessel = findVessel(store, parameters.imo);
  const expected = [...store.arrivals.values()].some(
    (arrival) => arrival.vessel === vessel.imo && arrival.state !== "departed",
  );
  if (expected) {
    throw new Problem(409, "In use", `The vessel ${vessel.imo} is moored or expected; it must depart first.`);
  }
  store.vessels.delete(vessel.imo);
  return { status: 204 };
}

/** @throws Problem 404 */
export function findVessel(store: Store, imo: string | undefined): Vessel {
  const vessel = imo === undefined ? undefined : store.vessels.get(imo);
  if (vessel === undefined) {
    throw notFound(`vessel with the number ${imo}`);
  }
  return vessel;
}
