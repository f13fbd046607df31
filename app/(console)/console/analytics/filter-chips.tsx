"use client";

import { useQuery } from "@tanstack/react-query";
import { queries } from "@/app/(console)/data/queries";
import { FilterChip } from "@/components/console/filter-chip";
import { outcomeInWords } from "@/components/format/outcome";
import { FILTERS, type AnalyticsFilters, type FilterName } from "./use-analytics-filters";

/** The filters that are on. Without any, one sentence says how to set them. */
export function FilterChips({ filters }: { filters: AnalyticsFilters }) {
  const application = filters.chosen.application;
  const applicationName = useApplicationName(application);
  const chosen = FILTERS.filter(({ name }) => filters.chosen[name] !== undefined);
  if (chosen.length === 0) {
    return <p className="text-sm text-text-muted">All calls. Click a row below to narrow it down.</p>;
  }
  const inWords = (name: FilterName, value: string) =>
    name === "outcome" ? outcomeInWords(value) : name === "application" ? (applicationName ?? value) : value;
  return (
    <>
      {chosen.map(({ name, label }) => (
        <FilterChip
          key={name}
          name={label}
          value={inWords(name, filters.chosen[name] ?? "")}
          onRemove={() => filters.remove(name)}
        />
      ))}
    </>
  );
}

/** The name of an application, when the viewer may read it; usage tells only its id in a filter. */
function useApplicationName(id: string | undefined): string | undefined {
  const application = useQuery({ ...queries.application(id ?? ""), enabled: id !== undefined, retry: false });
  return application.data?.name;
}
