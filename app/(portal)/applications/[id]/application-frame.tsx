"use client";

import { createContext, useContext, type ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { ErrorState } from "@/components/ui/error-state";
import { LinkTabs } from "@/components/ui/link-tabs";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton, SkeletonLines } from "@/components/ui/skeleton";
import type { Application } from "@/lib/api-schemas/applications";
import { useApplication } from "../../_parts/queries";

const ApplicationContext = createContext<Application | null>(null);

/** The application that the page is about. Only inside an ApplicationFrame. */
export function useShownApplication(): Application {
  const application = useContext(ApplicationContext);
  if (application === null) {
    throw new Error("useShownApplication is used outside of an ApplicationFrame.");
  }
  return application;
}

/** Header and tabs of one application; the pages inside are drawn once it is known. */
export function ApplicationFrame({ id, children }: { id: string; children: ReactNode }) {
  const application = useApplication(id);
  const crumbs = [{ href: "/applications", label: "Applications" }];
  if (application.data === undefined) {
    return application.isError ? (
      <ErrorState
        title="This application could not be shown"
        error={application.error}
        onRetry={() => void application.refetch()}
      />
    ) : (
      <>
        <PageHeader
          crumbs={crumbs}
          title={<Skeleton className="h-7 w-48" />}
          tabs={<Skeleton className="mb-2 h-6 w-72 max-w-full" />}
        />
        <SkeletonLines lines={6} />
      </>
    );
  }
  const { name, description, team, demo, keys, subscriptions } = application.data;
  const root = `/applications/${id}`;
  return (
    <ApplicationContext value={application.data}>
      <PageHeader
        crumbs={crumbs}
        title={name}
        badges={
          <>
            <Badge>{team.name}</Badge>
            {demo && <Badge>Demonstration</Badge>}
          </>
        }
        description={description === "" ? undefined : description}
        tabs={
          <LinkTabs
            label={name}
            tabs={[
              { href: root, label: "Overview" },
              {
                href: `${root}/subscriptions`,
                label: "Subscriptions",
                count: subscriptions.active + subscriptions.pending,
              },
              { href: `${root}/keys`, label: "Keys", count: keys },
              { href: `${root}/requests`, label: "Refused calls" },
              { href: `${root}/settings`, label: "Settings" },
            ]}
          />
        }
      />
      {children}
    </ApplicationContext>
  );
}
