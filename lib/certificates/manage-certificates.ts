import "server-only";
import { slugSchema, type Certificate, type Page, type PutCertificate } from "@/lib/api-schemas";
import { MAX_CERTIFICATES_PER_ENVIRONMENT, refuseBeyond } from "@/lib/caps";
import { change } from "@/lib/change";
import { seal } from "@/lib/crypto/secret-box";
import { database, type Transaction } from "@/lib/database";
import { env } from "@/lib/env";
import { invalid, notFound } from "@/lib/errors";
import { wholePage } from "@/lib/http/cursor";
import { checkIfMatch, etagOf } from "@/lib/http/etag";
import { lockRow } from "@/lib/lock-row";
import { sendEvent } from "@/lib/notify/send-event";
import { canReadReleases, isAdmin, requirePermission, type Context } from "@/lib/permissions";
import type { Prisma } from "@/prisma/client/client";
import { inspectCertificate, type CertificateFacts } from "./inspect-certificate";

/** Never the key. */
const selection = {
  name: true,
  use: true,
  serverNames: true,
  issuer: true,
  fingerprint: true,
  notBefore: true,
  notAfter: true,
  changedAt: true,
  changeCount: true,
} as const satisfies Prisma.CertificateSelect;

/** @throws ApiError not_found, forbidden */
export async function listCertificates({ actor }: Context, environment: string): Promise<Page<Certificate>> {
  requirePermission(canReadReleases(actor), "Certificates are for owners, ops and admins.");
  const { id } = await findEnvironment(environment);
  const rows = await database().certificate.findMany({
    where: { environmentId: id },
    orderBy: { name: "asc" },
    select: selection,
  });
  return wholePage(rows.map(render));
}

/** @throws ApiError not_found, forbidden */
export async function getCertificate({ actor }: Context, environment: string, name: string): Promise<Certificate> {
  requirePermission(canReadReleases(actor), "Certificates are for owners, ops and admins.");
  const { id } = await findEnvironment(environment);
  const row = await database().certificate.findUnique({
    where: { environmentId_name: { environmentId: id, name } },
    select: selection,
  });
  if (row === null) {
    throw notFound("certificate", name);
  }
  return render(row);
}

/**
 * Makes a certificate or replaces it; nodes are told at once.
 * @throws ApiError not_found, forbidden, invalid_request with everything that is wrong, precondition_failed, cap_reached
 */
export async function putCertificate(
  context: Context,
  environment: string,
  name: string,
  input: PutCertificate,
  ifMatch: string | undefined,
): Promise<Certificate> {
  requirePermission(isAdmin(context.actor), "Only admins may change certificates.");
  const { id, name: environmentName } = await findEnvironment(environment);
  const { facts, problems } = inspectCertificate(input);
  const nameProblem = slugSchema.safeParse(name).error?.issues[0]?.message;
  if (facts === undefined || nameProblem !== undefined) {
    throw invalid([
      ...(nameProblem === undefined ? [] : [{ code: "invalid_name", message: nameProblem, place: "path:certificate" }]),
      ...problems,
    ]);
  }
  return change(context, async (transaction) => {
    await lockRow(transaction, "environment", id);
    const others = await transaction.certificate.findMany({
      where: { environmentId: id },
      select: { name: true, serverNames: true, changeCount: true },
    });
    const known = others.find((other) => other.name === name);
    if (known === undefined) {
      refuseBeyond(MAX_CERTIFICATES_PER_ENVIRONMENT, others.length, "certificates", "Remove one that is not needed.");
    }
    // What is not there yet has no ETag that somebody could have seen.
    checkIfMatch(ifMatch, known ?? { changeCount: 0 });
    refuseTakenNames(
      facts,
      others.filter((other) => other !== known),
    );
    const row = await store(transaction, id, name, input.use ?? "server", facts);
    await sendEvent(transaction, { type: "certificates", environment });
    return {
      result: render(row),
      audit: {
        action: known === undefined ? "certificate.create" : "certificate.replace",
        entityType: "environment",
        entityId: environment,
        summary: `${known === undefined ? "Added" : "Replaced"} the certificate ${name} of ${environmentName}`,
        details: { certificate: name, serverNames: [...facts.serverNames], fingerprint: facts.fingerprint },
      },
    };
  });
}

/** Nodes show their own certificate for its names from then on. @throws ApiError not_found, forbidden, precondition_failed */
export async function removeCertificate(
  context: Context,
  environment: string,
  name: string,
  ifMatch: string | undefined,
): Promise<void> {
  requirePermission(isAdmin(context.actor), "Only admins may change certificates.");
  const { id, name: environmentName } = await findEnvironment(environment);
  await change(context, async (transaction) => {
    await lockRow(transaction, "environment", id);
    const where = { environmentId_name: { environmentId: id, name } };
    const row = await transaction.certificate.findUnique({ where, select: selection });
    if (row === null) {
      throw notFound("certificate", name);
    }
    checkIfMatch(ifMatch, row);
    await transaction.certificate.delete({ where, select: { id: true } });
    await sendEvent(transaction, { type: "certificates", environment });
    return {
      result: undefined,
      audit: {
        action: "certificate.remove",
        entityType: "environment",
        entityId: environment,
        summary: `Removed the certificate ${name} of ${environmentName}`,
        details: { certificate: name, serverNames: row.serverNames },
      },
    };
  });
}

/** Which of two would be shown could not be told. */
function refuseTakenNames(
  { serverNames }: CertificateFacts,
  others: readonly { readonly name: string; readonly serverNames: readonly string[] }[],
): void {
  const problems = others.flatMap((other) => {
    const both = serverNames.filter((serverName) => other.serverNames.includes(serverName));
    return both.length === 0
      ? []
      : [
          {
            code: "name_taken",
            message: `The certificate "${other.name}" is already shown for ${both.join(", ")}: replace that one.`,
            place: "/chain",
          },
        ];
  });
  if (problems.length > 0) {
    throw invalid(problems);
  }
}

async function store(
  transaction: Transaction,
  environmentId: number,
  name: string,
  use: Certificate["use"],
  facts: CertificateFacts,
) {
  const { chain, privateKey, serverNames, issuer, fingerprint, notBefore, notAfter } = facts;
  const data = {
    use,
    serverNames: [...serverNames],
    chain,
    privateKeyEncrypted: seal(privateKey, "certificate-key", env().secret),
    issuer,
    fingerprint,
    notBefore,
    notAfter,
  };
  return transaction.certificate.upsert({
    where: { environmentId_name: { environmentId, name } },
    create: { environmentId, name, ...data },
    update: { ...data, changedAt: new Date(), changeCount: { increment: 1 } },
    select: selection,
  });
}

async function findEnvironment(slug: string) {
  const row = await database().environment.findUnique({ where: { slug }, select: { id: true, name: true } });
  if (row === null) {
    throw notFound("environment", slug);
  }
  return row;
}

function render(row: Prisma.CertificateGetPayload<{ select: typeof selection }>): Certificate {
  return {
    name: row.name,
    use: row.use === "client" ? "client" : "server",
    serverNames: row.serverNames,
    issuer: row.issuer,
    fingerprint: row.fingerprint,
    notBefore: row.notBefore.toISOString(),
    notAfter: row.notAfter.toISOString(),
    changedAt: row.changedAt.toISOString(),
    etag: etagOf(row),
  };
}
