import type { Conversation, ConversationChange } from '../conversation/conversation.ts'
import type { Replies } from '../conversation/reply.ts'
import type { Ticket } from '../desk.ts'
import type { Units } from '../routing/units.ts'
import { unitOfGroup } from '../routing/units.ts'
import type { Told } from './notices.ts'

export interface FollowDeps {
  readonly replies: Pick<Replies, 'ofConversation'>
}

/** What of a conversation changes with a ticket, and what its visitor is told of that. */
export interface Followed {
  readonly change: ConversationChange
  readonly told: readonly Omit<Told, 'conversation'>[]
}

/** When a ticket was closed; null while it is open. One that was merged away goes on in another. */
export const closedAtOf = ({ stateType, closedAt, updatedAt }: Ticket): Date | null =>
  stateType === 'closed' ? (closedAt ?? updatedAt) : null

/** When a conversation has ended: it lives on from the last answer that came after the end (`known`). */
export const endOf = (closedAt: Date | null, known: Date | null): Date | null =>
  closedAt !== null && known !== null && known > closedAt ? known : closedAt

/**
 * A conversation follows the ticket that it is on: unit, closing, and whether it is merged away no more. `isTold`:
 * its visitor is the one to hear of it.
 */
export async function followTicket(
  deps: FollowDeps,
  conversation: Conversation,
  ticket: Ticket,
  by: { readonly units: Units; readonly isTold: boolean },
): Promise<Followed> {
  if (ticket.stateType === 'merged') return { change: {}, told: [] }
  const isOwn = conversation.ticketId === ticket.id
  const unit = unitOfGroup(by.units, ticket.group) ?? conversation.unit
  const closedAt = endOf(closedAtOf(ticket), conversation.closedAt)
  const change: ConversationChange = {
    ...(isOwn && conversation.customerId === null ? { customerId: ticket.customerId } : {}),
    ...(isOwn && conversation.mergedInto !== null ? { mergedInto: null } : {}),
    ...(unit === conversation.unit ? {} : { unit }),
    ...(closedAt?.getTime() === conversation.closedAt?.getTime() ? {} : { closedAt }),
  }
  if (!by.isTold) return { change, told: [] }
  const moved = change.unit !== undefined && conversation.openedAt !== null && closedAt === null
  const closed = closedAt !== null && conversation.closedAt === null && !(await hasSolved(deps, conversation))
  return {
    change,
    told: [
      ...(moved ? [{ kind: 'moved', occasion: `${unit}:${ticket.updatedAt.getTime()}`, unit } as const] : []),
      ...(closed ? [{ kind: 'closed', occasion: `${closedAt.getTime()}`, unit } as const] : []),
    ],
  }
}

/** Whether the visitor's last word was that it is solved: then they know that it is closed. */
async function hasSolved({ replies }: FollowDeps, { id }: Conversation): Promise<boolean> {
  const said = await replies.ofConversation(id)
  return said.findLast(({ act }) => act !== 'rating')?.act === 'solved'
}
