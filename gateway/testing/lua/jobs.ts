import * as ffi from "ffi";
import type { ApiVersionChunk, RouteNode, UpstreamsChunk } from "../../contract/bundle-types";
import { GATEWAY_ERRORS, type GatewayError } from "../../contract/errors";
import { bucketOf } from "../../contract/histogram";
import { encodeChecksum, isWellFormedKey } from "../../contract/key-format";
import type { CaseStep, Scene, StepResult } from "../../policies/case";
import type { RuntimeNode, RuntimeUpstream } from "../../runtime/release/bundle";
import { linkHosts, matchFrom, routesAt } from "../../runtime/routing/hosts";
import { mountRoutes } from "../../runtime/routing/mount-routes";
import * as outcomes from "../../runtime/outcomes";
import { isPlainTarget, normalisePath } from "../../runtime/routing/path";
import { POLICY_STEPS } from "../../runtime/release/policies";
import { readMediaType, readQuery } from "../../runtime/routing/route-fields";
import { matchDeep, matchRoot, matchRoute } from "../../runtime/routing/router";
import { linkUpstreams, pickTarget } from "../../runtime/upstreams/link-upstreams";
import { countRequest, openMeter } from "../../runtime/shared-memory/meter";
import { jsonReader } from "../../runtime/host/json";
import { playCase } from "../play-case";
import { playWindow, type WindowResult, type WindowStep } from "../play-window";
import { isSignedBy } from "../../runtime/host/public-key";
import { isSha256, isSigned } from "../../runtime/host/signature";
import "./crypto";
import { matchesPattern } from "./pcre";
import { crc32 } from "./zlib";
// For their C structs.
import "../../runtime/shared-memory/cache-epochs";
import "../../runtime/shared-memory/control";
import "../../runtime/shared-memory/counters";
import "../../runtime/shared-memory/credential-store";
import "../../runtime/shared-memory/flights";
import "../../runtime/shared-memory/request-ring";
import "../../runtime/upstreams/mirror-counts";
import "../../runtime/upstreams/target-states";

/** What the tests can ask LuaJIT to do. Arguments and answers are JSON; `undefined` is left out, "nothing found" is false. */
export const JOBS = new LuaMap<string, (this: void, argument: never) => unknown>();

const LUAJIT = { json: jsonReader, matchesPattern, isSigned, isSha256, isSignedBy };

interface PlayArgument {
  readonly policy: string;
  readonly plan: unknown;
  readonly scene: Partial<Scene>;
  readonly steps: readonly CaseStep[];
}

function play(this: void, { policy, plan, scene, steps }: PlayArgument): StepResult[] {
  const known = POLICY_STEPS.get(policy);
  return known === undefined ? error(`no policy "${policy}"`) : playCase(known, plan, scene, steps, crc32, LUAJIT);
}
JOBS.set("play", play);

function window(this: void, { steps }: { readonly steps: readonly WindowStep[] }): WindowResult[] {
  return playWindow(steps);
}
JOBS.set("window", window);

/** Counts one call for each of so many subscriptions. @returns the meter's files that this process has in its memory afterwards */
function countCalls(this: void, { prefix, calls }: { readonly prefix: string; readonly calls: number }): string[] {
  openMeter(prefix, 1);
  for (const subscription of $range(1, calls)) {
    countRequest(undefined, 1, 1, subscription, 1, outcomes.SUCCESS, 1, 1, 1, 1);
  }
  const mapped: string[] = [];
  for (const [line] of io.lines("/proc/self/maps")) {
    const [from] = string.find(line, prefix, 1, true);
    if (from !== undefined) {
      mapped.push(string.sub(line, from));
    }
  }
  return mapped;
}
JOBS.set("countCalls", countCalls);

function policyNames(this: void): string[] {
  const names: string[] = [];
  for (const [name] of POLICY_STEPS) {
    names.push(name);
  }
  return names;
}
JOBS.set("policyNames", policyNames);

interface MatchArgument {
  readonly routes: RouteNode;
  readonly paths: readonly string[];
}

interface MatchAnswer {
  /** Method → operation, or false where the matcher finds no node. */
  readonly straight: unknown;
  readonly deep: unknown;
}

/** Not looked at where no API versions share a base path. */
const NO_REQUEST = {} as CData;

function match(this: void, { routes, paths }: MatchArgument): MatchAnswer[] {
  const root = routes as unknown as RuntimeNode;
  return paths.map((path) => ({
    straight: methodsOf(matchRoute(root, path, 2, NO_REQUEST)),
    deep: methodsOf(matchDeep(root, path, 2, NO_REQUEST)),
  }));
}
JOBS.set("match", match);

interface RouteRequest {
  readonly host: string;
  readonly path: string;
  /** Field ("header x-device", "query v") → text. */
  readonly fields: Readonly<Record<string, string>>;
}

interface RouteArgument {
  readonly versions: readonly (Pick<
    ApiVersionChunk,
    "id" | "basePath" | "hosts" | "conditions" | "rank" | "versionField"
  > & {
    readonly routes: RouteNode;
  })[];
  readonly requests: readonly RouteRequest[];
}

function fakeField(this: void, from: string, name: string): string {
  return `${from} ${name}`;
}

function readFake(this: void, request: CData, field: string): string | undefined {
  return (request as unknown as RouteRequest).fields[field];
}

const FAKE_READER = { prepare: fakeField, read: readFake };

