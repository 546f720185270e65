import { expect, test } from 'vitest'
import { after, HOUR_MS } from '../../src/clock.ts'
import { raisedBy } from '../../src/clocks/raised.ts'
import type { TicketLog } from '../../src/promise/log.ts'
import { aUnit, PROMISE, rulebookOf, unitsOf } from '../support/sample-rules.ts'
import { NOON } from '../support/samples.ts'
import { LEVELS } from './sweeping.ts'

const units = unitsOf(
  aUnit({ id: 'first-line', notify: ['first@staff.example'], duty: [] }),
  aUnit({ id: 'nodes', notify: [], duty: ['duty@nodes.example'] }),
  aUnit({ id: 'search', notify: [], duty: [] }),
)
const log = (unit: string | null, ...moves: readonly (readonly [number, string])[]): TicketLog => ({
  start: { unit, priority: null, state: 'open', tags: [] },
  happenings: moves.map(([hours, to]) => ({
    at: after(NOON, hours * HOUR_MS),
    key: `moved:${hours}`,
    kind: 'moved',
    unit: to,
  })),
})
const told = (level: string, hours: number) => ({ level, at: after(NOON, hours * HOUR_MS) })

test.for([
  { why: 'nothing told', log: log('nodes'), told: [], units: [], coordination: false },
  {
    why: 'a unit',
    log: log('first-line'),
    told: [told('75%', 36)],
    units: ['first-line'],
    coordination: false,
  },
  {
    why: 'the one that had it then, each once',
    log: log('first-line', [40, 'nodes']),
    told: [told('75%', 36), told('90%', 43), told('100%', 48), told('100%+1d', 72)],
    units: ['first-line', 'nodes'],
    coordination: true,
  },
  {
    why: 'no unit has it',
    log: log(null),
    told: [told('75%', 36)],
    units: ['first-line'],
    coordination: false,
  },
  {
    why: 'nobody of the unit is named',
    log: log('search'),
    told: [told('90%', 43)],
    units: ['first-line'],
    coordination: false,
  },
  {
    why: 'it came again',
    log: log('nodes'),
    told: [told('100%@2', 96)],
    units: ['nodes'],
    coordination: true,
  },
])('a promise is raised to whom its told levels were mailed: $why', (given) => {
  const rulebook = {
    ...rulebookOf(units),
    promise: { ...PROMISE, levels: LEVELS, coordination: ['boss@x.example'] },
  }
  const { units: raised, coordination } = raisedBy(given.told, given.log, rulebook)
  expect({ raised: raised.toSorted(), coordination }).toEqual({
    raised: given.units,
    coordination: given.coordination,
  })
  const nobody = { ...rulebook, promise: { ...rulebook.promise, coordination: [] } }
  expect(raisedBy(given.told, given.log, nobody).coordination).toBe(false)
})
