import fc from 'fast-check'
import { expect, test } from 'vitest'
import { after, MINUTE_MS } from '../../src/clock.ts'
import { factsOf, factsOfLost, MOST_CHANGES } from '../../src/clocks/facts-of.ts'
import type { Fact, TicketFacts } from '../../src/clocks/facts.ts'
import type { Change, StateType, TagChange } from '../../src/desk.ts'
import { NOON } from '../support/samples.ts'

const minutes = (count: number): Date => after(NOON, count * MINUTE_MS)

const TICKET = {
  id: 7,
  number: '78007',
  createdAt: NOON,
  updatedAt: minutes(10),
  group: 'Catalogue',
  groupId: 3,
  priority: '2 normal',
  stateType: 'open' as StateType,
}

const side = (name: string) => ({ id: name === 'Catalogue' ? 3 : 9, name })

const change = (
  id: number,
  attribute: Change['attribute'],
  [from, to]: readonly [string, string],
  types?: Change['types'],
): Change => ({
  id,
  attribute,
  from: side(from),
  to: side(to),
  by: 5,
  at: minutes(id),
  ...(types ? { types } : {}),
})

const state = (id: number, from: StateType, to: StateType): Change =>
  change(id, 'state', [from, to], { from, to })
const tagged = (id: number, tag: string): TagChange => ({ id, tag, isAdded: true, by: 5, at: minutes(id) })
const untagged = (id: number, tag: string): TagChange => ({ ...tagged(id, tag), isAdded: false })

interface Reading {
  readonly known?: TicketFacts | null
  readonly ticket?: Partial<typeof TICKET>
  readonly changes?: readonly Change[]
  readonly taggings?: readonly TagChange[]
  readonly tags?: readonly string[] | null
  readonly now?: Date
}

const read = ({ known = null, ticket, changes = [], taggings = [], tags = [], now = minutes(11) }: Reading) =>
  factsOf(known, { ...TICKET, ...ticket }, { changes, tags: taggings }, tags, now).facts

const brief = (fact: Fact): string => {
  const of = 'to' in fact ? fact.to : 'tag' in fact ? fact.tag : fact.sight
  return `${(fact.at.getTime() - NOON.getTime()) / MINUTE_MS} ${fact.id.split(':')[0]} ${fact.what} ${of}`
}

const CASES: readonly (readonly [
  name: string,
  reading: Reading,
  opened: Partial<TicketFacts['opened']>,
  changes: readonly string[],
])[] = [
  ['nothing was changed: it was made as it is', {}, { group: 'Catalogue', state: 'open', tags: [] }, []],
  [
    'each change is told, and the first says what it was like before',
    {
      ticket: { stateType: 'closed', priority: '3 high' },
      changes: [
        change(1, 'group', ['Users', 'Catalogue']),
        change(2, 'priority', ['2 normal', '3 high']),
        state(3, 'new', 'open'),
        state(4, 'open', 'closed'),
        change(5, 'owner', ['-', 'Anna']),
      ],
    },
    { group: 'Users', priority: '2 normal', state: 'new' },
    [
      '1 history group Catalogue',
      '2 history priority 3 high',
      '3 history state open',
      '4 history state closed',
    ],
  ],
  [
    'a group that was renamed since goes by its present name',
    { changes: [{ ...change(1, 'group', ['Users', 'Old name']), to: { id: 3, name: 'Old name' } }] },
    { group: 'Users' },
    ['1 history group Catalogue'],
  ],
  [
    'a tag that was put on and taken away is told, and stood at first where that is all that is known',
    { taggings: [tagged(1, 'holding'), untagged(2, 'holding'), untagged(3, 'spam')] },
    { tags: ['spam'] },
    ['1 history tagged holding', '2 history untagged holding', '3 history untagged spam'],
  ],
  [
    'a tag that the history lacks is seen at the ticket’s time of update',
    { tags: ['holding'] },
    { tags: [] },
    ['10 seen tagged holding'],
  ],
  [
    'a tag that the history has and the ticket lacks is gone by then',
    { taggings: [tagged(1, 'holding')] },
    { tags: [] },
    ['1 history tagged holding', '10 seen untagged holding'],
  ],
  [
    'what the ticket shows and the history lacks is seen as well',
    { changes: [change(1, 'priority', ['1 low', '3 high']), state(2, 'new', 'open')] },
    { priority: '1 low', state: 'new' },
    ['1 history priority 3 high', '2 history state open', '10 seen priority 2 normal'],
  ],
  [
    'what was changed after the ticket was read stands as the history tells',
    { changes: [state(12, 'open', 'closed')] },
    { state: 'open' },
    ['12 history state closed'],
  ],
]

test.for(CASES)('%s', ([, reading, opened, changes]) => {
  const facts = read(reading)
  expect(facts.opened).toMatchObject(opened)
  expect(facts.changes.map(brief)).toEqual(changes)
  expect(facts.now.tags).toEqual([...(reading.tags ?? [])].sort())
})

test('what was seen before the history told of it is told once: as the history does', () => {
  const early = read({ tags: ['holding'] })
  expect(early.changes.map(brief)).toEqual(['10 seen tagged holding'])
  const later = { ticket: { updatedAt: minutes(20) }, taggings: [tagged(12, 'holding')], tags: ['holding'] }
  expect(read({ known: early, ...later }).changes.map(brief)).toEqual(['12 history tagged holding'])
})

