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

/** What is to be said to a visitor; the mail adapter decides how it looks. */
export type Message = Receipt | NewNumber

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
