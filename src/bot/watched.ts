import type { Clock } from '../clock.ts'
import type { Conversation, Conversations } from '../conversation/conversation.ts'
import type { Ticket } from '../desk.ts'
import type { FollowedTicket, FollowedTickets } from '../followed.ts'
import type { Log } from '../log.ts'
import type { Memory } from '../memory.ts'
import { freeze, type FreezeDeps, type FrozenTicket } from '../relay/freeze.ts'
import type { Atomically } from '../writes.ts'

export interface WatchDeps extends FreezeDeps {
  readonly memory: Pick<Memory, 'recall'>
  readonly followed: Pick<FollowedTickets, 'byIds'>
  readonly conversations: Pick<Conversations, 'around' | 'change'>
  /** Notices tickets of ours that the store does not know: then it was restored from a copy. */
  readonly lookForLost: (tickets: readonly Ticket[]) => Promise<void>
  readonly atomically: Atomically
  readonly clock: Clock
  readonly log: Log
}

/** A ticket as it was just read, with what we know of it. */
export interface Found {
  readonly ticket: Ticket
  readonly known: FollowedTicket | null
  /** The conversation whose own ticket it is. */
  readonly conversation: Conversation | null
  /** Whether we answer for it; else tickets were merged into it that we answer for. */
  readonly isOurs: boolean
}

/** Tells which tickets concern us. */
export interface Watch {
  /** Those that concern us, by their ids. What Zammad gave an id of ours to is frozen, and not among them. */
  readonly found: (tickets: readonly Ticket[]) => Promise<ReadonlyMap<number, Found>>
  /** As `found`, of those that changed since they were read last. */
  readonly changed: (tickets: readonly Ticket[]) => Promise<ReadonlyMap<number, Found>>
}

type Known = ReadonlyMap<number, FollowedTicket>

export function createWatch(deps: WatchDeps): Watch {
  const knownOf = (tickets: readonly Ticket[]): Promise<Known> =>
    deps.followed.byIds(tickets.map(({ id }) => id))
  return {
    found: async (tickets) => found(deps, tickets, await knownOf(tickets)),
    async changed(tickets) {
      const known = await knownOf(tickets)
      const isFresh = (ticket: Ticket): boolean => !isAsKnown(known.get(ticket.id) ?? null, ticket)
      return found(deps, tickets.filter(isFresh), known)
    },
  }
}

/**
 * Whether a ticket is as it was read last. Its time alone does not tell: what is changed of it in one instant, as by us
 * and by staff, has one time.
 */
export const isAsKnown = (known: FollowedTicket | null, ticket: Ticket): boolean =>
  known?.sight === 'seen' &&
  known.updatedAt.getTime() === ticket.updatedAt.getTime() &&
  known.stateType === ticket.stateType &&
  known.groupId === ticket.groupId &&
  known.owned === (ticket.ownerId !== null) &&
  known.customerId === ticket.customerId

async function found(
  deps: WatchDeps,
  tickets: readonly Ticket[],
  followed: Known,
): Promise<ReadonlyMap<number, Found>> {
  if (tickets.length === 0) return new Map()
  await deps.lookForLost(tickets)
  const conversations = await deps.conversations.around(tickets.map(({ id }) => id))
  const isOurs = await ourTickets(deps)
  const all = new Map<number, Found>()
  for (const ticket of tickets) {
    const around = conversations.get(ticket.id) ?? []
    const known = followed.get(ticket.id) ?? null
    const conversation = around.find(({ ticketId }) => ticketId === ticket.id) ?? null
    const before = knownAs(known, conversation)
    if (before !== null && isOther(before, ticket)) await frozen(deps, before, around)
    else if (isOurs({ ticket, known, conversation })) {
      all.set(ticket.id, { ticket, known, conversation, isOurs: true })
    } else if (around.length > 0) all.set(ticket.id, { ticket, known, conversation, isOurs: false })
  }
  return all
}

/** A ticket as we know it, be it that the bot has not read it since it was opened. */
function knownAs(known: FollowedTicket | null, conversation: Conversation | null): FrozenTicket | null {
  if (known) return known
  const { ticketId, ticketNumber, ticketCreatedAt } = conversation ?? {}
  return ticketId && ticketNumber && ticketCreatedAt
    ? { id: ticketId, number: ticketNumber, group: '', createdAt: ticketCreatedAt }
    : null
}

/** Zammad was restored from a copy, and gave the id to another ticket: what we know is not of this one. */
const isOther = (before: FrozenTicket, ticket: Ticket): boolean =>
  before.number !== ticket.number || before.createdAt.getTime() !== ticket.createdAt.getTime()

async function frozen(deps: WatchDeps, before: FrozenTicket, around: readonly Conversation[]): Promise<void> {
  deps.log.error('ticket.of-another-birth', { ticket: before.id })
  const writes = await freeze(deps, before, around)
  if (writes.length > 0) await deps.atomically(writes)
}

/** Which tickets we answer for: those made behind the start line, and by no other instance of Firstline. */
async function ourTickets({
  memory,
  log,
}: WatchDeps): Promise<(seen: Pick<Found, 'ticket' | 'known' | 'conversation'>) => boolean> {
  const instance = await memory.recall('instance')
  const startLine = await memory.recall('start-line')
  return ({ ticket, known, conversation }) => {
    // Until the job that opens it is settled, a ticket with our mark is that job's.
    if (known || conversation) return true
    if (ticket.mark) {
      if (ticket.mark.instance !== instance) log.info('ticket.of-another-instance', { ticket: ticket.id })
      return false
    }
    return startLine !== null && ticket.createdAt > new Date(startLine)
  }
}
