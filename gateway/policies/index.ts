import { manifest as cors } from "./cors/manifest";
import { plan as planCors } from "./cors/plan";
import { manifest as keyAuth } from "./key-auth/manifest";
import { plan as planKeyAuth } from "./key-auth/plan";
import type { PolicyManifest } from "./manifest";
import { manifest as rateLimit } from "./rate-limit/manifest";
import { plan as planRateLimit } from "./rate-limit/plan";
import { manifest as subscription } from "./subscription/manifest";
import { plan as planSubscription } from "./subscription/plan";

export interface Policy {
  readonly manifest: PolicyManifest;
  /** Makes the frozen plan that the worker gets. Throws ZodError on a config its schema refuses. */
  readonly plan: (config: unknown) => Readonly<Record<string, unknown>>;
}

/** Every policy there is. The worker's counterpart is runtime/policies.ts; a test holds both lists equal. */
export const POLICIES: readonly Policy[] = [
  { manifest: cors, plan: (config) => planCors(cors.config.parse(config)) },
  { manifest: keyAuth, plan: (config) => planKeyAuth(keyAuth.config.parse(config)) },
  { manifest: subscription, plan: (config) => (subscription.config.parse(config), planSubscription()) },
  { manifest: rateLimit, plan: (config) => (rateLimit.config.parse(config), planRateLimit()) },
];

export const POLICY_NAMES: readonly string[] = POLICIES.map((policy) => policy.manifest.name);
