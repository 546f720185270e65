/** The port to the helpdesk behind us. Times are Zammad's own; ids are never assumed, only read. */

/** Who made a ticket through us: kept in the ticket's preferences. */
export interface Mark {
  readonly instance: string
  readonly submission: string
}

export interface Attachment {
  readonly name: string
  readonly type: string
  readonly size: number
  readonly open: () => Promise<ReadableStream<Uint8Array>>
}

export interface NewTicket {
  /** Our own number, or null where Zammad is to number. */
  readonly number: string | null
  readonly title: string
  readonly group: string
  /** Zammad's name of a priority, or null for its default. */
  readonly priority: string | null
  readonly tags: readonly string[]
  readonly customer: { readonly name: string; readonly email: string }
  readonly body: string
  /** With angle brackets, as in a mail header. */
  readonly messageId: string
  readonly mark: Mark
  readonly attachments: readonly Attachment[]
}

export interface Ticket {
  readonly id: number
  readonly number: string
  readonly title: string
  readonly group: string
  readonly state: string
  readonly customerId: number
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly mark: Mark | null
}

/** What became of a create that got an answer. */
export type Opening =
  | { readonly outcome: 'opened'; readonly ticket: Ticket }
  /** Refused without a reason we may read: the number may be taken, or a new customer's creation raced. */
  | { readonly outcome: 'masked' }
  /** The group is unknown, inactive or out of our reach, while the token itself is fine. */
  | { readonly outcome: 'group'; readonly reason: string }
  | { readonly outcome: 'refused'; readonly reason: string }

export type Sight =
  | { readonly seen: 'ticket'; readonly ticket: Ticket }
  | { readonly seen: 'out-of-sight' }
  | { readonly seen: 'gone' }

export interface Group {
  readonly name: string
  readonly active: boolean
  /** Zammad's words: read, create, change, overview, full. */
  readonly access: readonly string[]
  readonly hasAddress: boolean
}

/** The account behind the token. */
export interface Account {
  readonly id: number
  readonly login: string
  readonly roles: readonly string[]
  readonly groups: readonly Group[]
}

/**
 * Every method may throw `Failure`: `unavailable` (it did not happen), `uncertain` (it may have),
 * `refused` (an answer that makes no sense), `misconfigured` (the token or the address is wrong).
 */
export interface Desk {
  readonly account: () => Promise<Account>
  readonly open: (ticket: NewTicket) => Promise<Opening>
  readonly byNumber: (number: string) => Promise<Ticket | null>
  /** The ticket that holds the article of this Message-ID. */
  readonly byMessageId: (messageId: string) => Promise<Ticket | null>
  readonly read: (id: number) => Promise<Sight>
  /** Adds an internal note of the bot's, of sender System: it counts as nobody's answer. */
  readonly note: (
    ticketId: number,
    note: { readonly messageId: string; readonly body: string },
  ) => Promise<void>
  readonly hasArticle: (ticketId: number, messageId: string) => Promise<boolean>
  /** Readable tickets, newest first. */
  readonly newest: (limit: number) => Promise<readonly Ticket[]>
  /** The readable ticket of the lowest id, or null where none is readable. */
  readonly lowest: () => Promise<Ticket | null>
  /** The newest `updatedAt` of any readable ticket: Zammad's own clock, as it may send no Date header. */
  readonly latestUpdate: () => Promise<Date | null>
  /** Names of the customer's roles: a visitor may have typed an agent's address. */
  readonly rolesOf: (userId: number) => Promise<readonly string[]>
}