/** What each request leads to: method → operation, the code of a refusal, or false. */
function route(this: void, { versions, requests }: RouteArgument): unknown[] {
  const mounted = versions.map(({ id, basePath, hosts, conditions, rank, versionField, routes }) => ({
    id,
    basePath,
    hosts,
    conditions: conditions ?? [],
    rank: rank ?? 0,
    versionField,
    routes: routes as unknown as RuntimeNode,
  }));
  const hosts = linkHosts(mounted, FAKE_READER, keepGoing);
  const root = hosts === undefined ? mountRoutes(mounted, FAKE_READER, keepGoing) : hosts.any.routes;
  return requests.map((request) => {
    const from = hosts === undefined ? { routes: root, next: undefined } : routesAt(hosts, request.host);
    const node = matchFrom(from, request.path, request as unknown as CData);
    return node?.refusal?.code ?? node?.methods ?? false;
  });
}
JOBS.set("route", route);

/** Targets and normal forms as hex, because JSON holds no bytes; false where the path is refused. */
function fuzz(
  this: void,
  { routes, targets }: { readonly routes: RouteNode; readonly targets: readonly string[] },
): { path: string | false; straight: unknown; deep: unknown }[] {
  const root = routes as unknown as RuntimeNode;
  return targets.map((hex) => {
    const [target] = string.gsub(hex, "..", byteOfHex);
    const path = normalisePath(target);
    return path === undefined
      ? { path: false, straight: false, deep: false }
      : {
          path: string.gsub(path, ".", hexOfByte)[0],
          straight: methodsOf(matchRoot(root, path, NO_REQUEST)),
          deep: methodsOf(matchDeep(root, path, 2, NO_REQUEST)),
        };
  });
}
JOBS.set("fuzz", fuzz);

function byteOfHex(this: void, digits: string): string {
  return string.char(tonumber(digits, 16) ?? 0);
}

function hexOfByte(this: void, byte: string): string {
  return string.format("%02x", string.byte(byte));
}

function readFields(
  this: void,
  { accepts, targets }: { readonly accepts: readonly string[]; readonly targets: readonly string[] },
): { accepts: (string | false)[]; targets: (string | false)[] } {
  return {
    accepts: accepts.map((accept) => readMediaType(accept, "version=") ?? false),
    targets: targets.map((target) => readQuery(target, "version") ?? false),
  };
}
JOBS.set("readFields", readFields);

function methodsOf(node: RuntimeNode | undefined): unknown {
  return node === undefined ? false : (node.methods ?? {});
}

function normalise(this: void, { paths }: { readonly paths: readonly string[] }): (string | false)[] {
  // As the access phase does.
  return paths.map((path) => (isPlainTarget(path) ? path : (normalisePath(path) ?? false)));
}
JOBS.set("normalise", normalise);

/** Which of the texts a pattern of PCRE matches; fails for one that it does not compile. */
function matches(
  this: void,
  { pattern, texts }: { readonly pattern: string; readonly texts: readonly string[] },
): boolean[] {
  return texts.map((text) => matchesPattern(text, pattern));
}
JOBS.set("matches", matches);

function checkKeys(this: void, { keys }: { readonly keys: readonly string[] }): unknown[] {
  return keys.map((key) => ({
    crc32: string.format("%.0f", crc32(key)),
    checksum: encodeChecksum(crc32(key)),
    isWellFormed: isWellFormedKey(key, crc32),
  }));
}
JOBS.set("checkKeys", checkKeys);

function buckets(this: void, { values }: { readonly values: readonly number[] }): number[] {
  return values.map((value) => bucketOf(value));
}
JOBS.set("buckets", buckets);

interface PickArgument {
  readonly upstreams: UpstreamsChunk;
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  readonly upstream: number;
  readonly picks: number;
}

/** What needs nginx is tested there. */
function leaveToNginx(this: void): undefined {
  return undefined;
}

function keepGoing(this: void): void {
  // Nobody waits here.
}

/** Ports of the targets picked: tests give every target a port of its own. */
function pick(this: void, { upstreams, addresses, upstream, picks }: PickArgument): (number | false)[] {
  const all = new LuaTable<number, RuntimeUpstream>();
  linkUpstreams(upstreams, addresses, leaveToNginx, leaveToNginx, all, keepGoing);
  const linked = all.get(upstream);
  const ports: (number | false)[] = [];
  for (const _turn of $range(1, picks)) {
    const target = linked === undefined ? undefined : pickTarget(linked);
    ports.push(target === undefined ? false : target.port);
  }
  return ports;
}
JOBS.set("pick", pick);

interface LayoutArgument {
  readonly type: string;
  readonly fields: readonly string[];
}

function layout(this: void, { type, fields }: LayoutArgument): { bytes: number; offsets: number[] } {
  return { bytes: ffi.sizeof(type), offsets: fields.map((field) => ffi.offsetof(type, field)) };
}
JOBS.set("layout", layout);

/** The constants of runtime/outcomes.ts by name, and how each of the gateway's own answers is counted. */
function outcomeTable(this: void): { names: Record<string, number>; ofErrors: Record<string, number> } {
  const names: Record<string, number> = {};
  for (const [name, value] of pairs(outcomes as unknown as LuaTable<string, unknown>)) {
    if (typeof value === "number") {
      names[name] = value;
    }
  }
  const ofErrors: Record<string, number> = {};
  for (const [code, problem] of pairs(GATEWAY_ERRORS as unknown as LuaTable<string, GatewayError>)) {
    ofErrors[code] = outcomes.outcomeOfProblem(problem);
  }
  return { names, ofErrors };
}
JOBS.set("outcomes", outcomeTable);
