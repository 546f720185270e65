import type { Happening } from './log.ts'

/** What comes first of what happened in the same millisecond: changes of the ticket before words about it. */
const RANK: Readonly<Record<Happening['kind'], number>> = {
  state: 0,
  untagged: 1,
  tagged: 2,
  priority: 3,
  moved: 4,
  sight: 5,
  asked: 6,
  inherited: 7,
  answered: 8,
  noted: 9,
  solved: 10,
}

/**
 * What happened until then, that instant included, in the order in which it counts: by time, then by kind, then by key.
 * The order given plays no part.
 */
export const inOrder = (happenings: readonly Happening[], asOf: Date): readonly Happening[] =>
  happenings
    .filter(({ at }) => at <= asOf)
    .sort(
      (a, b) =>
        a.at.getTime() - b.at.getTime() ||
        RANK[a.kind] - RANK[b.kind] ||
        (a.key < b.key ? -1 : Number(a.key > b.key)),
    )
