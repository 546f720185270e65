import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { aRelay, UNDO_MS } from './taking.ts'

/** Two visitors, each with an answer of their own, before anybody merges anything. */
async function twoVisitors() {
  const town = await aRelay()
  const [ann, bob] = [await town.request('ann'), await town.request('bob')]
  town.desk.addArticle(ann.id, { body: 'To Ann' })
  town.desk.addArticle(bob.id, { body: 'To Bob' })
  await town.round()
  town.time.turn(MINUTE_MS)
  return { ...town, ann, bob }
}

test('two visitors whose tickets were merged keep their own, and see nothing of one another', async () => {
  const town = await twoVisitors()
  town.desk.mergeByHand(town.ann.id, town.bob.id)
  await town.round()
  town.time.turn(SECOND_MS)
  const later = town.desk.addArticle(town.bob.id, { body: 'To Bob alone' })
  town.desk.addArticle(town.bob.id, {
    sender: 'Customer',
    createdById: town.bob.customerId,
    type: 'email',
    body: 'Bob’s word',
  })
  for (const _ of [1, 2]) await town.round()
  expect(await town.page('ann')).toEqual(['To Ann'])
  expect(await town.page('bob')).toEqual(['To Bob', 'To Bob alone', 'Bob’s word'])
  expect(await town.promised()).toContainEqual({ article: later.id, to: 'bob' })
  expect(await town.promised()).toHaveLength(3)
  expect(await town.conversation('ann')).toMatchObject({ mergedInto: town.bob.id, closedAt: null })
  expect(await town.notices()).toEqual(['merged to ann'])
  expect(await town.notes()).toEqual([
    {
      ticket: town.bob.id,
      text: expect.stringMatching(/will not see answers.*answer-all: also those given since the merge/),
    },
  ])
})

test('with all hooks lost the same is found later, also what was said on the source seconds before the merge', async () => {
  const town = await aRelay()
  const [ann, bob] = [await town.request('ann'), await town.request('bob')]
  await town.round()
  town.time.turn(MINUTE_MS)
  const toAnn = town.desk.addArticle(ann.id, { body: 'To Ann, seconds before' })
  town.desk.mergeByHand(ann.id, bob.id)
  town.time.turn(SECOND_MS)
  const toBob = town.desk.addArticle(bob.id, { body: 'To Bob, after' })
  for (const _ of [1, 2, 3]) await town.round()
  expect(await town.page('ann')).toEqual(['To Ann, seconds before'])
  expect(await town.page('bob')).toEqual(['To Bob, after'])
  expect((await town.promised()).toSorted((a, b) => a.article - b.article)).toEqual([
    { article: toAnn.id, to: 'ann' },
    { article: toBob.id, to: 'bob' },
  ])
  expect(await town.conversation('ann')).toMatchObject({ answeredAt: toAnn.createdAt })
})

test('where the target is looked at first, what came with the merge is nobody’s until its ticket was found', async () => {
  const town = await aRelay()
  const [ann, bob] = [await town.request('ann'), await town.request('bob')]
  await town.round()
  const toAnn = town.desk.addArticle(ann.id, { body: 'To Ann' })
  town.desk.mergeByHand(ann.id, bob.id)
  town.desk.hidden.add(ann.id)
  await town.hint(bob.id)
  await town.round()
  expect(await town.page('bob')).toEqual([])
  expect(await town.entryOf(toAnn)).toMatchObject({ because: 'elsewhere', side: null, text: '' })
  town.desk.hidden.delete(ann.id)
  await town.hint(ann.id)
  await town.round()
  expect(await town.page('ann')).toEqual(['To Ann'])
  expect(await town.page('bob')).toEqual([])
  expect(await town.promised()).toEqual([{ article: toAnn.id, to: 'ann' }])
})

