import { CircleDashed } from "lucide-react";
import { StatusBadge } from "@/components/ui/badge";

/** Whether every node that is online runs a release. */
export function NodesBadge({ running, expected }: { running: number; expected: number }) {
  if (expected === 0) {
    return <StatusBadge tone="off">No node online</StatusBadge>;
  }
  const isEverywhere = running >= expected;
  return (
    <StatusBadge tone={isEverywhere ? "ok" : "watch"}>
      {running} of {expected} {expected === 1 ? "node" : "nodes"}
    </StatusBadge>
  );
}

/** Where an API version is served, or that it is not. */
export function ServedBadge({ environments }: { environments: readonly string[] }) {
  if (environments.length === 0) {
    return (
      <StatusBadge tone="off" icon={CircleDashed}>
        Not published
      </StatusBadge>
    );
  }
  return (
    <>
      {environments.map((environment) => (
        <StatusBadge key={environment} tone={environment === "production" ? "ok" : "info"}>
          {environment}
        </StatusBadge>
      ))}
    </>
  );
}
