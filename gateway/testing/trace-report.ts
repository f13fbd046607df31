import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** What LuaJIT's compiler made of one place where it began a trace. */
export interface TraceStart {
  /** "access.lua:141" */
  readonly location: string;
  readonly compiled: number;
  /** Why it gave up, attempt by attempt, since it last succeeded. */
  readonly abortsSince: readonly string[];
  /** Times it made a trace that goes back to the interpreter: it has tried often enough and will not try again. */
  readonly fallbacks: number;
  /** Whether all of its traces began there, and none at an exit of another trace. */
  readonly isRoot: boolean;
}

/**
 * LuaJIT doubles its patience with every failed attempt and gives a place up after about eleven. Four in a row without a success are on
 * the way there: no place that compiles in the end needs that many.
 */
const ABORTS_TOO_MANY = 4;

const LINE = /^\[TRACE +(---|\d+) (\([^)]*\) )?(\S+) ?(.*)\]$/;
/** What a trace of its own begins at: jit.v names the line on which a function is defined, or that of a loop. */
const BEGINNING = /\b(function|for|while|repeat)\b/;

/** Reads what jit.v has written. */
export function readTraces(text: string): TraceStart[] {
  const starts = new Map<string, { compiled: number; abortsSince: string[]; fallbacks: number; isRoot: boolean }>();
  for (const line of text.split("\n")) {
    const [, number, parent, location = "", rest = ""] = LINE.exec(line) ?? [];
    if (number === undefined) {
      continue;
    }
    const start = starts.get(location) ?? { compiled: 0, abortsSince: [], fallbacks: 0, isRoot: true };
    starts.set(location, start);
    start.isRoot &&= parent === undefined;
    if (number === "---") {
      start.abortsSince.push(rest.replace(/^-- /, ""));
    } else if (rest.endsWith("fallback to interpreter")) {
      start.fallbacks += 1;
    } else {
      start.compiled += 1;
      start.abortsSince = [];
    }
  }
  return [...starts].map(([location, start]) => ({ location, ...start }));
}

/** Lines that say which functions of `files` LuaJIT leaves to its interpreter, and why; empty when there are none. */
export function findInterpreted(text: string, files: readonly string[], luaDirectory: string): string[] {
  const problems = text.includes("[TRACE flush]") ? ["LuaJIT threw all traces away: it ran out of room for them"] : [];
  for (const { location, abortsSince, fallbacks, isRoot } of readTraces(text)) {
    const [file = ""] = location.split(":");
    if (!files.includes(file) || (isRoot && !canBegin(location, luaDirectory))) {
      continue;
    }
    const name = nameFunction(location, luaDirectory);
    if (abortsSince.length >= ABORTS_TOO_MANY) {
      problems.push(
        `${name} does not compile, tried ${abortsSince.length} times: ${[...new Set(abortsSince)].join("; ")}`,
      );
    }
    if (fallbacks > 0) {
      problems.push(`${name} goes back to the interpreter at a side exit`);
    }
  }
  return problems;
}

/** "access.lua:141" with the function that stands there. Policies' files share a name, so there can be several. */
export function nameFunction(location: string, luaDirectory: string): string {
  const [file = "", line = ""] = location.split(":");
  const names = findLuaFiles(luaDirectory, file).flatMap((found) => {
    const above = readFileSync(found, "utf8").split("\n").slice(0, Number(line)).reverse();
    const name = above
      .map((text) => /function (?:____exports\.)?([\w.]+)\(/.exec(text)?.[1])
      .find((match) => match !== undefined);
    return name === undefined ? [] : [`${name}() in ${path.relative(luaDirectory, found)}`];
  });
  return names.length === 0 ? location : `${names.join(" or ")} (${location})`;
}

/** jit.v names files without their directories, and OpenResty's library has a request.lua, too. */
function canBegin(location: string, luaDirectory: string): boolean {
  const [file = "", line = ""] = location.split(":");
  const lines = findLuaFiles(luaDirectory, file).map(
    (found) => readFileSync(found, "utf8").split("\n")[Number(line) - 1] ?? "",
  );
  return lines.length === 0 || lines.some((text) => BEGINNING.test(text));
}

function findLuaFiles(directory: string, name: string): string[] {
  if (!existsSync(directory)) {
    return [];
  }
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === name)
    .map((file) => path.join(directory, file));
}
