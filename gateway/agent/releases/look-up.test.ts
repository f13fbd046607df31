import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DnsServer } from "../../testing/dns-server";
import { DnsLookUp } from "./look-up";
import { cycleOfPeers } from "./srv-peers";

let dns: DnsServer;
let lookUp: DnsLookUp["lookUp"];

beforeAll(async () => {
  dns = await DnsServer.start();
  ({ lookUp } = new DnsLookUp([dns.address]));
});

afterAll(() => dns.stop());

const service = (name: string, port: number, priority = 0, weight = 0) => ({ name, port, priority, weight });

it("tells the shortest time to live of a name's addresses, which it sorts: resolvers rotate them", async () => {
  dns.records.set("a.example.test", { ttlSeconds: 7, addresses: ["10.0.0.2", "10.0.0.1"] });
  expect(await lookUp("a.example.test")).toEqual({ addresses: ["10.0.0.1", "10.0.0.2"], ttlSeconds: 7 });
});

it("asks the system for names of /etc/hosts, which DNS need not know", async () => {
  expect((await lookUp("localhost")).addresses).toEqual(["127.0.0.1"]);
  expect(dns.asked).not.toContain("localhost");
});

it("says so when nobody knows a name", async () => {
  await expect(lookUp("nobody.invalid")).rejects.toThrow("ENOTFOUND");
});

describe("SRV records", () => {
  it("lead to the hosts and ports of the best priority, by weight", async () => {
    dns.records.set("one.example.test", { ttlSeconds: 60, addresses: ["10.0.0.1"] });
    dns.records.set("two.example.test", { ttlSeconds: 4, addresses: ["10.0.0.2"] });
    dns.records.set("spare.example.test", { ttlSeconds: 60, addresses: ["10.0.0.9"] });
    const services = [
      service("spare.example.test", 9000, 20),
      service("one.example.test", 8001, 10, 30),
      service("two.example.test", 8002, 10, 10),
    ];
    dns.records.set("_api._tcp.example.test", { ttlSeconds: 60, services });
    const { addresses, ttlSeconds } = await lookUp("SRV _api._tcp.example.test");
    expect([...addresses].sort()).toEqual(["10.0.0.1:8001", "10.0.0.1:8001", "10.0.0.1:8001", "10.0.0.2:8002"]);
    expect(ttlSeconds).toBe(4);
  });

  it("of a worse priority serve only while no host of a better one has an address", async () => {
    dns.records.set("there.example.test", { ttlSeconds: 60, addresses: ["10.0.0.9"] });
    const services = [service("gone.example.test", 8000, 1), service("there.example.test", 9000, 2)];
    dns.records.set("_half._tcp.example.test", { ttlSeconds: 60, services });
    expect((await lookUp("SRV _half._tcp.example.test")).addresses).toEqual(["10.0.0.9:9000"]);
  });

  it("that offer nothing are no answer", async () => {
    dns.records.set("_no._tcp.example.test", { ttlSeconds: 60, services: [service("", 0)] });
    await expect(lookUp("SRV _no._tcp.example.test")).rejects.toThrow("not offered");
  });

  it("share a weight between the addresses of a host, and leave out who has none beside others who do", () => {
    const turns = cycleOfPeers([
      { addresses: ["10.0.0.1", "fd00::1"], port: 80, weight: 2 },
      { addresses: ["10.0.0.2"], port: 80, weight: 1 },
      { addresses: ["10.0.0.3"], port: 80, weight: 0 },
    ]);
    expect([...turns].sort()).toEqual(["10.0.0.1:80", "10.0.0.2:80", "[fd00::1]:80"]);
    expect(cycleOfPeers([{ addresses: ["10.0.0.3"], port: 80, weight: 0 }])).toEqual(["10.0.0.3:80"]);
  });

  it("make no long list, whatever the weights", () => {
    const turns = cycleOfPeers([
      { addresses: ["10.0.0.1"], port: 80, weight: 65_535 },
      { addresses: ["10.0.0.2"], port: 80, weight: 65_534 },
      { addresses: ["10.0.0.3"], port: 80, weight: 1 },
    ]);
    expect(turns.length).toBeLessThanOrEqual(101);
    expect(new Set(turns).size).toBe(3);
  });
});
