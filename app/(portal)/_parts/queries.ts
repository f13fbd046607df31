"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useViewer } from "@/components/shell/viewer-context";
import { applications, apis, catalogue, portal, subscriptions } from "@/lib/api-client";

/** Facts about this portal: its name, the gateway's address, the header that carries a key. */
export function usePortal() {
  return useQuery({ queryKey: ["portal"], queryFn: () => portal.get(), staleTime: Infinity });
}

export function useCatalogue(search: string) {
  return useInfiniteQuery({
    queryKey: ["catalogue", { search }],
    queryFn: ({ pageParam, signal }) => catalogue.list({ search, limit: 30, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: (previous) => previous,
  });
}

export function useCatalogueApi(slug: string) {
  return useQuery({ queryKey: ["catalogue", slug], queryFn: () => catalogue.get(slug) });
}

export function useOperations(api: string, version: string | undefined) {
  return useQuery({
    queryKey: ["operations", api, version],
    queryFn: () => apis.listOperations(api, version ?? ""),
    enabled: version !== undefined,
  });
}

/** The applications of the viewer's teams; not asked for when nobody is signed in. */
export function useApplications() {
  const viewer = useViewer();
  return useInfiniteQuery({
    queryKey: ["applications", "list"],
    queryFn: ({ pageParam }) => applications.list({ mine: true, limit: 50, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    enabled: viewer !== null,
  });
}

export function useApplication(id: string) {
  return useQuery({ queryKey: ["applications", id], queryFn: () => applications.get(id) });
}

export function useKeys(applicationId: string | undefined) {
  return useQuery({
    queryKey: ["applications", applicationId, "keys"],
    queryFn: () => applications.listKeys(applicationId ?? ""),
    enabled: applicationId !== undefined,
  });
}

/** Subscriptions of one application. While one waits for approval the list is asked for again every few seconds. */
export function useSubscriptions(applicationId: string | undefined) {
  return useQuery({
    queryKey: ["applications", applicationId, "subscriptions"],
    queryFn: () => subscriptions.list({ application: applicationId, limit: 200 }),
    enabled: applicationId !== undefined,
    refetchInterval: (query) =>
      query.state.data?.items.some((subscription) => subscription.state === "pending") === true ? 4000 : false,
  });
}
