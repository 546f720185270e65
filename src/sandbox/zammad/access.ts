import { randomCode } from '../../random.ts'
import type { Core } from './model.ts'
import type { TicketRow, TokenRow, UserRow } from './rows.ts'

/** An answer other than success. `masked` texts are shown to administrators only. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: 401 | 403 | 404 | 422 | 500
  readonly masked: boolean
  /** A few answers lack the second field that most carry. */
  readonly human: boolean

  constructor(
    status: 401 | 403 | 404 | 422 | 500,
    message: string,
    { masked = false, human = true }: { masked?: boolean; human?: boolean } = {},
  ) {
    super(message)
    this.status = status
    this.masked = masked
    this.human = human
  }
}

export const unprocessable = (message: string): Refusal => new Refusal(422, message)
/** Refused for a reason that only an administrator may read. */
export const masked = (message: string): Refusal => new Refusal(422, message, { masked: true })
export const broken = (message: string): Refusal => new Refusal(500, message, { masked: true })
export const notFound = (what: string, id: unknown): Refusal =>
  new Refusal(404, `Couldn't find ${what} with 'id'=${String(id)}`)
export const notAuthorized = (reason?: string): Refusal =>
  new Refusal(403, reason === undefined ? 'Not authorized' : `Not authorized (${reason})!`)

/** Who asks, and what the token at hand lets him do. */
export interface Caller {
  readonly user: UserRow
  /** Null for a person at the screens: the role alone counts. */
  readonly token: TokenRow | null
}

/** Whether one held permission covers the wanted one: `admin` covers `admin.group`, not the other way round. */
const covers = (held: readonly string[], wanted: string): boolean =>
  wanted === 'admin.*'
    ? held.some((permission) => permission === 'admin' || permission.startsWith('admin.'))
    : held.includes(wanted) || held.some((permission) => wanted.startsWith(`${permission}.`))

const rolePermissions = (core: Core, user: UserRow): readonly string[] =>
  user.role_ids.flatMap((id) => core.state.roles.get(id)?.permissions ?? [])

const userMay = (core: Core, user: UserRow, permission: string): boolean =>
  covers(rolePermissions(core, user), permission)

/** Whether both the token and the user's roles hold the permission. */
export const may = (core: Core, caller: Caller, permission: string): boolean =>
  (caller.token === null || covers(caller.token.permissions, permission)) &&
  userMay(core, caller.user, permission)

/** Passes where the caller holds one of the permissions; throws the 403 of the profile otherwise. */
export function demand(core: Core, caller: Caller, ...anyOf: readonly string[]): void {
  if (anyOf.some((permission) => may(core, caller, permission))) return
  const { token } = caller
  const byToken = token !== null && !anyOf.some((permission) => covers(token.permissions, permission))
  if (core.profile === '6.2') throw notAuthorized(byToken ? 'token' : 'user')
  throw new Refusal(403, byToken ? 'Token authorization failed.' : 'User authorization failed.')
}

export const isAgent = (core: Core, user: UserRow): boolean => userMay(core, user, 'ticket.agent')

/** Whether an agent may do something in a group; an inactive group lets nobody in. */
export function groupAccess(core: Core, user: UserRow, groupId: number, level: string): boolean {
  const levels = user.group_ids[String(groupId)] ?? []
  const active = core.state.groups.get(groupId)?.active ?? false
  return active && isAgent(core, user) && (levels.includes('full') || levels.includes(level))
}

/** Whether a user may read, change or write into a ticket. */
export const ticketAccess = (core: Core, caller: Caller, ticket: TicketRow, level: string): boolean =>
  (may(core, caller, 'ticket.agent') && groupAccess(core, caller.user, ticket.group_id, level)) ||
  (may(core, caller, 'ticket.customer') && ticket.customer_id === caller.user.id && level !== 'full')

/** The ticket of an id that the caller may use; 404 where there is none, 403 where it is out of reach. */
export function reachTicket(core: Core, caller: Caller, id: unknown, level: string): TicketRow {
  const ticket = core.state.tickets.get(Number(id))
  if (!ticket) throw notFound('Ticket', id)
  if (!ticketAccess(core, caller, ticket, level)) throw notAuthorized()
  return ticket
}

/** Reads who asks from the headers. Throws 401 and 403 with the texts that Zammad uses. */
export function authenticate(core: Core, headers: Headers): Caller {
  const header = headers.get('authorization') ?? ''
  const caller = header.startsWith('Basic ')
    ? basic(core, header)
    : byToken(core, /^(Token|Bearer)\s+(?:token=)?"?([^",\s]+)/i.exec(header))
  if (!headers.has('from') && !headers.has('x-on-behalf-of')) return caller
  return onBehalf(core, caller, headers.get('from') ?? headers.get('x-on-behalf-of') ?? '')
}

function byToken(core: Core, match: RegExpExecArray | null): Caller {
  if (!match) throw new Refusal(403, 'Authentication required')
  const [, scheme = '', text = ''] = match
  const token = [...core.state.tokens.values()].find((row) => row.token === text)
  const user = token && core.state.users.get(token.user_id)
  if (!token || !user)
    throw new Refusal(
      401,
      scheme.toLowerCase() === 'token' ? "Can't find User for Token" : 'The provided token is invalid.',
    )
  if (token.expires_at !== null && token.expires_at <= core.now())
    throw new Refusal(401, 'Not authorized (token expired)!')
  if (!user.active) throw new Refusal(401, 'Login failed. Have you double-checked your credentials?')
  token.last_used_at = core.now()
  return { user, token }
}

/** Users of a sandbox have no passwords, so a known login counts as one failed try. */
function basic(core: Core, header: string): never {
  const login = decodeBasic(header).split(':', 1)[0]
  const user = [...core.state.users.values()].find((row) => row.login === login)
  if (user) {
    user.login_failed += 1
    user.updated_by_id = user.id
    user.updated_at = core.now()
  }
  throw new Refusal(401, 'Invalid BasicAuth credentials')
}

function decodeBasic(header: string): string {
  try {
    return atob(header.slice('Basic '.length))
  } catch {
    return ''
  }
}

function onBehalf(core: Core, caller: Caller, whom: string): Caller {
  if (!userMay(core, caller.user, 'admin.user'))
    throw new Refusal(403, "Current user has no permission to use 'From'/'X-On-Behalf-Of'!")
  const user = [...core.state.users.values()].find(
    (row) => String(row.id) === whom || row.login === whom || row.email === whom.toLowerCase(),
  )
  if (!user) throw new Refusal(403, `No such user '${whom}'`)
  return { user, token: null }
}

/** What the outside gets to read of an error. */
export function refusalBody(core: Core, caller: Caller | null, refusal: Refusal): Record<string, string> {
  const shown = !refusal.masked || (caller !== null && may(core, caller, 'admin'))
  if (!shown) return { error: `Error ID ${randomCode(core.random, 8)}: Please contact your administrator.` }
  return refusal.human && !refusal.masked
    ? { error: refusal.message, error_human: refusal.message }
    : { error: refusal.message }
}