test('an internal note of the source that is made public on the target is the source’s visitor’s alone', async () => {
  const town = await twoVisitors()
  const note = town.desk.addArticle(town.ann.id, { internal: true, body: 'For Ann one day' })
  await town.round()
  town.desk.mergeByHand(town.ann.id, town.bob.id)
  await town.round()
  town.desk.flip(note.id, false)
  await town.round()
  expect(await town.page('ann')).toEqual(['To Ann', 'For Ann one day'])
  expect(await town.page('bob')).toEqual(['To Bob'])
  expect(await town.promised()).toContainEqual({ article: note.id, to: 'ann' })
})

test('an answer of the source’s that is made internal on the target leaves the page', async () => {
  const town = await aRelay()
  const [ann, bob] = [await town.request('ann'), await town.request('bob')]
  const answer = town.desk.addArticle(ann.id)
  await town.round()
  town.desk.mergeByHand(ann.id, bob.id)
  await town.round()
  town.desk.flip(answer.id, true)
  await town.round()
  expect(await town.page('ann')).toEqual([])
})

test('one visitor with both requests sees what is said later on both pages, and gets one mail', async () => {
  const town = await aRelay()
  const [first, second] = [await town.request('ann'), await town.request('bob')]
  const own = town.desk.addArticle(second.id, { body: 'Said before' })
  await town.round()
  town.desk.byHand(second.id, { customerId: first.customerId })
  await town.db.atomically([town.conversations.change('bob', { customerId: first.customerId })])
  town.time.turn(MINUTE_MS)
  town.desk.mergeByHand(first.id, second.id)
  await town.round()
  town.time.turn(SECOND_MS)
  const later = town.desk.addArticle(second.id, { body: 'Said later' })
  await town.round()
  expect(await town.page('ann')).toEqual(['Said later'])
  expect(await town.page('bob')).toEqual(['Said before', 'Said later'])
  expect(await town.promised()).toEqual([
    { article: own.id, to: 'bob' },
    { article: later.id, to: 'bob' },
  ])
  expect(await town.notices()).toEqual(['merged to ann'])
  expect(await town.notes()).toEqual([])
})

test('a request merged into a ticket of the same customer that came from no form goes on there by mail', async () => {
  const town = await aRelay()
  const request = await town.request('ann')
  const target = town.desk.addForeign('78001', { customer: { name: 'ann', email: 'ann@visitor.example' } })
  town.desk.addArticle(target.id, { body: 'Said there before' })
  await town.round()
  town.time.turn(MINUTE_MS)
  town.desk.mergeByHand(request.id, target.id)
  await town.round()
  town.time.turn(SECOND_MS)
  const answer = town.desk.addArticle(target.id, { body: 'Said there later' })
  await town.round()
  expect(await town.page('ann')).toEqual(['Said there later'])
  expect(await town.promised()).toEqual([{ article: answer.id, to: 'ann' }])
})

test('staff let a visitor in by the tag answer-all: to what is answered after the merge, and to no other’s words', async () => {
  const town = await twoVisitors()
  town.desk.mergeByHand(town.ann.id, town.bob.id)
  await town.round()
  town.time.turn(SECOND_MS)
  const between = town.desk.addArticle(town.bob.id, { body: 'To all' })
  await town.round()
  expect(await town.page('ann')).toEqual(['To Ann'])
  town.desk.tagByHand(town.bob.id, 'answer-all')
  await town.round()
  town.desk.addArticle(town.bob.id, {
    sender: 'Customer',
    createdById: town.bob.customerId,
    body: 'Bob’s word',
  })
  const after = town.desk.addArticle(town.bob.id, { body: 'To all again' })
  for (const _ of [1, 2]) await town.round()
  expect(await town.page('ann')).toEqual(['To Ann', 'To all', 'To all again'])
  const promised = await town.promised()
  for (const article of [between.id, after.id]) {
    for (const to of ['ann', 'bob']) {
      expect(promised.filter((one) => one.article === article && one.to === to)).toHaveLength(1)
    }
  }
})

