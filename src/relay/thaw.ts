import type { Clock } from '../clock.ts'
import type { ClockRecords } from '../clocks/records.ts'
import { subjectOf } from '../clocks/touching.ts'
import type { Conversations } from '../conversation/conversation.ts'
import type { Hints } from '../followed.ts'
import type { Log } from '../log.ts'
import type { Atomically } from '../writes.ts'

export interface ThawDeps {
  readonly conversations: Pick<Conversations, 'byId' | 'change'>
  readonly hints: Pick<Hints, 'add'>
  readonly records: Pick<ClockRecords, 'touch'>
  readonly atomically: Atomically
  readonly clock: Clock
  readonly log: Log
}

/**
 * Staff have looked: what is said on the ticket of a frozen conversation goes to its visitor again, and what was said
 * meanwhile is looked at. It freezes anew where the ticket is still another one. False where it is not frozen.
 */
export async function thaw(deps: ThawDeps, id: string): Promise<boolean> {
  const conversation = await deps.conversations.byId(id)
  if (!conversation || conversation.frozenAt === null) return false
  const { ticketId } = conversation
  await deps.atomically([
    deps.conversations.change(id, { frozenAt: null }),
    deps.records.touch(subjectOf(conversation), deps.clock()),
    ...(ticketId === null ? [] : [deps.hints.add(ticketId, deps.clock())]),
  ])
  deps.log.info('conversation.thawed', { conversation: id })
  return true
}
