import type { Call, Reply } from "./call";
import { Problem } from "./problem";

const SEMIDIURNAL_HOURS = 12.42;
const MEAN_METRES = 2.1;
const RANGE_METRES = 1.4;
const FAILING_SHARE = 0.12;

/** Predicted heights for the next hours. The gauge drops out now and then: one call in eight fails, for dashboards to show. */
export function getTides({ query, random }: Call): Reply {
  if (random() < FAILING_SHARE) {
    throw new Problem(503, "Gauge unavailable", "The tide gauge does not answer. Try again.", [], {
      "retry-after": "5",
    });
  }
  const hours = Number(query.get("hours") ?? "24");
  if (!Number.isInteger(hours) || hours < 1 || hours > 72) {
    throw new Problem(422, "Unprocessable query", "The forecast is for 1 to 72 hours.", [
      { place: "query:hours", message: "must be a whole number from 1 to 72" },
    ]);
  }
  const firstHour = Math.ceil(Date.now() / 3_600_000);
  const heights = Array.from({ length: hours }, (_unused, index) => {
    const hour = firstHour + index;
    const height = MEAN_METRES + RANGE_METRES * Math.sin((2 * Math.PI * hour) / SEMIDIURNAL_HOURS);
    return { at: new Date(hour * 3_600_000).toISOString(), heightMetres: Math.round(height * 100) / 100 };
  });
  return { status: 200, body: { station: "Outer mole", datum: "lowest astronomical tide", heights } };
}
