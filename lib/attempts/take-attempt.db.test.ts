import { describe, expect, it } from "vitest";
import { pool } from "@/lib/database";
import { prepareTestDatabase } from "@/lib/testing/database";
import type { AttemptLimit } from "./attempt-limits";
import { forgetAttempts, takeAttempt } from "./take-attempt";

prepareTestDatabase();

const HOUR: AttemptLimit = { kind: "test", most: 5, windowSeconds: 3600 };

/** As if so many windows had passed since the last attempt. */
const windowsPass = (count: number) => pool().query("UPDATE guard.attempt SET slot = slot - $1::int", [count]);

async function take(limit: AttemptLimit, name: string, times: number): Promise<number> {
  const answers = await Promise.all(Array.from({ length: times }, () => takeAttempt(limit, name)));
  return answers.filter(Boolean).length;
}

describe("attempts", () => {
  it("made all at once, over many connections, are as many as allowed and not one more", async () => {
    expect(await take(HOUR, "crowd", 30)).toBe(5);
    expect(await takeAttempt(HOUR, "crowd")).toBe(false);
  });

  it("of one name, or of one kind, do not count for another", async () => {
    expect(await take(HOUR, "one", 5)).toBe(5);
    expect(await takeAttempt(HOUR, "two")).toBe(true);
    expect(await takeAttempt({ ...HOUR, kind: "other" }, "one")).toBe(true);
  });

  it("of the window before still weigh, those of the one before that no longer", async () => {
    const short: AttemptLimit = { kind: "slide", most: 5, windowSeconds: 1_000_000_000 };
    // So long a window that no time passes in it while the test runs.
    const passed = ((Date.now() / 1000) % short.windowSeconds) / short.windowSeconds;
    expect(await take(short, "a", 5)).toBe(5);
    await windowsPass(1);
    expect(await take(short, "a", 10)).toBe(Math.ceil(5 - 5 * (1 - passed)));
    await windowsPass(2);
    expect(await take(short, "a", 10)).toBe(5);
  });

  it("that were refused are not counted: nobody is kept out by others who go on trying", async () => {
    expect(await take(HOUR, "patient", 5)).toBe(5);
    expect(await take(HOUR, "patient", 50)).toBe(0);
    await windowsPass(2);
    expect(await take(HOUR, "patient", 5)).toBe(5);
  });

  it("are forgotten when they turn out to be nobody's guess", async () => {
    await take(HOUR, "owner", 5);
    await forgetAttempts(HOUR, "owner");
    expect(await takeAttempt(HOUR, "owner")).toBe(true);
  });

  it("leave no address in the database", async () => {
    await takeAttempt(HOUR, "ada@example.com");
    const { rows } = await pool().query("SELECT name FROM guard.attempt");
    expect(JSON.stringify(rows)).not.toContain("ada");
  });
});
