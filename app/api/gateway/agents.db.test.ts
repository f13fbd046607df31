import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { issueCertificate } from "@/gateway/agent/certificates/issue-certificate";
import type { CredentialEntry, CredentialPage } from "@/gateway/contract/credentials";
import { streamEventSchema, type EnrolAnswer, type StreamEvent } from "@/gateway/contract/heartbeat";
import { database, inTransaction, pool } from "@/lib/database";
import { nextSequence, readCredentialPage } from "@/lib/keys/credential-log";
import { prepareTestDatabase } from "@/lib/testing/database";
import { agentCall, agentFetch, bootstrapForTests, ENROL_TOKEN, makeShop, must, type Shop } from "../_testing/client";

prepareTestDatabase();

let node: EnrolAnswer;
let shop: Shop;

beforeAll(async () => {
  await bootstrapForTests();
  shop = await makeShop();
  node = (await agentCall<EnrolAnswer>("POST", "/enrol", ENROL_TOKEN, { name: "one", version: "1" })).body;
});

async function entries(after = 0): Promise<CredentialEntry[]> {
  return (await agentCall<CredentialPage>("GET", `/credentials?after=${after}`, node.token)).body.entries;
}

describe("the credential log", () => {
  it("every change of a key's entry gives it a new, higher sequence", async () => {
    const [created] = await entries();
    const steps: [string, number][] = [
      ["pause", 0],
      ["resume", 1],
      ["close", 0],
    ];
    let last = created?.sequence ?? 0;
    for (const [step, subscriptions] of steps) {
      await must("POST", `/subscriptions/${shop.subscription}/${step}`);
      const [entry, ...others] = await entries(last);
      expect(others).toEqual([]);
      expect(entry?.sequence).toBeGreaterThan(last);
      expect(entry?.subscriptions).toHaveLength(subscriptions);
      last = entry?.sequence ?? last;
    }
    await must("DELETE", `/applications/${shop.application}/keys/${shop.keyId}`);
    const [revoked] = await entries(last);
    expect(revoked).toMatchObject({ state: "revoked", subscriptions: [] });
  });

  it("is one for all environments: a key opens its plans wherever a release has them, and is revoked everywhere", async () => {
    await must("POST", "/gateways", { slug: "dev", name: "Dev", environment: "dev", publicUrl: "http://dev.test" });
    const { token } = await must<{ token: string }>("POST", "/gateways/dev/enrolment-tokens", {});
    const other = (await agentCall<EnrolAnswer>("POST", "/enrol", token, { name: "dev", version: "1" })).body;
    expect(other.environment).toBe("dev");
    const { id } = await must<{ id: string }>("POST", "/applications", { name: "Everywhere" });
    const key = await must<{ id: string }>("POST", `/applications/${id}/keys`, {});
    const last = async (reader: EnrolAnswer) =>
      (await agentCall<CredentialPage>("GET", "/credentials?after=0", reader.token)).body.entries.at(-1);
    expect(await last(other)).toEqual(await last(node));
    await must("DELETE", `/applications/${id}/keys/${key.id}`);
    expect((await last(other))?.state).toBe("revoked");
    expect(await last(other)).toEqual(await last(node));
  });

  it("revoking twice is harmless and makes no second entry", async () => {
    const before = await entries();
    await must("DELETE", `/applications/${shop.application}/keys/${shop.keyId}`);
    expect(await entries()).toEqual(before);
  });

  it("a reader who follows the log while many write misses no entry: sequence order is commit order", async () => {
    const { id } = await must<{ id: string }>("POST", "/applications", { name: "Busy" });
    let cursor = (await entries()).at(-1)?.sequence ?? 0;
    const seen = new Set<number>();
    let writing = true;
    const reader = (async () => {
      for (;;) {
        const last = !writing;
        const page = await readCredentialPage(cursor, 3);
        page.entries.forEach(({ credential }) => seen.add(credential));
        cursor = page.cursor;
        if (last && page.complete) {
          return;
        }
      }
    })();
    const keys = await Promise.all(
      Array.from({ length: 40 }, () => must<{ id: string }>("POST", `/applications/${id}/keys`, {})),
    );
    writing = false;
    await reader;
    const rows = await database().credential.findMany({ where: { publicId: { in: keys.map((key) => key.id) } } });
    expect(rows).toHaveLength(40);
    expect(rows.filter((row) => !seen.has(row.id))).toEqual([]);
  });

  it("an entry cannot become visible before one with a lower sequence that is still being written", async () => {
    const { id } = await must<{ id: string }>("POST", "/applications", { name: "Second writer" });
    let taken = 0;
    let commit: () => void = () => undefined;
    const committed = new Promise<void>((resolve) => (commit = resolve));
    let began: () => void = () => undefined;
    const beginning = new Promise<void>((resolve) => (began = resolve));
    const first = inTransaction(async (transaction) => {
      taken = Number(await nextSequence(transaction));
      began();
      await committed;
    });
    await beginning;
    const second = must("POST", `/applications/${id}/keys`, {});
    await Promise.race([second, untilSomebodyWaits()]);
    expect((await entries(taken)).map(({ sequence }) => sequence)).toEqual([]);
    commit();
    await Promise.all([first, second]);
    expect(await entries(taken)).toHaveLength(1);
  });

  it("pages hold together: their entries are the whole log, in order", async () => {
    const whole = await readCredentialPage(0);
    const paged: CredentialEntry[] = [];
    for (let cursor = 0, complete = false; !complete;) {
      const page = await readCredentialPage(cursor, 7);
      paged.push(...page.entries);
      ({ cursor, complete } = page);
    }
    expect(paged).toEqual(whole.entries);
    expect(paged.map(({ sequence }) => sequence)).toEqual(
      [...paged.map(({ sequence }) => sequence)].sort((a, b) => a - b),
    );
  });

  it("removing an application revokes its keys and keeps them in the log", async () => {
    const { id } = await must<{ id: string }>("POST", "/applications", { name: "Gone" });
    await must("POST", `/applications/${id}/keys`, {});
    const last = (await entries()).at(-1)?.sequence ?? 0;
    await must("DELETE", `/applications/${id}`);
    expect(await entries(last)).toEqual([expect.objectContaining({ state: "revoked" })]);
  });
});

