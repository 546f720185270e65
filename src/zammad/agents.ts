import type { AgentRights } from '../desk.ts'
import { readRoleAccess } from './account.ts'
import type { Client } from './client.ts'
import { granted } from './rights.ts'
import { AgentRows, PriorityRows, readAs } from './schemas.ts'

const AGENT_ROLE = 'Agent'
const PAGE = 100

/**
 * Active people who may answer tickets, with what their own grants and their roles let them do in each group.
 * Of roles, 6.2 tells an agent's token only its own (0.2). The question is filtered by permission; as no version
 * promises the filter, each row is looked at: it needs the role Agent or access to a group, which no customer has.
 */
export async function readAgents(client: Client): Promise<readonly AgentRights[]> {
  const byRole = await readRoleAccess(client)
  const agents = new Map<number, AgentRights>()
  const seen = new Set<number>()
  for (let page = 1; ; page++) {
    const before = seen.size
    const people = await askPeople(client, page)
    for (const { id, active, roles, role_ids: roleIds, groups: own } of people) {
      seen.add(id)
      if (!active) continue
      const groups = joined([Object.entries(own), ...roleIds.map((role) => byRole.get(role) ?? [])])
      if (groups.size > 0 || roles.includes(AGENT_ROLE)) agents.set(id, { id, groups })
    }
    if (people.length < PAGE || seen.size === before) return [...agents.values()]
  }
}

/** `*` finds everybody, with and without a search engine; `condition` would fail on 6.2 (L43). */
async function askPeople(client: Client, page: number) {
  const answer = await client.search('/users/search', {
    query: '*',
    permissions: ['ticket.agent'],
    expand: true,
    per_page: PAGE,
    page,
    sort_by: 'id',
    order_by: 'asc',
  })
  return readAs(AgentRows, await granted(client, answer, 'a search for agents'), 'agents')
}

type Grants = Iterable<readonly [group: string, words: readonly string[]]>

function joined(all: readonly Grants[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, readonly string[]>()
  for (const grants of all) {
    for (const [group, words] of grants) {
      groups.set(group, [...new Set([...(groups.get(group) ?? []), ...words])])
    }
  }
  return groups
}

/** Names of the active priorities, in Zammad's order. */
export async function readPriorities(client: Client): Promise<readonly string[]> {
  const answer = await granted(client, await client.get('/ticket_priorities'), 'priorities')
  return readAs(PriorityRows, answer, 'priorities').flatMap(({ name, active }) => (active ? [name] : []))
}
