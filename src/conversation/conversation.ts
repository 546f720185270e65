import { DAY_MS } from '../clock.ts'
import type { ArticleKey } from '../relay/ledger.ts'
import type { Held, Standing, Write } from '../writes.ts'

/** What a visitor follows: one submission, its ticket, and the link that opens it. */
export interface Conversation {
  readonly id: string
  readonly submission: string
  /** What the visitor was told at once; never changed. */
  readonly reference: string
  /** The ticket's number: allotted by us, or told by Zammad; null until then. */
  readonly ticketNumber: string | null
  readonly ticketId: number | null
  readonly ticketCreatedAt: Date | null
  readonly openedAt: Date | null
  /** Id of the Support Unit that has the request. */
  readonly unit: string
  readonly dueAt: Date
  /** The address that answers go to. */
  readonly recipient: string
  /** Addresses that it took the place of, in lower case. */
  readonly formerRecipients: readonly string[]
  readonly link: { readonly hash: string; readonly generation: number; readonly keyId: string }
  /** Zammad's customer of the ticket; null until there is one. */
  readonly customerId: number | null
  /** The ticket that this one's was merged into, or null. */
  readonly mergedInto: number | null
  /** Zammad's time of the first answer that ends the wait, or null. */
  readonly answeredAt: Date | null
  /**
   * Since when it is over: its link lives on from then. Moves on with each answer that comes later still. Of one without a
   * ticket: since staff gave up opening it.
   */
  readonly closedAt: Date | null
  /** Since when nothing is sent, as Zammad was restored from a copy; null where it was not. */
  readonly frozenAt: Date | null
  /** Since when mail does not reach the recipient; null while it does. */
  readonly unreachableAt: Date | null
  readonly toldMovedAt: Date | null
  readonly toldLateAt: Date | null
  /** Id of the conversation in which this one goes on, where the group's rule asked for a new ticket. */
  readonly continuedIn: string | null
}

/** What of a conversation changes while it lasts. */
export type ConversationChange = Partial<
  Pick<
    Conversation,
    | 'unit'
    | 'customerId'
    | 'mergedInto'
    | 'answeredAt'
    | 'closedAt'
    | 'frozenAt'
    | 'unreachableAt'
    | 'toldMovedAt'
    | 'toldLateAt'
    | 'continuedIn'
  >
>

/** How long after it was closed a conversation can be opened by its link. */
export const LINK_LIFE_MS = 90 * DAY_MS

/** Whether staff gave up opening its ticket: none comes any more. */
export const isGivenUp = ({ ticketId, closedAt }: Pick<Conversation, 'ticketId' | 'closedAt'>): boolean =>
  ticketId === null && closedAt !== null

