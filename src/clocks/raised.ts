import { alertSerial } from '../outbox/alert.ts'
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

type Told = Pick<LevelMark, 'level' | 'at' | 'mailedTo'>

/** Whom a level tells, by the rules as they are now, and which unit had the ticket when it was put down. */
function tellsOf({ level, at }: Told, log: TicketLog, { promise, units }: Rulebook) {
  const { share } = readLevelName(level)
  const to = promise.levels.find((one) => Math.round(one.share * 100) === share)?.to ?? []
  return { to, unit: unitAt(log, at) ?? units.defaultUnit }
}

/** Those of the addresses that a mail about the level went to. */
async function mailedOf({ mailedTo }: Told, addresses: readonly string[]): Promise<readonly string[]> {
  const serials = await Promise.all(addresses.map(alertSerial))
  return addresses.filter((_, at) => mailedTo.includes(serials[at] ?? ''))
}

/** Whom mails about these levels of a clock went to, by the addresses that the rules name now. */
export async function raisedBy(told: readonly Told[], log: TicketLog, rulebook: Rulebook): Promise<Raised> {
  const owners = new Set<string>()
  let coordination = false
  for (const mark of told) {
    const { to, unit } = tellsOf(mark, log, rulebook)
    for (const audience of to) {
      const people = await mailedOf(mark, addressesOf(rulebook, unit, [audience]))
      if (audience === 'coordination') coordination ||= people.length > 0
      else for (const owner of whose(rulebook.units, unit, people)) owners.add(owner)
    }
  }
  return { units: [...owners], coordination }
}

/** Whether somebody whom the last of these levels tells was not mailed yet. */
export async function isBeingRaised(
  told: readonly Told[],
  log: TicketLog,
  rulebook: Rulebook,
): Promise<boolean> {
  const last = told.at(-1)
  if (!last) return false
  const { to, unit } = tellsOf(last, log, rulebook)
  const addresses = addressesOf(rulebook, unit, to)
  return (await mailedOf(last, addresses)).length < addresses.length
}

function unitAt({ start, happenings }: TicketLog, at: Date): string | null {
  const moves = happenings
    .flatMap((one) => (one.kind === 'moved' && one.at <= at ? [one] : []))
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())
  const last = moves.at(-1)
  return last ? last.unit : start.unit
}
