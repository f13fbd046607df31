"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { apis } from "@/lib/api-client";
import { usePortal, useSubscriptions } from "./queries";
import { curlLine, samplePath } from "./sample-call";

/** What a key of an application can call, in words, and a curl line for the first of it. */
export function useKeyReach(applicationId: string, key: string): { words: ReactNode; curl: string | undefined } {
  const portal = usePortal();
  const subscriptions = useSubscriptions(applicationId);
  const reachable = (subscriptions.data?.items ?? [])
    .filter((subscription) => subscription.state === "active")
    .flatMap((subscription) => subscription.apis);
  const first = reachable[0];
  const operations = useQuery({
    queryKey: ["operations", first?.api, first?.version],
    queryFn: () => apis.listOperations(first?.api ?? "", first?.version ?? ""),
    enabled: first !== undefined,
  });
  if (subscriptions.data === undefined || portal.data === undefined) {
    return { words: "…", curl: undefined };
  }
  if (first === undefined) {
    return { words: "Nothing yet: subscribe the application to a plan first.", curl: undefined };
  }
  const names = [...new Set(reachable.map((version) => `${version.apiName} ${version.version}`))];
  return {
    words: names.join(", "),
    curl: curlLine(
      portal.data.gatewayUrl + first.basePath,
      samplePath(operations.data?.items ?? []),
      portal.data.keyHeader,
      key,
    ),
  };
}
