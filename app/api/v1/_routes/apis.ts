import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import {
  apiSchema,
  apiVersionSchema,
  checkDocumentSchema,
  createApiSchema,
  createRevisionSchema,
  createVersionSchema,
  documentCheckSchema,
  operationSchema,
  pageQuerySchema,
  pageSchema,
  revisionResultSchema,
  revisionSchema,
  updateApiSchema,
  updateUpstreamSchema,
  updateVersionSchema,
  upstreamSchema,
} from "@/lib/api-schemas";
import { checkNewApi, createApi } from "@/lib/apis/create-api";
import { checkNewVersion, createVersion } from "@/lib/apis/create-version";
import { getDocumentSource, getReferenceDocument } from "@/lib/apis/get-document";
import { getVersion, listOperations } from "@/lib/apis/get-version";
import { getApi, listApis } from "@/lib/apis/list-apis";
import { checkDocument, checkGivenDocument, documentTooLarge, MAX_DOCUMENT_BODY_BYTES } from "@/lib/apis/read-document";
import { removeApi, removeVersion } from "@/lib/apis/remove-api";
import { checkNewRevision, createRevision, listRevisions, makeRevisionCurrent } from "@/lib/apis/revisions";
import { checkApiChange, updateApi } from "@/lib/apis/update-api";
import { checkVersionChange, updateVersion } from "@/lib/apis/update-version";
import { notFound } from "@/lib/errors";
import { defineRoute } from "@/lib/http/define-route";
import { wholePage } from "@/lib/http/cursor";
import { updateUpstream } from "@/lib/upstreams/update-upstream";
import { documentAnswer, flagSchema } from "./shared";

const tag = "APIs";
/** Reading a document takes memory, seconds and, by address, a fetch: not for everybody who signed up. */
const documentBody = {
  roles: ["admin", "owner"],
  maxBodyBytes: MAX_DOCUMENT_BODY_BYTES,
  tooLarge: documentTooLarge,
  documents: ["document", "references"],
} as const;

const listQuery = pageQuerySchema.extend({
  search: z.string().max(200).optional(),
  editable: flagSchema.describe("true: only those the caller may change."),
  team: z.string().optional(),
});

export function addApiRoutes(app: OpenAPIHono): void {
  defineRoute(
    app,
    {
      method: "get",
      path: "/apis",
      tag,
      summary: "List APIs",
      access: "anyone",
      query: listQuery,
      answer: pageSchema(apiSchema),
    },
    (context, { query }) => listApis(context, query),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/apis",
      tag,
      summary: "Create an API",
      body: createApiSchema,
      status: 201,
      answer: apiSchema,
      check: (context, { body }) => checkNewApi(context, body),
    },
    (context, { body }) => createApi(context, body),
  );
  defineRoute(
    app,
    { method: "get", path: "/apis/{api}", tag, summary: "Get an API", access: "anyone", answer: apiSchema },
    (context, { parameters }) => getApi(context, parameters.api),
  );
  defineRoute(
    app,
    {
      method: "patch",
      path: "/apis/{api}",
      tag,
      summary: "Change an API",
      body: updateApiSchema,
      answer: apiSchema,
      check: (context, { parameters, body }) => checkApiChange(context, parameters.api, body),
    },
    (context, { parameters, body, ifMatch }) => updateApi(context, parameters.api, body, ifMatch),
  );
  defineRoute(
    app,
    { method: "delete", path: "/apis/{api}", tag, summary: "Remove an API", status: 204 },
    (context, { parameters, ifMatch }) => removeApi(context, parameters.api, ifMatch),
  );
  addVersionRoutes(app);
  addDocumentRoutes(app);
}

