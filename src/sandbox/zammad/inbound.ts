import { isAgent } from './access.ts'
import { addressIn, type Draft } from './article-draft.ts'
import { storeArticle } from './articles.ts'
import { DAY_MS } from '../../clock.ts'
import { settleEvents } from './events.ts'
import { linksOf } from './links.ts'
import { articlesOf, type Core } from './model.ts'
import { storeTicket } from './opening.ts'
import {
  AGENT,
  CUSTOMER,
  EMAIL,
  STATE_TYPE,
  type ArticleRow,
  type JsonObject,
  type TicketRow,
  type UserRow,
} from './rows.ts'
import { saveTicket, stateType } from './saving.ts'
import { addCustomer, userByEmail } from './users.ts'

/** A mail that reaches one of the helpdesk's own addresses. */
export interface InboundMail {
  /** `Name <address>` or the address alone. */
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  /** By name in lower case: message-id, in-reply-to, references, auto-submitted … */
  readonly headers?: Readonly<Record<string, string>>
}

/** Headers by which Zammad knows that a machine wrote (contract 6). */
function isAutomatic(headers: Readonly<Record<string, string>>): boolean {
  const submitted = headers['auto-submitted']?.toLowerCase() ?? 'no'
  const bulk = /^(?:bulk|list|auto_reply|junk)$/i.test(headers['precedence'] ?? '')
  return submitted !== 'no' || bulk || Object.keys(headers).some((name) => name.startsWith('list-'))
}

const messageIdsIn = (headers: Readonly<Record<string, string>>): readonly string[] =>
  `${headers['in-reply-to'] ?? ''} ${headers['references'] ?? ''}`.match(/<[^<>\s]+>/g) ?? []

const withoutPrefixes = (subject: string): string =>
  subject.replace(/^\s*(?:(?:re|aw|fwd?|rv|sv)(?:\[\d+\])?:\s*)+/i, '').trim()

/** `[Ticket#N]`, where N is the system's own id and 2 to 48 digits more. */
function bySubject(core: Core, subject: string): TicketRow | undefined {
  const { systemId, tickets } = core.state
  const [, number] = new RegExp(`Ticket#\\s{0,2}(${systemId}\\d{2,48})`, 'i').exec(subject) ?? []
  return number === undefined ? undefined : [...tickets.values()].find((ticket) => ticket.number === number)
}

/** A reference finds its ticket with the first article's subject, or without where a machine wrote. */
function byReference(core: Core, mail: InboundMail, automatic: boolean): TicketRow | undefined {
  const ids = messageIdsIn(mail.headers ?? {})
  const hit = [...core.state.articles.values()].find((article) => ids.includes(article.message_id ?? ''))
  const ticket = core.state.tickets.get(hit?.ticket_id ?? 0)
  if (!ticket || automatic) return ticket
  const [first] = articlesOf(core, ticket.id)
  return withoutPrefixes(mail.subject) === first?.subject ? ticket : undefined
}

/** What was merged leads to what it was merged into. */
function unmerged(core: Core, ticket: TicketRow): TicketRow {
  if (stateType(core, ticket.state_id) !== STATE_TYPE.merged) return ticket
  const parents = linksOf(core, ticket.id).filter((link) => link['link_type'] === 'parent')
  const targets = parents.flatMap((link) => core.state.tickets.get(Number(link['link_object_value'])) ?? [])
  return targets.find((one) => stateType(core, one.state_id) !== STATE_TYPE.merged) ?? ticket
}

function wantsNewTicket(core: Core, ticket: TicketRow): boolean {
  if (stateType(core, ticket.state_id) !== STATE_TYPE.closed) return false
  const group = core.state.groups.get(ticket.group_id)
  if (group?.follow_up_possible === 'new_ticket') return true
  if (group?.follow_up_possible !== 'new_ticket_after_certain_time') return false
  const closed = Date.parse(ticket.last_close_at ?? ticket.updated_at)
  return Date.parse(core.now()) - closed > (group.reopen_time_in_days ?? 0) * DAY_MS
}

