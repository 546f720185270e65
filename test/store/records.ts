import type { OutgoingMessage } from '../../src/conversation/conversation.ts'
import type { Reply } from '../../src/conversation/reply.ts'
import type { FollowedTicket } from '../../src/followed.ts'
import type { LedgerEntry } from '../../src/relay/ledger.ts'
import { after, HOUR_MS } from '../../src/clock.ts'
import { createConversations } from '../../src/store/conversations.ts'
import type { Db } from '../../src/store/db.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import type { Conversation } from '../../src/conversation/conversation.ts'
import type { Held } from '../../src/writes.ts'
import { aConversation, aJob, aSubmission, NOON } from '../support/samples.ts'

export const hours = (count: number): Date => after(NOON, count * HOUR_MS)

export const anEntry = (over: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id: 501,
  createdAt: NOON,
  ticketId: 66,
  bornOn: 66,
  updatedAt: NOON,
  sender: 'Agent',
  type: 'note',
  internal: false,
  messageId: null,
  disposition: 'relay',
  because: 'answer',
  side: 'desk',
  name: 'Agnes Agent',
  html: '<p>Try it again now.</p>',
  text: 'Try it again now.',
  files: [{ id: 9, name: 'log.txt', type: 'text/plain', size: 12 }],
  publication: 1,
  seenBy: 'hook',
  firstSeenAt: after(NOON, 3000),
  asked: false,
  mailed: false,
  automatic: false,
  ...over,
})

export const aFollowedTicket = (over: Partial<FollowedTicket> = {}): FollowedTicket => ({
  id: 66,
  number: '78066',
  createdAt: NOON,
  updatedAt: hours(1),
  groupId: 2,
  group: 'First Line support',
  owned: false,
  closed: false,
  stateType: 'new',
  customerId: 7,
  sight: 'seen',
  lookedAt: hours(2),
  waitingSince: NOON,
  toldWaiting: false,
  handOvers: 0,
  ...over,
})

export const aMessage = (over: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  id: 'message-1',
  conversation: 'conversation-1',
  kind: 'answer',
  article: { id: 501, createdAt: NOON },
  facts: { due: null },
  messageId: '<answer.501@desk.example>',
  recipient: 'ann.lee@example.org',
  rendered: null,
  createdAt: NOON,
  ...over,
})

export const aReply = (over: Partial<Reply> = {}): Reply => ({
  id: 'reply-1',
  conversation: 'conversation-1',
  act: 'reply',
  body: 'It works now.',
  score: null,
  sentAt: NOON,
  postedAt: null,
  ...over,
})

/** Puts conversations down, each with a submission of its own, sent a minute after the one before. */
export async function keepConversations(db: Db, given: readonly Partial<Conversation>[]): Promise<void> {
  const submissions = createSubmissions(db)
  const conversations = createConversations(db)
  await db.atomically(
    given.flatMap((over, n) => {
      const conversation = aConversation({
        submission: `submission-of-${over.id ?? 'conversation-1'}`,
        reference: `R-${over.id ?? 'conversation-1'}`,
        ticketNumber: null,
        link: { hash: `hash of ${over.id ?? 'conversation-1'}`, generation: 1, keyId: 'key' },
        ...over,
      })
      const repeatable = { key: conversation.id, keyUntil: hours(24), content: 'c' }
      const sent = aSubmission({ id: conversation.submission, sentAt: after(NOON, n * 60_000) })
      return [...submissions.add(sent, repeatable, []), conversations.add(conversation)]
    }),
  )
}

/** A job that a runner holds, and the lease that another runner had before: it ended. */
export async function heldJob(db: Db): Promise<{ readonly standing: Held; readonly stale: Held }> {
  const jobs = createJobs(db)
  await db.atomically([jobs.add(aJob({ id: 'held' }))])
  const stale = await jobs.claim('zammad', { now: NOON, lease: 'stale', leaseMs: 1 })
  const standing = await jobs.claim('zammad', { now: after(NOON, 1), lease: 'standing', leaseMs: HOUR_MS })
  if (!stale || !standing) throw new Error('the claim found nothing')
  return { standing, stale }
}
