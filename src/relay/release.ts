import type { Clock } from '../clock.ts'
import { touchTickets, type TouchDeps } from '../clocks/touching.ts'
import type { Hints } from '../followed.ts'
import type { Log } from '../log.ts'
import type { Atomically, Write } from '../writes.ts'
import type { ArticleKey, Ledger, LedgerEntry } from './ledger.ts'
import { entryOf } from './withdraw.ts'

/** What waits for staff: articles that a restored store may have dealt with before, and what went to others only. */
export const HELD = { disposition: 'held', because: 'copy' } as const
export const FORWARDED = { disposition: 'not-for-visitor', because: 'forwarded' } as const

/** What staff say of an article that waits for them. */
export type Verb = 'send' | 'leave'

/** So many held articles are decided on in one write. */
const AT_ONCE = 30

export interface ReleaseDeps extends TouchDeps {
  readonly ledger: Pick<Ledger, 'byIds' | 'keep' | 'awaiting'>
  readonly hints: Pick<Hints, 'add'>
  readonly atomically: Atomically
  readonly clock: Clock
  readonly log: Log
}

export interface Release {
  /**
   * What is sent is judged again when its ticket is read, at once: mailed and shown where it is for the visitor, by
   * the same rules as everything else. What is left stays unseen. False where it does not wait for staff.
   */
  readonly decide: (key: ArticleKey, verb: Verb) => Promise<boolean>
  /** Decides on everything that is held, and resolves to how many articles that were. */
  readonly decideAll: (verb: Verb) => Promise<number>
}

export function createRelease(deps: ReleaseDeps): Release {
  return {
    async decide(key, verb) {
      const entry = await entryOf(deps.ledger, key)
      if (!entry || !awaitsStaff(entry)) return false
      await deps.atomically([...decision(deps, entry, verb), ...(await touches(deps, [entry]))])
      return true
    },
    async decideAll(verb) {
      let count = 0
      for (;;) {
        const held = await deps.ledger.awaiting(HELD, AT_ONCE)
        if (held.length === 0) return count
        const decided = held.flatMap((entry) => decision(deps, entry, verb))
        await deps.atomically([...decided, ...(await touches(deps, held))])
        count += held.length
      }
    },
  }
}

const touches = (deps: ReleaseDeps, entries: readonly LedgerEntry[]): Promise<readonly Write[]> =>
  touchTickets(
    deps,
    entries.map(({ ticketId }) => ticketId),
    deps.clock(),
  )

const awaitsStaff = (entry: LedgerEntry): boolean =>
  [HELD, FORWARDED].some(
    ({ disposition, because }) => entry.disposition === disposition && entry.because === because,
  )

function decision(deps: ReleaseDeps, entry: LedgerEntry, verb: Verb): readonly Write[] {
  const { ticketId } = entry
  deps.log.info(verb === 'send' ? 'article.released' : 'article.left', { ticket: ticketId })
  if (verb === 'leave') return [deps.ledger.keep({ ...entry, because: 'left' })]
  return [
    deps.ledger.keep({ ...entry, disposition: 'undecided', because: 'released' }),
    deps.hints.add(ticketId, deps.clock()),
  ]
}
