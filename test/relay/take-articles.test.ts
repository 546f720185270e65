import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { foreign } from '../intake/memory-desk.ts'
import { aRelay, UNDO_MS } from './taking.ts'

const SECRET = 'canary-of-an-internal-note'

test('a public answer is on the page at once, and promised by mail once, behind the undo delay', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  await town.round()
  const answer = town.desk.addArticle(ticket.id, { body: 'Try it again now' })
  await town.round()
  expect(await town.page('ann')).toEqual(['Try it again now'])
  expect(await town.promised()).toEqual([{ article: answer.id, to: 'ann' }])
  expect(await town.leaving()).toEqual([after(answer.updatedAt, UNDO_MS)])
  expect(await town.conversation('ann')).toMatchObject({ answeredAt: answer.createdAt })
  expect(await town.entryOf(answer)).toMatchObject({ name: 'Anna Agent', publication: 1, seenBy: 'poll' })
})

test('taking twice writes nothing new', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  town.desk.addArticle(ticket.id, { body: 'One' })
  town.desk.addArticle(ticket.id, { body: SECRET, internal: true })
  town.desk.addArticle(ticket.id, {
    sender: 'Customer',
    createdById: ticket.customerId,
    type: 'email',
    body: 'Two',
  })
  town.desk.addArticle(ticket.id, {
    sender: 'Customer',
    createdById: 77,
    originById: 77,
    type: 'email',
    body: 'Three',
  })
  await town.round()
  const before = await town.written()
  for (const restart of [false, true]) {
    if (restart) town.restart()
    await town.hint(ticket.id)
    await town.round()
    expect(await town.written()).toBe(before)
  }
  expect(await town.page('ann')).toEqual(['One', 'Two'])
})

test('of an internal article no word is kept, nor of one that was public', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const note = town.desk.addArticle(ticket.id, { body: SECRET, internal: true })
  const answer = town.desk.addArticle(ticket.id, { body: `${SECRET} too` })
  await town.round()
  expect(await town.page('ann')).toEqual([`${SECRET} too`])
  town.desk.flip(answer.id, true)
  await town.round()
  expect(await town.written()).not.toContain(SECRET)
  expect(await town.entryOf(note)).toMatchObject({ because: 'internal', side: null, publication: 0 })
  expect(await town.entryOf(answer)).toMatchObject({ because: 'internal', side: null, publication: 1 })
})

test('an answer taken back before its mail ends no wait; given again it is promised again', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const answer = town.desk.addArticle(ticket.id, { body: 'Not yet' })
  await town.round()
  town.desk.flip(answer.id, true)
  await town.round()
  expect(await town.conversation('ann')).toMatchObject({ answeredAt: null })
  expect(await town.notes()).toEqual([])
  town.desk.flip(answer.id, false)
  await town.round()
  expect(await town.promised()).toHaveLength(2)
  expect(await town.page('ann')).toEqual(['Not yet'])
  expect(await town.conversation('ann')).toMatchObject({ answeredAt: answer.createdAt })
})

test('an answer taken back after its mail is noted once, and not mailed again when it is given again', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const answer = town.desk.addArticle(ticket.id)
  await town.round()
  await town.mail(answer, 'ann')
  for (const _ of [1, 2]) {
    town.desk.flip(answer.id, true)
    await town.round()
    expect(await town.page('ann')).toEqual([])
    town.desk.flip(answer.id, false)
    await town.round()
    expect(await town.page('ann')).toEqual(['An answer'])
  }
  expect(await town.promised()).toHaveLength(1)
  expect(await town.notes()).toEqual([
    {
      ticket: ticket.id,
      text: expect.stringMatching(/already e-mailed to the visitor on Saturday 21 November, 13:01/),
    },
  ])
  expect(await town.conversation('ann')).toMatchObject({ answeredAt: answer.createdAt })
})

test('a flip whose trace was lost is found by the sweep after a start', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const answer = town.desk.addArticle(ticket.id)
  await town.round()
  const [row] = town.desk.tickets
  if (!row) throw new Error('the ticket is kept')
  town.desk.flip(answer.id, true)
  const touched = town.desk.tickets.findIndex(({ ticket: { id } }) => id === ticket.id)
  town.desk.tickets[touched] = row
  await town.round()
  expect(await town.page('ann')).toEqual(['An answer'])
  town.restart()
  await town.round()
  expect(await town.page('ann')).toEqual([])
})

