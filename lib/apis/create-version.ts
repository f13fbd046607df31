import "server-only";
import type { UpstreamSettings } from "@/gateway/compiler/upstream-settings";
import type { ApiVersion, CreateApiVersion } from "@/lib/api-schemas";
import { change } from "@/lib/change";
import { database, type Transaction } from "@/lib/database";
import { taken } from "@/lib/errors";
import { gather } from "@/lib/gather";
import { lockRow } from "@/lib/lock-row";
import type { Context } from "@/lib/permissions";
import { refuseUnservable } from "@/lib/upstreams/refuse-unservable";
import { requireAdminForCertificate } from "@/lib/upstreams/require-admin-for-certificate";
import { changeSettings } from "@/lib/upstreams/stored-settings";
import { withDefaults } from "@/lib/upstreams/target-defaults";
import { lockBasePaths, refuseBasePath } from "./base-path";
import { findEditableApi, type ApiIdentity } from "./find-api";
import { renderVersion } from "./get-version";
import { checkGivenDocument } from "./read-document";
import { storeRevision } from "./store-revision";

/**
 * Whether a version could be added, as far as the given fields tell.
 * @param wrong names of fields that are not among them because they are wrong
 * @returns the API and the document as read
 * @throws ApiError not_found, forbidden; document_invalid, taken or invalid_request with every problem
 */
export async function checkNewVersion(
  context: Context,
  slug: string,
  input: Partial<CreateApiVersion>,
  wrong: ReadonlySet<string> = new Set(),
) {
  const api = await findEditableApi(context.actor, slug);
  const [document] = await gather(
    () => checkGivenDocument(input, wrong),
    () => refuseTaken(context, api, input, wrong.has("basePath")),
    () => refuseUpstream(input),
  );
  return { api, document };
}

/**
 * Adds a version to an API: its first document, where its requests go, and under which path callers find it.
 * @throws ApiError not_found, forbidden; document_invalid, taken or invalid_request with every problem
 */
export async function createVersion(context: Context, slug: string, input: CreateApiVersion): Promise<ApiVersion> {
  const { api, document } = await checkNewVersion(context, slug, input);
  if (document === undefined) {
    throw new Error("the schema lets no version without a document pass");
  }
  requireAdminForCertificate(context, {}, settingsOf(input.upstream));
  const basePath = input.basePath ?? defaultBasePath(api, input.version);
  const id = await change(
    context,
    async (transaction) => {
      await lockRow(transaction, "api", api.id);
      await lockBasePaths(transaction);
      await refuseTaken(context, api, input, false, transaction);
      const created = await transaction.apiVersion.create({
        data: {
          apiId: api.id,
          version: input.version,
          basePath,
          ...(input.routing !== undefined && { routing: input.routing }),
          upstream: {
            create: {
              connectTimeoutMs: input.upstream.connectTimeoutMs,
              sendTimeoutMs: input.upstream.sendTimeoutMs,
              readTimeoutMs: input.upstream.readTimeoutMs,
              settings: settingsOf(input.upstream),
              targets: {
                create: input.upstream.targets.map((target, position) => ({ position, ...withDefaults(target) })),
              },
            },
          },
        },
        select: { id: true },
      });
      await storeRevision(transaction, context, created.id, document);
      return {
        result: created.id,
        audit: {
          action: "version.create",
          entityType: "api",
          entityId: slug,
          teamId: api.teamId,
          summary: `Added ${api.name} ${input.version} with ${document.parsed.operations.length} operations`,
          details: {
            version: input.version,
            basePath,
            routing: input.routing ?? {},
            upstream: input.upstream,
            title: document.parsed.title,
          },
        },
      };
    },
    { timeoutMs: 60_000 },
  );
  return renderVersion(context.actor, api, id);
}

/** Targets and timeouts have columns of their own. */
function settingsOf(upstream: CreateApiVersion["upstream"]): UpstreamSettings {
  const {
    targets: _targets,
    connectTimeoutMs: _connect,
    sendTimeoutMs: _send,
    readTimeoutMs: _read,
    ...settings
  } = upstream;
  return changeSettings({}, settings);
}

/** @throws ApiError invalid_request */
function refuseUpstream({ upstream }: Partial<CreateApiVersion>): Promise<void> {
  return Promise.resolve().then(() => {
    if (upstream !== undefined) {
      refuseUnservable({ targets: upstream.targets.map(withDefaults), settings: settingsOf(upstream) }, "/upstream");
    }
  });
}

/** Versions that a field tells apart share a path. */
function defaultBasePath({ slug, versioning }: ApiIdentity, version: string): string {
  return versioning.by === "path" ? `/${slug}/${version}` : `/${slug}`;
}

async function refuseTaken(
  { actor }: Context,
  api: ApiIdentity,
  { version, basePath, routing = {} }: Partial<CreateApiVersion>,
  basePathIsWrong: boolean,
  db: Transaction = database(),
): Promise<void> {
  const where = { apiId: api.id, version: version ?? "" };
  const versionIsTaken = version !== undefined && (await db.apiVersion.count({ where })) > 0;
  // Of a version that is taken the default path is too: saying so twice helps nobody.
  const byDefault =
    version === undefined || versionIsTaken || basePathIsWrong ? undefined : defaultBasePath(api, version);
  const wanted = basePath ?? byDefault;
  await gather(
    () =>
      versionIsTaken
        ? Promise.reject(taken(`${api.name} has a version "${version}" already.`, "/version"))
        : Promise.resolve(),
    () =>
      wanted === undefined
        ? Promise.resolve()
        : refuseBasePath(actor, api, { version: version ?? "", basePath: wanted, routing }, { db }),
  );
}
