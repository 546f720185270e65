import type { Policy } from '../promise/reckon.ts'
import type { Rulebook } from '../routing/rule.ts'

/** What promises are reckoned by while these rules are in force. */
export const policyOf = ({ promise, units }: Pick<Rulebook, 'promise' | 'units'>): Policy => ({
  promise,
  calendarOf: (unit) => units.units.find(({ id }) => id === unit)?.calendar ?? null,
})
