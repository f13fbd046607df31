import type { OpenAPIHono } from "@hono/zod-openapi";
import {
  createdEnrolmentTokenSchema,
  createEnrolmentTokenSchema,
  createGatewaySchema,
  createReleaseSchema,
  enrolmentTokenSchema,
  environmentSchema,
  gatewaySchema,
  nodeSchema,
  pageQuerySchema,
  pageSchema,
  releaseCheckSchema,
  releaseSchema,
  releaseSummarySchema,
  updateEnvironmentSchema,
  updateGatewaySchema,
} from "@/lib/api-schemas";
import { getEnvironment, listEnvironments } from "@/lib/environments/read-environments";
import { updateEnvironment } from "@/lib/environments/update-environment";
import { notFound } from "@/lib/errors";
import {
  checkNewEnrolmentToken,
  createEnrolmentToken,
  listEnrolmentTokens,
  revokeEnrolmentToken,
} from "@/lib/gateways/manage-enrolment-tokens";
import {
  checkNewGateway,
  createGateway,
  getGateway,
  listGateways,
  listNodes,
  removeGateway,
  removeNode,
  updateGateway,
} from "@/lib/gateways/manage-gateways";
import { defineRoute } from "@/lib/http/define-route";
import { downloadBundle } from "@/lib/releases/download-bundle";
import { checkRelease, publishRelease, restoreRelease } from "@/lib/releases/publish-release";
import { getRelease, listReleases } from "@/lib/releases/read-releases";

export function addEnvironmentRoutes(app: OpenAPIHono): void {
  const tag = "Environments";
  defineRoute(
    app,
    { method: "get", path: "/environments", tag, summary: "List environments", answer: pageSchema(environmentSchema) },
    (context) => listEnvironments(context),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/environments/{environment}",
      tag,
      summary: "Get an environment",
      answer: environmentSchema,
    },
    (context, { parameters }) => getEnvironment(context, parameters.environment),
  );
  defineRoute(
    app,
    {
      method: "patch",
      path: "/environments/{environment}",
      tag,
      summary: "Change an environment, with its next release",
      body: updateEnvironmentSchema,
      answer: environmentSchema,
    },
    (context, { parameters, body }) => updateEnvironment(context, parameters.environment, body),
  );
  addReleaseRoutes(app);
}

function addReleaseRoutes(app: OpenAPIHono): void {
  const tag = "Releases";
  defineRoute(
    app,
    {
      method: "get",
      path: "/environments/{environment}/releases",
      tag,
      summary: "List releases",
      query: pageQuerySchema,
      answer: pageSchema(releaseSummarySchema),
    },
    (context, { parameters, query }) => listReleases(context, parameters.environment, query),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/environments/{environment}/releases",
      tag,
      summary: "Publish: compile, sign and hand to every node",
      body: createReleaseSchema,
      bodyOptional: true,
      status: 201,
      answer: releaseSchema,
    },
    (context, { parameters, body }) => publishRelease(context, parameters.environment, body),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/environments/{environment}/releases/check",
      tag,
      summary: "What publishing would change, and what is in its way",
      answer: releaseCheckSchema,
    },
    (context, { parameters }) => checkRelease(context, parameters.environment),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/environments/{environment}/releases/{number}",
      tag,
      summary: "Which nodes run a release, since when",
      answer: releaseSchema,
    },
    (context, { parameters }) => getRelease(context, parameters.environment, releaseNumber(parameters.number)),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/environments/{environment}/releases/{number}/bundle",
      tag,
      summary: "The bundle as one file, for a gateway without a portal",
      description: "Signed, with the hashes of every key as they are now. `gatehouse-gateway run` takes it as it is.",
      roles: ["admin"],
    },
    async (context, { parameters }) => {
      const { fileName, text } = await downloadBundle(
        context,
        parameters.environment,
        releaseNumber(parameters.number),
      );
      return new Response(text, {
        headers: {
          "content-type": "application/json; charset=utf-8",
          "content-disposition": `attachment; filename="${fileName}"`,
          "cache-control": "no-store",
        },
      });
    },
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/environments/{environment}/releases/{number}/restore",
      tag,
      summary: "Bring an older release back, as a new one",
      body: createReleaseSchema,
      bodyOptional: true,
      status: 201,
      answer: releaseSchema,
    },
    (context, { parameters, body }) =>
      restoreRelease(context, parameters.environment, releaseNumber(parameters.number), body),
  );
}

export function addGatewayRoutes(app: OpenAPIHono): void {
  const tag = "Gateways";
  defineRoute(
    app,
    {
      method: "get",
      path: "/gateways",
      tag,
      summary: "List gateways with their nodes",
      answer: pageSchema(gatewaySchema),
    },
    (context) => listGateways(context),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/gateways",
      tag,
      summary: "Create a gateway",
      body: createGatewaySchema,
      status: 201,
      answer: gatewaySchema,
      check: (context, { body }) => checkNewGateway(context, body),
    },
    (context, { body }) => createGateway(context, body),
  );
  defineRoute(
    app,
    { method: "get", path: "/gateways/{gateway}", tag, summary: "Get a gateway", answer: gatewaySchema },
    (context, { parameters }) => getGateway(context, parameters.gateway),
  );
  defineRoute(
    app,
    {
      method: "patch",
      path: "/gateways/{gateway}",
      tag,
      summary: "Change a gateway",
      body: updateGatewaySchema,
      answer: gatewaySchema,
    },
    (context, { parameters, body, ifMatch }) => updateGateway(context, parameters.gateway, body, ifMatch),
  );
  defineRoute(
    app,
    { method: "delete", path: "/gateways/{gateway}", tag, summary: "Remove a gateway", status: 204 },
    (context, { parameters, ifMatch }) => removeGateway(context, parameters.gateway, ifMatch),
  );
  defineRoute(
    app,
    { method: "get", path: "/gateways/{gateway}/nodes", tag, summary: "List nodes", answer: pageSchema(nodeSchema) },
    (context, { parameters }) => listNodes(context, parameters.gateway),
  );
  defineRoute(
    app,
    {
      method: "delete",
      path: "/gateways/{gateway}/nodes/{node}",
      tag,
      summary: "Remove a node: its token stops working",
      status: 204,
    },
    (context, { parameters }) => removeNode(context, parameters.gateway, parameters.node),
  );
  addEnrolmentRoutes(app);
}

function addEnrolmentRoutes(app: OpenAPIHono): void {
  const tag = "Gateways";
  const path = "/gateways/{gateway}/enrolment-tokens";
  defineRoute(
    app,
    { method: "get", path, tag, summary: "List enrolment tokens", answer: pageSchema(enrolmentTokenSchema) },
    (context, { parameters }) => listEnrolmentTokens(context, parameters.gateway),
  );
  defineRoute(
    app,
    {
      method: "post",
      path,
      tag,
      summary: "Make an enrolment token",
      body: createEnrolmentTokenSchema,
      bodyOptional: true,
      status: 201,
      answer: createdEnrolmentTokenSchema,
      check: (context, { parameters, body }) => checkNewEnrolmentToken(context, parameters.gateway, body),
    },
    (context, { parameters, body }) => createEnrolmentToken(context, parameters.gateway, body),
  );
  defineRoute(
    app,
    { method: "delete", path: `${path}/{id}`, tag, summary: "Revoke an enrolment token", status: 204 },
    (context, { parameters }) => revokeEnrolmentToken(context, parameters.gateway, parameters.id),
  );
}

function releaseNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw notFound("release", text);
  }
  return Number(text);
}
