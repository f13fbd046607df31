import type { Call, Reply } from "./call";
import { listPage } from "./list-page";
import { notFound, Problem } from "./problem";
import { oneOf, readFields } from "./read-body";
import { berthStates, type Berth, type BerthState, type Store } from "./store";

export function listBerths({ query, store }: Call): Reply {
  const state = query.get("state");
  if (state !== null && !(berthStates as readonly string[]).includes(state)) {
    throw new Problem(422, "Unprocessable query", "The state is unknown.", [
      { place: "query:state", message: `must be one of ${berthStates.join(", ")}` },
    ]);
  }
  const berths = [...store.berths.values()].filter((berth) => state === null || berth.state === state);
  return listPage(berths, query, (berth) => berth.id);
}

export function getBerth({ parameters, store }: Call): Reply {
  return { status: 200, body: findBerth(store, parameters.berthId) };
}

export function updateBerth({ parameters, body, store }: Call): Reply {
  const berth = findBerth(store, parameters.berthId);
  const fields = readFields(body, { state: { required: true, check: oneOf(berthStates) } });
  const updated: Berth = { ...berth, state: fields.state as BerthState };
  store.berths.set(berth.id, updated);
  return { status: 200, body: updated };
}

/** @throws Problem 404 */
export function findBerth(store: Store, id: string | undefined): Berth {
  const berth = id === undefined ? undefined : store.berths.get(id);
  if (berth === undefined) {
    throw notFound(`berth ${id}`);
  }
  return berth;
}
