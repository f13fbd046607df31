"use client";

import { ScrollText } from "lucide-react";
import { useMemo, useState } from "react";
import { usePagedList } from "@/app/(console)/data/use-paged-list";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { FilterChip } from "@/components/console/filter-chip";
import { Toolbar } from "@/components/console/toolbar";
import { formatExactTime } from "@/components/format/format-time";
import { RelativeTime } from "@/components/format/relative-time";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { DataTable, type Column } from "@/components/ui/data-table";
import { SidePanel } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { KeyValue } from "@/components/ui/key-value";
import { PageHeader } from "@/components/ui/page-header";
import { Select } from "@/components/ui/select";
import { audit } from "@/lib/api-client";
import type { AuditEntry } from "@/lib/api-schemas";

const TYPES = [
  { value: "", label: "Everything" },
  { value: "api", label: "APIs" },
  { value: "product", label: "Products" },
  { value: "plan", label: "Plans" },
  { value: "sla-tier", label: "SLA tiers" },
  { value: "subscription", label: "Subscriptions" },
  { value: "application", label: "Applications" },
  { value: "key", label: "Keys" },
  { value: "release", label: "Releases" },
  { value: "gateway", label: "Gateways" },
  { value: "node", label: "Nodes" },
  { value: "user", label: "People" },
  { value: "team", label: "Teams" },
];

/** Who changed what, the newest first. */
export function AuditLog() {
  const url = useUrlState();
  const [open, setOpen] = useState<AuditEntry>();
  const entityType = url.get("type");
  const entityId = url.get("id");
  const actor = url.get("actor");
  const filters = useMemo(() => ({ entityType, entityId, actor }), [entityType, entityId, actor]);
  const list = usePagedList(["audit", filters], (cursor, options) => audit.list({ ...filters, cursor }, options));
  const columns = useMemo(() => makeColumns(setOpen), []);
  const isFiltered = entityType !== undefined || entityId !== undefined || actor !== undefined;
  const actorName = list.rows?.find((entry) => entry.actor?.id === actor)?.actorName;
  return (
    <>
      <PageHeader title="Audit log" description="Every change, written in the same transaction as the change itself." />
      <Toolbar>
        <Select
          aria-label="What was changed"
          className="w-44"
          value={entityType ?? ""}
          options={TYPES}
          onChange={(event) => url.set({ type: event.target.value, id: undefined })}
        />
        {entityId !== undefined && (
          <FilterChip name="Of" value={entityId} onRemove={() => url.set({ id: undefined })} />
        )}
        {actor !== undefined && (
          <FilterChip name="By" value={actorName ?? actor} onRemove={() => url.set({ actor: undefined })} />
        )}
      </Toolbar>
      <Card isFlush>
        <DataTable
          label="Audit log"
          columns={columns}
          rows={list.rows}
          rowKey={(entry) => String(entry.id)}
          error={list.error}
          onRetry={list.onRetry}
          more={list.more}
          skeletonRows={10}
          empty={
            isFiltered ? (
              <EmptyState
                title="No change matches"
                action={
                  <Button onClick={() => url.set({ type: undefined, id: undefined, actor: undefined })}>
                    Clear the filters
                  </Button>
                }
              />
            ) : (
              <EmptyState icon={ScrollText} title="Nothing was changed yet" />
            )
          }
        />
      </Card>
      <EntryPanel
        entry={open}
        onClose={() => setOpen(undefined)}
        onFilter={(changes) => {
          url.set(changes);
          setOpen(undefined);
        }}
      />
    </>
  );
}

function makeColumns(onOpen: (entry: AuditEntry) => void): readonly Column<AuditEntry>[] {
  return [
    {
      id: "summary",
      header: "Change",
      cell: (entry) => (
        <button
          type="button"
          className="text-left font-medium break-words after:absolute after:inset-0 hover:underline"
          onClick={() => onOpen(entry)}
        >
          {entry.summary}
        </button>
      ),
    },
    { id: "actor", header: "By", showFrom: "sm", cell: (entry) => entry.actorName },
    { id: "action", header: "Action", showFrom: "md", cell: (entry) => <Badge>{entry.action}</Badge> },
    {
      id: "at",
      header: "When",
      align: "right",
      cell: (entry) => <RelativeTime time={entry.at} className="relative z-10 whitespace-nowrap text-text-muted" />,
    },
  ];
}

interface EntryPanelProps {
  entry: AuditEntry | undefined;
  onClose: () => void;
  onFilter: (changes: Record<string, string | undefined>) => void;
}

/** One change with everything that was recorded. */
function EntryPanel({ entry, onClose, onFilter }: EntryPanelProps) {
  return (
    <SidePanel isOpen={entry !== undefined} onClose={onClose} title={entry?.summary ?? ""} width="large">
      {entry !== undefined && (
        <div className="flex flex-col gap-4">
          <KeyValue
            items={[
              { label: "When", value: formatExactTime(new Date(entry.at)) },
              { label: "By", value: entry.actorName },
              { label: "Action", value: <span className="font-mono text-xs">{entry.action}</span> },
              {
                label: "Of",
                value: (
                  <span className="font-mono text-xs break-all">
                    {entry.entityType} {entry.entityId}
                  </span>
                ),
              },
              ...(entry.requestId === null
                ? []
                : [
                    { label: "Request", value: <span className="font-mono text-xs break-all">{entry.requestId}</span> },
                  ]),
            ]}
          />
          <div className="flex flex-wrap gap-2">
            <Button size="small" onClick={() => onFilter({ type: entry.entityType, id: entry.entityId })}>
              All changes of this {entry.entityType}
            </Button>
            {entry.actor !== null && (
              <Button size="small" onClick={() => onFilter({ actor: entry.actor?.id })}>
                All changes by {entry.actorName}
              </Button>
            )}
          </div>
          {Object.keys(entry.details).length > 0 && (
            <CodeBlock title="details" code={JSON.stringify(entry.details, null, 2)} wrap />
          )}
        </div>
      )}
    </SidePanel>
  );
}
