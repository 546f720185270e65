import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, HOUR_MS } from '../../src/clock.ts'
import type { FollowedTicket } from '../../src/followed.ts'
import { createFollowedTickets } from '../../src/store/followed.ts'
import { NOON } from '../support/samples.ts'

const hours = (count: number): Date => after(NOON, count * HOUR_MS)

const aTicket = (over: Partial<FollowedTicket> = {}): FollowedTicket => ({
  id: 66,
  number: '78066',
  createdAt: NOON,
  updatedAt: hours(1),
  groupId: 2,
  group: 'First Line support',
  owned: false,
  closed: false,
  sight: 'seen',
  lookedAt: hours(2),
  waitingSince: NOON,
  toldWaiting: false,
  handOvers: 0,
  ...over,
})

async function open(tickets: readonly FollowedTicket[] = []) {
  const { db } = await openPlatform()
  const followed = createFollowedTickets(db)
  await db.atomically(tickets.map((ticket) => followed.keep(ticket)))
  const byId = async (id: number) => (await followed.byIds([id])).get(id)
  return { followed, byId, atomically: db.atomically }
}

const ids = (tickets: readonly FollowedTicket[]): readonly number[] => tickets.map(({ id }) => id)

test('a ticket is known as it was read last, and as one ticket', async () => {
  const { followed, byId, atomically } = await open([aTicket()])
  expect(await byId(66)).toEqual(aTicket())
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
    sight: 'out-of-sight',
    lookedAt: hours(4),
    waitingSince: null,
    toldWaiting: true,
    handOvers: 3,
  }
  await atomically([followed.keep(changed)])
  expect(await byId(66)).toEqual(changed)
  await atomically([followed.keep(aTicket())])
  expect(await followed.lookedAtBefore(hours(9), 9)).toEqual([aTicket()])
})

test('that a ticket was looked at changes nothing else of it', async () => {
  const { followed, byId, atomically } = await open([aTicket(), aTicket({ id: 67 })])
  expect(await atomically([followed.looked(66, hours(5)), followed.looked(68, hours(5))])).toEqual([1, 0])
  expect(await byId(66)).toEqual(aTicket({ lookedAt: hours(5) }))
  expect(await byId(67)).toEqual(aTicket({ id: 67 }))
})

test('open tickets are looked at in turn, those of longest ago first, and those out of sight too', async () => {
  const { followed } = await open([
    aTicket({ id: 1, lookedAt: hours(3) }),
    aTicket({ id: 2, lookedAt: hours(1) }),
    aTicket({ id: 4, lookedAt: hours(2) }),
    aTicket({ id: 3, lookedAt: hours(2) }),
    aTicket({ id: 5, lookedAt: hours(0), closed: true }),
    aTicket({ id: 6, lookedAt: hours(0), sight: 'out-of-sight' }),
    aTicket({ id: 7, lookedAt: hours(0), sight: 'gone' }),
    aTicket({ id: 8, lookedAt: hours(1), waitingSince: null, owned: true }),
  ])
  expect(ids(await followed.lookedAtBefore(hours(3), 9))).toEqual([6, 2, 8, 3, 4])
  expect(ids(await followed.lookedAtBefore(hours(3), 2))).toEqual([6, 2])
  expect(ids(await followed.lookedAtBefore(hours(1), 9))).toEqual([6])
})

test('tickets that wait are found the longest first, and only those in sight', async () => {
  const { followed } = await open([
    aTicket({ id: 1, waitingSince: hours(3) }),
    aTicket({ id: 2, waitingSince: hours(1) }),
    aTicket({ id: 4, waitingSince: hours(2) }),
    aTicket({ id: 3, waitingSince: hours(2) }),
    aTicket({ id: 5, waitingSince: null }),
    aTicket({ id: 6, waitingSince: hours(0), sight: 'out-of-sight' }),
    aTicket({ id: 7, waitingSince: hours(0), sight: 'gone' }),
  ])
  expect(ids(await followed.waitingBefore(hours(3), 9))).toEqual([2, 3, 4])
  expect(ids(await followed.waitingBefore(hours(3), 1))).toEqual([2])
  expect(ids(await followed.waitingBefore(hours(1), 9))).toEqual([])
})

test('of a wait somebody is told once, and of the next one anew', async () => {
  const { followed, byId, atomically } = await open([aTicket(), aTicket({ id: 67 })])
  expect(await atomically([followed.toldOfWaiting(66), followed.toldOfWaiting(68)])).toEqual([1, 0])
  expect(await byId(66)).toEqual(aTicket({ toldWaiting: true }))
  expect(ids(await followed.waitingBefore(hours(9), 9))).toEqual([67])
  await atomically([followed.keep(aTicket({ waitingSince: hours(1) }))])
  expect(ids(await followed.waitingBefore(hours(9), 9))).toEqual([67, 66])
})

test('of a muted ticket nobody is ever told, however often it is read and waits anew', async () => {
  const { followed, atomically } = await open([aTicket(), aTicket({ id: 67 })])
  await atomically([followed.mute(66)])
  await atomically([
    followed.keep(aTicket({ waitingSince: null })),
    followed.keep(aTicket({ waitingSince: hours(1) })),
  ])
  expect(ids(await followed.waitingBefore(hours(9), 9))).toEqual([67])
})

test('more tickets than a statement takes are found at once', async () => {
  const many = Array.from({ length: 205 }, (_, index) => aTicket({ id: index + 1 }))
  const { followed } = await open(many)
  expect(ids([...(await followed.byIds(many.map(({ id }) => id))).values()])).toEqual(ids(many))
  expect(await followed.byIds([])).toEqual(new Map())
})
