"use client";

import { useQuery } from "@tanstack/react-query";
import { usage } from "@/lib/api-client";

/** What the gateway has seen of an application in the last day. */
export interface SeenCalls {
  readonly total: number;
  /** Answered by the upstream, whatever it said. */
  readonly served: number;
  readonly refused: number;
  readonly failed: number;
}

const POLL_MS = 1500;

/** Asked again and again until a call was served. */
export function useSeenCalls(application: string | undefined): SeenCalls {
  const seen = useQuery({
    queryKey: ["usage", "first-call", application],
    queryFn: async ({ signal }): Promise<SeenCalls> => {
      const { rows } = await usage.get({ application }, { signal });
      const row = rows[0];
      const total = row?.requests ?? 0;
      const refused = row?.refused ?? 0;
      const failed = row?.errors ?? 0;
      return { total, refused, failed, served: total - refused - failed };
    },
    enabled: application !== undefined,
    refetchInterval: (query) => ((query.state.data?.served ?? 0) > 0 ? false : POLL_MS),
  });
  return seen.data ?? { total: 0, served: 0, refused: 0, failed: 0 };
}
