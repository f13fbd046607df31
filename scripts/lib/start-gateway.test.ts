import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { readGatewaySettings } from "./settings.mjs";
import { gatewayPorts, startGateway } from "./start-gateway.mjs";

const settingsOf = (environment: Record<string, string>) =>
  readGatewaySettings({ GATEHOUSE_CONTROL_PLANE_URL: "http://portal.test", ...environment });

it("a gateway that listens on one address of the machine is ready when it says so there", async () => {
  const gateway = createServer((request, response) => response.writeHead(request.url === "/ready" ? 200 : 404).end());
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.2", resolve));
  const { port } = gateway.address() as AddressInfo;
  const program = { name: "gateway", pid: () => 1, lastWords: () => "", isRunning: () => true, stop: async () => {} };
  const supervisor = { start: () => program, say: () => {}, note: () => {}, stopping: false, stopAll: async () => {} };
  const starting = startGateway({
    supervisor,
    settings: settingsOf({ GATEHOUSE_GATEWAY_HOST: "127.0.0.2", GATEHOUSE_GATEWAY_STATUS_PORT: String(port) }),
    logFile: "/nowhere/gateway.log",
    timeoutMs: 3000,
    step: { detail: () => {}, failed: () => {}, pause: () => {}, resume: () => {} },
  });
  await expect(starting).resolves.toBeUndefined();
  await new Promise((resolve) => gateway.close(resolve));
});

it("the ports of a gateway are all that it listens on", () => {
  const ports = (environment: Record<string, string>) =>
    gatewayPorts(settingsOf(environment)).map(({ host, port, setting }) => `${setting} ${host} ${port}`);
  expect(ports({})).toEqual(["GATEHOUSE_GATEWAY_PORT 127.0.0.1 8080", "GATEHOUSE_GATEWAY_STATUS_PORT 127.0.0.1 8081"]);
  expect(
    ports({
      GATEHOUSE_GATEWAY_HOST: "0.0.0.0",
      GATEHOUSE_GATEWAY_TLS_PORT: "8443",
      GATEHOUSE_GATEWAY_H2C_PORT: "8082",
    }),
  ).toEqual([
    "GATEHOUSE_GATEWAY_PORT 0.0.0.0 8080",
    "GATEHOUSE_GATEWAY_STATUS_PORT 0.0.0.0 8081",
    "GATEHOUSE_GATEWAY_TLS_PORT 0.0.0.0 8443",
    "GATEHOUSE_GATEWAY_H2C_PORT 0.0.0.0 8082",
  ]);
});
