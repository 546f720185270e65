import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { LINK_LIFE_MS } from '../../src/conversation/conversation.ts'
import { createRelease } from '../../src/relay/release.ts'
import { aRelay } from './taking.ts'

const OWN_PROGRAM = { type: 'email', to: ['helpdesk@desk.example'] } as const

test('a mail that an agent sent by their own program waits for staff on the board, who may send it', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const email = town.desk.addArticle(ticket.id, { ...OWN_PROGRAM, body: 'From my telephone' })
  await town.round()
  expect(await town.entryOf(email)).toMatchObject({ disposition: 'undecided', side: null })
  town.time.turn(15 * MINUTE_MS)
  await town.round()
  expect(await town.entryOf(email)).toMatchObject({ disposition: 'not-for-visitor', because: 'forwarded' })
  expect(await town.alerts()).toEqual([])
  expect(await town.page('ann')).toEqual([])
  const release = createRelease({ ...town, atomically: town.db.atomically, clock: town.time.clock, log: LOG })
  expect(await release.decide(email, 'send')).toBe(true)
  await town.round()
  expect(await town.page('ann')).toEqual(['From my telephone'])
  expect(await town.promised()).toEqual([{ article: email.id, to: 'ann' }])
})

const LOG = { debug() {}, info() {}, warn() {}, error() {} }

test('mails without an end that nobody is asked about keep no other from being looked at', async () => {
  const town = await aRelay()
  for (let count = 0; count < 25; count += 1) {
    const foreign = town.desk.addForeign(`78${100 + count}`)
    town.desk.addArticle(foreign.id, { type: 'email', to: ['other@example.org'] })
  }
  await town.round()
  town.time.turn(15 * MINUTE_MS)
  for (const _ of [1, 2]) await town.round()
  expect(await town.ledger.unasked(99)).toEqual([])
  expect(await town.alerts()).toEqual([])
})

test('tickets that cannot be read keep no mail without an end from being asked about', async () => {
  const town = await aRelay()
  const broken: number[] = []
  for (let count = 0; count < 25; count += 1) {
    const foreign = town.desk.addForeign(`78${100 + count}`)
    town.desk.addArticle(foreign.id, { type: 'email', to: ['other@example.org'] })
    broken.push(foreign.id)
  }
  await town.round()
  const ticket = await town.request('ann')
  const email = town.desk.addArticle(ticket.id, { type: 'email', to: ['ann@visitor.example'] })
  await town.round()
  const { articles } = town.desk
  const broke = (id: number) =>
    broken.includes(id) ? Promise.reject(new Error('a row of unknown shape')) : articles(id)
  Object.assign(town.desk, { articles: broke })
  town.time.turn(15 * MINUTE_MS)
  for (const _ of [1, 2, 3]) await town.round()
  expect(await town.alerts()).toEqual(['undelivered to first-line@staff.example'])
  expect(await town.entryOf(email)).toMatchObject({ asked: true })
})

test.for([
  [
    'addresses in plain text',
    { contentType: 'text/plain', body: `http://a.example/${'€'.repeat(99)} `.repeat(1800) },
  ],
  ['links', { contentType: 'text/html', body: `<a href="https://a.example/${'€'.repeat(199_000)}">a</a>` }],
  [
    'names of files',
    { files: [...Array(3000).keys()].map((id) => ({ id, name: '€'.repeat(250), type: 'a/b', size: 1 })) },
  ],
] as const)(
  'an answer whose %s are longer than a row is shown as far as it fits, and the ticket is read on',
  async ([, more]) => {
    const town = await aRelay()
    const ticket = await town.request('ann')
    const long = town.desk.addArticle(ticket.id, { ...more })
    await town.round()
    town.desk.addArticle(ticket.id, { body: 'And then' })
    await town.round()
    expect((await town.page('ann')).at(-1)).toBe('And then')
    expect((await town.promised()).map(({ article }) => article)).toContain(long.id)
  },
)

test('of a deleted ticket no word is kept, and its conversation is over', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const bodies = [...Array(25).keys()].map((count) => `Said and gone ${count}`)
  for (const body of bodies) town.desk.addArticle(ticket.id, { body })
  await town.round()
  expect(await town.page('ann')).toEqual(bodies)
  town.desk.removed.add(ticket.id)
  await town.hint(ticket.id)
  await town.round()
  expect(await town.page('ann')).toEqual([])
  expect(await town.written()).not.toContain('Said and gone')
  expect(await town.conversation('ann')).toMatchObject({ closedAt: town.time.clock() })
})

test('what a merge took along stays where its source is deleted', async () => {
  const town = await aRelay()
  const [ann, bob] = [await town.request('ann'), await town.request('bob')]
  town.desk.addArticle(ann.id, { body: 'To Ann' })
  await town.round()
  town.desk.mergeByHand(ann.id, bob.id)
  town.desk.removed.add(ann.id)
  await town.hint(ann.id)
  await town.round()
  expect(await town.page('ann')).toEqual(['To Ann'])
})

test('an answer on a ticket that was closed long ago comes with a link that opens', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  await town.round()
  town.desk.byHand(ticket.id, { closed: true })
  await town.round()
  town.time.turn(LINK_LIFE_MS + DAY_MS)
  const opens = async () => {
    const since = after(town.time.clock(), -LINK_LIFE_MS)
    return (await town.conversations.byLinkHash('hash-ann', since)) !== null
  }
  expect(await opens()).toBe(false)
  const note = town.desk.addArticle(ticket.id, { internal: true })
  await town.round()
  expect(await opens()).toBe(false)
  town.desk.flip(note.id, false)
  await town.round()
  expect(await opens()).toBe(true)
  const renewed = (await town.conversation('ann')).closedAt
  town.time.turn(HOUR_MS)
  await town.hint(ticket.id)
  await town.round()
  expect((await town.conversation('ann')).closedAt).toEqual(renewed)
  expect(await town.notices()).toEqual(['closed to ann'])
})

test('articles that are out of sight for ever keep no deleted one from being found', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const many = [...Array(41).keys()].map((count) => town.desk.addArticle(ticket.id, { body: `${count}` }))
  await town.round()
  const [last] = many.slice(-1)
  const { article, articles } = town.desk
  Object.assign(town.desk, {
    articles: async (id: number) =>
      (await articles(id))?.filter((one) => !many.some(({ id }) => id === one.id)),
    article: async (id: number) =>
      id === last?.id ? { seen: 'gone' } : many.some((one) => one.id === id) ? HIDDEN : article(id),
  })
  for (let count = 0; count < 12; count += 1) {
    await town.hint(ticket.id)
    await town.round()
    town.time.turn(SECOND_MS)
  }
  expect(await town.page('ann')).toHaveLength(40)
  expect(await town.page('ann')).not.toContain('40')
})

const HIDDEN = { seen: 'out-of-sight' } as const
