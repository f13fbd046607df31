import "server-only";
import { sha256Hex } from "@/lib/crypto/hash";
import { pool } from "@/lib/database";
import type { AttemptLimit } from "./attempt-limits";

/** Of every so many attempts, one sweeps out what has expired. */
const SWEEP_EVERY = 100;

/**
 * Counts an attempt, unless there were too many: what is refused is not counted, so that whoever goes on too fast gets their share, and no
 * more. Ask before the work that is to be kept rare.
 * @param name who tries, or what is tried on
 * @returns whether it may be made
 */
export async function takeAttempt({ kind, most, windowSeconds }: AttemptLimit, name: string): Promise<boolean> {
  const { rowCount } = await pool().query({
    name: "take-attempt",
    text: TAKE,
    values: [key(kind, name), most, windowSeconds],
  });
  if (Math.random() * SWEEP_EVERY < 1) {
    await pool().query("DELETE FROM guard.attempt WHERE expires_at < now()");
  }
  return rowCount === 1;
}

/** For an attempt that turned out to be nobody's guess. */
export async function forgetAttempts({ kind }: AttemptLimit, name: string): Promise<void> {
  await pool().query("DELETE FROM guard.attempt WHERE name = $1", [key(kind, name)]);
}

// A statement that waited for another's row may carry an older slot than the row: it counts in the newer one.
const TAKE = `
INSERT INTO guard.attempt AS kept (name, slot, count, previous, expires_at)
VALUES ($1, floor(extract(epoch FROM now()) / $3::int), 1, 0, now() + 2 * make_interval(secs => $3::int))
ON CONFLICT (name) DO UPDATE SET
  count = CASE WHEN excluded.slot <= kept.slot THEN kept.count + 1 ELSE 1 END,
  previous = CASE WHEN excluded.slot <= kept.slot THEN kept.previous WHEN excluded.slot = kept.slot + 1 THEN kept.count ELSE 0 END,
  slot = greatest(kept.slot, excluded.slot),
  expires_at = excluded.expires_at
WHERE $2::int > CASE
  WHEN excluded.slot <= kept.slot THEN kept.count + kept.previous * (1 - mod(extract(epoch FROM now()), $3::int) / $3::int)
  WHEN excluded.slot = kept.slot + 1 THEN kept.count * (1 - mod(extract(epoch FROM now()), $3::int) / $3::int)
  ELSE 0 END`;

function key(kind: string, name: string): string {
  return sha256Hex(`${kind}\n${name}`);
}
