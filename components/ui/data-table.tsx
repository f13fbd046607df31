"use client";

import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import Link from "next/link";
import { useMemo, useState, type ReactNode } from "react";
import { Button } from "./button";
import { classNames } from "./class-names";
import { ErrorState } from "./error-state";
import { Skeleton } from "./skeleton";

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand right, with tabular figures. */
  readonly align?: "left" | "right";
  /** Makes the column sortable by this value; empty ones stay last either way. */
  readonly sortValue?: (row: Row) => string | number | null | undefined;
  /** Hides the column on screens narrower than this. */
  readonly showFrom?: "sm" | "md" | "lg" | "xl";
  /** For columns of buttons: the header is spoken, not shown. */
  readonly hideHeader?: boolean;
  readonly className?: string;
}

export interface SortOrder {
  readonly column: string;
  readonly direction: "ascending" | "descending";
}

export interface DataTableProps<Row> {
  /** What the rows are; spoken as the table's name. */
  label: string;
  columns: readonly Column<Row>[];
  /** Undefined while loading. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  /** Makes the whole row a link, by way of its first cell. */
  rowHref?: (row: Row) => string | undefined;
  error?: unknown;
  onRetry?: () => void;
  /** Shown when there are no rows: an EmptyState with the next action. */
  empty: ReactNode;
  initialSort?: SortOrder;
  /** The next page of a cursor. */
  more?: { readonly hasMore: boolean; readonly isLoading: boolean; readonly onLoadMore: () => void };
  skeletonRows?: number;
}

const SHOW_FROM = {
  sm: "max-sm:hidden",
  md: "max-md:hidden",
  lg: "max-lg:hidden",
  xl: "max-xl:hidden",
};

/** A list of things: loading, empty, failed and many rows are all drawn here, in the same frame. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, rowHref, error, onRetry, empty, initialSort, more, skeletonRows = 5 } = props;
  const [sort, setSort] = useState<SortOrder | undefined>(initialSort);
  const sorted = useMemo(() => sortRows(rows, columns, sort), [rows, columns, sort]);

  if (error !== undefined && error !== null && rows === undefined) {
    return <ErrorState error={error} onRetry={onRetry} />;
  }
  if (sorted !== undefined && sorted.length === 0) {
    return <>{empty}</>;
  }
  return (
    // Positioned, so that headers which are only spoken scroll with the table instead of widening the page.
    <div className="relative overflow-x-auto">
      <table
        aria-label={label}
        aria-busy={sorted === undefined || undefined}
        className="w-full border-collapse text-sm"
      >
        <thead>
          <tr className="border-b bg-sunken text-left">
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sort={sort} onSort={setSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted === undefined
            ? Array.from({ length: skeletonRows }, (_, index) => <SkeletonRow key={index} columns={columns} />)
            : sorted.map((row) => <BodyRow key={rowKey(row)} row={row} columns={columns} href={rowHref?.(row)} />)}
        </tbody>
      </table>
      {more?.hasMore === true && (
        <div className="flex justify-center border-t p-2">
          <Button variant="ghost" isLoading={more.isLoading} onClick={more.onLoadMore}>
            Load more
          </Button>
        </div>
      )}
    </div>
  );
}

function cellStyles<Row>(column: Column<Row>): string {
  return classNames(
    "px-4 max-sm:px-3 max-sm:first:pl-4 max-sm:last:pr-4",
    column.align === "right" && "text-right whitespace-nowrap tabular-nums",
    column.showFrom !== undefined && SHOW_FROM[column.showFrom],
    column.className,
  );
}

interface HeaderCellProps<Row> {
  column: Column<Row>;
  sort: SortOrder | undefined;
  onSort: (sort: SortOrder) => void;
}

function HeaderCell<Row>({ column, sort, onSort }: HeaderCellProps<Row>) {
  const direction = sort?.column === column.id ? sort.direction : undefined;
  const text = <span className={column.hideHeader === true ? "sr-only" : undefined}>{column.header}</span>;
  return (
    <th
      scope="col"
      aria-sort={direction}
      className={classNames(cellStyles(column), "h-8 text-xs font-medium whitespace-nowrap text-text-muted")}
    >
      {column.sortValue === undefined ? (
        text
      ) : (
        <button
          type="button"
          onClick={() => onSort({ column: column.id, direction: nextDirection(column, direction) })}
          className={classNames(
            "-mx-1 inline-flex items-center gap-1 rounded-sm px-1 align-middle font-medium hover:text-text",
            column.align === "right" && "flex-row-reverse",
            direction !== undefined && "text-text",
          )}
        >
          {text}
          <SortIcon direction={direction} />
        </button>
      )}
    </th>
  );
}

function SortIcon({ direction }: { direction: SortOrder["direction"] | undefined }) {
  const Icon = direction === "ascending" ? ArrowUp : direction === "descending" ? ArrowDown : ChevronsUpDown;
  return <Icon className={classNames("size-3", direction === undefined && "opacity-50")} aria-hidden="true" />;
}

/** Numbers start with the largest, words with A. */
function nextDirection<Row>(column: Column<Row>, current: SortOrder["direction"] | undefined): SortOrder["direction"] {
  if (current === undefined) {
    return column.align === "right" ? "descending" : "ascending";
  }
  return current === "ascending" ? "descending" : "ascending";
}

function BodyRow<Row>({ row, columns, href }: { row: Row; columns: readonly Column<Row>[]; href: string | undefined }) {
  return (
    <tr className={classNames("relative border-b last:border-b-0", href !== undefined && "hover:bg-hover")}>
      {columns.map((column, index) => (
        <td key={column.id} className={classNames(cellStyles(column), "h-10 py-1.5")}>
          {index === 0 && href !== undefined ? (
            // The link's after-box covers the row; buttons in later cells must stand above it (relative z-10).
            <Link href={href} className="font-medium -outline-offset-2 after:absolute after:inset-0">
              {column.cell(row)}
            </Link>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

function SkeletonRow<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <tr className="border-b last:border-b-0">
      {columns.map((column, index) => (
        <td key={column.id} className={classNames(cellStyles(column), "h-10 py-1.5")}>
          <Skeleton
            className={classNames("h-4", index === 0 ? "w-40" : "w-16", column.align === "right" && "ml-auto")}
          />
        </td>
      ))}
    </tr>
  );
}

function sortRows<Row>(
  rows: readonly Row[] | undefined,
  columns: readonly Column<Row>[],
  sort: SortOrder | undefined,
): readonly Row[] | undefined {
  const valueOf = columns.find((column) => column.id === sort?.column)?.sortValue;
  if (rows === undefined || valueOf === undefined) {
    return rows;
  }
  const sign = sort?.direction === "descending" ? -1 : 1;
  return [...rows].sort((left, right) => {
    const a = valueOf(left) ?? null;
    const b = valueOf(right) ?? null;
    if (a === null || b === null) {
      return a === b ? 0 : a === null ? 1 : -1;
    }
    return typeof a === "number" && typeof b === "number" ? sign * (a - b) : sign * String(a).localeCompare(String(b));
  });
}
