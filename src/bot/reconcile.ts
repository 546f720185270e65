import { z } from 'zod'
import { after, type Clock, HOUR_MS, MINUTE_MS } from '../clock.ts'
import type { Desk, Ticket } from '../desk.ts'
import type { FollowedTickets, Hints } from '../followed.ts'
import type { Log } from '../log.ts'
import type { Memory } from '../memory.ts'
import type { Atomically, Write } from '../writes.ts'
import type { Attend } from './attend.ts'
import { succeeds } from './one-ticket.ts'

/** How far behind the cursor is read again: what was saved late carries an earlier time. */
const OVERLAP_MS = 5 * MINUTE_MS

const HINTS_A_ROUND = 100
const LOOKS_A_ROUND = 20

/** How long a live ticket goes unread: one that left our sight is in no search any more. */
const LOOK_AGAIN_MS = HOUR_MS

/** A pass over updates that took more than one round: where it goes on, and the cursor that stands at its end. */
const Pass = z.object({ at: z.iso.datetime(), cursor: z.iso.datetime() })

export interface ReconcileDeps {
  readonly desk: Desk
  readonly memory: Memory
  readonly followed: FollowedTickets
  readonly hints: Hints
  readonly attend: Attend
  /** Tells staff of tickets that have waited for too long; begins no other once time is over. */
  readonly tellOfWaiting: (inTime: () => boolean) => Promise<void>
  readonly atomically: Atomically
  readonly clock: Clock
  readonly log: Log
}

interface Round extends ReconcileDeps {
  readonly inTime: () => boolean
}

/**
 * Brings what we know of tickets in step with Zammad: those that it told us of, those updated since the cursor, and
 * live ones that were not looked at for an hour. Stops between two tickets once `until` has passed, and goes on
 * from there the next time. A ticket that cannot be read holds up no other: it is tried again in later
 * rounds. Throws `Failure` where Zammad does not answer.
 */
export async function reconcile(deps: ReconcileDeps, until: Date): Promise<void> {
  const startLine = await deps.memory.recall('start-line')
  if (startLine === null) return
  const round: Round = { ...deps, inTime: () => deps.clock() < until }
  const hintsDone = await followHints(round)
  const updatesDone = round.inTime() && (await followUpdates(round, new Date(startLine)))
  await lookAgain(round)
  // Of rows that are behind Zammad nobody is told anything.
  if (hintsDone && updatesDone) await deps.tellOfWaiting(round.inTime)
}

/** Looks at tickets one after another; false where it stopped early. `settle` tells what is written for each. */
async function lookAt<T>(
  round: Round,
  items: readonly T[],
  idOf: (item: T) => number,
  settle: (item: T, looked: boolean) => Write,
): Promise<boolean> {
  for (const item of items) {
    if (!round.inTime()) return false
    const id = idOf(item)
    const looked = await succeeds(round.log, id, () => round.attend.look(id))
    await round.atomically([settle(item, looked)])
  }
  return true
}

/** A hint whose ticket cannot be read goes behind all others. */
async function followHints(round: Round): Promise<boolean> {
  const hints = await round.hints.oldest(HINTS_A_ROUND)
  const all = await lookAt(
    round,
    hints,
    ({ ticket }) => ticket,
    ({ ticket, at }, looked) =>
      looked ? round.hints.done(ticket, at) : round.hints.add(ticket, round.clock()),
  )
  return all && hints.length < HINTS_A_ROUND
}

async function lookAgain(round: Round): Promise<void> {
  const before = after(round.clock(), -LOOK_AGAIN_MS)
  const tickets = await round.followed.lookedAtBefore(before, LOOKS_A_ROUND)
  await lookAt(
    round,
    tickets,
    ({ id }) => id,
    ({ id }) => round.followed.looked(id, round.clock()),
  )
}

/** Whether the pass came to its end in this round. */
async function followUpdates(round: Round, startLine: Date): Promise<boolean> {
  const { memory, desk, atomically } = round
  const kept = await memory.recall('cursor')
  const cursor = kept === null ? startLine : new Date(kept)
  const before = await memory.recall('pass')
  const pass = before === null ? null : Pass.parse(JSON.parse(before))
  let at = pass ? new Date(pass.at) : after(cursor, -OVERLAP_MS)
  const cursorAfter = (): Date => (pass ? new Date(pass.cursor) : at > cursor ? at : cursor)
  for await (const page of desk.updatedSince(at)) {
    const reached = await followPage(round, page)
    if (reached !== null) at = reached
    if (!round.inTime()) {
      const left = { at: at.toISOString(), cursor: cursorAfter().toISOString() }
      await atomically([memory.remember('pass', JSON.stringify(left))])
      return false
    }
  }
  // A clock of Zammad's that runs ahead, and is set right, must not take later updates from us.
  const now = round.clock()
  const next = cursorAfter() < now ? cursorAfter() : now
  await atomically([memory.remember('cursor', next.toISOString()), memory.forget('pass')])
  return true
}

/** Attends to what changed on a page; resolves to the update that it got to, or null where it got to none. */
async function followPage(round: Round, page: readonly Ticket[]): Promise<Date | null> {
  const changed = await round.attend.changed(page)
  let reached: Date | null = null
  for (const ticket of page) {
    if (!round.inTime()) return reached
    const found = changed.get(ticket.id)
    if (found && !(await succeeds(round.log, ticket.id, () => round.attend.attend(found)))) {
      await round.atomically([round.hints.add(ticket.id, round.clock())])
    }
    reached = ticket.updatedAt
  }
  return reached
}
