import Link from "next/link";
import type { ReactNode } from "react";
import { formatDurationMs, formatSeconds } from "@/components/format/format-duration";
import { formatBytes, formatCount } from "@/components/format/format-number";
import { formatExactTime } from "@/components/format/format-time";
import { RelativeTime } from "@/components/format/relative-time";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { KeyValue, type KeyValueItem } from "@/components/ui/key-value";
import { OperationName } from "@/components/ui/operation-name";
import type { LoggedRequest } from "@/lib/api-schemas";
import { OutcomeBadge } from "./outcome-badge";
import { adviceFor } from "./advice";

type Limit = LoggedRequest["limits"][number];

/** Everything that is known of one call: what became of it in one sentence, on what grounds, and what to do about it. */
export function RequestDetails({ request }: { request: LoggedRequest }) {
  const advice = adviceFor(request);
  return (
    <div className="flex flex-col gap-4">
      <Card>
        <div className="flex flex-col gap-4">
          <div className="flex flex-wrap items-center gap-2">
            <OutcomeBadge request={request} />
            {request.policy !== null && <Badge>{request.policy}</Badge>}
            <RelativeTime time={request.at} className="text-sm text-text-muted" />
          </div>
          <p className="max-w-3xl text-lg break-words" data-testid="explanation">
            {request.explanation}
          </p>
          {request.limits.filter(isCounted).map((limit) => (
            <LimitBar key={limit.name} limit={limit} />
          ))}
          {request.errors.length > 0 && <ErrorList errors={request.errors} />}
          {advice !== undefined && (
            <p className="max-w-3xl text-sm text-text-muted">
              <span className="font-medium text-text">What to do: </span>
              {advice.text}
              {advice.href !== undefined && (
                <>
                  {" "}
                  <Link className="link whitespace-nowrap" href={advice.href}>
                    {advice.link}
                  </Link>
                </>
              )}
            </p>
          )}
        </div>
      </Card>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Card title="The call">
          <KeyValue items={callFacts(request)} />
        </Card>
        <Card title="The decision">
          <KeyValue items={decisionFacts(request)} />
        </Card>
      </div>
    </div>
  );
}

/** Spike arrest looks at the distance between calls: a bar of how many there were would say nothing. */
function isCounted({ algorithm }: Limit): boolean {
  return algorithm !== "spike-arrest";
}

function LimitBar({ limit }: { limit: Limit }) {
  const used = Math.ceil(limit.used);
  const share = limit.quota === 0 ? 1 : Math.min(1, used / limit.quota);
  const amount = (value: number) => (limit.unit === "bytes" ? formatBytes(value) : formatCount(value));
  return (
    <div className="max-w-xl">
      <div className="mb-1 flex flex-wrap items-baseline justify-between gap-x-4 text-sm">
        <span className="font-medium">{limit.name}</span>
        <span className="text-text-muted tabular-nums">
          {amount(used)} of {amount(limit.quota)}
          {limit.retryAfterSeconds > 0 && `, room again after ${formatSeconds(limit.retryAfterSeconds)}`}
        </span>
      </div>
      <div
        role="meter"
        aria-label={`Limit ${limit.name}`}
        aria-valuenow={used}
        aria-valuemin={0}
        aria-valuemax={limit.quota}
        className="h-2 overflow-hidden rounded-full bg-sunken"
      >
        <div className="h-full rounded-full bg-watch" style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}

function ErrorList({ errors }: { errors: LoggedRequest["errors"] }) {
  return (
    <ul className="flex max-w-3xl flex-col gap-1 text-sm">
      {errors.map(({ detail, pointer }) => (
        <li key={`${pointer} ${detail}`} className="break-words">
          <code className="font-mono text-xs">{pointer === "" ? "/" : pointer}</code> {detail}
        </li>
      ))}
    </ul>
  );
}

function callFacts(request: LoggedRequest): KeyValueItem[] {
  const { api, apiName, version, operation, operationPath, application, credential } = request;
  return [
    {
      label: "Request id",
      value: (
        // The button is higher than a line: the lines of facts keep their distance all the same.
        <span className="-my-2 inline-flex min-w-0 items-center gap-1">
          <code className="min-w-0 font-mono text-xs break-all">{request.requestId}</code>
          <CopyButton text={request.requestId} label="Copy request id" />
        </span>
      ),
    },
    { label: "When", value: formatExactTime(new Date(request.at)) },
    { label: "Sent", value: <OperationName method={request.method} path={request.path} /> },
    ...fact("API", api === null ? null : `${apiName ?? api} ${version ?? ""}`),
    ...fact(
      "Operation",
      operation === null ? null : <code className="font-mono text-xs">{operationPath ?? operation}</code>,
    ),
    {
      label: "Application",
      value: application?.name ?? <span className="text-text-muted">None was recognised</span>,
    },
    ...fact(
      "Key",
      credential === null ? null : (
        <>
          {credential.name} <code className="font-mono text-xs text-text-muted">{credential.prefix}…</code>
        </>
      ),
    ),
    ...fact("Plan", request.planName === null ? null : `${request.planName} (${request.product ?? ""})`),
    ...fact("Client address", request.address),
    { label: "Received, sent", value: `${formatBytes(request.bytesIn)}, ${formatBytes(request.bytesOut)}` },
  ];
}

function decisionFacts(request: LoggedRequest): KeyValueItem[] {
  const { upstream } = request;
  return [
    ...fact("Policy", request.policy),
    ...fact("Code", request.code === null ? null : <code className="font-mono text-xs">{request.code}</code>),
    ...fact("Retry after", request.retryAfterSeconds === null ? null : formatSeconds(request.retryAfterSeconds)),
    ...fact("In shadow", request.isShadowed ? "A limit in mode shadow would have refused it." : null),
    ...fact("Release", request.release === null ? null : String(request.release)),
    ...fact("Environment", request.environment),
    ...fact(
      "Gateway",
      request.gateway === null
        ? null
        : `${request.gateway}${request.node === null ? "" : `, node ${request.node.name}`}`,
    ),
    { label: "Took", value: formatDurationMs(request.latencyMs) },
    ...(upstream === null
      ? [{ label: "Upstream", value: request.isFromCache ? "Not asked: from the cache" : "Not asked" }]
      : [
          ...fact("Upstream", upstream.target),
          ...fact(
            "Address",
            upstream.address === null ? null : <code className="font-mono text-xs">{upstream.address}</code>,
          ),
          ...fact("Upstream’s answer", upstream.status),
          { label: "Tries", value: String(upstream.tries) },
          ...fact("Upstream’s time", upstream.latencyMs === null ? null : formatDurationMs(upstream.latencyMs)),
        ]),
  ];
}

/** No line for what is not known. */
function fact(label: string, value: ReactNode): KeyValueItem[] {
  return value === null || value === "" ? [] : [{ label, value }];
}
