import type { Desk, Group } from '../desk.ts'
import type { Log } from '../log.ts'
import type { Memory } from '../memory.ts'
import type { Units } from '../routing/units.ts'
import type { Atomically } from '../writes.ts'

export interface GroupsDeps {
  readonly desk: Desk
  readonly units: Units
  readonly memory: Memory
  readonly atomically: Atomically
  readonly log: Log
}

/** Why no ticket can be opened in a unit's group, or null where one can. */
function obstacle(group: Group | undefined): string | null {
  if (!group) return 'its group is unknown to Zammad, or the bot may not enter it'
  if (!group.active) return 'its group is inactive'
  const may = group.access.includes('full') || group.access.includes('create')
  return may ? null : 'the bot may not create tickets in its group'
}

/**
 * Looks whether each unit's group can take tickets, by its name, and remembers those that cannot.
 * Throws `Failure` where Zammad does not answer.
 */
export async function examineGroups(deps: GroupsDeps): Promise<void> {
  const { groups } = await deps.desk.account()
  const unusable: string[] = []
  for (const unit of deps.units.units) {
    const detail = obstacle(groups.find(({ name }) => name === unit.group))
    if (detail === null) continue
    unusable.push(unit.id)
    deps.log.warn('unit.unusable', { unit: unit.id, detail })
  }
  await deps.atomically([deps.memory.remember('unusable-units', unusable.join(', '))])
}
