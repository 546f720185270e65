import { eq, like } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { createReckoner } from '../../src/clocks/reckoned.ts'
import { linkHash, linkToken } from '../../src/conversation/link.ts'
import { createViews } from '../../src/conversation/view.ts'
import { noteJob } from '../../src/intake/add-note.ts'
import { PAGE } from '../../src/outbox/job-store.ts'
import { jobs as jobRows } from '../../src/store/schema.ts'
import { aJob, NOON } from '../support/samples.ts'
import { aSending } from './sending.ts'
import { anOpenTalk, aTalk } from './talking.ts'

const OLD = 'ann.lee@example.org'
const NEW = 'ann@new.example'

async function aParked() {
  const sending = await aSending()
  sending.mishaps.push('refused')
  await sending.round()
  return sending
}

test('what stands still is listed with its reason and the visitor’s reference', async () => {
  const sending = await aParked()
  expect(await sending.decisions.list(['parked'])).toMatchObject([
    {
      id: 'job-1',
      kind: 'send-message',
      state: 'parked',
      code: 'refused',
      reason: 'the mail failed: refused',
      reference: '7801234567890',
    },
  ])
  expect(await sending.decisions.list(['ready', 'done'])).toEqual([])
})

test('a retry goes at once', async () => {
  const sending = await aParked()
  expect(await sending.decisions.retry('job-1', {})).toBe('done')
  await sending.round()
  expect(sending.sent).toHaveLength(1)
})

test('a corrected address gets a mail and a link of its own, and the old link ends', async () => {
  const sending = await aParked()
  expect(await sending.decisions.retry('job-1', { address: 'Ann@Other.example' })).toBe('done')
  await sending.round()
  expect(sending.sent).toMatchObject([{ to: expect.stringMatching(/^ann@other\.example$/i) }])
  const conversation = await sending.conversations.byId('conversation-1')
  if (!conversation) throw new Error('the conversation is gone')
  const token = await linkToken(sending.signer, conversation)
  expect(conversation.link.generation).toBe(2)
  expect(sending.rendered.at(-1)?.message).toMatchObject({ link: `https://desk.example/c/${token}` })
  expect(await sending.conversations.byLinkHash(await linkHash(sending.token))).toBeNull()
  expect(await sending.submissions.byId('submission-1')).toMatchObject({ email: conversation.recipient })
})

/** A sent receipt, and a job of the conversation's ticket that stands still. */
async function aParkedTicket(ticket: { readonly id: number } | null) {
  const sending = await aSending({
    submission: { body: `Who?\nann.lee@example.org.uk\n\nEmail:\n${OLD}\n\nLanguage:\nEnglish` },
  })
  const { jobs, conversations, db } = sending
  await sending.round()
  const serial = `customer:${OLD}`
  await db.atomically([jobs.add(aJob({ id: 'open-1', conversation: 'conversation-1', serial }))])
  const held = await jobs.claim('zammad', { now: NOON, lease: 'lease', leaseMs: MINUTE_MS })
  if (!held) throw new Error('no job to park')
  const opened = ticket && {
    ...ticket,
    number: '780',
    createdAt: NOON,
    unit: 'other',
    openedAt: NOON,
    customerId: 9,
  }
  await db.atomically([
    ...(opened ? [conversations.opened('conversation-1', opened, held)] : []),
    jobs.park(held, { code: 'refused', reason: 'no', now: NOON }),
  ])
  return sending
}

test.for([
  ['before there is a ticket', null],
  ['when there is a ticket', { id: 7 }],
] as const)(
  '%s, a corrected address gets a receipt of its own though the first was sent',
  async ([, ticket]) => {
    const sending = await aParkedTicket(ticket)
    expect(await sending.decisions.retry('open-1', { address: NEW })).toBe('done')
    await sending.round()
    // The ticket's customer is corrected before any other mail leaves.
    const changes = await sending.db.q.select().from(jobRows).where(eq(jobRows.kind, 'change-customer'))
    expect(changes.map(({ state }) => state)).toEqual(ticket ? ['ready'] : [])
    expect(sending.sent.map(({ to }) => to)).toEqual([OLD, NEW])
    const conversation = await sending.conversations.byId('conversation-1')
    if (!conversation) throw new Error('the conversation is gone')
    expect(sending.rendered.at(-1)).toMatchObject({
      message: {
        kind: 'receipt',
        link: `https://desk.example/c/${await linkToken(sending.signer, conversation)}`,
      },
      headers: { messageId: '<receipt.submission-1.2@desk.example>', to: NEW },
    })
    await sending.round()
    expect(sending.sent).toHaveLength(2)
  },
)

test('while there is no ticket, the corrected address is in all that it will be made of', async () => {
  const sending = await aParkedTicket(null)
  await sending.decisions.retry('open-1', { address: 'Ann@new.example' })
  expect(await sending.submissions.byId('submission-1')).toMatchObject({
    email: 'Ann@new.example',
    answers: { what: 'It stops at 63 %', email: 'Ann@new.example' },
    body: 'Who?\nann.lee@example.org.uk\n\nEmail:\nAnn@new.example\n\nLanguage:\nEnglish',
  })
  const rows = await sending.db.q.select().from(jobRows).where(eq(jobRows.id, 'open-1'))
  expect(rows).toMatchObject([{ state: 'ready', serial: `customer:${NEW}` }])
})

