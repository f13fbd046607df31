import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { listPolicies } from "@/lib/policies/list-policies";
import {
  effectiveChainSchema,
  policiesSchema,
  policyCatalogueSchema,
  putPoliciesSchema,
  putVersionPoliciesSchema,
  versionPoliciesSchema,
} from "@/lib/api-schemas";
import { defineRoute } from "@/lib/http/define-route";
import {
  checkEnvironmentPolicies,
  getEnvironmentPolicies,
  putEnvironmentPolicies,
} from "@/lib/policies/environment-policies";
import { checkPlanPolicies, getPlanPolicies, putPlanPolicies } from "@/lib/policies/plan-policies";
import {
  checkVersionPolicies,
  getEffectiveChain,
  getVersionPolicies,
  putVersionPolicies,
} from "@/lib/policies/version-policies";

const tag = "Policies";

export function addPolicyRoutes(app: OpenAPIHono): void {
  defineRoute(
    app,
    { method: "get", path: "/policies", tag, summary: "List the policies there are", answer: policyCatalogueSchema },
    () => Promise.resolve(listPolicies()),
  );
  addEnvironmentRoutes(app);
  addVersionRoutes(app);
  addPlanRoutes(app);
}

function addEnvironmentRoutes(app: OpenAPIHono): void {
  const path = "/environments/{environment}/policies";
  defineRoute(
    app,
    {
      method: "get",
      path,
      tag,
      summary: "Get the policies of an environment",
      description: "They run for every request, before it is routed.",
      answer: policiesSchema,
    },
    (context, { parameters }) => getEnvironmentPolicies(context, parameters.environment),
  );
  defineRoute(
    app,
    {
      method: "put",
      path,
      tag,
      summary: "Replace the policies of an environment",
      body: putPoliciesSchema,
      answer: policiesSchema,
      check: (context, { parameters, body }) => checkEnvironmentPolicies(context, parameters.environment, body),
    },
    (context, { parameters, body, ifMatch }) => putEnvironmentPolicies(context, parameters.environment, body, ifMatch),
  );
}

function addVersionRoutes(app: OpenAPIHono): void {
  const path = "/apis/{api}/versions/{version}/policies";
  defineRoute(
    app,
    {
      method: "get",
      path,
      tag,
      summary: "Get the policies of an API version and its operations",
      answer: versionPoliciesSchema,
    },
    (context, { parameters }) => getVersionPolicies(context, parameters.api, parameters.version),
  );
  defineRoute(
    app,
    {
      method: "put",
      path,
      tag,
      summary: "Replace the policies of an API version and its operations",
      body: putVersionPoliciesSchema,
      answer: versionPoliciesSchema,
      check: (context, { parameters, body }) => checkVersionPolicies(context, parameters.api, parameters.version, body),
    },
    (context, { parameters, body, ifMatch }) =>
      putVersionPolicies(context, parameters.api, parameters.version, body, ifMatch),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/apis/{api}/versions/{version}/chain",
      tag,
      summary: "Get the policies that run for an operation, in order",
      query: z.object({
        operation: z.string().min(1).max(2000).describe("The operation's key."),
        environment: z.string().max(60).default("production"),
        plan: z
          .string()
          .max(130)
          .optional()
          .describe("Of the caller, as `product/plan`: with it, the plan's policies stand behind `subscription`."),
      }),
      answer: effectiveChainSchema,
    },
    (context, { parameters, query }) => getEffectiveChain(context, parameters.api, parameters.version, query),
  );
}

function addPlanRoutes(app: OpenAPIHono): void {
  const path = "/products/{product}/plans/{plan}/policies";
  defineRoute(
    app,
    {
      method: "get",
      path,
      tag,
      summary: "Get the policies of a plan",
      description: "They run for requests under the plan, as soon as the subscription is known.",
      answer: policiesSchema,
    },
    (context, { parameters }) => getPlanPolicies(context, parameters.product, parameters.plan),
  );
  defineRoute(
    app,
    {
      method: "put",
      path,
      tag,
      summary: "Replace the policies of a plan",
      body: putPoliciesSchema,
      answer: policiesSchema,
      check: (context, { parameters, body }) => checkPlanPolicies(context, parameters.product, parameters.plan, body),
    },
    (context, { parameters, body, ifMatch }) =>
      putPlanPolicies(context, parameters.product, parameters.plan, body, ifMatch),
  );
}
