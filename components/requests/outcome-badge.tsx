import { outcomeName, outcomeTone } from "@/components/format/outcome";
import { StatusBadge } from "@/components/ui/badge";
import type { LoggedRequest } from "@/lib/api-schemas";

/** How a call ended: the status that the caller got, and whose doing it was. */
export function OutcomeBadge({ request }: { request: Pick<LoggedRequest, "outcome" | "status"> }) {
  return (
    <StatusBadge tone={outcomeTone(request.outcome)}>
      {request.status} {outcomeName(request.outcome)}
    </StatusBadge>
  );
}
