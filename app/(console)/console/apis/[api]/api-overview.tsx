"use client";

import { useMemo } from "react";
import { toTotal } from "@/app/(console)/data/usage-series";
import { useUsage } from "@/app/(console)/data/use-usage";
import { formatDurationMs } from "@/components/format/format-duration";
import { formatCountShort, formatShare } from "@/components/format/format-number";
import { useEnvironment } from "@/components/shell/environment";
import { Card } from "@/components/ui/card";
import { Stat } from "@/components/ui/stat";
import { TimeRangePicker, useTimeRange } from "@/components/ui/time-range-picker";
import { useChosenApi } from "./api-context";
import { OperationTraffic } from "./operation-traffic";
import { PublishChecklist } from "./publish-checklist";

/** A checklist until it is published; from then on what happens on its operations. */
export function ApiOverview() {
  const { api, version } = useChosenApi();
  const [environment] = useEnvironment();
  const [range] = useTimeRange("24h");
  const filters = useMemo(
    () => ({ environment, api: api.slug, version: version.version }),
    [environment, api.slug, version.version],
  );
  const total = toTotal(useUsage({ range, filters }).data);
  return (
    <div className="flex flex-col gap-4">
      <PublishChecklist environment={environment} />
      <div className="flex justify-end">
        <TimeRangePicker fallback="24h" />
      </div>
      <div className="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-4">
        <Stat label="Calls" value={total === undefined ? undefined : formatCountShort(total.requests)} />
        <Stat
          label="Error share"
          value={total === undefined ? undefined : total.errorShare === null ? "–" : formatShare(total.errorShare)}
        />
        <Stat
          label="p95 latency"
          value={total === undefined ? undefined : total.p95Ms === null ? "–" : formatDurationMs(total.p95Ms)}
        />
        <Stat label="Refused" value={total === undefined ? undefined : formatCountShort(total.refused)} />
      </div>
      <Card title="Operations by calls" isFlush>
        <OperationTraffic range={range} filters={filters} />
      </Card>
    </div>
  );
}
