import fc from "fast-check";
import { expect, it } from "vitest";
import { findMountConflict } from "../../compiler/check-mounts";
import { compareConditions, conditionsOf, fits, rankOf, versionFieldOf } from "../../compiler/conditions";
import { coversHost, patternsOf } from "../../compiler/hosts";
import { parsePathTemplate } from "../../compiler/path-template";
import { buildRouteTree } from "../../compiler/route-tree";
import type { Versioning } from "../../compiler/routing-settings";
import type { RouteCondition, VersionField } from "../../contract/bundle";
import { describeLua } from "../../testing/describe-lua";

const RUNS = { numRuns: 1500, seed: 20261123 } as const;

interface Version {
  readonly id: number;
  readonly basePath: string;
  readonly hosts: readonly string[] | undefined;
  readonly conditions: readonly RouteCondition[];
  readonly versionField: VersionField | undefined;
  /** Templates; telling them apart is the router's own test. */
  readonly paths: readonly string[];
}

interface Asked {
  readonly host: string;
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
}

const texts = fc.constantFrom("1", "2", "10", "m", "mobile", "mobile-x");
const conditions = fc.uniqueArray(
  fc.oneof(
    fc.record({ from: fc.constant("header" as const), name: fc.constantFrom("x-device", "x-beta"), value: texts }),
    fc.record({ from: fc.constant("header" as const), name: fc.constantFrom("x-device", "x-beta"), prefix: texts }),
    fc.record({
      from: fc.constant("query" as const),
      name: fc.constantFrom("v", "x"),
      present: fc.constant(true as const),
    }),
    fc.record({ from: fc.constant("query" as const), name: fc.constantFrom("v", "x"), value: texts }),
  ),
  { maxLength: 3, selector: ({ from, name }) => `${from} ${name}` },
);
/** All versions of one team: what teams may do to each other is the compiler's to say. */
const versionings = fc.constantFrom<Versioning>(
  { by: "path" },
  { by: "header", name: "X-API-Version", forward: "pass" },
  { by: "query", name: "v", forward: "strip" },
  { by: "media-type", parameter: "version" },
);
const hosts = fc.option(
  fc.uniqueArray(fc.constantFrom("a.test", "b.a.test", "*.a.test", "*.b.a.test", "other.test"), {
    minLength: 1,
    maxLength: 2,
  }),
  { nil: undefined },
);
const versions = versionings.chain((versioning) =>
  fc.array(
    fc
      .record({
        basePath: fc.constantFrom("", "/o", "/o/p", "/o/p/q"),
        hosts,
        when: conditions,
        version: texts,
        isDefault: fc.boolean(),
        paths: fc.uniqueArray(fc.constantFrom("/", "/p", "/p/q", "/o", "/x", "/{a}", "/{a}/x", "/x{a}/q"), {
          minLength: 1,
        }),
      })
      .map(({ when, version, isDefault, ...rest }) => ({
        ...rest,
        conditions: conditionsOf({ version, versioning, routing: { when, isDefault } }),
        versionField: versionFieldOf(versioning),
      })),
    { minLength: 1, maxLength: 8 },
  ),
);
const asked = fc.record({
  host: fc.constantFrom("a.test", "b.a.test", "c.b.a.test", "x.c.b.a.test", "other.test", "unknown.test", "_"),
  path: fc.constantFrom(
    "/",
    "/o",
    "/o/",
    "/o/p",
    "/o/p/",
    "/o/p/q",
    "/o/p/q/x",
    "/o/x",
    "/x",
    "/o/o",
    "/o/x/q",
    "/p/x",
    "/o/xp/q",
    "/nothing",
  ),
  fields: fc.dictionary(
    fc.constantFrom(
      "header x-device",
      "header x-beta",
      "header x-api-version",
      "query v",
      "query x",
      "media-type version",
    ),
    fc.oneof(texts, fc.constant("none")),
  ),
});

/** A base path or a condition may be there once only, as far as the compiler takes it. */
function servable(list: readonly Omit<Version, "id">[]): Version[] {
  const kept: Version[] = [];
  for (const version of list) {
    const keys = version.conditions.map(({ from, name }) => `${from} ${name}`);
    const isRival = kept.some((other) => findMountConflict(version, other, true) !== undefined);
    if (!isRival && new Set(keys).size === keys.length) {
      kept.push({ ...version, id: kept.length + 1 });
    }
  }
  return kept;
}