test('merges of merges: each visitor keeps what was born on their own ticket', async () => {
  const town = await twoVisitors()
  const eve = await town.request('eve')
  await town.round()
  town.desk.mergeByHand(town.ann.id, town.bob.id)
  await town.round()
  town.desk.mergeByHand(town.bob.id, eve.id)
  town.time.turn(SECOND_MS)
  town.desk.addArticle(eve.id, { body: 'To Eve' })
  for (const _ of [1, 2]) await town.round()
  expect(await town.page('ann')).toEqual(['To Ann'])
  expect(await town.page('bob')).toEqual(['To Bob'])
  expect(await town.page('eve')).toEqual(['To Eve'])
  for (const name of ['ann', 'bob']) {
    expect(await town.conversation(name)).toMatchObject({ mergedInto: eve.id })
  }
  expect((await town.notices()).toSorted()).toEqual(['merged to ann', 'merged to bob'])
  expect((await town.notes()).map(({ ticket }) => ticket).toSorted()).toEqual(
    [town.bob.id, eve.id, eve.id].toSorted(),
  )
})

test('a ticket that is merged no more is its visitor’s again, and the other one theirs no longer', async () => {
  const town = await twoVisitors()
  town.desk.mergeByHand(town.ann.id, town.bob.id)
  await town.round()
  town.desk.byHand(town.ann.id, { state: 'open' })
  await town.round()
  expect(await town.conversation('ann')).toMatchObject({ mergedInto: null })
  town.desk.tagByHand(town.bob.id, 'answer-all')
  town.time.turn(SECOND_MS)
  town.desk.addArticle(town.bob.id, { body: 'To Bob again' })
  town.desk.addArticle(town.ann.id, { body: 'To Ann again' })
  for (const _ of [1, 2]) await town.round()
  expect(await town.page('ann')).toEqual(['To Ann', 'To Ann again'])
  expect(await town.page('bob')).toEqual(['To Bob', 'To Bob again'])
})

test('a merge into a ticket from before the start line: what is said there is not for the visitor', async () => {
  const town = await aRelay()
  const old = town.desk.addForeign('78001', { customer: { name: 'ann', email: 'ann@visitor.example' } })
  const [kept] = town.desk.tickets
  if (!kept) throw new Error('the ticket is kept')
  const createdAt = new Date('2026-11-01T00:00:00Z')
  town.desk.tickets[0] = { ...kept, ticket: { ...kept.ticket, createdAt } }
  const request = await town.request('ann')
  const answer = town.desk.addArticle(request.id, { body: 'To Ann' })
  const hidden = town.desk.addArticle(request.id, { body: 'To Ann, and taken back there' })
  await town.round()
  town.desk.mergeByHand(request.id, old.id)
  for (const _ of [1, 2]) await town.round()
  town.time.turn(SECOND_MS)
  town.desk.addArticle(old.id, { body: 'Said there' })
  town.desk.flip(hidden.id, true)
  await town.round()
  expect(await town.page('ann')).toEqual(['To Ann'])
  expect((await town.promised()).map(({ article }) => article)).toEqual([answer.id, hidden.id])
  expect(await town.conversation('ann')).toMatchObject({
    mergedInto: old.id,
    frozenAt: null,
    closedAt: expect.any(Date),
  })
  expect(await town.notices()).toEqual(['merged to ann'])
  expect((await town.followed.byIds([old.id])).size).toBe(0)
})

test('taking merged tickets again writes nothing new', async () => {
  const town = await twoVisitors()
  town.desk.mergeByHand(town.ann.id, town.bob.id)
  town.desk.tagByHand(town.bob.id, 'answer-all')
  town.time.turn(SECOND_MS)
  town.desk.addArticle(town.bob.id, { body: 'To all' })
  for (const _ of [1, 2]) await town.round()
  const before = await town.written()
  town.restart()
  await town.hint(town.ann.id)
  await town.hint(town.bob.id)
  await town.round()
  expect(await town.written()).toBe(before)
})

