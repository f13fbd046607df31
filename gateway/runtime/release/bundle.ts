import type { RouteCondition, VersionField } from "../../contract/bundle-types";
import type { Refusal } from "../../contract/decision";
import type { PolicyChain, PolicyRequest, RuntimePlan } from "../../policies/types";
import type { RuntimeClientCertificate } from "../certificates";
import type { Peers } from "../host/peer";
import type { ManagedPool } from "../upstreams/managed";
import type { RuntimeMirror } from "../upstreams/mirror";
import type { RetryBudget } from "../upstreams/retry-budget";

/** A release as a worker holds it: the decoded chunks, linked. Never changed after it was built; a new release is a new one. */
export interface RuntimeBundle {
  readonly release: number;
  /** The number as text, for the Gatehouse-Release field. */
  readonly releaseText: string;
  /** The same as a field in a response's head (nginx.conf). */
  readonly releaseField: string;
  readonly portalUrl: string;
  /** Of all API versions, where none names a host. */
  readonly routes: RuntimeNode;
  /** Undefined when no API version names a host. */
  readonly hosts: RuntimeHosts | undefined;
  readonly chain: PolicyChain;
  readonly plans: LuaTable<number, RuntimePlan>;
  /** Plan id → set of API version ids it covers. */
  readonly grants: LuaTable<number, LuaSet<number>>;
}

export interface RuntimeNode {
  literals?: LuaTable<string, RuntimeNode>;
  parameter?: RuntimeNode;
  /** Also there, and empty, beside a choice: what the matcher looks at first (router.ts). */
  patterns?: readonly { readonly texts: readonly string[]; readonly node: RuntimeNode }[];
  methods?: LuaTable<string, RuntimeOperation>;
  /** Whether an API version begins here. */
  isBase?: true;
  /** Between the API versions at a base path; such a node has neither parameter nor methods. */
  choice?: RouteChoice;
  /** Why none of the API versions here is meant; such a node has nothing else. */
  refusal?: Refusal;
}

export interface RouteChoice {
  /** Of one candidate, or of a further choice, or of a refusal. */
  readonly choose: (this: void, request: CData) => RuntimeNode;
  /** The most specific first. */
  readonly candidates: readonly RouteCandidate[];
}

export interface RouteCandidate {
  readonly apiVersion: number;
  readonly rank: number;
  readonly conditions: readonly RouteCondition[];
  readonly versionField: VersionField | undefined;
  readonly node: RuntimeNode;
}

export interface RuntimeHosts {
  readonly exact: LuaTable<string, HostRoutes>;
  /** By domain: "example.com" for "*.example.com". */
  readonly wildcards: LuaTable<string, HostRoutes>;
  readonly any: HostRoutes;
  /** What hosts that are no names of an API version lead to; emptied when it is full. */
  known: LuaTable<string, HostRoutes>;
  knownCount: number;
}

/** What is served at a host, and where to look when it has not got the path. */
export interface HostRoutes {
  readonly routes: RuntimeNode;
  readonly next: HostRoutes | undefined;
}

export interface RuntimeOperation {
  readonly id: number;
  readonly chain: PolicyChain;
  /** What answers a CORS preflight for this operation; undefined when it has no CORS of its own. */
  readonly preflight: PolicyChain | undefined;
  readonly apiVersion: RuntimeApiVersion;
}

export interface RuntimeApiVersion {
  readonly id: number;
  readonly basePath: string;
  /** Where in a path begins what the upstream gets. */
  readonly upstreamFrom: number;
  /** Makes the upstream read the fields that the version was chosen by as they were read here; undefined when there are none. */
  readonly tidy: ((this: void, request: CData, context: PolicyRequest) => void) | undefined;
  /** Whether answers to calls of one of its paths may be kept: set when the release is linked. */
  keepsAnswers: boolean;
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
  /** Undefined when a request that fails is not tried again. */
  readonly retryBudget: RetryBudget | undefined;
  /** Whether its certificate has not come to this node: it has no targets then. */
  readonly lacksCertificate: boolean;
  /** Undefined when requests simply take turns: they pay for nothing else. */
  readonly managed: ManagedPool | undefined;
  /** Set once the upstream and its pools are linked. Undefined, as in pools, when no call is copied. */
  mirror: RuntimeMirror | undefined;
}

export interface RuntimeTarget {
  /** Scheme, nginx upstream block and path: "http://gatehouse/base". */
  readonly prefix: string;
  /** The upstream block for gRPC: "grpc://gatehouse_grpc". */
  readonly grpcPass: string;
  /** Below which every path lies; "" for none. */
  readonly path: string;
  /** Host field, with the port where it is not the scheme's own. */
  readonly hostField: string;
  /** SNI and verified name; "" for plain HTTP. */
  readonly tlsName: string;
  /** What the target is presented with. */
  readonly clientCertificate: RuntimeClientCertificate | undefined;
  readonly port: number;
  readonly addresses: readonly string[];
  /** The addresses that calls have gone to, as nginx knows them. */
  readonly peers: Peers;
  nextAddress: number;
}
