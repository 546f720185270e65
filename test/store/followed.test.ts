import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import type { FollowedTicket } from '../../src/followed.ts'
import { createFollowedTickets } from '../../src/store/followed.ts'
import { createHints } from '../../src/store/hints.ts'
import { aFollowedTicket, hours } from './records.ts'

async function open(tickets: readonly FollowedTicket[] = []) {
  const { db } = await openPlatform()
  const followed = createFollowedTickets(db)
  await db.atomically(tickets.map((ticket) => followed.keep(ticket)))
  const byId = async (id: number) => (await followed.byIds([id])).get(id)
  return { followed, hints: createHints(db), byId, atomically: db.atomically }
}

const ids = (tickets: readonly FollowedTicket[]): readonly number[] => tickets.map(({ id }) => id)

test('a ticket is known as it was read last, and as one ticket', async () => {
  const { followed, byId, atomically } = await open([aFollowedTicket()])
  expect(await byId(66)).toEqual(aFollowedTicket())
  expect(await byId(67)).toBeUndefined()
  const changed: FollowedTicket = {
    id: 66,
    number: '78067',
    createdAt: hours(-1),
    updatedAt: hours(3),
    groupId: 5,
    group: 'Technical support',
    owned: true,
    closed: true,
    stateType: 'merged',
    customerId: null,
    sight: 'out-of-sight',
    lookedAt: hours(4),
    waitingSince: null,
    toldWaiting: true,
    handOvers: 3,
  }
  await atomically([followed.keep(changed)])
  expect(await byId(66)).toEqual(changed)
  await atomically([followed.keep(aFollowedTicket())])
  expect(await followed.lookedAtBefore(hours(9), 9)).toEqual([aFollowedTicket()])
})

test('a ticket is found by its number, and of two that have it the one that was looked at last', async () => {
  const { followed } = await open([
    aFollowedTicket({ id: 1, number: '7801', lookedAt: hours(2) }),
    aFollowedTicket({ id: 2, number: '7801', lookedAt: hours(3) }),
    aFollowedTicket({ id: 3, number: '78012', lookedAt: hours(4) }),
  ])
  expect((await followed.byNumber('7801'))?.id).toBe(2)
  expect(await followed.byNumber('780')).toBeNull()
})

test('that a ticket was looked at changes nothing else of it', async () => {
  const { followed, byId, atomically } = await open([aFollowedTicket(), aFollowedTicket({ id: 67 })])
  expect(await atomically([followed.looked(66, hours(5)), followed.looked(68, hours(5))])).toEqual([1, 0])
  expect(await byId(66)).toEqual(aFollowedTicket({ lookedAt: hours(5) }))
  expect(await byId(67)).toEqual(aFollowedTicket({ id: 67 }))
})

test('open tickets are looked at in turn, those of longest ago first, and those out of sight too', async () => {
  const { followed } = await open([
    aFollowedTicket({ id: 1, lookedAt: hours(3) }),
    aFollowedTicket({ id: 2, lookedAt: hours(1) }),
    aFollowedTicket({ id: 4, lookedAt: hours(2) }),
    aFollowedTicket({ id: 3, lookedAt: hours(2) }),
    aFollowedTicket({ id: 5, lookedAt: hours(0), closed: true }),
    aFollowedTicket({ id: 6, lookedAt: hours(0), sight: 'out-of-sight' }),
    aFollowedTicket({ id: 7, lookedAt: hours(0), sight: 'gone' }),
    aFollowedTicket({ id: 8, lookedAt: hours(1), waitingSince: null, owned: true }),
  ])
  expect(ids(await followed.lookedAtBefore(hours(3), 9))).toEqual([6, 2, 8, 3, 4])
  expect(ids(await followed.lookedAtBefore(hours(3), 2))).toEqual([6, 2])
  expect(ids(await followed.lookedAtBefore(hours(1), 9))).toEqual([6])
})

