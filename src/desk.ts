import { MINUTE_MS } from './clock.ts'

/** The port to the helpdesk behind us. Times are Zammad's own; ids are never assumed, only read. */

const STAFF_ROLES: ReadonlySet<string> = new Set(['Agent', 'Admin'])

/** Whether somebody of these roles, in Zammad's words, is of staff. */
export const isStaff = (roles: readonly string[]): boolean => roles.some((role) => STAFF_ROLES.has(role))

/** What is younger stands in no copy of the store that the present one can have been restored from. */
export const FRESH_MS = MINUTE_MS

/** Longer than any request lives in Zammad or in a proxy before it. */
export const QUARANTINE_MS = 6 * MINUTE_MS

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
  /** Zammad's id of a ticket that this one continues, or null: the two are linked as equals. */
  readonly continues: number | null
}

/** What Zammad makes of a state, whatever it is called. */
export type StateType = 'new' | 'open' | 'pending' | 'closed' | 'merged'

export interface Ticket {
  readonly id: number
  readonly number: string
  readonly title: string
  readonly group: string
  readonly groupId: number
  readonly state: string
  readonly stateType: StateType
  /** Whether its state is of the types closed or merged. */
  readonly closed: boolean
  /** When it was closed last; null where it never was. */
  readonly closedAt: Date | null
  /** Zammad's name of the priority. */
  readonly priority: string
  /** Null where nobody owns it. */
  readonly ownerId: number | null
  readonly customerId: number
  /** Zammad's word for how its first article came: web, email, phone, note … */
  readonly firstArticleType: string | null
  /** When it escalates by Zammad's own reckoning for want of a first answer; null where it does not. */
  readonly escalatesAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly mark: Mark | null
}

/** A file of an article as Zammad lists it. */
export interface ArticleFile {
  readonly id: number
  readonly name: string
  /** As Zammad was told it: proves nothing. */
  readonly type: string
  /** In bytes. */
  readonly size: number
}

/** What became of an article that Zammad itself mails. */
export interface Delivery {
  readonly status: 'success' | 'fail'
  /** How often it was tried; Zammad gives up after the fourth time. */
  readonly tries: number
}

export interface Article {
  readonly id: number
  /** Where it is now: a merge moves it. */
  readonly ticketId: number
  readonly sender: 'Agent' | 'Customer' | 'System'
  /** Zammad's word: web, email, phone, note … */
  readonly type: string
  readonly internal: boolean
  /** Id of the account that made it. */
  readonly createdById: number
  /** Id of the person in whose name it was made: a call that an agent put down is the customer's. */
  readonly originById: number | null
  readonly createdAt: Date
  /** Moves with each flip of its visibility, with a merge and with its delivery. */
  readonly updatedAt: Date
  /** With angle brackets, or null where it has none. */
  readonly messageId: string | null
  /** As a mail header names the sender; may be empty. */
  readonly from: string
  /** Addresses that it was mailed to, copies included, in lower case. */
  readonly to: readonly string[]
  /** Null where Zammad mails it not, or has not tried yet. */
  readonly delivery: Delivery | null
  readonly subject: string
  readonly contentType: string
  readonly body: string
  /** Whether a machine wrote it, not a person: a bounce, an absence note, a mail of a list. */
  readonly automatic: boolean
  /** The Message-IDs that it names as what it answers, with angle brackets. */
  readonly answersTo: readonly string[]
  /** Its files, pictures inside of its text included. */
  readonly files: readonly ArticleFile[]
}

export type ArticleSight =
  { readonly seen: 'article'; readonly article: Article } | { readonly seen: 'out-of-sight' | 'gone' }

/** A file of an article on its way to us. */
export interface ArticleBytes {
  /** In bytes, or null where Zammad does not tell. */
  readonly size: number | null
  readonly bytes: ReadableStream<Uint8Array>
}

/** What a visitor writes to a ticket that is open already. */
export interface VisitorArticle {
  /** With angle brackets: by it the article is known again. */
  readonly messageId: string
  readonly body: string
  readonly attachments: readonly Attachment[]
}

/** What became of an article, or of what else was to be written. */
export type Written =
  | { readonly outcome: 'written' | 'out-of-sight' | 'gone' }
  | { readonly outcome: 'refused'; readonly reason: string }

/** Somebody whom Zammad knows. */
export interface Person {
  readonly id: number
  readonly name: string
  /** Null where none is known. */
  readonly email: string | null
  readonly roles: readonly string[]
}

/** An entry of a ticket's history: who changed what, from what to what. */
export interface Change {
  readonly id: number
  readonly attribute: 'group' | 'owner' | 'priority' | 'state'
  readonly from: { readonly id: number; readonly name: string }
  readonly to: { readonly id: number; readonly name: string }
  /** Of a change of state alone: what Zammad makes of the two. A state that it lists no more counts as open. */
  readonly types?: { readonly from: StateType; readonly to: StateType }
  /** Id of the account that changed it. */
  readonly by: number
  readonly at: Date
}