function senderOf(core: Core, from: string): UserRow {
  const email = addressIn(from).toLowerCase()
  const [firstname = '', ...rest] = from
    .replace(/<[^<>]*>\s*$/, '')
    .trim()
    .split(/\s+/)
  return userByEmail(core, email) ?? addCustomer(core, { email, firstname, lastname: rest.join(' ') }, 1)
}

/** An answer to what is internal stays internal. */
const answersInternal = (core: Core, ticket: TicketRow, mail: InboundMail): boolean =>
  articlesOf(core, ticket.id).some(
    ({ internal, message_id }) =>
      internal && message_id !== null && message_id === mail.headers?.['in-reply-to'],
  )

function draftOf(mail: InboundMail, senderId: number, internal: boolean, preferences: JsonObject): Draft {
  const { from, to, subject, text, headers = {} } = mail
  const message_id = headers['message-id'] ?? null
  const in_reply_to = headers['in-reply-to'] ?? null
  return {
    typeId: EMAIL,
    senderId,
    originById: null,
    body: text,
    contentType: 'text/plain',
    internal,
    mentions: [],
    uploads: [],
    params: { from, to, subject, message_id, in_reply_to, preferences },
  }
}

/**
 * Takes a mail in as Zammad's channel does (contract 6, L38): into the ticket whose number its subject tells or
 * whose message it answers, opening that again; else as a new ticket of the address' group.
 */
export function receiveMail(core: Core, mail: InboundMail): ArticleRow {
  const automatic = isAutomatic(mail.headers ?? {})
  const preferences: JsonObject = automatic ? { 'send-auto-response': false, 'is-auto-response': true } : {}
  const known = bySubject(core, mail.subject) ?? byReference(core, mail, automatic)
  const ticket = known && unmerged(core, known)
  const user = senderOf(core, mail.from)
  const article =
    ticket && !wantsNewTicket(core, ticket)
      ? follow(core, ticket, user, mail, preferences)
      : open(core, user, mail, preferences)
  settleEvents(core)
  return article
}

function follow(
  core: Core,
  ticket: TicketRow,
  user: UserRow,
  mail: InboundMail,
  preferences: JsonObject,
): ArticleRow {
  const sender = isAgent(core, user) && user.id !== ticket.customer_id ? AGENT : CUSTOMER
  const isAutomaticMail = preferences['is-auto-response'] === true
  if (!isAutomaticMail && stateType(core, ticket.state_id) !== STATE_TYPE.new) {
    const open = [...core.state.states.values()].find((state) => state.default_follow_up)
    saveTicket(core, ticket, { state_id: open?.id ?? ticket.state_id }, user.id)
  }
  const internal = answersInternal(core, ticket, mail)
  return kept(core, storeArticle(core, user.id, ticket, draftOf(mail, sender, internal, preferences)))
}

function open(core: Core, user: UserRow, mail: InboundMail, preferences: JsonObject): ArticleRow {
  const to = addressIn(mail.to).toLowerCase()
  const address = [...core.state.addresses.values()].find(({ email }) => email === to)
  const group = [...core.state.groups.values()].find((one) => one.email_address_id === address?.id)
  if (!group) throw new Error(`no group of the helpdesk has the address ${to}`)
  const state = [...core.state.states.values()].find((one) => one.default_create)
  const priority = [...core.state.priorities.values()].find((one) => one.default_create)
  const ticket = storeTicket(
    core,
    { user, token: null },
    {
      columns: {
        group_id: group.id,
        state_id: state?.id ?? 1,
        priority_id: priority?.id ?? 2,
        owner_id: 1,
        title: mail.subject || '-',
        note: null,
        pending_time: null,
        preferences: {},
      },
      number: null,
      customer: { known: user },
      tags: [],
      draft: draftOf(mail, isAgent(core, user) ? AGENT : CUSTOMER, false, preferences),
      links: [],
    },
  )
  const article = articlesOf(core, ticket.id).at(-1)
  if (!article) throw new Error('a mail makes an article')
  return kept(core, article)
}

/** What came by mail is not mailed once more, whoever wrote it. */
function kept(core: Core, article: ArticleRow): ArticleRow {
  for (const job of core.state.jobs.values()) {
    if (job.kind === 'mail' && job.article_id === article.id) core.state.jobs.delete(job.id)
  }
  return article
}
