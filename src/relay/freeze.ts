import type { Conversation, Conversations } from '../conversation/conversation.ts'
import type { Log } from '../log.ts'
import type { RaiseDeps } from '../outbox/raise.ts'
import type { Rulebook } from '../routing/rule.ts'
import { tellFirstLine } from '../routing/tell-staff.ts'
import type { Write } from '../writes.ts'
import { nameTicket, type NameTicketDeps } from './name-ticket.ts'

export interface FreezeDeps extends RaiseDeps, NameTicketDeps {
  readonly conversations: Pick<Conversations, 'change'>
  readonly rulebook: () => Rulebook
  readonly log: Log
}

/** A ticket as it was known before Zammad gave its id, or that of an article, to another one. */
export interface FrozenTicket {
  readonly id: number
  readonly number: string
  readonly group: string
  readonly createdAt: Date
}

/**
 * Zammad was restored from a copy, and what it has now is not what we know: for these conversations nothing is sent until
 * staff have looked, and First Line hears of the ticket once (design 4.6). None where all are frozen already.
 */
export async function freeze(
  deps: FreezeDeps,
  ticket: FrozenTicket,
  conversations: readonly Conversation[],
): Promise<readonly Write[]> {
  const thawed = conversations.filter(({ frozenAt }) => frozenAt === null)
  const [conversation] = thawed
  if (!conversation) return []
  deps.log.error('ticket.frozen', { ticket: ticket.id, detail: 'Zammad was restored from a copy' })
  const rulebook = deps.rulebook()
  const named = await nameTicket(deps, { conversation, rulebook }, ticket)
  const occasion = `frozen:${ticket.id}:${ticket.createdAt.getTime()}`
  const now = deps.clock()
  return [
    ...thawed.map(({ id }) => deps.conversations.change(id, { frozenAt: now })),
    ...(await tellFirstLine(deps, rulebook.units, { about: 'frozen', ticket: named }, occasion)),
  ]
}
