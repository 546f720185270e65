import { expect, test } from 'vitest'
import { MINUTE_MS } from '../../src/clock.ts'
import { ANN, answering } from './answering.ts'

const BEN = 'ben@example.org'

/** Ann's ticket, and one of another address that was merged into it. */
async function merged(other = BEN) {
  const a = await answering()
  const target = await a.opened({ conversation: { recipient: ANN } })
  const source = await a.opened({ conversation: { recipient: other } })
  const merge = async (): Promise<void> => {
    a.desk.mergeByHand(source.ticketId, target.ticketId)
    await a.atomically([a.conversations.change(source.conversation, { mergedInto: target.ticketId })])
  }
  return { a, target, source, merge }
}

test('an answer that was made before the merge goes to the visitor whom it was written to, and to nobody else', async () => {
  const { a, source, merge } = await merged()
  const article = await a.answer(source, { body: 'for Ben' })
  await merge()
  await a.pass(MINUTE_MS)
  expect(a.sent).toMatchObject([{ to: BEN }])
  expect(await a.entry(article)).toMatchObject({ mailed: true })
  expect(await a.now(source.conversation)).toMatchObject({ recipient: BEN, link: { generation: 1 } })
})

test('an answer on the target is never mailed to another visitor whose request was merged into it', async () => {
  const { a, target, source, merge } = await merged()
  await merge()
  const article = await a.answer(target, { body: 'for Ann' })
  await a.also(article, target.ticketId, source.conversation)
  await a.pass(MINUTE_MS)
  expect(a.sent).toMatchObject([{ to: ANN }])
  expect(await a.entry(article)).toMatchObject({ side: 'desk', html: '<p>for Ann</p>', mailed: true })
})

test('where staff let them in, each gets a mail with a link and a Message-ID of its own', async () => {
  const { a, target, source, merge } = await merged()
  await merge()
  a.desk.tagByHand(target.ticketId, 'answer-all')
  const article = await a.answer(target, { body: 'for both' })
  await a.also(article, target.ticketId, source.conversation)
  await a.pass(MINUTE_MS)
  expect(a.sent.map(({ to }) => to).toSorted()).toEqual([ANN, BEN])
  expect(new Set(a.rendered.map(({ headers }) => headers.messageId)).size).toBe(2)
  expect(new Set(a.answers().map(({ link }) => link)).size).toBe(2)
  expect(
    a
      .answers()
      .map(({ number }) => number)
      .toSorted(),
  ).toEqual([target.ticket.number, source.ticket.number])
})

test('staff who take the tag away again before it is sent keep the answer from them', async () => {
  const { a, target, source, merge } = await merged()
  await merge()
  a.desk.tagByHand(target.ticketId, 'answer-all')
  const article = await a.answer(target, { body: 'for Ann' })
  await a.also(article, target.ticketId, source.conversation)
  await a.desk.untag(target.ticketId, 'answer-all')
  await a.pass(MINUTE_MS)
  expect(a.sent).toMatchObject([{ to: ANN }])
})

test('a ticket that is un-merged before an answer is sent has none of the other’s', async () => {
  const { a, target, source, merge } = await merged()
  await merge()
  a.desk.tagByHand(target.ticketId, 'answer-all')
  const article = await a.answer(target, { body: 'for Ann' })
  await a.also(article, target.ticketId, source.conversation)
  a.desk.byHand(source.ticketId, { state: 'open' })
  await a.pass(MINUTE_MS)
  expect(a.sent).toMatchObject([{ to: ANN }])
})

test('one visitor follows both', async () => {
  const { a, target, source, merge } = await merged(ANN)
  await merge()
  const article = await a.answer({ ...target, conversation: source.conversation })
  await a.pass(MINUTE_MS)
  expect(a.sent).toMatchObject([{ to: ANN }])
  expect(await a.entry(article)).toMatchObject({ mailed: true })
})

test('the customer of the target readdresses nobody whose request was merged into it', async () => {
  const { a, target, source, merge } = await merged()
  const article = await a.answer(source)
  await merge()
  const { id } = a.desk.addPerson('cleo@example.org')
  a.desk.byHand(target.ticketId, { customerId: id })
  a.desk.byHand(source.ticketId, { customerId: id })
  await a.pass(MINUTE_MS)
  expect(a.sent).toMatchObject([{ to: BEN }])
  expect(await a.entry(article)).toMatchObject({ mailed: true })
})
