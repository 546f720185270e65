import { emptyState, type Core, type State } from './model.ts'
import type { Stamped, UserRow } from './rows.ts'
import { addRoles, addStates, addStockTriggers, addWelcome, NOTIFICATIONS, type Made } from './stock.ts'

/** Who and what is there before the first request. Ids are given in order, users from 3 on. */
export interface World {
  /** First digits of every number that Zammad gives by itself. */
  readonly systemId: number
  readonly groups: readonly { readonly name: string; readonly address?: string }[]
  readonly organizations?: readonly string[]
  readonly users: readonly {
    readonly login: string
    readonly firstname: string
    readonly lastname: string
    readonly roles: readonly ('Admin' | 'Agent' | 'Customer')[]
    /** Names of the groups that he has in full. */
    readonly groups: readonly string[]
    readonly organization?: string
  }[]
  readonly tokens: readonly {
    readonly token: string
    readonly login: string
    readonly permissions: readonly string[]
  }[]
}

const GROUPS = [
  { name: 'Users' },
  { name: 'First Line support' },
  { name: 'Catalogue' },
  { name: 'Reference nodes' },
  { name: 'Technical support', address: 'tech@helpdesk.example' },
  { name: 'Federated search' },
  { name: 'Dashboard' },
] as const

const EVERYWHERE = GROUPS.map((group) => group.name)

/** The helpdesk that a sandbox opens with. */
export const SANDBOX_WORLD: World = {
  systemId: 78,
  groups: GROUPS,
  users: [
    {
      login: 'admin@helpdesk.example',
      firstname: 'Ada',
      lastname: 'Admin',
      roles: ['Admin', 'Agent'],
      groups: EVERYWHERE,
    },
    {
      login: 'agent@helpdesk.example',
      firstname: 'Anna',
      lastname: 'Agent',
      roles: ['Agent'],
      groups: EVERYWHERE,
    },
    {
      login: 'bot@helpdesk.example',
      firstname: 'Front',
      lastname: 'Desk',
      roles: ['Agent'],
      groups: EVERYWHERE,
    },
  ],
  tokens: [
    { token: 'sandbox-bot', login: 'bot@helpdesk.example', permissions: ['ticket.agent'] },
    { token: 'sandbox-agent', login: 'agent@helpdesk.example', permissions: ['ticket.agent'] },
    { token: 'sandbox-admin', login: 'admin@helpdesk.example', permissions: ['admin', 'ticket.agent'] },
  ],
}

/** The state that a world starts in, all of it made at one moment. */
export function foundState(world: World, now: string): State {
  const state = emptyState(world.systemId)
  const made = (table: keyof Core['state']['sequences']): Stamped => {
    const id = (state.sequences[table] ?? 0) + 1
    state.sequences[table] = id
    return { id, created_by_id: 1, updated_by_id: 1, created_at: now, updated_at: now }
  }
  addRoles(state, made)
  addStates(state, made)
  addGroups(state, world, made)
  addPeople(state, world, made)
  addStockTriggers(state, made)
  addWelcome(state, made)
  return state
}

function addGroups(state: State, world: World, made: Made): void {
  for (const group of world.groups) {
    const { address } = group
    const email = address === undefined ? null : made('addresses')
    if (email && address !== undefined)
      state.addresses.set(email.id, {
        ...email,
        name: group.name,
        email: address,
        channel_id: 3,
        active: true,
      })
    const row = made('groups')
    state.groups.set(row.id, {
      ...row,
      name: group.name,
      parent_id: null,
      active: true,
      note: row.id === 1 ? 'Standard Group/Pool for Tickets.' : null,
      email_address_id: email?.id ?? null,
      signature_id: row.id === 1 ? 1 : null,
      assignment_timeout: null,
      follow_up_possible: 'yes',
      reopen_time_in_days: null,
      follow_up_assignment: true,
      shared_drafts: true,
    })
  }
}

const ROLE_IDS = { Admin: 1, Agent: 2, Customer: 3 } as const

function person(row: Stamped, name: { login: string; firstname: string; lastname: string }): UserRow {
  return {
    ...row,
    ...name,
    email: name.login.includes('@') ? name.login : '',
    organization_id: null,
    role_ids: [],
    group_ids: {},
    active: true,
    login_failed: 0,
    phone: '',
    note: '',
    preferences: {},
  }
}

function addPeople(state: State, world: World, made: Made): void {
  const nobody = person(made('users'), { login: '-', firstname: '-', lastname: '' })
  state.users.set(nobody.id, { ...nobody, active: false })
  for (const name of ['Zammad Foundation', ...(world.organizations ?? [])]) {
    const row = made('organizations')
    state.organizations.set(row.id, { ...row, name, shared: true })
  }
  const nicole = { login: 'nicole.braun@zammad.org', firstname: 'Nicole', lastname: 'Braun' }
  const customer = person(made('users'), nicole)
  state.users.set(customer.id, { ...customer, organization_id: 1, role_ids: [3] })
  for (const user of world.users) {
    const { login, firstname, lastname } = user
    const row = person(made('users'), { login, firstname, lastname })
    state.users.set(row.id, {
      ...row,
      role_ids: user.roles.map((role) => ROLE_IDS[role]),
      group_ids: Object.fromEntries(
        [...state.groups.values()]
          .filter((group) => user.groups.includes(group.name))
          .map((group) => [String(group.id), ['full']]),
      ),
      organization_id:
        [...state.organizations.values()].find((row) => row.name === user.organization)?.id ?? null,
      preferences: user.roles.includes('Agent') ? NOTIFICATIONS : {},
    })
  }
  for (const { token, login, permissions } of world.tokens) {
    const user = [...state.users.values()].find((row) => row.login === login)
    const { id, created_at } = made('tokens')
    if (user)
      state.tokens.set(id, {
        id,
        token,
        user_id: user.id,
        name: token,
        permissions,
        expires_at: null,
        last_used_at: null,
        created_at,
      })
  }
}