test('a deleted answer is on no page, and no word of it is kept', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const one = town.desk.addArticle(ticket.id, { body: 'Deleted in time' })
  const other = town.desk.addArticle(ticket.id, { body: 'Mailed before' })
  await town.round()
  await town.mail(other, 'ann')
  town.desk.removeArticle(one.id)
  town.desk.removeArticle(other.id)
  await town.round()
  expect(await town.page('ann')).toEqual([])
  expect(await town.written()).not.toMatch(/Deleted in time|Mailed before/)
  expect(await town.entryOf(one)).toMatchObject({ disposition: 'not-for-visitor', because: 'deleted' })
  expect(await town.entryOf(other)).toMatchObject({ disposition: 'relay', mailed: true, side: null })
  expect(await town.conversation('ann')).toMatchObject({ answeredAt: other.createdAt })
})

test.for([
  ['Zammad gave up', { status: 'fail', tries: 4 }, 'relay', 1],
  ['Zammad tries again', { status: 'fail', tries: 3 }, 'undecided', 0],
  ['Zammad sent it', { status: 'success', tries: 1 }, 'zammad-sent', 0],
] as const)('an email of an agent: %s', async ([, delivery, disposition, mails]) => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const email = town.desk.addArticle(ticket.id, { type: 'email', to: ['ann@visitor.example'] })
  await town.round()
  expect(await town.promised()).toEqual([])
  town.desk.deliver(email.id, delivery)
  await town.round()
  expect(await town.entryOf(email)).toMatchObject({ disposition })
  expect(await town.promised()).toHaveLength(mails)
  expect(await town.page('ann')).toEqual(['An answer'])
  const answeredAt = disposition === 'undecided' ? null : email.createdAt
  expect(await town.conversation('ann')).toMatchObject({ answeredAt })
})

test('an email to others only is not shown, and ends no wait', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const email = town.desk.addArticle(ticket.id, {
    type: 'email',
    to: ['colleague@elsewhere.example'],
    delivery: { status: 'success', tries: 1 },
  })
  await town.round()
  expect(await town.entryOf(email)).toMatchObject({ because: 'forwarded', side: null, html: '', text: '' })
  expect(await town.page('ann')).toEqual([])
  expect(await town.promised()).toEqual([])
  expect(await town.conversation('ann')).toMatchObject({ answeredAt: null })
})

test('an email to an address that the visitor has replaced is relayed to the present one', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const link = { hash: 'hash-new', generation: 2, keyId: 'key' }
  await town.db.atomically([town.conversations.relink('ann', 'ann@right.example', link)])
  const email = town.desk.addArticle(ticket.id, {
    type: 'email',
    to: ['ann@visitor.example'],
    delivery: { status: 'success', tries: 1 },
  })
  await town.round()
  expect(await town.entryOf(email)).toMatchObject({ disposition: 'relay', because: 'former' })
  expect(await town.promised()).toEqual([{ article: email.id, to: 'ann' }])
})

test('staff are asked once about a mail of Zammad’s that has no end after a quarter of an hour', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const email = town.desk.addArticle(ticket.id, { type: 'email', to: ['ann@visitor.example'] })
  await town.round()
  town.time.turn(14 * MINUTE_MS)
  await town.round()
  expect(await town.alerts()).toEqual([])
  town.time.turn(MINUTE_MS)
  await town.round()
  town.time.turn(2 * HOUR_MS)
  await town.round()
  expect(await town.alerts()).toEqual(['undelivered to first-line@staff.example'])
  expect(await town.entryOf(email)).toMatchObject({ asked: true })
})

test('the end of a mail that moves no time of update is seen in the next round', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const email = town.desk.addArticle(ticket.id, { type: 'email', to: ['ann@visitor.example'] })
  await town.round()
  const [row] = town.desk.tickets
  if (!row) throw new Error('the ticket is kept')
  town.desk.deliver(email.id, { status: 'fail', tries: 4 })
  town.desk.tickets[0] = row
  await town.round()
  expect(await town.promised()).toEqual([{ article: email.id, to: 'ann' }])
})

test('what is said while a ticket is tagged holding is relayed and ends no wait; the next answer does', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  await town.round()
  town.desk.tagByHand(ticket.id, 'holding')
  const first = town.desk.addArticle(ticket.id, { body: 'We look into it' })
  await town.round()
  expect(await town.promised()).toEqual([{ article: first.id, to: 'ann' }])
  expect(await town.conversation('ann')).toMatchObject({ answeredAt: null })
  await town.desk.untag(ticket.id, 'holding')
  await town.round()
  expect(await town.conversation('ann')).toMatchObject({ answeredAt: null })
  const second = town.desk.addArticle(ticket.id, { body: 'It is done' })
  await town.round()
  expect(await town.conversation('ann')).toMatchObject({ answeredAt: second.createdAt })
})

