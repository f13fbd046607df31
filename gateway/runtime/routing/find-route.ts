import type { RuntimeBundle, RuntimeNode } from "../release/bundle";
import { readVariable } from "../host/request";
import { HOST } from "../host/variables";
import { matchFrom, routesAt } from "./hosts";
import { matchRoot } from "./router";

/** What a request leads to: host, base path, conditions, path template. A node without methods has nothing there, or says why. */
export function findRoute(bundle: RuntimeBundle, path: string, request: CData): RuntimeNode | undefined {
  const hosts = bundle.hosts;
  if (hosts === undefined) {
    const node = matchRoot(bundle.routes, path, request);
    return node;
  }
  return matchFrom(routesAt(hosts, readVariable(request, HOST) ?? ""), path, request);
}
