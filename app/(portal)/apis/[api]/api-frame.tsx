"use client";

import { CallFields } from "@/components/catalogue/call-fields";
import { createContext, useContext, type ReactNode } from "react";
import { Badge, StatusBadge } from "@/components/ui/badge";
import { CopyButton } from "@/components/ui/copy-button";
import { ErrorState } from "@/components/ui/error-state";
import { LinkTabs } from "@/components/ui/link-tabs";
import { PageHeader } from "@/components/ui/page-header";
import { Select } from "@/components/ui/select";
import { Skeleton, SkeletonLines } from "@/components/ui/skeleton";
import type { CatalogueApi, CatalogueVersion } from "@/lib/api-schemas/portal";
import { useCatalogueApi } from "../../_parts/queries";
import { useApiVersion } from "./use-api-version";

interface ShownApi {
  readonly api: CatalogueApi;
  /** Undefined while the API has no version. */
  readonly version: CatalogueVersion | undefined;
  readonly search: string;
}

const ApiContext = createContext<ShownApi | null>(null);

/** The API and version that the page is about. Only inside an ApiFrame. */
export function useShownApi(): ShownApi {
  const shown = useContext(ApiContext);
  if (shown === null) {
    throw new Error("useShownApi is used outside of an ApiFrame.");
  }
  return shown;
}

/** Header and tabs of one API; the pages inside are drawn once the API is known. */
export function ApiFrame({ slug, children }: { slug: string; children: ReactNode }) {
  const api = useCatalogueApi(slug);
  if (api.isError && api.data === undefined) {
    return <ErrorState title="This API could not be shown" error={api.error} onRetry={() => void api.refetch()} />;
  }
  if (api.data === undefined) {
    return (
      <>
        <PageHeader
          crumbs={[{ href: "/apis", label: "APIs" }]}
          title={<Skeleton className="h-7 w-48" />}
          description={<Skeleton className="h-5 w-80 max-w-full" />}
          tabs={<Skeleton className="mb-2 h-6 w-56" />}
        />
        <SkeletonLines lines={6} />
      </>
    );
  }
  return <LoadedFrame api={api.data}>{children}</LoadedFrame>;
}

function LoadedFrame({ api, children }: { api: CatalogueApi; children: ReactNode }) {
  const { version, search, choose } = useApiVersion(api);
  const root = `/apis/${api.slug}`;
  return (
    <ApiContext value={{ api, version, search }}>
      <PageHeader
        crumbs={[{ href: "/apis", label: "APIs" }]}
        title={api.name}
        badges={<ApiBadges api={api} version={version} />}
        description={version === undefined ? undefined : <BaseUrl version={version} />}
        actions={
          api.versions.length > 1 && version !== undefined ? (
            <Select
              aria-label="Version"
              value={version.version}
              onChange={(event) => choose(event.target.value)}
              options={api.versions.map(({ version: name }) => ({ value: name, label: `Version ${name}` }))}
            />
          ) : undefined
        }
        tabs={
          <LinkTabs
            label={api.name}
            tabs={[
              { href: root + search, label: "Overview" },
              { href: `${root}/plans${search}`, label: "Plans", count: plansOf(api, version).length },
              { href: `${root}/reference${search}`, label: "Reference" },
            ]}
          />
        }
      />
      {children}
    </ApiContext>
  );
}

/** The plans that cover a version. */
export function plansOf(api: CatalogueApi, version: CatalogueVersion | undefined): CatalogueApi["plans"] {
  return api.plans.filter((plan) =>
    plan.versions.some((covered) => covered.api === api.slug && covered.version === version?.version),
  );
}

function ApiBadges({ api, version }: ShownBadges) {
  return (
    <>
      {version !== undefined && <Badge>{version.version}</Badge>}
      {version === undefined ? (
        <StatusBadge tone="off">No version</StatusBadge>
      ) : version.published ? (
        <StatusBadge tone="ok">Published</StatusBadge>
      ) : (
        <StatusBadge tone="off">Not published</StatusBadge>
      )}
      {version?.lifecycle === "deprecated" && <StatusBadge tone="watch">Deprecated</StatusBadge>}
      {api.visibility !== "public" && <Badge>{api.visibility}</Badge>}
      {api.demo && <Badge>Demonstration</Badge>}
    </>
  );
}

type ShownBadges = Pick<ShownApi, "api" | "version">;

function BaseUrl({ version: { url, callFields } }: { version: CatalogueVersion }) {
  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-x-2 gap-y-1">
      <span className="inline-flex max-w-full items-center gap-1">
        <code className="min-w-0 truncate font-mono text-sm" title={url}>
          {url}
        </code>
        <CopyButton text={url} label="Copy base URL" />
      </span>
      <CallFields fields={callFields} />
    </span>
  );
}
