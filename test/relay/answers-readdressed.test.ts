import { expect, test } from 'vitest'
import { MINUTE_MS } from '../../src/clock.ts'
import { linkToken, newLink } from '../../src/conversation/link.ts'
import { createLinks } from '../../src/conversation/links.ts'
import { aFollowedTicket } from '../store/records.ts'
import { NOON } from '../support/samples.ts'
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

test('a customer without an address gets nothing, and the one of before neither: staff decide', async () => {
  const a = await answering()
  const own = await a.opened()
  await a.answer(own)
  const { id } = a.desk.addPerson('nobody@example.org', { email: null })
  a.desk.byHand(own.ticketId, { customerId: id })
  await a.round()
  expect(a.sent).toEqual([])
  expect(await a.jobRows('send-answer')).toMatchObject([{ state: 'parked', reasonCode: 'refused' }])
  expect(await a.jobRows('add-note')).toMatchObject([{ conversation: own.conversation }])
})

test('a link that ends while the answer is made, or before it is repeated, is in no mail', async () => {
  const a = await answering()
  const own = await a.opened()
  const links = createLinks({ ...a, linkTo: (token) => `https://desk.example/c/${token}` })
  const { render } = a.mailer
  let isCut = false
  Object.assign(a.mailer, {
    render: async (...parts: Parameters<typeof render>) => {
      const mime = await render(...parts)
      if (!isCut) await links.revoke(await a.now(own.conversation))
      isCut = true
      return mime
    },
  })
  await a.answer(own)
  await a.round()
  expect(a.sent).toEqual([])
  a.mishaps.push('unavailable')
  await a.pass(5 * MINUTE_MS, MINUTE_MS)
  expect(a.rendered).toHaveLength(2)
  expect(a.sent).toHaveLength(1)
  const { link } = await a.now(own.conversation)
  expect(link.generation).toBe(2)
  expect(a.answers().at(-1)?.link).toBe(await links.linkOf(await a.now(own.conversation)))
  expect(a.sent[0]?.text).toContain('rendering 2')
})

test('a correction that lands while the answer is made takes the answer with it', async () => {
  const a = await answering()
  const own = await a.opened()
  const { render } = a.mailer
  let isCorrected = false
  Object.assign(a.mailer, {
    render: async (...parts: Parameters<typeof render>) => {
      const mime = await render(...parts)
      if (!isCorrected) {
        const { kept } = await newLink(a.signer, own.conversation, 'ann@right.example', 2)
        await a.atomically([a.conversations.relink(own.conversation, 'ann@right.example', kept)])
      }
      isCorrected = true
      return mime
    },
  })
  await a.answer(own)
  await a.pass(5 * MINUTE_MS, MINUTE_MS)
  expect(a.sent).toMatchObject([{ to: 'ann@right.example' }])
})

test('no notice leaves while the ticket has another customer than the one who would get it', async () => {
  const a = await answering()
  const own = await a.opened({ conversation: { closedAt: NOON } })
  const { ticketId: id, ticket } = own
  const { number, createdAt } = ticket
  const followed = aFollowedTicket({ id, number, createdAt, customerId: 999 })
  await a.atomically([a.followed.keep(followed)])
  await a.promise(own.conversation, 'closed')
  await a.pass(10 * MINUTE_MS, MINUTE_MS)
  expect(a.sent).toEqual([])
  await a.atomically([a.followed.keep({ ...followed, customerId: ticket.customerId })])
  await a.pass(5 * MINUTE_MS, MINUTE_MS)
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
