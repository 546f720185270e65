import { masked } from './access.ts'
import { articlesOf, type Core } from './model.ts'
import type { Params } from './params.ts'
import type { TicketRow } from './rows.ts'

/** Free text, as a Zammad without a search engine takes it: one text, found anywhere. */
export function queryFilter(core: Core, query: string): (ticket: TicketRow) => boolean {
  const low = query.toLowerCase()
  const has = (text: string | null): boolean => text?.toLowerCase().includes(low) ?? false
  if (low.replaceAll('*', '').trim() === '') return () => true
  return (ticket) =>
    has(ticket.title) ||
    has(ticket.number) ||
    articlesOf(core, ticket.id).some(
      (article) => has(article.body) || has(article.from) || has(article.to) || has(article.subject),
    )
}

const list = (value: unknown): string[] =>
  (Array.isArray(value) ? value.map(String) : String(value ?? '').split(','))
    .map((part) => part.trim())
    .filter(Boolean)

/** Rows in the order asked for; newest update first where nothing is asked. */
export function sorted<Row extends { readonly id: number; readonly updated_at: string }>(
  rows: readonly Row[],
  params: Params,
): Row[] {
  const keys = list(params['sort_by'])
  const orders = list(params['order_by'])
  const by = keys.length > 0 ? keys : ['updated_at']
  return [...rows].sort((a, b) => {
    for (const [at, key] of by.entries()) {
      const order = compare(Reflect.get(a, key), Reflect.get(b, key))
      if (order !== 0) return (orders[at] ?? 'desc').toLowerCase() === 'asc' ? order : -order
    }
    return b.id - a.id
  })
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a ?? '').localeCompare(String(b ?? ''))
}

/** One page of rows; page 0 makes the database refuse. */
export function paged<Row>(
  rows: readonly Row[],
  params: Params,
  size: { usual: number; most: number },
): Row[] {
  const asked = Number(params['per_page'] ?? params['limit'] ?? size.usual)
  const perPage = Math.min(Number.isFinite(asked) && asked > 0 ? asked : size.usual, size.most)
  const page = Number(params['page'] ?? 1)
  if (page < 1) throw masked('OFFSET must not be negative')
  return rows.slice((page - 1) * perPage, page * perPage)
}
