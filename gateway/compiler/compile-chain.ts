import { ZodError } from "zod";
import type { ChainStep } from "../contract/bundle";
import { findPolicy, POLICIES, type Policy } from "../policies/index";
import type { PlanScope, PolicyScope } from "../policies/manifest";
import { orderChain } from "./order-chain";
import type { AttachedPolicy, CompileProblem } from "./snapshot";

/** Policies attached at one place. */
export interface Attachments {
  readonly scope: PolicyScope;
  /** Of what they are attached to: problems are reported below it. */
  readonly place: string;
  readonly policies: readonly AttachedPolicy[];
}

/** A policy that a chain runs, and why. */
export interface EffectivePolicy {
  readonly policy: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Where it was attached; "default" for what every operation has by itself. */
  readonly from: PolicyScope | "default";
  /** Of a policy that reads the document: what it has come to for this operation. */
  readonly takes: readonly string[];
}

export interface CompiledChain {
  readonly steps: readonly ChainStep[];
  readonly effective: readonly EffectivePolicy[];
  readonly problems: readonly CompileProblem[];
}

interface Chosen {
  readonly policy: Policy;
  readonly attached: AttachedPolicy;
  readonly from: PolicyScope | "default";
  readonly place: string;
}

/**
 * Puts a chain together: what is there by default, then what is attached, from the widest scope to the narrowest. Of two policies with the
 * same name the narrower counts, whole; one that is attached as not enabled is taken out. Nothing is skipped that cannot be used: every
 * unknown policy, refused configuration or impossible order is a problem.
 */
export function compileChain(
  defaults: readonly string[],
  attachments: readonly Attachments[],
  scope: PlanScope,
  place: string,
): CompiledChain {
  const problems: CompileProblem[] = [];
  const chosen = new Map<string, Chosen>();
  for (const name of defaults) {
    const policy = findPolicy(name);
    if (policy !== undefined) {
      chosen.set(name, { policy, attached: { policy: name, config: {} }, from: "default", place });
    }
  }
  for (const { scope: from, place: attachedTo, policies } of attachments) {
    problems.push(...findTwice(policies, attachedTo));
    policies.forEach((attached, index) => {
      const at = `${attachedTo}/policies/${index}`;
      const policy = findPolicy(attached.policy);
      const problem = findAttachProblem(attached, policy, from, at);
      if (problem !== undefined || policy === undefined) {
        problems.push(...(problem === undefined ? [] : [problem]));
      } else if (attached.enabled === false) {
        chosen.delete(attached.policy);
      } else {
        chosen.set(attached.policy, { policy, attached, from, place: at });
      }
    });
  }
  dropNeedyDefaults(chosen);
  problems.push(...findUnmet(chosen), ...findExcluded(chosen));
  const ordered = orderChain(
    [...chosen.values()].map(({ policy, attached }) => ({
      manifest: policy.manifest,
      before: attached.before ?? [],
      after: attached.after ?? [],
    })),
    POLICIES.map(({ manifest }) => manifest.name),
  );
  problems.push(...ordered.violations.map((message) => ({ code: "policy_order", message, place })));
  const inOrder = ordered.names.flatMap((name) => chosen.get(name) ?? []);
  const authenticators = inOrder.filter(({ policy }) => policy.manifest.challenge !== undefined);
  const challenge = authenticators.map(({ policy }) => policy.manifest.challenge).join(", ");
  const steps = inOrder.flatMap((one) =>
    planStep(one, { ...scope, authentication: { isLast: one === authenticators.at(-1), challenge } }, problems),
  );
  return {
    steps,
    problems,
    effective: inOrder.map(({ policy, attached, from }) => ({
      policy: attached.policy,
      config: attached.config,
      from,
      takes: summarise(policy, steps),
    })),
  };
}

function summarise({ manifest, summarise: summary }: Policy, steps: readonly ChainStep[]): readonly string[] {
  const step = steps.find(({ policy }) => policy === manifest.name);
  return summary === undefined || step === undefined ? [] : summary(step.plan as never);
}

function scopeFor({ manifest }: Policy, scope: PlanScope): PlanScope {
  const { authentication, operation: _operation, ...rest } = scope;
  return {
    ...rest,
    operation: manifest.readsOperation === true ? scope.operation : undefined,
    ...(manifest.challenge !== undefined && authentication !== undefined && { authentication }),
  };
}

/** Whether an operation's chain may differ from its neighbour's. */
export function dependsOnOperation(policies: readonly AttachedPolicy[]): boolean {
  return policies.some(({ policy }) => findPolicy(policy)?.manifest.readsOperation === true);
}

function findTwice(policies: readonly AttachedPolicy[], place: string): CompileProblem[] {
  return policies.flatMap(({ policy }, index) =>
    policies.findIndex((other) => other.policy === policy) < index
      ? [{ code: "policy_twice", message: `"${policy}" is attached twice here`, place: `${place}/policies/${index}` }]
      : [],
  );
}

function findAttachProblem(
  attached: AttachedPolicy,
  policy: Policy | undefined,
  scope: PolicyScope,
  place: string,
): CompileProblem | undefined {
  if (policy === undefined) {
    return { code: "policy_unknown", message: `there is no policy "${attached.policy}"`, place: `${place}/policy` };
  }
  if (!policy.manifest.scopes.includes(scope)) {
    const where = policy.manifest.scopes.length === 0 ? "anywhere: it is always there" : `to: ${scope}`;
    const message = `"${attached.policy}" cannot be attached ${where}`;
    return { code: "policy_scope", message, place: `${place}/policy` };
  }
  return undefined;
}

/** Without somebody to know the caller there is no subscription, and without that no plan: an open operation has neither. */
function dropNeedyDefaults(chosen: Map<string, Chosen>): void {
  for (const [name, { policy, from }] of chosen) {
    if (from === "default" && !isMet(policy, chosen)) {
      chosen.delete(name);
    }
  }
}

function findUnmet(chosen: ReadonlyMap<string, Chosen>): CompileProblem[] {
  return [...chosen.values()].flatMap(({ policy, place }) =>
    isMet(policy, chosen)
      ? []
      : [
          {
            code: "policy_requires",
            message: `"${policy.manifest.name}" needs ${policy.manifest.requires.map((name) => `"${name}"`).join(" or ")} in the same chain`,
            place,
          },
        ],
  );
}

function findExcluded(chosen: ReadonlyMap<string, Chosen>): CompileProblem[] {
  return [...chosen.values()].flatMap(({ policy: { manifest }, place }) =>
    (manifest.excludes ?? [])
      .filter((name) => chosen.has(name))
      .map((name) => ({
        code: "policy_excludes",
        message: `"${manifest.name}" and "${name}" cannot be in one chain: take out one of them`,
        place,
      })),
  );
}

function isMet({ manifest }: Policy, chosen: ReadonlyMap<string, Chosen>): boolean {
  return manifest.requires.length === 0 || manifest.requires.some((name) => chosen.has(name));
}

function planStep({ policy, attached, place }: Chosen, scope: PlanScope, problems: CompileProblem[]): ChainStep[] {
  try {
    const plan = policy.plan(attached.config, scopeFor(policy, scope));
    return plan === undefined ? [] : [{ policy: attached.policy, plan }];
  } catch (error) {
    if (!(error instanceof ZodError)) {
      throw error;
    }
    for (const issue of error.issues) {
      const field = issue.path.map(String).join("/");
      problems.push({
        code: "policy_config",
        message: `${attached.policy}: ${issue.message}`,
        place: field === "" ? `${place}/config` : `${place}/config/${field}`,
      });
    }
    return [];
  }
}
