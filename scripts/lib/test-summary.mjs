/**
 * @typedef {{ title: string, seconds: number, passed: number, failed: number, skipped: number, isBeside: boolean,
 *   flaky: readonly string[] }} PartSummary
 *   isBeside: it ran while others did, so the times add up to more than passed; flaky: tests that passed only when they ran again
 */

/**
 * A table of the parts, and the sum in a line of its own that people and machines read alike.
 * @param {readonly PartSummary[]} results
 * @param {number} seconds from the beginning of the first part to the end of the last
 * @param {import("./progress.mjs").Progress} progress
 * @returns {number} exit code
 */
export function printSummary(results, seconds, progress) {
  const { dim, red } = progress.paint;
  const sum = (/** @type {"passed" | "failed" | "skipped"} */ key) =>
    results.reduce((total, result) => total + result[key], 0);
  const rows = [
    ...results.map((result) => ({ ...result })),
    {
      title: "Total",
      seconds,
      passed: sum("passed"),
      failed: sum("failed"),
      skipped: sum("skipped"),
    },
  ];
  progress.write(
    `\n  ${dim("part".padEnd(22) + "passed".padStart(9) + "failed".padStart(9) + "skipped".padStart(9) + "time".padStart(11))}\n`,
  );
  for (const [index, row] of rows.entries()) {
    if (index === rows.length - 1) {
      progress.write(`  ${dim("─".repeat(60))}\n`);
    }
    const failed = String(row.failed).padStart(9);
    const time = `${row.seconds.toFixed(1)} s`.padStart(11);
    progress.write(
      `  ${row.title.padEnd(22)}${String(row.passed).padStart(9)}${row.failed > 0 ? red(failed) : failed}${String(row.skipped).padStart(9)}${dim(time)}\n`,
    );
  }
  const beside = results.filter(({ isBeside }) => isBeside).map(({ title }) => title);
  if (beside.length > 0) {
    progress.write(`  ${dim(`Beside other parts: ${beside.join("; ")}. The total is the time that passed.`)}\n`);
  }
  const flaky = results.flatMap((result) => result.flaky);
  if (flaky.length > 0) {
    progress.write(
      `\n  Failed, and passed when run again with nothing beside:\n${flaky.map((name) => `    ${red(name)}\n`).join("")}`,
    );
  }
  progress.write(`\n${totalLine({ passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") })}\n`);
  return sum("failed") > 0 ? 1 : 0;
}

/** @param {{ passed: number, failed: number, skipped: number }} total */
export function totalLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
