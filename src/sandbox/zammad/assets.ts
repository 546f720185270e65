import { isAgent } from './access.ts'
import { articlesOf, type Core } from './model.ts'
import {
  articleColumns,
  groupObject,
  groupsOf,
  membersOf,
  organizationObject,
  priorityObject,
  roleObject,
  ticketObject,
  userObject,
  type Shown,
} from './rendering.ts'
import { NOBODY, type Json, type TicketRow } from './rows.ts'

/** Objects by class and id, as a front end caches them. */
export type Assets = Record<string, Record<string, Shown>>

const byId = (rows: readonly Shown[]): Record<string, Shown> =>
  Object.fromEntries(rows.map((row) => [String(row['id']), row]))

/** The users and, where the profile adds them, the roles and groups that these users belong to. */
export function userAssets(core: Core, ids: Iterable<number>): Assets {
  const { state } = core
  const users = [...new Set(ids)].flatMap((id) => state.users.get(id) ?? [])
  const shown: Assets = { User: byId(users.map((user) => userObject(core, user))) }
  if (core.profile === '6.6') return shown
  const roles = new Set(users.flatMap((user) => user.role_ids))
  const groups = new Set(users.flatMap((user) => groupsOf(core, user).map(([group]) => group.id)))
  const organizations = new Set(users.flatMap((user) => user.organization_id ?? []))
  const found = {
    Role: [...state.roles.values()].filter((role) => roles.has(role.id)).map(roleObject),
    Group: [...state.groups.values()]
      .filter((group) => groups.has(group.id))
      .map((group) => groupObject(core, group)),
    Organization: [...state.organizations.values()]
      .filter((row) => organizations.has(row.id))
      .map((row) => organizationObject(core, row)),
  }
  for (const [name, rows] of Object.entries(found)) if (rows.length > 0) shown[name] = byId(rows)
  return shown
}

const peopleOf = (ticket: TicketRow): number[] => [
  ticket.owner_id,
  ticket.customer_id,
  ticket.created_by_id,
  ticket.updated_by_id,
]

export function ticketAssets(
  core: Core,
  tickets: readonly TicketRow[],
  others: readonly number[] = [],
): Assets {
  const system = core.profile === '6.2' ? [NOBODY] : []
  return {
    Ticket: byId(tickets.map((ticket) => ticketObject(core, ticket))),
    ...userAssets(core, [...system, ...tickets.flatMap(peopleOf), ...others]),
  }
}

/** `all=true`: the one answer that holds a ticket with its articles, links and tags. */
export function ticketWithAll(
  core: Core,
  ticket: TicketRow,
  links: readonly Shown[],
  formMeta: Shown,
): Shown {
  const { state } = core
  const articles = articlesOf(core, ticket.id)
  const agents = membersOf(core, ticket.group_id).filter((user) => isAgent(core, user))
  const assets = ticketAssets(
    core,
    [ticket],
    agents.map((user) => user.id),
  )
  if (core.profile === '6.2')
    assets['TicketPriority'] = byId([...state.priorities.values()].map(priorityObject))
  assets['TicketArticle'] = byId(articles.map((article) => articleColumns(core, article)))
  return {
    ticket_id: ticket.id,
    ticket_article_ids: articles.map((article) => article.id),
    assets,
    links,
    tags: state.tags.get(ticket.id) ?? [],
    mentions: (state.mentions.get(ticket.id) ?? []).map((user_id) => ({ user_id })),
    time_accountings: [],
    form_meta: formMeta,
  }
}

/** Objects that the form for new tickets needs; the newer Zammad sends none. */
export function createAssets(core: Core, groups: readonly number[]): Assets {
  if (core.profile === '6.6') return {}
  const rows = groups.flatMap((id) => core.state.groups.get(id) ?? [])
  return {
    ...userAssets(core, [NOBODY]),
    Group: byId(rows.map((group) => groupObject(core, group))),
    TicketPriority: byId([...core.state.priorities.values()].map(priorityObject)),
  }
}

/** What the form for new tickets offers: groups, states, owners and priorities by id. */
export function formMeta(core: Core, groups: readonly number[], owners: readonly number[]): Shown {
  const { state } = core
  const states = [...state.states.values()].filter((row) => row.active && row.name !== 'merged')
  const fields = [
    'number',
    'title',
    'customer_id',
    'organization_id',
    'group_id',
    'owner_id',
    'state_id',
    'pending_time',
    'priority_id',
    'tags',
    'body',
  ]
  const required = ['title', 'customer_id', 'group_id', 'state_id', 'priority_id']
  const of = (value: (field: string) => Json): Shown =>
    Object.fromEntries(fields.map((field) => [field, value(field)]))
  return {
    filter: { type_id: [] },
    dependencies: null,
    configure_attributes: null,
    core_workflow: {
      restrict_values: {
        group_id: ['', ...groups.map(String)],
        owner_id: ['', ...owners.map(String)],
        state_id: ['', ...states.map((row) => String(row.id))],
        priority_id: [...state.priorities.values()].map((row) => String(row.id)),
      },
      request_id: 'default',
      visibility: of((field) =>
        field === 'organization_id' ? 'hide' : field === 'pending_time' ? 'remove' : 'show',
      ),
      mandatory: of((field) => required.includes(field)),
      readonly: of(() => false),
      select: {},
      fill_in: {},
      eval: [],
      matched_workflows: [1, 2],
      rerun_count: 0,
    },
  }
}
