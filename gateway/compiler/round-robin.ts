const LONGEST_CYCLE = 1000;

/**
 * One cycle of smooth weighted round robin (the interleaving nginx uses: weights 5,1,1 give a a b a c a a), as indexes into the
 * targets. The worker only steps through it. Weights with a common divisor are reduced; a cycle longer than LONGEST_CYCLE is scaled
 * down, keeping every target with a weight above zero in it.
 * @param weights whole numbers, at least one above zero
 */
export function roundRobinSequence(weights: readonly number[]): number[] {
  const reduced = reduceWeights(weights);
  const total = reduced.reduce((sum, weight) => sum + weight, 0);
  const current = reduced.map(() => 0);
  const sequence: number[] = [];
  for (let turn = 0; turn < total; turn += 1) {
    let best = -1;
    reduced.forEach((weight, index) => {
      current[index] = (current[index] ?? 0) + weight;
      if (weight > 0 && (best < 0 || (current[index] ?? 0) > (current[best] ?? 0))) {
        best = index;
      }
    });
    current[best] = (current[best] ?? 0) - total;
    sequence.push(best);
  }
  return sequence;
}

function reduceWeights(weights: readonly number[]): number[] {
  const divisor = weights.reduce((left, right) => greatestCommonDivisor(left, right), 0) || 1;
  const reduced = weights.map((weight) => weight / divisor);
  const total = reduced.reduce((sum, weight) => sum + weight, 0);
  if (total <= LONGEST_CYCLE) {
    return reduced;
  }
  return reduced.map((weight) => (weight === 0 ? 0 : Math.max(1, Math.round((weight * LONGEST_CYCLE) / total))));
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right);
}
