import { bucketMiddleMs } from "../../contract/histogram";
import type { ServedCertificate } from "../../contract/certificates";
import type { ShadowedLimit } from "../releases/chunk-store";
import type { MirrorStatus, TargetStatus } from "../upstreams/watch-targets";
import type { CounterUse } from "./read-counters";
import { LATENCY_EDGES_MS, type UsageTotals } from "../meters/usage-totals";

/** Everything the metrics page shows, gathered at the moment it is asked for. */
export interface NodeStatus {
  readonly version: string;
  readonly environment: string;
  readonly release: number | null;
  readonly activationMs: number | null;
  readonly workersExpected: number;
  readonly workersReady: number;
  readonly isNginxRunning: boolean;
  readonly credentialCursor: number;
  readonly credentialCount: number;
  readonly spooledBatches: number;
  readonly spooledBytes: number;
  readonly droppedRequests: number;
  /** Of the request log. */
  readonly requestRecords: number;
  readonly requestRecordsDropped: number;
  readonly requestBatchesSpooled: number;
  readonly problems: readonly string[];
  readonly counters: CounterUse | undefined;
  /** Of the release. */
  readonly shadowedLimits: readonly ShadowedLimit[];
  /** What is shown over TLS. */
  readonly certificates: readonly Pick<ServedCertificate, "name" | "notAfter">[];
  /** Addresses of the targets that are watched. */
  readonly targets: readonly TargetStatus[];
  readonly mirrors: readonly MirrorStatus[];
  readonly totals: UsageTotals;
}

/**
 * The Prometheus text format, version 0.0.4. Labels are bounded: outcomes are a fixed list, API versions and limits what the release names.
 * Anything finer lives in the control plane.
 */