test('the tag revoke-link ends the link once, is taken away, and is noted', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  await town.round()
  town.desk.tagByHand(ticket.id, 'revoke-link')
  await town.round()
  await town.hint(ticket.id)
  await town.round()
  for (const _ of [1, 2]) await town.work()
  await town.round()
  await town.work()
  const { link, recipient } = await town.conversation('ann')
  expect({ generation: link.generation, recipient }).toEqual({
    generation: 2,
    recipient: 'ann@visitor.example',
  })
  expect(link.hash).not.toBe('hash-ann')
  expect(await town.desk.tags(ticket.id)).toEqual([])
  expect(await town.notes()).toEqual([
    { ticket: ticket.id, text: expect.stringMatching(/link to the visitor/) },
  ])
  town.desk.tagByHand(ticket.id, 'revoke-link')
  await town.round()
  await town.work()
  expect((await town.conversation('ann')).link.generation).toBe(3)
})

test('the visitor hears of another team and of the closing, once each; of their own closing they know', async () => {
  const town = await aRelay()
  const ticket = await town.request('ann')
  const other = await town.request('bob')
  await town.round()
  town.desk.byHand(ticket.id, { group: 'Reference nodes' })
  await town.round()
  expect(await town.conversation('ann')).toMatchObject({ unit: 'nodes' })
  town.desk.byHand(ticket.id, { closed: true })
  const solved = {
    id: 'reply-1',
    conversation: 'bob',
    act: 'solved' as const,
    body: '',
    score: null,
    sentAt: town.time.clock(),
    postedAt: null,
  }
  await town.db.atomically(town.replies.add(solved, { key: 'k', content: 'c' }, []))
  town.desk.byHand(other.id, { closed: true })
  for (const _ of [1, 2]) await town.round()
  expect(await town.notices()).toEqual(['moved to ann', 'closed to ann'])
  expect(await town.conversation('bob')).toMatchObject({ closedAt: expect.any(Date) })
  town.desk.byHand(ticket.id, { closed: false })
  await town.round()
  expect(await town.conversation('ann')).toMatchObject({ closedAt: null })
})

test('what an agent’s account says of another instance’s ticket, an alert’s, or an old one’s is nobody’s', async () => {
  const town = await aRelay({ relay: 'all' })
  const before = after(town.time.clock(), -HOUR_MS)
  const old = town.desk.addForeign('78090')
  const kept = town.desk.tickets.find(({ ticket: { id } }) => id === old.id)
  if (kept) Object.assign(kept, { ticket: { ...kept.ticket, createdAt: before } })
  const mark = { instance: 'another', submission: 'another' }
  const others = await town.desk.open({ ...foreign('78091'), mark })
  const alert = town.desk.addForeign('78092', {}, { messageId: '<alert.abc@desk.example>' })
  for (const id of [old.id, alert.id, others.outcome === 'opened' ? others.ticket.id : 0])
    town.desk.addArticle(id)
  await town.round()
  expect(await town.promised()).toEqual([])
})

test('with RELAY=all an answer on a ticket that came from no form goes to its customer, and to nobody without it', async () => {
  for (const [relay, expected] of [
    ['all', 1],
    ['webform', 0],
  ] as const) {
    const town = await aRelay({ relay })
    const ticket = town.desk.addForeign('78001')
    const answer = town.desk.addArticle(ticket.id)
    town.desk.addArticle(ticket.id, { createdById: ticket.customerId, body: 'An agent who asked' })
    town.desk.addArticle(ticket.id, { internal: true })
    for (const _ of [1, 2]) await town.round()
    expect(await town.promised()).toEqual(expected === 1 ? [{ article: answer.id, to: null }] : [])
    // Nobody has a page of it.
    expect(await town.entryOf(answer)).toMatchObject({ html: '', text: '' })
  }
})

test('the team stands for an agent where the owner wants it so', async () => {
  const town = await aRelay({ agentNames: 'team' })
  const ticket = await town.request('ann')
  const answer = town.desk.addArticle(ticket.id)
  const word = town.desk.addArticle(ticket.id, {
    sender: 'Customer',
    type: 'email',
    createdById: ticket.customerId,
    from: 'Ann Lee <ann@visitor.example>',
  })
  await town.round()
  expect(await town.entryOf(answer)).toMatchObject({ name: '' })
  expect(await town.entryOf(word)).toMatchObject({ name: 'Ann Lee', side: 'visitor' })
})

test('how an article came to be known is put down: by a hint, or by looking', async () => {
  const town = await aRelay()
  const [one, other] = [await town.request('ann'), await town.request('bob')]
  await town.round()
  town.time.turn(5 * SECOND_MS)
  const [hinted, found] = [town.desk.addArticle(one.id), town.desk.addArticle(other.id)]
  await town.hint(one.id)
  await town.round()
  expect(await town.entryOf(hinted)).toMatchObject({ seenBy: 'hook' })
  expect(await town.entryOf(found)).toMatchObject({ seenBy: 'poll' })
})
