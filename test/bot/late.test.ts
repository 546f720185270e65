import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { NoticeFacts } from '../../src/conversation/send-message.ts'
import { conversations, messages } from '../../src/store/schema.ts'
import { aRelay } from '../relay/taking.ts'
import { aConversation, aSubmission, NOON } from '../support/samples.ts'

test('a missed promise of a request whose ticket could not be opened yet is told, too', async () => {
  const town = await aRelay()
  await town.db.atomically([
    ...town.submissions.add(aSubmission(), { key: 'k', keyUntil: NOON, content: 'c' }, []),
    town.conversations.add(aConversation({ id: 'ann', unit: 'nodes' })),
  ])
  town.time.turn(48 * HOUR_MS)
  for (const _ of [1, 2]) await town.round()
  expect(await town.notices()).toEqual(['late to ann'])
  expect((await town.alerts()).toSorted()).toEqual([
    'late to first-line@staff.example',
    'late to nodes@staff.example',
  ])
  expect(await town.conversation('ann')).toMatchObject({ toldLateAt: expect.any(Date) })
})

test.for([
  { coordination: ['boss@staff.example'], raisedToCoordination: true },
  { coordination: [], raisedToCoordination: false },
])('coordination hears of a missed promise, and the visitor of that: $coordination', async (late) => {
  const town = await aRelay({ coordination: late.coordination })
  await town.request('ann')
  await town.round()
  town.time.turn(48 * HOUR_MS)
  await town.round()
  const [message] = await town.db.q.select().from(messages)
  expect(NoticeFacts.parse(JSON.parse(message?.facts ?? ''))).toMatchObject({
    raisedToCoordination: late.raisedToCoordination,
  })
  expect(await town.alerts()).toEqual(
    ['first-line@staff.example', ...late.coordination].map((to) => `late to ${to}`),
  )
})

test('of a ticket that cannot be read nobody is told that it is late, until it can be', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  await town.round()
  town.time.turn(48 * HOUR_MS)
  const { articles } = town.desk
  Object.assign(town.desk, { articles: () => Promise.reject(new Error('a row of unknown shape')) })
  await town.round()
  expect(await town.notices()).toEqual([])
  Object.assign(town.desk, { articles })
  await town.hint(ticket.id)
  await town.round()
  expect(await town.notices()).toEqual(['late to ann'])
})

test('tickets that cannot be read keep nobody from being told of a missed promise', async () => {
  const town = await aRelay()
  const broken: number[] = []
  for (const name of 'abcdefghijklmnopqrstuvwxy') broken.push((await town.request(`${name}x`)).id)
  await town.round()
  town.time.turn(MINUTE_MS)
  await town.request('zoe')
  const zoe = { dueAt: after(town.time.clock(), 48 * HOUR_MS) }
  await town.db.q.update(conversations).set({ dueAt: zoe.dueAt.getTime() }).where(eq(conversations.id, 'zoe'))
  await town.round()
  town.time.turn(48 * HOUR_MS)
  const { articles } = town.desk
  const broke = (id: number) =>
    broken.includes(id) ? Promise.reject(new Error('a row of unknown shape')) : articles(id)
  Object.assign(town.desk, { articles: broke })
  for (const _ of [1, 2, 3]) await town.round()
  expect(await town.notices()).toEqual(['late to zoe'])
  Object.assign(town.desk, { articles })
  for (const _ of [1, 2]) await town.round()
  expect(await town.notices()).toHaveLength(26)
})
