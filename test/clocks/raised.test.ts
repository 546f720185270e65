import { expect, test } from 'vitest'
import { after, HOUR_MS } from '../../src/clock.ts'
import { isBeingRaised, raisedBy } from '../../src/clocks/raised.ts'
import { alertSerial } from '../../src/outbox/alert.ts'
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
const STAFF = ['first@staff.example', 'duty@nodes.example', 'Boss@x.example']
const told = (level: string, hours: number, mailed: readonly string[] = STAFF) => ({ level, hours, mailed })
const markOf = async ({ level, hours, mailed }: ReturnType<typeof told>) => ({
  level,
  at: after(NOON, hours * HOUR_MS),
  mailedTo: await Promise.all(mailed.map(alertSerial)),
})

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
  {
    why: 'mails that did not go yet raise it to nobody',
    log: log('nodes'),
    told: [told('90%', 43), told('100%', 48, [])],
    units: ['nodes'],
    coordination: false,
  },
  {
    why: 'those whom no mail of theirs reached were not told',
    log: log('first-line'),
    told: [told('100%', 48, ['boss@x.example'])],
    units: [],
    coordination: true,
  },
])('a promise is raised to whom its told levels were mailed: $why', async (given) => {
  const rulebook = {
    ...rulebookOf(units),
    promise: { ...PROMISE, levels: LEVELS, coordination: ['boss@x.example'] },
  }
  const marks = await Promise.all(given.told.map(markOf))
  const { units: raised, coordination } = await raisedBy(marks, given.log, rulebook)
  expect({ raised: raised.toSorted(), coordination }).toEqual({
    raised: given.units,
    coordination: given.coordination,
  })
  const nobody = { ...rulebook, promise: { ...rulebook.promise, coordination: [] } }
  expect((await raisedBy(marks, given.log, nobody)).coordination).toBe(false)
})

test.for([
  { why: 'nothing was told', told: [], is: false },
  { why: 'all were mailed', told: [told('90%', 43), told('100%', 48)], is: false },
  { why: 'coordination was not', told: [told('100%', 48, ['duty@nodes.example'])], is: true },
  { why: 'nobody was', told: [told('90%', 43), told('100%', 48, [])], is: true },
  { why: 'an earlier level says nothing', told: [told('90%', 43, []), told('100%', 48)], is: false },
])('mails about the last level that was told are still to go: $why', async (given) => {
  const promise = { ...PROMISE, levels: LEVELS, coordination: ['boss@x.example'] }
  const marks = await Promise.all(given.told.map(markOf))
  expect(await isBeingRaised(marks, log('nodes'), { ...rulebookOf(units), promise })).toBe(given.is)
})
