"use client";

import { AppWindow, Plus } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import Link from "next/link";
import { formatCount } from "@/components/format/format-number";
import { RelativeTime } from "@/components/format/relative-time";
import { Badge, StatusBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import type { Application } from "@/lib/api-schemas/applications";
import { CreateApplicationDialog } from "../_parts/create-application-dialog";
import { useApplications } from "../_parts/queries";

const COLUMNS: readonly Column<Application>[] = [
  {
    id: "name",
    header: "Application",
    sortValue: (application) => application.name,
    cell: (application) => (
      <span className="flex flex-wrap items-center gap-x-2">
        {application.name}
        {application.demo && <Badge>Demonstration</Badge>}
      </span>
    ),
  },
  {
    id: "team",
    header: "Team",
    showFrom: "md",
    sortValue: (application) => application.team.name,
    cell: (application) => <span className="text-text-muted">{application.team.name}</span>,
  },
  {
    id: "subscriptions",
    header: "Subscriptions",
    align: "right",
    sortValue: (application) => application.subscriptions.active,
    cell: (application) => <SubscriptionCount application={application} />,
  },
  {
    id: "keys",
    header: "Keys",
    align: "right",
    showFrom: "sm",
    sortValue: (application) => application.keys,
    cell: (application) => formatCount(application.keys),
  },
  {
    id: "created",
    header: "Created",
    align: "right",
    showFrom: "sm",
    sortValue: (application) => application.createdAt,
    cell: (application) => <RelativeTime time={application.createdAt} className="text-text-muted" />,
  },
];

/** The programs of the viewer's teams. `?create=1` opens the dialog. */
export function ApplicationsPage() {
  const router = useRouter();
  const isCreating = useSearchParams().get("create") === "1";
  const list = useApplications();
  const rows = list.data?.pages.flatMap((page) => page.items);
  const startCreating = () => router.replace("/applications?create=1", { scroll: false });
  return (
    <>
      <PageHeader
        title="Applications"
        description="Your programs: each has its own subscriptions, keys and figures."
        actions={
          <Button variant="primary" onClick={startCreating}>
            <Plus aria-hidden="true" />
            Create application
          </Button>
        }
      />
      <Card isFlush>
        <DataTable
          label="Applications"
          columns={COLUMNS}
          rows={rows}
          error={list.error}
          onRetry={() => void list.refetch()}
          rowKey={(application) => application.id}
          rowHref={(application) => `/applications/${application.id}`}
          more={{
            hasMore: list.hasNextPage,
            isLoading: list.isFetchingNextPage,
            onLoadMore: () => void list.fetchNextPage(),
          }}
          empty={
            <EmptyState
              icon={AppWindow}
              title="No application yet"
              action={
                <Button asChild>
                  <Link href="/start">Get started</Link>
                </Button>
              }
            >
              An application stands for one program of yours. “Get started” takes you from here to the first call.
            </EmptyState>
          }
        />
      </Card>
      <CreateApplicationDialog
        isOpen={isCreating}
        onClose={() => router.replace("/applications", { scroll: false })}
        onCreated={(application) => router.replace(`/applications/${application.id}`)}
      />
    </>
  );
}

function SubscriptionCount({ application }: { application: Application }) {
  const { active, pending } = application.subscriptions;
  return (
    <span className="inline-flex items-center gap-2">
      {pending > 0 && <StatusBadge tone="watch">{formatCount(pending)} waiting</StatusBadge>}
      {formatCount(active)}
    </span>
  );
}
