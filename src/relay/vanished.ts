import type { Desk, Ticket } from '../desk.ts'
import type { Random } from '../random.ts'
import type { Outcome } from './answered.ts'
import type { LedgerEntry } from './ledger.ts'
import { withoutWords } from './next-entry.ts'

/** So many articles that are not on their ticket any more are looked for at once. */
const MOST_LOOKED_FOR = 20

export interface VanishedDeps {
  readonly desk: Pick<Desk, 'article'>
  readonly random: Random
}

/** What became of articles that were on a ticket and are not any more. */
export interface Vanished {
  /** Those that were deleted. */
  readonly outcomes: readonly Outcome[]
  /** Tickets that some were moved to. */
  readonly movedTo: readonly number[]
  /** Those whose id another article has now: Zammad was restored from a copy. */
  readonly replaced: readonly LedgerEntry[]
}

/** Whether anybody sees it, or waits for it. */
const matters = ({ side, disposition, because, mailed }: LedgerEntry): boolean =>
  side !== null || (!mailed && (AWAITED.has(disposition) || because === 'forwarded'))

const AWAITED: ReadonlySet<string> = new Set(['relay', 'undecided', 'held'])

/**
 * Looks for what was on a ticket and is not any more: of a deleted article nobody sees a word from now on; one that a
 * merge has moved is found again on the other ticket. Of what is out of sight nothing is known. Looks for `most` of them,
 * now for these and now for those.
 */
export async function vanishedFrom(
  { desk, random }: VanishedDeps,
  ticket: Pick<Ticket, 'id'>,
  missing: readonly LedgerEntry[],
  most = MOST_LOOKED_FOR,
): Promise<Vanished> {
  const outcomes: Outcome[] = []
  const movedTo = new Set<number>()
  const replaced: LedgerEntry[] = []
  for (const before of some(missing.filter(matters), most, random)) {
    const sight = await desk.article(before.id)
    if (sight.seen === 'gone') outcomes.push(deleted(before))
    if (sight.seen !== 'article') continue
    if (+sight.article.createdAt !== +before.createdAt) replaced.push(before)
    else if (sight.article.ticketId !== ticket.id) movedTo.add(sight.article.ticketId)
  }
  return { outcomes, movedTo: [...movedTo], replaced }
}

/** So many in a row from anywhere: what stays out of sight for ever keeps no other from being looked for. */
function some<T>(all: readonly T[], most: number, random: Random): readonly T[] {
  if (all.length <= most) return all
  const [high = 0, low = 0] = random(2)
  const start = (high * 256 + low) % all.length
  return [...all.slice(start), ...all.slice(0, start)].slice(0, most)
}

const deleted = (before: LedgerEntry): Outcome => ({
  before,
  entry: deletedEntry(before),
  viewers: [],
  arrived: [],
  leaving: [],
})

/** The entry of an article that is there no more: nobody sees it, and no word of it is kept. */
export function deletedEntry(before: LedgerEntry): LedgerEntry {
  const entry = withoutWords(before)
  const isFinal = before.mailed || before.disposition === 'zammad-sent'
  return isFinal ? entry : { ...entry, disposition: 'not-for-visitor', because: 'deleted' }
}
