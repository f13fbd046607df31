import { formatDurationMs } from "@/components/format/format-duration";
import { formatDigits } from "@/components/format/format-number";
import type { SlaTier } from "@/lib/api-schemas";

/** The objectives of a tier in one line: "99.9 % available, p95 under 300 ms, errors under 1 %". */
export function TierPromise({
  tier,
}: {
  tier: Pick<SlaTier, "availabilityPercent" | "p95LatencyMs" | "errorSharePercent">;
}) {
  return (
    <>
      {formatDigits(tier.availabilityPercent, 3)} % available, p95 under {formatDurationMs(tier.p95LatencyMs)}, errors
      under {formatDigits(tier.errorSharePercent, 3)} %
    </>
  );
}
