import type { Held, Write } from '../writes.ts'

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
  readonly link: { readonly hash: string; readonly generation: number; readonly keyId: string }
}

export interface Conversations {
  readonly add: (conversation: Conversation) => Write
  readonly byId: (id: string) => Promise<Conversation | null>
  readonly byLinkHash: (hash: string) => Promise<Conversation | null>
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
  readonly opened: (
    id: string,
    ticket: { id: number; number: string; createdAt: Date; unit: string; openedAt: Date },
    held: Held,
  ) => Write
  /** Puts down the unit that has the ticket now; nothing where none is opened yet. */
  readonly moved: (id: string, unit: string) => Write
}

/** One outgoing mail, rendered once and sent as it is. */
export interface OutgoingMessage {
  readonly id: string
  readonly conversation: string
  readonly kind: string
  readonly messageId: string
  readonly recipient: string
  readonly rendered: { readonly storedAs: string; readonly sha256: string } | null
  readonly createdAt: Date
}

export interface Messages {
  readonly add: (message: OutgoingMessage, held?: Held) => Write
  readonly byId: (id: string) => Promise<OutgoingMessage | null>
  readonly rendered: (id: string, mime: { storedAs: string; sha256: string }, held: Held) => Write
  /** A receipt once more, while the job is parked and no receipt of the conversation waits to be sent. */
  readonly addReceipt: (message: OutgoingMessage, parked: string) => Write
  /** What was not sent yet is rendered anew, for another address, while the job is parked. */
  readonly readdress: (conversation: string, recipient: string, parked: string) => Write
  readonly sent: (id: string, at: Date, held: Held) => Write
}
