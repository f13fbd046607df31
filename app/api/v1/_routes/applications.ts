import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import {
  applicationSchema,
  createApplicationSchema,
  createdKeySchema,
  createKeySchema,
  createSubscriptionSchema,
  decideSubscriptionSchema,
  keySchema,
  pageQuerySchema,
  pageSchema,
  setQuotasSchema,
  subscriptionSchema,
  subscriptionStateSchema,
  updateApplicationSchema,
} from "@/lib/api-schemas";
import {
  checkNewApplication,
  createApplication,
  getApplication,
  listApplications,
  removeApplication,
  updateApplication,
} from "@/lib/applications/manage-applications";
import { defineRoute } from "@/lib/http/define-route";
import { checkNewKey, createKey, listKeys, revokeKey } from "@/lib/keys/manage-keys";
import { checkNewSubscription, createSubscription } from "@/lib/subscriptions/create-subscription";
import { setSubscriptionQuotas } from "@/lib/subscriptions/set-quotas";
import { decideSubscription, type SubscriptionDecision } from "@/lib/subscriptions/decide-subscription";
import { getSubscription, listSubscriptions } from "@/lib/subscriptions/read-subscriptions";
import { flagSchema } from "./shared";

export function addApplicationRoutes(app: OpenAPIHono): void {
  const tag = "Applications";
  const query = pageQuerySchema.extend({
    search: z.string().max(200).optional(),
    mine: flagSchema.describe("true: only those of the caller's teams."),
  });
  defineRoute(
    app,
    {
      method: "get",
      path: "/applications",
      tag,
      summary: "List applications",
      query,
      answer: pageSchema(applicationSchema),
    },
    (context, input) => listApplications(context, input.query),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/applications",
      tag,
      summary: "Create an application",
      body: createApplicationSchema,
      status: 201,
      answer: applicationSchema,
      check: (context, { body }) => checkNewApplication(context, body),
    },
    (context, { body }) => createApplication(context, body),
  );
  defineRoute(
    app,
    { method: "get", path: "/applications/{id}", tag, summary: "Get an application", answer: applicationSchema },
    (context, { parameters }) => getApplication(context, parameters.id),
  );
  defineRoute(
    app,
    {
      method: "patch",
      path: "/applications/{id}",
      tag,
      summary: "Change an application",
      body: updateApplicationSchema,
      answer: applicationSchema,
    },
    (context, { parameters, body, ifMatch }) => updateApplication(context, parameters.id, body, ifMatch),
  );
  defineRoute(
    app,
    {
      method: "delete",
      path: "/applications/{id}",
      tag,
      summary: "Remove an application, its keys and subscriptions",
      status: 204,
    },
    (context, { parameters, ifMatch }) => removeApplication(context, parameters.id, ifMatch),
  );
  addKeyRoutes(app);
}

function addKeyRoutes(app: OpenAPIHono): void {
  const tag = "Keys";
  defineRoute(
    app,
    { method: "get", path: "/applications/{id}/keys", tag, summary: "List keys", answer: pageSchema(keySchema) },
    (context, { parameters }) => listKeys(context, parameters.id),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/applications/{id}/keys",
      tag,
      summary: "Make a key",
      description: "The answer is the only time that the key is shown.",
      body: createKeySchema,
      bodyOptional: true,
      status: 201,
      answer: createdKeySchema,
      check: (context, { parameters, body }) => checkNewKey(context, parameters.id, body),
    },
    (context, { parameters, body }) => createKey(context, parameters.id, body),
  );
  defineRoute(
    app,
    {
      method: "delete",
      path: "/applications/{id}/keys/{key}",
      tag,
      summary: "Revoke a key on every node within a second",
      status: 204,
    },
    (context, { parameters }) => revokeKey(context, parameters.id, parameters.key),
  );
}

const DECISIONS: readonly [SubscriptionDecision, string][] = [
  ["approve", "Approve a pending subscription"],
  ["reject", "Reject a pending subscription"],
  ["pause", "Pause an active subscription"],
  ["resume", "Resume a paused subscription"],
  ["close", "Close a subscription for good"],
];

export function addSubscriptionRoutes(app: OpenAPIHono): void {
  const tag = "Subscriptions";
  const query = pageQuerySchema.extend({
    state: subscriptionStateSchema.optional(),
    application: z.string().optional(),
    product: z.string().optional(),
    plan: z.string().optional(),
    as: z.enum(["consumer", "owner"]).optional().describe("consumer: of own applications; owner: to own products."),
  });
  defineRoute(
    app,
    {
      method: "get",
      path: "/subscriptions",
      tag,
      summary: "List subscriptions",
      query,
      answer: pageSchema(subscriptionSchema),
    },
    (context, input) => listSubscriptions(context, input.query),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/subscriptions",
      tag,
      summary: "Subscribe an application to a plan",
      body: createSubscriptionSchema,
      status: 201,
      answer: subscriptionSchema,
      check: (context, { body }) => checkNewSubscription(context, body),
    },
    (context, { body }) => createSubscription(context, body),
  );
  defineRoute(
    app,
    { method: "get", path: "/subscriptions/{id}", tag, summary: "Get a subscription", answer: subscriptionSchema },
    (context, { parameters }) => getSubscription(context, parameters.id),
  );
  defineRoute(
    app,
    {
      method: "put",
      path: "/subscriptions/{id}/quotas",
      tag,
      summary: "Give a subscription quotas of its own",
      body: setQuotasSchema,
      answer: subscriptionSchema,
    },
    (context, { parameters, body, ifMatch }) => setSubscriptionQuotas(context, parameters.id, body, ifMatch),
  );
  for (const [decision, summary] of DECISIONS) {
    defineRoute(
      app,
      {
        method: "post",
        path: `/subscriptions/{id}/${decision}`,
        tag,
        summary,
        body: decideSubscriptionSchema,
        bodyOptional: true,
        answer: subscriptionSchema,
      },
      (context, { parameters, body, ifMatch }) => decideSubscription(context, parameters.id, decision, body, ifMatch),
    );
  }
}
