import type { Clock } from '../clock.ts'
import type { Conversation, Conversations } from '../conversation/conversation.ts'
import type { Ticket } from '../desk.ts'
import type { Write } from '../writes.ts'
import type { Ledger } from './ledger.ts'
import { deletedEntry, vanishedFrom, type Vanished, type VanishedDeps } from './vanished.ts'

export interface GoneTicketDeps extends VanishedDeps {
  readonly ledger: Pick<Ledger, 'ofTicket' | 'keep'>
  readonly conversations: Pick<Conversations, 'around' | 'change'>
  readonly clock: Clock
}

/**
 * A ticket was deleted: of what was said on it no word is kept, unless a merge has brought it elsewhere before, and the
 * conversations that go on nowhere else are over. Throws `Failure` where Zammad does not answer.
 */
export async function goneTicket(
  deps: GoneTicketDeps,
  ticket: Pick<Ticket, 'id'>,
): Promise<{ readonly writes: readonly Write[] } & Pick<Vanished, 'movedTo'>> {
  const { ledger, conversations } = deps
  const missing = await ledger.ofTicket(ticket.id)
  const { outcomes, replaced, movedTo } = await vanishedFrom(deps, ticket, missing, missing.length)
  const deleted = [...outcomes.map(({ entry }) => entry), ...replaced.map(deletedEntry)]
  const around = (await conversations.around([ticket.id])).get(ticket.id) ?? []
  const over = around.filter((conversation) => endsWith(conversation, ticket))
  const closedAt = deps.clock()
  return {
    writes: [...deleted.map(ledger.keep), ...over.map(({ id }) => conversations.change(id, { closedAt }))],
    movedTo,
  }
}

const endsWith = ({ closedAt, mergedInto }: Conversation, { id }: Pick<Ticket, 'id'>): boolean =>
  closedAt === null && (mergedInto === null || mergedInto === id)
