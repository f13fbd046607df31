import type { ApiVersionChunk, Chunk, Limit, Plan, RouteNode, Target, Upstream } from "@/gateway/contract/bundle";
import type { ReleaseChange } from "@/lib/api-schemas";

export interface ReleaseDifference {
  readonly changes: ReleaseChange[];
  /** Plans whose subscribers notice: their limits, what they offer, or how it is served changes. */
  readonly affectedPlanIds: number[];
}

/** Names for people: "orders v1" of an API version's id, and of its upstream's id. */
export interface Names {
  readonly versions: ReadonlyMap<number, string>;
  readonly upstreams: ReadonlyMap<number, string>;
}

/**
 * What a release changes, in plain words.
 * @param before chunks of the release before, at least those that differ and the plans
 * @param after chunks of the new release, at least those that differ and the plans
 */
export function summariseChanges(before: readonly Chunk[], after: readonly Chunk[], names: Names): ReleaseDifference {
  const versions = compareLists(versionsOf(before), versionsOf(after));
  const plans = compareLists(plansOf(before), plansOf(after));
  const changes: ReleaseChange[] = [
    ...versions.added.map(describeAddedVersion),
    ...versions.removed.map((version) =>
      change(
        "removed",
        "api-version",
        nameOf(version),
        `Stops serving ${nameOf(version)} under ${shown(version.basePath)}.`,
      ),
    ),
    ...versions.kept.flatMap(([from, to]) => compareVersion(from, to)),
    ...compareUpstreams(before, after, names),
    ...plans.added.map((plan) =>
      change(
        "added",
        "plan",
        planName(plan),
        `Adds plan ${planName(plan)} with ${count(plan.limits.length, "limit")}.`,
      ),
    ),
    ...plans.removed.map((plan) => change("removed", "plan", planName(plan), `Removes plan ${planName(plan)}.`)),
    ...plans.kept.flatMap(([from, to]) => comparePlan(from, to, names)),
    ...compareSettings(before, after),
  ];
  const touched = new Set(
    [...versions.added, ...versions.removed, ...versions.kept.filter(differ).map(([, to]) => to)].map(({ id }) => id),
  );
  const affected = [...plansOf(before), ...plansOf(after)].filter((plan) => plan.grants.some((id) => touched.has(id)));
  const changed = plans.kept.filter(differ).map(([, to]) => to);
  const ids = [...affected, ...changed, ...plans.removed].map(({ id }) => id);
  return { changes, affectedPlanIds: [...new Set(ids)] };
}

/** "adds 2 operations, changes 1 limit; 3 applications affected" */
export function summarySentence(changes: readonly ReleaseChange[], applicationsAffected: number): string {
  if (changes.length === 0) {
    return "no changes";
  }
  const counts = new Map<string, { kind: ReleaseChange["kind"]; subject: ReleaseChange["subject"]; number: number }>();
  for (const { kind, subject } of changes) {
    const entry = counts.get(`${kind} ${subject}`) ?? { kind, subject, number: 0 };
    entry.number += 1;
    counts.set(`${kind} ${subject}`, entry);
  }
  const parts = [...counts.values()].map(
    ({ kind, subject, number }) => `${VERBS[kind]} ${count(number, NOUNS[subject])}`,
  );
  return `${parts.join(", ")}; ${count(applicationsAffected, "application")} affected`;
}

const VERBS = { added: "adds", removed: "removes", changed: "changes" } as const;
const NOUNS = {
  "api-version": "API version",
  operation: "operation",
  upstream: "upstream",
  plan: "plan",
  limit: "limit",
  settings: "setting",
} as const;

function describeAddedVersion(version: ApiVersionChunk): ReleaseChange {
  const operations = count(version.operations.length, "operation");
  const text = `Serves ${nameOf(version)} with ${operations} under ${shown(version.basePath)}.`;
  return change("added", "api-version", nameOf(version), text);
}

