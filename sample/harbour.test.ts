import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createHarbour } from "./harbour";
import { operations } from "./operations";

let server: Server;
let origin: string;
/** What the service's dice show next; 0.5 fails nothing. */
let dice = 0.5;

beforeEach(async () => {
  dice = 0.5;
  server = createServer(createHarbour({ random: () => dice, sleep: () => Promise.resolve() }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function call(method: string, target: string, body?: unknown) {
  const response = await fetch(origin + target, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === "" ? undefined : JSON.parse(text)) as Record<string, unknown> & {
      items: Record<string, unknown>[];
    },
  };
}

const coaster = { imo: "9123456", name: "Sea Lark", kind: "bulk", flag: "NO", lengthMetres: 98, draughtMetres: 5.6 };

describe("the document", () => {
  it("lists exactly the operations that the service has", () => {
    const document = parse(readFileSync(path.join(import.meta.dirname, "openapi.yaml"), "utf8")) as {
      paths: Record<string, Record<string, { operationId?: string }>>;
    };
    const described = Object.entries(document.paths).flatMap(([template, item]) =>
      Object.entries(item)
        .filter(([key]) => key !== "parameters")
        .map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${template}`),
    );
    expect(described.sort()).toEqual(operations.map(({ id, method, path }) => `${id} ${method} ${path}`).sort());
  });
});

describe("lists", () => {
  it("gives every item exactly once over its pages", async () => {
    const seen: unknown[] = [];
    let cursor: unknown = null;
    do {
      const { body } = await call("GET", `/vessels?limit=5${cursor === null ? "" : `&cursor=${cursor as string}`}`);
      seen.push(...body.items.map((vessel) => vessel.imo));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(12);
    expect(new Set(seen).size).toBe(12);
  });

  it("filters berths by state", async () => {
    const { body } = await call("GET", "/berths?state=maintenance");
    expect(body.items.map((berth) => berth.id)).toEqual(["N4"]);
  });

  it.each(["/berths?limit=0", "/berths?limit=x", "/berths?cursor=Z9", "/berths?state=sunk", "/tides?hours=100"])(
    "refuses %s with 422 and names the parameter",
    async (target) => {
      const { status, body } = await call("GET", target);
      expect(status).toBe(422);
      expect(body.errors).toHaveLength(1);
    },
  );
});

describe("vessels", () => {
  it("registers, changes and removes one", async () => {
    const created = await call("POST", "/vessels", coaster);
    expect(created.status).toBe(201);
    expect(created.headers.get("location")).toBe("/vessels/9123456");
    expect((await call("PATCH", "/vessels/9123456", { flag: "DK" })).body.flag).toBe("DK");
    expect((await call("DELETE", "/vessels/9123456")).status).toBe(204);
    expect((await call("GET", "/vessels/9123456")).status).toBe(404);
  });

  it("names every wrong field at once", async () => {
    const { status, body, headers } = await call("POST", "/vessels", { imo: "12", name: "", colour: "red" });
    expect(status).toBe(422);
    expect(headers.get("content-type")).toBe("application/problem+json");
    const places = (body.errors as { place: string }[]).map(({ place }) => place).sort();
    expect(places).toEqual(["/colour", "/draughtMetres", "/flag", "/imo", "/kind", "/lengthMetres", "/name"]);
  });

  it("refuses a second vessel under one number", async () => {
    await call("POST", "/vessels", coaster);
    expect((await call("POST", "/vessels", coaster)).status).toBe(409);
  });

  it("keeps a vessel that is expected", async () => {
    expect((await call("DELETE", "/vessels/9811000")).status).toBe(409);
  });
});

describe("arrivals", () => {
  it("announces one where the vessel fits, and frees the berth on departure", async () => {
    const expectedAt = "2027-05-01T06:30:00.000Z";
    const created = await call("POST", "/arrivals", { vessel: "9667485", berth: "S2", expectedAt });
    expect(created.body).toMatchObject({ id: "arr-0009", state: "announced", expectedAt });
    const departed = await call("POST", "/arrivals/arr-0002/departure");
    expect(departed.body.state).toBe("departed");
    expect((await call("GET", "/berths/N1")).body.state).toBe("free");
    expect((await call("POST", "/arrivals/arr-0002/departure")).status).toBe(409);
  });

  it("refuses a berth that is too short, too shallow or out of service", async () => {
    const announce = (vessel: string, berth: string) =>
      call("POST", "/arrivals", { vessel, berth, expectedAt: "2027-05-01T06:30:00Z" });
    expect((await announce("9667485", "S3")).body.detail).toContain("180 m long");
    expect((await announce("9434761", "F1")).body.detail).toContain("8 m deep");
    expect((await announce("9364198", "N4")).body.detail).toContain("maintenance");
  });
});

describe("the rest", () => {
  it("fails the tide forecast when the gauge drops out, and only then", async () => {
    expect((await call("GET", "/tides?hours=6")).body.heights).toHaveLength(6);
    dice = 0.05;
    const failed = await call("GET", "/tides");
    expect(failed.status).toBe(503);
    expect(failed.headers.get("retry-after")).toBe("5");
  });

  it("answers an unknown path with 404 and a wrong method with 405 and Allow", async () => {
    expect((await call("GET", "/cranes")).status).toBe(404);
    const wrong = await call("DELETE", "/berths/N1");
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get("allow")).toBe("GET, PATCH");
  });

  it("refuses a body that is not JSON or too large", async () => {
    const malformed = await fetch(`${origin}/vessels`, { method: "POST", body: "{" });
    expect(malformed.status).toBe(400);
    const large = await fetch(`${origin}/vessels`, { method: "POST", body: "x".repeat(70_000) });
    expect(large.status).toBe(413);
  });

  it("forgets the oldest addition rather than growing without end", async () => {
    for (let number = 0; number < 500; number += 1) {
      await call("POST", "/vessels", { ...coaster, imo: String(8_000_000 + number) });
    }
    expect((await call("GET", "/vessels/8000000")).status).toBe(404);
    expect((await call("GET", "/vessels/8000499")).status).toBe(200);
    expect((await call("GET", "/vessels/9811000")).status).toBe(200);
  });
});
