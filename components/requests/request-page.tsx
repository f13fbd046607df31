"use client";

import { useQuery } from "@tanstack/react-query";
import { SearchX } from "lucide-react";
import { PageHeader, type Crumb } from "@/components/ui/page-header";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonLines } from "@/components/ui/skeleton";
import { ApiProblem, requests } from "@/lib/api-client";
import { RequestDetails } from "./request-details";

/** Nodes ship what they wrote down within seconds: whoever follows a link from an answer may be quicker. */
const LOOKS = 8;
const LOOK_AGAIN_MS = 1_500;

/** What became of a call and why, for those who may see it. */
export function RequestPage({ requestId, crumbs }: { requestId: string; crumbs: readonly Crumb[] }) {
  const query = useQuery({
    queryKey: ["requests", "one", requestId],
    queryFn: ({ signal }) => requests.get(requestId, { signal }),
    retry: (failures, error) => isMissing(error) && failures < LOOKS,
    retryDelay: LOOK_AGAIN_MS,
  });
  const isLooking = query.isPending && isMissing(query.failureReason);
  return (
    <>
      <PageHeader
        title={query.data === undefined ? "Request" : `${query.data.method} ${query.data.path}`}
        crumbs={crumbs}
        description={
          query.data === undefined ? <code className="font-mono text-xs break-all">{requestId}</code> : undefined
        }
      />
      {query.data !== undefined ? (
        <RequestDetails request={query.data} />
      ) : query.isPending ? (
        <Card>
          <SkeletonLines lines={5} />
          {isLooking && (
            <p role="status" className="mt-4 text-sm text-text-muted">
              Not there yet. Gateways report calls within seconds; looking again.
            </p>
          )}
        </Card>
      ) : isMissing(query.error) ? (
        <Card>
          <EmptyState icon={SearchX} title="No such call to show">
            Either no gateway has reported a call with this id, or it belongs to neither an application nor an API of
            yours. Calls that were refused or failed are all kept for some days; of the others only samples are.
          </EmptyState>
        </Card>
      ) : (
        <Card>
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        </Card>
      )}
    </>
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 404;
}
