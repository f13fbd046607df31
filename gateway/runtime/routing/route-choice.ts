import type { RouteCondition, RouteFieldPlace } from "../../contract/bundle-types";
import type { Refusal } from "../../contract/decision";
import type { RouteCandidate, RouteChoice, RuntimeNode } from "../release/bundle";
import type { FieldReader } from "./route-fields";

type Choose = RouteChoice["choose"];

/** What a table of the generated code holds besides nodes; all of it is made once per release. */
interface Operands {
  readonly list: unknown[];
  /** Field → its place in the list. */
  readonly fields: LuaTable<string, number>;
}

/**
 * Between API versions at one base path. Those that are told apart by a version field are found by a look into a table, however many there
 * are; what is left, for one value of the field, is tried in order, the most specific first (compiler/conditions.ts). Generated code: nothing
 * loops, and a field is read once. As between policies, a call that LuaJIT does not compile ends one trace and begins another (chain.ts):
 * with what is read here the phase would be too long for one.
 */
export function makeChoice(candidates: readonly RouteCandidate[], reader: FieldReader): RouteChoice {
  const ranked = candidates.map((candidate) => candidate);
  ranked.sort((left, right) =>
    left.rank === right.rank ? left.apiVersion - right.apiVersion : right.rank - left.rank,
  );
  const owner = ranked.find((candidate) => candidate.versionField !== undefined);
  const choose =
    owner === undefined || owner.versionField === undefined
      ? chooseInTurn(ranked, NOT_FOUND, reader)
      : chooseByVersion(ranked, owner.versionField, reader);
  return { choose, candidates: ranked };
}

const NOT_FOUND: RuntimeNode = { refusal: { kind: "refuse", code: "route_not_found" } };

/** One look for the version, then in turn for whatever else the versions ask for. */
function chooseByVersion(
  ranked: readonly RouteCandidate[],
  { from, name }: { readonly from: RouteFieldPlace; readonly name: string },
  reader: FieldReader,
): Choose {
  const onField = (candidate: RouteCandidate) =>
    candidate.conditions.find((condition) => condition.from === from && condition.name === name);
  const values: string[] = [];
  const seen = new LuaSet<string>();
  for (const candidate of ranked) {
    const condition = onField(candidate);
    for (const value of condition === undefined || condition.values === undefined ? [] : condition.values) {
      if (!seen.has(value)) {
        seen.add(value);
        values.push(value);
      }
    }
  }
  table.sort(values);
  const versions = values.join(", ");
  const place = `${describePlace(from)} ${name}`;
  const missing = refusal(
    "api_version_missing",
    `This API has several versions here. Name one in the ${place}: ${versions}.`,
  );
  const unknown = refusal("api_version_unknown", `The ${place} must name one of these versions, once: ${versions}.`);

  const byValue = new LuaTable<string, RuntimeNode>();
  for (const value of values) {
    byValue.set(
      value,
      nodeFor(
        ranked.filter((candidate) => admits(onField(candidate), value)),
        from,
        name,
        NOT_FOUND,
        reader,
      ),
    );
  }
  const absent = ranked.filter((candidate) => admits(onField(candidate), undefined));
  // What is neither absent nor listed: conditions on the same field that are no values are looked at in turn.
  const other = ranked.filter((candidate) => {
    const condition = onField(candidate);
    return condition === undefined || condition.values === undefined;
  });
  const source = `
    local read, field, byValue, absent, other = ...
    local cut = string.match
    return function(request)
      cut("", "")
      local text = read(request, field)
      cut("", "")
      if text == nil then return absent end
      return byValue[text] or other
    end`;
  return generate(source, [
    reader.read,
    reader.prepare(from, name),
    byValue,
    nodeFor(absent, from, name, missing, reader),
    other.length === 0 ? unknown : { choice: { choose: chooseInTurn(other, unknown, reader), candidates: other } },
  ]) as Choose;
}

