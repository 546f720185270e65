import { expect } from 'vitest'
import { createClockRecords } from '../../src/store/clock-records.ts'
import { createConversations } from '../../src/store/conversations.ts'
import type { Db } from '../../src/store/db.ts'
import { createFollowedTickets } from '../../src/store/followed.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createMessages } from '../../src/store/messages.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { aConversation, NOON } from '../support/samples.ts'
import { aFollowedTicket, aMessage, hours } from './records.ts'

/** The last migration before there was a ledger of articles. */
export const BEFORE_RELAY = '0001_routing'
/** The last one before promises had rows of their own. */
export const BEFORE_PROMISES = '0002_relay'

const at = NOON.getTime()
const later = hours(1).getTime()

/** Rows of a store that has been in use at that migration. */
export const ROWS_OF_BEFORE: readonly string[] = [
  `insert into submissions (id, key, key_until, content, form, language, time_zone, name, email, organisation, answers,
    policy_version, title, body, sent_at) values ('submission-1', 'k', ${later}, 'c', 'upload-trouble', 'en', null,
    'Ann Lee', 'ann.lee@example.org', null, '{}', '2025-01', 'Upload', 'It stops', ${at})`,
  `insert into attachments (id, submission, position, field, name, type, size, sha256, stored_as)
    values ('file-1', 'submission-1', 0, 'log', 'a.txt', 'text/plain', 5, 'abc', 'stored-1')`,
  `insert into conversations (id, submission, reference, ticket_number, ticket_id, ticket_created_at, opened_at, unit,
    due_at, recipient, link_hash, link_generation, link_key) values ('conversation-1', 'submission-1', '7801234567890',
    '7801234567890', 66, ${at}, ${at}, 'first-line', ${hours(48).getTime()}, 'ann.lee@example.org', 'hash-1', 1, 'key')`,
  `insert into messages (id, conversation, kind, message_id, recipient, stored_as, sha256, created_at, sent_at)
    values ('sent', 'conversation-1', 'receipt', '<sent@x>', 'ann.lee@example.org', 'sent.eml', 'abc', ${at}, ${later})`,
  `insert into messages (id, conversation, kind, message_id, recipient, stored_as, sha256, created_at, sent_at)
    values ('waits', 'conversation-1', 'new-number', '<waits@x>', 'ann.lee@example.org', null, null, ${at}, null)`,
  `insert into jobs (id, kind, lane, conversation, serial, natural_key, payload, state, attempts, uncertain, next_at,
    created_at) values ('send', 'send-message', 'mail', 'conversation-1', null, 'key', '{"message":"waits"}', 'ready',
    0, 0, ${at}, ${at})`,
  ...[
    [66, 0],
    [67, 1],
  ].map(
    ([id, closed]) =>
      `insert into tickets (id, number, created_at, updated_at, group_id, "group", owned, closed, sight, looked_at,
        waiting_since, told_waiting, muted, hand_overs) values (${id}, '780${id}', ${at}, ${later}, 2,
        'First Line support', 0, ${closed}, 'seen', ${hours(2).getTime()}, ${at}, 0, 0, 0)`,
  ),
]

/** Rows of a store at the later one: the visitor of another request was told that we are late. */
export const ROWS_BEFORE_PROMISES: readonly string[] = [
  ...ROWS_OF_BEFORE,
  `update tickets set state_type = 'closed' where closed`,
  `insert into submissions (id, key, key_until, content, form, language, time_zone, name, email, organisation, answers,
    policy_version, title, body, sent_at) values ('submission-2', 'k2', ${later}, 'c', 'upload-trouble', 'en', null,
    'Ann Lee', 'ann.lee@example.org', null, '{}', '2025-01', 'Upload', 'It stops', ${at})`,
  `insert into conversations (id, submission, reference, unit, due_at, recipient, link_hash, link_generation, link_key,
    told_late_at) values ('conversation-2', 'submission-2', 'FL-7K3M9QXZ', 'first-line', ${hours(48).getTime()},
    'ann.lee@example.org', 'hash-2', 1, 'key', ${hours(49).getTime()})`,
]

/** By then all is due, whenever the migration ran. */
const FAR = new Date('9999-01-01T00:00:00Z')

/** Every request and every ticket of the store of before is to be reckoned, each as one subject. */
export async function expectPromisesUpgraded(db: Db, told: readonly string[]): Promise<void> {
  const records = createClockRecords(db)
  const due = await records.due(FAR, 99)
  const requests = ['c:conversation-1', ...told.map((conversation) => `c:${conversation}`)]
  expect(due.map(({ id, tag }) => [id, tag]).sort()).toEqual([...requests, 't:67'].map((id) => [id, null]))
  expect(await records.byId('c:conversation-1')).toMatchObject({
    subject: { conversation: 'conversation-1', ticketId: 66 },
    number: '7801234567890',
    running: null,
  })
  expect(await records.byId('t:67')).toMatchObject({ number: '78067' })
  for (const conversation of told) {
    expect(await records.byId(`c:${conversation}`)).toMatchObject({ number: 'FL-7K3M9QXZ' })
    const [mark, ...more] = await records.marksOf(`c:${conversation}`)
    expect(more).toEqual([])
    expect(mark).toMatchObject({ clock: 'request', level: '100%', how: 'covered', at: hours(49) })
    expect(await records.byAck(mark?.ack ?? '')).toEqual(mark)
  }
  expect(await records.marksOf('c:conversation-1')).toEqual([])
}

/** Everything that was in the store of before is in the one of now, and can be gone on with. */
export async function expectUpgraded(db: Db): Promise<void> {
  const message = aMessage({ article: null, facts: {} })
  const messages = createMessages(db)
  expect(await messages.byId('sent')).toEqual({
    ...message,
    id: 'sent',
    kind: 'receipt',
    messageId: '<sent@x>',
    rendered: { storedAs: 'sent.eml', sha256: 'abc' },
  })
  expect(await messages.byId('waits')).toEqual({
    ...message,
    id: 'waits',
    kind: 'new-number',
    messageId: '<waits@x>',
  })
  expect(await messages.messageIdsOf('conversation-1')).toEqual(['<sent@x>'])
  const opened = { ticketId: 66, ticketCreatedAt: NOON, openedAt: NOON }
  expect(await createConversations(db).byId('conversation-1')).toEqual(aConversation(opened))
  expect(await createSubmissions(db).filesOf('submission-1')).toMatchObject([{ storedAs: 'stored-1' }])
  expect(await createJobs(db).list(['ready'])).toMatchObject([{ id: 'send', reference: '7801234567890' }])
  const followed = await createFollowedTickets(db).byIds([66, 67])
  expect([...followed.values()]).toEqual([
    aFollowedTicket({ stateType: 'open', customerId: null }),
    aFollowedTicket({ id: 67, number: '78067', closed: true, stateType: 'closed', customerId: null }),
  ])
  await expect(db.atomically([messages.add({ ...message, messageId: '<sent@x>' })])).rejects.toThrow()
  await expect(db.atomically([messages.add({ ...message, conversation: 'nobody' })])).rejects.toThrow()
  expect(await db.atomically([messages.add({ ...message, conversation: null })])).toEqual([1])
}
