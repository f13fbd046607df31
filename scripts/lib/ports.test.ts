import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, expect, it } from "vitest";
import { findFreePort, portObstacle, requireFreePorts } from "./ports.mjs";

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(host: string): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

it.each(["127.0.0.1", "0.0.0.0"])("a port that somebody listens on at %s is in use", async (host) => {
  expect(await portObstacle(await listen(host))).toBe("used");
});

it("a free port has no obstacle, and is found below the ephemeral range", async () => {
  const port = await findFreePort();
  expect(port).toBeLessThan(32_768);
  expect(await portObstacle(port)).toBeUndefined();
});

it("one sentence names the port, what it is for, who has it and what to do", async () => {
  const port = await listen("127.0.0.1");
  const wanted = { port, host: "127.0.0.1", purpose: "the portal", setting: "GATEHOUSE_PORT" };
  await expect(requireFreePorts([wanted])).rejects.toThrow(
    new RegExp(
      `^Port ${port}, wanted for the portal, is in use by .+ \\(process ${process.pid}\\): stop it, or set GATEHOUSE_PORT to another port\\.$`,
    ),
  );
});

it("two settings with one port are told apart", async () => {
  const port = await findFreePort();
  const wanted = ["GATEHOUSE_PORT", "GATEHOUSE_GATEWAY_PORT"].map((setting) => ({
    port,
    host: "127.0.0.1",
    purpose: "something",
    setting,
  }));
  await expect(requireFreePorts(wanted)).rejects.toThrow(/GATEHOUSE_PORT and GATEHOUSE_GATEWAY_PORT are both/);
});

it("an address of another machine is refused", async () => {
  const wanted = { port: await findFreePort(), host: "192.0.2.1", purpose: "the portal", setting: "GATEHOUSE_PORT" };
  await expect(requireFreePorts([wanted])).rejects.toThrow(/192\.0\.2\.1.*is not an address of this machine/);
});
