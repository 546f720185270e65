import { demand, may, notAuthorized, notFound } from './access.ts'
import {
  ADDRESSES,
  CALENDARS,
  create,
  destroy,
  find,
  GROUPS,
  SLAS,
  TRIGGERS,
  update,
  WEBHOOKS,
  type Resource,
} from './administration.ts'
import { userAssets, type Assets } from './assets.ts'
import { created, ok, shownAs, type Routes } from './exchange.ts'
import { fqdn, type Core } from './model.ts'
import { flag, textOf } from './params.ts'
import {
  groupColumns,
  groupExpanded,
  groupObject,
  organizationObject,
  priorityObject,
  roleObject,
  userExpanded,
  userObject,
} from './rendering.ts'
import { NOBODY, type UserRow } from './rows.ts'
import { createToken, createUser, searchUsers, updateUser } from './users.ts'

const VERSIONS = { '6.2': '6.2.0', '6.6': '6.6.0' } as const
const MONITORING_TOKEN = 'sandbox-monitoring'

function peopleRoutes(route: Routes): void {
  const assets = (core: Core, user: UserRow): Assets =>
    userAssets(core, core.profile === '6.2' ? [NOBODY, user.id] : [user.id])
  route('get', '/users/me', ({ core, caller, params }) =>
    ok(
      shownAs(params, {
        id: caller.user.id,
        plain: () => userObject(core, caller.user),
        expanded: () => userExpanded(core, caller.user),
        assets: () => assets(core, caller.user),
      }),
    ),
  )
  for (const method of ['get', 'post'] as const)
    route(method, '/users/search', ({ core, caller, params }) => {
      const show = flag(params['expand']) ? userExpanded : userObject
      return ok(searchUsers(core, caller, params).map((user) => show(core, user)))
    })
  route('get', '/users/:id', ({ core, caller, params, path }) => {
    demand(core, caller, 'ticket.agent', 'admin.user')
    const user = core.state.users.get(Number(path('id')))
    if (!user) throw notFound('User', path('id'))
    return ok(
      shownAs(params, {
        id: user.id,
        plain: () => userObject(core, user),
        expanded: () => userExpanded(core, user),
        assets: () => assets(core, user),
      }),
    )
  })
  route('post', '/users', ({ core, caller, params }) =>
    created(userObject(core, createUser(core, caller, params))),
  )
  route('put', '/users/:id', ({ core, caller, params, path }) =>
    ok(userObject(core, updateUser(core, caller, Number(path('id')), params))),
  )
  tokenRoutes(route)
}

function tokenRoutes(route: Routes): void {
  route('post', '/user_access_token', ({ core, caller, params }) =>
    ok({ token: createToken(core, caller, params) }),
  )
  route('get', '/user_access_token', ({ core, caller }) => {
    demand(core, caller, 'user_preferences.access_token')
    const own = [...core.state.tokens.values()].filter((token) => token.user_id === caller.user.id)
    const tokens = own.map(({ id, name, permissions, last_used_at, expires_at, created_at }) => ({
      id,
      name,
      preferences: { permission: permissions },
      last_used_at,
      expires_at,
      created_at,
    }))
    return ok({ tokens, permissions: [] })
  })
  route('delete', '/user_access_token/:id', ({ core, caller, path }) => {
    demand(core, caller, 'user_preferences.access_token')
    const token = core.state.tokens.get(Number(path('id')))
    if (token?.user_id !== caller.user.id) throw notFound('Token', path('id'))
    core.state.tokens.delete(token.id)
    return ok({})
  })
}

/** What an administrator makes, changes and removes. */
function keep<Row extends { id: number; updated_by_id: number; updated_at: string }>(
  route: Routes,
  path: string,
  resource: Resource<Row>,
): void {
  route('post', path, ({ core, caller, params }) => created(create(core, caller, resource, params)))
  route('put', `${path}/:id`, ({ core, caller, params, path: part }) =>
    ok(update(core, caller, resource, Number(part('id')), params)),
  )
  route('delete', `${path}/:id`, ({ core, caller, path: part }) => {
    destroy(core, caller, resource, Number(part('id')))
    return ok({})
  })
}

/** The same, and reading with the same permission. */
function keepAndShow<Row extends { id: number; updated_by_id: number; updated_at: string }>(
  route: Routes,
  path: string,
  resource: Resource<Row>,
): void {
  keep(route, path, resource)
  route('get', path, ({ core, caller }) => {
    demand(core, caller, resource.permission)
    return ok([...resource.rows(core).values()].map((row) => resource.show(core, row)))
  })
  route('get', `${path}/:id`, ({ core, caller, path: part }) => {
    demand(core, caller, resource.permission)
    return ok(resource.show(core, find(core, resource, Number(part('id')))))
  })
}

