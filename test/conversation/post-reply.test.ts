import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { Group, StateType } from '../../src/desk.ts'
import { asWrite } from '../../src/store/db.ts'
import { jobs as jobRows, replies as replyRows } from '../../src/store/schema.ts'
import { anOpenTalk, aTalk, type Talk } from './talking.ts'

const GROUP = 'First Line support'
const FREEZE_MS = 2 * HOUR_MS

const close = (talk: Talk): void => void talk.desk.byHand(talk.ticket, { closed: true })
const pend = (talk: Talk): void => void talk.desk.byHand(talk.ticket, { state: 'pending reminder' })
const answer = (talk: Talk): void => void talk.desk.byHand(talk.ticket, { state: 'open' })
const rule = (followUp: Group['followUp']) => (talk: Talk) => void talk.desk.followUps.set(GROUP, followUp)
const wait = (days: number) => (talk: Talk) => talk.time.turn(days * DAY_MS)

test.for<readonly [string, readonly ((talk: Talk) => void)[], 'add' | 'reopen', StateType]>([
  ['new', [], 'add', 'new'],
  ['open', [answer], 'add', 'open'],
  ['pending', [pend], 'reopen', 'open'],
  ['pending, in a group that wants new tickets', [rule({ to: 'new-ticket' }), pend], 'reopen', 'open'],
  ['closed', [close, wait(300)], 'reopen', 'open'],
  ['closed for 6 days, of 7', [rule({ to: 'either', days: 7 }), close, wait(6)], 'reopen', 'open'],
])('a word on a ticket that is %s is there once, and staff see it', async ([, before, how, state]) => {
  const talk = await anOpenTalk()
  for (const step of before) step(talk)
  await talk.say('It works now')
  await talk.settle()
  expect(await talk.words(talk.ticket)).toEqual(['It works now'])
  expect(talk.desk.replies.map((asked) => asked.how)).toEqual([how])
  expect(talk.stateOf(talk.ticket)).toBe(state)
  expect(talk.desk.tickets).toHaveLength(1)
  expect(await talk.posted()).toEqual([true])
  const [reply] = await talk.replies.ofConversation('conversation-1')
  expect(await talk.everywhere()).toEqual([`<${reply?.id}@desk.example>`])
})

test('words that were said before there is a ticket come into it in the order in which they were said', async () => {
  const talk = await aTalk()
  talk.desk.outage = 'unavailable'
  for (const word of ['one', 'two', 'three']) await talk.say(word)
  await talk.settle(20 * MINUTE_MS)
  expect(await talk.posted()).toEqual([false, false, false])
  talk.desk.outage = null
  await talk.settle()
  expect(await talk.words(1)).toEqual(['one', 'two', 'three'])
})

test('words that Zammad has are not written again by a store that was restored from a copy', async () => {
  const talk = await anOpenTalk()
  await talk.say('It works now')
  await talk.settle()
  await talk.db.atomically([
    asWrite(talk.db.q.update(jobRows).set({ state: 'ready' }).where(eq(jobRows.kind, 'post-reply'))),
    asWrite(talk.db.q.update(replyRows).set({ postedAt: null })),
  ])
  talk.time.turn(MINUTE_MS)
  await talk.settle()
  expect(await talk.words(talk.ticket)).toEqual(['It works now'])
  expect(await talk.posted()).toEqual([true])
})

test('a later word waits for an earlier one that Zammad does not take at present', async () => {
  const talk = await anOpenTalk()
  talk.desk.replyMishaps.push('unavailable', 'unavailable')
  await talk.say('one')
  await talk.say('two')
  await talk.settle()
  expect(await talk.words(talk.ticket)).toEqual(['one', 'two'])
})

test('a word that is parked keeps no later one back', async () => {
  const talk = await anOpenTalk()
  talk.desk.replyMishaps.push('refused')
  await talk.say('one')
  await talk.say('two')
  await talk.settle()
  expect(await talk.words(talk.ticket)).toEqual(['two'])
  expect(await talk.states('post-reply')).toEqual(['parked', 'done'])
})

test('files come along, byte for byte, and a word is put where there is none', async () => {
  const talk = await anOpenTalk()
  const file = await talk.kept('log – ünï.txt', 'the log')
  await talk.say('', { files: [file] })
  await talk.settle()
  expect(await talk.words(talk.ticket)).toEqual(['The visitor sent files without a word.'])
  const article = (await talk.desk.articles(talk.ticket))?.at(-1)
  expect(article?.files).toMatchObject([{ name: 'log – ünï.txt', type: 'text/plain', size: 7 }])
  const place = { ticketId: talk.ticket, articleId: article?.id ?? 0, id: article?.files[0]?.id ?? 0 }
  expect(await new Response((await talk.desk.file(place))?.bytes).text()).toBe('the log')
})

test('what Zammad refuses is parked with its words', async () => {
  const talk = await anOpenTalk()
  talk.desk.refused.add('reply')
  await talk.say('It works now')
  await talk.settle()
  expect(await talk.jobs.list(['parked'])).toMatchObject([
    { kind: 'post-reply', reason: '422 no reply now', reference: '7801234567890' },
  ])
  talk.desk.refused.clear()
  const [parked] = await talk.jobs.list(['parked'])
  await talk.decisions.retry(parked?.id ?? '', {})
  await talk.settle()
  expect(await talk.words(talk.ticket)).toEqual(['It works now'])
})

test('a word to a ticket that was deleted is parked where staff see why', async () => {
  const talk = await anOpenTalk()
  talk.desk.removed.add(talk.ticket)
  await talk.say('It works now')
  await talk.settle()
  expect(await talk.jobs.list(['parked'])).toMatchObject([
    { reason: 'the ticket was deleted: open a new one for the visitor, then discard this' },
  ])
  // Who looks at tickets makes the page say so.
  expect(await talk.hints.oldest(5)).toMatchObject([{ ticket: talk.ticket }])
})

