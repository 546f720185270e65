import { demand, reachTicket } from './access.ts'
import { createArticle, deleteArticle, reachArticle, reachFile, updateArticle } from './articles.ts'
import { createAssets, formMeta, ticketAssets, ticketWithAll } from './assets.ts'
import { settleEvents } from './events.ts'
import { created, ok, shownAs, type Answer, type Exchange, type Routes } from './exchange.ts'
import { historyLine, historyOf } from './history.ts'
import { createLink, deleteLink, linksOf, listLinks } from './links.ts'
import { paged, queryFilter, sorted } from './listing.ts'
import { articlesOf } from './model.ts'
import { flag, textOf } from './params.ts'
import {
  articleColumns,
  articleObject,
  membersOf,
  ticketColumns,
  ticketExpanded,
  ticketObject,
  type Shown,
} from './rendering.ts'
import type { FileRow, TicketRow } from './rows.ts'
import { searchFilter } from './search.ts'
import { changeTags } from './tags.ts'
import { deleteTicket, mergeTicket, readableTickets, updateTicket } from './tickets.ts'

const LIST = { usual: 100, most: 100 }
const SEARCH = { usual: 50, most: 200 }

/** A ticket as the flags of the request want it. */
export function showTicket(
  { core, caller, params }: Exchange,
  ticket: TicketRow,
  plain: (ticket: TicketRow) => Shown,
): Shown {
  if (flag(params['all'])) {
    const groups = Object.keys(caller.user.group_ids).map(Number)
    const owners = membersOf(core, ticket.group_id).map((user) => user.id)
    const meta = { ...formMeta(core, groups, owners), filter: { type_id: [10, 5] } }
    return ticketWithAll(core, ticket, linksOf(core, ticket.id), meta)
  }
  return shownAs(params, {
    id: ticket.id,
    plain: () => plain(ticket),
    expanded: () => ticketExpanded(core, ticket),
    assets: () => ticketAssets(core, [ticket]),
  })
}

function searchTickets(exchange: Exchange): Answer {
  const { core, caller, params } = exchange
  const fits = searchFilter(core, params['condition'], caller.user.id)
  const says = queryFilter(core, textOf(params['query'] ?? params['term']) ?? '')
  const found = readableTickets(core, caller).filter((ticket) => fits(ticket) && says(ticket))
  const page = paged(sorted(found, params), params, SEARCH)
  const ids = page.map((ticket) => ticket.id)
  const total_count = found.length
  const newer = core.profile === '6.6'
  if (newer && flag(params['only_total_count'])) return ok({ total_count })
  if (newer && flag(params['full']))
    return ok({ record_ids: ids, assets: ticketAssets(core, page), total_count })
  if (flag(params['expand'])) return ok(page.map((ticket) => ticketExpanded(core, ticket)))
  if (newer) return ok(page.map((ticket) => ticketObject(core, ticket)))
  return ok({
    tickets: ids,
    tickets_count: page.length,
    assets: ids.length > 0 ? ticketAssets(core, page) : {},
  })
}

function listTickets({ core, caller, params }: Exchange): Answer {
  const page = paged(
    readableTickets(core, caller).sort((a, b) => a.id - b.id),
    params,
    LIST,
  )
  if (flag(params['full']))
    return ok({ record_ids: page.map((ticket) => ticket.id), assets: ticketAssets(core, page) })
  return ok(
    page.map((ticket) =>
      flag(params['expand']) ? ticketExpanded(core, ticket) : ticketColumns(core, ticket),
    ),
  )
}

function ticketHistory({ core, caller, path }: Exchange): Answer {
  demand(core, caller, 'ticket.agent')
  const ticket = reachTicket(core, caller, path('id'), 'read')
  const lines = historyOf(core, ticket.id)
  const authors = lines.map((line) => line.created_by_id)
  const articles = articlesOf(core, ticket.id).map((article) => [
    String(article.id),
    articleColumns(core, article),
  ])
  const assets = { ...ticketAssets(core, [ticket], authors), TicketArticle: Object.fromEntries(articles) }
  return ok({ history: lines.map(historyLine), assets })
}

function merge({ core, caller, path }: Exchange): Answer {
  const merged = mergeTicket(core, caller, path('source'), path('number'))
  if (merged.result === 'failed') return ok(merged)
  return ok({
    result: 'success',
    target_ticket: ticketColumns(core, merged.target),
    source_ticket: ticketColumns(core, merged.source),
  })
}

