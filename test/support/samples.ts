import { after, HOUR_MS } from '../../src/clock.ts'
import type { Conversation } from '../../src/conversation/conversation.ts'
import type { Submission } from '../../src/conversation/submission.ts'
import type { NewJob } from '../../src/outbox/job.ts'
import type { Random } from '../../src/random.ts'

export const NOON = new Date('2026-11-21T12:00:00Z')

/** Bytes that look random and are the same in every run. */
export function seeded(seed = 1): Random {
  let state = seed >>> 0 || 1
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      state >>>= 0
      return state & 255
    })
}

export const aSubmission = (over: Partial<Submission> = {}): Submission => ({
  id: 'submission-1',
  form: 'upload-trouble',
  language: 'en',
  timeZone: null,
  name: 'Ann Lee',
  email: 'ann.lee@example.org',
  organisation: null,
  answers: { what: 'It stops at 63 %', consent: true, parts: ['a', 'b'] },
  policyVersion: '2025-01',
  title: 'Upload: UPV',
  body: 'What happens?\nIt stops at 63 %',
  sentAt: NOON,
  ...over,
})

export const aConversation = (over: Partial<Conversation> = {}): Conversation => ({
  id: 'conversation-1',
  submission: 'submission-1',
  reference: '7801234567890',
  ticketNumber: '7801234567890',
  ticketId: null,
  ticketCreatedAt: null,
  openedAt: null,
  unit: 'first-line',
  dueAt: after(NOON, 48 * HOUR_MS),
  recipient: 'ann.lee@example.org',
  formerRecipients: [],
  link: { hash: 'hash-1', generation: 1, keyId: 'key' },
  customerId: null,
  mergedInto: null,
  answeredAt: null,
  closedAt: null,
  frozenAt: null,
  unreachableAt: null,
  toldMovedAt: null,
  toldLateAt: null,
  continuedIn: null,
  ...over,
})

export const aJob = (over: Partial<NewJob> = {}): NewJob => ({
  id: 'job-1',
  kind: 'open-ticket',
  lane: 'zammad',
  conversation: null,
  serial: null,
  naturalKey: null,
  payload: { maskedTries: 0 },
  nextAt: NOON,
  createdAt: NOON,
  ...over,
})