/** The definition, over the plain list: host, base path, conditions, path. */
function routeNaively(list: readonly Version[], { host, path, fields }: Asked): unknown {
  const all = list.flatMap((version) => patternsOf(version.hosts).map((pattern) => ({ version, pattern })));
  const covering = [...new Set(all.map(({ pattern }) => pattern))].filter((pattern) => coversHost(pattern, host));
  // What is covered by another is the more specific; a name is below every wildcard that covers it.
  covering.sort((left, right) => (coversHost(left, right) ? 1 : -1));
  for (const pattern of covering) {
    const here = all.filter((entry) => entry.pattern === pattern).map(({ version }) => version);
    const found = routeAtHost(here, path, fields);
    if (found !== false) {
      return found;
    }
  }
  return false;
}

function routeAtHost(list: readonly Version[], path: string, fields: Asked["fields"]): unknown {
  const around = list.filter(({ basePath }) => path === basePath || path.startsWith(`${basePath}/`));
  const longest = Math.max(...around.map(({ basePath }) => basePath.length));
  const rivals = around.filter(({ basePath }) => basePath.length === longest);
  const textOf = ({ from, name }: { from: string; name: string }) => fields[`${from} ${name}`];
  const meant = rivals.filter((version) => version.conditions.every((condition) => fits(textOf(condition), condition)));
  const best = meant.find((version) =>
    meant.every((other) => other === version || compareConditions(version.conditions, other.conditions) === "left"),
  );
  if (best === undefined) {
    const field = rivals.find(({ versionField }) => versionField !== undefined)?.versionField;
    if (field === undefined) {
      return rivals.length === 0 || rivals.every((version) => version.conditions.length === 0)
        ? false
        : "route_not_found";
    }
    const text = textOf(field);
    const named = (version: Version) =>
      version.conditions.some(
        (condition) => condition.from === field.from && condition.name === field.name && fits(text, condition),
      );
    if (rivals.some(named) && text !== undefined) {
      return "route_not_found";
    }
    return text === undefined ? "api_version_missing" : "api_version_unknown";
  }
  const rest = path.slice(best.basePath.length);
  return best.paths.some((template) => fitsTemplate(template, rest === "" ? "/" : rest))
    ? { GET: best.id, HEAD: best.id }
    : false;
}

function fitsTemplate(template: string, path: string): boolean {
  return new RegExp(`^${template.replaceAll("{a}", "[^/]+")}$`).test(path);
}

function treeOf({ id, paths }: Version) {
  return buildRouteTree(
    paths.map((path) => {
      const template = parsePathTemplate(path);
      if (!template.ok) {
        throw new Error(template.message);
      }
      return { method: "GET", segments: template.segments, operation: id };
    }),
  );
}

describeLua("hosts, base paths and conditions on LuaJIT", (lua) => {
  it("lead to what a search through the plain list of API versions finds", async () => {
    const property = fc.asyncProperty(
      versions,
      fc.array(asked, { minLength: 1, maxLength: 20 }),
      async (list, requests) => {
        const kept = servable(list);
        const answers = await lua().call<unknown[]>("route", {
          versions: kept.map((version) => ({ ...version, rank: rankOf(version.conditions), routes: treeOf(version) })),
          requests,
        });
        expect(answers.map(simplify)).toEqual(requests.map((request) => routeNaively(kept, request)));
      },
    );
    await fc.assert(property, RUNS);
  });

  it("reads a version from the first media type that names one, in any spelling of RFC 9110", async () => {
    const accepts = {
      "application/json;version=2": "2",
      "application/json; version=2": "2",
      "application/json;Version=V2;q=0.5, */*": "V2",
      'application/json;version="2";q=1': "2",
      "text/html, application/json;version=3, application/json;version=4": "3",
      "application/json;myversion=1;version=5": "5",
      "application/json;myversion=1": false,
      "application/json;version=": "",
      'application/json;version="2': "",
      "*/*": false,
      "": false,
      "version=1": false,
    };
    const targets = {
      "/x?version=2": "2",
      "/x?a=b&version=2&c": "2",
      "/x?%76ersion=2": "2",
      "/x?version=%32": "2",
      "/x?version": "",
      "/x?version=1&version=1": "\0",
      "/x?version=1&ver%73ion=2": "\0",
      "/x?Version=1": false,
      "/x?myversion=1": false,
      "/x": false,
      "/x?": false,
    };
    expect(await lua().call("readFields", { accepts: Object.keys(accepts), targets: Object.keys(targets) })).toEqual({
      accepts: Object.values(accepts),
      targets: Object.values(targets),
    });
  });
});

/** A node on the way to longer paths has no methods. */
function simplify(found: unknown): unknown {
  return typeof found === "object" && found !== null && Object.keys(found).length === 0 ? false : found;
}
