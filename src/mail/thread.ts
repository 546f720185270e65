import type { Language } from '../language.ts'
import type { Links, Message, StaffMessage } from '../mailer.ts'

/** A mail of one conversation. */
export type OfConversation = Exclude<Message, Links | StaffMessage>

const ALONE: ReadonlySet<Message['kind']> = new Set([
  'alert',
  'promise-alert',
  'folded-alerts',
  'digest',
  'week',
  'report',
  'links',
] as const satisfies readonly Exclude<Message, OfConversation>['kind'][])

/** Whether a mail belongs to a conversation, and so has a thread and a place for answers. */
export const isOfConversation = (message: Message): message is OfConversation => !ALONE.has(message.kind)

/** The one subject of a conversation. */
const SUBJECT: Readonly<Record<Language, string>> = {
  en: 'We have your request',
  es: 'Hemos recibido su solicitud',
}

/** Of a ticket that came from no form: its customer was never sent a receipt. */
const SUBJECT_IN_ZAMMAD: Readonly<Record<Language, string>> = {
  en: 'Answer to your ticket',
  es: 'Respuesta a su solicitud',
}

/** Numbers that stand in a header or a sentence as they are. */
export const NUMBER = /^[A-Za-z0-9-]{1,60}$/
/** Numbers that Zammad finds a ticket by (contract L38). */
const DIGITS = /^\d{1,60}$/

const namesOf = (message: OfConversation): readonly string[] => [
  ...(message.kind === 'new-number' ? [message.ticketNumber] : []),
  ...(message.number === null ? [] : [message.number]),
  message.reference,
]

/** What a mail calls the request by: the ticket's number, else the reference; null where neither can be told. */
export const numberOf = (message: OfConversation): string | null =>
  namesOf(message).find((name) => NUMBER.test(name)) ?? null

function wordsOf(message: OfConversation): string {
  if (message.kind === 'receipt') return SUBJECT[message.language]
  const isInZammad = message.kind === 'answer' && message.opensZammad
  return isInZammad ? SUBJECT_IN_ZAMMAD[message.language] : `Re: ${SUBJECT[message.language]}`
}

/**
 * The receipt's subject, and behind `Re: ` the same for all that follows, so that mail clients keep them
 * together; of a ticket that came from no form one subject of its own. Digits stand as `[Ticket#N]`, by which Zammad finds the ticket whether or not anybody reads mail.
 */
export function subjectOf(message: OfConversation, ticketHook: string): string {
  const words = wordsOf(message)
  const found = namesOf(message).find((name) => DIGITS.test(name))
  if (found !== undefined) return `${words} [${ticketHook}${found}]`
  const number = numberOf(message)
  return number === null ? words : `${words}: ${number}`
}

/** A dot-atom on both sides: what other mail programs give as a Message-ID, without `=?`, which some parsers decode. */
const MESSAGE_ID =
  /^<(?!.*=\?)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*>$/
const MAX_MESSAGE_ID = 250
/** References kept at each end: a thread that outgrows them keeps where it began and where it is. */
const KEPT = 20

/** The References of a mail, the oldest first: Message-IDs alone, at most 40. */
export function referencesOf(message: Message): readonly string[] {
  if (!isOfConversation(message)) return []
  const sound = message.references.filter((id) => id.length <= MAX_MESSAGE_ID && MESSAGE_ID.test(id))
  return sound.length > 2 * KEPT ? [...sound.slice(0, KEPT), ...sound.slice(-KEPT)] : sound
}
