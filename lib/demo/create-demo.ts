import "server-only";
import type { CreatePlan } from "@/lib/api-schemas";
import { createApi } from "@/lib/apis/create-api";
import { createVersion } from "@/lib/apis/create-version";
import { createApplication } from "@/lib/applications/manage-applications";
import { database } from "@/lib/database";
import { createKey } from "@/lib/keys/manage-keys";
import { SYSTEM } from "@/lib/permissions";
import { createPlan } from "@/lib/products/manage-plans";
import { createProduct } from "@/lib/products/manage-products";
import { publishRelease } from "@/lib/releases/publish-release";
import { createSubscription } from "@/lib/subscriptions/create-subscription";
import { updateUpstream } from "@/lib/upstreams/update-upstream";

const DEMO_TEAM = "harbour-demo";
const API = "harbour";
const VERSION = "v1";
const DEMO_BASE_PATH = `/${API}/${VERSION}`;

export interface DemoInput {
  /** Where the sample service listens. */
  readonly upstreamUrl: string;
  /** Text of its OpenAPI document. */
  readonly document: string;
}

export interface DemoState {
  readonly created: boolean;
  readonly basePath: string;
  /** The demonstration application's key; only when it was created now. */
  readonly key: string | null;
}

/** Limits small enough that a burst of a few dozen calls shows what a refusal looks like. */
const PLANS: readonly CreatePlan[] = [
  {
    slug: "bronze",
    name: "Bronze",
    description: "For trying things out.",
    slaTier: "bronze",
    approval: "automatic",
    limits: [
      { name: "burst", algorithm: "sliding-window", quota: 30, windowSeconds: 10 },
      { name: "per-minute", algorithm: "fixed-window", quota: 150, windowSeconds: 60 },
    ],
  },
  {
    slug: "silver",
    name: "Silver",
    description: "For programs that run all day.",
    slaTier: "silver",
    approval: "automatic",
    limits: [
      { name: "burst", algorithm: "sliding-window", quota: 100, windowSeconds: 10 },
      { name: "per-minute", algorithm: "fixed-window", quota: 500, windowSeconds: 60 },
    ],
  },
  {
    slug: "gold",
    name: "Gold",
    description: "For terminals that depend on it.",
    slaTier: "gold",
    approval: "manual",
    limits: [{ name: "burst", algorithm: "sliding-window", quota: 500, windowSeconds: 10 }],
  },
];

/**
 * The demonstration workspace, made by the same use cases as everybody's: an API over the sample service, a product with three plans, an
 * application with a key, all published to production. When it is there, only its upstream is kept true.
 */
export async function ensureDemo(input: DemoInput): Promise<DemoState> {
  const present = await readDemoState();
  if (present !== undefined) {
    await followUpstream(input.upstreamUrl);
    return present;
  }
  await createTeam();
  await createApi(
    SYSTEM,
    {
      slug: API,
      name: "Harbour",
      description: "Berths, vessels, arrivals and tides of a small port. A demonstration: remove it when you like.",
      team: DEMO_TEAM,
    },
    { demo: true },
  );
  await createVersion(SYSTEM, API, {
    version: VERSION,
    document: input.document,
    upstream: { targets: [{ url: input.upstreamUrl }] },
  });
  await createProduct(
    SYSTEM,
    {
      slug: API,
      name: "Harbour",
      description: "Everything a shipping agent needs.",
      team: DEMO_TEAM,
      versions: [{ api: API, version: VERSION }],
    },
    { demo: true },
  );
  for (const plan of PLANS) {
    await createPlan(SYSTEM, API, plan);
  }
  const key = await createDemoApplication();
  await publishRelease(SYSTEM, "production", { note: "Demonstration workspace" });
  return { created: true, basePath: DEMO_BASE_PATH, key };
}

/** @returns undefined when there is no demonstration workspace */
export async function readDemoState(): Promise<DemoState | undefined> {
  const api = await database().api.findFirst({ where: { slug: API, demo: true }, select: { id: true } });
  return api === null ? undefined : { created: false, basePath: DEMO_BASE_PATH, key: null };
}

/** Admins belong to it, so that they find its application among their own. */
async function createTeam(): Promise<void> {
  const admins = await database().membership.findMany({
    where: { role: "admin" },
    distinct: ["userId"],
    select: { userId: true },
  });
  const memberships = admins.flatMap(({ userId }) => [
    { userId, role: "owner" as const },
    { userId, role: "consumer" as const },
  ]);
  await database().team.upsert({
    where: { slug: DEMO_TEAM },
    create: { slug: DEMO_TEAM, name: "Harbour (demonstration)", demo: true, memberships: { create: memberships } },
    update: {},
    select: { id: true },
  });
}

async function createDemoApplication(): Promise<string> {
  const application = await createApplication(
    SYSTEM,
    {
      name: "Shipping agent",
      description: "The demonstration's program: sends the calls that the dashboards show after the first start.",
      team: DEMO_TEAM,
    },
    { demo: true },
  );
  await createSubscription(SYSTEM, { application: application.id, product: API, plan: "bronze" });
  const { key } = await createKey(SYSTEM, application.id, { name: "Demonstration" });
  return key;
}

/** The sample service may have moved to another port since. */
async function followUpstream(url: string): Promise<void> {
  const target = await database().upstreamTarget.findFirst({
    where: { upstream: { version: { version: VERSION, api: { slug: API, demo: true } } } },
    select: { url: true },
  });
  const isLocal = target !== null && /^http:\/\/127\.0\.0\.1:\d+$/.test(target.url);
  if (isLocal && target.url !== url) {
    await updateUpstream(SYSTEM, API, VERSION, { targets: [{ url }] }, undefined);
    await publishRelease(SYSTEM, "production", { note: "The sample service moved" });
  }
}
