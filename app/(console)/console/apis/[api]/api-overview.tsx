"use client";

import { useMemo } from "react";
import { useUsage } from "@/app/(console)/data/use-usage";
import { UsageTiles } from "@/app/(console)/usage-tiles";
import { useEnvironment } from "@/components/shell/environment";
import { Card } from "@/components/ui/card";
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
  const usage = useUsage({ range, filters });
  return (
    <div className="flex flex-col gap-4">
      <PublishChecklist environment={environment} />
      <div className="flex justify-end">
        <TimeRangePicker fallback="24h" />
      </div>
      <UsageTiles usage={usage.data} />
      <Card title="Operations by calls" isFlush>
        <OperationTraffic range={range} filters={filters} />
      </Card>
    </div>
  );
}
