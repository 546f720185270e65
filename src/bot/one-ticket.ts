import { Failure } from '../failure.ts'
import type { Log } from '../log.ts'
import type { Atomically, Write } from '../writes.ts'
import type { Attend, By } from './attend.ts'

/**
 * Whether the work on one ticket succeeded, so that one that cannot be read holds up no other. Throws only for a
 * Failure that is `misconfigured`, as no other ticket would fare better.
 */
export async function succeeds(log: Log, ticket: number, work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    const failure = error instanceof Failure ? error : null
    if (failure?.code === 'misconfigured') throw error
    const told = failure ? { code: failure.code, detail: failure.message } : { code: 'broken', error }
    log.warn('ticket.unread', { ticket, ...told })
    return false
  }
}

export interface LookDeps {
  readonly attend: Pick<Attend, 'look'>
  /** Whether another may still be begun. */
  readonly inTime: () => boolean
  readonly atomically: Atomically
  readonly log: Log
}

/** Looks at tickets one after another; false where it stopped early. `settle` tells what is written for each. */
export async function lookAtEach<T>(
  { attend, inTime, atomically, log }: LookDeps,
  items: readonly T[],
  one: {
    readonly idOf: (item: T) => number
    readonly by: (item: T) => By
    readonly settle: (item: T, looked: boolean) => readonly Write[]
  },
): Promise<boolean> {
  for (const item of items) {
    if (!inTime()) return false
    const id = one.idOf(item)
    const looked = await succeeds(log, id, () => attend.look(id, one.by(item)))
    const writes = one.settle(item, looked)
    if (writes.length > 0) await atomically(writes)
  }
  return true
}
