import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import {
  createPlanSchema,
  createProductSchema,
  createSlaTierSchema,
  pageQuerySchema,
  pageSchema,
  planSchema,
  productSchema,
  slaTierSchema,
  updatePlanSchema,
  updateProductSchema,
  updateSlaTierSchema,
} from "@/lib/api-schemas";
import { defineRoute } from "@/lib/http/define-route";
import {
  checkNewPlan,
  checkPlanChange,
  createPlan,
  getPlan,
  listPlans,
  removePlan,
  updatePlan,
} from "@/lib/products/manage-plans";
import {
  checkNewProduct,
  checkProductChange,
  createProduct,
  getProduct,
  listProducts,
  removeProduct,
  updateProduct,
} from "@/lib/products/manage-products";
import {
  checkNewSlaTier,
  createSlaTier,
  getSlaTier,
  listSlaTiers,
  removeSlaTier,
  updateSlaTier,
} from "@/lib/sla-tiers/manage-sla-tiers";
import { flagSchema } from "./shared";

const listQuery = pageQuerySchema.extend({
  search: z.string().max(200).optional(),
  editable: flagSchema.describe("true: only those the caller may change."),
  api: z.string().optional().describe("Only those that offer a version of it."),
});

export function addProductRoutes(app: OpenAPIHono): void {
  const tag = "Products";
  defineRoute(
    app,
    {
      method: "get",
      path: "/products",
      tag,
      summary: "List products",
      access: "anyone",
      query: listQuery,
      answer: pageSchema(productSchema),
    },
    (context, { query }) => listProducts(context, query),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/products",
      tag,
      summary: "Create a product",
      body: createProductSchema,
      status: 201,
      answer: productSchema,
      check: (context, { body }) => checkNewProduct(context, body),
    },
    (context, { body }) => createProduct(context, body),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/products/{product}",
      tag,
      summary: "Get a product",
      access: "anyone",
      answer: productSchema,
    },
    (context, { parameters }) => getProduct(context, parameters.product),
  );
  defineRoute(
    app,
    {
      method: "patch",
      path: "/products/{product}",
      tag,
      summary: "Change a product",
      body: updateProductSchema,
      answer: productSchema,
      check: (context, { parameters, body }) => checkProductChange(context, parameters.product, body),
    },
    (context, { parameters, body, ifMatch }) => updateProduct(context, parameters.product, body, ifMatch),
  );
  defineRoute(
    app,
    { method: "delete", path: "/products/{product}", tag, summary: "Remove a product", status: 204 },
    (context, { parameters, ifMatch }) => removeProduct(context, parameters.product, ifMatch),
  );
  addPlanRoutes(app);
}

function addPlanRoutes(app: OpenAPIHono): void {
  const tag = "Plans";
  defineRoute(
    app,
    {
      method: "get",
      path: "/products/{product}/plans",
      tag,
      summary: "List plans",
      access: "anyone",
      answer: pageSchema(planSchema),
    },
    (context, { parameters }) => listPlans(context, parameters.product),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/products/{product}/plans",
      tag,
      summary: "Add a plan",
      body: createPlanSchema,
      status: 201,
      answer: planSchema,
      check: (context, { parameters, body }) => checkNewPlan(context, parameters.product, body),
    },
    (context, { parameters, body }) => createPlan(context, parameters.product, body),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/products/{product}/plans/{plan}",
      tag,
      summary: "Get a plan",
      access: "anyone",
      answer: planSchema,
    },
    (context, { parameters }) => getPlan(context, parameters.product, parameters.plan),
  );
  defineRoute(
    app,
    {
      method: "patch",
      path: "/products/{product}/plans/{plan}",
      tag,
      summary: "Change a plan",
      body: updatePlanSchema,
      answer: planSchema,
      check: (context, { parameters, body }) => checkPlanChange(context, parameters.product, parameters.plan, body),
    },
    (context, { parameters, body, ifMatch }) => updatePlan(context, parameters.product, parameters.plan, body, ifMatch),
  );
  defineRoute(
    app,
    { method: "delete", path: "/products/{product}/plans/{plan}", tag, summary: "Remove a plan", status: 204 },
    (context, { parameters, ifMatch }) => removePlan(context, parameters.product, parameters.plan, ifMatch),
  );
}

export function addSlaTierRoutes(app: OpenAPIHono): void {
  const tag = "SLA tiers";
  defineRoute(
    app,
    {
      method: "get",
      path: "/sla-tiers",
      tag,
      summary: "List SLA tiers",
      access: "anyone",
      answer: pageSchema(slaTierSchema),
    },
    () => listSlaTiers(),
  );
  defineRoute(
    app,
    {
      method: "post",
      path: "/sla-tiers",
      tag,
      summary: "Create an SLA tier",
      body: createSlaTierSchema,
      status: 201,
      answer: slaTierSchema,
      check: (context, { body }) => checkNewSlaTier(context, body),
    },
    (context, { body }) => createSlaTier(context, body),
  );
  defineRoute(
    app,
    {
      method: "get",
      path: "/sla-tiers/{tier}",
      tag,
      summary: "Get an SLA tier",
      access: "anyone",
      answer: slaTierSchema,
    },
    (_context, { parameters }) => getSlaTier(parameters.tier),
  );
  defineRoute(
    app,
    {
      method: "patch",
      path: "/sla-tiers/{tier}",
      tag,
      summary: "Change an SLA tier",
      body: updateSlaTierSchema,
      answer: slaTierSchema,
    },
    (context, { parameters, body, ifMatch }) => updateSlaTier(context, parameters.tier, body, ifMatch),
  );
  defineRoute(
    app,
    { method: "delete", path: "/sla-tiers/{tier}", tag, summary: "Remove an SLA tier", status: 204 },
    (context, { parameters, ifMatch }) => removeSlaTier(context, parameters.tier, ifMatch),
  );
}
