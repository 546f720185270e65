import type { Desk, Group } from '../desk.ts'
import type { Memory } from '../memory.ts'
import type { RaiseDeps } from '../outbox/raise.ts'
import type { Rulebook } from '../routing/rule.ts'
import { tellFirstLine } from '../routing/tell-staff.ts'
import type { Atomically, Write } from '../writes.ts'

export interface GroupsDeps extends RaiseDeps {
  readonly desk: Desk
  readonly rulebook: () => Rulebook
  readonly memory: Memory
  readonly atomically: Atomically
}

/** What the bot does with tickets in a unit's group, in Zammad's words: looks at them, opens and moves them. */
const NEEDED = ['read', 'create', 'change'] as const

/** Which of the rights that the bot needs it lacks in a group, in words such as "read and change"; null for none. */
export function lackingIn({ access }: Pick<Group, 'access'>): string | null {
  if (access.includes('full')) return null
  const lacking = NEEDED.filter((right) => !access.includes(right))
  const last = lacking.at(-1)
  if (last === undefined) return null
  return lacking.length === 1 ? last : `${lacking.slice(0, -1).join(', ')} and ${last}`
}

/** Why a unit's group can take no tickets, or null where it can. */
function obstacle(group: Group | undefined): string | null {
  if (!group) return 'its group is unknown to Zammad, or the bot may not enter it'
  if (!group.active) return 'its group is inactive'
  const lacking = lackingIn(group)
  return lacking === null ? null : `the bot may not ${lacking} tickets in its group`
}

/**
 * Looks whether each unit's group can take tickets, by its name, and remembers those that cannot. First Line
 * is told once of each that could before. Throws `Failure` where Zammad does not answer.
 */
export async function examineGroups(deps: GroupsDeps): Promise<void> {
  const { units } = deps.rulebook()
  const { groups } = await deps.desk.account()
  const before = new Set(((await deps.memory.recall('unusable-units')) ?? '').split(', '))
  const unusable: string[] = []
  const day = deps.clock().toISOString().slice(0, 10)
  const writes: Write[] = []
  for (const { id, group } of units.units) {
    const reason = obstacle(groups.find(({ name }) => name === group))
    if (reason === null) continue
    unusable.push(id)
    deps.log.warn('unit.unusable', { unit: id, detail: reason })
    if (before.has(id)) continue
    const alert = { about: 'unusable-unit', unit: id, group, reason } as const
    writes.push(...(await tellFirstLine(deps, units, alert, `unusable-unit:${id}:${day}`)))
  }
  await deps.atomically([deps.memory.remember('unusable-units', unusable.join(', ')), ...writes])
}
