import { Hono } from "hono";
import { z } from "zod";
import { enrolRequestSchema, heartbeatSchema } from "@/gateway/contract/heartbeat";
import { requestLogBatchSchema } from "@/gateway/contract/request-log";
import { telemetryBatchSchema } from "@/gateway/contract/telemetry";
import { readCachePurges } from "@/lib/cache/read-cache-purges";
import { readCertificateSet } from "@/lib/certificates/read-certificate-set";
import { bearerToken } from "@/lib/auth/authenticate";
import { ApiError, invalid, notFound } from "@/lib/errors";
import { requestIdOf } from "@/lib/http/define-route";
import { problemResponse } from "@/lib/http/problem-response";
import { readJsonBody } from "@/lib/http/read-json-body";
import { unstorableTexts } from "@/lib/http/unstorable-text";
import { zodProblems } from "@/lib/http/zod-problems";
import { readCredentialPage } from "@/lib/keys/credential-log";
import { authenticateNode } from "@/lib/nodes/authenticate-node";
import { enrolNode } from "@/lib/nodes/enrol-node";
import { openNodeStream } from "@/lib/nodes/node-stream";
import { readBundle, readChunk } from "@/lib/nodes/read-bundle";
import { recordHeartbeat } from "@/lib/nodes/record-heartbeat";
import { applyRequestLog } from "@/lib/requests/apply-request-log";
import { applyTelemetry } from "@/lib/usage/apply-telemetry";

const MAX_TELEMETRY_BYTES = 64 * 1024 * 1024;
const MAX_SMALL_BYTES = 1024 * 1024;

/** What agents call. A node's token is its only way in; every answer is about the node's own environment. */
export function createAgentApi(): Hono {
  const app = new Hono();

  app.post("/api/gateway/enrol", async ({ req }) => {
    const input = await readBody(req.raw, enrolRequestSchema, MAX_SMALL_BYTES);
    return json(await enrolNode(bearerToken(req.raw), input));
  });

  app.get("/api/gateway/stream", async ({ req }) => {
    const node = await authenticateNode(req.raw);
    return new Response(openNodeStream(node, req.raw.signal), {
      // Neither Next.js nor a proxy may hold lines back to compress them.
      headers: {
        "content-type": "application/x-ndjson",
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
      },
    });
  });

  app.get("/api/gateway/bundles/:release", async ({ req }) => {
    const node = await authenticateNode(req.raw);
    const number = z.coerce.number().int().positive().max(2_147_483_647).safeParse(req.param("release"));
    if (!number.success) {
      throw notFound("release", req.param("release"));
    }
    return json(await readBundle(node, number.data));
  });

  app.get("/api/gateway/chunks/:sha256", async ({ req }) => {
    const node = await authenticateNode(req.raw);
    const sha256 = req.param("sha256");
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      throw notFound("chunk", sha256);
    }
    return new Response(await readChunk(node, sha256), {
      // The name is the content: it never changes.
      headers: { "content-type": "application/json", "cache-control": "private, immutable, no-transform" },
    });
  });

  app.get("/api/gateway/credentials", async ({ req }) => {
    await authenticateNode(req.raw);
    return json(await readCredentialPage(readAfter(req.query("after"))));
  });

  app.get("/api/gateway/cache-purges", async ({ req }) => {
    const node = await authenticateNode(req.raw);
    return json(await readCachePurges(node.environmentId, readAfter(req.query("after"))));
  });

  app.get("/api/gateway/certificates", async ({ req }) => {
    const node = await authenticateNode(req.raw);
    return json(await readCertificateSet(node.environmentId));
  });

  app.post("/api/gateway/heartbeat", async ({ req }) => {
    const node = await authenticateNode(req.raw);
    return json(await recordHeartbeat(node, await readBody(req.raw, heartbeatSchema, MAX_SMALL_BYTES)));
  });

  app.post("/api/gateway/telemetry", async ({ req }) => {
    const node = await authenticateNode(req.raw);
    const batch = await readBody(req.raw, telemetryBatchSchema, MAX_TELEMETRY_BYTES);
    return json({ applied: await applyTelemetry(node.id, node.gatewayId, batch) });
  });

  app.post("/api/gateway/requests", async ({ req }) => {
    const node = await authenticateNode(req.raw);
    const batch = await readBody(req.raw, requestLogBatchSchema, MAX_TELEMETRY_BYTES);
    return json({ applied: await applyRequestLog(node.id, node.gatewayId, batch) });
  });

  app.notFound(({ req }) => problemResponse(new ApiError("not_found"), requestIdOf(req.raw)));
  app.onError((error, { req }) => problemResponse(error, requestIdOf(req.raw)));
  return app;
}

/** The sequence up to which the node knows a log. */
function readAfter(text: string | undefined): number {
  const after = z.coerce
    .number()
    .int()
    .nonnegative()
    .safeParse(text ?? "0");
  if (!after.success) {
    throw invalid(zodProblems(after.error, "query", undefined));
  }
  return after.data;
}

function json(body: unknown): Response {
  return new Response(JSON.stringify(body), {
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}

async function readBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  maxBytes: number,
): Promise<z.infer<Schema>> {
  const body = await readJsonBody(request, maxBytes, () => new ApiError("body_too_large"));
  const result = schema.safeParse(body);
  const problems = [
    ...unstorableTexts(body, "body"),
    ...(result.success ? [] : zodProblems(result.error, "body", body)),
  ];
  if (!result.success || problems.length > 0) {
    throw invalid(problems);
  }
  return result.data;
}