/** Ann's request, merged into Bob's and let in to what was said there since. */
async function letIn() {
  const town = await twoVisitors()
  town.desk.mergeByHand(town.ann.id, town.bob.id)
  await town.round()
  town.time.turn(SECOND_MS)
  const said = town.desk.addArticle(town.bob.id, { body: 'To all' })
  await town.round()
  town.time.turn(HOUR_MS)
  town.desk.tagByHand(town.bob.id, 'answer-all')
  await town.round()
  const jobsToAnn = async () =>
    (await town.promised()).filter(({ article, to }) => article === said.id && to === 'ann').length
  return { ...town, said, jobsToAnn }
}

test('whom staff let in gets what was said before only after the undo delay', async () => {
  const town = await letIn()
  expect(await town.page('ann')).toEqual(['To Ann', 'To all'])
  expect((await town.leaving()).at(-1)).toEqual(after(town.time.clock(), UNDO_MS))
})

test('staff who take the tag away take back what was not mailed yet; tagged again, it is promised again', async () => {
  const town = await letIn()
  expect(await town.conversation('ann')).toMatchObject({ answeredAt: expect.any(Date) })
  await town.desk.untag(town.bob.id, 'answer-all')
  for (const _ of [1, 2]) await town.round()
  expect(await town.page('ann')).toEqual(['To Ann'])
  expect(await town.page('bob')).toEqual(['To Bob', 'To all'])
  expect(await town.jobsToAnn()).toBe(1)
  town.desk.tagByHand(town.bob.id, 'answer-all')
  for (const _ of [1, 2]) await town.round()
  expect(await town.page('ann')).toEqual(['To Ann', 'To all'])
  expect(await town.jobsToAnn()).toBe(2)
})

test.for([
  ['waits again where the first answer is taken back', 'bob'],
  ['was answered by what they have by mail', 'ann'],
] as const)('who was let in %s', async ([, mailed]) => {
  const town = await aRelay()
  const [ann, bob] = [await town.request('ann'), await town.request('bob')]
  await town.round()
  town.desk.mergeByHand(ann.id, bob.id)
  town.desk.tagByHand(bob.id, 'answer-all')
  town.time.turn(SECOND_MS)
  const said = town.desk.addArticle(bob.id)
  for (const _ of [1, 2]) await town.round()
  await town.mail(said, mailed)
  expect(await town.conversation('ann')).toMatchObject({ answeredAt: said.createdAt })
  await town.desk.untag(bob.id, 'answer-all')
  await town.round()
  const answeredAt = mailed === 'ann' ? said.createdAt : null
  expect(await town.conversation('ann')).toMatchObject({ answeredAt })
  expect(await town.conversation('bob')).toMatchObject({ answeredAt: said.createdAt })
})

test('what somebody has by mail stays on their page without the tag', async () => {
  const town = await letIn()
  await town.mail(town.said, 'ann')
  await town.desk.untag(town.bob.id, 'answer-all')
  await town.round()
  expect(await town.page('ann')).toEqual(['To Ann', 'To all'])
})

test('who may not be a reader only because their own ticket is out of sight keeps the page', async () => {
  const town = await letIn()
  town.desk.hidden.add(town.ann.id)
  await town.hint(town.bob.id)
  await town.round()
  expect(await town.page('ann')).toEqual(['To Ann', 'To all'])
})

test('a ticket that is merged no more has nothing of the other one’s that was not mailed', async () => {
  const town = await letIn()
  const hidden = town.desk.addArticle(town.bob.id, { body: 'Shown and hidden' })
  await town.round()
  town.desk.flip(hidden.id, true)
  await town.round()
  town.desk.byHand(town.ann.id, { state: 'open' })
  await town.hint(town.ann.id)
  await town.round()
  town.desk.flip(hidden.id, false)
  for (const _ of [1, 2]) await town.round()
  expect(await town.page('ann')).toEqual(['To Ann'])
})

test('an answer that was taken back and given again goes to the reader who has it not by mail, and to no other', async () => {
  const town = await letIn()
  await town.mail(town.said, 'bob')
  const before = await town.promised()
  for (const internal of [true, false]) {
    town.desk.flip(town.said.id, internal)
    await town.round()
  }
  expect((await town.promised()).slice(before.length)).toEqual([{ article: town.said.id, to: 'ann' }])
})
