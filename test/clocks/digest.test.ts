import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { aUnit } from '../support/sample-rules.ts'
import { aHouse, FIRST, LISBON, NODES } from './morning.ts'

const MORNING = new Date('2026-11-21T07:00:00Z')
const hours = (count: number): Date => after(MORNING, count * HOUR_MS)

/** A house just before its first morning. */
async function aHouseBefore(over: Parameters<typeof aHouse>[0] = {}) {
  const house = await aHouse(over)
  await house.round()
  return house
}

type House = Awaited<ReturnType<typeof aHouse>>

/** What the unit is told when the morning comes: the numbers of each list. */
async function told(house: House, unit = 'nodes') {
  house.at(MORNING)
  await house.round()
  const digest = await house.toldTo(unit)
  if (!digest) return null
  const numbers = (list: { readonly told: readonly { readonly number: string }[] }): string =>
    list.told.map(({ number }) => number).join(' ')
  const { late, due, noted, quiet, assigned } = digest
  return {
    late: numbers(late),
    due: numbers(due),
    noted: numbers(noted),
    quiet: numbers(quiet),
    assigned: numbers(assigned),
  }
}

const NOTHING = { late: '', due: '', noted: '', quiet: '', assigned: '' }

test('late ones and those due before the next digest are told by their due, and no later ones', async () => {
  const house = await aHouseBefore()
  await house.keeps(1, { running: { dueAt: hours(23) } })
  await house.keeps(2, { running: { dueAt: hours(-1) } })
  await house.keeps(3, { running: { dueAt: hours(24) } })
  await house.keeps(4, { running: { dueAt: hours(-30) } })
  await house.keeps(5, { running: { dueAt: MORNING } })
  await house.keeps(6, { running: { dueAt: null } })
  await house.keeps(7, { running: { dueAt: hours(2), kind: 'internal' } })
  await house.keeps(8, { running: { dueAt: hours(-2) }, unit: 'first-line' })
  expect(await told(house)).toEqual({ ...NOTHING, late: '78004 78002', due: '78005 78007 78001' })
  expect((await house.toldTo('nodes'))?.due.told.map(({ internal }) => internal)).toEqual([
    false,
    true,
    false,
  ])
})

test('before a weekend a unit of office hours is told what comes due until its next morning', async () => {
  const friday = new Date('2026-11-20T08:00:00Z')
  const house = await aHouse({
    at: after(friday, -HOUR_MS),
    promise: { calendars: { lisbon: LISBON } },
    units: [{ ...NODES, calendar: 'lisbon' }],
  })
  await house.round()
  await house.keeps(1, { running: { dueAt: after(friday, 3 * DAY_MS - 1) } })
  await house.keeps(2, { running: { dueAt: after(friday, 3 * DAY_MS) } })
  house.at(friday)
  await house.round()
  expect(await house.toldTo('nodes')).toMatchObject({
    zone: 'Europe/Lisbon',
    at: friday.toISOString(),
    until: after(friday, 3 * DAY_MS).toISOString(),
    due: { told: [{ number: '78001', id: 1 }], more: 0 },
  })
})

test('what is in groups that are no unit’s is told to the default unit', async () => {
  const house = await aHouseBefore({ units: [NODES] })
  await house.keeps(1, { unit: null, running: { dueAt: hours(3) } })
  await house.keeps(2, { unit: 'first-line', running: { dueAt: hours(5) } })
  await house.keeps(3, { unit: null, running: { dueAt: hours(-3) } })
  await house.keeps(4, { unit: null, running: { dueAt: hours(99) } })
  await house.keeps(5, { unit: null, running: null, quietSince: hours(-121) })
  await house.keeps(6, { unit: null, running: { dueAt: hours(99) } })
  await house.marks(6, { at: hours(-0.5), clock: 'request' })
  expect(await told(house, FIRST.id)).toEqual({
    late: '78003',
    due: '78001 78002',
    noted: '78006',
    quiet: '78005',
    assigned: '',
  })
  expect(await told(house)).toBeNull()
})

test('of a level for digests alone a unit hears once, while that very clock runs', async () => {
  const house = await aHouseBefore()
  const far = { running: { dueAt: hours(90) } }
  for (const id of [1, 2, 3, 4, 5, 6, 7]) await house.keeps(id, far)
  await house.marks(1, { at: hours(-0.5) })
  // A clock that ended: another one runs.
  await house.marks(2, { at: hours(-0.5), clock: 'article:1' })
  await house.marks(3, { at: hours(-0.5), how: 'told' })
  // It was told of before.
  await house.marks(4, { at: hours(-2) })
  await house.marks(5, { at: hours(-0.5), level: '25%' })
  await house.marks(5, { at: hours(-0.4) })
  await house.keeps(6, { running: null })
  await house.marks(6, { at: hours(-0.5) })
  await house.keeps(7, { unit: 'first-line', ...far })
  await house.marks(7, { at: hours(-0.5) })
  expect(await told(house)).toEqual({ ...NOTHING, noted: '78001 78005' })
  expect((await house.toldTo('nodes'))?.noted.told.map(({ level }) => level)).toEqual(['50%', '50%'])
  house.at(hours(24))
  await house.round()
  expect(
    (await house.rows()).filter(({ naturalKey }) => naturalKey?.startsWith('digest:nodes')),
  ).toHaveLength(1)
})