export function renderMetrics(status: NodeStatus): string {
  const { totals } = status;
  const lines = [
    ...family("gatehouse_build_info", "gauge", "Version of the agent and environment of the node.", [
      sample("gatehouse_build_info", { version: status.version, environment: status.environment }, 1),
    ]),
    ...single("gatehouse_release", "gauge", "Release that every worker runs; 0 before the first.", status.release ?? 0),
    ...single("gatehouse_workers_expected", "gauge", "nginx workers that should run.", status.workersExpected),
    ...single(
      "gatehouse_workers_ready",
      "gauge",
      "nginx workers with the newest release and credentials.",
      status.workersReady,
    ),
    ...single("gatehouse_nginx_up", "gauge", "1 when nginx runs.", status.isNginxRunning ? 1 : 0),
    ...single(
      "gatehouse_credential_cursor",
      "gauge",
      "Sequence of the credential log that is in force.",
      status.credentialCursor,
    ),
    ...single(
      "gatehouse_credentials",
      "gauge",
      "Credentials in the index, revoked ones among them.",
      status.credentialCount,
    ),
    ...single(
      "gatehouse_spooled_batches",
      "gauge",
      "Batches of usage that wait for the control plane.",
      status.spooledBatches,
    ),
    ...single("gatehouse_spooled_bytes", "gauge", "Size of the batches that wait.", status.spooledBytes),
    ...single(
      "gatehouse_usage_dropped_requests_total",
      "counter",
      "Requests whose usage was dropped because the spool was full.",
      status.droppedRequests,
    ),
    ...single(
      "gatehouse_request_log_records_total",
      "counter",
      "Calls that were written down in the request log, since the agent started.",
      status.requestRecords,
    ),
    ...single(
      "gatehouse_request_log_dropped_total",
      "counter",
      "Records of calls that were dropped for want of room: in a worker's ring, in the minute, or in the spool.",
      status.requestRecordsDropped,
    ),
    ...single(
      "gatehouse_request_log_spooled_batches",
      "gauge",
      "Batches of the request log that wait for the control plane.",
      status.requestBatchesSpooled,
    ),
    ...family(
      "gatehouse_problem",
      "gauge",
      "1 for each thing that is wrong now.",
      status.problems.map((code) => sample("gatehouse_problem", { code }, 1)),
    ),
    ...family(
      "gatehouse_requests_total",
      "counter",
      "Answered requests by outcome, since the agent started.",
      [...totals.outcomes].map(([outcome, count]) => sample("gatehouse_requests_total", { outcome }, count)),
    ),
    ...family(
      "gatehouse_api_version_requests_total",
      "counter",
      "Answered requests by API version, since the agent started.",
      [...totals.apiVersions].map(([apiVersion, count]) =>
        sample("gatehouse_api_version_requests_total", { api_version: apiVersion }, count),
      ),
    ),
    ...family(
      "gatehouse_upstream_target_up",
      "gauge",
      "1 while an address of a watched target gets requests, 0 while a circuit or a health check keeps it out.",
      status.targets.map((target) => sample("gatehouse_upstream_target_up", labelsOf(target), target.isOut ? 0 : 1)),
    ),
    ...family(
      "gatehouse_upstream_circuit_opened_total",
      "counter",
      "Times that the circuit of an address has opened, since nginx started.",
      status.targets.map((target) => sample("gatehouse_upstream_circuit_opened_total", labelsOf(target), target.trips)),
    ),
    ...family(
      "gatehouse_upstream_mirror_total",
      "counter",
      "Calls in a mirror's share by what became of their copy, since nginx started: mirrored (answered), failed, skipped (cannot be copied), dropped (too many at once).",
      status.mirrors.flatMap(({ label, results }) =>
        Object.entries(results).map(([result, count]) =>
          sample("gatehouse_upstream_mirror_total", { api_version: label, result }, count),
        ),
      ),
    ),
    ...family(
      "gatehouse_certificate_not_after_seconds",
      "gauge",
      "When a certificate ends, in seconds since 1970.",
      status.certificates.map(({ name, notAfter }) =>
        sample("gatehouse_certificate_not_after_seconds", { certificate: name }, notAfter),
      ),
    ),
    ...single("gatehouse_received_bytes_total", "counter", "Bytes received from clients.", totals.bytesIn),
    ...single("gatehouse_sent_bytes_total", "counter", "Bytes sent to clients.", totals.bytesOut),
    ...latency(totals),
  ];
  if (status.activationMs !== null) {
    lines.push(
      ...single(
        "gatehouse_activation_seconds",
        "gauge",
        "From hearing of the release to the last worker.",
        status.activationMs / 1_000,
      ),
    );
  }
  if (status.counters !== undefined) {
    lines.push(...single("gatehouse_limit_counters", "gauge", "Counters of limits in use.", status.counters.used));
    lines.push(
      ...single(
        "gatehouse_limit_counters_capacity",
        "gauge",
        "Counters of limits the node can hold.",
        status.counters.capacity,
      ),
    );
    const { shadowed } = status.counters;
    lines.push(
      ...family(
        "gatehouse_limit_shadow_refusals_total",
        "counter",
        "Calls that were let through and that a limit in mode shadow would have refused.",
        status.shadowedLimits.map(({ id, plan, name }) =>
          sample("gatehouse_limit_shadow_refusals_total", { plan, limit: name }, shadowed.get(id) ?? 0),
        ),
      ),
    );
  }
  return `${lines.join("\n")}\n`;
}

function labelsOf({ label, target, address }: TargetStatus): Readonly<Record<string, string>> {
  return { api_version: label, target, address };
}

function latency(totals: UsageTotals): string[] {
  const name = "gatehouse_request_duration_seconds";
  const sumMs = totals.latencyCounts.reduce((sum, count, bucket) => sum + count * bucketMiddleMs(bucket), 0);
  return family(name, "histogram", "Time from the first byte handled to the last byte sent.", [
    ...LATENCY_EDGES_MS.map((edge) => sample(`${name}_bucket`, { le: String(edge / 1_000) }, totals.countUpTo(edge))),
    sample(`${name}_bucket`, { le: "+Inf" }, totals.latencyTotal),
    sample(`${name}_sum`, {}, sumMs / 1_000),
    sample(`${name}_count`, {}, totals.latencyTotal),
  ]);
}

function single(name: string, type: "gauge" | "counter", help: string, value: number): string[] {
  return family(name, type, help, [sample(name, {}, value)]);
}

function family(
  name: string,
  type: "gauge" | "counter" | "histogram",
  help: string,
  samples: readonly string[],
): string[] {
  return samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples];
}

function sample(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(
    ([label, text]) => `${label}="${text.replace(/[\\"\n]/g, escapeCharacter)}"`,
  );
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
}

function escapeCharacter(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}
