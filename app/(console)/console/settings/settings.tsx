"use client";

import { useQuery } from "@tanstack/react-query";
import { queries } from "@/app/(console)/data/queries";
import { useCan } from "@/app/(console)/data/use-can";
import { Card } from "@/components/ui/card";
import { Code } from "@/components/ui/code-block";
import { ErrorState } from "@/components/ui/error-state";
import { KeyValue } from "@/components/ui/key-value";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonLines } from "@/components/ui/skeleton";
import { RemoveDemo } from "./remove-demo";

/** What this installation is set to, and the end of the demonstration. */
export function Settings() {
  const can = useCan();
  const portal = useQuery(queries.portal());
  return (
    <>
      <PageHeader title="Settings" />
      <div className="flex max-w-3xl flex-col gap-4">
        <Card
          title="Installation"
          description="Read from the environment at start: change the variable and start again."
        >
          {portal.data === undefined ? (
            portal.isError ? (
              <ErrorState error={portal.error} onRetry={() => void portal.refetch()} />
            ) : (
              <SkeletonLines lines={4} />
            )
          ) : (
            <KeyValue
              items={[
                { label: "Portal", value: <Setting value={portal.data.portalUrl} name="GATEHOUSE_PUBLIC_URL" /> },
                { label: "Gateway", value: <Setting value={portal.data.gatewayUrl} name="GATEHOUSE_GATEWAY_URL" /> },
                { label: "Keys travel in", value: <Code>{portal.data.keyHeader}</Code> },
                {
                  label: "Sign-up",
                  value: portal.data.signUp ? "Open: anybody can become a consumer" : "Closed: admins create people",
                },
                {
                  label: "Management API",
                  value: (
                    <a className="link font-mono text-xs" href="/api/v1/openapi.json">
                      /api/v1/openapi.json
                    </a>
                  ),
                },
              ]}
            />
          )}
        </Card>
        {can.administer && <RemoveDemo />}
      </div>
    </>
  );
}

function Setting({ value, name }: { value: string; name: string }) {
  return (
    <span className="flex flex-wrap items-baseline gap-x-2">
      <span className="font-mono text-xs break-all">{value}</span>
      <span className="font-mono text-xs text-text-faint">{name}</span>
    </span>
  );
}
