import { z } from 'zod'
import { after, type Clock, HOUR_MS, MINUTE_MS } from '../clock.ts'
import type { Desk, Ticket } from '../desk.ts'
import type { FollowedTickets, Hints } from '../followed.ts'
import type { Log } from '../log.ts'
import type { Memory } from '../memory.ts'
import type { Ledger } from '../relay/ledger.ts'
import type { Atomically } from '../writes.ts'
import type { Attend } from './attend.ts'
import { lookAtEach, succeeds } from './one-ticket.ts'
import { sweep, sweepIsDue } from './sweep.ts'

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
  readonly ledger: Pick<Ledger, 'unasked'>
  readonly hints: Hints
  readonly attend: Attend
  /** Notices tickets of ours that the store does not know: then it was restored from a copy. */
  readonly lookForLost: (tickets: readonly Ticket[]) => Promise<void>
  /**
   * Tells staff of tickets that have waited for too long; begins no other once time is over. Resolves to the tickets
   * that could not be read: nobody is told of them while there is a hint of them.
   */
  readonly tellOfWaiting: (inTime: () => boolean) => Promise<readonly number[]>
  /** Whether all live tickets are compared at once after a start; else once a day alone, as where starts are many. */
  readonly sweepsAtStart: boolean
  readonly atomically: Atomically
  readonly clock: Clock
  readonly log: Log
}

/** What this process has done so far, and what it found by itself. */
interface Standing {
  hasLooked: boolean
  hasSwept: boolean
  /** Tickets that we hinted at ourselves, as they could not be read when they were found. */
  readonly found: Set<number>
}

interface Round extends ReconcileDeps {
  readonly standing: Standing
  readonly inTime: () => boolean
}

/**
 * Brings what we know of tickets in step with Zammad: those that it told us of, those updated since the cursor, live
 * ones that were not looked at for an hour, and once a day all. Stops between two tickets once `until` has passed, or
 * where no other may be begun, and goes on from there the next time. A ticket that cannot be read holds up no other: it is tried again in later
 * rounds. Throws `Failure` where Zammad does not answer.
 */
export function createReconcile(
  deps: ReconcileDeps,
): (until: Date, mayBegin?: () => boolean) => Promise<void> {
  const standing: Standing = { hasLooked: false, hasSwept: !deps.sweepsAtStart, found: new Set() }
  return async (until, mayBegin = () => true) => {
    const startLine = await deps.memory.recall('start-line')
    if (startLine === null) return
    await reconcile(
      { ...deps, standing, inTime: () => deps.clock() < until && mayBegin() },
      new Date(startLine),
    )
  }
}

async function reconcile(round: Round, startLine: Date): Promise<void> {
  const { standing } = round
  // Before anything is relayed: what a restored store does not know may have been mailed already.
  if (!standing.hasLooked) await lookForLost(round, startLine)
  standing.hasLooked = true
  const hintsDone = await followHints(round)
  const updatesDone = round.inTime() && (await followUpdates(round, startLine))
  await lookAgain(round)
  await lookAtUndecided(round)
  if (await sweepIsDue(round, standing.hasSwept))
    standing.hasSwept = (await sweep(round)) || standing.hasSwept
  // Of rows that are behind Zammad nobody is told anything.
  if (!hintsDone || !updatesDone) return
  await hintAt(round, await round.tellOfWaiting(round.inTime))
}

/** Tickets that could not be read are tried again with the hints, behind all others. */
async function hintAt(
  { standing, hints, clock, atomically }: Round,
  unread: readonly number[],
): Promise<void> {
  for (const id of unread) standing.found.add(id)
  if (unread.length > 0) await atomically(unread.map((id) => hints.add(id, clock())))
}

async function cursorOf({ memory }: Round, startLine: Date): Promise<Date> {
  const kept = await memory.recall('cursor')
  return kept === null ? startLine : new Date(kept)
}

async function lookForLost(round: Round, startLine: Date): Promise<void> {
  const since = after(await cursorOf(round, startLine), -OVERLAP_MS)
  for await (const page of round.desk.createdSince(since)) await round.lookForLost(page)
}

/** A hint whose ticket cannot be read goes behind all others. */
async function followHints(round: Round): Promise<boolean> {
  const { found } = round.standing
  const hints = await round.hints.oldest(HINTS_A_ROUND)
  const all = await lookAtEach(round, hints, {
    idOf: ({ ticket }) => ticket,
    by: ({ ticket }) => (found.has(ticket) ? 'poll' : 'hook'),
    settle({ ticket, at }, looked) {
      if (looked) found.delete(ticket)
      return [looked ? round.hints.done(ticket, at) : round.hints.add(ticket, round.clock())]
    },
  })
  return all && hints.length < HINTS_A_ROUND
}

async function lookAgain(round: Round): Promise<void> {
  const before = after(round.clock(), -LOOK_AGAIN_MS)
  const tickets = await round.followed.lookedAtBefore(before, LOOKS_A_ROUND)
  await lookAtEach(round, tickets, {
    idOf: ({ id }) => id,
    by: () => 'poll',
    settle: ({ id }) => [round.followed.looked(id, round.clock())],
  })
}

/** What Zammad mails itself may end without a trace on the ticket: until staff were asked it is looked at in each round. */
async function lookAtUndecided(round: Round): Promise<void> {
  const tickets = await round.ledger.unasked(LOOKS_A_ROUND)
  await lookAtEach(round, tickets, {
    idOf: (id) => id,
    by: () => 'poll',
    settle: (id) => [round.followed.looked(id, round.clock())],
  })
}

/** Whether the pass came to its end in this round. */
async function followUpdates(round: Round, startLine: Date): Promise<boolean> {
  const { memory, desk, atomically } = round
  const cursor = await cursorOf(round, startLine)
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
    if (found && !(await succeeds(round.log, ticket.id, () => round.attend.attend(found, 'poll')))) {
      await hintAt(round, [ticket.id])
    }
    reached = ticket.updatedAt
  }
  return reached
}