describe("enrolment", () => {
  it("a token that allows one node enrols one, also when two ask at once", async () => {
    const { token } = await must<{ token: string }>("POST", "/gateways/main/enrolment-tokens", {});
    const answers = await Promise.all(
      ["a", "b", "c"].map((name) => agentCall("POST", "/enrol", token, { name, version: "1" })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });

  it("a revoked token enrols nobody", async () => {
    const { id, token } = await must<{ id: string; token: string }>("POST", "/gateways/main/enrolment-tokens", {
      maxUses: null,
    });
    await must("DELETE", `/gateways/main/enrolment-tokens/${id}`);
    expect((await agentCall("POST", "/enrol", token, { name: "late", version: "1" })).status).toBe(401);
  });

  it("a removed node is refused everywhere", async () => {
    const other = (await agentCall<EnrolAnswer>("POST", "/enrol", ENROL_TOKEN, { name: "removed", version: "1" })).body;
    await must("DELETE", `/gateways/main/nodes/${other.node}`);
    for (const [method, path] of [
      ["GET", "/credentials?after=0"],
      ["GET", "/bundles/1"],
      ["GET", `/chunks/${"0".repeat(64)}`],
      ["GET", "/certificates"],
      ["GET", "/cache-purges?after=0"],
      ["GET", "/stream"],
      ["POST", "/heartbeat"],
      ["POST", "/telemetry"],
      ["POST", "/requests"],
    ] as const) {
      expect((await agentCall(method, path, other.token, method === "POST" ? {} : undefined)).status).toBe(401);
    }
  });

  it("a node that comes back under its name replaces the one that is offline", async () => {
    const first = (await agentCall<EnrolAnswer>("POST", "/enrol", ENROL_TOKEN, { name: "again", version: "1" })).body;
    const second = (await agentCall<EnrolAnswer>("POST", "/enrol", ENROL_TOKEN, { name: "again", version: "1" })).body;
    expect(second.node).not.toBe(first.node);
    const { items } = await must<{ items: { id: string; name: string }[] }>("GET", "/gateways/main/nodes");
    expect(items.filter(({ name }) => name === "again").map(({ id }) => id)).toEqual([second.node]);
  });
});

describe("the stream", () => {
  let controller: AbortController;
  let lines: AsyncGenerator<StreamEvent>;

  beforeEach(async () => {
    controller = new AbortController();
    lines = readLines(await agentFetch("GET", "/stream", node.token, undefined, controller.signal));
  });

  afterEach(() => {
    controller.abort();
  });

  async function next(wanted: (event: StreamEvent) => boolean): Promise<StreamEvent> {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) {
        throw new Error("the stream ended");
      }
      if (wanted(value)) {
        return value;
      }
    }
  }

  /** Every event up to that of a key that is made now: the log of keys is all environments' own. */
  async function eventsUntilNow(): Promise<StreamEvent["type"][]> {
    const before = (await entries()).at(-1)?.sequence ?? 0;
    const { id } = await must<{ id: string }>("POST", "/applications", { name: "Now" });
    await must("POST", `/applications/${id}/keys`, {});
    const seen: StreamEvent["type"][] = [];
    await next((event) => {
      seen.push(event.type);
      return event.type === "credentials" && event.sequence > before;
    });
    return seen;
  }

  it("tells the nodes of an environment, and no others, that its certificates have changed", async () => {
    const validity = { notBefore: new Date(Date.now() - 1000), notAfter: new Date(Date.now() + 86_400_000) };
    const { certificate, privateKey } = issueCertificate({ names: ["told.example"], ...validity });
    await eventsUntilNow();
    await must("PUT", "/environments/dev/certificates/told", { chain: certificate, privateKey });
    await must("PUT", "/environments/production/certificates/told", { chain: certificate, privateKey });
    expect((await eventsUntilNow()).filter((type) => type === "certificates")).toHaveLength(1);
  });

  it("tells the nodes of an environment, and no others, that something is to be forgotten", async () => {
    await eventsUntilNow();
    await must("POST", "/environments/dev/cache/purge", {});
    await must("POST", "/environments/production/cache/purge", {});
    expect((await eventsUntilNow()).filter((type) => type === "cache-purges")).toHaveLength(1);
  });

  it("begins with the newest state", async () => {
    const { release } = await must<{ release: number }>("GET", "/environments/production");
    await next((event) => event.type === "release" && event.release === release);
    await next((event) => event.type === "credentials" && event.sequence > 0);
  });

  it("tells of a revocation and of a release as soon as they are committed", async () => {
    await next((event) => event.type === "credentials");
    const { id } = await must<{ id: string }>("POST", "/applications", { name: "Watched" });
    const key = await must<{ id: string }>("POST", `/applications/${id}/keys`, {});
    const asked = performance.now();
    await entries();
    const answerMs = performance.now() - asked;
    const before = (await entries()).at(-1)?.sequence ?? 0;
    const started = performance.now();
    const told = next((event) => event.type === "credentials" && event.sequence > before);
    await must("DELETE", `/applications/${id}/keys/${key.id}`);
    await told;
    // The promise is a second to every node. On a machine so busy that one question takes long, as much longer as that.
    expect(performance.now() - started).toBeLessThan(1000 + 10 * answerMs);
    const { number } = await must<{ number: number }>("POST", "/environments/production/releases", {});
    expect(await next((event) => event.type === "release" && event.release === number)).toBeDefined();
  });

  it("a release of another environment is not told", async () => {
    await next((event) => event.type === "credentials");
    const { number } = await must<{ number: number }>("POST", "/environments/dev/releases", {});
    const mine = await must<{ number: number }>("POST", "/environments/production/releases", {});
    const told = await next((event) => event.type === "release");
    expect(told).toEqual({ type: "release", release: mine.number });
    expect(number).not.toBe(mine.number);
  });
});

/** Resolves when a session waits for an advisory lock. */
async function untilSomebodyWaits(): Promise<void> {
  for (;;) {
    const { rows } = await pool().query(
      "SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted",
    );
    if (rows.length > 0) {
      return;
    }
  }
}

async function* readLines(response: Response): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
    const texts = (rest + decoder.decode(part, { stream: true })).split("\n");
    rest = texts.pop() ?? "";
    for (const text of texts) {
      yield streamEventSchema.parse(JSON.parse(text));
    }
  }
}
