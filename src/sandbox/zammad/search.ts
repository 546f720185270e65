import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../clock.ts'
import { broken } from './access.ts'
import { INVALID, namesArticle, readTree, type Atom, type Tree } from './conditions.ts'
import { articlesOf, type Core, type TicketEvent } from './model.ts'
import { isObject, type Params } from './params.ts'
import { NOBODY, type ArticleRow, type TicketRow } from './rows.ts'

/** What a comparison looks at. */
interface View {
  readonly core: Core
  readonly ticket: TicketRow
  readonly article: ArticleRow | null
  readonly event: TicketEvent | null
  readonly userId: number
}

function fieldOf({ core, ticket, article, event }: View, { prefix, column }: Atom): unknown {
  const { state } = core
  const row: Record<string, object | null | undefined> = {
    ticket,
    article,
    customer: state.users.get(ticket.customer_id),
    owner: state.users.get(ticket.owner_id),
    organization: state.organizations.get(ticket.organization_id ?? 0),
    ticket_state: state.states.get(ticket.state_id),
  }
  if (column === 'action') return prefix === 'ticket' ? event?.type : article ? 'create' : undefined
  if (prefix === 'ticket' && column === 'tags') return state.tags.get(ticket.id) ?? []
  if (prefix === 'ticket' && column === 'mention_user_ids') return state.mentions.get(ticket.id) ?? []
  return Reflect.get(row[prefix] ?? {}, column)
}

const RANGES: Readonly<Record<string, number>> = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
  year: 365 * DAY_MS,
}

const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : typeof value === 'string' ? [value] : [value]).map((one) =>
    one === null || one === undefined ? '' : String(one),
  )

/** Tags come as one text with commas. */
const words = (value: unknown): string[] =>
  texts(value)
    .flatMap((text) => text.split(','))
    .map((word) => word.trim().toLowerCase())

function holds(view: View, atom: Atom): boolean {
  // Without an article in this event no comparison of an article is true, not even a negative one.
  if (atom.prefix === 'article' && !view.article) return false
  const { operator } = atom
  // A list of actions is accepted and never met.
  if (atom.column === 'action' && Array.isArray(atom.value)) return false
  if (operator === 'has changed') return view.event?.changed.has(atom.column) ?? false
  if (operator.includes('(') || operator === 'today') return timeHolds(view, atom)
  const actual = fieldOf(view, atom)
  if (Array.isArray(actual))
    return listHolds(
      operator,
      actual.map((one) => String(one).toLowerCase()),
      words(atom.value),
    )
  return textHolds(operator, actual, wanted(view, atom))
}

function wanted({ userId }: View, atom: Atom): string[] {
  if (atom.preCondition === 'current_user.id') return [String(userId)]
  if (atom.preCondition === 'not_set') return ['', String(NOBODY)]
  return texts(atom.value)
}

function listHolds(operator: string, held: readonly string[], asked: readonly string[]): boolean {
  const one = asked.some((word) => held.includes(word))
  const all = asked.every((word) => held.includes(word))
  switch (operator) {
    case 'contains all':
      return all
    case 'contains all not':
      return !all
    case 'contains one not':
    case 'is not':
    case 'is none of':
    case 'contains not':
      return !one
    default:
      return one
  }
}

function textHolds(operator: string, actual: unknown, asked: readonly string[]): boolean {
  const text = actual === null || actual === undefined ? '' : String(actual)
  const low = text.toLowerCase()
  const lows = asked.map((one) => one.toLowerCase())
  switch (operator) {
    case 'is':
    case 'is any of':
      return asked.includes(text)
    case 'is not':
    case 'is none of':
      return !asked.includes(text)
    case 'contains':
    case 'contains one':
      return lows.some((one) => low.includes(one))
    case 'contains all':
      return lows.every((one) => low.includes(one))
    case 'starts with':
    case 'starts with one of':
      return lows.some((one) => low.startsWith(one))
    case 'ends with':
    case 'ends with one of':
      return lows.some((one) => low.endsWith(one))
    case 'matches regex':
    case 'does not match regex':
      return asked.some((one) => new RegExp(one, 'i').test(text)) === (operator === 'matches regex')
    default:
      return !lows.some((one) => low.includes(one))
  }
}

function timeHolds(view: View, atom: Atom): boolean {
  const actual = fieldOf(view, atom)
  if (typeof actual !== 'string') return false
  const at = Date.parse(actual)
  const now = Date.parse(view.core.now())
  const span = Number(atom.value) * (RANGES[String(atom.range)] ?? MINUTE_MS)
  switch (atom.operator) {
    case 'before (absolute)':
      return at < Date.parse(String(atom.value))
    case 'after (absolute)':
      return at > Date.parse(String(atom.value))
    case 'before (relative)':
      return at < now - span
    case 'after (relative)':
      return at > now + span
    case 'within next (relative)':
      return at >= now && at <= now + span
    case 'within last (relative)':
      return at <= now && at >= now - span
    case 'till (relative)':
      return at <= now + span
    case 'from (relative)':
      return at >= now - span
    default:
      return actual.slice(0, 10) === view.core.now().slice(0, 10)
  }
}

function evaluate(view: View, tree: Tree): boolean {
  if ('all' in tree) return tree.all.every((branch) => evaluate(view, branch))
  if ('some' in tree) return tree.some.some((branch) => evaluate(view, branch))
  if ('not' in tree) return !evaluate(view, tree.not)
  return holds(view, tree)
}

/** Whether a ticket fits a condition; with an event only that event's article counts. */
export function matches(
  core: Core,
  condition: Params,
  ticket: TicketRow,
  event: TicketEvent | null = null,
): boolean {
  const tree = readTree(condition)
  if (tree === INVALID || tree instanceof Error) return false
  const article = event?.articleId ? (core.state.articles.get(event.articleId) ?? null) : null
  const view = { core, ticket, article, event, userId: event?.userId ?? NOBODY }
  if (event || !namesArticle(tree)) return evaluate(view, tree)
  return articlesOf(core, ticket.id).some((row) => evaluate({ ...view, article: row }, tree))
}

/**
 * The filter that a search request asks for. A condition that cannot be used filters nothing, as in
 * Zammad; one that makes no sense at all throws.
 */
export function searchFilter(core: Core, condition: unknown, userId: number): (ticket: TicketRow) => boolean {
  if (condition === undefined || condition === null) return () => true
  if (!isObject(condition)) throw broken('undefined method for condition')
  if (Object.keys(condition).length === 0) {
    if (core.profile === '6.6') return () => true
    throw broken('empty condition')
  }
  const tree = readTree(condition)
  if (tree === INVALID) return () => true
  if (tree instanceof Error) throw tree
  const perArticle = namesArticle(tree)
  return (ticket) => {
    const view = { core, ticket, article: null, event: null, userId }
    if (!perArticle) return evaluate(view, tree)
    return articlesOf(core, ticket.id).some((article) => evaluate({ ...view, article }, tree))
  }
}
