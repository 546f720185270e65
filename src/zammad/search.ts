import { SECOND_MS } from '../clock.ts'
import type { Ticket } from '../desk.ts'
import { Failure } from '../failure.ts'
import { holdsArticle } from './articles.ts'
import type { Client } from './client.ts'
import { granted } from './rights.ts'
import type { Tickets } from './tickets.ts'

/** What a search takes. */
export interface Searcher {
  readonly client: Client
  readonly tickets: Tickets
}

type Column = 'created_at' | 'updated_at'

interface Search {
  readonly condition: Readonly<Record<string, { readonly operator: string; readonly value: string }>>
  readonly sortBy: Column
  /** Newest first unless told otherwise; what is of one instant comes by id. */
  readonly order?: 'asc' | 'desc'
  readonly perPage: number
  readonly page?: number
}

/** A condition that Zammad does not understand returns every ticket (L18): callers check each hit. */
async function search(searcher: Searcher, asked: Search): Promise<readonly Ticket[]> {
  const order = asked.order ?? 'desc'
  const answer = await searcher.client.search('/tickets/search', {
    condition: asked.condition,
    expand: true,
    per_page: asked.perPage,
    page: asked.page ?? 1,
    sort_by: [asked.sortBy, 'id'],
    order_by: [order, order],
  })
  return searcher.tickets.list(await granted(searcher.client, answer, 'a search for tickets'), 'tickets')
}

/** An empty value would match what has none, so it is never asked for. */
function is(field: string, value: string): Search['condition'] {
  if (value.trim() === '') throw new Error(`a search by ${field} needs a value`)
  return { [field]: { operator: 'is', value } }
}

const FEW = 5

export async function findByNumber(searcher: Searcher, number: string): Promise<Ticket | null> {
  const condition = is('ticket.number', number)
  const hits = await search(searcher, { condition, sortBy: 'created_at', perPage: FEW })
  return hits.find((ticket) => ticket.number === number) ?? null
}

export async function findByMessageId(searcher: Searcher, messageId: string): Promise<Ticket | null> {
  const condition = is('article.message_id', messageId)
  for (const ticket of await search(searcher, { condition, sortBy: 'created_at', perPage: FEW })) {
    if (await holdsArticle(searcher.client, ticket.id, messageId)) return ticket
  }
  return null
}

const sinceThen = (column: Column, since: string): Search['condition'] => ({
  [`ticket.${column}`]: { operator: 'after (absolute)', value: since },
})

/** Every ticket is newer than that. A condition is sent because an empty one fails on 6.2 (0.2). */
const ANY_TICKET = sinceThen('updated_at', '2000-01-01T00:00:00Z')

/** Zammad gives at most 200 hits a page. */
const PAGE = 100

export async function newest(searcher: Searcher, limit: number): Promise<readonly Ticket[]> {
  const found = new Map<number, Ticket>()
  const perPage = Math.min(limit, PAGE)
  for (let page = 1; found.size < limit; page++) {
    const hits = await search(searcher, { condition: ANY_TICKET, sortBy: 'created_at', perPage, page })
    for (const ticket of hits) found.set(ticket.id, ticket)
    if (hits.length < perPage) break
  }
  return [...found.values()]
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || b.id - a.id)
    .slice(0, limit)
}

export async function latestUpdate(searcher: Searcher): Promise<Date | null> {
  const hits = await search(searcher, { condition: ANY_TICKET, sortBy: 'updated_at', perPage: 1 })
  return hits[0]?.updatedAt ?? null
}

interface Since {
  readonly column: Column
  readonly since: Date
  /** Tickets a page; 100 unless told otherwise. */
  readonly perPage?: number
}

/** Whether `after` takes in the instant itself, and how finely it measures, is Zammad's affair: a second more is asked. */
const SLACK_MS = SECOND_MS

const askedFrom = (instant: number): number => Math.floor((instant - SLACK_MS) / SECOND_MS) * SECOND_MS

/**
 * Readable tickets made or updated at or after then, in pages, oldest first. Each page is asked from the last
 * instant seen, not by its number: what moves to the end meanwhile shifts nothing. Where one moment holds more
 * than a page, its pages are turned until a whole pass brings nothing new. Throws `Failure` with `refused`
 * where Zammad does not keep to the condition.
 */
export async function* ticketsSince(
  searcher: Searcher,
  { column, since, perPage = PAGE }: Since,
): AsyncGenerator<readonly Ticket[]> {
  const instantOf = (ticket: Ticket): number =>
    (column === 'created_at' ? ticket.createdAt : ticket.updatedAt).getTime()
  const told = new Map<number, number>()

  async function hitsFrom(from: number, page: number): Promise<readonly Ticket[]> {
    const condition = sinceThen(column, new Date(from).toISOString())
    const hits = await search(searcher, { condition, sortBy: column, order: 'asc', perPage, page })
    if (hits.every((ticket) => instantOf(ticket) >= from)) return hits
    throw new Failure('refused', 'Zammad does not keep to the condition of a search for tickets')
  }

  function untold(hits: readonly Ticket[]): readonly Ticket[] {
    const fresh = hits.filter((ticket) => {
      const instant = instantOf(ticket)
      return instant >= since.getTime() && told.get(ticket.id) !== instant
    })
    for (const ticket of fresh) told.set(ticket.id, instantOf(ticket))
    return fresh
  }

  /** Where to ask next after a page, or null after the last one. */
  function nextAfter(from: number, hits: readonly Ticket[]): number | null {
    const last = hits.at(-1)
    return last && hits.length >= perPage ? Math.max(from, askedFrom(instantOf(last))) : null
  }

  async function* crowd(from: number): AsyncGenerator<readonly Ticket[], number | null> {
    for (;;) {
      let grown = false
      let next: number | null = from
      for (let page = 1; next === from; page++) {
        const hits = await hitsFrom(from, page)
        const fresh = untold(hits)
        grown ||= fresh.some((ticket) => askedFrom(instantOf(ticket)) <= from)
        if (fresh.length > 0) yield fresh
        next = nextAfter(from, hits)
      }
      if (!grown) return next
    }
  }

  let from: number | null = askedFrom(since.getTime())
  while (from !== null) {
    const hits = await hitsFrom(from, 1)
    const fresh = untold(hits)
    if (fresh.length > 0) yield fresh
    const next = nextAfter(from, hits)
    from = next === from ? yield* crowd(from) : next
  }
}
