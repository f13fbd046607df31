import type { RuntimeHosts, RuntimeNode, HostRoutes } from "../release/bundle";
import { mountRoutes, type MountedVersion } from "./mount-routes";
import type { FieldReader } from "./route-fields";
import { matchRoot } from "./router";

/** Names below a wildcard that a worker remembers; what is sent in the Host field is not ours to bound. */
const MOST_KNOWN = 1000;

/** The trees of every host, or undefined when no API version names one: its requests then pay for nothing. */
export function linkHosts(
  versions: readonly MountedVersion[],
  reader: FieldReader,
  giveWay: (this: void) => void,
): RuntimeHosts | undefined {
  const byHost = new LuaTable<string, MountedVersion[]>();
  const names: string[] = [];
  const everywhere: MountedVersion[] = [];
  for (const version of versions) {
    if (version.hosts === undefined) {
      everywhere.push(version);
    }
    for (const host of version.hosts ?? []) {
      const known = byHost.get(host);
      if (known === undefined) {
        byHost.set(host, [version]);
        names.push(host);
      } else {
        known.push(version);
      }
    }
  }
  if (names.length === 0) {
    return undefined;
  }
  // Shorter names first: what lies below a wildcard goes on to that wildcard.
  names.sort((left, right) => (left.length === right.length ? (left < right ? -1 : 1) : left.length - right.length));
  const hosts: RuntimeHosts = {
    exact: new LuaTable(),
    wildcards: new LuaTable(),
    any: { routes: mountRoutes(everywhere, reader, giveWay), next: undefined },
    known: new LuaTable(),
    knownCount: 0,
  };
  for (const name of names.filter((text) => isWildcard(text))) {
    const domain = string.sub(name, 3);
    hosts.wildcards.set(domain, routesOf(byHost.get(name) ?? [], belowWildcard(hosts, domain), reader, giveWay));
  }
  for (const name of names) {
    if (!isWildcard(name)) {
      hosts.exact.set(name, routesOf(byHost.get(name) ?? [], belowWildcard(hosts, name), reader, giveWay));
    }
  }
  return hosts;
}

function isWildcard(name: string): boolean {
  return string.sub(name, 1, 2) === "*.";
}

function routesOf(
  versions: readonly MountedVersion[],
  next: HostRoutes,
  reader: FieldReader,
  giveWay: (this: void) => void,
): HostRoutes {
  return { routes: mountRoutes(versions, reader, giveWay), next };
}

/** Of the longest wildcard that a name lies below, else of every host. */
function belowWildcard({ wildcards, any }: RuntimeHosts, name: string): HostRoutes {
  let [dot] = string.find(name, ".", 1, true);
  while (dot !== undefined) {
    const found = wildcards.get(string.sub(name, dot + 1));
    if (found !== undefined) {
      return found;
    }
    [dot] = string.find(name, ".", dot + 1, true);
  }
  return any;
}

/**
 * The most specific host that has the path decides: a name before a wildcard, a longer wildcard before a shorter one, and last what is
 * served at every host. The first two are written out, because LuaJIT does not compile a loop inside a request's path.
 */
export function matchFrom(first: HostRoutes, path: string, request: CData): RuntimeNode | undefined {
  const node = matchRoot(first.routes, path, request);
  const second = first.next;
  if (isFound(node) || second === undefined) {
    return node;
  }
  const other = matchRoot(second.routes, path, request);
  return isFound(other) || second.next === undefined ? other : matchFurther(second.next, path, request);
}

function matchFurther(routes: HostRoutes, path: string, request: CData): RuntimeNode | undefined {
  let from: HostRoutes | undefined = routes;
  let node: RuntimeNode | undefined;
  while (from !== undefined) {
    node = matchRoot(from.routes, path, request);
    if (isFound(node)) {
      return node;
    }
    from = from.next;
  }
  return node;
}

/** A refusal is a find: the base path is there, and says what it lacks. */
function isFound(node: RuntimeNode | undefined): boolean {
  return node !== undefined && (node.methods !== undefined || node.refusal !== undefined);
}

/** @param host in lower case, without port and trailing dot */
export function routesAt(hosts: RuntimeHosts, host: string): HostRoutes {
  return hosts.exact.get(host) ?? hosts.known.get(host) ?? find(hosts, host);
}

function find(hosts: RuntimeHosts, host: string): HostRoutes {
  const found = belowWildcard(hosts, host);
  if (hosts.knownCount >= MOST_KNOWN) {
    hosts.known = new LuaTable();
    hosts.knownCount = 0;
  }
  hosts.known.set(host, found);
  hosts.knownCount += 1;
  return found;
}
