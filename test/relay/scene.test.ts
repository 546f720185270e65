import { expect, test } from 'vitest'
import { MINUTE_MS } from '../../src/clock.ts'
import { mayFollow, sceneOf, stageOf } from '../../src/relay/scene.ts'
import { createReplies } from '../../src/store/replies.ts'
import { BOT_ID } from '../intake/memory-desk.ts'
import { NOON } from '../support/samples.ts'
import { ANN, answering } from './answering.ts'

/** A conversation, and what its articles are judged by. */
async function scenery() {
  const a = await answering()
  const own = await a.opened({ conversation: { formerRecipients: ['ann@old.example'] } })
  const deps = { ...a, botId: async () => BOT_ID, mailHost: 'desk.example' }
  const conversation = await a.now(own.conversation)
  return { a, own, deps, conversation, stage: await stageOf(deps, { ticket: own.ticket, conversation }) }
}

test('what is said is judged for the visitor’s present address and those that were replaced', async () => {
  const { stage, own } = await scenery()
  expect(stage).toMatchObject({
    botId: BOT_ID,
    ticket: { customerId: own.ticket.customerId, createdAt: own.ticket.createdAt },
    visitor: { present: ANN, former: ['ann@old.example'] },
    heldUntil: null,
  })
  expect(stage.startLine < NOON).toBe(true)
})

test('without a conversation it is judged for the ticket’s customer, in lower case', async () => {
  const { a, own, deps } = await scenery()
  const { id: customerId } = a.desk.addPerson('Cleo@Example.org', { email: 'Cleo@Example.org' })
  const stage = await stageOf(deps, { ticket: { ...own.ticket, customerId }, conversation: null })
  expect(stage.visitor).toEqual({ present: 'cleo@example.org', former: [] })
})

test.for([
  { messageId: '<submission-1@desk.example>', isOurs: true },
  { messageId: '<reply-1@desk.example>', isOurs: true },
  { messageId: '<SUBMISSION-1@desk.example>', isOurs: false },
  { messageId: '<submission-1@DESK.example>', isOurs: true },
  { messageId: '<submission-1@desk.example.evil.test>', isOurs: false },
  { messageId: '<submission-1@evil.test>', isOurs: false },
  { messageId: '<submission-9@desk.example>', isOurs: false },
  { messageId: 'submission-1@desk.example', isOurs: false },
  { messageId: null, isOurs: false },
])('a word of $messageId is one that we gave a visitor: $isOurs', async ({ messageId, isOurs }) => {
  const { a, own, deps, stage } = await scenery()
  const reply = {
    id: 'reply-1',
    conversation: own.conversation,
    act: 'reply',
    body: 'x',
    score: null,
  } as const
  const writes = createReplies(a.db).add(
    { ...reply, sentAt: NOON, postedAt: null },
    { key: 'k', content: 'c' },
    [],
  )
  await a.atomically(writes)
  const scene = await sceneOf(deps, stage, {
    article: { messageId },
    isKnown: false,
    isAtHome: true,
    isOverdue: false,
    saidByStaff: null,
  })
  expect(scene).toMatchObject({ isOurs, isKnown: false, isAtHome: true })
})

test('a merged request follows its target where that is the same visitor’s, or staff let it in', async () => {
  const { a, deps, own, conversation } = await scenery()
  const { id: others } = a.desk.addPerson('ben@example.org')
  const { id: same } = a.desk.addPerson('again@example.org', { email: ANN })
  const target = a.desk.addForeign('78001')
  const of = (customerId: number): Promise<boolean> =>
    mayFollow(deps, conversation, { id: target.id, customerId })
  expect(await of(own.ticket.customerId)).toBe(true)
  expect(await of(same)).toBe(true)
  expect(await of(others)).toBe(false)
  a.time.turn(MINUTE_MS)
  a.desk.tagByHand(target.id, 'answer-all')
  expect(await of(others)).toBe(true)
})

test('a conversation whose customer is not known follows nobody’s ticket', async () => {
  const { a, deps, conversation } = await scenery()
  const { id } = a.desk.addPerson('ben@example.org', { email: null })
  const target = a.desk.addForeign('78001')
  const unknown = { ...conversation, customerId: null }
  expect(await mayFollow(deps, unknown, { id: target.id, customerId: id })).toBe(false)
})