function compareVersion(from: ApiVersionChunk, to: ApiVersionChunk): ReleaseChange[] {
  const name = nameOf(to);
  const changes: ReleaseChange[] = [];
  if (from.basePath !== to.basePath || nameOf(from) !== name) {
    const text = `Moves ${nameOf(from)} from ${shown(from.basePath)} to ${name} under ${shown(to.basePath)}.`;
    changes.push(change("changed", "api-version", name, text));
  }
  if (JSON.stringify(routingOf(from)) !== JSON.stringify(routingOf(to))) {
    changes.push(change("changed", "api-version", name, `Changes which requests mean ${name}: hosts or conditions.`));
  }
  const operations = compareLists(routesOf(from), routesOf(to));
  for (const { key, route } of operations.added) {
    changes.push(change("added", "operation", `${name} ${key}`, `Adds ${route} to ${name}.`));
  }
  for (const { key, route } of operations.removed) {
    changes.push(change("removed", "operation", `${name} ${key}`, `Removes ${route} from ${name}.`));
  }
  for (const [old, now] of operations.kept) {
    if (old.route !== now.route) {
      changes.push(
        change("changed", "operation", `${name} ${now.key}`, `Moves ${old.route} of ${name} to ${now.route}.`),
      );
    }
  }
  if (changes.length === 0 && JSON.stringify(from.chains) !== JSON.stringify(to.chains)) {
    changes.push(change("changed", "api-version", name, `Changes the policies of ${name}.`));
  }
  return changes;
}

function routingOf({ hosts, conditions, versionField, keepsBasePath }: ApiVersionChunk): unknown {
  return { hosts, conditions, versionField, keepsBasePath };
}

function comparePlan(from: Plan, to: Plan, names: Names): ReleaseChange[] {
  const name = planName(to);
  const limits = compareLists(from.limits, to.limits);
  const changes: ReleaseChange[] = [
    ...limits.added.map((limit) =>
      change(
        "added",
        "limit",
        `${name} ${limit.name}`,
        `Adds limit ${limit.name} to ${name}: ${describeLimit(limit)}.`,
      ),
    ),
    ...limits.removed.map((limit) =>
      change("removed", "limit", `${name} ${limit.name}`, `Removes limit ${limit.name} of ${name}.`),
    ),
    ...limits.kept
      .filter(differ)
      .map(([old, now]) =>
        change(
          "changed",
          "limit",
          `${name} ${now.name}`,
          `Changes limit ${now.name} of ${name} from ${describeLimit(old)} to ${describeLimit(now)}.`,
        ),
      ),
  ];
  const offered = to.grants.filter((id) => !from.grants.includes(id));
  const withdrawn = from.grants.filter((id) => !to.grants.includes(id));
  const list = (ids: readonly number[]) => ids.map((id) => names.versions.get(id) ?? `version ${id}`).join(", ");
  if (offered.length > 0) {
    changes.push(change("changed", "plan", name, `${name} offers ${list(offered)} too.`));
  }
  if (withdrawn.length > 0) {
    changes.push(change("changed", "plan", name, `${name} no longer offers ${list(withdrawn)}.`));
  }
  if (planName(from) !== name) {
    changes.push(change("changed", "plan", name, `Renames ${planName(from)} to ${name}.`));
  }
  return changes;
}

function compareUpstreams(before: readonly Chunk[], after: readonly Chunk[], names: Names): ReleaseChange[] {
  // Upstreams that come or go do so with their API version, which says it already.
  return compareLists(upstreamsOf(before), upstreamsOf(after))
    .kept.filter(differ)
    .map(([from, to]) => {
      const name = names.upstreams.get(to.id) ?? `upstream ${to.id}`;
      if (JSON.stringify(from.targets.map(addressOf)) === JSON.stringify(to.targets.map(addressOf))) {
        return change("changed", "upstream", name, `Changes how ${name} uses its upstream’s targets.`);
      }
      const targets = to.targets.map(addressOf).join(", ");
      return change("changed", "upstream", name, `Sends requests of ${name} to ${targets}.`);
    });
}

function addressOf({ scheme, host, port, path }: Target): string {
  return `${scheme}://${host}:${port}${path}`;
}

