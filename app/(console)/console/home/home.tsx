"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useCan } from "@/app/(console)/data/use-can";
import { paths } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { useEnvironment } from "@/components/shell/environment";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import { FirstSteps } from "./first-steps";
import { LastReleases } from "./last-releases";
import { NeedsYou } from "./needs-you";
import { TrafficNow } from "./traffic-now";

/** What needs me now, traffic at a glance, last releases. */
export function Home() {
  const [environment] = useEnvironment();
  const can = useCan();
  const apis = useQuery(queries.apis({ limit: 1 }));
  return (
    <>
      <PageHeader
        title="Home"
        description={`The last hour in ${environment}.`}
        actions={
          <>
            {can.createApis && (
              <Button asChild>
                <Link href="/console/apis/new">
                  <Plus aria-hidden="true" />
                  Create API
                </Link>
              </Button>
            )}
            {can.publish && (
              <Button asChild variant="primary">
                <Link href={paths.publish(environment)}>Publish to {environment}</Link>
              </Button>
            )}
          </>
        }
      />
      <div className="flex flex-col gap-6">
        {apis.data?.items.length === 0 && can.createApis && <FirstSteps />}
        <TrafficNow environment={environment} />
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <NeedsYou environment={environment} />
          {can.readReleases && <LastReleases environment={environment} />}
        </div>
      </div>
    </>
  );
}
