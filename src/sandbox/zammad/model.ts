import { after, type Clock } from '../../clock.ts'
import type { Random } from '../../random.ts'
import type {
  ArticleRow,
  CalendarRow,
  EmailAddressRow,
  FileRow,
  GroupRow,
  HistoryRow,
  HookLogRow,
  JobRow,
  LinkRow,
  OrganizationRow,
  PriorityRow,
  RoleRow,
  SlaRow,
  Stamped,
  StateRow,
  TicketRow,
  TokenRow,
  TriggerRow,
  UserRow,
  WebhookRow,
} from './rows.ts'

export type Profile = '6.2' | '6.6'

interface Tables {
  readonly users: Map<number, UserRow>
  readonly tokens: Map<number, TokenRow>
  readonly roles: Map<number, RoleRow>
  readonly organizations: Map<number, OrganizationRow>
  readonly addresses: Map<number, EmailAddressRow>
  readonly groups: Map<number, GroupRow>
  readonly states: Map<number, StateRow>
  readonly priorities: Map<number, PriorityRow>
  readonly tickets: Map<number, TicketRow>
  readonly articles: Map<number, ArticleRow>
  readonly files: Map<number, FileRow>
  readonly links: Map<number, LinkRow>
  readonly history: Map<number, HistoryRow>
  readonly triggers: Map<number, TriggerRow>
  readonly webhooks: Map<number, WebhookRow>
  readonly calendars: Map<number, CalendarRow>
  readonly slas: Map<number, SlaRow>
  readonly jobs: Map<number, JobRow>
  readonly hookLog: Map<number, HookLogRow>
}

type Table = keyof Tables

/** Everything a sandbox remembers. */
export interface State extends Tables {
  /** First digits of every number that Zammad gives by itself. */
  readonly systemId: number
  counter: number
  readonly sequences: Partial<Record<Table, number>>
  /** Ticket id to tags, in the order they were added. */
  readonly tags: Map<number, readonly string[]>
  /** Ticket id to the users who follow it by a mention. */
  readonly mentions: Map<number, readonly number[]>
}

const TABLES = [
  'users',
  'tokens',
  'roles',
  'organizations',
  'addresses',
  'groups',
  'states',
  'priorities',
  'tickets',
  'articles',
  'files',
  'links',
  'history',
  'triggers',
  'webhooks',
  'calendars',
  'slas',
  'jobs',
  'hookLog',
] as const satisfies readonly Table[]

/** A helpdesk without a row. */
export function emptyState(systemId: number): State {
  return {
    systemId,
    counter: 0,
    sequences: {},
    tags: new Map(),
    mentions: new Map(),
    users: new Map(),
    tokens: new Map(),
    roles: new Map(),
    organizations: new Map(),
    addresses: new Map(),
    groups: new Map(),
    states: new Map(),
    priorities: new Map(),
    tickets: new Map(),
    articles: new Map(),
    files: new Map(),
    links: new Map(),
    history: new Map(),
    triggers: new Map(),
    webhooks: new Map(),
    calendars: new Map(),
    slas: new Map(),
    jobs: new Map(),
    hookLog: new Map(),
  }
}

const SNAPSHOT = 1

/** The whole state as JSON text, attachments included. */
export function writeSnapshot(state: State): string {
  const tables = TABLES.map((name) => [name, [...state[name].entries()]])
  return JSON.stringify({
    snapshot: SNAPSHOT,
    systemId: state.systemId,
    counter: state.counter,
    sequences: state.sequences,
    tags: [...state.tags],
    mentions: [...state.mentions],
    tables: Object.fromEntries(tables),
  })
}

/** The state that `writeSnapshot` wrote; throws on any other text. */
export function readSnapshot(text: string): State {
  const kept = JSON.parse(text)
  if (kept?.snapshot !== SNAPSHOT) throw new Error('This is no snapshot of a sandbox Zammad')
  const state = emptyState(kept.systemId)
  state.counter = kept.counter
  Object.assign(state.sequences, kept.sequences)
  for (const [id, tags] of kept.tags) state.tags.set(id, tags)
  for (const [id, users] of kept.mentions) state.mentions.set(id, users)
  for (const name of TABLES) {
    const table: Map<number, unknown> = state[name]
    for (const [id, row] of kept.tables[name]) table.set(id, row)
  }
  return state
}

