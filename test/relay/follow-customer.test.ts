import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { MINUTE_MS } from '../../src/clock.ts'
import type { Ticket } from '../../src/desk.ts'
import { Failure } from '../../src/failure.ts'
import { createLog } from '../../src/log.ts'
import { followCustomers, handOver } from '../../src/relay/follow-customer.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { messages as messageRows } from '../../src/store/schema.ts'
import { aJob } from '../support/samples.ts'
import { aRelay } from './taking.ts'

type Town = Awaited<ReturnType<typeof aRelay>>

const CLEO = 'cleo@visitor.example'

/** Ann's ticket, known and quiet. */
async function annsTicket() {
  const town = await aRelay()
  const ticket = await town.request('ann')
  await town.round()
  town.time.turn(MINUTE_MS)
  return { ...town, ticket }
}

/** Staff make Cleo the customer. */
function choose(town: Town & { readonly ticket: Ticket }, email: string | null = CLEO): number {
  const { id } = town.desk.addPerson(CLEO, { email })
  town.desk.byHand(town.ticket.id, { customerId: id })
  return id
}

async function depsOf(town: Town) {
  const { db, log: _, ...stores } = town
  const signer = await createSigner([new Secret('s'.repeat(32))])
  return { ...stores, atomically: db.atomically, signer, log: createLog('silent') }
}

const correcting = (town: Town) =>
  town.db.atomically([
    town.jobs.add(aJob({ id: 'correcting', kind: 'change-customer', conversation: 'ann' })),
  ])

async function corrected(town: Town): Promise<void> {
  const now = town.time.clock()
  await town.jobs.claim('zammad', { now, lease: 'l', leaseMs: MINUTE_MS })
  await town.db.atomically([town.jobs.done({ job: 'correcting', lease: 'l' }, now)])
}

test('what an agent mails to the customer whom staff chose is the visitor’s answer, on the page of that one', async () => {
  const town = await annsTicket()
  const { link } = await town.conversation('ann')
  const id = choose(town)
  const delivery = { status: 'success', tries: 1 } as const
  const email = town.desk.addArticle(town.ticket.id, { type: 'email', to: [CLEO], delivery })
  await town.round()
  expect(await town.entryOf(email)).toMatchObject({ disposition: 'zammad-sent', side: 'desk' })
  expect(await town.page('ann')).toEqual(['An answer'])
  expect(await town.conversation('ann')).toMatchObject({
    recipient: CLEO,
    formerRecipients: ['ann@visitor.example'],
    customerId: id,
    answeredAt: email.createdAt,
  })
  expect(await town.conversations.byLinkHash(link.hash)).toBeNull()
  expect(await town.promised()).toEqual([])
})

test('the same holds where staff correct the address of the customer', async () => {
  const town = await annsTicket()
  town.desk.readdress(town.ticket.customerId, CLEO)
  const delivery = { status: 'success', tries: 1 } as const
  const email = town.desk.addArticle(town.ticket.id, { type: 'email', to: [CLEO], delivery })
  await town.round()
  expect(await town.entryOf(email)).toMatchObject({ disposition: 'zammad-sent' })
  expect(await town.conversation('ann')).toMatchObject({ recipient: CLEO, link: { generation: 2 } })
})

test('an answer that comes with another customer is on no page that the one of before can open', async () => {
  const town = await annsTicket()
  const { link } = await town.conversation('ann')
  choose(town)
  const answer = town.desk.addArticle(town.ticket.id, { body: 'To Cleo' })
  await town.round()
  expect(await town.page('ann')).toEqual(['To Cleo'])
  expect(await town.conversations.byLinkHash(link.hash)).toBeNull()
  expect(await town.promised()).toEqual([{ article: answer.id, to: 'ann' }])
})

test('a handing over is done once: taking again writes nothing', async () => {
  const town = await annsTicket()
  choose(town)
  town.desk.addArticle(town.ticket.id)
  await town.round()
  const before = await town.written()
  for (const _ of [1, 2]) {
    await town.hint(town.ticket.id)
    await town.round()
  }
  expect(await town.written()).toBe(before)
})

test('a notice goes to the customer whom staff chose, also one that waits already', async () => {
  const town = await annsTicket()
  town.desk.byHand(town.ticket.id, { state: 'closed' })
  await town.round()
  choose(town)
  await town.round()
  const closed = await town.db.q.select().from(messageRows).where(eq(messageRows.kind, 'closed'))
  expect(closed).toMatchObject([{ recipient: CLEO, sentAt: null }])
})

