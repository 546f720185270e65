import type { Desk, NewTicket, Opening, Sight, Ticket } from '../desk.ts'
import { Failure } from '../failure.ts'
import { readAccount } from './account.ts'
import { errorText, isSuccess, type Answer, type Client } from './client.ts'
import { createBody } from './create-body.ts'
import { verdictOf } from './refusal.ts'
import { assureAccount, granted, said } from './rights.ts'
import { ArticleRows, CreatedRow, TicketRow, TicketRows, UserRow, readAs } from './schemas.ts'
import { bodyText } from './wording.ts'

/** The helpdesk behind us is a Zammad, 6.2 or later. */
export function createDesk(client: Client): Desk {
  const byMessageId = (messageId: string) => findByMessageId(client, messageId)
  return {
    account: () => readAccount(client),
    open: (ticket) => open(client, ticket),
    byNumber: (number) => findByNumber(client, number),
    byMessageId,
    read: (id) => read(client, id),
    note: (ticketId, note) => addNote(client, ticketId, note),
    // After a merge the article lives in another ticket.
    hasArticle: async (ticketId, messageId) =>
      (await holdsArticle(client, ticketId, messageId)) || (await byMessageId(messageId)) !== null,
    newest: (limit) => newest(client, limit),
    lowest: () => lowest(client),
    latestUpdate: () => latestUpdate(client),
    rolesOf: (userId) => rolesOf(client, userId),
  }
}

async function open(client: Client, ticket: NewTicket): Promise<Opening> {
  const lacking = lackOf(ticket)
  if (lacking) return { outcome: 'refused', reason: lacking }
  const answer = await client.write('POST', '/tickets?expand=true', createBody(ticket))
  if (isSuccess(answer)) return { outcome: 'opened', ticket: await opened(client, answer) }
  await assureAccount(client, answer)
  const reason = said(answer, typedIn(ticket))
  if (answer.status === 403) return { outcome: 'group', reason }
  if (answer.status !== 422) return { outcome: 'refused', reason }
  const verdict = verdictOf(errorText(answer) ?? '')
  if (verdict === 'masked') return { outcome: 'masked' }
  return { outcome: verdict === 'group' ? 'group' : 'refused', reason }
}

/**
 * What Zammad would refuse without telling why, or take with a result that nobody wants: without an address
 * it makes a customer whom no answer reaches (L7, L12).
 */
function lackOf(ticket: NewTicket): string | null {
  const required = {
    title: ticket.title,
    body: ticket.body,
    address: ticket.customer.email,
    group: ticket.group,
    'Message-ID': ticket.messageId,
  }
  const lacking = Object.entries(required).find(([, text]) => bodyText(text).trim() === '')
  return lacking ? `the ticket has no ${lacking[0]}` : null
}

/** Everything in a create that a visitor may have typed. */
const typedIn = (ticket: NewTicket): readonly string[] => [
  ticket.title,
  ticket.body,
  ticket.customer.email,
  ...ticket.customer.name.split(/\s+/u),
  ...ticket.attachments.flatMap(({ name, type }) => [name, type]),
]

/** The ticket of a create that succeeded: whatever goes wrong here, it exists. */
async function opened(client: Client, answer: Answer): Promise<Ticket> {
  const told = TicketRow.safeParse(answer.body)
  if (told.success) return told.data
  try {
    const { id } = readAs(CreatedRow, answer, 'the new ticket')
    const sight = await read(client, id)
    if (sight.seen === 'ticket') return sight.ticket
  } catch (cause) {
    throw new Failure('uncertain', 'the ticket was opened, but cannot be read', { cause })
  }
  throw new Failure('uncertain', 'the ticket was opened, but is out of sight')
}

async function read(client: Client, id: number): Promise<Sight> {
  const answer = await client.get(`/tickets/${id}?expand=true`)
  if (answer.status === 403 || answer.status === 404) {
    await assureAccount(client, answer)
    return { seen: answer.status === 403 ? 'out-of-sight' : 'gone' }
  }
  const row = await granted(client, answer, 'a ticket')
  return { seen: 'ticket', ticket: readAs(TicketRow, row, 'a ticket') }
}

