import { seedArrivals, seedBerths, seedVessels } from "./seed";

export interface Berth {
  readonly id: string;
  readonly quay: string;
  readonly lengthMetres: number;
  readonly depthMetres: number;
  readonly shorePower: boolean;
  readonly state: BerthState;
}

export const berthStates = ["free", "occupied", "maintenance"] as const;
export type BerthState = (typeof berthStates)[number];

export interface Vessel {
  /** Seven digits that stay with the hull for life. */
  readonly imo: string;
  readonly name: string;
  readonly kind: VesselKind;
  readonly flag: string;
  readonly lengthMetres: number;
  readonly draughtMetres: number;
}

export const vesselKinds = ["container", "bulk", "tanker", "ferry", "cruise", "tug"] as const;
export type VesselKind = (typeof vesselKinds)[number];

export interface Arrival {
  readonly id: string;
  readonly vessel: string;
  readonly berth: string;
  readonly expectedAt: string;
  readonly state: ArrivalState;
  readonly departedAt?: string;
}

export const arrivalStates = ["announced", "moored", "departed"] as const;
export type ArrivalState = (typeof arrivalStates)[number];

/** How many of each kind the service keeps; the oldest that a caller added makes room. It is a demonstration, not an archive. */
const KEPT = 500;

export interface Store {
  readonly berths: Map<string, Berth>;
  readonly vessels: Map<string, Vessel>;
  readonly arrivals: Map<string, Arrival>;
  addVessel(vessel: Vessel): void;
  addArrival(arrival: Omit<Arrival, "id">): Arrival;
}

export function createStore(now: Date = new Date()): Store {
  const berths = byKey(seedBerths, (berth) => berth.id);
  const vessels = byKey(seedVessels, (vessel) => vessel.imo);
  const arrivals = byKey(seedArrivals(now), (arrival) => arrival.id);
  const seededVessels = new Set(vessels.keys());
  const seededArrivals = new Set(arrivals.keys());
  let lastArrival = arrivals.size;
  return {
    berths,
    vessels,
    arrivals,
    addVessel(vessel) {
      vessels.set(vessel.imo, vessel);
      dropOldest(vessels, seededVessels);
    },
    addArrival(arrival) {
      lastArrival += 1;
      const added = { id: `arr-${String(lastArrival).padStart(4, "0")}`, ...arrival };
      arrivals.set(added.id, added);
      dropOldest(arrivals, seededArrivals);
      return added;
    },
  };
}

function byKey<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item> {
  return new Map(items.map((item) => [key(item), item]));
}

function dropOldest(items: Map<string, unknown>, seeded: ReadonlySet<string>): void {
  if (items.size <= KEPT) {
    return;
  }
  for (const key of items.keys()) {
    if (!seeded.has(key)) {
      items.delete(key);
      return;
    }
  }
}
