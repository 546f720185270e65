import MailComposer from 'nodemailer/lib/mail-composer'
import { Failure } from '../failure.ts'
import { readEmailAddress } from '../forms/email-address.ts'
import type { Headers, Message } from '../mailer.ts'
import { sha256 } from '../secret.ts'
import { type Accent, htmlText, plainText } from './messages.tsx'
import type { Sender } from './sender.ts'
import { wordingOf } from './texts.ts'

export interface MimeOptions {
  readonly from: Sender
  /** Where an answer by mail goes; null where mail is not read. */
  readonly replyTo: Sender | null
  /** What Zammad looks for before a number in a subject, such as `Ticket#`. */
  readonly ticketHook: string
  readonly accent: Accent
}

/** Narrower than RFC 5322: no `=?`, which some parsers decode, and no longer than a line. */
const MESSAGE_ID = /^<[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+>$/
const NUMBER = /^[A-Za-z0-9-]{1,40}$/

/** Numbers that stand in a subject as they are; an alert leaves out one that cannot. */
function numbersOf(message: Message): readonly string[] {
  if (message.kind === 'alert') return []
  return message.kind === 'receipt' ? [message.reference] : [message.reference, message.ticketNumber]
}

function assertHeaders(message: Message, headers: Headers): void {
  if (headers.messageId.length > 250 || !MESSAGE_ID.test(headers.messageId)) {
    throw new TypeError('A Message-ID must read <word@host>')
  }
  if (Number.isNaN(headers.date.getTime())) throw new TypeError('A mail needs a valid date')
  if (!numbersOf(message).every((number) => NUMBER.test(number))) {
    throw new TypeError('A reference must be letters, digits and hyphens')
  }
}

/**
 * The recipient as the strict grammar reads it. Throws `Failure` `refused` for anything that is not
 * one plain address: nothing that a visitor typed meets an address parser.
 */
export function recipientOf(to: string): string {
  const address = readEmailAddress(to)
  if (address === null) {
    throw new Failure('refused', 'The recipient is not an email address that we write to')
  }
  return address
}

/**
 * The final bytes of a message: the same input gives the same bytes. Every header is ours, lines end
 * in CR LF, and parts are quoted-printable, in which the boundary's `=_` cannot occur.
 */
export async function renderMime(
  message: Message,
  headers: Headers,
  options: MimeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  assertHeaders(message, headers)
  const to = recipientOf(headers.to)
  const { from, ticketHook, accent } = options
  // An alert is answered in Zammad: a reply to it is not to be led into Zammad's mailbox.
  const replyTo = message.kind === 'alert' ? null : options.replyTo
  const wording = wordingOf(message, replyTo ? { by: 'mail', ticketHook } : { by: 'page' })
  const mail = new MailComposer({
    from: { ...from },
    to: { name: '', address: to },
    ...(replyTo ? { replyTo: { ...replyTo } } : {}),
    subject: wording.subject,
    messageId: headers.messageId,
    date: headers.date,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    text: plainText(wording),
    html: htmlText(wording, message.language, accent),
    encoding: 'quoted-printable',
    newline: 'win',
    boundaryPrefix: '=_firstline',
    baseBoundary: (await sha256(headers.messageId)).slice(0, 32),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return new Uint8Array(await mail.compile().build())
}