test('what is silent for as long as promise.yaml says is told, the longest first', async () => {
  const house = await aHouseBefore()
  await house.keeps(1, { running: null, quietSince: hours(-120) })
  await house.keeps(2, { running: { dueAt: hours(90) }, quietSince: hours(-200) })
  await house.keeps(3, { running: null, quietSince: after(hours(-120), 1) })
  await house.keeps(4, { running: null, isOpen: false, quietSince: null })
  expect(await told(house)).toEqual({ ...NOTHING, quiet: '78002 78001' })
})

test('where nobody asks after silence there is none', async () => {
  const house = await aHouseBefore({ promise: { silenceMs: null } })
  await house.keeps(1, { running: null, quietSince: hours(-900) })
  expect(await told(house)).toBeNull()
})

test('what rules sent past First Line to the unit is told with the rule, and with its ticket', async () => {
  const house = await aHouseBefore({ units: [NODES, aUnit({ id: 'catalogue' })] })
  house.at(hours(-0.5))
  await house.decides(11)
  await house.decides(12, { unit: 'catalogue' })
  await house.decides(13, { rule: null, unit: 'first-line' })
  await house.decides(14, { placed: { unit: 'first-line', groupId: 2, at: hours(-0.5) } })
  await house.decides(15, { mode: 'suggest' })
  expect(await told(house)).toEqual({ ...NOTHING, assigned: '78011' })
  expect((await house.toldTo('nodes'))?.assigned.told).toEqual([
    { id: 11, number: '78011', rule: 'uploads', decidedAt: hours(-0.5).toISOString() },
  ])
})

test('a ticket that is late or due is not told again as silent or noted', async () => {
  const house = await aHouseBefore()
  await house.keeps(1, { running: { dueAt: hours(-9) }, quietSince: hours(-200) })
  await house.keeps(2, { running: { dueAt: hours(9) } })
  await house.marks(2, { at: hours(-0.5) })
  expect(await told(house)).toEqual({ ...NOTHING, late: '78001', due: '78002' })
})

test('a ticket that is noted is not told again as silent, and the next day it is', async () => {
  const house = await aHouseBefore()
  const far = { running: { dueAt: hours(90) }, quietSince: hours(-200) }
  await house.keeps(1, far)
  await house.marks(1, { at: hours(-0.5) })
  await house.keeps(2, far)
  expect(await told(house)).toEqual({ ...NOTHING, noted: '78001', quiet: '78002' })
  house.at(hours(24))
  await house.round()
  expect((await house.toldTo('nodes'))?.quiet.told.map(({ number }) => number)).toEqual(['78001', '78002'])
})

test('lists are bounded, and tell how many there are besides', async () => {
  const house = await aHouseBefore()
  for (let id = 1; id <= 53; id += 1) {
    await house.keeps(id, { running: { dueAt: after(hours(-60), id * MINUTE_MS) } })
    await house.keeps(100 + id, { running: { dueAt: after(hours(1), id * MINUTE_MS) } })
    await house.keeps(200 + id, { running: null, quietSince: after(hours(-300), id * MINUTE_MS) })
  }
  await told(house)
  const digest = await house.toldTo('nodes')
  const sizes = [digest?.late, digest?.due, digest?.quiet].map((list) => [list?.told.length, list?.more])
  expect(sizes).toEqual([
    [50, 3],
    [50, 3],
    [50, 3],
  ])
  expect(digest?.late.told[0]?.number).toBe('78001')
})

test.for([
  { why: 'in step a moment ago', last: MORNING, asOf: null },
  { why: 'half an hour ago', last: hours(-0.5), asOf: null },
  { why: 'longer ago', last: hours(-0.6), asOf: hours(-0.6).toISOString() },
])('a digest says since when Zammad does not answer: $why', async ({ last, asOf }) => {
  const house = await aHouseBefore()
  await house.db.atomically([house.memory.remember('last-reconcile', last.toISOString())])
  await house.keeps(1, { running: { dueAt: hours(2) } })
  await told(house)
  expect((await house.toldTo('nodes'))?.asOf).toBe(asOf)
})

test('of a ticket nothing is told but its numbers, its form and its due', async () => {
  const house = await aHouseBefore()
  await house.keeps(1, { running: { dueAt: hours(2) }, form: 'upload-trouble' })
  await told(house)
  expect((await house.toldTo('nodes'))?.due.told).toEqual([
    { id: 1, number: '78001', form: 'upload-trouble', dueAt: hours(2).toISOString(), internal: false },
  ])
})
