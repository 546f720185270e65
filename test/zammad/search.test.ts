import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { after } from '../../src/clock.ts'
import type { Desk, Ticket } from '../../src/desk.ts'
import { answering, deskOfTest, stateAnswers, ticketRow, told, VERSIONS, ZAMMAD } from './recorded.ts'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
beforeEach(() => server.use(stateAnswers()))
afterEach(() => server.resetHandlers())
afterAll(() => server.close())

const START = new Date('2026-11-21T09:00:00.000Z')
const at = (ms: number): Date => after(START, ms)

interface Row {
  readonly id: number
  created: Date
  updated: Date
}

interface Asked {
  readonly condition: Readonly<Record<string, { readonly operator: string; readonly value: string }>>
  readonly sort_by: readonly ['created_at' | 'updated_at', 'id']
  readonly order_by: readonly string[]
  readonly page: number
  readonly per_page: number
}

const rowsAt = (count: number, msOf: (index: number) => number): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    created: at(msOf(index)),
    updated: at(msOf(index)),
  }))

/** How a search may compare an instant with the one it was asked for. */
const COMPARISONS = {
  'takes in the instant itself': (instant: number, from: number) => instant >= from,
  'leaves out the instant itself': (instant: number, from: number) => instant > from,
  'compares whole seconds': (instant: number, from: number) =>
    Math.floor(instant / 1000) > Math.floor(from / 1000),
}

/** A Zammad of these tickets; `between` runs before each search but the first. */
function serve(
  rows: readonly Row[],
  { compares = COMPARISONS['takes in the instant itself'], between = (_search: number): void => {} } = {},
): Asked[] {
  const asked: Asked[] = []
  server.use(
    http.post(`${ZAMMAD}/api/v1/tickets/search`, async ({ request }) => {
      if (asked.length > 0) between(asked.length)
      const search = (await request.json()) as Asked
      asked.push(search)
      const [column] = search.sort_by
      const instantOf = (row: Row) => (column === 'created_at' ? row.created : row.updated).getTime()
      const from = Date.parse(search.condition[`ticket.${column}`]?.value ?? '')
      const found = rows
        .filter((row) => compares(instantOf(row), from))
        .toSorted((a, b) => instantOf(a) - instantOf(b) || a.id - b.id)
        .slice((search.page - 1) * search.per_page, search.page * search.per_page)
      return HttpResponse.json(
        found.map(({ id, created, updated }) =>
          ticketRow({ id, created_at: created.toISOString(), updated_at: updated.toISOString() }),
        ),
      )
    }),
  )
  return asked
}

async function gathered(pages: AsyncIterable<readonly Ticket[]>): Promise<Ticket[]> {
  const tickets: Ticket[] = []
  for await (const page of pages) tickets.push(...page)
  return tickets
}

const updated = (desk: Desk = deskOfTest(), since = START) => gathered(desk.updatedSince(since))
const idsOf = (tickets: readonly { readonly id: number }[]) => tickets.map(({ id }) => id)
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

const SPREADS: readonly (readonly [name: string, msOf: (index: number) => number])[] = [
  ['a second apart', (index) => index * 1000],
  ['a millisecond apart', (index) => index],
  ['all of one instant', () => 5000],
  ['all of one instant at the very beginning', () => 0],
  ['in crowds of 150', (index) => Math.floor(index / 150) * 60_000],
  ['a page to the instant', (index) => Math.floor(index / 100) * 60_000],
]

const spreadsByComparison = SPREADS.flatMap(([spread, msOf]) =>
  Object.entries(COMPARISONS).map(([name, compares]) => [spread, name, msOf, compares] as const),
)

test.for(spreadsByComparison)(
  'tickets %s, in a Zammad that %s: each comes once, oldest first',
  async ([, , msOf, compares]) => {
    serve(rowsAt(450, msOf), { compares })
    expect(idsOf(await updated())).toEqual(upTo(450))
    expect(idsOf(await gathered(deskOfTest().createdSince(START)))).toEqual(upTo(450))
  },
)

test.for([0, 1, 99, 100, 101, 200])('%i tickets come whole', async (count) => {
  serve(rowsAt(count, (index) => index * 10))
  expect(idsOf(await updated())).toEqual(upTo(count))
})

test('tickets of before are not told, those of the instant itself are', async () => {
  serve(rowsAt(5, (index) => index - 2))
  expect(idsOf(await updated())).toEqual([3, 4, 5])
})

