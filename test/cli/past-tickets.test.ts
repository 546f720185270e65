import { expect, test } from 'vitest'
import { after, DAY_MS, MINUTE_MS } from '../../src/clock.ts'
import { type PastDeps, readPast } from '../../src/cli/past-tickets.ts'
import type { Article, Change, Ticket } from '../../src/desk.ts'
import { Failure } from '../../src/failure.ts'
import type { Facts } from '../../src/routing/facts.ts'
import { NOON } from '../support/samples.ts'

const BOT = 4

const aTicket = (id: number, more: Partial<Ticket> = {}): Ticket => ({
  id,
  number: `7800${id}`,
  title: `title ${id}`,
  group: 'Catalogue',
  groupId: 3,
  state: 'open',
  stateType: 'open',
  closed: false,
  closedAt: null,
  priority: '2 normal',
  ownerId: null,
  customerId: 9,
  firstArticleType: 'web',
  escalatesAt: null,
  createdAt: after(NOON, id * MINUTE_MS),
  updatedAt: after(NOON, id * MINUTE_MS),
  mark: null,
  ...more,
})

const anArticle = (more: Partial<Article> = {}): Article => ({
  id: 1,
  sender: 'Customer',
  type: 'web',
  internal: false,
  ticketId: 1,
  createdById: 9,
  originById: null,
  createdAt: NOON,
  updatedAt: NOON,
  to: [],
  delivery: null,
  files: [],
  messageId: null,
  from: 'Ann Lee <ann.lee@example.org>',
  subject: '',
  contentType: 'text/plain',
  body: 'first',
  automatic: false,
  answersTo: [],
  ...more,
})

const aMove = (by: number): Change => ({
  id: 1,
  attribute: 'group',
  from: { id: 2, name: 'First Line support' },
  to: { id: 3, name: 'Catalogue' },
  by,
  at: NOON,
})

interface World {
  readonly pages: readonly (readonly Ticket[])[]
  readonly articles?: (id: number) => readonly Article[] | null
  readonly changes?: (id: number) => readonly Change[] | null
}

/** A desk that has these tickets, and everything around it; each of its answers takes a turn of the loop. */
function around({ pages, articles = () => [anArticle()], changes = () => [] }: World) {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const decided: Facts[] = []
  const asked: number[] = []
  const busy = { now: 0, most: 0 }
  const answer = async <T>(what: T): Promise<T> => {
    busy.most = Math.max(busy.most, (busy.now += 1))
    await turn()
    busy.now -= 1
    return what
  }
  const deps: PastDeps = {
    desk: {
      account: () => Promise.resolve({ id: BOT, login: 'bot', roles: [], groups: [] }),
      async *createdSince() {
        yield* pages
      },
      articles(id) {
        asked.push(id)
        return answer(articles(id))
      },
      history: (id) => {
        const told = changes(id)
        return answer(told && { changes: told, tags: [], born: new Set() })
      },
    },
    decide(facts) {
      decided.push(facts)
      const unit = facts.form === null ? 'first-line' : 'nodes'
      return { unit, rule: facts.form, priority: null, tags: [], mode: 'assign', because: '' }
    },
    factsOfOurs: () => Promise.resolve(null),
    unitOf: (group) => (group === 'Catalogue' ? 'catalogue' : null),
    isOwnAlert: ({ messageId }) => messageId?.startsWith('<alert.') ?? false,
    looked: () => undefined,
  }
  return { deps, decided, asked, busy }
}

test('all pages are read, in their order, and at most four tickets at a time', async () => {
  const tickets = Array.from({ length: 25 }, (_, at) => aTicket(at + 1))
  const { deps, busy } = around({ pages: [tickets.slice(0, 11), [], tickets.slice(11)] })
  let looked = 0
  const past = await readPast({ ...deps, looked: () => void (looked += 1) }, NOON)
  expect(past.map((one) => one.seen === 'ticket' && one.ticket.number)).toEqual(
    tickets.map(({ number }) => number),
  )
  expect([looked, busy.most]).toEqual([25, 4])
})

test('a ticket is decided by its title and its first article', async () => {
  const second = anArticle({ id: 2, body: 'second' })
  const { deps, decided } = around({
    pages: [[aTicket(1), aTicket(2)]],
    articles: (id) => (id === 1 ? [anArticle(), second] : []),
  })
  await readPast(deps, NOON)
  expect(decided).toMatchObject([
    { title: 'title 1', body: 'first', source: 'zammad-ui' },
    { title: 'title 2', body: '' },
  ])
})

