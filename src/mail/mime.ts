import MailComposer from 'nodemailer/lib/mail-composer'
import { Failure } from '../failure.ts'
import { readEmailAddress } from '../forms/email-address.ts'
import type { Headers, Message } from '../mailer.ts'
import { sha256 } from '../secret.ts'
import { partsOf } from './enclosures.ts'
import { htmlText } from './messages.tsx'
import { plainText } from './plain-text.ts'
import { readSender, type Sender } from './sender.ts'
import { wordingOf } from './texts.ts'
import { isOfConversation, NUMBER, referencesOf } from './thread.ts'
import type { Accent } from './tokens.ts'

export interface MimeOptions {
  readonly from: Sender
  /** What Zammad looks for before a number in a subject, such as `Ticket#`. */
  readonly ticketHook: string
  readonly accent: Accent
}

/** Narrower than RFC 5322: no `=?`, which some parsers decode, and no longer than a line. */
const MESSAGE_ID = /^<[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+>$/

/** Numbers that a mail is about; other mails leave out one that cannot stand in a header. */
function numbersOf(message: Message): readonly string[] {
  if (message.kind === 'receipt') return [message.reference]
  return message.kind === 'new-number' ? [message.reference, message.ticketNumber] : []
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

/** Where an answer by mail goes: a setting of the owner's, in the grammar of `MAIL_FROM`. */
function replyToOf(message: Message): Sender | null {
  // An alert is answered in Zammad: a reply to it is not to be led into Zammad's mailbox.
  if (!isOfConversation(message) || message.replyTo === null) return null
  const sender = readSender(message.replyTo)
  if (sender) return sender
  throw new Failure('misconfigured', 'The address for answers must read desk@example.org')
}

/**
 * Every mail comes from a machine, an answer that a person wrote as well: RFC 3834 lets no responder answer
 * `auto-generated`, so that no absence note becomes an article. Microsoft's responders read the second header.
 * No `Precedence`: RFC 2076 calls it discouraged, and filters file `bulk` away.
 */
const FROM_A_MACHINE = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' } as const

/** Line feeds alone, which become CR LF on the wire: nodemailer lets a CR that stands by itself through. */
const lines = (text: string): string => text.replace(/\r\n?/g, '\n')

/**
 * The final bytes of a message: the same input gives the same bytes. Every header is ours, lines end
 * in CR LF, and parts are quoted-printable or base64, in which the boundary's `=_` cannot occur.
 */
export async function renderMime(
  message: Message,
  headers: Headers,
  options: MimeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  assertHeaders(message, headers)
  const to = recipientOf(headers.to)
  const replyTo = replyToOf(message)
  const references = referencesOf(message)
  const parent = references.at(-1)
  const wording = wordingOf(message, options.ticketHook)
  const mail = new MailComposer({
    from: { ...options.from },
    to: { name: '', address: to },
    ...(replyTo ? { replyTo } : {}),
    ...(parent === undefined ? {} : { inReplyTo: parent, references: [...references] }),
    subject: wording.subject,
    messageId: headers.messageId,
    date: headers.date,
    headers: FROM_A_MACHINE,
    text: lines(plainText(wording)),
    html: lines(htmlText(wording, message.language, options.accent)),
    attachments: partsOf(message),
    encoding: 'quoted-printable',
    newline: 'win',
    boundaryPrefix: '=_firstline',
    baseBoundary: (await sha256(headers.messageId)).slice(0, 32),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return new Uint8Array(await mail.compile().build())
}
