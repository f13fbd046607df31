/**
 * Log-bucketed latency histogram, shared by the worker that fills it (LuaJIT) and the control plane that reads it (Node).
 *
 * Bucket 0 holds everything up to HISTOGRAM_FLOOR_MS; bucket i holds (FLOOR × GROWTH^(i-1), FLOOR × GROWTH^i] milliseconds.
 * The geometric middle of a bucket is at most √1.1 - 1 = 4.9 % away from any value in it. The last bucket (175 s) takes the rest.
 * Method: HdrHistogram / DDSketch style logarithmic buckets.
 */
export const HISTOGRAM_BUCKETS = 176;
export const HISTOGRAM_FLOOR_MS = 0.01;
export const HISTOGRAM_GROWTH = 1.1;

const INVERSE_LOG_GROWTH = 1 / Math.log(HISTOGRAM_GROWTH);
const INVERSE_FLOOR = 1 / HISTOGRAM_FLOOR_MS;

/** Index of the bucket, 0 to HISTOGRAM_BUCKETS - 1, that counts a duration in milliseconds. Negative and NaN-free input. */
export function bucketOf(milliseconds: number): number {
  const ratio = milliseconds * INVERSE_FLOOR;
  if (ratio <= 1) {
    return 0;
  }
  const bucket = Math.ceil(Math.log(ratio) * INVERSE_LOG_GROWTH);
  return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

/** The value in milliseconds that stands for a bucket: its geometric middle. */
export function bucketMiddleMs(bucket: number): number {
  return bucket === 0 ? HISTOGRAM_FLOOR_MS : HISTOGRAM_FLOOR_MS * HISTOGRAM_GROWTH ** (bucket - 0.5);
}

/** The upper edge of a bucket in milliseconds. */
export function bucketUpperMs(bucket: number): number {
  return HISTOGRAM_FLOOR_MS * HISTOGRAM_GROWTH ** bucket;
}

/**
 * The value in milliseconds below or at which `share` (0 to 1) of the counted durations lie; undefined when nothing was counted.
 * @param counts one count per bucket, at most HISTOGRAM_BUCKETS long
 */
export function percentileMs(counts: readonly number[], share: number): number | undefined {
  let total = 0;
  for (const count of counts) {
    total += count;
  }
  if (total === 0) {
    return undefined;
  }
  const rank = Math.max(1, Math.ceil(total * share));
  let seen = 0;
  let bucket = 0;
  for (const count of counts) {
    seen += count;
    if (seen >= rank) {
      return bucketMiddleMs(bucket);
    }
    bucket += 1;
  }
  return bucketMiddleMs(HISTOGRAM_BUCKETS - 1);
}