test('a change of the group keeps the name by which it was known before the history told of it', () => {
  const moved = { group: 'Nodes', groupId: 9 }
  const known = read({ ticket: { updatedAt: minutes(1) } })
  const { facts: early } = factsOf(known, { ...TICKET, ...moved }, null, null, minutes(11))
  expect(early.changes.map(({ id }) => id)).toEqual([`seen:group:${minutes(10).getTime()}`])
  // What was seen is as late as the last change of the ticket.
  const changes = [change(8, 'group', ['Catalogue', 'Nodes']), state(10, 'new', 'open')]
  const later = { ticket: { ...moved, updatedAt: minutes(20) }, changes }
  const told = read({ known: early, ...later })
  expect(told.changes.map(brief)).toEqual(['8 seen group Nodes', '10 history state open'])
  expect(told.changes[0]?.id).toBe(early.changes[0]?.id)
  expect(read({ known: told, ...later })).toEqual(told)
  const { facts: refused } = factsOf(told, { ...TICKET, ...later.ticket }, null, null, minutes(30))
  expect(refused.changes).toEqual(told.changes)
})

test('two moves to one group are two, though the history tells of one alone', () => {
  const known = read({ ticket: { updatedAt: minutes(1) } })
  const at = (group: string, of: number) => ({ ...TICKET, group, groupId: of, updatedAt: minutes(of) })
  const { facts: there } = factsOf(known, at('Nodes', 9), null, null, minutes(9))
  const { facts: back } = factsOf(there, at('Catalogue', 15), null, null, minutes(15))
  const { facts: again } = factsOf(back, at('Nodes', 20), null, null, minutes(20))
  const changes = [change(19, 'group', ['Catalogue', 'Nodes'])]
  const told = factsOf(again, at('Nodes', 20), { changes, tags: [] }, null, minutes(21)).facts
  expect(told.changes.map(brief)).toEqual([
    '9 seen group Nodes',
    '15 seen group Catalogue',
    '19 seen group Nodes',
  ])
  expect(told.changes.map(({ id }) => id)).toEqual(again.changes.map(({ id }) => id))
})

test('what nobody but we saw stays as it was seen, reading after reading', () => {
  const first = read({ tags: ['renamed'] })
  const second = read({ known: first, ticket: { updatedAt: minutes(30) }, tags: ['renamed'] })
  expect(second.changes).toEqual(first.changes)
  const third = read({ known: second, ticket: { updatedAt: minutes(40) }, tags: [] })
  expect(third.changes.map(brief)).toEqual(['10 seen tagged renamed', '40 seen untagged renamed'])
})

test('a ticket that is out of sight is known as before, is seen again, and of a gone one that is known once', () => {
  const known = read({ changes: [state(1, 'new', 'open')], tags: [] })
  const lost = factsOfLost(known, 'out-of-sight', minutes(20))
  expect(factsOfLost(lost, 'out-of-sight', minutes(21))).toEqual(lost)
  const again = read({ known: lost, changes: [state(1, 'new', 'open')], now: minutes(30) })
  expect(again.changes.map(brief)).toEqual([
    '1 history state open',
    '20 seen sight out-of-sight',
    '30 seen sight seen',
  ])
  const gone = factsOfLost(again, 'gone', minutes(40))
  expect(gone.changes.map(brief).at(-1)).toBe('40 seen sight gone')
  expect(read({ known: again, changes: [state(1, 'new', 'open')], now: minutes(50) }).changes).toEqual(
    again.changes,
  )
})

test('while history and tags cannot be read, what was known of them stays', () => {
  const known = read({
    taggings: [tagged(1, 'holding')],
    tags: ['holding'],
    changes: [state(2, 'new', 'open')],
  })
  expect(factsOf(known, TICKET, null, null, minutes(20)).facts).toEqual(known)
})

test('nothing is known of another ticket that Zammad gave the same id', () => {
  const known = read({ tags: ['spam'], taggings: [tagged(1, 'spam')] })
  const other = read({ known, ticket: { createdAt: minutes(5), number: '78099' } })
  expect(other.changes).toEqual([])
})

test('of too many changes the oldest become part of what the ticket was like at first, and that is told', () => {
  const changes = Array.from({ length: MOST_CHANGES + 3 }, (_, at) =>
    at % 2 === 0 ? state(at + 1, 'open', 'closed') : state(at + 1, 'closed', 'open'),
  )
  const ticket = { ...TICKET, stateType: 'closed' as const, updatedAt: minutes(3000) }
  const { facts, dropped } = factsOf(null, ticket, { changes, tags: [] }, [], minutes(3000))
  expect(dropped).toBe(3)
  expect(facts.changes).toHaveLength(MOST_CHANGES)
  expect(facts.opened.state).toBe('closed')
  expect(facts.now.state).toBe('closed')
})

test('whatever history and tags say, the facts end with the tags that the ticket has, and reading twice changes nothing', () => {
  const tag = fc.constantFrom('holding', 'spam', 'a')
  const tagging = fc.record({ id: fc.integer({ min: 1, max: 30 }), tag, isAdded: fc.boolean() })
  const property = fc.property(
    fc.uniqueArray(tagging, { selector: ({ id }) => id }),
    fc.uniqueArray(tag),
    fc.uniqueArray(tag),
    (told, tags, tagsBefore) => {
      const taggings = told
        .map((one) => ({ ...one, by: 5, at: minutes(one.id) }))
        .toSorted((a, b) => a.id - b.id)
      const known = read({ tags: tagsBefore, taggings: taggings.slice(0, 2) })
      const facts = read({ known, tags, taggings, ticket: { updatedAt: minutes(15) } })
      const end = new Set(facts.opened.tags)
      for (const fact of facts.changes) {
        if (fact.what === 'tagged') end.add(fact.tag)
        if (fact.what === 'untagged') end.delete(fact.tag)
      }
      expect([...end].sort()).toEqual(tags.toSorted())
      expect(read({ known: facts, tags, taggings, ticket: { updatedAt: minutes(15) } })).toEqual(facts)
    },
  )
  fc.assert(property, { seed: 7, numRuns: 500 })
})
