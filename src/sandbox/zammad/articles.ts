import { isAgent, may, notAuthorized, notFound, reachTicket, Refusal, type Caller } from './access.ts'
import { addressOf, draftArticle, sizeOf, type Draft, type Upload } from './article-draft.ts'
import { remember } from './history.ts'
import { isHtml, sanitize, type InlineImage } from './html.ts'
import { md5 } from './md5.ts'
import {
  addArticle,
  articlesOf,
  fqdn,
  later,
  nextId,
  removeArticle,
  stamp,
  uuid,
  type Core,
} from './model.ts'
import { column, flag, isBlank, jsonObject, oneLine, type Params } from './params.ts'
import {
  AGENT,
  CUSTOMER,
  EMAIL,
  NOTE,
  PHONE,
  SMS,
  SYSTEM,
  WEB,
  type ArticleRow,
  type FileRow,
  type GroupRow,
  type JsonObject,
  type TicketRow,
  type UserRow,
} from './rows.ts'
import { note, saveTicket, stateType, touch } from './saving.ts'

const DELETABLE_MS = 600_000

const fullName = (user: UserRow | undefined): string =>
  `${user?.firstname ?? ''} ${user?.lastname ?? ''}`.trim()

export const mailbox = (name: string, address: string): string =>
  name === ''
    ? address
    : `${/[^\p{L}\p{N} !#$%&'*+/=?^_`{|}~-]/u.test(name) ? `"${name.replaceAll('"', '')}"` : name} <${address}>`

/** Header fields that Zammad writes itself. */
interface Envelope {
  readonly from: string | null
  readonly subject: string | null
  readonly messageId: string | null
  readonly preferences: JsonObject
}

function envelopeOf(core: Core, ticket: TicketRow, draft: Draft, author: UserRow | undefined): Envelope {
  const { params } = draft
  const given = {
    from: column(params['from'], 3000),
    subject: column(params['subject'], 3000),
    messageId: column(params['message_id'], 3000),
    preferences: jsonObject(params['preferences']),
  }
  const subject = given.subject === null ? null : oneLine(given.subject)
  if (draft.typeId === EMAIL)
    return draft.senderId === CUSTOMER
      ? { ...given, subject }
      : outgoing(core, ticket, draft, author, { ...given, subject })
  if (draft.typeId === SMS) return { ...given, subject }
  const byCustomer = author !== undefined && !isAgent(core, author) && [WEB, PHONE].includes(draft.typeId)
  const name = fullName(author)
  return {
    ...given,
    subject,
    from: byCustomer && author.email !== '' ? mailbox(name, author.email) : name || (author?.login ?? null),
  }
}

function outgoing(
  core: Core,
  ticket: TicketRow,
  draft: Draft,
  author: UserRow | undefined,
  given: Envelope,
): Envelope {
  const group: GroupRow | undefined = core.state.groups.get(ticket.group_id)
  const address = addressOf(core, ticket.group_id)
  const sender = draft.senderId === AGENT ? `${fullName(author)} via ${address?.name}` : (address?.name ?? '')
  const at = core.now().replace(/\D/g, '').slice(0, 14)
  return {
    from: mailbox(sender, address?.email ?? ''),
    subject: given.subject === null ? null : cleanSubject(given.subject),
    messageId: `<${at}.${ticket.id}.${uuid(core)}@${fqdn(core)}>`,
    preferences: { ...given.preferences, email_address_id: group?.email_address_id ?? null },
  }
}

/** A subject without the marks that replies and Zammad itself put in front. */
const cleanSubject = (subject: string): string =>
  subject
    .replace(/\[Ticket#\s*\d+\]/gi, '')
    .replace(/^\s*((re|aw|fwd?|rv|sv)(\[\d+\])?:\s*)+/i, '')
    .trim()

/** Stores an article and lets the ticket feel it. */
export function storeArticle(core: Core, userId: number, ticket: TicketRow, draft: Draft): ArticleRow {
  const row = stamp(core, 'articles', userId)
  const autoOrigin = draft.senderId === CUSTOMER && [PHONE, NOTE, WEB].includes(draft.typeId)
  const originById = draft.originById ?? (autoOrigin ? ticket.customer_id : null)
  const envelope = envelopeOf(core, ticket, draft, core.state.users.get(originById ?? userId))
  const body = isHtml(draft.contentType)
    ? sanitize(draft.body, (image) => inline(core, ticket, row.id, image))
    : draft.body
  const { params } = draft
  const article: ArticleRow = {
    ...row,
    ticket_id: ticket.id,
    type_id: draft.typeId,
    sender_id: draft.senderId,
    from: envelope.from,
    to: column(params['to'], 3000),
    cc: column(params['cc'], 3000),
    subject: envelope.subject,
    reply_to: column(params['reply_to'], 300),
    message_id: envelope.messageId,
    message_id_md5: envelope.messageId === null ? null : md5(envelope.messageId),
    in_reply_to: column(params['in_reply_to'], 3000),
    content_type: draft.contentType,
    body,
    internal: draft.internal,
    preferences: envelope.preferences,
    origin_by_id: originById,
  }
  addArticle(core, article)
  for (const upload of draft.uploads) storeFile(core, article.id, upload)
  remember(core, {
    ticket_id: ticket.id,
    object: 'Ticket::Article',
    o_id: article.id,
    type: 'created',
    created_by_id: userId,
  })
  if (draft.mentions.length > 0)
    core.state.mentions.set(ticket.id, [
      ...new Set([...(core.state.mentions.get(ticket.id) ?? []), ...draft.mentions]),
    ])
  const changed = feel(core, ticket, article, userId)
  note(core, { ticketId: ticket.id, type: 'update', articleId: article.id, changed, userId })
  if (draft.typeId === EMAIL && draft.senderId !== CUSTOMER) enqueueMail(core, article.id)
  return article
}

function enqueueMail(core: Core, articleId: number): void {
  const id = nextId(core.state, 'jobs')
  core.state.jobs.set(id, { kind: 'mail', id, article_id: articleId, attempts: 0, due_at: core.now() })
}

function storeFile(core: Core, articleId: number, upload: Upload): FileRow {
  const id = nextId(core.state, 'files')
  const { filename, preferences, base64, size } = upload
  const file: FileRow = { id, article_id: articleId, filename, size, preferences, base64 }
  core.state.files.set(id, file)
  return file
}

/** Keeps an image that came inside the text, and answers the address it has from now on. */
function inline(core: Core, ticket: TicketRow, articleId: number, image: InlineImage): string {
  const count = [...core.state.files.values()].filter((file) => file.article_id === articleId).length
  const file = storeFile(core, articleId, {
    filename: `image${count + 1}.${image.type.split('/')[1]}`,
    preferences: {
      'Content-Type': image.type,
      'Mime-Type': image.type,
      'Content-ID': `${ticket.id}.${uuid(core)}@${fqdn(core)}`,
      'Content-Disposition': 'inline',
    },
    base64: image.base64,
    size: sizeOf(image.base64),
  })
  return `/api/v1/ticket_attachment/${ticket.id}/${articleId}/${file.id}?view=inline`
}

/** What an article does to its ticket: counts, contacts, first response, and new becomes open. */
function feel(core: Core, ticket: TicketRow, article: ArticleRow, userId: number): ReadonlySet<string> {
  if (article.sender_id === SYSTEM) {
    touch(core, ticket)
    return new Set()
  }
  const contact = !article.internal && article.type_id !== NOTE
  const byAgent = contact && article.sender_id === AGENT
  const changes: Partial<TicketRow> = counted(core, ticket, article)
  if (byAgent) {
    if (stateType(core, ticket.state_id) === 1) {
      const open = [...core.state.states.values()].find((state) => state.default_follow_up)
      changes.state_id = open?.id ?? ticket.state_id
    }
    changes.first_response_at = ticket.first_response_at ?? article.created_at
    changes.last_contact_at = article.created_at
    changes.last_contact_agent_at = article.created_at
  } else if (contact && isNews(ticket)) {
    changes.last_contact_at = article.created_at
    changes.last_contact_customer_at = article.created_at
  }
  const changed = saveTicket(core, ticket, changes, userId)
  touch(core, ticket)
  return changed
}

/** A customer who writes again before anybody answered counts as one contact. */
const isNews = (ticket: TicketRow): boolean =>
  ticket.last_contact_customer_at === null ||
  (ticket.last_contact_agent_at !== null && ticket.last_contact_agent_at > ticket.last_contact_customer_at)

function counted(core: Core, ticket: TicketRow, article: ArticleRow): Partial<TicketRow> {
  const count = articlesOf(core, ticket.id).filter((row) => row.sender_id !== SYSTEM).length
  return {
    article_count: count,
    ...(count === 1
      ? { create_article_type_id: article.type_id, create_article_sender_id: article.sender_id }
      : {}),
  }
}

/** `POST /ticket_articles`. */
export function createArticle(core: Core, caller: Caller, params: Params): ArticleRow {
  if (isBlank(params['ticket_id'])) throw new Refusal(404, "Couldn't find Ticket without an ID")
  const ticket = reachTicket(core, caller, params['ticket_id'], 'create')
  return storeArticle(core, caller.user.id, ticket, draftArticle(core, caller, ticket.group_id, params))
}

/** The article of an id on a ticket that the caller may use. */
export function reachArticle(core: Core, caller: Caller, id: unknown, level: string): ArticleRow {
  const article = core.state.articles.get(Number(id))
  if (!article) throw notFound('Ticket::Article', id)
  reachTicket(core, caller, article.ticket_id, level)
  if (article.internal && !may(core, caller, 'ticket.agent')) throw notAuthorized()
  return article
}

/** `PUT /ticket_articles/:id`: only visibility and highlights can change; no trigger hears of it. */
export function updateArticle(core: Core, caller: Caller, id: unknown, params: Params): ArticleRow {
  const article = reachArticle(core, caller, id, 'change')
  const internal = 'internal' in params ? flag(params['internal']) : article.internal
  const highlight = jsonObject(params['preferences'])['highlight']
  const flipped = internal !== article.internal
  if (flipped || highlight !== undefined) {
    article.internal = internal
    if (highlight !== undefined) article.preferences = { ...article.preferences, highlight }
    article.updated_by_id = caller.user.id
    article.updated_at = core.now()
    touch(core, core.state.tickets.get(article.ticket_id))
  }
  return article
}

/** `DELETE /ticket_articles/:id`: what nobody outside has seen, by its author, for ten minutes. */
export function deleteArticle(core: Core, caller: Caller, id: unknown): void {
  const article = reachArticle(core, caller, id, 'change')
  if (!article.internal && article.type_id !== NOTE)
    throw notAuthorized('communication articles cannot be deleted')
  if (article.created_by_id !== caller.user.id) throw notAuthorized('you can only delete your own notes')
  if (later(article.created_at, DELETABLE_MS) < core.now())
    throw notAuthorized('note is too old to be deleted')
  const ticket = core.state.tickets.get(article.ticket_id)
  removeArticle(core, article)
  touch(core, ticket)
}

/** A file with the checks that it belongs where the address says. */
export function reachFile(
  core: Core,
  caller: Caller,
  ids: { ticket: unknown; article: unknown; file: unknown },
): FileRow {
  const ticket = reachTicket(core, caller, ids.ticket, 'read')
  const article = core.state.articles.get(Number(ids.article))
  const file = core.state.files.get(Number(ids.file))
  const merged = stateType(core, ticket.state_id) === 6
  if (!article || (article.ticket_id !== ticket.id && !merged))
    throw new Refusal(403, 'The article does not belong to the specified ticket.')
  if (merged) reachTicket(core, caller, article.ticket_id, 'read')
  if (!file || file.article_id !== article.id)
    throw new Refusal(403, 'The file does not belong to the specified article.')
  return file
}
