const LARGEST = 0x7fffffff;

/**
 * Seed of the tests that throw random input at what reads requests and releases: another one at each run, so that what one run does not try a
 * later one does. fast-check names it with whatever fails; GATEHOUSE_FUZZ_SEED=… repeats that run.
 */
export const FUZZ_SEED = seedOf(process.env.GATEHOUSE_FUZZ_SEED);

/** For what is expected of a whole run, which fast-check says nothing of. */
export const WITH_SEED = `with GATEHOUSE_FUZZ_SEED=${FUZZ_SEED}`;

function seedOf(given: string | undefined): number {
  if (given === undefined || given === "") {
    return Math.floor(Math.random() * LARGEST);
  }
  const seed = Number(given);
  if (!Number.isInteger(seed)) {
    throw new Error(`GATEHOUSE_FUZZ_SEED is "${given}": give the whole number that a failed run has named`);
  }
  return seed;
}