/** The only candidate if there is nothing more to ask, else a choice of its own. */
function nodeFor(
  candidates: readonly RouteCandidate[],
  from: RouteFieldPlace,
  name: string,
  fallback: RuntimeNode,
  reader: FieldReader,
): RuntimeNode {
  const settled = candidates.map((candidate) => ({
    ...candidate,
    conditions: candidate.conditions.filter((condition) => condition.from !== from || condition.name !== name),
  }));
  const first = settled[0];
  if (first === undefined) {
    return fallback;
  }
  if (first.conditions.length === 0) {
    return first.node;
  }
  return { choice: { choose: chooseInTurn(settled, fallback, reader), candidates: settled } };
}

/** The first whose conditions all hold. */
function chooseInTurn(ranked: readonly RouteCandidate[], fallback: RuntimeNode, reader: FieldReader): Choose {
  const operands: Operands = { list: [reader.read, fallback], fields: new LuaTable<string, number>() };
  let reads = "";
  let tests = "";
  for (const { conditions, node } of ranked) {
    const parts: string[] = [];
    for (const condition of conditions) {
      const key = `${condition.from} ${condition.name}`;
      let field = operands.fields.get(key);
      if (field === undefined) {
        field = operands.list.push(reader.prepare(condition.from, condition.name));
        operands.fields.set(key, field);
        reads += `local text${field} = read(request, operands[${field}])\n`;
      }
      parts.push(testOf(condition, `text${field}`, operands));
    }
    const place = operands.list.push(node);
    tests += `if ${parts.length === 0 ? "true" : parts.join(" and ")} then return operands[${place}] end\n`;
  }
  const source = `
    local operands = ...
    local read, fallback = operands[1], operands[2]
    local cut, sub = string.match, string.sub
    return function(request)
      cut("", "")
      ${reads}${tests}
      return fallback
    end`;
  return generate(source, [operands.list]) as Choose;
}

/** Texts of the release stand in the operands, never in the code. */
function testOf({ values, prefix, orAbsent }: RouteCondition, text: string, { list }: Operands): string {
  if (values !== undefined) {
    const tests = values.map((value) => `${text} == operands[${list.push(value)}]`);
    return `(${orAbsent === true ? `${text} == nil or ` : ""}${tests.join(" or ")})`;
  }
  if (prefix !== undefined) {
    return `(${text} and sub(${text}, 1, ${prefix.length}) == operands[${list.push(prefix)}])`;
  }
  return `${text} ~= nil`;
}

/** Whether a text, or its absence, fits a condition; no condition lets everything pass. */
export function admits(condition: RouteCondition | undefined, text: string | undefined): boolean {
  if (condition === undefined) {
    return true;
  }
  const { values, prefix, orAbsent } = condition;
  if (text === undefined) {
    return orAbsent === true;
  }
  if (values !== undefined) {
    return values.includes(text);
  }
  return prefix === undefined || string.sub(text, 1, prefix.length) === prefix;
}

function describePlace(from: RouteFieldPlace): string {
  switch (from) {
    case "header":
      return "header field";
    case "query":
      return "query parameter";
    case "media-type":
      return "Accept field's media type parameter";
  }
}

function refusal(code: "api_version_missing" | "api_version_unknown", detail: string): RuntimeNode {
  const decision: Refusal = { kind: "refuse", code, detail };
  return { refusal: decision };
}

function generate(source: string, operands: readonly unknown[]): unknown {
  const [chunk, problem] = loadstring(source, "=route-choice");
  if (chunk === undefined) {
    return error(`a choice between API versions does not compile: ${problem}`);
  }
  const make = chunk as (
    this: void,
    first: unknown,
    second?: unknown,
    third?: unknown,
    fourth?: unknown,
    fifth?: unknown,
  ) => unknown;
  return make(operands[0], operands[1], operands[2], operands[3], operands[4]);
}
