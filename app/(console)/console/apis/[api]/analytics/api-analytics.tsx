"use client";

import { useMemo } from "react";
import { AnalyticsView } from "@/app/(console)/console/analytics/analytics-view";
import { useChosenApi } from "../api-context";

/** The analytics page, about this version only. */
export function ApiAnalytics() {
  const { api, version } = useChosenApi();
  return (
    <AnalyticsView fixed={useMemo(() => ({ api: api.slug, version: version.version }), [api.slug, version.version])} />
  );
}