/** An entry of a ticket's history: a tag was put on it, or taken away. */
export interface TagChange {
  readonly id: number
  readonly tag: string
  readonly isAdded: boolean
  /** Id of the account that changed it. */
  readonly by: number
  readonly at: Date
}

/** What Zammad's history tells of a ticket; changes oldest first. */
export interface History {
  /** Of group, owner, priority and state. */
  readonly changes: readonly Change[]
  readonly tags: readonly TagChange[]
  /** Ids of the articles that were made on it, wherever a merge took them since. */
  readonly born: ReadonlySet<number>
}

/** What is to be changed of a ticket; what is left out stays. */
export interface TicketChange {
  /** Name of a group. */
  readonly group?: string
  /** Name of a priority. */
  readonly priority?: string
  /** Null takes the owner away. */
  readonly ownerId?: number | null
  /** The first state of the type in Zammad's list. Open takes a merge back without a word (L26): look first. */
  readonly state?: 'open' | 'closed'
  readonly customerId?: number
}

/** What became of a change: `group` where the group is unknown, inactive or out of our reach. */
export type Changed =
  | { readonly outcome: 'changed'; readonly ticket: Ticket }
  | { readonly outcome: 'group' | 'refused'; readonly reason: string }
  | { readonly outcome: 'out-of-sight' | 'gone' }

/** A person who answers tickets, with the groups they may enter. */
export interface AgentRights {
  readonly id: number
  /** Access in Zammad's words, by name of the group. */
  readonly groups: ReadonlyMap<string, readonly string[]>
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
  /** What a further word on a closed ticket does: `days` since it was closed where it depends on that. */
  readonly followUp:
    { readonly to: 'same-ticket' | 'new-ticket' } | { readonly to: 'either'; readonly days: number }
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
  /** Its articles, oldest first, or null for a ticket that is gone or out of sight. */
  readonly articles: (ticketId: number) => Promise<readonly Article[] | null>
  /** One article as it is now. */
  readonly article: (id: number) => Promise<ArticleSight>
  /** Ids of the articles that were made on this ticket, wherever a merge took them since; null as for `history`. */
  readonly bornOn: (ticketId: number) => Promise<ReadonlySet<number> | null>
  /** Bytes of a file, or null where file, article or ticket are gone or out of sight. */
  readonly file: (place: {
    readonly ticketId: number
    readonly articleId: number
    readonly id: number
  }) => Promise<ArticleBytes | null>
  /** Adds a visitor's article, by itself or in the change that opens the ticket again. */
  readonly reply: (ticketId: number, article: VisitorArticle, how: 'add' | 'reopen') => Promise<Written>
  /** Merges a ticket into the one of that number. */
  readonly merge: (ticketId: number, targetNumber: string) => Promise<Written>
  /** Ids of the tickets that a ticket names as its parents: after a merge the target is one of them. */
  readonly parents: (ticketId: number) => Promise<readonly number[]>
  /** What became of a ticket so far, or null for one that is gone or out of sight. */
  readonly history: (ticketId: number) => Promise<History | null>
  /** Changes a ticket. Zammad has no lock: another's change between our read and this is overwritten. */
  readonly change: (ticketId: number, change: TicketChange) => Promise<Changed>
  /** Adds tags; one that stands is left alone. */
  readonly tag: (ticketId: number, tags: readonly string[]) => Promise<void>
  /** Takes a tag away; one that does not stand is none. */
  readonly untag: (ticketId: number, tag: string) => Promise<void>
  readonly tags: (ticketId: number) => Promise<readonly string[]>
  /**
   * Readable tickets updated at or after then, in pages, the update of longest ago first. What is updated
   * meanwhile may come twice, and is never left out.
   */
  readonly updatedSince: (since: Date) => AsyncIterable<readonly Ticket[]>
  /** Readable tickets made at or after then, in pages, oldest first, each once. */
  readonly createdSince: (since: Date) => AsyncIterable<readonly Ticket[]>
  /** People who may answer tickets, as far as the token may see them. */
  readonly agents: () => Promise<readonly AgentRights[]>
  /** Names of the priorities in use, in the order of Zammad’s list: the seeded ones from low to high. */
  readonly priorities: () => Promise<readonly string[]>
  /** Readable tickets, newest first. */
  readonly newest: (limit: number) => Promise<readonly Ticket[]>
  /** The readable ticket of the lowest id, or null where none is readable. */
  readonly lowest: () => Promise<Ticket | null>
  /** The newest `updatedAt` of any readable ticket: Zammad's own clock, as it may send no Date header. */
  readonly latestUpdate: () => Promise<Date | null>
  /** Null where nobody has the id, or the token may not see them. */
  readonly person: (id: number) => Promise<Person | null>
  /** The person of exactly this address, made where there is none. */
  readonly personOf: (email: string, name: string) => Promise<Person>
}
