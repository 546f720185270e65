import type { Language } from './language.ts'

/** The first mail to a visitor: fixed text, nothing that was typed. */
export interface Receipt {
  readonly kind: 'receipt'
  readonly language: Language
  readonly site: string
  readonly reference: string
  readonly link: string
  readonly dueAt: Date
  readonly timeZone: string
}

/** The visitor's number changed: another ticket had it already. */
export interface NewNumber {
  readonly kind: 'new-number'
  readonly language: Language
  readonly site: string
  readonly reference: string
  readonly ticketNumber: string
  readonly link: string
}

/** What staff are told at once: fixed text, nothing that a visitor typed. */
export interface AlertMessage {
  readonly kind: 'alert'
  readonly language: Language
  readonly site: string
  readonly timeZone: string
  readonly about:
    'arrival' | 'fallback' | 'unrouted' | 'out-of-sight' | 'handed-over' | 'unusable-unit' | 'stranger'
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

/** What is to be said; the mail adapter decides how it looks. */
export type Message = Receipt | NewNumber | AlertMessage

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
