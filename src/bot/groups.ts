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

/** Why no ticket can be opened in a unit's group, or null where one can. */
function obstacle(group: Group | undefined): string | null {
  if (!group) return 'its group is unknown to Zammad, or the bot may not enter it'
  if (!group.active) return 'its group is inactive'
  const may = group.access.includes('full') || group.access.includes('create')
  return may ? null : 'the bot may not create tickets in its group'
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
