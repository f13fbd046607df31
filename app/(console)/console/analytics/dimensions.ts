import { outcomeInWords } from "@/components/format/outcome";
import type { UsageDimension, UsageRow } from "@/lib/api-schemas";
import type { FilterValues } from "./use-analytics-filters";

/** One way to take the traffic apart. */
export interface Dimension {
  readonly id: UsageDimension;
  readonly label: string;
  readonly plural: string;
  readonly groupBy: readonly UsageDimension[];
  /** The words of a row; undefined for calls that belong to none. */
  readonly nameOf: (row: UsageRow) => string | undefined;
  /** What stands for a row without a name: "No application recognised". */
  readonly none: string;
  /** Filters that leave only this row's calls. */
  readonly filtersOf: (row: UsageRow) => FilterValues | undefined;
}

export const DIMENSIONS: readonly Dimension[] = [
  {
    id: "api",
    label: "API",
    plural: "APIs",
    groupBy: ["api"],
    nameOf: (row) => row.api ?? undefined,
    none: "No API matched",
    filtersOf: (row) => (row.api ? { api: row.api } : undefined),
  },
  {
    id: "version",
    label: "Version",
    plural: "versions",
    groupBy: ["api", "version"],
    nameOf: (row) => (row.api ? `${row.api} ${row.version ?? ""}` : undefined),
    none: "No API matched",
    filtersOf: (row) => (row.api && row.version ? { api: row.api, version: row.version } : undefined),
  },
  {
    id: "operation",
    label: "Operation",
    plural: "operations",
    groupBy: ["api", "version", "operation"],
    nameOf: (row) => row.operation ?? undefined,
    none: "No operation matched",
    filtersOf: (row) =>
      row.api && row.version && row.operation
        ? { api: row.api, version: row.version, operation: row.operation }
        : undefined,
  },
  {
    id: "application",
    label: "Application",
    plural: "applications",
    groupBy: ["application"],
    nameOf: (row) => row.applicationName ?? row.application ?? undefined,
    none: "No application recognised",
    filtersOf: (row) => (row.application ? { application: row.application } : undefined),
  },
  {
    id: "plan",
    label: "Plan",
    plural: "plans",
    groupBy: ["plan"],
    nameOf: (row) => (row.plan ? `${row.product ?? ""} / ${row.plan}` : undefined),
    none: "No subscription",
    filtersOf: (row) => (row.product && row.plan ? { product: row.product, plan: row.plan } : undefined),
  },
  {
    id: "outcome",
    label: "Outcome",
    plural: "outcomes",
    groupBy: ["outcome"],
    nameOf: (row) => (row.outcome === undefined ? undefined : outcomeInWords(row.outcome)),
    none: "Unknown",
    filtersOf: (row) => (row.outcome === undefined ? undefined : { outcome: row.outcome }),
  },
];

export function dimensionOf(id: string | undefined, fallback: UsageDimension): Dimension {
  const found =
    DIMENSIONS.find((dimension) => dimension.id === id) ?? DIMENSIONS.find(({ id: own }) => own === fallback);
  if (found === undefined) {
    throw new Error(`There is no dimension ${fallback}.`);
  }
  return found;
}
