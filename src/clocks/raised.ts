import { readLevelName } from '../promise/levels.ts'
import type { TicketLog } from '../promise/log.ts'
import type { Audience } from '../promise/promise.ts'
import type { Rulebook } from '../routing/rule.ts'
import { peopleOf } from '../routing/tell-staff.ts'
import type { Units } from '../routing/units.ts'
import type { LevelMark } from './records.ts'

/** Whom a promise that was missed was raised to. */
export interface Raised {
  /** Ids of the units whose people were told. */
  readonly units: readonly string[]
  readonly coordination: boolean
}

const PEOPLE = { unit: 'notify', duty: 'duty' } as const satisfies Partial<Record<Audience, string>>

/** Addresses of those whom a level tells while that unit has the ticket. */
export const addressesOf = (
  { units, promise }: Rulebook,
  unit: string,
  to: readonly Audience[],
): readonly string[] =>
  to.flatMap((audience) =>
    audience === 'coordination' ? promise.coordination : peopleOf(units, unit, PEOPLE[audience]),
  )

/** Whose people these are: the unit's own, or those who stand in for them; none where nobody is named. */
function whose({ units, defaultUnit }: Units, unitId: string, people: readonly string[]): readonly string[] {
  const owner = [unitId, defaultUnit].find((id) => {
    const unit = units.find((one) => one.id === id)
    return [...(unit?.notify ?? []), ...(unit?.duty ?? [])].some((address) => people.includes(address))
  })
  return owner === undefined ? [] : [owner]
}

/**
 * Whom the levels of a clock that were told were mailed to, by the addresses that the rules name now; a unit is the one
 * that had the ticket when the level was told.
 */
export function raisedBy(
  told: readonly Pick<LevelMark, 'level' | 'at'>[],
  log: TicketLog,
  rulebook: Rulebook,
): Raised {
  const { promise, units } = rulebook
  const each = told.map(({ level, at }) => {
    const { share } = readLevelName(level)
    const to = promise.levels.find((one) => Math.round(one.share * 100) === share)?.to ?? []
    return { to, unit: unitAt(log, at) ?? units.defaultUnit }
  })
  const owners = each.flatMap(({ to, unit }) =>
    to.flatMap((audience) =>
      audience === 'coordination' ? [] : whose(units, unit, peopleOf(units, unit, PEOPLE[audience])),
    ),
  )
  return {
    units: [...new Set(owners)],
    coordination: promise.coordination.length > 0 && each.some(({ to }) => to.includes('coordination')),
  }
}

function unitAt({ start, happenings }: TicketLog, at: Date): string | null {
  const moves = happenings
    .flatMap((one) => (one.kind === 'moved' && one.at <= at ? [one] : []))
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())
  const last = moves.at(-1)
  return last ? last.unit : start.unit
}