/** A file name in the two forms of a header: plain ASCII, and all of it. */
function disposition(kind: 'attachment' | 'inline', name: string): string {
  const ascii = name
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/[%?"\\]/g, encodeURIComponent)
  const whole = encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${whole}`
}

const INLINE_TYPES = /^image\/(png|jpe?g|gif|webp)$|^text\/plain$/

/** The bytes of an attachment. */
export function fileResponse(file: FileRow, view: string | null): Response {
  const type = textOf(file.preferences['Mime-Type']) ?? 'application/octet-stream'
  const kind = view === 'inline' && INLINE_TYPES.test(type) ? 'inline' : 'attachment'
  const binary = atob(file.base64)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at)
  return new Response(bytes, {
    headers: {
      'content-type': type,
      'content-disposition': disposition(kind, file.filename),
      'cache-control': 'max-age=0, private, must-revalidate',
    },
  })
}

function articleRoutes(route: Routes): void {
  route('post', '/ticket_articles', ({ core, caller, params }) =>
    created(articleObject(core, createArticle(core, caller, params))),
  )
  route('get', '/ticket_articles/by_ticket/:id', ({ core, caller, path }) => {
    const ticket = reachTicket(core, caller, path('id'), 'read')
    const visible = articlesOf(core, ticket.id).filter(
      (article) =>
        !article.internal || ticket.customer_id !== caller.user.id || caller.user.role_ids.includes(2),
    )
    return ok(visible.map((article) => articleObject(core, article)))
  })
  route('get', '/ticket_articles/:id', ({ core, caller, path }) =>
    ok(articleObject(core, reachArticle(core, caller, path('id'), 'read'))),
  )
  route('put', '/ticket_articles/:id', ({ core, caller, params, path }) =>
    ok(articleObject(core, updateArticle(core, caller, path('id'), params))),
  )
  route('delete', '/ticket_articles/:id', ({ core, caller, path }) => {
    deleteArticle(core, caller, path('id'))
    return ok({})
  })
  route('get', '/ticket_attachment/:ticket/:article/:file', ({ core, caller, params, path }) => {
    const ids = { ticket: path('ticket'), article: path('article'), file: path('file') }
    return fileResponse(reachFile(core, caller, ids), textOf(params['view']))
  })
}

/** Everything about tickets but their making, which is a matter of two steps. */
export function ticketRoutes(route: Routes): void {
  route('get', '/tickets', listTickets)
  route('get', '/tickets/search', searchTickets)
  route('post', '/tickets/search', searchTickets)
  route('get', '/tickets/:id', (exchange) => {
    const { core, caller, path } = exchange
    const ticket = reachTicket(core, caller, path('id'), 'read')
    return ok(showTicket(exchange, ticket, (row) => ticketColumns(core, row)))
  })
  route('put', '/tickets/:id', (exchange) => {
    const { core, caller, params, path } = exchange
    const ticket = updateTicket(core, caller, path('id'), params)
    settleEvents(core)
    return ok(showTicket(exchange, ticket, (row) => ticketObject(core, row)))
  })
  route('delete', '/tickets/:id', ({ core, caller, path }) => {
    deleteTicket(core, caller, path('id'))
    return ok(undefined)
  })
  route('get', '/ticket_create', ({ core, caller }) => {
    demand(core, caller, 'ticket.agent')
    const groups = Object.keys(caller.user.group_ids).map(Number)
    return ok({ assets: createAssets(core, groups), form_meta: formMeta(core, groups, []) })
  })
  route('get', '/ticket_history/:id', ticketHistory)
  route('put', '/ticket_merge/:source/:number', merge)
  route('get', '/tags', ({ core, params }) => ok({ tags: core.state.tags.get(Number(params['o_id'])) ?? [] }))
  route('get', '/tag_search', ({ core, params }) => {
    const low = (textOf(params['term']) ?? '').toLowerCase()
    const all = [...new Set([...core.state.tags.values()].flat())].filter((tag) =>
      tag.toLowerCase().includes(low),
    )
    return ok(all.map((value, at) => ({ id: at + 1, value })))
  })
  route('post', '/tags/add', ({ core, caller, params }) => {
    changeTags(core, caller, params, 'add')
    return created(true)
  })
  route('delete', '/tags/remove', ({ core, caller, params }) => {
    changeTags(core, caller, params, 'remove')
    return ok(true)
  })
  route('get', '/links', ({ core, caller, params }) => ok(listLinks(core, caller, params)))
  route('post', '/links/add', ({ core, caller, params }) => created(createLink(core, caller, params)))
  route('delete', '/links/remove', ({ core, caller, params }) => {
    deleteLink(core, caller, params)
    return created(true)
  })
  articleRoutes(route)
}