test('a parked job is decided on, however many stand before it', async () => {
  const sending = await aParkedTicket(null)
  const { jobs, db, decisions } = sending
  const earlier = after(NOON, -MINUTE_MS)
  const many = Array.from({ length: PAGE }, (_, n) => aJob({ id: `many-${n}`, createdAt: earlier }))
  await db.atomically(many.map((job) => jobs.add(job)))
  await db.q.update(jobRows).set({ state: 'parked' }).where(like(jobRows.id, 'many-%'))
  expect(await decisions.count(['parked'])).toBe(PAGE + 1)
  expect(await decisions.list(['parked'])).toHaveLength(PAGE)
  expect((await decisions.listAll(['parked'])).at(-1)).toMatchObject({ id: 'open-1' })
  expect(await decisions.retry('open-1', {})).toBe('done')
})

test('a discarded job is never run, and keeps the reason', async () => {
  const sending = await aParked()
  expect(await sending.decisions.discard('job-1', 'asked by phone')).toBe('done')
  await sending.round()
  expect(sending.sent).toEqual([])
  expect(await sending.job()).toMatchObject({
    state: 'discarded',
    reason: 'asked by phone',
    settledAt: NOON.getTime(),
  })
})

test.for([
  ['an unknown unit', 'unknown-unit', { unit: 'nobody' }],
  ['no address', 'bad-address', { address: 'not an address' }],
  ['two addresses', 'bad-address', { address: 'a@b.example, c@d.example' }],
] as const)('%s changes nothing', async ([, decided, change]) => {
  const sending = await aParked()
  expect(await sending.decisions.retry('job-1', change)).toBe(decided)
  expect(await sending.job()).toMatchObject({ state: 'parked' })
  expect(await sending.conversations.byId('conversation-1')).toMatchObject({
    recipient: sending.address,
    link: { generation: 1 },
  })
})

test('what is not parked is nobody’s to decide', async () => {
  const sending = await aSending()
  expect(await sending.decisions.retry('job-1', {})).toBe('not-parked')
  expect(await sending.decisions.discard('job-1', 'why not')).toBe('not-parked')
  expect(await sending.decisions.discard('nothing', 'why not')).toBe('not-parked')
  expect(await sending.job()).toMatchObject({ state: 'ready' })
})

/** A request of which staff have given up to open the ticket an hour after it came. */
async function aGivenUp() {
  const talk = await aTalk()
  talk.desk.mishaps.push('told-why')
  await talk.settle(MINUTE_MS)
  const [parked] = await talk.jobs.list(['parked'])
  if (!parked) throw new Error('the opening stands still')
  talk.time.turn(HOUR_MS)
  const views = createViews({
    ...talk,
    reckoner: createReckoner({ ...talk, relay: 'webform' }),
    clock: talk.time.clock,
  })
  const page = async () => views.of(await talk.conversation())
  return { ...talk, parked: parked.id, page, reckoner: createReckoner({ ...talk, relay: 'webform' }) }
}

const OF_FORM = { conversation: 'conversation-1', ticketId: null } as const

test('until staff give its ticket up, a request waits', async () => {
  const talk = await aGivenUp()
  expect(await talk.page()).toMatchObject({
    status: 'received',
    can: { reply: true },
    dueAt: expect.any(Date),
  })
  expect((await talk.reckoner.of(OF_FORM))?.reckoning.running).toMatchObject({ outcome: 'running' })
})

test('a request whose ticket staff give up waits for nobody, and its page says so', async () => {
  const talk = await aGivenUp()
  const at = talk.time.clock()
  expect(await talk.decisions.discard(talk.parked, 'asked by phone')).toBe('done')
  expect(await talk.records.due(at, 9)).toMatchObject([{ id: 'c:conversation-1' }])
  talk.time.turn(HOUR_MS)
  const { running, clocks, isOpen } = (await talk.reckoner.of(OF_FORM))?.reckoning ?? {}
  expect({ running, isOpen }).toEqual({ running: null, isOpen: false })
  expect(clocks).toMatchObject([{ key: 'request', outcome: 'gone', endedAt: at }])
  expect(await talk.page()).toMatchObject({ status: 'gone', can: { reply: false }, dueAt: null })
})

test('what a visitor wrote before its ticket was given up is left to staff, and a note to nobody', async () => {
  const talk = await aGivenUp()
  await talk.say('Are you there?')
  const now = talk.time.clock()
  const note = { ticket: null, conversation: 'conversation-1', naturalKey: 'note', lines: ['A note'] }
  await talk.db.atomically([talk.jobs.add(noteJob(note, now, talk.random))])
  await talk.settle(MINUTE_MS)
  expect(await talk.states('post-reply')).toEqual(['ready'])
  await talk.decisions.discard(talk.parked, 'asked by phone')
  await talk.settle(HOUR_MS)
  expect(await talk.jobs.list(['parked'])).toMatchObject([
    {
      kind: 'post-reply',
      reason: 'no ticket was opened for the request: tell the visitor, then discard this',
    },
  ])
  expect(await talk.states('add-note')).toEqual(['done'])
})

test('what was discarded is never tried again, and what is not parked ends no request', async () => {
  const talk = await aGivenUp()
  await talk.decisions.discard(talk.parked, 'asked by phone')
  expect(await talk.decisions.retry(talk.parked, {})).toBe('not-parked')
  const opened = await anOpenTalk()
  const [done] = await opened.jobs.list(['done'])
  expect(await opened.decisions.discard(done?.id ?? '', 'a mistake')).toBe('not-parked')
  expect(await opened.conversation()).toMatchObject({ closedAt: null })
})
