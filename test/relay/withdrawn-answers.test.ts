import { expect, test } from 'vitest'
import { after, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { NOON } from '../support/samples.ts'
import { ANN, answering } from './answering.ts'

const BEN = 'ben@example.org'

test('the ticket of an answer that is withdrawn is looked at again', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  a.desk.flip(article.id, true)
  await a.round()
  expect(await a.hints.oldest(9)).toMatchObject([{ ticket: own.ticketId }])
})

test('what was withdrawn by an old reading takes back nothing of a newer one', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own, { body: 'given again' })
  await a.atomically([a.conversations.change(own.conversation, { answeredAt: article.createdAt })])
  const { article: read } = a.desk
  Object.assign(a.desk, {
    // Between this reading and the write it is given again, and somebody sees that.
    article: async (id: number) => {
      const internal = a.desk.flip(id, true)
      const seen = await read(id)
      a.time.turn(SECOND_MS)
      const given = a.desk.flip(id, false)
      const entry = await a.entry(article)
      if (!entry) throw new Error('the answer is not in the ledger')
      await a.atomically([a.ledger.keep({ ...entry, updatedAt: given.updatedAt, publication: 2 })])
      expect(internal.updatedAt < given.updatedAt).toBe(true)
      return seen
    },
  })
  await a.round()
  expect(a.sent).toEqual([])
  expect(await a.entry(article)).toMatchObject({ side: 'desk', text: 'given again', internal: false })
  expect(await a.now(own.conversation)).toMatchObject({ answeredAt: article.createdAt })
  expect(await a.hints.oldest(9)).toMatchObject([{ ticket: own.ticketId }])
})

test('an answer whose source was deleted after a merge is not taken for deleted', async () => {
  const a = await answering()
  const [source, target] = [
    await a.opened({ conversation: { recipient: BEN } }),
    await a.opened({ conversation: { recipient: ANN } }),
  ]
  const article = await a.answer(source, { body: 'still there' })
  a.desk.mergeByHand(source.ticketId, target.ticketId)
  await a.atomically([a.conversations.change(source.conversation, { mergedInto: target.ticketId })])
  a.desk.removed.add(source.ticketId)
  await a.round()
  expect(await a.entry(article)).toMatchObject({ disposition: 'relay', side: 'desk', text: 'still there' })
  expect(await a.ledger.sharedWith(source.conversation)).toHaveLength(1)
  expect(await a.hints.oldest(9)).toHaveLength(1)
})

test('an answer that is another’s again when it is to be sent leaves the page, and its ticket is looked at', async () => {
  const a = await answering()
  const [source, target] = [
    await a.opened({ conversation: { recipient: BEN } }),
    await a.opened({ conversation: { recipient: ANN } }),
  ]
  a.desk.mergeByHand(source.ticketId, target.ticketId)
  await a.atomically([a.conversations.change(source.conversation, { mergedInto: target.ticketId })])
  const article = await a.answer(target, { body: 'for Ann' })
  await a.also(article, target.ticketId, source.conversation)
  await a.round()
  expect(a.sent).toMatchObject([{ to: ANN }])
  expect(await a.ledger.sharedWith(source.conversation)).toEqual([])
  expect(await a.ledger.sharedWith(target.conversation)).toHaveLength(1)
  expect(await a.hints.oldest(9)).toMatchObject([{ ticket: target.ticketId }])
})

test('two rounds that found different teams tell the visitor once a day', async () => {
  const a = await answering()
  const own = await a.opened()
  const stale = await a.now(own.conversation)
  await a.tell({ conversation: stale, kind: 'moved', occasion: `catalogue:${NOON.getTime()}` })
  await a.tell({ conversation: stale, kind: 'moved', occasion: `nodes:${after(NOON, 1).getTime()}` })
  await a.pass(2 * MINUTE_MS)
  expect(a.sent).toHaveLength(1)
})

test('what an agent sent by their own program is mailed once staff have released it', async () => {
  const a = await answering()
  const own = await a.opened()
  const email = { type: 'email', to: ['helpdesk@desk.example'], delivery: null }
  await a.answer(own, email, { because: 'released' })
  await a.round()
  expect(a.sent).toMatchObject([{ to: ANN }])
})
