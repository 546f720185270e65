import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { Failure } from '../../src/failure.ts'
import { aTown } from './town.ts'

test('where Zammad is silent people are told after half an hour all the same, and since when it is', async () => {
  const town = await aTown()
  await town.request('ann', 1)
  await town.passes(43 * HOUR_MS)
  const inStep = town.time.now().toISOString()
  await town.db.atomically([town.memory.remember('last-reconcile', inStep)])
  const before = (await town.alerts()).length
  town.world.look = async () => false
  await town.passes(HOUR_MS, { everyMs: MINUTE_MS, deskIsSilent: true })
  const late = (await town.alarms()).slice(before)
  expect((await town.alerts()).slice(before)).toEqual([
    '+43.5h 90% of 7801 to duty',
    '+43.5h 90% of 7801 to first',
  ])
  expect(late.map(({ alert }) => alert.asOf)).toEqual([inStep, inStep])
})

test('a silence of Zammad that ends within half an hour is waited for', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.passes(36 * HOUR_MS - MINUTE_MS)
  await town.db.atomically([town.memory.remember('last-reconcile', town.time.now().toISOString())])
  await town.passes(20 * MINUTE_MS, { everyMs: MINUTE_MS, deskIsSilent: true })
  expect(await town.alerts()).toEqual([])
  await town.passes(2 * MINUTE_MS, { everyMs: MINUTE_MS })
  const [told] = await town.alarms()
  expect(told?.alert).toMatchObject({ level: '75%', asOf: null })
})

test('tickets that cannot be read keep nobody from being told of others, and half an hour from being told of', async () => {
  const town = await aTown()
  for (let ticket = 1; ticket <= 120; ticket += 1) await town.ticket(ticket)
  for (const _ of [1, 2]) await town.round()
  town.time.turn(36 * HOUR_MS - MINUTE_MS)
  const inStep = () =>
    town.db.atomically([town.memory.remember('last-reconcile', town.time.now().toISOString())])
  town.world.look = async (ticket) => ticket === 120
  for (const _ of [1, 2]) {
    town.time.turn(MINUTE_MS)
    await inStep()
    await town.round()
  }
  expect(await town.alerts()).toEqual([expect.stringContaining('75% of 780120 to first')])
  for (let third = 0; third < 3; third += 1) {
    town.time.turn(11 * MINUTE_MS)
    await inStep()
    for (const _ of [1, 2]) await town.round()
  }
  expect(await town.alerts()).toHaveLength(120)
})

test('half an hour of patience is counted from the level on, whichever process looks', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.request('ann', 2)
  await town.passes(43 * HOUR_MS)
  const before = (await town.alerts()).length
  town.world.look = async () => false
  for (let round = 0; round < 60; round += 1) {
    town.restart()
    await town.db.atomically([town.memory.remember('last-reconcile', town.time.now().toISOString())])
    await town.passes(MINUTE_MS, { everyMs: MINUTE_MS })
  }
  expect((await town.alerts()).slice(before)).toEqual([
    '+43.7h 90% of 7801 to duty',
    '+43.7h 90% of 7801 to first',
    '+43.7h 90% of 7802 to duty',
    '+43.7h 90% of 7802 to first',
  ])
})

test('of a wait that ends while its ticket cannot be read the visitor hears half an hour later', async () => {
  const town = await aTown({ levels: [] })
  await town.request('ann', 1)
  await town.passes(48 * HOUR_MS - MINUTE_MS)
  town.world.look = async () => false
  const passes = async (ms: number) => {
    town.restart()
    await town.passes(ms, { everyMs: MINUTE_MS })
  }
  await passes(30 * MINUTE_MS)
  expect(await town.notices()).toEqual([])
  await passes(2 * MINUTE_MS)
  expect(await town.notices()).toEqual(['late to ann'])
})

/** A round in which looks at these tickets hang; resolves to which ones were looked at. */
async function hangingRound(town: Awaited<ReturnType<typeof aTown>>, hanging: readonly number[]) {
  const looks: number[] = []
  town.world.look = async (ticket) => {
    looks.push(ticket)
    if (!hanging.includes(ticket)) return true
    town.time.turn(6 * SECOND_MS)
    return false
  }
  await town.round()
  return looks
}

test('one ticket that hangs keeps no other from being looked at', async () => {
  const town = await aTown()
  for (const ticket of [1, 2, 3]) await town.ticket(ticket)
  await town.round()
  town.time.turn(36 * HOUR_MS + MINUTE_MS)
  expect(await hangingRound(town, [1])).toEqual([1, 2, 3])
  expect(await town.alerts()).toHaveLength(2)
})

test('where two hang the round asks no more, and in the next one the others stand before them', async () => {
  const town = await aTown()
  for (const ticket of [1, 2, 3, 4]) await town.ticket(ticket)
  await town.round()
  town.time.turn(36 * HOUR_MS + MINUTE_MS)
  expect(await hangingRound(town, [1, 2])).toEqual([1, 2])
  town.time.turn(2 * MINUTE_MS)
  expect(await hangingRound(town, [1, 2])).toEqual([3, 4])
  for (let round = 0; round < 8; round += 1) {
    town.time.turn(4 * MINUTE_MS)
    await hangingRound(town, [1, 2])
  }
  const told = (await town.alarms()).map(({ alert }) => [alert.ticket.id, alert.asOf !== null] as const)
  expect(new Map(told)).toEqual(
    new Map([
      [1, true],
      [2, true],
      [3, false],
      [4, false],
    ]),
  )
  expect(told).toHaveLength(4)
})

test('a look that says how Zammad refuses us ends the looking, not the sweep', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.ticket(2)
  await town.request('ann')
  await town.round()
  town.time.turn(36.2 * HOUR_MS)
  await town.db.atomically([town.memory.remember('last-reconcile', town.time.now().toISOString())])
  const looks: number[] = []
  town.world.look = (ticket) => {
    looks.push(ticket)
    return Promise.reject(new Failure('misconfigured', 'the token is unknown'))
  }
  await town.round()
  expect(looks).toEqual([1])
  expect(await town.alerts()).toEqual(['+36.2h 75% of 7800 to first'])
})
