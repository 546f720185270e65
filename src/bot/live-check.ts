import type { AgentRights, Desk, Group } from '../desk.ts'
import type { Rulebook } from '../routing/rule.ts'
import type { Unit } from '../routing/units.ts'
import { didYouMean } from '../sources/words.ts'
import { lackingIn } from './groups.ts'

/** What in Zammad does not go with the rulebook. A warning keeps no ticket from its unit. */
export interface LiveFinding {
  readonly about:
    | { readonly what: 'unit'; readonly id: string }
    | { readonly what: 'rule'; readonly name: string }
    | { readonly what: 'urgent' }
  readonly level: 'mistake' | 'warning'
  readonly words: string
}

export interface LiveCheck {
  readonly findings: readonly LiveFinding[]
  /** How many people may answer in each unit's group, the bot left out; of groups that the bot can use. */
  readonly agents: readonly { readonly unit: string; readonly group: string; readonly count: number }[]
}

const may = (access: readonly string[] | undefined, word: string): boolean =>
  access !== undefined && (access.includes('full') || access.includes(word))

/** Why the bot cannot put tickets into a group, or null where it can. */
function obstacle(wanted: string, groups: readonly Group[]): string | null {
  const group = groups.find(({ name }) => name === wanted)
  if (!group) {
    const near = didYouMean(
      wanted,
      groups.map(({ name }) => name),
    )
    return `Zammad has no group ${wanted}, or the bot may not enter it${near}`
  }
  if (!group.active) return `the group ${wanted} is inactive`
  const lacking = lackingIn(group)
  return lacking === null ? null : `the bot may not ${lacking} tickets in the group ${wanted}`
}

const answering = (agents: readonly AgentRights[], group: string): readonly AgentRights[] =>
  agents.filter(({ groups }) => may(groups.get(group), 'change'))

function unitFindings(unit: Unit, count: number | null, groups: readonly Group[]): readonly LiveFinding[] {
  const words = count === 0 ? `no agent may answer in the group ${unit.group}` : obstacle(unit.group, groups)
  return words === null ? [] : [{ about: { what: 'unit', id: unit.id }, level: 'mistake', words }]
}

function blindFindings(
  { defaultUnit, units }: Rulebook['units'],
  agents: readonly AgentRights[],
  isMistaken: (id: string) => boolean,
): readonly LiveFinding[] {
  const home = units.find(({ id }) => id === defaultUnit)
  const desk = home ? answering(agents, home.group) : []
  if (!home || desk.length === 0) return []
  return units
    .filter(({ id, group }) => !isMistaken(id) && !desk.some(({ groups }) => may(groups.get(group), 'read')))
    .map(({ id, group }) => ({
      about: { what: 'unit', id },
      level: 'warning',
      words: `no agent of ${home.group} (of ${desk.length}) can read ${group}: a ticket there is out of their sight`,
    }))
}

function priorityFindings({ rules, units }: Rulebook, known: readonly string[]): readonly LiveFinding[] {
  const unknown = (name: string): string | null =>
    known.includes(name) ? null : `Zammad has no active priority ${name}${didYouMean(name, known)}`
  const urgent = unknown(units.urgent)
  return [
    ...rules.flatMap(({ name, priority }): readonly LiveFinding[] => {
      const words = priority === null ? null : unknown(priority)
      return words === null ? [] : [{ about: { what: 'rule', name }, level: 'mistake', words }]
    }),
    ...(urgent === null
      ? []
      : [{ about: { what: 'urgent' }, level: 'mistake', words: urgent } satisfies LiveFinding]),
  ]
}

/**
 * Compares a rulebook with Zammad as it is: groups that the bot cannot use, groups without an agent, unknown
 * priorities, and groups that nobody of the default unit can read. Only reads, and names nobody. Throws `Failure`
 * where Zammad does not answer.
 */
export async function checkLive(
  desk: Pick<Desk, 'account' | 'agents' | 'priorities'>,
  rulebook: Rulebook,
): Promise<LiveCheck> {
  const { units } = rulebook
  const account = await desk.account()
  const people = (await desk.agents()).filter(({ id }) => id !== account.id)
  const counted = units.units
    .filter(({ group }) => obstacle(group, account.groups) === null)
    .map(({ id, group }) => ({ unit: id, group, count: answering(people, group).length }))
  const countOf = (id: string): number | null => counted.find(({ unit }) => unit === id)?.count ?? null
  return {
    findings: [
      ...units.units.flatMap((unit) => unitFindings(unit, countOf(unit.id), account.groups)),
      ...priorityFindings(rulebook, await desk.priorities()),
      ...blindFindings(units, people, (id) => (countOf(id) ?? 0) === 0),
    ],
    agents: counted,
  }
}