function addVersionRoutes(app: OpenAPIHono): void {
  defineRoute(
    app,
    {
      method: "get",
      path: "/apis/{api}/versions",
      tag,
      summary: "List versions",
      access: "anyone",
      answer: pageSchema(apiSchema.shape.versions.element),
    },
    async (context, { parameters }) => wholePage((await getApi(context, parameters.api)).versions),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/apis/{api}/versions",
      tag,
      summary: "Add a version with its OpenAPI document and upstream",
      body: createVersionSchema,
      status: 201,
      answer: apiVersionSchema,
      check: (context, { parameters, body, wrong }) => checkNewVersion(context, parameters.api, body, wrong),
      ...documentBody,
    },
    (context, { parameters, body }) => createVersion(context, parameters.api, body),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/apis/{api}/versions/{version}",
      tag,
      summary: "Get a version",
      access: "anyone",
      answer: apiVersionSchema,
    },
    (context, { parameters }) => getVersion(context, parameters.api, parameters.version),
  );
  defineRoute(
    app,
    {
      method: "patch",
      path: "/apis/{api}/versions/{version}",
      tag,
      summary: "Change a version",
      body: updateVersionSchema,
      answer: apiVersionSchema,
      check: (context, { parameters, body }) => checkVersionChange(context, parameters.api, parameters.version, body),
    },
    (context, { parameters, body, ifMatch }) =>
      updateVersion(context, parameters.api, parameters.version, body, ifMatch),
  );
  defineRoute(
    app,
    { method: "delete", path: "/apis/{api}/versions/{version}", tag, summary: "Remove a version", status: 204 },
    (context, { parameters, ifMatch }) => removeVersion(context, parameters.api, parameters.version, ifMatch),
  );
  defineRoute(
    app,
    {
      method: "patch",
      path: "/apis/{api}/versions/{version}/upstream",
      tag,
      summary: "Change where requests go",
      body: updateUpstreamSchema,
      answer: upstreamSchema,
    },
    (context, { parameters, body, ifMatch }) =>
      updateUpstream(context, parameters.api, parameters.version, body, ifMatch),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/apis/{api}/versions/{version}/operations",
      tag,
      summary: "List operations",
      access: "anyone",
      answer: z.object({ items: z.array(operationSchema) }),
    },
    (context, { parameters }) => listOperations(context, parameters.api, parameters.version),
  );
}

function addDocumentRoutes(app: OpenAPIHono): void {
  defineRoute(
    app,
    {
      method: "get",
      path: "/apis/{api}/versions/{version}/document",
      tag,
      summary: "The document as it was given, byte for byte",
      description: "To those who may not change the API: as callers use it, like openapi.json.",
      access: "anyone",
    },
    async (context, { parameters, ifNoneMatch }) =>
      documentAnswer(await getDocumentSource(context, parameters.api, parameters.version), ifNoneMatch),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/apis/{api}/versions/{version}/openapi.json",
      tag,
      summary: "The document as callers use it: one file, through the gateway",
      access: "anyone",
    },
    async (context, { parameters, ifNoneMatch }) =>
      documentAnswer(await getReferenceDocument(context, parameters.api, parameters.version), ifNoneMatch),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/apis/{api}/versions/{version}/revisions",
      tag,
      summary: "List revisions of the document",
      answer: pageSchema(revisionSchema),
    },
    (context, { parameters }) => listRevisions(context, parameters.api, parameters.version),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/apis/{api}/versions/{version}/revisions",
      tag,
      summary: "Import a new document",
      body: createRevisionSchema,
      status: 201,
      answer: revisionResultSchema,
      check: (context, { parameters, body, wrong }) =>
        checkNewRevision(context, parameters.api, parameters.version, body, wrong),
      ...documentBody,
    },
    (context, { parameters, body }) => createRevision(context, parameters.api, parameters.version, body),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/apis/{api}/versions/{version}/revisions/{number}/document",
      tag,
      summary: "The document of a revision, byte for byte",
    },
    async (context, { parameters: { api, version, number }, ifNoneMatch }) =>
      documentAnswer(await getDocumentSource(context, api, version, revisionNumber(number)), ifNoneMatch),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/apis/{api}/versions/{version}/revisions/{number}/make-current",
      tag,
      summary: "Go back to a revision",
      answer: revisionResultSchema,
    },
    (context, { parameters: { api, version, number } }) =>
      makeRevisionCurrent(context, api, version, revisionNumber(number)),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/documents/check",
      tag,
      summary: "Read a document without storing it",
      body: checkDocumentSchema,
      answer: documentCheckSchema,
      check: (_context, { body, wrong }) => checkGivenDocument(body, wrong),
      ...documentBody,
    },
    (_context, { body }) => checkDocument(body),
  );
}

function revisionNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw notFound("revision", text);
  }
  return Number(text);
}
