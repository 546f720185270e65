import type { PromiseAlarm } from '../outbox/alert.ts'
import { readLevelName } from '../promise/levels.ts'
import type { Rulebook } from '../routing/rule.ts'
import { addressesOf } from './raised.ts'

/** An alert whose ticket was moved before it was mailed, and who hears of it instead. */
export interface HandedOn {
  /** The same for everybody who was to hear of it before. */
  readonly occasion: string
  readonly alert: PromiseAlarm
  readonly to: readonly string[]
}

/** Those whom an alert and the levels that it stands for tell, by the rules as they are now: addresses by their small letters. */
function toldBy(
  { level, covers }: PromiseAlarm,
  rulebook: Rulebook,
  unit: string,
): ReadonlyMap<string, string> {
  const { units, promise } = rulebook
  const shares = new Set([level, ...covers].map((name) => readLevelName(name).share))
  const to = promise.levels
    .filter(({ share }) => shares.has(Math.round(share * 100)))
    .flatMap((one) => one.to)
  const owner = units.units.some(({ id }) => id === unit) ? unit : units.defaultUnit
  return new Map(addressesOf(rulebook, owner, to).map((one) => [one.toLowerCase(), one]))
}

/**
 * What becomes of an alert that was raised for one unit, where another one has the ticket as it is mailed to `address`:
 * whether it still is for that one, and the others to whom nothing was raised. Those who hear of either unit's tickets
 * have their own mail already.
 */
export function handOn(
  rulebook: Rulebook,
  raised: PromiseAlarm,
  { alert, address }: { readonly alert: PromiseAlarm; readonly address: string },
): { readonly isTheirs: boolean; readonly handedOn: HandedOn | null } {
  const { unit } = alert.ticket
  if (unit === raised.ticket.unit) return { isTheirs: true, handedOn: null }
  const before = toldBy(raised, rulebook, raised.ticket.unit)
  const now = toldBy(raised, rulebook, unit)
  const to = [...now].flatMap(([small, one]) => (before.has(small) ? [] : [one]))
  return {
    isTheirs: now.has(address.toLowerCase()) || !before.has(address.toLowerCase()),
    handedOn: to.length === 0 ? null : { occasion: `moved:${alert.ack}:${unit}`, alert, to },
  }
}
