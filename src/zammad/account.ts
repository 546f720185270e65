import type { z } from 'zod'
import type { Account, Group } from '../desk.ts'
import { Failure } from '../failure.ts'
import { isSuccess, type Client } from './client.ts'
import { granted } from './rights.ts'
import {
  AccountAssets,
  AccountRow,
  GroupRows,
  RoleRows,
  readAs,
  type GroupRow,
  type RoleRow,
} from './schemas.ts'

type Me = z.output<typeof AccountRow>
type GroupDetails = z.output<typeof GroupRow>
type Role = z.output<typeof RoleRow>

/** What the account may do in each group: by its own grants, and by those of its roles. */
interface Access {
  readonly byId: ReadonlyMap<number, ReadonlySet<string>>
  readonly byName: ReadonlyMap<string, ReadonlySet<string>>
}

/**
 * Whose token it is, and the groups it opens (L2, 0.2): 6.2 tells their details with the account and refuses
 * the list, later versions have only the list, which names groups without access too.
 */
export async function readAccount(client: Client): Promise<Account> {
  const what = 'its own account'
  const me = readAs(AccountRow, await granted(client, await client.get('/users/me?expand=true'), what), what)
  const full = await granted(client, await client.get('/users/me?full=true'), what)
  const { assets } = readAs(AccountAssets, full, what)
  const roles = assets.Role ? Object.values(assets.Role) : await listedRoles(client)
  const access = accessOf(me, roles)
  const told = assets.Group ? Object.values(assets.Group) : []
  const details = isComplete(access, told) ? told : await listedGroups(client)
  return { id: me.id, login: me.login, roles: me.roles, groups: groupsOf(access, details) }
}

function accessOf(me: Me, roles: readonly Role[]): Access {
  const byId = new Map<number, Set<string>>()
  const own = roles.filter((role) => role.active && me.role_ids.includes(role.id))
  for (const grants of [me.group_ids, ...own.map((role) => role.group_ids)]) {
    for (const [id, words] of Object.entries(grants)) {
      byId.set(Number(id), new Set([...(byId.get(Number(id)) ?? []), ...words]))
    }
  }
  return { byId, byName: new Map(Object.entries(me.groups).map(([name, words]) => [name, new Set(words)])) }
}

/**
 * What roles let their people do, by id of the role and name of the group; roles and groups that the token may
 * not read are left out.
 */
export async function readRoleAccess(
  client: Client,
): Promise<ReadonlyMap<number, ReadonlyMap<string, readonly string[]>>> {
  const what = 'its own account'
  const full = await granted(client, await client.get('/users/me?full=true'), what)
  const { assets } = readAs(AccountAssets, full, what)
  const listed = await listedRoles(client)
  const roles = (listed.length > 0 ? listed : Object.values(assets.Role ?? {})).filter(({ active }) => active)
  if (roles.every(({ group_ids: grants }) => Object.keys(grants).length === 0)) return new Map()
  const groups = assets.Group ? Object.values(assets.Group) : await listedGroups(client)
  const names = new Map(groups.map(({ id, name }) => [String(id), name]))
  return new Map(
    roles.map(({ id, group_ids: grants }) => [
      id,
      new Map(
        Object.entries(grants).flatMap(([groupId, words]) => {
          const name = names.get(groupId)
          return name === undefined ? [] : [[name, words] as const]
        }),
      ),
    ]),
  )
}

const isComplete = (access: Access, details: readonly GroupDetails[]): boolean =>
  [...access.byId.keys()].every((id) => details.some((group) => group.id === id)) &&
  [...access.byName.keys()].every((name) => details.some((group) => group.name === name))

async function listedGroups(client: Client): Promise<readonly GroupDetails[]> {
  const answer = await client.get('/groups?per_page=1000')
  if (!isSuccess(answer)) {
    throw new Failure('misconfigured', 'the Zammad token may not read the details of its groups')
  }
  return readAs(GroupRows, answer, 'groups')
}

/** None where the token may not list them: then only the account's own grants are known. */
async function listedRoles(client: Client): Promise<readonly Role[]> {
  const answer = await client.get('/roles?per_page=1000')
  return isSuccess(answer) ? readAs(RoleRows, answer, 'roles') : []
}

/** Contract 13: what Zammad itself does with a mail to a closed ticket. No days mean: at once. */
function followUpOf({
  follow_up_possible: rule,
  reopen_time_in_days: days,
}: GroupDetails): Group['followUp'] {
  if (rule === 'new_ticket') return { to: 'new-ticket' }
  if (rule === 'new_ticket_after_certain_time') return { to: 'either', days: days ?? 0 }
  return { to: 'same-ticket' }
}

function groupsOf(access: Access, details: readonly GroupDetails[]): readonly Group[] {
  return details
    .map((group) => ({
      name: group.name,
      active: group.active,
      access: [...new Set([...(access.byId.get(group.id) ?? []), ...(access.byName.get(group.name) ?? [])])],
      hasAddress: typeof group.email_address_id === 'number',
      followUp: followUpOf(group),
    }))
    .filter((group) => group.access.length > 0)
}
