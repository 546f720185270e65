import type { Desk, NewTicket, Opening, Ticket } from '../desk.ts'
import { Failure } from '../failure.ts'
import { readAccount } from './account.ts'
import { readAgents, readPriorities } from './agents.ts'
import { addNote, holdsArticle, openFile, readArticle, readArticles } from './articles.ts'
import { changeTicket } from './change.ts'
import { errorText, isSuccess, type Answer, type Client } from './client.ts'
import { createBody } from './create-body.ts'
import { readBornOn, readHistory } from './history.ts'
import { readParents } from './links.ts'
import { personOf, readPerson } from './people.ts'
import { verdictOf } from './refusal.ts'
import { addReply, mergeInto, replyAndReopen } from './reply.ts'
import { assureAccount, granted, said } from './rights.ts'
import { CreatedRow, readAs, TicketRow } from './schemas.ts'
import { findByMessageId, findByNumber, latestUpdate, newest, ticketsSince, type Searcher } from './search.ts'
import { addTags, readTags, removeTag } from './tags.ts'
import { createTickets, type Tickets } from './tickets.ts'
import { bodyText } from './wording.ts'

/** The helpdesk behind us is a Zammad, 6.2 or later. */
export function createDesk(client: Client): Desk {
  const tickets = createTickets(client)
  const searcher: Searcher = { client, tickets }
  const account = () => readAccount(client)
  const byMessageId = (messageId: string) => findByMessageId(searcher, messageId)
  return {
    account,
    open: (ticket) => open(searcher, ticket),
    byNumber: (number) => findByNumber(searcher, number),
    byMessageId,
    read: tickets.read,
    note: (ticketId, note) => addNote(client, ticketId, note),
    // After a merge the article lives in another ticket.
    hasArticle: async (ticketId, messageId) =>
      (await holdsArticle(client, ticketId, messageId)) || (await byMessageId(messageId)) !== null,
    articles: (ticketId) => readArticles(client, ticketId),
    article: (id) => readArticle(client, id),
    bornOn: (ticketId) => readBornOn(client, ticketId),
    file: (place) => openFile(client, place),
    reply: (ticketId, article, how) =>
      (how === 'add' ? addReply : replyAndReopen)({ client, tickets }, ticketId, article),
    merge: (ticketId, targetNumber) => mergeInto({ client, tickets }, ticketId, targetNumber),
    parents: (ticketId) => readParents(client, ticketId),
    history: (ticketId) => readHistory(client, ticketId, tickets.typesOf),
    change: (ticketId, change) => changeTicket({ client, tickets, account }, ticketId, change),
    tag: (ticketId, tags) => addTags(client, ticketId, tags),
    untag: (ticketId, tag) => removeTag(client, ticketId, tag),
    tags: (ticketId) => readTags(client, ticketId),
    updatedSince: (since) => ticketsSince(searcher, { column: 'updated_at', since }),
    createdSince: (since) => ticketsSince(searcher, { column: 'created_at', since }),
    agents: () => readAgents(client),
    priorities: () => readPriorities(client),
    newest: (limit) => newest(searcher, limit),
    lowest: () => lowest(searcher),
    latestUpdate: () => latestUpdate(searcher),
    person: (id) => readPerson(client, id),
    personOf: (email, name) => personOf(client, email, name),
  }
}

async function open({ client, tickets }: Searcher, ticket: NewTicket): Promise<Opening> {
  const lacking = lackOf(ticket)
  if (lacking) return { outcome: 'refused', reason: lacking }
  const answer = await client.write('POST', '/tickets?expand=true', createBody(ticket))
  if (isSuccess(answer)) return { outcome: 'opened', ticket: await opened(tickets, answer) }
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
async function opened(tickets: Tickets, answer: Answer): Promise<Ticket> {
  try {
    if (TicketRow.safeParse(answer.body).success) return await tickets.one(answer, 'the new ticket')
    const { id } = readAs(CreatedRow, answer, 'the new ticket')
    const sight = await tickets.read(id)
    if (sight.seen === 'ticket') return sight.ticket
  } catch (cause) {
    throw new Failure('uncertain', 'the ticket was opened, but cannot be read', { cause })
  }
  throw new Failure('uncertain', 'the ticket was opened, but is out of sight')
}

/** The plain list is in ascending order of ids (contract 4.5). */
async function lowest({ client, tickets }: Searcher): Promise<Ticket | null> {
  const answer = await client.get('/tickets?per_page=1&page=1&expand=true')
  const [first] = await tickets.list(await granted(client, answer, 'tickets'), 'tickets')
  return first ?? null
}
