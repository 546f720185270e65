import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after } from '../../src/clock.ts'
import type { Fact, Mover, TicketFacts } from '../../src/clocks/facts.ts'
import type { Routing } from '../../src/routing/routings.ts'
import { createClockLists } from '../../src/store/clock-lists.ts'
import { createClockRecords } from '../../src/store/clock-records.ts'
import { createFacts } from '../../src/store/facts.ts'
import { createFollowedTickets } from '../../src/store/followed.ts'
import { createRoutings } from '../../src/store/routings.ts'
import { NOON } from '../support/samples.ts'
import { ofTicket } from './clock-samples.ts'
import { aFollowedTicket, hours, keepConversations } from './records.ts'

const RANGE = { from: hours(10), to: hours(20) }

/** A change of group; without `by`, as rows have it that were written before that was kept. */
const moved = (at: Date, by?: Mover): Fact => ({
  id: `history:${at.getTime()}`,
  at,
  what: 'group',
  to: 'Technical “support”, 😀',
  ...(by === undefined ? {} : { by }),
})

const SNAPSHOT = { group: 'Catalogue', priority: '2 normal', state: 'open', tags: [] } as const

const known = (ticketId: number, changes: readonly Fact[]): TicketFacts => ({
  ticketId,
  number: `780${ticketId}`,
  createdAt: NOON,
  opened: SNAPSHOT,
  now: SNAPSHOT,
  changes,
  heir: null,
})

async function open(given: Readonly<Record<number, readonly Fact[]>>) {
  const { db } = await openPlatform()
  const [records, facts] = [createClockRecords(db), createFacts(db)]
  const writes = Object.entries(given).flatMap(([id, changes]) => [
    ...records.keep(ofTicket(Number(id)), [], 0),
    facts.keep(known(Number(id), changes)),
  ])
  await db.atomically(writes)
  return { db, facts, records, lists: createClockLists(db), routings: createRoutings(db) }
}

const people = (at: Date): Fact => moved(at, 'people')

test.for<readonly [why: string, changes: readonly Fact[], times: number]>([
  ['a move of people’s as it begins', [people(RANGE.from)], 1],
  ['a move of people’s in its last instant', [people(after(RANGE.to, -1))], 1],
  ['none as it ends', [people(RANGE.to)], 0],
  ['none before it begins', [people(after(RANGE.from, -1))], 0],
  ['there and back as two moves', [people(hours(11)), people(hours(12))], 2],
  ['no move of ours', [moved(hours(11), 'bot')], 0],
  ['no move of Zammad’s triggers', [moved(hours(11), 'system')], 0],
  ['none that nobody made', [moved(hours(11), 'nobody')], 0],
  ['moves of which it was not kept who made them', [moved(hours(11)), moved(hours(12))], 2],
  [
    'no other change',
    [
      { id: '1', at: hours(11), what: 'priority', to: '3 high' },
      { id: '2', at: hours(11), what: 'state', to: 'closed' },
      { id: '3', at: hours(11), what: 'tagged', tag: 'group' },
      { id: '4', at: hours(11), what: 'sight', sight: 'gone' },
    ],
    0,
  ],
])('as hand-overs a range counts %s', async ([, changes, times]) => {
  const { lists, facts } = await open({ 66: changes })
  expect((await facts.of(66))?.changes).toEqual(changes)
  expect(await lists.handOvers(RANGE, ['t:66'])).toBe(times)
})

test('the hand-overs of two ranges that follow each other are those of both, and later moves change neither', async () => {
  const [earlier, later] = [people(hours(11)), people(hours(12))]
  const { db, lists, facts } = await open({ 66: [earlier, later] })
  const next = { from: RANGE.to, to: hours(30) }
  expect(await lists.handOvers(RANGE, ['t:66'])).toBe(2)
  expect(await lists.handOvers(next, ['t:66'])).toBe(0)
  await db.atomically([facts.keep(known(66, [earlier, later, people(hours(20)), people(hours(29))]))])
  expect(await lists.handOvers(RANGE, ['t:66'])).toBe(2)
  expect(await lists.handOvers(next, ['t:66'])).toBe(2)
  expect(await lists.handOvers({ from: RANGE.from, to: next.to }, ['t:66'])).toBe(4)
})

const placed = (id: string, ticket: number, at: Date | null): Routing => ({
  id,
  conversation: null,
  ticket,
  source: 'zammad-ui',
  unit: 'technical',
  rule: null,
  priority: null,
  tags: [],
  mode: 'assign',
  because: 'it says so',
  version: '0123456789ab',
  decidedAt: hours(10),
  placed: at && { unit: 'technical', groupId: 5, at },
  feedback: 'open',
})

test('where it was not kept who moved a ticket, our own move is none of people’s: it came before the ticket was placed', async () => {
  const unnamed = [moved(hours(11)), moved(hours(12))]
  const { db, lists, routings } = await open({
    66: unnamed,
    67: unnamed,
    68: unnamed,
    69: [people(hours(11)), people(hours(12))],
  })
  await db.atomically([
    routings.add(placed('placed', 66, hours(11))),
    routings.add(placed('not-placed', 67, null)),
    routings.add(placed('placed-with-names', 69, hours(11))),
  ])
  const times = await Promise.all([66, 67, 68, 69].map((id) => lists.handOvers(RANGE, [`t:${id}`])))
  expect(times).toEqual([1, 2, 2, 2])
})

test('hand-overs are counted of these tickets, each once', async () => {
  const times = (count: number) => Array.from({ length: count }, (_, n) => people(after(hours(11), n)))
  const { db, lists, records, facts } = await open({ 66: times(1), 67: times(2), 68: times(3) })
  await keepConversations(db, [{ id: 'conversation-1' }, { id: 'conversation-2' }])
  await db.atomically([
    records.touch({ conversation: 'conversation-1', ticketId: 69 }, NOON),
    records.touch({ conversation: 'conversation-2', ticketId: null }, NOON),
    records.touch({ conversation: null, ticketId: 70 }, NOON),
    facts.keep(known(69, times(4))),
    createFollowedTickets(db).keep(aFollowedTicket({ id: 66, handOvers: 90 })),
  ])
  const some = ['t:66', 't:66', 't:68', 'c:conversation-1', 'c:conversation-2', 't:70', 't:99']
  expect(await lists.handOvers(RANGE, some)).toBe(1 + 3 + 4)
  expect(await lists.handOvers(RANGE, [])).toBe(0)
  const many = Array.from({ length: 25_000 }, (_, n) => `t:${n}`)
  expect(await lists.handOvers(RANGE, many)).toBe(1 + 2 + 3)
})