test('a ticket of ours is decided by its submission, where that is known', async () => {
  const mark = (submission: string) => ({ mark: { instance: 'one', submission } })
  const { deps, decided } = around({ pages: [[aTicket(1, mark('known')), aTicket(2, mark('other'))]] })
  const known: Facts = {
    source: 'web-form',
    form: 'upload-trouble',
    answers: {},
    title: 'as sent',
    body: '',
    language: 'es',
    domain: null,
    organisation: null,
    at: NOON,
  }
  const past = await readPast({ ...deps, factsOfOurs: async (id) => (id === 'known' ? known : null) }, NOON)
  expect(decided).toMatchObject([{ title: 'as sent' }, { title: 'title 2', source: 'web-form' }])
  expect(past).toMatchObject([
    {
      ticket: {
        decision: { unit: 'nodes', rule: 'upload-trouble' },
        handling: { feedback: 'open' },
        isByTextOnly: false,
      },
    },
    { ticket: { decision: { unit: 'first-line', rule: null }, isByTextOnly: true } },
  ])
})

test('a ticket of others is never short of answers', async () => {
  const { deps } = around({ pages: [[aTicket(1)]] })
  expect(await readPast(deps, NOON)).toMatchObject([{ ticket: { isByTextOnly: false } }])
})

test('a ticket is untouched until a person does something to it', async () => {
  const { deps } = around({
    pages: [[aTicket(1), aTicket(2), aTicket(3, { ownerId: 8 })]],
    articles: (id) => [anArticle(), anArticle({ id: 2, sender: 'Agent', createdById: id === 2 ? 8 : BOT })],
  })
  expect(await readPast(deps, NOON)).toMatchObject([
    { ticket: { isUntouched: true } },
    { ticket: { isUntouched: false } },
    { ticket: { isUntouched: false } },
  ])
})

test('nothing that anybody wrote is kept', async () => {
  const { deps } = around({ pages: [[aTicket(1)]], changes: () => [aMove(8)] })
  const kept = JSON.stringify(await readPast(deps, NOON))
  expect(kept).toContain('78001')
  expect(kept).not.toMatch(/title|first"|ann|lee/)
})

test.for([
  ['people', 8, 1],
  ['us', BOT, 0],
  ['Zammad itself', 1, 0],
] as const)('a change of group by %s', async ([, by, moves]) => {
  const { deps } = around({ pages: [[aTicket(1)]], changes: () => [aMove(by)] })
  const [one] = await readPast(deps, NOON)
  expect(one?.seen === 'ticket' && one.ticket.handling.moves).toHaveLength(moves)
})

test('what tells nothing about rules is left out with its reason', async () => {
  const { deps, decided } = around({
    pages: [
      [
        aTicket(1, { createdAt: after(NOON, -DAY_MS) }),
        aTicket(2, { state: 'merged', closed: true }),
        aTicket(3),
        aTicket(4),
        aTicket(5),
      ],
    ],
    articles: (id) =>
      id === 3 ? null : [anArticle(id === 5 ? { messageId: '<alert.1@desk.example>' } : {})],
    changes: (id) => (id === 4 ? null : []),
  })
  expect(await readPast(deps, NOON)).toEqual([
    { seen: 'left-out', why: 'before-since' },
    { seen: 'left-out', why: 'merged' },
    { seen: 'left-out', why: 'out-of-sight' },
    { seen: 'left-out', why: 'out-of-sight' },
    { seen: 'left-out', why: 'own-alert' },
  ])
  expect(decided).toEqual([])
})

test('once a ticket cannot be read, no other one is begun', async () => {
  const down = new Failure('unavailable', 'Zammad does not answer')
  const { deps, asked } = around({
    pages: [Array.from({ length: 50 }, (_, at) => aTicket(at + 1))],
    articles(id) {
      if (id === 6) throw down
      return [anArticle()]
    },
  })
  await expect(readPast(deps, NOON)).rejects.toBe(down)
  // Long enough for all fifty, were they asked for.
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  expect(Math.max(...asked)).toBeLessThan(11)
})
