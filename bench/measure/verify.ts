import type { Contender, ContenderFactory } from "../contenders/contender";
import { BODY_BYTES, benchKeys, MAIN_ROW, NEVER_REACHED, routePath, UNKNOWN_KEY, type Row } from "../rows";
import { waitFor } from "../../gateway/testing/wait-for";

/** A limit low enough to be reached by hand. */
const LOW_QUOTA = 5;

/**
 * Shows that a proxy does what its row says, before it is measured: a known key on a known route gets the upstream's answer, and what must
 * be refused is refused. @throws with what it did instead
 */
export async function verifyWork(factory: ContenderFactory, contender: Contender, row: Row): Promise<string[]> {
  const seen: string[] = [];
  const [first = ""] = benchKeys(row.keys);
  const last = benchKeys(row.keys).at(-1) ?? "";
  await expectStatus(contender, routePath(0), first, 200, "the first route with the first key");
  await expectStatus(contender, routePath(row.routes - 1), last, 200, "the last route with the last key");
  seen.push("known 200");
  if (isPlainProxy(factory, row)) {
    return seen;
  }
  await expectStatus(contender, "/api0/v1/unknown", first, 404, "an unknown route");
  seen.push("unknown route 404");
  if (row.checksKey) {
    await expectStatus(contender, routePath(0), UNKNOWN_KEY, 401, "an unknown key");
    await expectStatus(contender, routePath(0), undefined, 401, "no key");
    seen.push("unknown key 401", "no key 401");
  }
  return seen;
}

/** Starts it once more with a low limit: so many calls pass, the next is refused, and another key still passes. */
export async function verifyLimit(
  factory: ContenderFactory,
  row: Row,
  upstreamPort: number,
): Promise<string | undefined> {
  if (!row.limits || isPlainProxy(factory, row) || factory.leavesOut(row)?.includes("no limit") === true) {
    return undefined;
  }
  const contender = await factory.start({ row, upstreamPort, quota: LOW_QUOTA });
  try {
    const [first = "", second = ""] = benchKeys(row.keys);
    for (let call = 1; call <= LOW_QUOTA; call += 1) {
      await expectStatus(contender, routePath(0), first, 200, `call ${call} of a limit of ${LOW_QUOTA}`);
    }
    await expectStatus(contender, routePath(0), first, 429, `call ${LOW_QUOTA + 1} of a limit of ${LOW_QUOTA}`);
    if (row.checksKey) {
      await expectStatus(contender, routePath(0), second, 200, "another key after the limit of the first");
    }
    return `limit of ${LOW_QUOTA}: call ${LOW_QUOTA + 1} 429${row.checksKey ? ", another key 200" : ""}`;
  } finally {
    await contender.stop();
  }
}

/** Every request that was answered must have left a record; logs are written in batches, so it may take a moment. */
export async function verifyRecords(
  contender: Contender,
  before: number,
  requests: number,
): Promise<string | undefined> {
  const { countRecords } = contender;
  if (countRecords === undefined) {
    return undefined;
  }
  // A client that stops leaves requests behind: answered, recorded, and not counted by it.
  await waitFor(`${requests} records of ${contender.name}`, () => countRecords() - before >= requests, 30_000);
  return `${countRecords() - before} records of ${requests} requests`;
}

export const VERIFIED_ROW = MAIN_ROW;
export const MEASURED_QUOTA = NEVER_REACHED;

function isPlainProxy(factory: ContenderFactory, row: Row): boolean {
  return ["plain proxy", "no proxy"].includes(factory.leavesOut(row) ?? "");
}

async function expectStatus(
  contender: Contender,
  path: string,
  key: string | undefined,
  expected: number,
  what: string,
): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${contender.port}${path}/1234`, {
    headers: key === undefined ? {} : { "X-API-Key": key },
  });
  const body = await response.text();
  if (response.status !== expected) {
    throw new Error(
      `${contender.name} answers ${response.status} instead of ${expected} to ${what}: ${body.slice(0, 200)}`,
    );
  }
  if (expected === 200 && body.length !== BODY_BYTES) {
    throw new Error(`${contender.name} answers ${body.length} bytes instead of ${BODY_BYTES} to ${what}`);
  }
}
