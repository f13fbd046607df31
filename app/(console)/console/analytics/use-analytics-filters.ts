"use client";

import { useMemo } from "react";
import { useUrlState } from "@/app/(console)/data/use-url-state";
import type { UsageFilters } from "@/app/(console)/data/use-usage";
import { useEnvironment } from "@/components/shell/environment";

/** Filters in the order of their chips. Each is the name of a parameter of GET /usage and of the page's URL. */
export const FILTERS = [
  { name: "api", label: "API" },
  { name: "version", label: "Version" },
  { name: "operation", label: "Operation" },
  { name: "application", label: "Application" },
  { name: "product", label: "Product" },
  { name: "plan", label: "Plan" },
  { name: "outcome", label: "Outcome" },
] as const;

export type FilterName = (typeof FILTERS)[number]["name"];
export type FilterValues = Partial<Record<FilterName, string>>;

// Without what they belong to these name nothing: a version is one of an API, a plan one of a product.
const BELONGS_TO: Partial<Record<FilterName, FilterName>> = { version: "api", operation: "version", plan: "product" };

export interface AnalyticsFilters {
  /** For the usage calls. */
  readonly asked: UsageFilters;
  /** Those the person has set. */
  readonly chosen: FilterValues;
  readonly set: (changes: FilterValues) => void;
  /** Takes a filter off, with those that mean nothing without it. */
  readonly remove: (name: FilterName) => void;
}

/** @param fixed filters of the page itself: they have no chip and stay */
export function useAnalyticsFilters(fixed: FilterValues): AnalyticsFilters {
  const url = useUrlState();
  const [environment] = useEnvironment();
  const chosen = useMemo(() => {
    const values: FilterValues = {};
    for (const { name } of FILTERS) {
      const value = url.get(name);
      const owner = BELONGS_TO[name];
      const hasOwner = owner === undefined || values[owner] !== undefined || fixed[owner] !== undefined;
      if (value !== undefined && fixed[name] === undefined && hasOwner) {
        values[name] = value;
      }
    }
    return values;
  }, [url, fixed]);
  const asked = useMemo(() => ({ environment, ...fixed, ...chosen }), [environment, fixed, chosen]);
  return {
    asked,
    chosen,
    set: (changes) => url.set({ ...changes }),
    remove: (name) => url.set(Object.fromEntries(withDependents(name).map((one) => [one, undefined]))),
  };
}

function withDependents(name: FilterName): FilterName[] {
  const dependents = FILTERS.filter((filter) => BELONGS_TO[filter.name] === name);
  return [name, ...dependents.flatMap((filter) => withDependents(filter.name))];
}
