import type { Language } from './language.ts'
import type { Digest, ReportMessage, WeekMessage } from './morning-messages.ts'

/** What every mail of a conversation says, whatever it is about. */
interface OfConversation {
  readonly language: Language
  readonly site: string
  /** What the visitor was told at once. */
  readonly reference: string
  /** The ticket's number, or null while none is known. */
  readonly number: string | null
  /** The visitor's page; for a ticket that came from no form, the ticket in Zammad. */
  readonly link: string
  /** Where an answer by mail goes, or null where mail is not read. */
  readonly replyTo: string | null
  /** Message-IDs of what was sent before, the oldest first, the ticket's own in front. */
  readonly references: readonly string[]
}

/** The first mail to a visitor: fixed text, nothing that was typed. */
export interface Receipt extends OfConversation {
  readonly kind: 'receipt'
  /** By when an answer is promised; null where none is awaited any more, or its time stands still. */
  readonly dueAt: Date | null
  readonly timeZone: string
}

/** The visitor's number changed: another ticket had it already. */
export interface NewNumber extends OfConversation {
  readonly kind: 'new-number'
  readonly ticketNumber: string
}

/** A picture or a file that travels with a mail. */
export interface Enclosed {
  /** For a picture inside of the text: what `html` names it by, as `cid:NAME`. Null for a file. */
  readonly cid: string | null
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** What staff answered. */
export interface Answer extends OfConversation {
  readonly kind: 'answer'
  /** Who wrote it, or null where the team stands for them. */
  readonly agent: string | null
  /** Display name of the team. */
  readonly team: string
  /** Null where the mail holds the link alone. `html` is sanitised. */
  readonly content: {
    readonly html: string
    readonly text: string
    readonly enclosed: readonly Enclosed[]
    /** Files that are too large to travel: to be had on the page. */
    readonly left: readonly { readonly name: string; readonly size: number }[]
  } | null
  /** By when the rest is answered, where a clock still runs. */
  readonly dueAt: Date | null
  /** Whether that is past. */
  readonly isLate: boolean
  readonly timeZone: string
  /** Whether the link opens Zammad, rather than a page of ours. */
  readonly opensZammad: boolean
}

/** One short fixed text about what became of a request. */
export interface Notice extends OfConversation {
  readonly kind: 'moved' | 'closed' | 'merged' | 'late'
  /** Display name of the team that has the request. */
  readonly team: string
  /** Since when it is late; null unless it is. */
  readonly dueAt: Date | null
  readonly timeZone: string
  /** Display names of the units that it was raised to. */
  readonly raisedTo: readonly string[]
  /** Whether those who coordinate the units heard of it as well. */
  readonly raisedToCoordination: boolean
  /** Whether a first answer came, and it is the rest that is late. */
  readonly isHeld: boolean
}

/** The links to all requests of one address. */
export interface Links {
  readonly kind: 'links'
  readonly language: Language
  readonly site: string
  readonly requests: readonly { readonly number: string; readonly link: string }[]
}

/** What staff are told at once: fixed text, nothing that a visitor typed. */
export interface AlertMessage {
  readonly kind: 'alert'
  readonly language: Language
  readonly site: string
  readonly timeZone: string
  readonly about:
    | 'arrival'
    | 'fallback'
    | 'unrouted'
    | 'out-of-sight'
    | 'handed-over'
    | 'unusable-unit'
    | 'stranger'
    | 'late'
    | 'undelivered'
    | 'frozen'
    | 'unwatched'
  /** Of the ticket, or null where it is not about one. */
  readonly number: string | null
  /** The form's title, or null. */
  readonly topic: string | null
  /** Display name of the unit that it is about. */
  readonly unit: string | null
  /** Display name of the unit that should have had it. */
  readonly wanted: string | null
  /** Zammad's name of the group that is wrong, or null. */
  readonly group: string | null
  readonly dueAt: Date | null
  /** Whether an arrival is of the highest priority. */
  readonly urgent: boolean
  /** How often, or for how many hours. */
  readonly count: number | null
  /** Our words or Zammad's on what is wrong, or null. */
  readonly reason: string | null
  /** The ticket in Zammad, or its front page where the ticket is not opened yet. */
  readonly link: string
  /** Whether the link opens the ticket itself. */
  readonly opensTicket: boolean
}

/** What staff are told of one promise: fixed text, nothing that a visitor typed. */
export interface PromiseAlert {
  readonly kind: 'promise-alert'
  readonly language: Language
  readonly site: string
  readonly timeZone: string
  /** The moment of which it speaks: what time is left counts from there. */
  readonly at: Date
  readonly number: string
  /** The form's title, or null. */
  readonly topic: string | null
  /** Display name of the unit that has the ticket. */
  readonly unit: string
  /** Part of the time that is gone: 1 is due. */
  readonly share: number
  /** 0 for the level itself; n, its nth repeat. */
  readonly repeat: number
  readonly late: boolean
  /** Names of the levels that came meanwhile, like `75%`. */
  readonly covers: readonly string[]
  readonly dueAt: Date | null
  /** Whether a unit waits for another one, rather than a visitor for us. */
  readonly internal: boolean
  /** Whether the last that staff wrote was an internal note. */
  readonly unseen: boolean
  /** Whether the visitor had an answer that promised more. */
  readonly held: boolean
  /** When Zammad last answered, where it does not now. */
  readonly asOf: Date | null
  /** The ticket in Zammad, or its front page where the ticket is not opened yet. */
  readonly link: string
  readonly opensTicket: boolean
  /** The page on which staff say that they have seen it. */
  readonly seenLink: string
}

/** Several alerts to one address in one mail. */
export interface FoldedAlerts {
  readonly kind: 'folded-alerts'
  readonly language: Language
  readonly site: string
  readonly timeZone: string
  /** Two or more. */
  readonly alerts: readonly (AlertMessage | PromiseAlert)[]
  /** The staff board, or Zammad's front page where there is none. */
  readonly link: string
  readonly opensBoard: boolean
}

/** What staff are told. */
export type StaffMessage = AlertMessage | PromiseAlert | FoldedAlerts | Digest | WeekMessage | ReportMessage

/** What is to be said; the mail adapter decides how it looks. */
export type Message = Receipt | NewNumber | Answer | Notice | Links | StaffMessage

export interface Headers {
  /** With angle brackets; stable over every repeat of one message. */
  readonly messageId: string
  readonly date: Date
  readonly to: string
}

export interface Mailer {
  /** The final MIME bytes. They are rendered once, kept, and sent as they are. */
  readonly render: (message: Message, headers: Headers) => Promise<Uint8Array<ArrayBuffer>>
  /**
   * Hands one rendered message to the mail server for one recipient. Throws `Failure`: `unavailable`
   * (not sent, try later), `uncertain` (it may have been taken), `refused` (never to this address),
   * `misconfigured` (nobody's mail will go).
   */
  readonly send: (to: string, mime: Uint8Array<ArrayBuffer>) => Promise<void>
  /** Connects and greets, sends nothing. Throws `Failure` like `send`. */
  readonly check: () => Promise<void>
}
