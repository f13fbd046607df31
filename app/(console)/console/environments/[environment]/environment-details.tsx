"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { paths } from "@/app/(console)/data/paths";
import { queries } from "@/app/(console)/data/queries";
import { useCan } from "@/app/(console)/data/use-can";
import { PoliciesCard } from "@/components/console/policies/policies-card";
import { NodesBadge } from "@/components/console/release-badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonLines } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { policies } from "@/lib/api-client";
import { CertificatesCard } from "./certificates-card";
import { RequestLogCard } from "./request-log-card";

/** One environment: what runs in it, and the policies that every call to it goes through. */
export function EnvironmentDetails({ slug }: { slug: string }) {
  const client = useQueryClient();
  const can = useCan();
  const environments = useQuery(queries.environments());
  const catalogue = useQuery(queries.policies());
  const saved = useQuery(queries.environmentPolicies(slug));
  const environment = environments.data?.items.find((one) => one.slug === slug);
  const failed = [environments, catalogue, saved].find((query) => query.isError && query.data === undefined);
  return (
    <>
      <PageHeader
        title={environment?.name ?? slug}
        crumbs={[{ href: "/console/environments", label: "Environments" }]}
        badges={
          environment !== undefined && (
            <NodesBadge running={environment.nodesRunning} expected={environment.nodesExpected} />
          )
        }
        actions={
          can.publish && (
            <Button asChild variant="primary">
              <Link href={paths.publish(slug)}>Publish to {slug}</Link>
            </Button>
          )
        }
      />
      {failed !== undefined ? (
        <Card>
          <ErrorState error={failed.error} onRetry={() => void failed.refetch()} />
        </Card>
      ) : saved.data === undefined || catalogue.data === undefined ? (
        <Card>
          <SkeletonLines lines={4} />
        </Card>
      ) : (
        <PoliciesCard
          key={saved.data.etag}
          scope="environment"
          description="Run for every call, before it is routed to an API. The portal’s try-it console is always allowed by CORS."
          empty="Calls are routed as they come."
          saved={saved.data}
          catalogue={catalogue.data.items}
          onSave={async (next) => {
            const etag = saved.data.etag;
            const stored = await policies.putOfEnvironment(slug, { policies: [...next] }, etag);
            client.setQueryData(queries.environmentPolicies(slug).queryKey, stored);
            toast.success("Policies saved", { description: `Publish to bring them to ${slug}.` });
          }}
        />
      )}
      {environment !== undefined && (
        <div className="mt-4">
          <CertificatesCard environment={slug} canEdit={can.administer} />
        </div>
      )}
      {environment !== undefined && can.administer && (
        <div className="mt-4">
          <RequestLogCard key={JSON.stringify(environment.requestLog)} environment={environment} />
        </div>
      )}
    </>
  );
}
