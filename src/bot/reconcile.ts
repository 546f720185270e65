import { after, type Clock, HOUR_MS, MINUTE_MS } from '../clock.ts'
import type { Desk } from '../desk.ts'
import type { FollowedTickets, Hints } from '../followed.ts'
import type { Memory } from '../memory.ts'
import type { Atomically } from '../writes.ts'
import type { Attend } from './attend.ts'

/** How far behind the cursor is read again: what was saved late carries an earlier time. */
const OVERLAP_MS = 5 * MINUTE_MS

const HINTS_A_ROUND = 100
const LOOKS_A_ROUND = 20

/** How long a live ticket goes unread: one that left our sight is in no search any more. */
const LOOK_AGAIN_MS = HOUR_MS

export interface ReconcileDeps {
  readonly desk: Desk
  readonly memory: Memory
  readonly followed: FollowedTickets
  readonly hints: Hints
  readonly attend: Attend
  /** Tells staff of tickets that have waited for too long. */
  readonly tellOfWaiting: () => Promise<void>
  readonly atomically: Atomically
  readonly clock: Clock
}

/**
 * Brings what we know of tickets in step with Zammad: those that it told us of, those updated since the cursor, and
 * live ones that were not looked at for an hour. Stops between two tickets once `until` has passed, and goes on
 * from there the next time. Throws `Failure` where Zammad does not answer.
 */
export async function reconcile(deps: ReconcileDeps, until: Date): Promise<void> {
  const startLine = await deps.memory.recall('start-line')
  if (startLine === null) return
  const inTime = (): boolean => deps.clock() < until
  await followHints(deps, inTime)
  await followUpdates(deps, new Date(startLine), inTime)
  await lookAgain(deps, inTime)
  await deps.tellOfWaiting()
}

async function followHints(deps: ReconcileDeps, inTime: () => boolean): Promise<void> {
  for (const { ticket, at } of await deps.hints.oldest(HINTS_A_ROUND)) {
    if (!inTime()) return
    await deps.attend.look(ticket)
    await deps.atomically([deps.hints.done(ticket, at)])
  }
}

async function followUpdates(deps: ReconcileDeps, startLine: Date, inTime: () => boolean): Promise<void> {
  const kept = await deps.memory.recall('cursor')
  let cursor = kept === null ? startLine : new Date(kept)
  for await (const page of deps.desk.updatedSince(after(cursor, -OVERLAP_MS))) {
    for (const ticket of page) {
      if (!inTime()) return
      await deps.attend.read(ticket)
    }
    const newest = page.at(-1)?.updatedAt
    if (!newest || newest <= cursor) continue
    cursor = newest
    await deps.atomically([deps.memory.remember('cursor', cursor.toISOString())])
  }
}

async function lookAgain(deps: ReconcileDeps, inTime: () => boolean): Promise<void> {
  const before = after(deps.clock(), -LOOK_AGAIN_MS)
  for (const { id } of await deps.followed.lookedAtBefore(before, LOOKS_A_ROUND)) {
    if (!inTime()) return
    await deps.attend.look(id)
  }
}
