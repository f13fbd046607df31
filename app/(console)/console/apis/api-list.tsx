"use client";

import { FileJson2, Plus } from "lucide-react";
import Link from "next/link";
import { useMemo } from "react";
import { paths } from "@/app/(console)/data/paths";
import { useCan } from "@/app/(console)/data/use-can";
import { usePagedList } from "@/app/(console)/data/use-paged-list";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { useUsage } from "@/app/(console)/data/use-usage";
import { ServedBadge } from "@/components/console/release-badge";
import { SearchBox } from "@/components/ui/search-box";
import { Toolbar } from "@/components/console/toolbar";
import { VISIBILITY_WORDS } from "@/components/console/visibility";
import { formatCount } from "@/components/format/format-number";
import { RelativeTime } from "@/components/format/relative-time";
import type { TimeRange } from "@/components/format/time-range";
import { useEnvironment } from "@/components/shell/environment";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { InlineBar } from "@/components/ui/inline-bar";
import { PageHeader } from "@/components/ui/page-header";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { apis } from "@/lib/api-client";
import type { Api, UsageDimension } from "@/lib/api-schemas";

const LAST_DAY: TimeRange = { kind: "preset", id: "24h" };
const BY_API: readonly UsageDimension[] = ["api"];

/** Every API the viewer may see, with where it is served and how much it is called. */
export function ApiList() {
  const url = useUrlState();
  const can = useCan();
  const search = url.get("search") ?? "";
  const isOwnOnly = url.get("show") !== "all" && can.createApis;
  const list = usePagedList(["apis", "pages", search, isOwnOnly], (cursor, options) =>
    apis.list({ search, editable: isOwnOnly ? true : undefined, cursor }, options),
  );
  const columns = useColumns();
  return (
    <>
      <PageHeader title="APIs" actions={can.createApis && <CreateButton />} />
      <Toolbar>
        <SearchBox label="Search APIs" value={search} onSearch={(value) => url.set({ search: value })} />
        {can.createApis && (
          <SegmentedControl
            label="Which APIs"
            value={isOwnOnly ? "own" : "all"}
            options={[
              { value: "own", label: "I can change" },
              { value: "all", label: "All" },
            ]}
            onChange={(value) => url.set({ show: value === "all" ? "all" : undefined })}
          />
        )}
      </Toolbar>
      <Card isFlush>
        <DataTable
          label="APIs"
          columns={columns}
          rows={list.rows}
          rowKey={(api) => api.slug}
          rowHref={(api) => paths.api(api.slug)}
          error={list.error}
          onRetry={list.onRetry}
          more={list.more}
          empty={<NoApis search={search} onClear={() => url.set({ search: undefined })} />}
        />
      </Card>
    </>
  );
}

function useColumns(): readonly Column<Api>[] {
  const [environment] = useEnvironment();
  const usage = useUsage({
    range: LAST_DAY,
    filters: useMemo(() => ({ environment }), [environment]),
    groupBy: BY_API,
  });
  return useMemo(() => {
    const calls = new Map((usage.data?.rows ?? []).map((row) => [row.api, row.requests]));
    const most = Math.max(1, ...calls.values());
    return [
      { id: "name", header: "Name", sortValue: (api) => api.name, cell: (api) => <NameCell api={api} /> },
      { id: "versions", header: "Versions", cell: (api) => <VersionsCell api={api} /> },
      { id: "visibility", header: "Visibility", showFrom: "md", cell: (api) => VISIBILITY_WORDS[api.visibility] },
      { id: "team", header: "Team", showFrom: "lg", cell: (api) => api.team.name },
      {
        id: "calls",
        header: "Calls, 24 h",
        align: "right",
        showFrom: "sm",
        sortValue: (api) => calls.get(api.slug) ?? 0,
        cell: (api) => (
          <span className="inline-flex items-center gap-2 align-middle">
            <InlineBar share={(calls.get(api.slug) ?? 0) / most} className="max-md:hidden" />
            <span className="min-w-10">{formatCount(calls.get(api.slug) ?? 0)}</span>
          </span>
        ),
      },
      {
        id: "updated",
        header: "Changed",
        align: "right",
        showFrom: "lg",
        sortValue: (api) => api.updatedAt,
        cell: (api) => <RelativeTime time={api.updatedAt} className="whitespace-nowrap text-text-muted" />,
      },
    ];
  }, [usage.data]);
}

function NameCell({ api }: { api: Api }) {
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <span>{api.name}</span>
      <span className="font-mono text-xs font-normal text-text-faint">{api.slug}</span>
      {api.demo && <Badge>Demonstration</Badge>}
    </span>
  );
}

function VersionsCell({ api }: { api: Api }) {
  if (api.versions.length === 0) {
    return <span className="text-text-faint">None yet</span>;
  }
  return (
    <span className="flex flex-col gap-1">
      {api.versions.map((version) => (
        <span key={version.version} className="flex flex-wrap items-center gap-1.5">
          <Badge>{version.version}</Badge>
          <ServedBadge environments={version.environments} />
        </span>
      ))}
    </span>
  );
}

function NoApis({ search, onClear }: { search: string; onClear: () => void }) {
  const can = useCan();
  if (search !== "") {
    return (
      <EmptyState title={`No API is called “${search}”`} action={<Button onClick={onClear}>Clear the search</Button>} />
    );
  }
  return (
    <EmptyState icon={FileJson2} title="No APIs yet" action={can.createApis && <CreateButton />}>
      {can.createApis
        ? "An API begins with its OpenAPI document: paste it, drop the file, or give its address."
        : "Nobody has created an API that you may see."}
    </EmptyState>
  );
}

function CreateButton() {
  return (
    <Button asChild variant="primary">
      <Link href="/console/apis/new">
        <Plus aria-hidden="true" />
        Create API
      </Link>
    </Button>
  );
}
