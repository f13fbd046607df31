/**
 * A sequence over targets as one over what they stand for: repeated until each member of the target with the most has had a turn.
 * @param byTarget those of a target that has none leave its turns to the others; @param sequence indexes into it
 */
export function spreadMembers<Member>(byTarget: readonly (readonly Member[])[], sequence: readonly number[]): Member[] {
  let most = 1;
  for (const members of byTarget) {
    most = math.max(most, members.length);
  }
  const turns = new LuaTable<number, number>();
  const spread: Member[] = [];
  for (const _round of $range(1, most)) {
    for (const index of sequence) {
      const members = byTarget[index] ?? [];
      const turn = turns.get(index) ?? 0;
      const member = members[turn % math.max(1, members.length)];
      turns.set(index, turn + 1);
      if (member !== undefined) {
        spread.push(member);
      }
    }
  }
  return spread;
}
