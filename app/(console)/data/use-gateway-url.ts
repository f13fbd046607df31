"use client";

import { useQuery } from "@tanstack/react-query";
import { useEnvironment } from "@/components/shell/environment";
import { queries } from "./queries";

/** Where callers reach the gateway of the chosen environment; that of production while it has none. */
export function useGatewayUrl(): string {
  const [environment] = useEnvironment();
  const environments = useQuery(queries.environments());
  const portal = useQuery(queries.portal());
  const own = environments.data?.items.find((candidate) => candidate.slug === environment)?.gateways[0]?.publicUrl;
  return own ?? portal.data?.gatewayUrl ?? "";
}
