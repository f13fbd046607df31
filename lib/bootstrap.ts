import "server-only";
import { randomBytes } from "node:crypto";
import { hashPassword } from "./crypto/password";
import { sha256Hex } from "./crypto/hash";
import { newId } from "./crypto/random-id";
import { database, inTransaction, type Transaction } from "./database";
import { emailSchema, passwordSchema } from "./api-schemas/people";
import { recordAudit } from "./audit/record-audit";
import { SYSTEM } from "./permissions";
import { createPerson } from "./people/create-user";
import { publish } from "./releases/publish-release";
import { ensureSigningKey } from "./releases/signing-key";
import { maintainRequests } from "./requests/maintain-requests";
import { maintainUsage } from "./usage/maintain-usage";

export interface BootstrapInput {
  readonly adminEmail: string | undefined;
  /** Without it one is made, and given back this once. */
  readonly adminPassword: string | undefined;
  /** A personal access token for the first admin. */
  readonly adminToken: string | undefined;
  /** Enrols nodes of the bundled gateway, any number of times. */
  readonly enrolToken: string | undefined;
  /** Public address of the bundled gateway. */
  readonly gatewayUrl: string;
}

export interface BootstrapResult {
  /** Null when there was an admin already. */
  readonly admin: { readonly email: string; readonly generatedPassword: string | null } | null;
  readonly environments: string[];
  readonly signingKeyCreated: boolean;
  /** First, empty releases that were written now. */
  readonly releases: { readonly environment: string; readonly release: number }[];
}

const ENVIRONMENTS = [
  { slug: "dev", name: "Development", position: 1, production: false },
  { slug: "staging", name: "Staging", position: 2, production: false },
  { slug: "production", name: "Production", position: 3, production: true },
] as const;

const SLA_TIERS = [
  {
    slug: "bronze",
    name: "Bronze",
    rank: 1,
    availabilityPercent: 99,
    p95LatencyMs: 1000,
    errorSharePercent: 2,
    supportText: "Community forum, best effort.",
  },
  {
    slug: "silver",
    name: "Silver",
    rank: 2,
    availabilityPercent: 99.5,
    p95LatencyMs: 500,
    errorSharePercent: 1,
    supportText: "E-mail, answered within one working day.",
  },
  {
    slug: "gold",
    name: "Gold",
    rank: 3,
    availabilityPercent: 99.9,
    p95LatencyMs: 250,
    errorSharePercent: 0.5,
    supportText: "E-mail and phone, answered within one hour.",
  },
] as const;

/** The gateway that `npm start` runs beside the portal. */
const BUNDLED_GATEWAY = "main";
const PLATFORM_TEAM = "platform";
const BOOTSTRAP_LOCK = 720_226_005;

/**
 * Makes whatever a control plane cannot be without: environments, signing key, default SLA tiers, the bundled gateway, a first admin,
 * and the first release of each environment, signed and empty, so that gateways become ready. Does nothing that was done before;
 * several processes may run it at once.
 * @throws Error when the admin's address or password is not acceptable
 */
export async function bootstrap(input: BootstrapInput): Promise<BootstrapResult> {
  const result = await inTransaction(async (transaction) => {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${BOOTSTRAP_LOCK})`;
    const environments = await ensureEnvironments(transaction);
    const signingKeyCreated = await ensureSigningKey(transaction);
    if (environments.length > 0) {
      await transaction.slaTier.createMany({ data: [...SLA_TIERS], skipDuplicates: true });
    }
    await ensureGateway(transaction, input);
    return { environments, signingKeyCreated, admin: await ensureAdmin(transaction, input) };
  });
  await maintainUsage(new Date());
  await maintainRequests(new Date());
  return { ...result, releases: await publishFirstReleases() };
}

async function ensureEnvironments(transaction: Transaction): Promise<string[]> {
  const present = await transaction.environment.findMany({ select: { slug: true } });
  const missing = ENVIRONMENTS.filter(({ slug }) => !present.some((row) => row.slug === slug));
  await transaction.environment.createMany({ data: [...missing] });
  return missing.map(({ slug }) => slug);
}

async function ensureGateway(transaction: Transaction, input: BootstrapInput): Promise<void> {
  const production = await transaction.environment.findUniqueOrThrow({
    where: { slug: "production" },
    select: { id: true },
  });
  const gateway = await transaction.gateway.upsert({
    where: { slug: BUNDLED_GATEWAY },
    create: { slug: BUNDLED_GATEWAY, name: "Main", environmentId: production.id, publicUrl: input.gatewayUrl },
    // The setting is the truth: the port may have changed since.
    update: { publicUrl: input.gatewayUrl },
    select: { id: true },
  });
  if (input.enrolToken !== undefined) {
    const hash = sha256Hex(input.enrolToken);
    await transaction.enrolmentToken.upsert({
      where: { hash },
      create: { publicId: newId("ent"), gatewayId: gateway.id, name: "Bundled gateway", hash },
      update: {},
      select: { id: true },
    });
  }
}

async function ensureAdmin(transaction: Transaction, input: BootstrapInput): Promise<BootstrapResult["admin"]> {
  if (input.adminEmail === undefined || (await transaction.membership.count({ where: { role: "admin" } })) > 0) {
    return null;
  }
  const email = emailSchema.parse(input.adminEmail);
  const generated = input.adminPassword === undefined ? randomBytes(15).toString("base64url") : null;
  const password = passwordSchema.parse(input.adminPassword ?? generated);
  const user = await createPerson(transaction, {
    name: "Admin",
    email,
    passwordHash: await hashPassword(password),
  });
  const team = await transaction.team.upsert({
    where: { slug: PLATFORM_TEAM },
    create: { slug: PLATFORM_TEAM, name: "Platform" },
    update: {},
    select: { id: true },
  });
  await transaction.membership.createMany({
    data: (["admin", "owner", "consumer", "ops"] as const).map((role) => ({ teamId: team.id, userId: user.id, role })),
  });
  if (input.adminToken !== undefined) {
    await transaction.personalAccessToken.create({
      data: {
        publicId: newId("tok"),
        userId: user.id,
        name: "GATEHOUSE_ADMIN_TOKEN",
        hash: sha256Hex(input.adminToken),
        prefix: input.adminToken.slice(0, 8),
      },
      select: { id: true },
    });
  }
  await recordAudit(transaction, SYSTEM, {
    action: "user.create",
    entityType: "user",
    entityId: user.publicId,
    summary: `Created the first admin ${email}`,
  });
  return { email, generatedPassword: generated };
}

async function publishFirstReleases(): Promise<BootstrapResult["releases"]> {
  const waiting = await database().environment.findMany({
    where: { currentReleaseId: null },
    orderBy: { position: "asc" },
    select: { id: true, slug: true, name: true },
  });
  const written: { environment: string; release: number }[] = [];
  for (const environment of waiting) {
    const release = await publish(SYSTEM, environment, "First release");
    written.push({ environment: environment.slug, release });
  }
  return written;
}