test('a customer without an address ends all answers to the one of before; the next one gets them', async () => {
  const town = await annsTicket()
  choose(town, null)
  const answer = town.desk.addArticle(town.ticket.id, { body: 'To whom?' })
  town.desk.byHand(town.ticket.id, { state: 'closed' })
  await town.round()
  expect([await town.page('ann'), await town.promised(), await town.notices()]).toEqual([[], [], []])
  expect(await town.conversation('ann')).toMatchObject({ recipient: 'ann@visitor.example', answeredAt: null })
  const { id } = town.desk.addPerson('dora@visitor.example')
  town.desk.byHand(town.ticket.id, { customerId: id })
  await town.round()
  expect(await town.page('ann')).toEqual(['To whom?'])
  expect(await town.promised()).toEqual([{ article: answer.id, to: 'ann' }])
  expect(await town.conversation('ann')).toMatchObject({ recipient: 'dora@visitor.example' })
})

test('while the visitor’s own correction is on its way, nobody sees what staff say to somebody else', async () => {
  const town = await annsTicket()
  await correcting(town)
  choose(town)
  town.desk.addArticle(town.ticket.id, { body: 'To Cleo' })
  await town.round()
  expect(await town.page('ann')).toEqual([])
  expect(await town.conversation('ann')).toMatchObject({ link: { generation: 1 } })
  await corrected(town)
  await town.hint(town.ticket.id)
  await town.round()
  expect(await town.page('ann')).toEqual(['To Cleo'])
  expect(await town.conversation('ann')).toMatchObject({ recipient: CLEO, link: { generation: 2 } })
})

test('a customer of the address that the visitor has replaced is no choice of staff’s', async () => {
  const town = await annsTicket()
  const link = { hash: 'hash-new', generation: 2, keyId: 'key' }
  await town.db.atomically([town.conversations.relink('ann', 'ann@right.example', link)])
  await correcting(town)
  const again = town.desk.addPerson('other@visitor.example', { email: 'ann@visitor.example' })
  town.desk.byHand(town.ticket.id, { customerId: again.id })
  town.desk.addArticle(town.ticket.id)
  await town.round()
  expect(await town.conversation('ann')).toMatchObject({ recipient: 'ann@right.example', link })
  expect(await town.page('ann')).toEqual(['An answer'])
})

test('a customer whose domain Zammad keeps in letters of its own is handed the conversation once', async () => {
  const town = await annsTicket()
  choose(town, 'cleo@münchen.example')
  for (const _ of ['first', 'second']) {
    town.desk.addArticle(town.ticket.id, { type: 'email', to: ['cleo@münchen.example'] })
    await town.round()
    town.time.turn(MINUTE_MS)
  }
  expect(await town.conversation('ann')).toMatchObject({
    recipient: 'cleo@xn--mnchen-3ya.example',
    link: { generation: 2 },
  })
})

test('staff who chose a wrong customer get back to the one of before', async () => {
  const town = await annsTicket()
  choose(town)
  await town.round()
  town.desk.byHand(town.ticket.id, { customerId: town.ticket.customerId })
  town.time.turn(MINUTE_MS)
  await town.round()
  expect(await town.conversation('ann')).toMatchObject({
    recipient: 'ann@visitor.example',
    formerRecipients: [CLEO],
    link: { generation: 3 },
  })
})

test('a visitor whose accounts were merged stays the visitor, and so do their words', async () => {
  const town = await annsTicket()
  const merged = town.desk.addPerson('other@visitor.example', { email: 'Ann@Visitor.example' })
  town.desk.byHand(town.ticket.id, { customerId: merged.id })
  town.desk.addArticle(town.ticket.id, {
    sender: 'Customer',
    type: 'email',
    createdById: merged.id,
    body: 'By mail',
  })
  await town.round()
  expect(await town.page('ann')).toEqual(['By mail'])
  expect(await town.conversation('ann')).toMatchObject({ customerId: merged.id, link: { generation: 1 } })
})

test('a reading from before our own change of the customer is no choice of staff’s', async () => {
  const town = await annsTicket()
  const stale = town.ticket
  const right = town.desk.addPerson('ann@right.example')
  const link = { hash: 'hash-new', generation: 2, keyId: 'key' }
  await town.db.atomically([
    town.conversations.relink('ann', 'ann@right.example', link),
    town.conversations.change('ann', { customerId: right.id }),
  ])
  town.desk.byHand(stale.id, { customerId: right.id })
  const around = [await town.conversation('ann')]
  const settled = await followCustomers(await depsOf(town), { ticket: stale, around, all: [] })
  expect(settled).toEqual({ around, withheld: new Set() })
  expect(await town.conversation('ann')).toEqual(around[0])
})

test('who changed the link meanwhile goes first: nothing of a handing over happens, the customer included', async () => {
  const town = await annsTicket()
  const seen = await town.conversation('ann')
  const link = { hash: 'hash-new', generation: 2, keyId: 'key' }
  await town.db.atomically([town.conversations.relink('ann', 'ann@right.example', link)])
  const before = await town.conversation('ann')
  const to = { recipient: CLEO, along: { customerId: 999, unreachableAt: null } }
  await expect(handOver(await depsOf(town), seen, to)).rejects.toThrow(Failure)
  expect(await town.conversation('ann')).toEqual(before)
})
