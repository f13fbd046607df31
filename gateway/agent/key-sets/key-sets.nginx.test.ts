import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AgentProcess, buildPrograms } from "../../testing/agent-process";
import { FakeControlPlane } from "../../testing/fake-control-plane";
import { FakeUpstream } from "../../testing/fake-upstream";
import { makeKey } from "../../testing/make-key";
import { makeIssuer, signToken } from "../../testing/sign-token";
import { credentialFor, shopSnapshot } from "../../testing/snapshots";
import { buildRuntime } from "../../testing/test-node";
import { waitFor } from "../../testing/wait-for";

/** An agent, its nginx and an issuer that serves its keys. */
const key = makeKey("key-sets");
const issuer = makeIssuer("ES256", "first");
let server: Server;
let isUp = true;
let controlPlane: FakeControlPlane;
let agent: AgentProcess;
let upstream: FakeUpstream;

beforeAll(async () => {
  buildRuntime();
  const programs = await buildPrograms();
  server = createServer((_request, response) =>
    response.writeHead(isUp ? 200 : 500).end(JSON.stringify({ keys: [issuer.jwk] })),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  controlPlane = await FakeControlPlane.start();
  upstream = await FakeUpstream.start();
  agent = await AgentProcess.create({
    programs,
    controlPlaneUrl: controlPlane.url,
    enrolToken: controlPlane.enrolToken,
    environment: {
      GATEHOUSE_NGINX: "/usr/sbin/nginx",
      GATEHOUSE_LUA_DIR: path.resolve(import.meta.dirname, "../../../dist/gateway/lua"),
    },
  });
  controlPlane.putCredentials([credentialFor(key)]);
  controlPlane.publish(shopSnapshot([upstream.url]));
  agent.start();
  await waitFor("calls to be answered", async () => (await call().catch(() => 0)) === 200);
});

afterAll(async () => {
  await agent.dispose();
  await controlPlane.stop();
  await upstream.stop();
  server.close();
});

async function call(): Promise<number> {
  const token = signToken(issuer, { exp: Math.floor(Date.now() / 1000) + 300 });
  const response = await fetch(`http://127.0.0.1:${agent.port}/shop/v1/items`, {
    headers: { "X-API-Key": key, Authorization: `Bearer ${token}` },
  });
  await response.text();
  return response.status;
}

async function callWithout(): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${agent.port}/shop/v1/items`, { headers: { "X-API-Key": key } });
  await response.text();
  return response.status;
}

it("a release that names an issuer finds its keys in place: no token of it is refused, and none is missed", async () => {
  const jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const policies = [{ policy: "jwt-validation", config: { jwksUri } }];
  controlPlane.publish(shopSnapshot([upstream.url], { version: { policies } }));
  const statuses = new Set<number>();
  await waitFor("the release to hold", async () => {
    statuses.add(await call());
    return (await callWithout()) === 401;
  });
  expect([...statuses]).toEqual([200]);
});

it("an issuer that is down at a restart takes nothing down: the keys are on the disk", async () => {
  isUp = false;
  await agent.end("SIGTERM");
  agent.start();
  await waitFor("calls to be answered", async () => (await call().catch(() => 0)) !== 0);
  await waitFor("tokens to be taken", async () => (await call()) === 200);
  expect(await callWithout()).toBe(401);
});
