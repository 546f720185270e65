import type { Article, Ticket } from '../desk.ts'
import type { Answers } from '../forms/answers.ts'
import type { Form } from '../forms/form.ts'
import type { Language } from '../language.ts'
import { htmlText } from './html-text.ts'

/** How a ticket came. */
export const TICKET_SOURCES = ['web-form', 'zammad-ui', 'email', 'phone'] as const
export type TicketSource = (typeof TICKET_SOURCES)[number]

/** Everything that a rule may look at. What is unknown is empty or null. */
export interface Facts {
  readonly source: TicketSource
  /** Id of the form, where there was one. */
  readonly form: string | null
  /** By field: the value of a choice, the values of checked boxes, or a text. */
  readonly answers: Readonly<Record<string, string | readonly string[]>>
  readonly title: string
  /** What the sender wrote, without the labels of a form. */
  readonly body: string
  readonly language: Language | null
  /** Of the sender's address, in lower case. */
  readonly domain: string | null
  readonly organisation: string | null
  /** When it was sent. */
  readonly at: Date
}

/** The part of an address behind its last @, in lower case; null where there is none. */
export function domainOf(address: string): string | null {
  const at = address.lastIndexOf('@')
  const domain = address
    .slice(at + 1)
    .trim()
    .toLowerCase()
  return at < 0 || domain === '' ? null : domain
}

const WRITTEN: ReadonlySet<string> = new Set(['text', 'textarea', 'url'])

/** The facts of a filled form. Without its definition, every single answer counts as written text. */
export function factsOfSubmission(
  sent: {
    readonly form: string
    readonly answers: Answers
    readonly title: string
    readonly language: Language
    readonly email: string
    readonly organisation: string | null
    readonly sentAt: Date
  },
  form: Form | null,
): Facts {
  const contact = new Set(['name', 'email', 'organisation', 'consent'])
  const written = form && new Set(form.fields.filter(({ kind }) => WRITTEN.has(kind)).map(({ id }) => id))
  const answers: Record<string, string | readonly string[]> = {}
  for (const [id, answer] of Object.entries(sent.answers)) {
    if (!contact.has(id) && answer !== true) answers[id] = answer
  }
  const body = Object.entries(answers)
    .flatMap(([id, answer]) => (typeof answer === 'string' && (written?.has(id) ?? true) ? [answer] : []))
    .join('\n')
  return {
    source: 'web-form',
    form: sent.form,
    answers,
    title: sent.title,
    body,
    language: sent.language,
    domain: domainOf(sent.email),
    organisation: sent.organisation,
    at: sent.sentAt,
  }
}

/** The address in a mail's From: `Ada <ada@lab.example>`, or bare. */
const addressIn = (from: string): string => /<([^<>]*)>\s*$/.exec(from)?.[1] ?? from

function sourceOf(marked: boolean, type: string | null): TicketSource {
  if (marked) return 'web-form'
  return type === 'email' || type === 'phone' ? type : 'zammad-ui'
}

/**
 * The facts of a ticket as Zammad has it, by its first article; null where it has none. What Zammad does not
 * keep of a form (form, answers, language, organisation) is unknown: where the submission is at hand,
 * `factsOfSubmission` knows more. The domain is that of a customer's address, never the desk's own.
 */
export function factsOfTicket(
  ticket: Pick<Ticket, 'title' | 'firstArticleType' | 'createdAt' | 'mark'>,
  firstArticle: Pick<Article, 'type' | 'sender' | 'from' | 'contentType' | 'body'> | null,
): Facts {
  const isHtml = firstArticle?.contentType.toLowerCase().startsWith('text/html') ?? false
  const body = firstArticle?.body ?? ''
  return {
    source: sourceOf(ticket.mark !== null, firstArticle?.type ?? ticket.firstArticleType),
    form: null,
    answers: {},
    title: ticket.title,
    body: isHtml ? htmlText(body) : body,
    language: null,
    domain: firstArticle?.sender === 'Customer' ? domainOf(addressIn(firstArticle.from)) : null,
    organisation: null,
    at: ticket.createdAt,
  }
}