function compareSettings(before: readonly Chunk[], after: readonly Chunk[]): ReleaseChange[] {
  const find = (chunks: readonly Chunk[]) => chunks.find((chunk) => chunk.kind === "settings");
  const [from, to] = [find(before), find(after)];
  if (from === undefined || to === undefined || JSON.stringify(from) === JSON.stringify(to)) {
    return [];
  }
  return [change("changed", "settings", "settings", "Changes the settings of the environment.")];
}

function describeLimit(limit: Limit): string {
  const amount = limit.unit === "bytes" ? count(limit.quota, "byte") : count(limit.quota, "call");
  const time = limit.calendar === undefined ? `per ${limit.windowSeconds} s` : `per calendar ${limit.calendar.period}`;
  const details = [
    limit.algorithm,
    `per ${limit.scope}`,
    ...(limit.burst === undefined ? [] : [`burst ${limit.burst}`]),
    ...(limit.counts === undefined ? [] : [`counts ${limit.counts}`]),
    ...(limit.operations === undefined ? [] : [`${count(limit.operations.length, "operation")} apart`]),
    ...(limit.mode === undefined ? [] : [limit.mode]),
  ];
  return `${amount} ${limit.algorithm === "concurrency" ? "at once" : time} (${details.join(", ")})`;
}

interface OperationRoute {
  readonly id: number;
  readonly key: string;
  readonly route: string;
}

function routesOf(version: ApiVersionChunk): OperationRoute[] {
  const routes = new Map<number, string>();
  collectRoutes(version.routes, "", routes);
  return version.operations.map(({ id, key }, index) => ({ id, key, route: routes.get(index) ?? key }));
}

/**
 * "GET /pets/{}" by index of the operation. The first way to an operation is kept: parameters come before literals here, because the
 * compiler repeats beside a literal whatever its parameter sibling matches.
 */
function collectRoutes(node: RouteNode, path: string, routes: Map<number, string>): void {
  for (const [method, index] of Object.entries(node.methods ?? {})) {
    if (!routes.has(index)) {
      routes.set(index, `${method} ${path === "" ? "/" : path}`);
    }
  }
  if (node.parameter !== undefined) {
    collectRoutes(node.parameter, `${path}/{}`, routes);
  }
  for (const pattern of node.patterns ?? []) {
    collectRoutes(pattern.node, `${path}/${pattern.texts.join("{}")}`, routes);
  }
  for (const [text, child] of Object.entries(node.literals ?? {})) {
    collectRoutes(child, `${path}/${text}`, routes);
  }
}

function versionsOf(chunks: readonly Chunk[]): ApiVersionChunk[] {
  return chunks.filter((chunk) => chunk.kind === "api-version");
}

function plansOf(chunks: readonly Chunk[]): readonly Plan[] {
  return chunks.flatMap((chunk) => (chunk.kind === "plans" ? chunk.plans : []));
}

function upstreamsOf(chunks: readonly Chunk[]): readonly Upstream[] {
  return chunks.flatMap((chunk) => (chunk.kind === "upstreams" ? chunk.upstreams : []));
}

function compareLists<Item extends { readonly id: number }>(before: readonly Item[], after: readonly Item[]) {
  const old = new Map(before.map((item) => [item.id, item]));
  const now = new Set(after.map(({ id }) => id));
  return {
    added: after.filter(({ id }) => !old.has(id)),
    removed: before.filter(({ id }) => !now.has(id)),
    kept: after.flatMap((item): [Item, Item][] => {
      const from = old.get(item.id);
      return from === undefined ? [] : [[from, item]];
    }),
  };
}

function differ([from, to]: readonly [unknown, unknown]): boolean {
  return JSON.stringify(from) !== JSON.stringify(to);
}

function change(
  kind: ReleaseChange["kind"],
  subject: ReleaseChange["subject"],
  name: string,
  text: string,
): ReleaseChange {
  return { kind, subject, name, text };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function nameOf({ api, version }: ApiVersionChunk): string {
  return `${api} ${version}`;
}

function planName({ product, plan }: Plan): string {
  return `${product}/${plan}`;
}

function shown(basePath: string): string {
  return basePath === "" ? "/" : basePath;
}
