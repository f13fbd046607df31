"use client";

import { useQuery } from "@tanstack/react-query";
import { FileJson2 } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { paths } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonLines } from "@/components/ui/skeleton";
import type { Api } from "@/lib/api-schemas";
import { ApiContext } from "./api-context";
import { ApiHeader } from "./api-header";
import { ApiSettingsWithoutVersion } from "./settings/api-settings";

const CRUMBS = [{ href: "/console/apis", label: "APIs" }];

/** Reads the API and the chosen version once for all tabs, and draws the header above them. */
export function ApiFrame({ slug, children }: { slug: string; children: ReactNode }) {
  const api = useQuery(queries.api(slug));
  const chosen = useUrlState().get("version");
  const name = chosen ?? newestOf(api.data);
  const version = useQuery({ ...queries.apiVersion(slug, name ?? ""), enabled: name !== undefined });

  const failed = api.data === undefined ? api : version.data === undefined ? version : undefined;
  if (failed?.isError === true) {
    return (
      <>
        <PageHeader title={slug} crumbs={CRUMBS} />
        <Card>
          <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />
        </Card>
      </>
    );
  }
  if (api.data !== undefined && name === undefined) {
    return <WithoutVersion api={api.data} />;
  }
  if (api.data === undefined || version.data === undefined) {
    return (
      <>
        <PageHeader title={api.data?.name ?? slug} crumbs={CRUMBS} />
        <Card>
          <SkeletonLines lines={6} />
        </Card>
      </>
    );
  }
  return (
    <ApiContext value={{ api: api.data, version: version.data }}>
      <ApiHeader />
      {children}
    </ApiContext>
  );
}

function newestOf(api: Api | undefined): string | undefined {
  const versions = [...(api?.versions ?? [])].sort((left, right) => right.createdAt.localeCompare(left.createdAt));
  return (versions.find((version) => version.lifecycle === "active") ?? versions[0])?.version;
}

/** An API that was created by a program, or whose last version was removed. */
function WithoutVersion({ api }: { api: Api }) {
  const isSettings = usePathname().endsWith("/settings");
  return (
    <>
      <PageHeader
        title={api.name}
        crumbs={CRUMBS}
        actions={
          api.canEdit && (
            <Button asChild>
              <Link href={isSettings ? paths.api(api.slug) : paths.api(api.slug, undefined, "settings")}>
                {isSettings ? "Overview" : "Settings"}
              </Link>
            </Button>
          )
        }
      />
      {isSettings ? (
        <ApiSettingsWithoutVersion api={api} />
      ) : (
        <Card>
          <EmptyState
            icon={FileJson2}
            title="This API has no version yet"
            action={
              api.canEdit && (
                <Button asChild variant="primary">
                  <Link href={paths.newVersion(api.slug)}>Upload a document</Link>
                </Button>
              )
            }
          >
            A version begins with its OpenAPI document.
          </EmptyState>
        </Card>
      )}
    </>
  );
}