test.for(SPREADS)(
  'tickets %s that are updated while the pages are turned are never left out',
  async ([, msOf]) => {
    const rows = rowsAt(450, msOf)
    const asked = serve(rows, {
      between(search) {
        // Every search finds another ticket moved to the end: from the first page, and from one not yet read.
        for (const index of [search, 448 - search]) {
          const row = rows[index]
          if (row && search < 40) row.updated = at(10_000_000 + search * 10 + index)
        }
      },
    })
    const tickets = await updated()
    expect(new Set(idsOf(tickets))).toEqual(new Set(upTo(450)))
    const latest = new Map(tickets.map((ticket) => [ticket.id, ticket.updatedAt]))
    for (const { id, updated: moved } of rows) expect(latest.get(id)).toEqual(moved)
    expect(asked.length).toBeLessThan(40)
  },
)

test('a page is asked from the last instant seen, a second earlier', async () => {
  const asked = serve(rowsAt(150, (index) => index * 1500))
  await updated()
  expect(asked.map(({ condition, page }) => [condition['ticket.updated_at'], page])).toEqual([
    [{ operator: 'after (absolute)', value: '2026-11-21T08:59:59.000Z' }, 1],
    [{ operator: 'after (absolute)', value: '2026-11-21T09:02:27.000Z' }, 1],
  ])
  expect(asked[0]).toMatchObject({ per_page: 100, sort_by: ['updated_at', 'id'], order_by: ['asc', 'asc'] })
})

test('a Zammad that ignores the condition is told, and not taken for one full of updates', async () => {
  serve(
    rowsAt(300, (index) => (index - 250) * 60_000),
    { compares: () => true },
  )
  await expect(updated()).rejects.toMatchObject({ code: 'refused' })
})

test.for(VERSIONS)('Zammad %s, recorded: a condition that was ignored is found out', async (version) => {
  server.use(answering('post', '/tickets/search', told(version, 'search-broken')))
  await expect(updated(deskOfTest(), new Date('2026-11-22T00:00:00Z'))).rejects.toMatchObject({
    code: 'refused',
  })
})

const STATES = told('6.6', 'states').body as object[]

/** Answers the states asked for the nth time by the nth list, the last one from then on. */
function stateLists(...lists: (readonly object[])[]): () => number {
  let asked = 0
  server.use(
    http.get(`${ZAMMAD}/api/v1/ticket_states`, () => {
      asked += 1
      return HttpResponse.json(lists[asked - 1] ?? lists.at(-1))
    }),
  )
  return () => asked
}

const reading = async (desk: Desk, row: object) => {
  server.use(answering('get', '/tickets/2', { status: 200, body: ticketRow(row) }))
  const sight = await desk.read(2)
  return sight.seen === 'ticket' ? sight.ticket : null
}

test.for([
  [1, false],
  [2, false],
  [3, false],
  [4, true],
  [5, true],
  [6, false],
] as const)('a ticket in state %i is closed: %s', async ([state, closed]) => {
  expect(await reading(deskOfTest(), { state_id: state })).toMatchObject({ closed })
})

test('a state of the owner’s own closes a ticket by its type, whatever it is called', async () => {
  const own = { id: 20, name: 'duplicate', state_type_id: 5, active: true }
  stateLists([...STATES, own])
  expect(await reading(deskOfTest(), { state_id: 20, state: 'duplicate' })).toMatchObject({
    state: 'duplicate',
    closed: true,
  })
})

test('the states are asked once, and again when an unknown one turns up', async () => {
  const asked = stateLists(STATES, [...STATES, { id: 20, name: 'done', state_type_id: 5 }])
  const desk = deskOfTest()
  for (const state of [1, 4, 2]) await reading(desk, { state_id: state })
  expect(asked()).toBe(1)
  expect(await reading(desk, { state_id: 20 })).toMatchObject({ closed: true })
  expect(await reading(desk, { state_id: 20 })).toMatchObject({ closed: true })
  expect(asked()).toBe(2)
})

test('a state that Zammad does not list closes nothing', async () => {
  expect(await reading(deskOfTest(), { state_id: 99 })).toMatchObject({ closed: false })
})

test.for([
  [1, null],
  [null, null],
  [4, 4],
] as const)('a ticket of owner %s is owned by %s', async ([owner, ownerId]) => {
  expect(await reading(deskOfTest(), { owner_id: owner })).toMatchObject({ ownerId })
})

test('a ticket without an article has no kind of first article', async () => {
  expect(await reading(deskOfTest(), { create_article_type: undefined })).toMatchObject({
    firstArticleType: null,
  })
})
