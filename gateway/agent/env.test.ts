import { expect, it } from "vitest";
import { readSettings } from "./env";

const url = { GATEHOUSE_CONTROL_PLANE_URL: "http://localhost:3000/" };

it("has a default for everything but the control plane", () => {
  expect(readSettings(url)).toMatchObject({
    controlPlaneUrl: "http://localhost:3000",
    host: "127.0.0.1",
    port: 8080,
    statusPort: 8081,
    workers: 2,
    upstreamCaFile: "/etc/ssl/certs/ca-certificates.crt",
    spoolMaxBytes: 256 * 1024 * 1024,
  });
  expect(readSettings({ ...url, GATEHOUSE_DATA_DIR: "/data" }).stateDirectory).toBe("/data/gateway");
  expect(readSettings({ ...url, GATEHOUSE_GATEWAY_PORT: "" }).port).toBe(8080);
  const trusted = { GATEHOUSE_GATEWAY_TRUSTED_PROXIES: "10.0.0.0/8, fd00::1" };
  expect(readSettings({ ...url, ...trusted }).trustedProxies).toEqual(["10.0.0.0/8", "fd00::1"]);
  expect(readSettings({ ...url, GATEHOUSE_GATEWAY_LIMIT_COUNTERS: "20000" }).counterCapacity).toBe(20_000);
});

it.each([
  [{}, "GATEHOUSE_CONTROL_PLANE_URL must be set to the address of the portal"],
  [{ GATEHOUSE_CONTROL_PLANE_URL: "localhost:3000" }, "GATEHOUSE_CONTROL_PLANE_URL must be an http or https address"],
  [{ ...url, GATEHOUSE_GATEWAY_PORT: "80a" }, "GATEHOUSE_GATEWAY_PORT must be a whole number"],
  [{ ...url, GATEHOUSE_GATEWAY_PORT: "70000" }, "GATEHOUSE_GATEWAY_PORT must lie between 1 and 65535"],
  [{ ...url, GATEHOUSE_GATEWAY_WORKERS: "16" }, "GATEHOUSE_GATEWAY_WORKERS must lie between 1 and 15"],
  [{ ...url, GATEHOUSE_GATEWAY_PORT: "9", GATEHOUSE_GATEWAY_STATUS_PORT: "9" }, "must differ"],
  [{ ...url, GATEHOUSE_STATE_DIR: `/${"x".repeat(100)}` }, "choose a shorter path"],
  [{ ...url, GATEHOUSE_GATEWAY_TRUSTED_PROXIES: "10.0.0.0/8,10.0.0.1/8" }, "must list addresses and ranges"],
  [
    { ...url, GATEHOUSE_GATEWAY_UPSTREAM_CA_FILE: "ca.pem" },
    "GATEHOUSE_GATEWAY_UPSTREAM_CA_FILE must be an absolute path",
  ],
  [{ ...url, GATEHOUSE_LOG_LEVEL: "loud" }, "GATEHOUSE_LOG_LEVEL must be one of"],
])("refuses %o in one sentence", (environment, sentence) => {
  expect(() => readSettings(environment)).toThrow(sentence);
});

it("names every wrong setting at once", () => {
  expect(() => readSettings({ ...url, GATEHOUSE_GATEWAY_PORT: "x", GATEHOUSE_GATEWAY_WORKERS: "y" })).toThrow(
    "GATEHOUSE_GATEWAY_PORT must be a whole number; GATEHOUSE_GATEWAY_WORKERS must be a whole number.",
  );
});
