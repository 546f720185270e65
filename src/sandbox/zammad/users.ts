import { broken, demand, may, notAuthorized, notFound, unprocessable, type Caller } from './access.ts'
import { paged, sorted } from './listing.ts'
import { nextId, stamp, type Core } from './model.ts'
import { isBlank, isObject, jsonObject, textOf, type Params } from './params.ts'
import type { UserRow } from './rows.ts'

const CUSTOMER_ROLE = 3
const ADDRESS = /^[^\s@]+@[^\s@]+\.?[^\s@]*$/

const normalised = (value: unknown): string => (textOf(value) ?? '').trim().toLowerCase()

export const isAddress = (text: string): boolean => ADDRESS.test(text)

export const userByEmail = (core: Core, email: string): UserRow | undefined =>
  email === '' ? undefined : [...core.state.users.values()].find((user) => user.email === email)

export const userByLogin = (core: Core, login: string): UserRow | undefined =>
  [...core.state.users.values()].find((user) => user.login === login.trim().toLowerCase())

/** A person whose names are unknown is called by the local part of his address. */
function guessNames(email: string): { firstname: string; lastname: string } {
  const [local = ''] = email.split('@')
  const [, first = '', last = ''] = /^(.+?)[._](.+)$/.exec(local) ?? []
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
  return { firstname: capital(first), lastname: capital(last) }
}

/** Throws the 422 that a new or changed address meets. */
export function checkAddress(core: Core, email: string, except: number | null): void {
  if (email === '') return
  if (!isAddress(email)) throw unprocessable(`Invalid email '${email}'`)
  const other = userByEmail(core, email)
  if (other && other.id !== except)
    throw unprocessable(`Email address '${email}' is already used for another user.`)
}

/** Makes a customer from what a request knows of him. The address must have been checked. */
export function addCustomer(core: Core, params: Params, byUser: number): UserRow {
  const email = normalised(params['email'])
  const [firstname, lastname] = [textOf(params['firstname']) ?? '', textOf(params['lastname']) ?? '']
  const names = firstname === '' && lastname === '' ? guessNames(email) : { firstname, lastname }
  const row = stamp(core, 'users', byUser)
  const user: UserRow = {
    ...row,
    login: freeLogin(core, normalised(params['login']) || email || `auto-${row.id}`),
    ...names,
    email,
    organization_id: null,
    role_ids: [CUSTOMER_ROLE],
    group_ids: {},
    active: true,
    login_failed: 0,
    phone: textOf(params['phone']) ?? '',
    note: textOf(params['note']) ?? '',
    preferences: {},
  }
  core.state.users.set(user.id, user)
  return user
}

function freeLogin(core: Core, wanted: string): string {
  let login = wanted
  for (let suffix = 1; userByLogin(core, login); suffix += 1) login = `${wanted}${suffix}`
  return login
}

/** `POST /users`: an agent makes customers only, an administrator also gives roles and groups. */
export function createUser(core: Core, caller: Caller, params: Params): UserRow {
  demand(core, caller, 'ticket.agent', 'admin.user')
  checkAddress(core, normalised(params['email']), null)
  const user = addCustomer(core, params, caller.user.id)
  if (may(core, caller, 'admin.user')) grant(user, params)
  return user
}

/** `PUT /users/:id`: an agent may change customers only. */
export function updateUser(core: Core, caller: Caller, id: number, params: Params): UserRow {
  demand(core, caller, 'ticket.agent', 'admin.user')
  const user = core.state.users.get(id)
  if (!user) throw notFound('User', id)
  const isCustomer = user.role_ids.every((role) => role === CUSTOMER_ROLE)
  if (!may(core, caller, 'admin.user') && !isCustomer && user.id !== caller.user.id) throw notAuthorized()
  if ('email' in params) {
    const email = normalised(params['email'])
    checkAddress(core, email, user.id)
    if (user.login === user.email) user.login = freeLogin(core, email || user.login)
    user.email = email
  }
  for (const key of ['firstname', 'lastname', 'phone', 'note'] as const)
    if (key in params) user[key] = textOf(params[key]) ?? ''
  if ('preferences' in params)
    user.preferences = { ...user.preferences, ...jsonObject(params['preferences']) }
  if (may(core, caller, 'admin.user')) grant(user, params)
  user.updated_by_id = caller.user.id
  user.updated_at = core.now()
  return user
}