export interface Conversations {
  /** With `held`, only while that job's lease stands. */
  readonly add: (conversation: Conversation, held?: Held) => Write
  readonly byId: (id: string) => Promise<Conversation | null>
  /**
   * With `closedSince`, only where it was not closed before then: what is over costs the look-up no more time
   * than what never was.
   */
  readonly byLinkHash: (hash: string, closedSince?: Date) => Promise<Conversation | null>
  readonly bySubmission: (submission: string) => Promise<Conversation | null>
  /** The tickets that were opened last, newest first. */
  readonly openedTickets: (
    limit: number,
  ) => Promise<readonly { readonly id: number; readonly createdAt: Date }[]>
  /** The conversations behind these tickets, by Zammad's id; a ticket that came from no form has none. */
  readonly ofTickets: (ids: readonly number[]) => Promise<ReadonlyMap<number, Conversation>>
  /** Puts a number down for a ticket that is about to be opened. */
  readonly allot: (id: string, ticketNumber: string, held: Held) => Write
  /** Sends answers to another address from now on, while the job is parked; the link of the old one ends. */
  readonly readdress: (id: string, recipient: string, link: Conversation['link'], parked: string) => Write
  /** It is over without a ticket: staff discard the job that was to open it, which stands parked still. */
  readonly giveUp: (id: string, at: Date, parked: string) => Write
  readonly opened: (
    id: string,
    ticket: {
      id: number
      number: string
      createdAt: Date
      unit: string
      openedAt: Date
      customerId: number
    },
    held: Held,
  ) => Write
  /** Puts down what has changed; with `held`, only while that job's lease stands. */
  readonly change: (id: string, change: ConversationChange, held?: Held) => Write
  /**
   * Another address, or another link for the same one: the link before ends. An address that is replaced is
   * among the former ones. Only where the generation is still the one before the new link's; what changes `along`
   * changes in the same statement, and with `isUnanswered` nothing does once an answer was made.
   */
  readonly relink: (
    id: string,
    recipient: string,
    link: Conversation['link'],
    held?: Held,
    more?: {
      readonly along?: Pick<ConversationChange, 'customerId' | 'unreachableAt'>
      readonly isUnanswered?: true
    },
  ) => Write
  /** The conversations whose tickets these are, and those whose tickets were merged into them, by ticket. */
  readonly around: (ticketIds: readonly number[]) => Promise<ReadonlyMap<number, readonly Conversation[]>>
  /** By what the visitor was told, or by the ticket's number. */
  readonly byReference: (reference: string) => Promise<Conversation | null>
  /** Those whose answers go to exactly this address, whatever its case; the newest first. */
  readonly ofRecipient: (address: string, limit: number) => Promise<readonly Conversation[]>
  /** Those that mail does not reach, and those that are frozen; the newest first. */
  readonly troubled: (limit: number) => Promise<readonly Conversation[]>
  readonly countTroubled: () => Promise<{ readonly unreachable: number; readonly frozen: number }>
}

export const MESSAGE_KINDS = [
  'receipt',
  'new-number',
  'answer', //  an article of staff's
  'moved', //   another team has the request
  'closed',
  'merged', //  the request is handled together with another one
  'late', //    the promise was missed
  'links', //   the links to all requests of an address, once more
] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

/** One outgoing mail, rendered once and sent as it is. */
export interface OutgoingMessage {
  readonly id: string
  /** Null for an answer on a ticket that came from no form. */
  readonly conversation: string | null
  readonly kind: MessageKind
  /** The article that it brings, or null. */
  readonly article: ArticleKey | null
  /** What was known when it was promised, by kind; JSON. */
  readonly facts: unknown
  readonly messageId: string
  readonly recipient: string
  readonly rendered: { readonly storedAs: string; readonly sha256: string } | null
  readonly createdAt: Date
}

export interface Messages {
  readonly add: (message: OutgoingMessage, held?: Held) => Write
  /** Adds a message unless its Message-ID is there already; with `held`, only while that job's lease stands. */
  readonly addOnce: (message: OutgoingMessage, held?: Held) => Write
  readonly byId: (id: string) => Promise<OutgoingMessage | null>
  /**
   * With `recipient`, it was rendered for another address than the one it was promised to; with `standing`, only
   * while that holds.
   */
  readonly rendered: (
    id: string,
    mime: { storedAs: string; sha256: string; recipient?: string },
    held: Held,
    standing?: Standing,
  ) => Write
  /** A receipt once more, while `standing` holds and no receipt of the conversation waits to be sent. */
  readonly addReceipt: (message: OutgoingMessage, standing: Standing) => Write
  /**
   * What was not sent yet is rendered anew, for that address, while `standing` holds; with `held`, only while that
   * job's lease stands too. What opens all requests of an address stays as it is.
   */
  readonly readdress: (conversation: string, recipient: string, standing: Standing, held?: Held) => Write
  readonly sent: (id: string, at: Date, held: Held) => Write
  /** Those that bring an article to a conversation (null: to a ticket's customer), oldest first. */
  readonly ofArticle: (
    article: ArticleKey,
    conversation: string | null,
  ) => Promise<readonly (OutgoingMessage & { readonly sentAt: Date | null })[]>
  /** How many of a kind were promised to an address, whatever its case, since then. */
  readonly countTo: (recipient: string, kind: MessageKind, since: Date) => Promise<number>
  /** The Message-IDs of what a conversation was sent, oldest first: what an answer refers to. */
  readonly messageIdsOf: (conversation: string) => Promise<readonly string[]>
}
