import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AgentProcess, buildPrograms } from "../../testing/agent-process";
import { DnsServer } from "../../testing/dns-server";
import { FakeControlPlane } from "../../testing/fake-control-plane";
import { FakeUpstream } from "../../testing/fake-upstream";
import { makeKey } from "../../testing/make-key";
import { credentialFor } from "../../testing/snapshots";
import { buildRuntime } from "../../testing/test-node";
import { upstreamSnapshot } from "../../testing/upstream-snapshot";
import { waitFor } from "../../testing/wait-for";

const key = makeKey("dns");
let dns: DnsServer;
let controlPlane: FakeControlPlane;
let agent: AgentProcess;
let first: FakeUpstream;
let second: FakeUpstream;

beforeAll(async () => {
  buildRuntime();
  const programs = await buildPrograms();
  dns = await DnsServer.start();
  controlPlane = await FakeControlPlane.start();
  first = await FakeUpstream.start();
  second = await FakeUpstream.start(undefined, { address: "127.0.0.2", port: first.port });
  agent = await AgentProcess.create({
    programs,
    controlPlaneUrl: controlPlane.url,
    enrolToken: controlPlane.enrolToken,
    environment: {
      GATEHOUSE_NGINX: "/usr/sbin/nginx",
      GATEHOUSE_LUA_DIR: path.resolve(import.meta.dirname, "../../../dist/gateway/lua"),
      GATEHOUSE_GATEWAY_DNS_SERVERS: dns.address,
    },
  });
  controlPlane.putCredentials([credentialFor(key)]);
  dns.records.set("orders.example.test", { ttlSeconds: 1, addresses: ["127.0.0.1"] });
  const release = controlPlane.publish(upstreamSnapshot([`http://orders.example.test:${first.port}`], {}));
  agent.start();
  await everyWorkerRuns(release);
});

afterAll(async () => {
  await agent.dispose();
  await controlPlane.stop();
  await Promise.all([first.stop(), second.stop()]);
  dns.stop();
});

async function call(): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${agent.port}/shop/v1/items`, { headers: { "X-API-Key": key } });
  await response.text();
  return response.status;
}

async function everyWorkerRuns(release: number): Promise<void> {
  await waitFor(`every worker to run release ${release}`, () => controlPlane.lastHeartbeat?.release === release);
}

it("a new address gets the calls when the old one's time to live is over, without one that fails", async () => {
  dns.records.set("orders.example.test", { ttlSeconds: 1, addresses: ["127.0.0.2"] });
  const since = performance.now();
  const statuses = new Set<number>();
  await waitFor("the new address to be called", async () => {
    statuses.add(await call());
    return second.count > 0;
  });
  expect(performance.now() - since).toBeLessThan(2_500);
  await waitFor("the old address to be left", async () => {
    const before = first.count;
    statuses.add(await call());
    statuses.add(await call());
    return first.count === before;
  });
  expect([...statuses]).toEqual([200]);
  expect(second.seen[0]?.headers.host).toBe(`orders.example.test:${first.port}`);
});

it("a DNS server that no longer answers fails no call", async () => {
  dns.records.set("orders.example.test", "silent");
  const before = dns.asked.length;
  await waitFor("DNS to be asked in vain", async () => {
    expect(await call()).toBe(200);
    return dns.asked.length >= before + 2;
  });
  expect(await call()).toBe(200);
});

it.each([
  ["in turns", "_turns._tcp.example.test", {}],
  [
    "where somebody watches",
    "_watched._tcp.example.test",
    { circuitBreaker: {}, healthCheck: { path: "/live", intervalSeconds: 0.1 } },
  ],
])("SRV records say which hosts and ports are called, by weight: %s", async (_name, service, settings) => {
  const own = await Promise.all([FakeUpstream.start(), FakeUpstream.start()]);
  const services = own.map(({ port }, index) => ({
    name: "host.example.test",
    port,
    priority: 1,
    weight: 3 - index * 2,
  }));
  services.push({ name: "host.example.test", port: first.port, priority: 2, weight: 100 });
  dns.records.set(service, { ttlSeconds: 1, services });
  dns.records.set("host.example.test", { ttlSeconds: 1, addresses: ["127.0.0.1"] });
  const release = controlPlane.publish(upstreamSnapshot([`http+srv://${service}/base`], settings));
  const called = () => own.map(({ seen }) => seen.filter(({ url }) => url.startsWith("/base/")).length);
  await everyWorkerRuns(release);
  const before = called();
  const firstBefore = first.count;
  for (let made = 0; made < 80; made += 1) {
    expect(await call()).toBe(200);
  }
  const [many = 0, few = 0] = called().map((count, index) => count - (before[index] ?? 0));
  expect(many + few).toBe(80);
  // Each worker is within one cycle of four.
  expect(Math.abs(many - 60)).toBeLessThanOrEqual(4);
  expect(first.count).toBe(firstBefore);
  expect(own[0]?.seen.find(({ url }) => url.startsWith("/base"))?.headers.host).toBe("example.test");
  if ("healthCheck" in settings) {
    await waitFor("both to be checked", () => own.every(({ seen }) => seen.some(({ url }) => url === "/live")));
    await own[0]?.stop();
    await waitFor("the one that is gone to be left", async () => {
      const statuses = [];
      for (let made = 0; made < 8; made += 1) {
        statuses.push(await call());
      }
      return statuses.every((status) => status === 200);
    });
    await own[1]?.stop();
  } else {
    await Promise.all(own.map((upstream) => upstream.stop()));
  }
});
