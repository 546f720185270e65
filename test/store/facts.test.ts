import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import type { Fact, TicketFacts } from '../../src/clocks/facts.ts'
import { createFacts } from '../../src/store/facts.ts'
import { NOON } from '../support/samples.ts'
import { hours } from './records.ts'

const CHANGES: readonly Fact[] = [
  { id: '1', at: hours(1), what: 'group', to: 'Technical “support”, 😀' },
  { id: '2', at: hours(1), what: 'priority', to: '3 high' },
  { id: '3', at: hours(2), what: 'state', to: 'pending' },
  { id: '4', at: hours(3), what: 'tagged', tag: 'holding' },
  { id: '5', at: hours(4), what: 'untagged', tag: 'holding' },
  { id: 'sight-6', at: hours(5), what: 'sight', sight: 'out-of-sight' },
]

const known = (over: Partial<TicketFacts> = {}): TicketFacts => ({
  ticketId: 66,
  number: '78066',
  createdAt: NOON,
  opened: { group: 'First Line support', priority: '2 normal', state: 'new', tags: [] },
  now: { group: 'Technical support', priority: '3 high', state: 'open', tags: ['late-holidays', "it's"] },
  changes: CHANGES,
  heir: null,
  ...over,
})

async function open() {
  const { db } = await openPlatform()
  return { facts: createFacts(db), atomically: db.atomically }
}

test('what is known of a ticket comes back as it was put down, each kind of change with it', async () => {
  const { facts, atomically } = await open()
  await atomically([facts.keep(known())])
  expect(await facts.of(66)).toEqual(known())
  expect(await facts.of(67)).toBeNull()
})

test('what is known later takes the place of all that was known before', async () => {
  const { facts, atomically } = await open()
  const later = known({ number: '78067', createdAt: hours(1), changes: [], heir: 70, opened: known().now })
  await atomically([facts.keep(known()), facts.keep(known({ ticketId: 67 })), facts.keep(later)])
  expect(await facts.of(66)).toEqual(later)
  expect(await facts.of(67)).toEqual(known({ ticketId: 67 }))
})

test('a ticket finds those that were merged into it, and no others', async () => {
  const { facts, atomically } = await open()
  const given = [
    known({ ticketId: 69, heir: 70 }),
    known({ ticketId: 67, heir: 70 }),
    known({ ticketId: 68, heir: 71 }),
    known({ ticketId: 70 }),
  ]
  await atomically(given.map((one) => facts.keep(one)))
  expect(await facts.mergedInto(70)).toEqual([given[1], given[0]])
  expect(await facts.mergedInto(66)).toEqual([])
})

test('a history that is longer than a row may be is refused before anything is written', async () => {
  const { facts } = await open()
  const changes = Array.from({ length: 20_000 }, (_, n): Fact => ({
    ...CHANGES[0],
    id: `${n}`,
    at: NOON,
    what: 'group',
    to: 'x'.repeat(60),
  }))
  expect(() => facts.keep(known({ changes }))).toThrow(expect.objectContaining({ code: 'refused' }))
})
