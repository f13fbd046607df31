import { z } from "zod";
import { etagSchema } from "./common";

const policyNameSchema = z.string().min(1, "Name a policy.").max(60);
const othersSchema = z.array(policyNameSchema).max(50);

export const attachedPolicySchema = z
  .strictObject({
    policy: policyNameSchema.describe("Name of a policy of GET /policies."),
    config: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("As the policy's configSchema takes it. Default: {}."),
    enabled: z
      .boolean()
      .optional()
      .describe("false: takes out what a wider scope, or the default, puts into the chain. Default: true."),
    before: othersSchema.optional().describe("Policies that must run later, besides those it names itself."),
    after: othersSchema.optional().describe("Policies that must have run earlier, besides those it names itself."),
  })
  .meta({ id: "AttachedPolicy" });

const attachedPoliciesSchema = z.array(attachedPolicySchema).max(50, "Attach at most 50 policies to one thing.");

export const putPoliciesSchema = z.strictObject({ policies: attachedPoliciesSchema }).meta({ id: "PutPolicies" });

export const putVersionPoliciesSchema = z
  .strictObject({
    policies: attachedPoliciesSchema.describe("For every operation."),
    operations: z
      .record(z.string(), attachedPoliciesSchema)
      .optional()
      .describe("By the operation's key. Of two policies with the same name the operation's counts."),
  })
  .meta({ id: "PutVersionPolicies" });

const renderedPolicySchema = z
  .object({
    policy: z.string(),
    config: z.record(z.string(), z.unknown()),
    enabled: z.boolean(),
    before: z.array(z.string()),
    after: z.array(z.string()),
  })
  .meta({ id: "RenderedPolicy" });

export const policiesSchema = z
  .object({ policies: z.array(renderedPolicySchema), etag: etagSchema })
  .meta({ id: "Policies" });

export const versionPoliciesSchema = z
  .object({
    policies: z.array(renderedPolicySchema),
    operations: z.record(z.string(), z.array(renderedPolicySchema)),
    etag: etagSchema,
  })
  .meta({ id: "VersionPolicies" });

export const cataloguedPolicySchema = z
  .object({
    name: z.string(),
    title: z.string(),
    summary: z.string(),
    scopes: z.array(z.string()).describe("What it can be attached to; nothing: it is always there."),
    requires: z.array(z.string()).describe("It needs one of these in the same chain."),
    before: z.array(z.string()),
    after: z.array(z.string()),
    configSchema: z.record(z.string(), z.unknown()).describe("JSON Schema of its configuration."),
    errorCodes: z.array(z.string()).describe("What it may refuse a call with."),
    readsDocument: z.boolean().describe("Whether it may go by the version's OpenAPI document."),
  })
  .meta({ id: "CataloguedPolicy" });

export const policyCatalogueSchema = z
  .object({ items: z.array(cataloguedPolicySchema) })
  .meta({ id: "PolicyCatalogue" });

export const effectiveChainSchema = z
  .object({
    operation: z.string(),
    steps: z.array(
      z.object({
        policy: z.string(),
        title: z.string(),
        config: z.record(z.string(), z.unknown()),
        takes: z
          .array(z.string())
          .describe("Of a policy that goes by the OpenAPI document: what it has come to for this operation."),
        from: z.enum(["environment", "default", "api-version", "operation", "plan"]),
      }),
    ),
  })
  .meta({ id: "EffectiveChain" });

export type AttachedPolicyInput = z.infer<typeof attachedPolicySchema>;
export type PutPolicies = z.infer<typeof putPoliciesSchema>;
export type PutVersionPolicies = z.infer<typeof putVersionPoliciesSchema>;
export type RenderedPolicy = z.infer<typeof renderedPolicySchema>;
export type Policies = z.infer<typeof policiesSchema>;
export type VersionPolicies = z.infer<typeof versionPoliciesSchema>;
export type CataloguedPolicy = z.infer<typeof cataloguedPolicySchema>;
export type PolicyCatalogue = z.infer<typeof policyCatalogueSchema>;
export type EffectiveChain = z.infer<typeof effectiveChainSchema>;