/** The map of groups is replaced as a whole. */
function grant(user: UserRow, params: Params): void {
  const { group_ids, role_ids, active } = params
  if (isObject(group_ids))
    user.group_ids = Object.fromEntries(
      Object.entries(group_ids).map(([id, levels]) => [
        id,
        Array.isArray(levels) ? levels.map(String) : [String(levels)],
      ]),
    )
  if (Array.isArray(role_ids)) user.role_ids = role_ids.map(Number)
  if (typeof active === 'boolean') user.active = active
}

const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : isBlank(value) ? [] : [value]).map(String)

/** By role, by a role's permission, or both in one list of roles, as Zammad joins them. */
function roleFilter(core: Core, params: Params): (user: UserRow) => boolean {
  const permissions = listOf(params['permissions'])
  const ids = listOf(params['role_ids']).map(Number)
  for (const role of core.state.roles.values())
    if (role.permissions.some((permission) => permissions.includes(permission))) ids.push(role.id)
  if (ids.length === 0) return () => true
  return (user) => user.role_ids.some((id) => ids.includes(id))
}

/** `GET /users/search`: names, login and address contain the text; newest first. */
export function searchUsers(core: Core, caller: Caller, params: Params): UserRow[] {
  demand(core, caller, 'ticket.agent', 'admin.user')
  const { condition } = params
  if (condition !== undefined && core.profile === '6.2') throw broken('invalid query')
  const wanted = condition === undefined ? () => true : userFilter(condition)
  const fits = roleFilter(core, params)
  const low = (textOf(params['query'] ?? params['term']) ?? '').replaceAll('*', '').trim().toLowerCase()
  const found = [...core.state.users.values()].filter(
    (user) =>
      user.id !== 1 &&
      wanted(user) &&
      fits(user) &&
      [user.login, user.firstname, user.lastname, user.email, `${user.firstname} ${user.lastname}`].some(
        (text) => text.toLowerCase().includes(low),
      ),
  )
  return paged(sorted(found, params), params, { usual: 50, most: 200 })
}

/** Exact comparisons are all that a front desk asks of people. */
function userFilter(condition: unknown): (user: UserRow) => boolean {
  if (!isObject(condition)) throw broken('invalid condition')
  const asked = Object.entries(condition).flatMap(([name, spec]) =>
    isObject(spec) && 'value' in spec && !isBlank(name) ? [[name.replace(/^user\./, ''), spec] as const] : [],
  )
  return (user) =>
    asked.every(([column, spec]) => {
      const values = Array.isArray(spec['value']) ? spec['value'].map(String) : [String(spec['value'])]
      return values.includes(String(Reflect.get(user, column))) === (spec['operator'] !== 'is not')
    })
}

/** A token for the caller himself; its text is shown this once. */
export function createToken(core: Core, caller: Caller, params: Params): string {
  demand(core, caller, 'user_preferences.access_token')
  const name = textOf(params['name']) ?? ''
  if (name === '') throw unprocessable("The required parameter 'name' is missing.")
  const { permission, expires_at } = params
  const id = nextId(core.state, 'tokens')
  const token = Array.from(core.random(32), (byte) => byte.toString(16).padStart(2, '0')).join('')
  core.state.tokens.set(id, {
    id,
    token,
    user_id: caller.user.id,
    name,
    permissions: Array.isArray(permission) ? permission.map(String) : [],
    expires_at: textOf(expires_at),
    last_used_at: null,
    created_at: core.now(),
  })
  return token
}
