import { expect, test } from 'vitest'
import { MINUTE_MS } from '../../src/clock.ts'
import { linkToken } from '../../src/conversation/link.ts'
import { ANN, answering } from './answering.ts'

test('where staff choose another customer, the answer goes there under a link of its own, and the old link ends', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  const before = await a.now(own.conversation)
  const { id } = a.desk.addPerson('ben@example.org')
  a.desk.byHand(own.ticketId, { customerId: id })
  await a.round()
  const now = await a.now(own.conversation)
  expect(a.sent).toMatchObject([{ to: 'ben@example.org' }])
  expect(now).toMatchObject({ recipient: 'ben@example.org', formerRecipients: [ANN], customerId: id })
  const [old, fresh] = await Promise.all([linkToken(a.signer, before), linkToken(a.signer, now)])
  expect(a.answers()).toMatchObject([{ link: `https://desk.example/c/${fresh}` }])
  expect(fresh).not.toBe(old)
  expect(await a.conversations.byLinkHash(before.link.hash)).toBeNull()
  expect(a.rendered[0]?.headers.messageId).toBe(
    `<answer.${article.id}.${article.createdAt.getTime().toString(36)}.2@desk.example>`,
  )
})

test('where staff correct the customer’s address, the answer goes there', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  a.desk.readdress(own.ticket.customerId, 'ann.lee@new.example')
  await a.round()
  expect(a.sent).toMatchObject([{ to: 'ann.lee@new.example' }])
})

test('an address that changes while the mail server is away gets the answer, and the old one nothing', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  a.mishaps.push('unavailable')
  await a.round()
  a.desk.readdress(own.ticket.customerId, 'ann.lee@new.example')
  await a.pass(MINUTE_MS)
  expect(a.sent).toMatchObject([{ to: 'ann.lee@new.example' }])
  expect(new Set(a.rendered.map(({ headers }) => headers.messageId)).size).toBe(2)
})

test('an answer that has reached the address of before is not sent again', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  await a.round()
  a.desk.readdress(own.ticket.customerId, 'ann.lee@new.example')
  const again = await a.jobRows('send-answer')
  const [row] = again
  if (!row) throw new Error('there is no job')
  await a.db.atomically([
    a.jobs.add({
      id: 'again',
      kind: 'send-answer',
      lane: 'mail',
      conversation: own.conversation,
      serial: row.serial,
      naturalKey: null,
      payload: JSON.parse(row.payload),
      nextAt: a.time.clock(),
      createdAt: a.time.clock(),
    }),
  ])
  await a.round()
  expect(a.sent).toHaveLength(1)
  expect(await a.entry(article)).toMatchObject({ mailed: true })
})

test.for([
  { why: 'is in another case', address: 'Ann.Lee@Example.org', former: [] },
  { why: 'is one that the visitor has replaced', address: 'ann@old.example', former: ['ann@old.example'] },
  { why: 'is the one of the form, which the visitor has replaced', address: 'ann@form.example', former: [] },
])('a customer whose address $why changes nothing', async ({ address, former }) => {
  const a = await answering()
  const own = await a.opened({
    conversation: { recipient: ANN, formerRecipients: former },
    submission: { email: 'ann@form.example' },
  })
  await a.answer(own)
  a.desk.readdress(own.ticket.customerId, address)
  await a.round()
  expect(a.sent).toMatchObject([{ to: ANN }])
  expect(await a.now(own.conversation)).toMatchObject({ link: { generation: 1 } })
})

test('a customer without an address changes nothing', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  const { id } = a.desk.addPerson('nobody@example.org', { email: null })
  a.desk.byHand(own.ticketId, { customerId: id })
  await a.round()
  expect(a.sent).toMatchObject([{ to: ANN }])
})

test('a customer whose address nobody can write to stands still for staff', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  a.desk.readdress(own.ticket.customerId, 'not an address')
  await a.round()
  expect(a.sent).toEqual([])
  expect(await a.jobRows('send-answer')).toMatchObject([{ state: 'parked', reasonCode: 'refused' }])
})

test('a link whose secret is gone ends, and the answer brings a new one', async () => {
  const a = await answering()
  const own = await a.opened()
  const { link } = await a.now(own.conversation)
  const lost = { hash: 'of-a-secret-that-is-gone', generation: link.generation + 1, keyId: 'gone' }
  await a.atomically([a.conversations.relink(own.conversation, ANN, lost)])
  await a.answer(own)
  await a.round()
  expect(a.sent).toMatchObject([{ to: ANN }])
  expect(await a.now(own.conversation)).toMatchObject({ link: { generation: 3 } })
})

test('a customer who changes while the mail server is away is the one who gets it', async () => {
  const a = await answering()
  const ticket = a.desk.addForeign('78001', { customer: { name: 'Cleo', email: 'cleo@example.org' } })
  await a.answer({ ticketId: ticket.id, conversation: null })
  a.mishaps.push('unavailable')
  await a.round()
  a.desk.readdress(ticket.customerId, 'cleo@new.example')
  await a.pass(MINUTE_MS)
  expect(a.sent).toMatchObject([{ to: 'cleo@new.example' }])
})
