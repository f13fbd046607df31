"use client";

import { useQuery } from "@tanstack/react-query";
import { FileQuestionMark } from "lucide-react";
import dynamic from "next/dynamic";
import { useMemo } from "react";
import { prepareDocument } from "@/components/api-reference/prepare-document";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonLines } from "@/components/ui/skeleton";
import { apis } from "@/lib/api-client";
import { usePortal } from "../../../_parts/queries";
import { useSessionKey } from "../../../_parts/session-key";
import { useShownApi } from "../api-frame";
import { TryItKey } from "./try-it-key";

// swagger-ui touches window at import and weighs as much as the rest of the portal together.
const SwaggerReference = dynamic(
  () => import("@/components/api-reference/swagger-reference").then((module) => module.SwaggerReference),
  { ssr: false, loading: () => <SkeletonLines lines={10} /> },
);

/** The document, readable and to be tried: calls go through the gateway with the caller's own key. */
export function ApiReferencePage() {
  const { api, version } = useShownApi();
  const portal = usePortal();
  const [sessionKey] = useSessionKey();
  const reference = useQuery({
    queryKey: ["reference", api.slug, version?.version],
    queryFn: () => apis.getReference(api.slug, version?.version ?? ""),
    enabled: version !== undefined,
    staleTime: 60_000,
  });
  const keyHeader = portal.data?.keyHeader;
  const document = useMemo(
    () =>
      reference.data === undefined || version === undefined || keyHeader === undefined
        ? undefined
        : prepareDocument(reference.data, { serverUrl: version.url, keyHeader }),
    [reference.data, version, keyHeader],
  );
  const acceptParameters = useMemo(
    () =>
      (version?.callFields ?? [])
        .filter(({ from }) => from === "media-type")
        .map(({ name, value }) => `${name}=${value}`),
    [version],
  );
  if (version === undefined) {
    return (
      <Card>
        <EmptyState icon={FileQuestionMark} title="There is no document yet" />
      </Card>
    );
  }
  if (reference.isError && reference.data === undefined) {
    return <ErrorState error={reference.error} onRetry={() => void reference.refetch()} />;
  }
  return (
    <div className="flex flex-col gap-4">
      <TryItKey />
      {document === undefined ? (
        <SkeletonLines lines={10} />
      ) : (
        <SwaggerReference document={document} apiKey={sessionKey?.key ?? null} acceptParameters={acceptParameters} />
      )}
    </div>
  );
}
