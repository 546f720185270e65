import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { Article } from '../../src/desk.ts'
import { createLog } from '../../src/log.ts'
import { lastLook } from '../../src/relay/last-look.ts'
import { createRelease, type Verb } from '../../src/relay/release.ts'
import { thaw } from '../../src/relay/thaw.ts'
import { BOT_ID, foreign } from '../intake/memory-desk.ts'
import { aRelay } from './taking.ts'

type Town = Awaited<ReturnType<typeof aRelay>>

const staffOf = (town: Town) => {
  const deps = {
    ...town,
    atomically: town.db.atomically,
    clock: town.time.clock,
    log: createLog('silent'),
  }
  return { ...createRelease(deps), thaw: (id: string) => thaw(deps, id) }
}

/** A request whose store was restored: of two answers, the second was written after the copy. */
async function restored() {
  const town = await aRelay()
  const ticket = await town.request('ann')
  await town.round()
  town.time.turn(HOUR_MS)
  const article = town.desk.addArticle(ticket.id, { body: 'After the copy' })
  await town.desk.open({ ...foreign('78077'), mark: { instance: 'here', submission: 'lost' } })
  town.restart()
  for (const _ of [1, 2]) await town.round()
  expect(await town.entryOf(article)).toMatchObject({ disposition: 'held', because: 'copy' })
  expect(await town.promised()).toEqual([])
  return { town, ticket, article }
}

/** A request of which staff have written to somebody else. */
async function forwarded() {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const article = town.desk.addArticle(ticket.id, {
    type: 'email',
    to: ['legal@partner.example'],
    delivery: { status: 'success', tries: 1 },
    body: 'To the lawyers',
  })
  await town.round()
  expect(await town.entryOf(article)).toMatchObject({ because: 'forwarded', side: null, text: '' })
  return { town, ticket, article }
}

const decide = (town: Town, { id, createdAt }: Article, verb: Verb) =>
  staffOf(town).decide({ id, createdAt }, verb)

test('a held answer that staff send is mailed once and shown, though nothing of its ticket has changed', async () => {
  const { town, article } = await restored()
  expect(await decide(town, article, 'send')).toBe(true)
  for (const _ of [1, 2, 3]) await town.round()
  expect(await town.entryOf(article)).toMatchObject({ disposition: 'relay', because: 'answer', side: 'desk' })
  expect(await town.page('ann')).toEqual(['After the copy'])
  expect(await town.promised()).toEqual([{ article: article.id, to: 'ann' }])
  expect(await decide(town, article, 'send')).toBe(false)
  expect(await decide(town, article, 'leave')).toBe(false)
})

test('a held answer that staff leave is neither mailed nor shown, whatever happens to its ticket', async () => {
  const { town, ticket, article } = await restored()
  expect(await decide(town, article, 'leave')).toBe(true)
  town.time.turn(MINUTE_MS)
  town.desk.byHand(ticket.id, { priority: '3 high' })
  town.restart()
  for (const _ of [1, 2]) await town.round()
  expect(await town.entryOf(article)).toMatchObject({ disposition: 'held', because: 'left', side: null })
  expect(await town.page('ann')).toEqual([])
  expect(await town.promised()).toEqual([])
})

test('everything that is held is sent at once', async () => {
  const { town, ticket, article } = await restored()
  expect(await staffOf(town).decideAll('send')).toBe(1)
  expect(await staffOf(town).decideAll('send')).toBe(0)
  await town.round()
  expect(await town.promised()).toEqual([{ article: article.id, to: 'ann' }])
  const internal = town.desk.addArticle(ticket.id, { body: 'Only for staff', internal: true })
  await town.round()
  expect(await town.page('ann')).toEqual(['After the copy'])
  expect(await decide(town, internal, 'send')).toBe(false)
})

test('an answer that was made internal while it was held is not sent', async () => {
  const { town, article } = await restored()
  town.desk.flip(article.id, true)
  await decide(town, article, 'send')
  for (const _ of [1, 2]) await town.round()
  expect(await town.entryOf(article)).toMatchObject({ because: 'internal', side: null, text: '' })
  expect(await town.promised()).toEqual([])
})

test('what went to others only is mailed and shown once staff say so, and stays an answer when it is read again', async () => {
  const { town, ticket, article } = await forwarded()
  expect(await decide(town, article, 'send')).toBe(true)
  await town.round()
  town.time.turn(MINUTE_MS)
  town.desk.byHand(ticket.id, { priority: '3 high' })
  town.restart()
  for (const _ of [1, 2]) await town.round()
  expect(await town.entryOf(article)).toMatchObject({
    disposition: 'relay',
    because: 'released',
    side: 'desk',
  })
  expect(await town.page('ann')).toEqual(['To the lawyers'])
  expect(await town.promised()).toEqual([{ article: article.id, to: 'ann' }])
  const look = await lastLook(
    { ...town, botId: async () => BOT_ID, mailHost: 'desk.example' },
    article,
    await town.conversation('ann'),
  )
  expect(look.seen).toBe('answer')
})

test('what went to others only and is left stays unseen', async () => {
  const { town, ticket, article } = await forwarded()
  expect(await decide(town, article, 'leave')).toBe(true)
  town.time.turn(MINUTE_MS)
  town.desk.byHand(ticket.id, { priority: '3 high' })
  town.restart()
  for (const _ of [1, 2]) await town.round()
  expect(await town.entryOf(article)).toMatchObject({ because: 'left', side: null, text: '' })
  expect([await town.page('ann'), await town.promised()]).toEqual([[], []])
})

test('a frozen conversation gets what was said meanwhile once staff say so', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  await town.round()
  await town.db.atomically([town.conversations.change('ann', { frozenAt: town.time.clock() })])
  const said = town.desk.addArticle(ticket.id, { body: 'Said while frozen' })
  for (const _ of [1, 2]) await town.round()
  expect(await town.promised()).toEqual([])
  expect(await staffOf(town).thaw('ann')).toBe(true)
  await town.round()
  expect(await town.promised()).toEqual([{ article: said.id, to: 'ann' }])
  expect(await town.page('ann')).toEqual(['Said while frozen'])
  expect(await staffOf(town).thaw('ann')).toBe(false)
  expect(await staffOf(town).thaw('nobody')).toBe(false)
})
