import type { RouteCondition, VersionField } from "../contract/bundle";
import type { ConditionSetting, RoutingSettings, Versioning } from "./routing-settings";
import type { ApiVersionSnapshot } from "./snapshot";

type Routed = Pick<ApiVersionSnapshot, "version" | "versioning" | "routing">;

/** The field that tells the versions of its API apart; undefined when their paths do. */
export function versionFieldOf(versioning: Versioning | undefined): VersionField | undefined {
  switch (versioning?.by) {
    case undefined:
    case "path":
      return undefined;
    case "header":
      return { from: "header", name: versioning.name.toLowerCase(), isStripped: versioning.forward === "strip" };
    case "query":
      return { from: "query", name: versioning.name, isStripped: versioning.forward === "strip" };
    case "media-type":
      return { from: "media-type", name: versioning.parameter, isStripped: false };
  }
}

/** All that a request must carry to be meant for a version: its API's version field first, then its own conditions. */
export function conditionsOf({ version, versioning, routing = {} }: Routed): RouteCondition[] {
  const field = versionFieldOf(versioning);
  const own = (routing.when ?? []).map(toCondition);
  if (field === undefined) {
    return own;
  }
  const values = valuesOf(version, routing);
  return [
    { from: field.from, name: field.name, values, ...(routing.isDefault === true && { orAbsent: true }) },
    ...own,
  ];
}

export function valuesOf(version: string, routing: RoutingSettings): readonly string[] {
  return routing.versionValues ?? [version];
}

function toCondition({ from, name, value, prefix }: ConditionSetting): RouteCondition {
  return {
    from,
    name: from === "header" ? name.toLowerCase() : name,
    ...(value !== undefined && { values: [value] }),
    ...(prefix !== undefined && { prefix }),
  };
}

export function fieldKey({ from, name }: Pick<RouteCondition, "from" | "name">): string {
  return `${from} ${name}`;
}

/** How two sets of conditions stand to each other. */
export type ConditionOrder = "same" | "left" | "right" | "disjoint" | "ambiguous";

/**
 * Which of two sets of conditions is more specific, without any numbers to be given by people. The order is that of the requests they
 * let in: a set is more specific when whatever fits it fits the other too, and not the other way round. So
 *
 * - a condition more is more specific than one less;
 * - on the same field a value is more specific than a prefix of it, a longer prefix than a shorter one, and each of them than "present";
 * - fewer values are more specific than more of the same; a default version, which also takes requests that name none, is less specific
 *   than the same version without.
 *
 * "disjoint": no request fits both, because some field would need two texts at once. "ambiguous": one request can fit both, and neither
 * is more specific; the compiler refuses such a pair with the places of both.
 *
 * The order of everything that a request is routed by: host, then the longer base path, then conditions, then the path template
 * (compiler/route-tree.ts), then the method. No step is undone by a later one.
 * @param left at most one condition for each field, and so `right`
 */
export function compareConditions(left: readonly RouteCondition[], right: readonly RouteCondition[]): ConditionOrder {
  const byField = new Map(right.map((condition) => [fieldKey(condition), condition]));
  for (const condition of left) {
    const other = byField.get(fieldKey(condition));
    if (other !== undefined && areDisjoint(condition, other)) {
      return "disjoint";
    }
  }
  const leftImplies = impliesAll(left, right);
  const rightImplies = impliesAll(right, left);
  if (leftImplies) {
    return rightImplies ? "same" : "left";
  }
  return rightImplies ? "right" : "ambiguous";
}

function impliesAll(strong: readonly RouteCondition[], weak: readonly RouteCondition[]): boolean {
  const byField = new Map(strong.map((condition) => [fieldKey(condition), condition]));
  return weak.every((condition) => {
    const candidate = byField.get(fieldKey(condition));
    return candidate !== undefined && implies(candidate, condition);
  });
}

/** Whether every text (or absence) that fits `strong` fits `weak`. */
function implies(strong: RouteCondition, weak: RouteCondition): boolean {
  if (strong.orAbsent === true && weak.orAbsent !== true) {
    return false;
  }
  if (weak.values !== undefined) {
    const { values } = weak;
    return strong.values !== undefined && strong.values.every((value) => values.includes(value));
  }
  if (weak.prefix !== undefined) {
    const { prefix } = weak;
    const texts = strong.values ?? (strong.prefix === undefined ? [""] : [strong.prefix]);
    return texts.every((text) => text.startsWith(prefix));
  }
  return true;
}

function areDisjoint(left: RouteCondition, right: RouteCondition): boolean {
  if (left.orAbsent === true && right.orAbsent === true) {
    return false;
  }
  if (left.values !== undefined) {
    return !left.values.some((value) => fits(value, right));
  }
  if (right.values !== undefined) {
    return !right.values.some((value) => fits(value, left));
  }
  if (left.prefix !== undefined && right.prefix !== undefined) {
    return !left.prefix.startsWith(right.prefix) && !right.prefix.startsWith(left.prefix);
  }
  return false;
}

/** Whether a request with that text fits; the definition that the runtime is held to. */
export function fits(text: string | undefined, condition: RouteCondition): boolean {
  if (text === undefined) {
    return condition.orAbsent === true;
  }
  if (condition.values !== undefined) {
    return condition.values.includes(text);
  }
  return condition.prefix === undefined || text.startsWith(condition.prefix);
}

const VALUE_RANK = 1000;
const PREFIX_RANK = 2;

/**
 * A number that is higher for the more specific of any two sets that compareConditions puts in an order: what a worker tries first. Of no
 * other meaning, and nobody's to choose.
 */
export function rankOf(conditions: readonly RouteCondition[]): number {
  let rank = 0;
  for (const { values, prefix, orAbsent } of conditions) {
    if (values !== undefined) {
      rank += VALUE_RANK - values.length - (orAbsent === true ? 1 : 0);
    } else {
      rank += prefix === undefined ? 1 : PREFIX_RANK + prefix.length;
    }
  }
  return rank;
}
