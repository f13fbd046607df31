import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import {
  auditEntrySchema,
  catalogueApiSchema,
  demoSchema,
  healthSchema,
  loggedRequestSchema,
  pageQuerySchema,
  pageSchema,
  portalSchema,
  requestPageSchema,
  requestQuerySchema,
  usageQuerySchema,
  usageSchema,
} from "@/lib/api-schemas";
import { listAudit } from "@/lib/audit/list-audit";
import { getCatalogueApi, listCatalogue } from "@/lib/catalogue/read-catalogue";
import { readDemo, removeDemo } from "@/lib/demo/remove-demo";
import { defineRoute } from "@/lib/http/define-route";
import { checkHealth, readPortal } from "@/lib/portal";
import { getRequest } from "@/lib/requests/get-request";
import { listRequests } from "@/lib/requests/list-requests";
import { readUsage } from "@/lib/usage/read-usage";

export function addPortalRoutes(app: OpenAPIHono): void {
  const search = z.string().max(200).optional();
  defineRoute(
    app,
    {
      method: "get",
      path: "/health",
      tag: "Portal",
      summary: "Whether portal and database work",
      access: "anyone",
      answer: healthSchema,
    },
    () => checkHealth(),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/portal",
      tag: "Portal",
      summary: "Addresses and names",
      access: "anyone",
      answer: portalSchema,
    },
    () => readPortal(),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/catalogue",
      tag: "Catalogue",
      summary: "What there is to subscribe to",
      access: "anyone",
      query: pageQuerySchema.extend({ search }),
      answer: pageSchema(catalogueApiSchema),
    },
    (context, { query }) => listCatalogue(context, query),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/catalogue/{api}",
      tag: "Catalogue",
      summary: "One API of the catalogue",
      access: "anyone",
      answer: catalogueApiSchema,
    },
    (context, { parameters }) => getCatalogueApi(context, parameters.api),
  );
}

export function addOperationsRoutes(app: OpenAPIHono): void {
  defineRoute(
    app,
    {
      method: "get",
      path: "/usage",
      tag: "Usage",
      summary: "What was measured",
      description: "Owners see calls of their APIs, members of a team those of its applications, ops and admins all.",
      query: usageQuerySchema,
      answer: usageSchema,
    },
    (context, { query }) => readUsage(context, query),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/requests",
      tag: "Requests",
      summary: "Calls that were refused or failed, and a sample of the rest",
      description:
        "Newest first. Owners see calls to their APIs, members of a team those of its applications, ops and admins all.",
      query: requestQuerySchema,
      answer: requestPageSchema,
    },
    (context, { query }) => listRequests(context, query),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/requests/{requestId}",
      tag: "Requests",
      summary: "What became of a call, and why",
      answer: loggedRequestSchema,
    },
    (context, { parameters }) => getRequest(context, parameters.requestId),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/audit",
      tag: "Audit",
      summary: "Who changed what",
      query: pageQuerySchema.extend({
        entityType: z.string().optional(),
        entityId: z.string().optional(),
        actor: z.string().optional().describe("Id of a person."),
      }),
      answer: pageSchema(auditEntrySchema),
    },
    (context, { query }) => listAudit(context, query),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/demo",
      tag: "Demonstration",
      summary: "What of the demonstration workspace is there",
      answer: demoSchema,
    },
    (context) => readDemo(context),
  );
  defineRoute(
    app,
    {
      method: "delete",
      path: "/demo",
      tag: "Demonstration",
      summary: "Remove the demonstration workspace",
      status: 204,
    },
    (context) => removeDemo(context),
  );
}