test.for(['reply', 'solved', 'rating'] as const)(
  'a %s for a ticket out of sight is tried on, and comes when it is in sight again',
  async (act) => {
    const talk = await anOpenTalk()
    talk.desk.hidden.add(talk.ticket)
    await talk.say('It works now', { act, score: act === 'rating' ? 5 : null })
    await talk.settle(12 * HOUR_MS)
    const [waiting] = await talk.jobs.list(['ready'])
    expect(waiting).toMatchObject({ kind: 'post-reply', reason: 'the ticket is out of sight' })
    talk.desk.hidden.clear()
    await talk.settle()
    expect(await talk.posted()).toEqual([true])
  },
)

test.for(['reply', 'solved', 'rating'] as const)(
  'while a conversation is frozen no %s of it leaves, and afterwards it does',
  async (act) => {
    const talk = await anOpenTalk()
    await talk.db.atomically([talk.conversations.change('conversation-1', { frozenAt: talk.clock() })])
    await talk.say('It works now', { act, score: act === 'rating' ? 5 : null })
    const before = JSON.stringify(talk.desk.tickets)
    await talk.settle(FREEZE_MS)
    expect(JSON.stringify(talk.desk.tickets)).toBe(before)
    await talk.db.atomically([talk.conversations.change('conversation-1', { frozenAt: null })])
    await talk.settle()
    expect(await talk.posted()).toEqual([true])
  },
)

test.for(['reply', 'solved', 'rating'] as const)(
  'no %s goes into a ticket that a restored Zammad gave the same id',
  async (act) => {
    const talk = await aTalk()
    const restore = talk.desk.backup()
    await talk.settle()
    restore()
    talk.time.turn(MINUTE_MS)
    const other = talk.desk.addForeign('99001')
    expect(other.id).toBe((await talk.conversation()).ticketId)
    const updatedAt = talk.desk.tickets[0]?.ticket.updatedAt
    await talk.say('Private words', { act, score: act === 'rating' ? 1 : null })
    await talk.settle(FREEZE_MS)
    expect(await talk.everywhere()).toEqual([])
    expect(await talk.notesOn(other.id)).toEqual([])
    expect(talk.desk.tickets).toMatchObject([{ tags: [], ticket: { stateType: 'new', updatedAt } }])
    expect(await talk.posted()).toEqual([false])
  },
)

test('a word in a merged ticket goes into the one that it was merged into, which is opened for it', async () => {
  const talk = await anOpenTalk()
  const target = talk.desk.addForeign('78002')
  talk.desk.mergeByHand(talk.ticket, target.id)
  talk.desk.byHand(target.id, { closed: true })
  talk.desk.followUps.set(GROUP, { to: 'new-ticket' })
  await talk.say('It works now')
  await talk.settle()
  expect((await talk.words(target.id)).at(-1)).toBe('It works now')
  expect([talk.stateOf(talk.ticket), talk.stateOf(target.id)]).toEqual(['merged', 'open'])
})

test('a word goes along with a merge of merges, and with what is known of the merge already', async () => {
  const talk = await anOpenTalk()
  const first = talk.desk.addForeign('78002')
  const last = talk.desk.addForeign('78003')
  talk.desk.mergeByHand(talk.ticket, first.id)
  talk.desk.mergeByHand(first.id, last.id)
  await talk.db.atomically([talk.conversations.change('conversation-1', { mergedInto: first.id })])
  await talk.say('one')
  await talk.settle()
  await talk.db.atomically([talk.conversations.change('conversation-1', { mergedInto: last.id })])
  await talk.say('two')
  await talk.settle()
  expect(await talk.words(last.id)).toEqual(['one', 'two'])
  expect([talk.stateOf(talk.ticket), talk.stateOf(first.id)]).toEqual(['merged', 'merged'])
})

test('of several parents the one that took the first article along gets the word', async () => {
  const talk = await anOpenTalk()
  const [older, target] = [talk.desk.addForeign('78002'), talk.desk.addForeign('78003')]
  talk.desk.mergeByHand(talk.ticket, target.id)
  const parents: typeof talk.desk.parents = async () => [older.id, target.id]
  Object.assign(talk.desk, { parents })
  await talk.say('It works now')
  await talk.settle()
  expect(await talk.words(target.id)).toEqual(['It works now'])
  expect(await talk.words(older.id)).toEqual([])
})

test('where nobody can tell what a ticket was merged into, the word is parked with the reason', async () => {
  const talk = await anOpenTalk()
  const target = talk.desk.addForeign('78002')
  talk.desk.mergeByHand(talk.ticket, target.id)
  talk.desk.hidden.add(target.id)
  await talk.say('It works now')
  await talk.settle()
  expect(await talk.jobs.list(['parked'])).toMatchObject([
    {
      kind: 'post-reply',
      reason: expect.stringMatching(/cannot be told into which one: open it again, then retry this$/),
    },
  ])
  expect(await talk.words(talk.ticket)).toEqual([])
})

test('the reply of a closed conversation that was closed a moment too long ago waits for nobody', async () => {
  const talk = await anOpenTalk()
  rule({ to: 'either', days: 7 })(talk)
  close(talk)
  const { closedAt } = talk.desk.tickets[0]?.ticket ?? {}
  if (!closedAt) throw new Error('it is not closed')
  talk.time.turn(after(closedAt, 7 * DAY_MS).getTime() - talk.clock().getTime() - 1000)
  await talk.say('In time')
  await talk.settle(0)
  expect(await talk.words(talk.ticket)).toEqual(['In time'])
})
