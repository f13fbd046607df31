import { OpenAPIHono } from "@hono/zod-openapi";
import { sha256Hex } from "@/lib/crypto/hash";
import { ApiError } from "@/lib/errors";
import { requestIdOf } from "@/lib/http/define-route";
import { matchesEtag } from "@/lib/http/etag";
import { problemResponse } from "@/lib/http/problem-response";
import { addApiRoutes } from "./apis";
import { addApplicationRoutes, addSubscriptionRoutes } from "./applications";
import { addCacheRoutes } from "./cache";
import { addCertificateRoutes } from "./certificates";
import { addEnvironmentRoutes, addGatewayRoutes } from "./environments";
import { addPeopleRoutes } from "./people";
import { addOperationsRoutes, addPortalRoutes } from "./portal";
import { addPolicyRoutes } from "./policies";
import { addProductRoutes, addSlaTierRoutes } from "./products";

/** The management API: the only way anything is changed. */
export function createManagementApi(): OpenAPIHono {
  const app = new OpenAPIHono();
  addPortalRoutes(app);
  addApiRoutes(app);
  addProductRoutes(app);
  addSlaTierRoutes(app);
  addPolicyRoutes(app);
  addApplicationRoutes(app);
  addSubscriptionRoutes(app);
  addEnvironmentRoutes(app);
  addCacheRoutes(app);
  addCertificateRoutes(app);
  addGatewayRoutes(app);
  addOperationsRoutes(app);
  addPeopleRoutes(app);
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    description: "A personal access token.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "next-auth.session-token",
    description: "A signed-in browser; changes must come from the portal's own pages.",
  });
  let document: { readonly text: string; readonly etag: string } | undefined;
  app.get("/api/v1/openapi.json", (hono) => {
    document ??= describeApi(app);
    const headers = { etag: document.etag, "cache-control": "no-cache", "access-control-allow-origin": "*" };
    return matchesEtag(hono.req.header("if-none-match"), document.etag)
      ? hono.body(null, 304, headers)
      : hono.body(document.text, 200, { ...headers, "content-type": "application/json" });
  });
  app.notFound((hono) => {
    const { method, path } = hono.req;
    return problemResponse(new ApiError("not_found", `There is no call ${method} ${path}.`), requestIdOf(hono.req.raw));
  });
  app.onError((error, hono) => problemResponse(error, requestIdOf(hono.req.raw)));
  return app;
}

function describeApi(app: OpenAPIHono): { readonly text: string; readonly etag: string } {
  const description = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Gatehouse management API",
      version: "1",
      description:
        "Everything the portal does, it does through this. Failures are application/problem+json with every problem at once.",
    },
    servers: [{ url: "/api/v1" }],
  });
  const text = JSON.stringify(description);
  return { text, etag: `"${sha256Hex(text)}"` };
}
