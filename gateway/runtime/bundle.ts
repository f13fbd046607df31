import type { Decision } from "../contract/decision";
import type { RuntimePlan, PolicyHost, PolicyRequest } from "../policies/types";

/** A release as a worker holds it: the decoded chunks, linked. Never changed after it was built; a new release is a new one. */
export interface RuntimeBundle {
  readonly release: number;
  /** The number as text, for the Gatehouse-Release field. */
  readonly releaseText: string;
  readonly portalUrl: string;
  readonly routes: RuntimeNode;
  readonly chain: RuntimeChain;
  readonly plans: LuaTable<number, RuntimePlan>;
  /** Plan id → set of API version ids it covers. */
  readonly grants: LuaTable<number, LuaSet<number>>;
}

/** A compiled chain: runs its policies in order and returns the first decision. */
export type RuntimeChain = (this: void, request: PolicyRequest, host: PolicyHost) => Decision | undefined;

export interface RuntimeNode {
  literals?: LuaTable<string, RuntimeNode>;
  parameter?: RuntimeNode;
  patterns?: readonly { readonly texts: readonly string[]; readonly node: RuntimeNode }[];
  methods?: LuaTable<string, RuntimeOperation>;
}

export interface RuntimeOperation {
  readonly id: number;
  readonly chain: RuntimeChain;
  readonly apiVersion: RuntimeApiVersion;
}

export interface RuntimeApiVersion {
  readonly id: number;
  readonly basePath: string;
  /** Set when the release is linked: upstreams may change while the API's own chunk stays. */
  upstream: RuntimeUpstream | undefined;
  readonly upstreamId: number;
}

export interface RuntimeUpstream {
  readonly id: number;
  /** Targets that have an address, in the order of the weighted round robin; empty when none resolves. */
  readonly sequence: readonly RuntimeTarget[];
  /** Where the worker is in the sequence. */
  cursor: number;
  readonly connectTimeoutMs: number;
  readonly sendTimeoutMs: number;
  readonly readTimeoutMs: number;
  /** False when nginx.conf's own timeouts will do. */
  readonly hasOwnTimeouts: boolean;
}

export interface RuntimeTarget {
  /** Scheme, nginx upstream block and path: "http://gatehouse/base". */
  readonly prefix: string;
  /** Host field, with the port where it is not the scheme's own. */
  readonly hostField: string;
  /** SNI and verified name; "" for plain HTTP. */
  readonly tlsName: string;
  readonly port: number;
  readonly addresses: readonly string[];
  nextAddress: number;
}
