import { expect, test } from 'vitest'
import { createContact, ours } from '../../src/bot/contact.ts'
import { HOUR_MS } from '../../src/clock.ts'
import type { Desk, Sight } from '../../src/desk.ts'
import { Failure } from '../../src/failure.ts'
import { createLog } from '../../src/log.ts'
import { createMemory } from '../../src/store/memory.ts'
import { foreign, memoryDesk } from '../intake/memory-desk.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
import { NOON } from '../support/samples.ts'

async function aContact() {
  const { db } = await openPlatform()
  const time = virtualTime(NOON)
  const desk = memoryDesk(time.clock)
  const memory = createMemory(db)
  const openedTickets: { id: number; createdAt: Date }[] = []
  let reads = 0
  let sight: ((id: number) => Promise<Sight>) | null = null
  const watched: Desk = {
    ...desk,
    read: (id) => {
      reads += 1
      return sight ? sight(id) : desk.read(id)
    },
  }
  const open = () =>
    createContact({
      desk: watched,
      memory,
      openedTickets: async () => openedTickets,
      atomically: db.atomically,
      clock: time.clock,
      log: createLog('silent'),
    })
  return {
    desk,
    memory,
    time,
    open,
    openedTickets,
    contact: open(),
    reads: () => reads,
    see: (way: typeof sight) => void (sight = way),
  }
}

const bornAnew =
  (desk: ReturnType<typeof memoryDesk>) =>
  async (id: number): Promise<Sight> => {
    const kept = desk.tickets.find(({ ticket }) => ticket.id === id)
    if (!kept) return { seen: 'gone' }
    return { seen: 'ticket', ticket: { ...kept.ticket, createdAt: new Date('2020-01-01T00:00:00Z') } }
  }

test('at first contact the start line, the prefix and the witnesses are learned, once and for all', async () => {
  const { contact, desk, memory, time } = await aContact()
  desk.addForeign('78001')
  time.turn(HOUR_MS)
  desk.addForeign('78002')
  await contact.learn()
  expect(await memory.recall('prefix')).toBe('780')
  expect(await memory.recall('start-line')).toBe('2026-11-21T13:00:00.000Z')
  const learned = await memory.recall('witness')
  expect(JSON.parse(learned ?? '')).toEqual({ id: 1, createdAt: NOON.toISOString() })
  time.turn(HOUR_MS)
  desk.addForeign('990001')
  await contact.learn()
  expect(await memory.recall('prefix')).toBe('780')
  expect(await memory.recall('start-line')).toBe('2026-11-21T13:00:00.000Z')
  expect(await memory.recall('witness')).toBe(learned)
})

test('in an empty Zammad everything counts, and the rest is learned from the first ticket', async () => {
  const { contact, desk, memory } = await aContact()
  await contact.learn()
  expect(await memory.recall('start-line')).toBe(new Date(0).toISOString())
  expect(await memory.recall('prefix')).toBeNull()
  expect(await contact.identify('now')).toBe('unknown')
  desk.addForeign('78001')
  await contact.learn()
  expect(await memory.recall('prefix')).toBe('780')
  expect(await contact.identify('now')).toBe('ours')
})

test('no prefix is learned from a number that a Firstline gave', async () => {
  const { contact, desk, memory } = await aContact()
  const { ticket } = { ticket: desk.addForeign('78001') }
  desk.tickets.push({
    ...desk.tickets[0],
    ticket: { ...ticket, id: 2, number: '9990000000001', mark: { instance: 'another', submission: 's' } },
  } as (typeof desk.tickets)[number])
  await contact.learn()
  expect(await memory.recall('prefix')).toBe('780')
})

test('another Zammad behind the address is told from ours, and ours is known again', async () => {
  const { contact, desk, see, memory } = await aContact()
  desk.addForeign('78001')
  await contact.learn()
  see(bornAnew(desk))
  expect(await contact.identify('now')).toBe('stranger')
  expect(await memory.recall('stranger')).not.toBeNull()
  see(null)
  expect(await contact.identify('now')).toBe('ours')
  expect(await memory.recall('stranger')).toBeNull()
})

test.for(['out-of-sight', 'gone'] as const)('a known ticket that is %s proves nothing', async (seen) => {
  const { contact, desk, see, open, openedTickets } = await aContact()
  desk.addForeign('78001')
  openedTickets.push(desk.addForeign('78002'))
  await contact.learn()
  see(async () => ({ seen }))
  expect(await contact.identify('now')).toBe('unknown')
  see(async (id) => (id === 1 ? { seen } : bornAnew(desk)(id)))
  expect(await contact.identify('now')).toBe('stranger')
  see(async () => ({ seen }))
  expect(await open().identify('now')).toBe('stranger')
})

test('Zammad is asked who it is at start and then once an hour', async () => {
  const { contact, desk, reads, time } = await aContact()
  desk.addForeign('78001')
  await contact.learn()
  for (let minute = 0; minute < 60; minute += 1) {
    await contact.identify('hourly')
    time.turn(HOUR_MS / 60)
  }
  expect(reads()).toBe(1)
  await contact.identify('hourly')
  expect(reads()).toBe(2)
})

test('a Zammad that does not answer is no proof either: the failure comes through, and it is asked again', async () => {
  const { contact, desk, see } = await aContact()
  desk.addForeign('78001')
  await contact.learn()
  see(async () => {
    throw new Failure('unavailable', 'not reached')
  })
  await expect(contact.identify('hourly')).rejects.toMatchObject({ code: 'unavailable' })
  see(bornAnew(desk))
  expect(await contact.identify('hourly')).toBe('stranger')
})

const note = { messageId: '<note@desk>', body: 'a note' }

const WRITES: readonly (readonly [what: string, write: (desk: Desk) => Promise<unknown>])[] = [
  ['ticket', (desk) => desk.open(foreign('78009'))],
  ['note', (desk) => desk.note(1, note)],
  ['change', (desk) => desk.change(1, { group: 'Catalogue' })],
  ['tag', (desk) => desk.tag(1, ['suggest-catalogue'])],
  ['end of a tag', (desk) => desk.untag(1, 'standing')],
  ['word of a visitor', (desk) => desk.reply(1, { ...note, attachments: [] }, 'add')],
  ['merge', (desk) => desk.merge(1, '78008')],
  ['customer', (desk) => desk.personOf('new@example.org', 'New')],
]

test.for(WRITES)(
  'no %s is written to another Zammad, not even before the first round has looked',
  async ([, write]) => {
    const { contact, desk, see } = await aContact()
    desk.addForeign('78001', { tags: ['standing'] })
    desk.addForeign('78008')
    await contact.learn()
    const guarded = ours(desk, contact)
    const written = (): string => JSON.stringify([desk.notes, desk.tickets, desk.persons])
    const before = written()
    see(bornAnew(desk))
    await expect(write(guarded)).rejects.toMatchObject({ code: 'misconfigured' })
    expect(written()).toBe(before)
    see(null)
    await contact.identify('now')
    await write(guarded)
    expect(written()).not.toBe(before)
  },
)
