import { after, type Clock, HOUR_MS } from '../clock.ts'
import type { Conversations } from '../conversation/conversation.ts'
import type { FollowedTickets } from '../followed.ts'
import type { Log } from '../log.ts'
import type { NewJob } from '../outbox/job.ts'
import type { Random } from '../random.ts'
import type { Rulebook } from '../routing/rule.ts'
import { tellFirstLine } from '../routing/tell-staff.ts'
import type { Atomically, Held, Write } from '../writes.ts'
import { nameTicket, type NameTicketDeps } from '../relay/name-ticket.ts'

const A_ROUND = 20

export interface WaitingDeps extends NameTicketDeps {
  readonly followed: FollowedTickets
  /** Reads a ticket and brings what we know of it in step; false where it cannot be read now. */
  readonly look: (id: number) => Promise<boolean>
  readonly conversations: Conversations
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly rulebook: () => Rulebook
  readonly atomically: Atomically
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/**
 * Tells First Line, once each time, of tickets that have been with it without an owner for too long. Each is looked at
 * once more before. Resolves to the tickets that could not be read.
 */
export async function tellOfWaiting(deps: WaitingDeps, inTime: () => boolean): Promise<readonly number[]> {
  const rulebook = deps.rulebook()
  const { units } = rulebook
  const before = after(deps.clock(), -units.unroutedAfterMs)
  const suspects = await deps.followed.waitingBefore(before, A_ROUND)
  const read = new Set<number>()
  const unread: number[] = []
  for (const { id } of suspects) {
    if (!inTime()) break
    if (await deps.look(id)) read.add(id)
    else unread.push(id)
  }
  if (read.size === 0) return unread
  const still = await deps.followed.waitingBefore(before, A_ROUND)
  const waiting = still.filter(({ id }) => read.has(id))
  const conversations = await deps.conversations.ofTickets(waiting.map(({ id }) => id))
  const hours = units.unroutedAfterMs / HOUR_MS
  for (const ticket of waiting) {
    const conversation = conversations.get(ticket.id) ?? null
    const named = await nameTicket(deps, { conversation, rulebook }, ticket)
    const occasion = `unrouted:${ticket.id}:${ticket.waitingSince?.getTime() ?? 0}`
    const alert = { about: 'unrouted', ticket: named, hours } as const
    const writes = await tellFirstLine(deps, units, alert, occasion)
    await deps.atomically([...writes, deps.followed.toldOfWaiting(ticket.id)])
  }
  return unread
}
