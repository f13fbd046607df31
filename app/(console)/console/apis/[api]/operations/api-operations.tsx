"use client";

import { useMemo } from "react";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import { FilterChip } from "@/components/console/filter-chip";
import { SearchBox } from "@/components/ui/search-box";
import { Toolbar } from "@/components/console/toolbar";
import { formatPlural } from "@/components/format/format-number";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { DataTable, type Column } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { OperationName } from "@/components/ui/operation-name";
import type { Operation } from "@/lib/api-schemas";
import { useChosenApi } from "../api-context";
import { useShown } from "@/components/console/use-shown";

/** The operations of the current revision. */
export function ApiOperations() {
  const { version } = useChosenApi();
  const url = useUrlState();
  const search = url.get("search") ?? "";
  const tag = url.get("tag");
  const found = useMemo(
    () => version.operations.filter((operation) => matches(operation, search.toLowerCase(), tag)),
    [version.operations, search, tag],
  );
  const { shown, more } = useShown(found);
  const columns = useMemo(() => makeColumns((chosen) => url.set({ tag: chosen })), [url]);
  return (
    <>
      <Toolbar>
        <SearchBox label="Search operations" value={search} onSearch={(value) => url.set({ search: value })} />
        {tag !== undefined && <FilterChip name="Tag" value={tag} onRemove={() => url.set({ tag: undefined })} />}
        <span className="text-sm text-text-muted">{formatPlural(found.length, "operation")}</span>
      </Toolbar>
      <Card isFlush>
        <DataTable
          label="Operations"
          rows={shown}
          rowKey={(operation) => operation.key}
          columns={columns}
          more={more}
          empty={
            <EmptyState
              title="No operation matches"
              action={<Button onClick={() => url.set({ search: undefined, tag: undefined })}>Clear the filters</Button>}
            />
          }
        />
      </Card>
    </>
  );
}

function matches(operation: Operation, search: string, tag: string | undefined): boolean {
  const text = `${operation.method} ${operation.path} ${operation.key} ${operation.summary}`.toLowerCase();
  return text.includes(search) && (tag === undefined || operation.tags.includes(tag));
}

function makeColumns(onTag: (tag: string) => void): readonly Column<Operation>[] {
  return [
    {
      id: "operation",
      header: "Operation",
      sortValue: (operation) => operation.path,
      cell: (operation) => (
        <OperationName method={operation.method} path={operation.path} isDeprecated={operation.deprecated} />
      ),
    },
    {
      id: "summary",
      header: "Summary",
      showFrom: "md",
      cell: (operation) => <span className="line-clamp-1 text-text-muted">{operation.summary}</span>,
    },
    {
      id: "key",
      header: "Id",
      showFrom: "lg",
      sortValue: (operation) => operation.key,
      cell: (operation) => <span className="font-mono text-xs break-all text-text-muted">{operation.key}</span>,
    },
    {
      id: "tags",
      header: "Tags",
      showFrom: "lg",
      cell: (operation) => (
        <span className="flex flex-wrap gap-1">
          {operation.tags.map((tag) => (
            <button
              key={tag}
              type="button"
              aria-label={`Only ${tag}`}
              className="rounded-sm"
              onClick={() => onTag(tag)}
            >
              <Badge>{tag}</Badge>
            </button>
          ))}
        </span>
      ),
    },
  ];
}
