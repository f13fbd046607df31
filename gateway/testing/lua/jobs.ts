import * as ffi from "ffi";
import type { RouteNode, UpstreamsChunk } from "../../contract/bundle-types";
import { GATEWAY_ERRORS, type GatewayError } from "../../contract/errors";
import { bucketOf } from "../../contract/histogram";
import { encodeChecksum, isWellFormedKey } from "../../contract/key-format";
import type { CaseStep, Scene, StepResult } from "../../policies/case";
import type { RuntimeNode } from "../../runtime/bundle";
import * as outcomes from "../../runtime/outcomes";
import { normalisePath } from "../../runtime/path";
import { POLICY_RUNS } from "../../runtime/policies";
import { matchDeep, matchRoute } from "../../runtime/router";
import { linkUpstreams, pickTarget } from "../../runtime/upstreams";
import { playCase } from "../play-case";
import { playWindow, type WindowResult, type WindowStep } from "../play-window";
import { crc32 } from "./zlib";
// For their C structs.
import "../../runtime/control";
import "../../runtime/counters";
import "../../runtime/credential-store";
import "../../runtime/meter";

/** What the tests can ask LuaJIT to do. Arguments and answers are JSON; `undefined` is left out, "nothing found" is false. */
export const JOBS = new LuaMap<string, (this: void, argument: never) => unknown>();

interface PlayArgument {
  readonly policy: string;
  readonly plan: unknown;
  readonly scene: Partial<Scene>;
  readonly steps: readonly CaseStep[];
}

function play(this: void, { policy, plan, scene, steps }: PlayArgument): StepResult[] {
  const run = POLICY_RUNS.get(policy);
  return run === undefined ? error(`no policy "${policy}"`) : playCase(run, plan, scene, steps, crc32);
}
JOBS.set("play", play);

function window(this: void, { steps }: { readonly steps: readonly WindowStep[] }): WindowResult[] {
  return playWindow(steps);
}
JOBS.set("window", window);

function policyNames(this: void): string[] {
  const names: string[] = [];
  for (const [name] of POLICY_RUNS) {
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

function match(this: void, { routes, paths }: MatchArgument): MatchAnswer[] {
  const root = routes as unknown as RuntimeNode;
  return paths.map((path) => ({
    straight: methodsOf(matchRoute(root, path)),
    deep: methodsOf(matchDeep(root, path, 2)),
  }));
}
JOBS.set("match", match);

function methodsOf(node: RuntimeNode | undefined): unknown {
  return node === undefined ? false : (node.methods ?? {});
}

function normalise(this: void, { paths }: { readonly paths: readonly string[] }): (string | false)[] {
  return paths.map((path) => normalisePath(path) ?? false);
}
JOBS.set("normalise", normalise);

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

/** Ports of the targets picked: tests give every target a port of its own. */
function pick(this: void, { upstreams, addresses, upstream, picks }: PickArgument): (number | false)[] {
  const linked = linkUpstreams(upstreams, addresses).get(upstream);
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
