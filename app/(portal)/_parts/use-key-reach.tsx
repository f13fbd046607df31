"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { callUrl } from "@/components/format/format-call-field";
import { apis } from "@/lib/api-client";
import { usePortal, useSubscriptions } from "./queries";
import { curlLine, samplePath } from "./sample-call";

export interface KeyReach {
  words: ReactNode;
  /** Of a first call: a line that sends the key, and the address. */
  curl: string | undefined;
  address: string | undefined;
}

/** What a key of an application can call, in words, and how to call the first of it. */
export function useKeyReach(applicationId: string, key: string): KeyReach {
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
    return { words: "…", curl: undefined, address: undefined };
  }
  if (first === undefined) {
    return {
      words: "Nothing yet: subscribe the application to a plan first.",
      curl: undefined,
      address: undefined,
    };
  }
  const names = [...new Set(reachable.map((version) => `${version.apiName} ${version.version}`))];
  const path = samplePath(operations.data?.items ?? []);
  return {
    words: names.join(", "),
    curl: curlLine(first, path, portal.data.keyHeader, key),
    address: callUrl(first.url, path, first.callFields),
  };
}
