import {
  demand,
  groupAccess,
  masked,
  may,
  notAuthorized,
  reachTicket,
  Refusal,
  ticketAccess,
  unprocessable,
  type Caller,
} from './access.ts'
import { draftArticle } from './article-draft.ts'
import { storeArticle } from './articles.ts'
import { remember } from './history.ts'
import { mergeLinks } from './links.ts'
import { articlesOf, moveArticle, removeArticle, type Core } from './model.ts'
import { column, isObject, jsonObject, oneLine, type Params } from './params.ts'
import { AGENT, NOBODY, NOTE, STATE_TYPE, type TicketRow } from './rows.ts'
import { note, saveTicket, stateType, touch } from './saving.ts'
import { checkOwner, checkState, lookUp, readTime } from './ticket-columns.ts'

/** `PUT /tickets/:id`, attributes and article in one. */
export function updateTicket(core: Core, caller: Caller, id: unknown, params: Params): TicketRow {
  const ticket = reachTicket(core, caller, id, 'change')
  const changes = readChanges(core, caller, ticket, params)
  const { article } = params
  const groupId = changes.group_id ?? ticket.group_id
  const draft = isObject(article) ? draftArticle(core, caller, groupId, article) : null
  const userId = caller.user.id
  const changed = saveTicket(core, ticket, changes, userId)
  if (changed.size > 0) note(core, { ticketId: ticket.id, type: 'update', articleId: null, changed, userId })
  if (draft) storeArticle(core, userId, ticket, draft)
  return ticket
}

function readChanges(core: Core, caller: Caller, ticket: TicketRow, params: Params): Partial<TicketRow> {
  const changes: Partial<TicketRow> = {}
  for (const name of ['group', 'state', 'priority', 'owner', 'customer'] as const) {
    const found = lookUp(core, params, name)
    if (found !== undefined) changes[`${name}_id`] = found
  }
  if ('title' in params) {
    const title = oneLine(column(params['title'], 250) ?? '')
    if (title.trim() === '') throw masked("Missing required value for field 'title'!")
    changes.title = title
  }
  if ('note' in params) changes.note = column(params['note'], 250)
  if ('pending_time' in params) changes.pending_time = readTime(params['pending_time'])
  if (isObject(params['preferences']))
    changes.preferences = { ...ticket.preferences, ...jsonObject(params['preferences']) }
  return checkChanges(core, caller, ticket, changes)
}

function checkChanges(
  core: Core,
  caller: Caller,
  ticket: TicketRow,
  changes: Partial<TicketRow>,
): Partial<TicketRow> {
  const { group_id, state_id, owner_id, customer_id } = changes
  if (group_id !== undefined && group_id !== ticket.group_id) {
    const allowed = ['create', 'change'].some((level) => groupAccess(core, caller.user, group_id, level))
    if (!allowed) throw masked(`Invalid value '${group_id}' for field 'group_id'!`)
    const owner = core.state.users.get(owner_id ?? ticket.owner_id)
    if (owner && owner.id !== NOBODY && !groupAccess(core, owner, group_id, 'full')) changes.owner_id = NOBODY
  }
  if (state_id !== undefined && state_id !== ticket.state_id) {
    const pendingTime = changes.pending_time ?? ticket.pending_time
    checkState(core, state_id, pendingTime, [STATE_TYPE.new, STATE_TYPE.merged])
  }
  if (owner_id !== undefined && owner_id !== ticket.owner_id)
    checkOwner(core, changes.owner_id ?? owner_id, group_id ?? ticket.group_id)
  if (customer_id !== undefined)
    changes.organization_id = core.state.users.get(customer_id)?.organization_id ?? null
  return changes
}

/** `DELETE /tickets/:id`: for administrators; nothing tells of it. */
export function deleteTicket(core: Core, caller: Caller, id: unknown): void {
  const ticket = core.state.tickets.get(Number(id))
  if (!ticket) throw new Refusal(404, `Couldn't find Ticket with 'id'=${String(id)}`)
  if (!may(core, caller, 'admin')) throw notAuthorized('admin permission required')
  const { state } = core
  for (const article of articlesOf(core, ticket.id)) removeArticle(core, article)
  for (const [key, link] of state.links)
    if (link.source === ticket.id || link.target === ticket.id) state.links.delete(key)
  for (const [key, row] of state.history) if (row.ticket_id === ticket.id) state.history.delete(key)
  state.tags.delete(ticket.id)
  state.mentions.delete(ticket.id)
  state.tickets.delete(ticket.id)
}

/** What a merge answers: always 200, with the reason inside where it failed. */
export type Merge =
  | { readonly result: 'success'; readonly target: TicketRow; readonly source: TicketRow }
  | { readonly result: 'failed'; readonly message: string }

/** `PUT /ticket_merge/:source/:number`: articles move, the source keeps one public note. */
export function mergeTicket(core: Core, caller: Caller, sourceId: unknown, number: string): Merge {
  demand(core, caller, 'ticket.agent')
  const source = core.state.tickets.get(Number(sourceId))
  if (!source) return { result: 'failed', message: 'The source ticket could not be found.' }
  const target = [...core.state.tickets.values()].find((ticket) => ticket.number === number)
  if (!target) return { result: 'failed', message: 'The target ticket number could not be found.' }
  if (![source, target].every((ticket) => ticketAccess(core, caller, ticket, 'change'))) throw notAuthorized()
  if (source.id === target.id) throw unprocessable('A ticket cannot be merged into itself.')
  if (stateType(core, target.state_id) === STATE_TYPE.merged)
    throw unprocessable('It is not possible to merge into an already merged ticket.')
  const { article_count, create_article_type_id, create_article_sender_id } = source
  const targetBefore = { ...target }
  joinTickets(core, caller, source, target)
  // The answer shows what was in memory before the note counted.
  const sourceThen = { ...source, article_count, create_article_type_id, create_article_sender_id }
  return { result: 'success', target: targetBefore, source: sourceThen }
}

function joinTickets(core: Core, caller: Caller, source: TicketRow, target: TicketRow): void {
  const userId = caller.user.id
  const now = core.now()
  for (const article of articlesOf(core, source.id)) {
    moveArticle(core, article, target.id)
    article.updated_at = now
  }
  mergeLinks(core, source, target)
  const merged = [...core.state.states.values()].find((row) => row.state_type_id === STATE_TYPE.merged)
  storeArticle(core, userId, source, {
    typeId: NOTE,
    senderId: AGENT,
    originById: null,
    body: 'merged',
    contentType: 'text/plain',
    internal: false,
    mentions: [],
    uploads: [],
    params: {},
  })
  const changes = { state_id: merged?.id ?? source.state_id, owner_id: NOBODY }
  const changed = saveTicket(core, source, changes, userId)
  note(core, { ticketId: source.id, type: 'update.merged_into', articleId: null, changed, userId })
  touch(core, target)
  note(core, {
    ticketId: target.id,
    type: 'update.received_merge',
    articleId: null,
    changed: new Set(),
    userId,
  })
  for (const [ticket, type] of [
    [source, 'merged_into'],
    [target, 'received_merge'],
  ] as const)
    remember(core, {
      ticket_id: ticket.id,
      object: 'Ticket',
      o_id: ticket.id,
      type,
      created_by_id: userId,
    })
}

/** Tickets that the caller may read, by id. */
export function readableTickets(core: Core, caller: Caller): TicketRow[] {
  demand(core, caller, 'ticket.agent', 'ticket.customer')
  return [...core.state.tickets.values()].filter((ticket) => ticketAccess(core, caller, ticket, 'read'))
}
