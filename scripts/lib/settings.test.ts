import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { OLDEST_NODE, requireNode } from "./node-version.mjs";
import { inRoot } from "./paths.mjs";
import { GATEWAY_SETTINGS, readGatewaySettings, readStartSettings, SETTINGS } from "./settings.mjs";

describe("settings of a start", () => {
  it("have the documented defaults", () => {
    expect(readStartSettings({})).toMatchObject({
      port: 3000,
      gatewayPort: 8080,
      gatewayStatusPort: 8081,
      host: "127.0.0.1",
      dataDir: inRoot(".gatehouse"),
      databaseUrl: undefined,
      adminEmail: "admin@gatehouse.local",
      demo: undefined,
      publicUrl: "http://localhost:3000",
      gatewayUrl: "http://localhost:8080",
    });
  });

  it("derive the public addresses from the ports", () => {
    const settings = readStartSettings({ GATEHOUSE_PORT: "4000", GATEHOUSE_GATEWAY_PORT: "4001" });
    expect(settings.publicUrl).toBe("http://localhost:4000");
    expect(settings.gatewayUrl).toBe("http://localhost:4001");
  });

  it.each([
    ["127.0.0.1", "http://localhost:3000", "http://127.0.0.1:3000"],
    ["0.0.0.0", "http://localhost:3000", "http://127.0.0.1:3000"],
    ["192.0.2.7", "http://192.0.2.7:3000", "http://192.0.2.7:3000"],
    ["::1", "http://localhost:3000", "http://[::1]:3000"],
    ["::", "http://localhost:3000", "http://[::1]:3000"],
  ])("derive addresses that answer when the portal listens on %s", (host, publicUrl, localUrl) => {
    expect(readStartSettings({ GATEHOUSE_HOST: host })).toMatchObject({ publicUrl, localUrl });
  });

  it("count as unset when empty", () => {
    expect(readStartSettings({ DATABASE_URL: "", GATEHOUSE_DEMO: " " })).toMatchObject({
      databaseUrl: undefined,
      demo: undefined,
    });
  });

  it.each([
    { GATEHOUSE_GATEWAY_TRUSTED_PROXIES: "10.0.0.0/8,2001:db8::/32" },
    { GATEHOUSE_GATEWAY_DNS_SERVERS: "10.0.0.53,[fd00::53]:5353" },
    { DATABASE_URL: "postgresql://user:password@host:5432/database" },
  ])("take the example that the documentation gives: %o", (environment) => {
    expect(() => readStartSettings(environment)).not.toThrow();
  });

  it("take a data directory relative to the clone, or absolute", () => {
    expect(readStartSettings({ GATEHOUSE_DATA_DIR: "data/here" }).dataDir).toBe(inRoot("data", "here"));
    expect(readStartSettings({ GATEHOUSE_DATA_DIR: "/srv/gatehouse" }).dataDir).toBe("/srv/gatehouse");
  });

  it.each([
    [{ GATEHOUSE_PORT: "http" }, /GATEHOUSE_PORT is "http": give a whole number from 1 to 65535\./],
    [{ GATEHOUSE_PORT: "0" }, /GATEHOUSE_PORT/],
    [{ GATEHOUSE_PORT: "70000" }, /GATEHOUSE_PORT/],
    [{ GATEHOUSE_PORT: "30.5" }, /GATEHOUSE_PORT/],
    [{ GATEHOUSE_DEMO: "yes" }, /GATEHOUSE_DEMO is "yes": give 0 or 1\./],
    [{ DATABASE_URL: "mysql://somewhere/db" }, /DATABASE_URL is not a Postgres address/],
    [{ GATEHOUSE_PUBLIC_URL: "portal.example.com" }, /GATEHOUSE_PUBLIC_URL/],
    [{ GATEHOUSE_PUBLIC_URL: "https://example.com/portal" }, /without a path/],
    [{ GATEHOUSE_ADMIN_PASSWORD: "short" }, /at least 10 characters/],
    [{ GATEHOUSE_ADMIN_EMAIL: "nobody" }, /e-mail/],
    [{ GATEHOUSE_SECRET: "too short" }, /at least 32/],
    [{ GATEHOUSE_GATEWAY_WORKERS: "16" }, /from 1 to 15/],
    [{ GATEHOUSE_GATEWAY_UPSTREAM_CA_FILE: "ca.pem" }, /is "ca\.pem": give an absolute path\./],
    [{ GATEHOUSE_GATEWAY_UPSTREAM_CA_FILE: "/nowhere/ca.pem" }, /which cannot be read: ENOENT/],
  ])("refuse %o with a sentence", (environment, sentence) => {
    expect(() => readStartSettings(environment)).toThrow(sentence);
  });

  it("name everything that is wrong at once", () => {
    const environment = { GATEHOUSE_PORT: "x", GATEHOUSE_DEMO: "2" };
    expect(() => readStartSettings(environment)).toThrow(/GATEHOUSE_PORT.*\n.*GATEHOUSE_DEMO/);
  });

  it("never repeat a password in a message", () => {
    const read = () =>
      readStartSettings({ DATABASE_URL: "mysql://user:hunter2-secret@db/x", GATEHOUSE_SECRET: "hunter2" });
    expect(read).toThrow();
    expect(read).not.toThrow(/hunter2/);
  });
});

describe("settings of a gateway alone", () => {
  it("need the address of the control plane", () => {
    expect(() => readGatewaySettings({})).toThrow(/GATEHOUSE_CONTROL_PLANE_URL is not set/);
    expect(readGatewaySettings({ GATEHOUSE_CONTROL_PLANE_URL: "https://portal.example.com/" })).toMatchObject({
      controlPlaneUrl: "https://portal.example.com",
      stateDir: inRoot(".gatehouse", "gateway"),
    });
  });
});

describe("documentation", () => {
  const readme = readFileSync(inRoot("README.md"), "utf8").replace(/ +/g, " ").replace(/-{2,}/g, "-");
  const table = (settings: typeof SETTINGS) =>
    ["| setting | default | meaning |", "| - | - | - |"]
      .concat(settings.map(({ name, shownDefault, meaning }) => `| \`${name}\` | ${shownDefault} | ${meaning} |`))
      .join("\n");

  it("lists exactly the settings that are read", () => {
    expect(readme).toContain(table(SETTINGS));
    expect(readme).toContain(table(GATEWAY_SETTINGS));
  });

  it("says the Node version that is required", () => {
    const manifest = JSON.parse(readFileSync(path.join(inRoot(), "package.json"), "utf8"));
    expect(manifest.engines.node).toBe(`>=${OLDEST_NODE}`);
    expect(readme).toContain(`Node ${OLDEST_NODE}`);
  });
});

describe("the Node version", () => {
  it.each(["18.20.0", "20.18.3", "20.9.0"])("%s is refused in one sentence", (version) => {
    expect(() => {
      requireNode(version);
    }).toThrow(/needs Node 20\.19 or newer; this is/);
  });

  it.each(["20.19.0", "20.20.2", "22.0.0", "26.1.0"])("%s is taken", (version) => {
    expect(() => {
      requireNode(version);
    }).not.toThrow();
  });
});
