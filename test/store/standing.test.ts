import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createMessages } from '../../src/store/messages.ts'
import { createReplies } from '../../src/store/replies.ts'
import {
  attachments,
  conversations as conversationRows,
  jobs as jobRows,
  messages as messageRows,
  replies as replyRows,
  replyFiles,
  submissions as submissionRows,
} from '../../src/store/schema.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import type { Held } from '../../src/writes.ts'
import { aConversation, aJob, aSubmission, NOON } from '../support/samples.ts'
import { aMessage } from './records.ts'

const CONVERSATION = 'conversation-1'
const NEW = 'ann@new.example'
const OLD_SERIAL = 'customer:ann.lee@example.org'
const KEY = { key: 'k', keyUntil: after(NOON, HOUR_MS), content: 'c' }
const LINK = { hash: 'hash-2', generation: 2, keyId: 'key' }
const FILE = { id: 'file-1', name: 'a.txt', type: 'text/plain', size: 1, sha256: 'x', storedAs: 'stored' }

/** A conversation whose ticket `open-1` is to open. */
async function open() {
  const { db } = await openPlatform()
  const jobs = createJobs(db)
  const conversations = createConversations(db)
  const messages = createMessages(db)
  const submissions = createSubmissions(db)
  const replies = createReplies(db)
  await db.atomically([
    ...submissions.add(aSubmission(), KEY, []),
    conversations.add(aConversation()),
    messages.add(aMessage({ id: 'message-1', kind: 'receipt', recipient: 'ann.lee@example.org' })),
    jobs.add(aJob({ id: 'open-1', conversation: CONVERSATION, serial: OLD_SERIAL })),
  ])
  const claim = async (now = NOON): Promise<Held> => {
    const held = await jobs.claim('zammad', { now, lease: `lease ${now.getTime()}`, leaseMs: MINUTE_MS })
    if (!held) throw new Error('the claim found nothing')
    return held
  }
  const rows = async () => {
    const tables = [
      conversationRows,
      messageRows,
      submissionRows,
      attachments,
      jobRows,
      replyRows,
      replyFiles,
    ] as const
    return Promise.all(tables.map((table) => db.q.select().from(table)))
  }
  /** What a visitor's correction of the address writes, resting on a link of that generation. */
  const correction = (generation: number) => {
    const standing = { conversation: CONVERSATION, generation }
    const receipt = aMessage({ id: 'message-2', messageId: '<2@x>', kind: 'receipt', recipient: NEW })
    const sending = aJob({ id: 'send-2', kind: 'send-message', lane: 'mail', conversation: CONVERSATION })
    const change = aJob({
      id: 'change-1',
      kind: 'change-customer',
      conversation: CONVERSATION,
      naturalKey: 'once',
    })
    return [
      messages.readdress(CONVERSATION, NEW, standing),
      messages.addReceipt(receipt, standing),
      jobs.addReceipt({ ...sending, payload: { message: 'message-2' } }, CONVERSATION, standing),
      jobs.addCustomerChange(change, CONVERSATION, standing),
      submissions.readdress(aSubmission({ email: NEW, body: 'new' }), CONVERSATION, standing),
      jobs.reserial(CONVERSATION, { from: OLD_SERIAL, to: `customer:${NEW}` }, standing),
      conversations.relink(CONVERSATION, NEW, { ...LINK, generation: generation + 1 }),
    ]
  }
  return { db, jobs, conversations, messages, submissions, replies, claim, rows, correction }
}

test('a correction that rests on a link which has ended changes no row', async () => {
  const { db, correction, rows } = await open()
  await db.atomically(correction(1))
  const before = await rows()
  expect(await db.atomically(correction(1))).toEqual([0, 0, 0, 0, 0, 0, 0])
  expect(await rows()).toEqual(before)
})

test('a correction that rests on the present link is whole: address, receipt, submission, serial, link', async () => {
  const { db, correction, conversations, submissions } = await open()
  expect(await db.atomically(correction(1))).toEqual([1, 1, 1, 0, 1, 1, 1])
  expect(await conversations.byId(CONVERSATION)).toMatchObject({ recipient: NEW, link: LINK })
  expect(await submissions.byId('submission-1')).toMatchObject({ email: NEW, body: 'new' })
})

type House = Awaited<ReturnType<typeof open>>

const unknown = (now: Date) =>
  ({
    state: 'unknown',
    nextAt: now,
    payload: {},
    counts: true,
    endedAt: now,
    code: 'uncertain',
    reason: 'cut',
  }) as const

test.for<readonly [string, number, (house: House) => Promise<unknown>]>([
  ['is not corrected before anybody tried to open a ticket', 0, async () => undefined],
  ['is corrected while the ticket is being opened', 1, (house) => house.claim()],
  [
    'is corrected once the ticket may have been opened',
    1,
    async (house) => house.db.atomically([house.jobs.again(await house.claim(), unknown(NOON))]),
  ],
  [
    'is corrected where what may have opened the ticket stands still',
    1,
    async (house) => {
      await house.db.atomically([house.jobs.again(await house.claim(), unknown(NOON))])
      const stop = { code: 'refused', reason: 'no', now: NOON } as const
      await house.db.atomically([house.jobs.park(await house.claim(), stop)])
    },
  ],
  [
    'is not corrected where an attempt surely came to nothing',
    0,
    async (house) => {
      const retry = { ...unknown(NOON), state: 'ready', code: 'unavailable' } as const
      await house.db.atomically([house.jobs.again(await house.claim(), retry)])
    },
  ],
  [
    'is corrected where there is a ticket',
    1,
    async (house) => {
      const held = await house.claim()
      const ticket = { id: 7, number: '780', createdAt: NOON, unit: 'x', openedAt: NOON, customerId: 9 }
      await house.db.atomically([
        house.conversations.opened(CONVERSATION, ticket, held),
        house.jobs.done(held, NOON),
      ])
    },
  ],
])('the customer %s', async ([, changes, before]) => {
  const house = await open()
  await before(house)
  const touched = await house.db.atomically(house.correction(1))
  expect(touched[3]).toBe(changes)
})

test('what a job adds with its rows is added while its lease stands, and not by one that was overtaken', async () => {
  const { db, conversations, submissions, replies, claim, rows } = await open()
  const stale = await claim()
  const held = await claim(after(NOON, HOUR_MS))
  const added = (by: Held) => [
    ...submissions.add(
      aSubmission({ id: 'submission-2' }),
      { ...KEY, key: 'k2' },
      [{ ...FILE, field: 'f' }],
      by,
    ),
    conversations.add(
      aConversation({
        id: 'conversation-2',
        submission: 'submission-2',
        reference: 'FL-2',
        ticketNumber: null,
        link: { ...LINK, hash: 'hash-3' },
      }),
      by,
    ),
    ...replies.add(
      {
        id: 'reply-1',
        conversation: 'conversation-2',
        act: 'reply',
        body: 'Hi',
        score: null,
        sentAt: NOON,
        postedAt: NOON,
      },
      { key: 'r', content: 'c' },
      [{ ...FILE, id: 'file-2' }],
      by,
    ),
  ]
  const before = await rows()
  expect(await db.atomically(added(stale))).toEqual([0, 0, 0, 0, 0, 0])
  expect(await rows()).toEqual(before)
  expect(await db.atomically(added(held))).toEqual([0, 1, 1, 1, 1, 1])
  expect(await conversations.byId('conversation-2')).toMatchObject({
    formerRecipients: [],
    reference: 'FL-2',
  })
})
