import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { aSweep, ANSWER } from '../clocks/sweeping.ts'

const THREE = ['boss', 'duty', 'first']

test('two sweeps at once tell of each promise once, however their steps fall', async () => {
  const town = await aSweep()
  for (const ticket of [1, 2, 3]) await town.ticket(ticket)
  await town.request('ann', 4)
  await town.round()
  town.time.turn(48 * HOUR_MS)
  const round = { inTime: () => true }
  await Promise.all([town.round(), town.another()(round), town.another()(round)])
  for (const _ of [1, 2]) await town.round()
  const alerts = (await town.alerts()).map((one) => one.replace(/^\S+ /, ''))
  expect(alerts).toEqual(
    THREE.flatMap((to) => [1, 2, 3, 4].map((id) => `75% and 90% and 100% of 780${id} to ${to}`)).toSorted(),
  )
  expect(await town.notices()).toEqual(['late to ann'])
})

test('two sweeps at once tell again of each clock that was given more time once', async () => {
  const town = await aSweep()
  for (const ticket of [1, 2, 3]) await town.ticket(ticket)
  await town.passes(37 * HOUR_MS)
  const { promise } = town.world.rules
  Object.assign(town.world.rules, { version: 'another', promise: { ...promise, targetMs: 96 * HOUR_MS } })
  await town.round()
  town.time.turn(36 * HOUR_MS)
  const round = { inTime: () => true }
  await Promise.all([town.round(), town.another()(round), town.another()(round)])
  for (const _ of [1, 2]) await town.round()
  expect(await town.alerts()).toEqual(
    [36, 73].flatMap((at) => [1, 2, 3].map((id) => `+${at}.0h 75% of 780${id} to first`)),
  )
})

test('a sweep that was overtaken by a later one writes nothing of its own', async () => {
  const town = await aSweep()
  await town.ticket(1)
  await town.round()
  town.time.turn(44 * HOUR_MS)
  town.world.look = async () => {
    town.world.look = async () => true
    town.time.turn(5 * HOUR_MS)
    await town.another()({ inTime: () => true })
    return true
  }
  for (const _ of [1, 2]) await town.round()
  const alerts = await town.alerts()
  expect(alerts.map((one) => one.replace(/^\S+ /, ''))).toEqual(
    THREE.map((to) => `75% and 90% and 100% of 7801 to ${to}`),
  )
})

test('a row that was touched since it was read is not claimed, and nothing of that write is', async () => {
  const town = await aSweep()
  await town.ticket(1)
  const [read] = await town.records.due(town.time.now(), 9)
  if (!read) throw new Error('it is due')
  await town.happens('t:1', ANSWER)
  const claimed = town.db.atomically([...town.records.claim(read), town.memory.remember('prefix', 'written')])
  await expect(claimed).rejects.toSatisfy(town.deps.isUniqueViolation)
  expect(await town.memory.recall('prefix')).toBeNull()
  expect(await town.records.again('t:1')).toMatchObject({ touched: read.touched + 1 })
})

test('a claim counts as a touch: of one reading there is one', async () => {
  const town = await aSweep()
  await town.ticket(1)
  const read = await town.records.again('t:1')
  if (!read) throw new Error('it is known')
  await town.db.atomically(town.records.claim(read))
  await expect(town.db.atomically(town.records.claim(read))).rejects.toSatisfy(town.deps.isUniqueViolation)
})

test('what is put off is due then, unless it was touched since it was read', async () => {
  const town = await aSweep()
  await town.ticket(1)
  const read = await town.records.again('t:1')
  if (!read) throw new Error('it is known')
  const later = new Date(town.time.now().getTime() + MINUTE_MS)
  await town.db.atomically([town.records.later(read, later)])
  expect(await town.records.due(town.time.now(), 9)).toEqual([])
  expect(await town.records.due(later, 9)).toMatchObject([{ id: 't:1', nextAt: later }])
  await town.happens('t:1', ANSWER)
  await town.db.atomically([town.records.later(read, later), town.records.rest(read)])
  expect(await town.records.due(town.time.now(), 9)).toHaveLength(1)
})
