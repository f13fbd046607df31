import { createServer, type RequestListener, type Server } from "node:http";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { KeySetFile } from "../../contract/key-sets";
import { makeIssuer } from "../../testing/sign-token";
import { waitFor } from "../../testing/wait-for";
import { Problems } from "../problems";
import { fetchKeySet } from "./fetch-key-set";
import { KeySetKeeper } from "./key-set-keeper";

/** A real server of keys, the clock in the test's hand. */
const [first, second] = [makeIssuer("ES256", "first"), makeIssuer("EdDSA", "second")];
const setOf = (...issuers: readonly { readonly jwk: unknown }[]) =>
  JSON.stringify({ keys: issuers.map(({ jwk }) => jwk) });

let server: Server;
let answer: RequestListener;
let uri: string;
let asked = 0;
let directory: string;
let now = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "gatehouse-keys-"));
  asked = 0;
  now = 1_000_000;
  serve(setOf(first));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function serve(body: string, head: Record<string, string> = {}, status = 200): void {
  answer = (_request, response) => response.writeHead(status, head).end(body);
}

/** What the agent is made of, as far as it matters here. */
function makeKeeper() {
  const control = {
    keySetGeneration: 0,
    keySetWishes: 0,
    raiseKeySetGeneration() {
      this.keySetGeneration += 1;
    },
  };
  const problems = new Problems();
  const file = path.join(directory, "key-sets.json");
  const logger = pino({ level: "silent" });
  const keeper = new KeySetKeeper({
    ...{ control, file, problems, logger, fetch: fetchKeySet },
    nowMs: () => now,
    random: () => 0,
  });
  const uris = [uri];
  const kept = () => (JSON.parse(readFileSync(file, "utf8")) as KeySetFile).keySets;
  return {
    control,
    problems,
    keeper,
    file,
    kept,
    /** Key ids that the workers are shown. */
    ids: () => kept().flatMap(({ keys }) => keys.map(({ id }) => id)),
    turn: () => keeper.turn(uris),
    /** A turn after a while, and the answer to whatever it asks. */
    async turnAfter(seconds: number, times = 1) {
      const before = asked;
      now += seconds * 1000;
      // Again and again, as the agent does: what was asked before may just be ending.
      await waitFor("the issuer to be asked", () => {
        keeper.turn(uris);
        return asked === before + times;
      });
    },
    problem: () => problems.list().map(({ message }) => message),
  };
}

describe("the keys of an issuer", () => {
  it("are there before the release that names them, and are fetched again as they age", async () => {
    const agent = makeKeeper();
    await agent.keeper.ensure([uri]);
    expect(agent.ids()).toEqual(["first"]);
    expect(agent.control.keySetGeneration).toBe(1);
    now += 299_000;
    agent.turn();
    await agent.keeper.ensure([uri]);
    expect(asked).toBe(1);
    serve(setOf(first, second));
    await agent.turnAfter(1);
    await waitFor("the new key", () => agent.ids().join() === "first,second");
    await waitFor("the workers to be told", () => agent.control.keySetGeneration === 2);
    serve(setOf(second));
    await agent.turnAfter(300);
    await waitFor("the old key to be gone", () => agent.ids().join() === "second");
    await agent.turnAfter(300);
    await waitFor("nothing to be new", () => agent.control.keySetGeneration === 3);
  });

  it.each([
    ["max-age=5", 60],
    ["public, max-age=600", 600],
    ["max-age=99999999", 3600],
    ["no-store", 60],
    ["nonsense", 300],
  ])("are fetched again after what %s says, within bounds", async (control, seconds) => {
    serve(setOf(first), { "Cache-Control": control });
    const agent = makeKeeper();
    await agent.keeper.ensure([uri]);
    now += (seconds - 1) * 1000;
    agent.turn();
    await Promise.resolve();
    expect(asked).toBe(1);
    await agent.turnAfter(1);
  });

  it("are asked for when a worker misses one, once in half a minute and no more", async () => {
    const agent = makeKeeper();
    await agent.keeper.ensure([uri]);
    serve(setOf(first, second));
    for (let second = 0; second < 29; second += 1) {
      agent.control.keySetWishes += 1;
      now += 1000;
      agent.turn();
    }
    expect(asked).toBe(1);
    await agent.turnAfter(1);
    await waitFor("the new key", () => agent.ids().join() === "first,second");
    now += 29_000;
    agent.control.keySetWishes += 1;
    agent.turn();
    expect(asked).toBe(2);
  });

  it.each<[string, () => void, string]>([
    ["is down", () => (answer = (request) => request.socket.destroy()), "other side closed"],
    ["fails", () => serve("", {}, 500), "the answer is 500"],
    ["redirects", () => serve("", { Location: "http://169.254.169.254/" }, 302), "the answer is 302"],
    ["answers with garbage", () => serve("<html>"), "the answer is not JSON"],
    ["answers with another document", () => serve('{"keys":{}}'), "the answer is no JSON Web Key Set"],
    ["has no keys", () => serve('{"keys":[]}'), "the answer has 0 keys to verify with"],
    [
      "tells a private key",
      () => serve(JSON.stringify({ keys: [first.privateKey.export({ format: "jwk" })] })),
      "0 keys",
    ],
    ["answers with 10 MB", () => serve(`{"keys":"${"x".repeat(10_000_000)}"}`), "more than 262144 bytes"],
    ["has too many keys", () => serve(setOf(...Array.from({ length: 33 }, () => first))), "33 keys"],
  ])("stay when the issuer %s, the console is told, and they are asked for again", async (_what, breakIt, words) => {
    const agent = makeKeeper();
    await agent.keeper.ensure([uri]);
    breakIt();
    await agent.turnAfter(300);
    await waitFor("a problem", () => (agent.turn(), agent.problem().length === 1));
    expect(agent.problem()[0]).toContain(words);
    expect(agent.problem()[0]).toContain("(last keys kept)");
    expect(agent.ids()).toEqual(["first"]);
    expect(agent.control.keySetGeneration).toBe(1);
    serve(setOf(second));
    await agent.turnAfter(10);
    await waitFor("the problem to be over", () => (agent.turn(), agent.problem().length === 0));
    await waitFor("the new key", () => agent.ids().join() === "second");
  });

  it("keep no release back for more than a second", async () => {
    answer = () => undefined;
    const agent = makeKeeper();
    const since = performance.now();
    await agent.keeper.ensure([uri]);
    expect(performance.now() - since).toBeLessThan(2_000);
    expect(agent.control.keySetGeneration).toBe(0);
    server.closeAllConnections();
  });

  it("come from the disk while the issuer is away, unless somebody has damaged them", async () => {
    const before = makeKeeper();
    await before.keeper.ensure([uri]);
    answer = (request) => request.socket.destroy();
    const after = makeKeeper();
    after.keeper.startFromDisk();
    await after.keeper.ensure([uri]);
    expect(after.control.keySetGeneration).toBe(1);
    writeFileSync(after.file, '{"keySets":[{"uri":"x","keys":[{"id":7}]}]}');
    const damaged = makeKeeper();
    damaged.keeper.startFromDisk();
    expect(damaged.control.keySetGeneration).toBe(0);
  });

  it("are forgotten when no release names the issuer any more", async () => {
    const agent = makeKeeper();
    await agent.keeper.ensure([uri]);
    agent.keeper.turn([]);
    serve(setOf(second));
    await agent.keeper.ensure([uri]);
    expect(agent.ids()).toEqual(["second"]);
  });
});
