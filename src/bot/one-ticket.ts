import { Failure } from '../failure.ts'
import type { Log } from '../log.ts'

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