interface Search {
  readonly condition: Readonly<Record<string, { readonly operator: string; readonly value: string }>>
  readonly sortBy: 'created_at' | 'updated_at'
  readonly perPage: number
  readonly page?: number
}

/** A condition that Zammad does not understand returns every ticket (L18): callers check each hit. */
async function search(
  client: Client,
  { condition, sortBy, perPage, page }: Search,
): Promise<readonly Ticket[]> {
  const answer = await client.search('/tickets/search', {
    condition,
    expand: true,
    per_page: perPage,
    page: page ?? 1,
    sort_by: sortBy,
    order_by: 'desc',
  })
  return readAs(TicketRows, await granted(client, answer, 'a search for tickets'), 'tickets')
}

/** An empty value would match what has none, so it is never asked for. */
function is(field: string, value: string): Search['condition'] {
  if (value.trim() === '') throw new Error(`a search by ${field} needs a value`)
  return { [field]: { operator: 'is', value } }
}

const FEW = 5

async function findByNumber(client: Client, number: string): Promise<Ticket | null> {
  const condition = is('ticket.number', number)
  const hits = await search(client, { condition, sortBy: 'created_at', perPage: FEW })
  return hits.find((ticket) => ticket.number === number) ?? null
}

async function findByMessageId(client: Client, messageId: string): Promise<Ticket | null> {
  const condition = is('article.message_id', messageId)
  for (const ticket of await search(client, { condition, sortBy: 'created_at', perPage: FEW })) {
    if (await holdsArticle(client, ticket.id, messageId)) return ticket
  }
  return null
}

/** False, too, for a ticket that is gone or out of sight. */
async function holdsArticle(client: Client, ticketId: number, messageId: string): Promise<boolean> {
  const answer = await client.get(`/ticket_articles/by_ticket/${ticketId}`)
  if (answer.status === 403 || answer.status === 404) {
    await assureAccount(client, answer)
    return false
  }
  const articles = readAs(ArticleRows, await granted(client, answer, 'articles'), 'articles')
  return articles.some((article) => article.message_id === messageId)
}

async function addNote(
  client: Client,
  ticketId: number,
  note: { messageId: string; body: string },
): Promise<void> {
  const answer = await client.write('POST', '/ticket_articles', {
    ticket_id: ticketId,
    type: 'note',
    sender: 'System',
    internal: true,
    content_type: 'text/plain',
    body: bodyText(note.body),
    message_id: note.messageId,
    preferences: { 'send-auto-response': false },
  })
  if (isSuccess(answer)) return
  await assureAccount(client, answer)
  throw new Failure('refused', `Zammad refuses a note: ${said(answer, [note.body])}`)
}

/** Every ticket is newer than that. A condition is sent because an empty one fails on 6.2 (0.2). */
const ANY_TICKET: Search['condition'] = {
  'ticket.updated_at': { operator: 'after (absolute)', value: '2000-01-01T00:00:00Z' },
}

/** Zammad gives at most 200 hits a page. */
const PAGE = 100

async function newest(client: Client, limit: number): Promise<readonly Ticket[]> {
  const found = new Map<number, Ticket>()
  const perPage = Math.min(limit, PAGE)
  for (let page = 1; found.size < limit; page++) {
    const hits = await search(client, { condition: ANY_TICKET, sortBy: 'created_at', perPage, page })
    for (const ticket of hits) found.set(ticket.id, ticket)
    if (hits.length < perPage) break
  }
  return [...found.values()]
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || b.id - a.id)
    .slice(0, limit)
}

/** The plain list is in ascending order of ids (contract 4.5). */
async function lowest(client: Client): Promise<Ticket | null> {
  const answer = await client.get('/tickets?per_page=1&page=1&expand=true')
  const [first] = readAs(TicketRows, await granted(client, answer, 'tickets'), 'tickets')
  return first ?? null
}

async function latestUpdate(client: Client): Promise<Date | null> {
  const hits = await search(client, { condition: ANY_TICKET, sortBy: 'updated_at', perPage: 1 })
  return hits[0]?.updatedAt ?? null
}

async function rolesOf(client: Client, userId: number): Promise<readonly string[]> {
  const answer = await client.get(`/users/${userId}?expand=true`)
  return readAs(UserRow, await granted(client, answer, 'a user'), 'a user').roles
}
