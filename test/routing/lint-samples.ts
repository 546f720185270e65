import type { Units } from '../../src/routing/units.ts'

const unit = (id: string) => ({
  id,
  name: { en: id, es: id },
  group: id,
  mail: null,
  fallback: null,
  mode: 'assign' as const,
  onArrival: 'none' as const,
  calendar: null,
  notify: [],
  duty: [],
})

/** A First Line and one more unit, for rules that are made in a test. */
export const UNITS: Units = {
  defaultUnit: 'first-line',
  units: [unit('first-line'), unit('catalogue')],
  urgent: '3 high',
  unroutedAfterMs: 8 * 3_600_000,
}
