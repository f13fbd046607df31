/** What a busy machine does not explain: a count or a decision that is wrong once is wrong. */
const COUNTS_THE_FIRST_TIME = /exact|fuzz|races/;

/**
 * @typedef {import("./test-runners.mjs").PartResult} PartResult
 */

/**
 * The files whose failures are worth a second run: tests that watch the clock fail when something else takes the processor from them.
 * None when the part failed in a way that a second run would hide.
 * @param {PartResult} result
 * @returns {string[]}
 */
export function filesToRunAgain({ failed, files }) {
  const broken = files.filter(({ failures }) => failures.length > 0);
  const isExplained = failed === broken.reduce((sum, { failures }) => sum + failures.length, 0);
  return isExplained && !broken.some(({ file }) => COUNTS_THE_FIRST_TIME.test(file))
    ? broken.map(({ file }) => file)
    : [];
}

/**
 * @param {PartResult} first
 * @param {PartResult} second of `filesToRunAgain(first)`
 * @returns {PartResult} with what failed only the first time by name
 */
export function afterSecondRun(first, second) {
  const elsewhere = first.files.filter(({ failures }) => failures.length === 0);
  const sum = (/** @type {"passed" | "skipped"} */ key) => elsewhere.reduce((total, file) => total + file[key], 0);
  const stillFailing = new Set(namesOf(second));
  return {
    files: [...elsewhere, ...second.files],
    output: second.output,
    passed: sum("passed") + second.passed,
    failed: second.failed,
    skipped: sum("skipped") + second.skipped,
    flaky: namesOf(first).filter((name) => !stillFailing.has(name)),
  };
}

/** @param {PartResult} result */
function namesOf({ files }) {
  return files.flatMap(({ file, failures }) => failures.map((name) => `${file}${name === "" ? "" : ` > ${name}`}`));
}
