import { z } from 'zod'
import { after, type Clock, DAY_MS } from '../clock.ts'
import type { FollowedTickets } from '../followed.ts'
import type { Memory } from '../memory.ts'
import { lookAtEach, type LookDeps } from './one-ticket.ts'

/** So many tickets are swept in a round: hints and updates come before all of them, in each. */
const SWEPT_A_ROUND = 50

/** How long after it was closed a ticket is swept along with the open ones. */
const CLOSED_MS = 30 * DAY_MS

/** How far a sweep over all live tickets has come: the id of the last one that was looked at. */
const Sweep = z.object({ after: z.int() })

export interface SweepDeps extends LookDeps {
  readonly memory: Memory
  readonly followed: Pick<FollowedTickets, 'toSweep'>
  readonly clock: Clock
}

/** Whether all live tickets are to be compared: once after a start, once a day, and where a sweep is under way. */
export async function sweepIsDue({ memory, clock }: SweepDeps, hasSwept: boolean): Promise<boolean> {
  if (!hasSwept || (await memory.recall('sweep')) !== null) return true
  const last = await memory.recall('last-sweep')
  return last === null || clock() >= after(new Date(last), DAY_MS)
}

/**
 * Looks at live tickets by their ids, whether or not they changed, going on where the round before stopped: a change
 * whose trace was lost is found. Resolves to whether it came to the end.
 */
export async function sweep(deps: SweepDeps): Promise<boolean> {
  const { memory, followed, clock } = deps
  const kept = await memory.recall('sweep')
  const from = kept === null ? 0 : Sweep.parse(JSON.parse(kept)).after
  const tickets = await followed.toSweep(from, after(clock(), -CLOSED_MS), SWEPT_A_ROUND)
  const all = await lookAtEach(deps, tickets, {
    idOf: ({ id }) => id,
    by: () => 'poll',
    settle: ({ id }) => [memory.remember('sweep', JSON.stringify({ after: id }))],
  })
  if (!all || tickets.length === SWEPT_A_ROUND) return false
  await deps.atomically([memory.forget('sweep'), memory.remember('last-sweep', clock().toISOString())])
  return true
}
