import type { Submissions } from '../conversation/submission.ts'
import type { Desk, Ticket } from '../desk.ts'
import type { Log } from '../log.ts'
import type { Memory } from '../memory.ts'
import type { Atomically } from '../writes.ts'

export interface RestoredStoreDeps {
  readonly desk: Pick<Desk, 'latestUpdate'>
  readonly memory: Pick<Memory, 'recall' | 'remember'>
  readonly submissions: Pick<Submissions, 'byId'>
  readonly atomically: Atomically
  readonly log: Log
}

/**
 * Whether the store was restored from a copy: Zammad has a ticket with our own mark, of a submission that the store does
 * not know. Then everything that was said up to now and is not known waits for staff, as it may have been mailed in the
 * time that was lost (design 4.6). What was made before a moment that is known already proves nothing new.
 */
export const lookForLost =
  (deps: RestoredStoreDeps) =>
  async (tickets: readonly Ticket[]): Promise<void> => {
    const instance = await deps.memory.recall('instance')
    for (const ticket of tickets) {
      if (ticket.mark === null || ticket.mark.instance !== instance) continue
      const heldUntil = await deps.memory.recall('held-until')
      if (heldUntil !== null && ticket.createdAt <= new Date(heldUntil)) continue
      if (await deps.submissions.byId(ticket.mark.submission)) continue
      const newest = (await deps.desk.latestUpdate()) ?? ticket.updatedAt
      const until = newest > ticket.updatedAt ? newest : ticket.updatedAt
      deps.log.error('store.restored', {
        ticket: ticket.id,
        detail:
          'a ticket of ours is not in the store: it was restored from a copy, and what is not known is held',
      })
      await deps.atomically([deps.memory.remember('held-until', until.toISOString())])
    }
  }