/** What one request did to one ticket, for the triggers. */
export interface TicketEvent {
  readonly ticketId: number
  readonly type: 'create' | 'update' | 'update.merged_into' | 'update.received_merge'
  readonly articleId: number | null
  /** Columns that changed. */
  readonly changed: ReadonlySet<string>
  readonly userId: number
}

/** A sandbox at work: its state and all that it needs to change it. */
export interface Core {
  readonly state: State
  readonly profile: Profile
  readonly publicUrl: URL
  readonly now: () => string
  readonly random: Random
  /** How long after its event each copy of a webhook sets out. */
  readonly hookDelaysMs: () => readonly number[]
  /** Articles of each ticket by id, kept beside the tables. */
  readonly articlesOf: Map<number, Set<number>>
  /** Events of the request at hand, given to the triggers before it is answered. */
  readonly events: TicketEvent[]
}

/** Puts a state to work. */
export function createCore(parts: {
  state: State
  profile: Profile
  publicUrl: string
  clock: Clock
  random: Random
  /** One at once where none is given. */
  hookDelaysMs?: () => readonly number[]
}): Core {
  const articlesOf = new Map<number, Set<number>>()
  for (const article of parts.state.articles.values()) index(articlesOf, article)
  return {
    state: parts.state,
    profile: parts.profile,
    publicUrl: new URL(parts.publicUrl),
    now: () => parts.clock().toISOString(),
    random: parts.random,
    hookDelaysMs: parts.hookDelaysMs ?? (() => [0]),
    articlesOf,
    events: [],
  }
}

function index(articlesOf: Map<number, Set<number>>, article: ArticleRow): void {
  const known = articlesOf.get(article.ticket_id)
  if (known) known.add(article.id)
  else articlesOf.set(article.ticket_id, new Set([article.id]))
}

/** The next id of a table; an id is never given twice, even where a row is gone. */
export function nextId(state: State, table: Table): number {
  const id = (state.sequences[table] ?? 0) + 1
  state.sequences[table] = id
  return id
}

/** The columns that every new row of a table starts with. */
export function stamp(core: Core, table: Table, userId: number): Stamped {
  const now = core.now()
  return {
    id: nextId(core.state, table),
    created_by_id: userId,
    updated_by_id: userId,
    created_at: now,
    updated_at: now,
  }
}

export function addArticle(core: Core, article: ArticleRow): void {
  core.state.articles.set(article.id, article)
  index(core.articlesOf, article)
}

/** Takes an article from its ticket to another one. */
export function moveArticle(core: Core, article: ArticleRow, ticketId: number): void {
  core.articlesOf.get(article.ticket_id)?.delete(article.id)
  article.ticket_id = ticketId
  index(core.articlesOf, article)
}

export function removeArticle(core: Core, article: ArticleRow): void {
  core.articlesOf.get(article.ticket_id)?.delete(article.id)
  core.state.articles.delete(article.id)
  for (const file of filesOf(core, article.id)) core.state.files.delete(file.id)
}

/** A ticket's articles, oldest first. */
export function articlesOf(core: Core, ticketId: number): ArticleRow[] {
  const rows = [...(core.articlesOf.get(ticketId) ?? [])].flatMap((id) => core.state.articles.get(id) ?? [])
  return rows.sort((a, b) => a.created_at.localeCompare(b.created_at) || a.id - b.id)
}

export const filesOf = (core: Core, articleId: number): FileRow[] =>
  [...core.state.files.values()].filter((file) => file.article_id === articleId)

/** Host and port that Zammad believes to be reached at. */
export const fqdn = (core: Core): string => core.publicUrl.host

/** An RFC 9562 version 4 id. */
export function uuid(core: Core): string {
  const hex = Array.from(core.random(16), (byte, at) => {
    const fixed = at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte
    return fixed.toString(16).padStart(2, '0')
  }).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The instant `ms` after another one, both in ISO 8601. */
export const later = (from: string, ms: number): string => after(new Date(from), ms).toISOString()