test('a sweep meets each open ticket once, and those closed since then, by their ids', async () => {
  const { followed } = await open([
    aFollowedTicket({ id: 5, updatedAt: hours(-9) }),
    aFollowedTicket({ id: 1 }),
    aFollowedTicket({ id: 2, closed: true, updatedAt: hours(1) }),
    aFollowedTicket({ id: 3, closed: true, updatedAt: hours(0) }),
    aFollowedTicket({ id: 4, sight: 'out-of-sight' }),
    aFollowedTicket({ id: 6, sight: 'gone' }),
    aFollowedTicket({ id: 7, closed: true, sight: 'gone' }),
  ])
  expect(ids(await followed.toSweep(0, hours(1), 9))).toEqual([1, 2, 4, 5])
  expect(ids(await followed.toSweep(0, hours(1), 2))).toEqual([1, 2])
  expect(ids(await followed.toSweep(2, hours(1), 9))).toEqual([4, 5])
  expect(await followed.toSweep(5, hours(1), 9)).toEqual([])
})

test('tickets out of sight are found, the longest unseen first, whether they were open or closed', async () => {
  const lost = { sight: 'out-of-sight' } as const
  const { followed } = await open([
    aFollowedTicket({ id: 1 }),
    aFollowedTicket({ id: 2, updatedAt: hours(2), ...lost }),
    aFollowedTicket({ id: 3, updatedAt: hours(1), closed: true, ...lost }),
    aFollowedTicket({ id: 4, sight: 'gone' }),
  ])
  expect(ids(await followed.outOfSight(9))).toEqual([3, 2])
  expect(ids(await followed.outOfSight(1))).toEqual([3])
})

test('tickets that wait are found the longest first, and only those in sight', async () => {
  const { followed, hints, atomically } = await open([
    aFollowedTicket({ id: 1, waitingSince: hours(3) }),
    aFollowedTicket({ id: 2, waitingSince: hours(1) }),
    aFollowedTicket({ id: 4, waitingSince: hours(2) }),
    aFollowedTicket({ id: 3, waitingSince: hours(2) }),
    aFollowedTicket({ id: 5, waitingSince: null }),
    aFollowedTicket({ id: 6, waitingSince: hours(0), sight: 'out-of-sight' }),
    aFollowedTicket({ id: 7, waitingSince: hours(0), sight: 'gone' }),
  ])
  expect(ids(await followed.waitingBefore(hours(3), 9))).toEqual([2, 3, 4])
  expect(ids(await followed.waitingBefore(hours(3), 1))).toEqual([2])
  expect(ids(await followed.waitingBefore(hours(1), 9))).toEqual([])
  await atomically([hints.add(2, hours(3))])
  expect(ids(await followed.waitingBefore(hours(3), 1))).toEqual([3])
})

test('of a wait somebody is told once, and of the next one anew', async () => {
  const { followed, byId, atomically } = await open([aFollowedTicket(), aFollowedTicket({ id: 67 })])
  expect(await atomically([followed.toldOfWaiting(66), followed.toldOfWaiting(68)])).toEqual([1, 0])
  expect(await byId(66)).toEqual(aFollowedTicket({ toldWaiting: true }))
  expect(ids(await followed.waitingBefore(hours(9), 9))).toEqual([67])
  await atomically([followed.keep(aFollowedTicket({ waitingSince: hours(1) }))])
  expect(ids(await followed.waitingBefore(hours(9), 9))).toEqual([67, 66])
})

test('of a muted ticket nobody is ever told, however often it is read and waits anew', async () => {
  const { followed, atomically } = await open([aFollowedTicket(), aFollowedTicket({ id: 67 })])
  await atomically([followed.mute(66)])
  await atomically([
    followed.keep(aFollowedTicket({ waitingSince: null })),
    followed.keep(aFollowedTicket({ waitingSince: hours(1) })),
  ])
  expect(ids(await followed.waitingBefore(hours(9), 9))).toEqual([67])
})

test('more tickets than a statement takes are found at once', async () => {
  const many = Array.from({ length: 205 }, (_, index) => aFollowedTicket({ id: index + 1 }))
  const { followed } = await open(many)
  expect(ids([...(await followed.byIds(many.map(({ id }) => id))).values()])).toEqual(ids(many))
  expect(await followed.byIds([])).toEqual(new Map())
})
