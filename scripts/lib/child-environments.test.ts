import { afterEach, expect, it, vi } from "vitest";
import { gatewayEnvironment, sampleEnvironment } from "./child-environments.mjs";
import { readGatewaySettings } from "./settings.mjs";

afterEach(() => {
  vi.unstubAllEnvs();
});

it("gateway and sample service are told none of the portal's secrets", () => {
  const secrets = ["GATEHOUSE_SECRET", "GATEHOUSE_ADMIN_PASSWORD", "GATEHOUSE_ADMIN_TOKEN", "DATABASE_URL"];
  for (const name of secrets) {
    vi.stubEnv(name, "hunter2");
  }
  vi.stubEnv("HTTPS_PROXY", "http://proxy.test");
  const gateway = gatewayEnvironment(readGatewaySettings({ GATEHOUSE_CONTROL_PLANE_URL: "http://portal.test" }));
  for (const environment of [gateway, sampleEnvironment(4000)]) {
    expect(Object.values(environment)).not.toContain("hunter2");
    expect(environment["HTTPS_PROXY"]).toBe("http://proxy.test");
  }
});
