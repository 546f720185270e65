import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { aRelay } from './taking.ts'

test('what is said on the target after an un-merge is not shown, also where the target is looked at first', async () => {
  const town = await aRelay()
  const [ann, bob] = [await town.request('ann'), await town.request('bob')]
  town.desk.mergeByHand(ann.id, bob.id)
  town.desk.tagByHand(bob.id, 'answer-all')
  await town.round()
  town.time.turn(MINUTE_MS)
  town.desk.addArticle(bob.id, { body: 'To both' })
  town.time.turn(SECOND_MS)
  town.desk.byHand(ann.id, { state: 'open' })
  town.time.turn(SECOND_MS)
  await town.hint(bob.id)
  town.desk.addArticle(bob.id, { body: 'To Bob alone' })
  for (const _ of [1, 2]) await town.round()
  expect(await town.page('bob')).toEqual(['To both', 'To Bob alone'])
  expect(await town.page('ann')).not.toContain('To Bob alone')
  expect((await town.promised()).filter(({ to }) => to === 'ann')).toEqual([])
})

test('where staff made another visitor the customer, the words of the one before are not shown to them', async () => {
  const town = await aRelay()
  const [ann, bob] = [await town.request('ann'), await town.request('bob')]
  await town.round()
  town.time.turn(MINUTE_MS)
  town.desk.mergeByHand(bob.id, ann.id)
  town.desk.byHand(ann.id, { customerId: bob.customerId })
  await town.round()
  town.time.turn(MINUTE_MS)
  for (const [person, body] of [
    [ann, 'Ann on the telephone'],
    [bob, 'Bob on the telephone'],
  ] as const) {
    const { customerId: originById } = person
    town.desk.addArticle(ann.id, { sender: 'Customer', type: 'phone', originById, body })
  }
  for (const _ of [1, 2]) await town.round()
  expect(await town.page('bob')).toEqual(['Bob on the telephone'])
})

test('of a frozen conversation no page shows what is made internal or deleted, and nothing new is shown', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const [stays, flipped, deleted] = ['Stays', 'Made internal', 'Deleted'].map((body) =>
    town.desk.addArticle(ticket.id, { body }),
  )
  await town.round()
  expect(await town.page('ann')).toHaveLength(3)
  await town.db.atomically([town.conversations.change('ann', { frozenAt: town.time.clock() })])
  town.time.turn(HOUR_MS)
  town.desk.flip(flipped?.id ?? 0, true)
  town.desk.removeArticle(deleted?.id ?? 0)
  town.desk.addArticle(ticket.id, { body: 'New' })
  for (const _ of [1, 2]) await town.round()
  expect(await town.page('ann')).toEqual([stays?.body])
  await town.db.atomically([town.conversations.change('ann', { frozenAt: null })])
  town.desk.flip(flipped?.id ?? 0, false)
  await town.hint(ticket.id)
  await town.round()
  expect((await town.page('ann')).toSorted()).toEqual(['Made internal', 'New', 'Stays'])
})
