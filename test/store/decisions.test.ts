import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { PAGE } from '../../src/outbox/job-store.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createMessages } from '../../src/store/messages.ts'
import {
  conversations as conversationRows,
  jobs as jobRows,
  messages as messageRows,
  submissions as submissionRows,
} from '../../src/store/schema.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { aConversation, aJob, aSubmission, NOON } from '../support/samples.ts'
import { aMessage } from './records.ts'

const CONVERSATION = 'conversation-1'
const NEW = 'ann@new.example'
const OLD_SERIAL = 'customer:ann.lee@example.org'
const NEW_SERIAL = `customer:${NEW}`

const aReceipt = aMessage({
  kind: 'receipt',
  article: null,
  facts: {},
  messageId: '<receipt.submission-1@desk.example>',
})
const aSending = (id: string, message: string) =>
  aJob({ id, kind: 'send-message', lane: 'mail', conversation: CONVERSATION, payload: { message } })

/** A conversation whose ticket `job-1` is to open; `send-1` is to send its receipt, and another mail is not sent either. */
async function open() {
  const { db } = await openPlatform()
  const { q, atomically } = db
  const jobs = createJobs(db)
  const conversations = createConversations(db)
  const messages = createMessages(db)
  const submissions = createSubmissions(db)
  await atomically([
    ...submissions.add(aSubmission(), { key: 'k', keyUntil: after(NOON, HOUR_MS), content: 'c' }, []),
    conversations.add(aConversation()),
    messages.add(aReceipt),
    messages.add({ ...aReceipt, id: 'number-1', kind: 'new-number', messageId: '<number@x>' }),
    jobs.add(aJob({ conversation: CONVERSATION, serial: OLD_SERIAL })),
    jobs.add(aSending('send-1', 'message-1')),
  ])
  const claim = async (lane: 'zammad' | 'mail') => {
    const held = await jobs.claim(lane, { now: NOON, lease: 'lease', leaseMs: MINUTE_MS })
    if (!held) throw new Error('the claim found nothing')
    return held
  }
  const park = async () =>
    atomically([jobs.park(await claim('zammad'), { code: 'refused', reason: 'no', now: NOON })])
  const sendReceipt = async () => {
    const held = await claim('mail')
    await atomically([messages.sent('message-1', NOON, held), jobs.done(held, NOON)])
  }
  const decision = () => [
    conversations.readdress(CONVERSATION, NEW, { hash: 'hash-2', generation: 2, keyId: 'key' }, 'job-1'),
    messages.readdress(CONVERSATION, NEW, 'job-1'),
    messages.addReceipt({ ...aReceipt, id: 'message-2', messageId: '<2@x>', recipient: NEW }, 'job-1'),
    jobs.addReceipt(aSending('send-2', 'message-2'), CONVERSATION, 'job-1'),
    submissions.readdress(aSubmission({ email: NEW, body: 'new' }), CONVERSATION, 'job-1'),
    jobs.reserial(CONVERSATION, { from: OLD_SERIAL, to: NEW_SERIAL }, 'job-1'),
    jobs.retry('job-1', { now: NOON }),
  ]
  const rows = async () => [
    await q.select().from(conversationRows),
    await q.select().from(messageRows),
    await q.select().from(submissionRows),
    await q.select().from(jobRows),
  ]
  return { db, q, jobs, conversations, submissions, atomically, claim, park, sendReceipt, decision, rows }
}

type Opened = Awaited<ReturnType<typeof open>>

test.for<readonly [string, (house: Opened) => Promise<unknown>]>([
  ['waits', async () => undefined],
  ['is under way', (house) => house.claim('zammad')],
  [
    'was just retried',
    async (house) => {
      await house.park()
      await house.atomically([house.jobs.retry('job-1', { now: NOON })])
    },
  ],
  [
    'was discarded',
    async (house) => {
      await house.park()
      await house.atomically([house.jobs.discard('job-1', { reason: 'x', now: NOON })])
    },
  ],
])('a decision on a job that %s changes no row', async ([, before]) => {
  const house = await open()
  await house.sendReceipt()
  await before(house)
  const rows = await house.rows()
  expect(await house.atomically(house.decision())).toEqual([0, 0, 0, 0, 0, 0, 0])
  expect(await house.rows()).toEqual(rows)
})

test('a decision on a parked job corrects all, with a receipt more where the first was sent', async () => {
  const house = await open()
  await house.sendReceipt()
  await house.park()
  expect(await house.atomically(house.decision())).toEqual([1, 1, 1, 1, 1, 1, 1])
  expect(await house.submissions.byId('submission-1')).toMatchObject({ email: NEW, body: 'new' })
  const serials = await house.q.select({ id: jobRows.id, serial: jobRows.serial }).from(jobRows)
  expect(serials).toContainEqual({ id: 'job-1', serial: NEW_SERIAL })
})

test('a receipt that waits to be sent is readdressed, and none is added', async () => {
  const house = await open()
  await house.park()
  expect(await house.atomically(house.decision())).toEqual([1, 2, 0, 0, 1, 1, 1])
})

test('a receipt that is under way may reach the old address, so one more is added', async () => {
  const house = await open()
  await house.claim('mail')
  await house.park()
  expect(await house.atomically(house.decision())).toEqual([1, 2, 1, 1, 1, 1, 1])
})

test('what a ticket was made of stays as it is', async () => {
  const house = await open()
  const ticket = { id: 7, number: '780', createdAt: NOON, unit: 'other', openedAt: NOON, customerId: 7 }
  const held = await house.claim('zammad')
  await house.atomically([
    house.conversations.opened(CONVERSATION, ticket, held),
    house.jobs.park(held, { code: 'refused', reason: 'no', now: NOON }),
  ])
  expect(await house.atomically(house.decision())).toEqual([1, 2, 0, 0, 0, 0, 1])
  expect(await house.submissions.byId('submission-1')).toEqual(aSubmission())
})

test('jobs are listed a page at a time, each once, and any is found by its id', async () => {
  const { jobs, atomically } = await open()
  const ids = Array.from({ length: PAGE }, (_, n) => `many-${String(n).padStart(4, '0')}`)
  await atomically(ids.map((id) => jobs.add(aJob({ id }))))
  const first = await jobs.list(['ready'])
  expect(first).toHaveLength(PAGE)
  const rest = await jobs.list(['ready'], first.at(-1))
  expect([...first, ...rest].map(({ id }) => id)).toEqual(['job-1', ...ids, 'send-1'])
  expect(await jobs.byId('send-1')).toMatchObject({ id: 'send-1', reference: '7801234567890' })
  expect(await jobs.byId('nothing')).toBeNull()
})