function lookupRoutes(route: Routes): void {
  const readers = (core: Core, permission: string): readonly string[] =>
    core.profile === '6.2' ? [permission] : [permission, 'ticket.agent']
  route('get', '/groups', ({ core, caller, params }) => {
    demand(core, caller, ...readers(core, 'admin.group'))
    const show = flag(params['expand']) ? groupExpanded : groupObject
    return ok([...core.state.groups.values()].map((group) => show(core, group)))
  })
  route('get', '/groups/:id', ({ core, caller, path }) => {
    demand(core, caller, ...readers(core, 'admin.group'))
    return ok(groupObject(core, find(core, GROUPS, Number(path('id')))))
  })
  route('get', '/roles', ({ core, caller }) => {
    demand(core, caller, ...readers(core, 'admin.role'))
    return ok([...core.state.roles.values()].map(roleObject))
  })
  route('get', '/organizations', ({ core, caller }) => {
    demand(core, caller, 'ticket.agent', 'admin.organization')
    return ok([...core.state.organizations.values()].map((row) => organizationObject(core, row)))
  })
  route('get', '/ticket_states', ({ core, caller }) => {
    demand(core, caller, 'ticket.agent', 'admin.ticket_state')
    return ok([...core.state.states.values()].map((row) => ({ ...row, note: null })))
  })
  route('get', '/ticket_priorities', ({ core, caller }) => {
    demand(core, caller, 'ticket.agent', 'admin.ticket_priority')
    return ok([...core.state.priorities.values()].map(priorityObject))
  })
}

const settingsOf = (core: Core): Readonly<Record<string, string | number | boolean>> => ({
  fqdn: fqdn(core),
  http_type: core.publicUrl.protocol.replace(':', ''),
  product_name: 'Zammad Helpdesk',
  system_id: core.state.systemId,
  ticket_hook: 'Ticket#',
  ticket_hook_divider: '',
  ticket_trigger_recursive: false,
  tag_new: true,
  postmaster_follow_up_search_in: 'subject_references',
  import_mode: false,
  maintenance_mode: false,
})

function stewardRoutes(route: Routes): void {
  route('get', '/version', ({ core, caller }) => {
    demand(core, caller, 'admin')
    return ok({ version: VERSIONS[core.profile] })
  })
  route('get', '/monitoring/health_check', ({ core, caller, params }) => {
    const known = textOf(params['token']) === MONITORING_TOKEN
    if (!known && !may(core, caller, 'admin.monitoring')) throw notAuthorized()
    const failing = [...core.state.jobs.values()].filter((job) => job.attempts > 0)
    const issues = failing.map((job) => {
      const name = job.kind === 'hook' ? 'TriggerWebhookJob' : 'TicketArticleCommunicateEmailJob'
      return `Failed to run background job #${job.id} '${name}' ${job.attempts} time(s).`
    })
    return ok({
      healthy: issues.length === 0,
      message: issues.length === 0 ? 'success' : issues.join(';'),
      issues,
      actions: [],
      token: MONITORING_TOKEN,
    })
  })
  route('get', '/settings', ({ core, caller }) => {
    demand(core, caller, 'admin.*')
    return ok(
      Object.entries(settingsOf(core)).map(([name, value], at) => ({
        id: at + 1,
        name,
        state_current: { value },
        state_initial: { value },
      })),
    )
  })
  route('get', '/http_logs/webhook', ({ core, caller, params }) => {
    demand(core, caller, 'admin.*')
    const most = Number(params['limit'] ?? 50)
    const rows = [...core.state.hookLog.values()].sort((a, b) => b.id - a.id).slice(0, most)
    return ok(
      rows.map((row) => ({
        id: row.id,
        direction: 'out',
        facility: 'webhook',
        method: 'POST',
        url: row.url,
        status: row.status,
        ip: null,
        request: {
          content: row.request,
          content_type: 'application/json; charset=utf-8',
          content_encoding: null,
          source: 'Zammad User Agent',
        },
        response: {
          code: row.status,
          content: row.response,
          content_type: null,
          content_encoding: null,
          source: null,
        },
        updated_by_id: null,
        created_by_id: null,
        created_at: row.created_at,
        updated_at: row.created_at,
      })),
    )
  })
}

/** What anybody may read of a Zammad that has been set up. */
export function gettingStarted(core: Core): Record<string, unknown> {
  const addresses = [...core.state.addresses.values()]
  const groups = [...core.state.groups.values()].filter((group) => group.active)
  return {
    setup_done: true,
    import_mode: false,
    import_backend: '',
    system_online_service: false,
    addresses: addresses.map((address) => ADDRESSES.show(core, address)),
    groups: groups.map(groupColumns),
    config: { product_logo: 'logo.svg' },
    channel_driver: {
      email: {
        inbound: { imap: 'IMAP', pop3: 'POP3' },
        outbound: {
          smtp: 'SMTP - configure your own outgoing SMTP settings',
          sendmail: 'Local MTA (Sendmail/Postfix/Exim/…) - use server setup',
        },
      },
    },
  }
}

/** People, lookups, and what is for administrators. */
export function deskRoutes(route: Routes): void {
  peopleRoutes(route)
  lookupRoutes(route)
  stewardRoutes(route)
  keep(route, '/groups', GROUPS)
  keepAndShow(route, '/triggers', TRIGGERS)
  keepAndShow(route, '/webhooks', WEBHOOKS)
  keepAndShow(route, '/calendars', CALENDARS)
  keepAndShow(route, '/slas', SLAS)
  keepAndShow(route, '/email_addresses', ADDRESSES)
}
