import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, HOUR_MS } from '../../src/clock.ts'
import { Failure } from '../../src/failure.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { isUniqueViolation } from '../../src/store/db.ts'
import { createMemory } from '../../src/store/memory.ts'
import { createMessages } from '../../src/store/messages.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { aConversation, aSubmission, NOON } from '../support/samples.ts'
import { aMessage } from './records.ts'

const repeatable = { key: 'key-1', keyUntil: after(NOON, HOUR_MS), content: 'content-1' }
const files = [1, 2].map((n) => ({
  id: `file-${n}`,
  field: 'log',
  name: `büro ${n}.pdf`,
  type: 'application/pdf',
  size: n,
  sha256: 'ab',
  storedAs: `stored-${n}`,
}))

async function open() {
  const { db } = await openPlatform()
  const submissions = createSubmissions(db)
  const conversations = createConversations(db)
  return { db, submissions, conversations, atomically: db.atomically }
}

test('a submission comes back as it was put down, its files in their order', async () => {
  const { submissions, conversations, atomically } = await open()
  const submission = aSubmission({ timeZone: 'Europe/Madrid', organisation: 'CSIC – ñ 😀' })
  await atomically([...submissions.add(submission, repeatable, files), conversations.add(aConversation())])
  expect(await submissions.byId(submission.id)).toEqual(submission)
  expect(await submissions.filesOf(submission.id)).toEqual(files)
  expect(await submissions.byId('nobody')).toBeNull()
})

test('a key is known until its time is over', async () => {
  const { submissions, conversations, atomically } = await open()
  await atomically([...submissions.add(aSubmission(), repeatable, []), conversations.add(aConversation())])
  expect(await submissions.byKey('key-1', NOON)).toEqual({
    content: 'content-1',
    conversation: 'conversation-1',
  })
  expect(await submissions.byKey('key-1', repeatable.keyUntil)).toBeNull()
  expect(await submissions.byKey('key-2', NOON)).toBeNull()
})

test('the second submission under one key is refused whole, and said to be a repeat', async () => {
  const { submissions, conversations, atomically } = await open()
  await atomically([...submissions.add(aSubmission(), repeatable, []), conversations.add(aConversation())])
  const second = aSubmission({ id: 'submission-2' })
  const conversation = aConversation({
    id: 'conversation-2',
    submission: 'submission-2',
    reference: 'other',
    ticketNumber: null,
    link: { hash: 'hash-2', generation: 1, keyId: 'key' },
  })
  const error: unknown = await atomically([
    conversations.add({ ...conversation, submission: 'submission-1', id: 'c3' }),
    ...submissions.add(second, repeatable, []),
  ]).catch((caught: unknown) => caught)
  expect(isUniqueViolation(error)).toBe(true)
  expect(await submissions.byId('submission-2')).toBeNull()
  expect(await conversations.byId('c3')).toBeNull()
})

test('a ticket number and a link belong to one conversation', async () => {
  const { submissions, conversations, atomically } = await open()
  await atomically([...submissions.add(aSubmission(), repeatable, []), conversations.add(aConversation())])
  for (const same of [{ ticketNumber: '7801234567890' }, { reference: '7801234567890' }]) {
    const other = aSubmission({ id: 'submission-2' })
    const error: unknown = await atomically([
      ...submissions.add(other, { ...repeatable, key: 'key-2' }, []),
      conversations.add(
        aConversation({
          id: 'c2',
          submission: 'submission-2',
          reference: 'r2',
          ticketNumber: null,
          link: { hash: 'h2', generation: 1, keyId: 'key' },
          ...same,
        }),
      ),
    ]).catch((caught: unknown) => caught)
    expect(isUniqueViolation(error)).toBe(true)
  }
  expect(await conversations.byLinkHash('hash-1')).toEqual(aConversation())
  expect(await conversations.bySubmission('submission-1')).toEqual(aConversation())
  expect(await conversations.byLinkHash('hash-2')).toBeNull()
})

test('a row that D1 would not take is refused on both stores', async () => {
  const { submissions } = await open()
  const answers = { what: 'é'.repeat(500_000) }
  const body = 'x'.repeat(900_001)
  expect(() => submissions.add(aSubmission({ answers, body }), repeatable, [])).toThrow(Failure)
})

test('a message is rendered and sent under its lease only', async () => {
  const { db, submissions, conversations, atomically } = await open()
  const messages = createMessages(db)
  const message = aMessage({ kind: 'receipt', article: null, facts: {} })
  await atomically([
    ...submissions.add(aSubmission(), repeatable, []),
    conversations.add(aConversation()),
    messages.add(message),
  ])
  expect(await messages.byId('message-1')).toEqual(message)
  const nobody = { job: 'job-1', lease: 'none' }
  const mime = { storedAs: 'mime-1', sha256: 'ab' }
  expect(
    await atomically([
      messages.rendered('message-1', mime, nobody),
      messages.sent('message-1', NOON, nobody),
    ]),
  ).toEqual([0, 0])
  expect(await messages.byId('message-1')).toEqual(message)
})

test('memory keeps the first of what is remembered first, and the last of what is remembered', async () => {
  const { db, atomically } = await open()
  const memory = createMemory(db)
  expect(await memory.recall('prefix')).toBeNull()
  expect(
    await Promise.all([memory.rememberFirst('instance', 'a'), memory.rememberFirst('instance', 'b')]),
  ).toEqual(['a', 'a'])
  await atomically([memory.remember('prefix', '780')])
  await atomically([memory.remember('prefix', '781')])
  expect(await memory.recall('prefix')).toBe('781')
  await atomically([memory.forget('prefix')])
  expect(await memory.recall('prefix')).toBeNull()
})
