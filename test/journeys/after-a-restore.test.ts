import { expect, test } from 'vitest'
import { aBoard, ANN, answersTo, aRequest, aTown, BOB, OPS_TOKEN } from './relaying.ts'

test('our store was restored: what was said since the copy waits for staff, and is mailed once they say so', async () => {
  const town = await aTown({ settings: { OPS_TOKEN }, expectedErrors: ['store.restored'] })
  const ann = await aRequest(town)
  const restore = await town.copiesStore()
  await town.agent.writes(ann.id, 'Mailed before the loss')
  await town.passes('10s', '2m')
  expect(await answersTo(town, ANN)).toHaveLength(1)
  // The sign by which it is found: a ticket of ours that the copy does not know.
  await aRequest(town, { email: BOB })
  await town.passes('1m')
  await restore()
  await town.passes('10s', '2m', '2m')
  expect(await answersTo(town, ANN)).toHaveLength(1)
  expect((await ann.page()).text).not.toContain('Mailed before the loss')

  await town.agent.writes(ann.id, 'Said after the restore')
  await town.passes('10s', '2m')
  expect((await answersTo(town, ANN)).map(({ text }) => text).at(-1)).toContain('Said after the restore')
  expect(await answersTo(town, ANN)).toHaveLength(2)

  const board = await aBoard(town)
  expect(await board.page()).toContain(ann.number)
  await board.presses(/\/ops\/articles\/\d+\/\d+\/send/)
  await town.passes('10s', '2m', '2m')
  const mails = await answersTo(town, ANN)
  expect(mails).toHaveLength(3)
  expect(mails[2]?.text).toContain('Mailed before the loss')
  expect((await ann.page()).text).toContain('Mailed before the loss')
})

test('Zammad was restored: a conversation whose ticket is another one now stands still, and staff hear once', async () => {
  const town = await aTown({
    expectedErrors: ['ticket.frozen', 'ticket.of-another-birth', 'answer.of-another-birth'],
  })
  const restore = town.copiesZammad()
  const ann = await aRequest(town)
  await town.agent.writes(ann.id, 'Before the restore')
  await town.passes('10s', '2m')
  expect(await answersTo(town, ANN)).toHaveLength(1)
  restore()
  await town.passes('1m')
  // The next ticket gets the id that Ann's had.
  await town.agent.calls('POST', '/tickets', {
    title: 'Somebody else',
    group: 'Catalogue',
    customer: 'nicole.braun@zammad.org',
    article: { type: 'phone', sender: 'Customer', body: 'marker-of-nicole' },
  })
  await town.agent.writes(ann.id, 'marker-of-the-answer-to-nicole')
  await town.passes('10s', '2m', '2m', '2h')
  const page = await ann.page()
  expect(page.text).toContain('We are checking our records')
  expect(page.text).toContain('Before the restore')
  expect(page.html).not.toContain('marker')
  expect(await answersTo(town, ANN)).toHaveLength(1)
  expect((await town.mails()).map(({ raw }) => raw).join()).not.toContain('marker')
  const alerts = (await town.mails()).filter(({ to }) => to.includes('first-line@example.org'))
  expect(alerts).toHaveLength(1)
})
