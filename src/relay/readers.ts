import type { Conversation } from '../conversation/conversation.ts'
import type { Desk, Ticket } from '../desk.ts'
import type { Paired } from './origins.ts'
import { ANSWER_ALL } from './scene.ts'

/** Who may see what is made on a ticket from some instant on. */
export interface Reader {
  readonly conversation: Conversation
  /** The ticket is the conversation's own, or theirs was merged into it: by the same visitor, or let in by staff. */
  readonly kind: 'own' | 'same-visitor' | 'let-in'
  /** Zammad's time of the merge; null where it cannot be told, and then nothing of the ticket's is theirs. */
  readonly since: Date | null
}

/** The conversations of a ticket and of those merged into it. */
export interface Crowd {
  readonly around: readonly Conversation[]
  /** The ticket's own first. */
  readonly readers: readonly Reader[]
  /** Those around of whom it is sure that what is made on the ticket is not for them. */
  readonly outsiders: readonly Conversation[]
}

export interface ReadersDeps {
  readonly desk: Pick<Desk, 'person' | 'read'>
  readonly mailHost: string
}

const ALWAYS = new Date(0)

/**
 * Who may see what is made on the ticket: its own visitor; after a merge the same visitor under another request; others
 * only where staff said so by the tag `answer-all` (design 4.8). `tags` is asked only where others are there. Read after
 * the articles: one whose ticket is merged away no more, which may not have been seen yet, is no reader.
 */
export async function crowdOf(
  deps: ReadersDeps,
  ticket: Pick<Ticket, 'id' | 'customerId'>,
  around: readonly Conversation[],
  told: {
    readonly all: readonly Paired[]
    readonly origins: ReadonlyMap<number, number>
    readonly tags: () => Promise<readonly string[]>
  },
): Promise<Crowd> {
  const own = around.filter(({ ticketId }) => ticketId === ticket.id)
  const readers: Reader[] = own.map((conversation) => ({ conversation, kind: 'own', since: ALWAYS }))
  const outsiders: Conversation[] = []
  for (const conversation of around) {
    if (own.includes(conversation) || conversation.frozenAt !== null) continue
    const isMerged = await isStillMerged(deps, conversation)
    if (isMerged === null) continue
    const since = mergedAt(deps, conversation, told)
    if (isMerged && (await isSameVisitor(deps, conversation, ticket))) {
      readers.push({ conversation, kind: 'same-visitor', since })
    } else if (isMerged && (await told.tags()).includes(ANSWER_ALL)) {
      readers.push({ conversation, kind: 'let-in', since })
    } else outsiders.push(conversation)
  }
  return { around, readers, outsiders }
}

/** Null where the conversation's own ticket cannot be read. */
async function isStillMerged({ desk }: ReadersDeps, { ticketId }: Conversation): Promise<boolean | null> {
  const own = ticketId === null ? null : await desk.read(ticketId)
  return own?.seen === 'ticket' ? own.ticket.stateType === 'merged' : null
}

/** Whether the ticket's customer is the visitor of a conversation. */
async function isSameVisitor(
  { desk }: ReadersDeps,
  { customerId, recipient }: Conversation,
  ticket: Pick<Ticket, 'customerId'>,
): Promise<boolean> {
  if (customerId === ticket.customerId) return true
  const customer = await desk.person(ticket.customerId)
  return customer?.email?.toLowerCase() === recipient.toLowerCase()
}

/** When its articles came to the ticket: the merge moves their time of update, and what touches one later moves it on. */
function mergedAt(
  { mailHost }: ReadersDeps,
  { submission, ticketId }: Conversation,
  { all, origins }: { readonly all: readonly Paired[]; readonly origins: ReadonlyMap<number, number> },
): Date | null {
  const times = all
    .filter(
      ({ article }) =>
        article.messageId === `<${submission}@${mailHost}>` || origins.get(article.id) === ticketId,
    )
    .map(({ article }) => article.updatedAt.getTime())
  return times.length === 0 ? null : new Date(Math.min(...times))
}

/** Those who get by mail what is made on the ticket: of one visitor with several requests the first one. */
export function mailedReaders(readers: readonly Reader[]): readonly Reader[] {
  const visitorOf = ({ kind, conversation }: Reader): string =>
    kind === 'let-in' ? conversation.recipient.toLowerCase() : ''
  return readers.filter(
    (reader, index) => readers.findIndex((other) => visitorOf(other) === visitorOf(reader)) === index,
  )
}
