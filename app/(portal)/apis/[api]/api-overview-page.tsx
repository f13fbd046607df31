"use client";

import { FileQuestionMark } from "lucide-react";
import Link from "next/link";
import { RelativeTime } from "@/components/format/relative-time";
import { formatLimit } from "@/components/format/format-limit";
import { Button } from "@/components/ui/button";
import { Card, CardLink } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { KeyValue } from "@/components/ui/key-value";
import { OperationName } from "@/components/ui/operation-name";
import { PlainText } from "@/components/ui/plain-text";
import { useOperations, usePortal } from "../../_parts/queries";
import { curlLine, samplePath } from "../../_parts/sample-call";
import { plansOf, useShownApi } from "./api-frame";

/** What the API is for, what it can do, and the ways in. */
export function ApiOverviewPage() {
  const { api, version } = useShownApi();
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-col gap-6">
        {api.description !== "" && <PlainText text={api.description} />}
        {version === undefined ? (
          <Card>
            <EmptyState icon={FileQuestionMark} title="This API has no version yet">
              Its owner has named it, but not yet uploaded an OpenAPI document.
            </EmptyState>
          </Card>
        ) : (
          <Operations />
        )}
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <PlansCard />
        <FirstCall />
        <Facts />
      </div>
    </div>
  );
}

function Operations() {
  const { api, version, search } = useShownApi();
  const operations = useOperations(api.slug, version?.version);
  return (
    <Card
      title="Operations"
      isFlush
      actions={<CardLink href={`/apis/${api.slug}/reference${search}`}>Reference</CardLink>}
    >
      <DataTable
        label="Operations"
        rows={operations.data?.items}
        error={operations.error}
        onRetry={() => void operations.refetch()}
        rowKey={(operation) => String(operation.id)}
        skeletonRows={Math.min(8, Math.max(1, version?.operations ?? 1))}
        empty={<EmptyState title="The document describes no operations" />}
        columns={[
          {
            id: "operation",
            header: "Operation",
            cell: (operation) => (
              <OperationName method={operation.method} path={operation.path} isDeprecated={operation.deprecated} />
            ),
          },
          {
            id: "summary",
            header: "Summary",
            showFrom: "sm",
            className: "w-1/2 text-text-muted",
            cell: (operation) => operation.summary,
          },
        ]}
      />
    </Card>
  );
}

function PlansCard() {
  const { api, version, search } = useShownApi();
  const plans = plansOf(api, version);
  return (
    <Card title="Plans">
      {plans.length === 0 ? (
        <p className="text-sm text-text-muted">No plan covers this version yet, so nobody can subscribe to it.</p>
      ) : (
        <>
          <ul className="flex flex-col gap-2 text-sm">
            {plans.slice(0, 4).map((plan) => (
              <li key={plan.id} className="flex items-baseline justify-between gap-4">
                <span className="font-medium">{plan.name}</span>
                <span className="text-right text-text-muted">
                  {plan.limits[0] === undefined ? "no limit" : formatLimit(plan.limits[0])}
                </span>
              </li>
            ))}
          </ul>
          <Button asChild variant="primary" className="mt-4 w-full">
            <Link href={`/apis/${api.slug}/plans${search}`}>Choose a plan</Link>
          </Button>
        </>
      )}
    </Card>
  );
}

function FirstCall() {
  const { api, version } = useShownApi();
  const portal = usePortal();
  const operations = useOperations(api.slug, version?.version);
  if (version === undefined || portal.data === undefined || operations.data === undefined) {
    return null;
  }
  return (
    <CodeBlock
      title="First call"
      wrap
      code={curlLine(version, samplePath(operations.data.items), portal.data.keyHeader, undefined)}
    />
  );
}

function Facts() {
  const { api, version } = useShownApi();
  return (
    <Card title="About">
      <KeyValue
        className="sm:grid-cols-[minmax(6rem,auto)_1fr]"
        items={[
          { label: "Owner", value: api.team.name },
          ...(version === undefined ? [] : [{ label: "Document", value: version.title }]),
          { label: "Updated", value: <RelativeTime time={api.updatedAt} /> },
        ]}
      />
    </Card>
  );
}
