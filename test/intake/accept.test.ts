import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS } from '../../src/clock.ts'
import { linkHash } from '../../src/conversation/link.ts'
import { type Accepted, createIntake, type Filled, KEY_LIFE_MS } from '../../src/intake/accept.ts'
import { createLog } from '../../src/log.ts'
import { createDecider } from '../../src/routing/decide.ts'
import type { Rule } from '../../src/routing/rule.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { createStores } from '../../src/furnish.ts'
import { isUniqueViolation } from '../../src/store/db.ts'
import * as tables from '../../src/store/schema.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
import { questionForm, sampleSite, uploadForm } from '../support/sample-forms.ts'
import { aRule, aUnit, rulebookOf, unitsOf } from '../support/sample-rules.ts'
import { NOON, seeded } from '../support/samples.ts'

const file = {
  id: 'file-1',
  field: 'log',
  name: 'upload.log',
  type: 'text/plain',
  size: 4,
  sha256: 'a'.repeat(64),
  storedAs: 'stored-1',
}

const filled = (over: Partial<Filled> = {}): Filled => ({
  key: 'page:1',
  form: questionForm,
  language: 'en',
  timeZone: 'Europe/Madrid',
  answers: { name: 'Ann Lee', email: 'Ann.Lee@example.org', what: 'How?', consent: true },
  files: [],
  ...over,
})

interface IntakeChange {
  prefix?: string | null
  numbers?: 'own' | 'zammad'
  random?: number
  rules?: readonly Rule[]
}

const UNITS = unitsOf(
  aUnit({ id: 'first-line', duty: ['duty@staff.example'] }),
  aUnit({ id: 'technical', onArrival: 'mail' }),
)

async function anIntake(over: IntakeChange = {}) {
  const { db } = await openPlatform()
  const time = virtualTime(NOON)
  const stores = createStores(db)
  const lines: string[] = []
  const rulebook = rulebookOf(UNITS, over.rules ?? [])
  const intake = createIntake({
    ...stores,
    addJob: (job) => stores.jobs.add(job),
    prefix: async () => (over.prefix === undefined ? '780' : over.prefix),
    atomically: db.atomically,
    isUniqueViolation,
    signer: await createSigner([new Secret('a secret of more than 32 characters')]),
    clock: time.clock,
    random: seeded(over.random ?? 6),
    log: createLog('debug', (line) => lines.push(line)),
    site: sampleSite,
    inForce: () => ({ rulebook, decider: createDecider(rulebook.units, rulebook.rules) }),
    numbers: over.numbers ?? 'own',
    mailHost: 'desk.example',
  })
  const count = async () => ({
    submissions: (await db.q.select().from(tables.submissions)).length,
    conversations: (await db.q.select().from(tables.conversations)).length,
    attachments: (await db.q.select().from(tables.attachments)).length,
    jobs: (await db.q.select().from(tables.jobs)).length,
    messages: (await db.q.select().from(tables.messages)).length,
  })
  return { ...stores, db, time, intake, lines, count }
}

function opened(accepted: Accepted) {
  if (accepted.outcome === 'other-content') throw new Error('it was not accepted')
  return accepted
}

const ONE = { submissions: 1, conversations: 1, attachments: 0, jobs: 2, messages: 1 }

test('what is accepted is stored whole: answers, files, conversation, ticket to open, receipt to send', async () => {
  const { intake, count, submissions, conversations, jobs, db } = await anIntake()
  const { conversation, token } = opened(await intake.accept(filled({ form: uploadForm, files: [file] })))
  expect(await count()).toEqual({ ...ONE, attachments: 1 })
  expect(await conversations.byLinkHash(await linkHash(token))).toEqual(conversation)
  expect(conversation).toMatchObject({
    unit: 'first-line',
    dueAt: after(NOON, 48 * HOUR_MS),
    recipient: 'Ann.Lee@example.org',
    ticketId: null,
  })
  expect(conversation.ticketNumber).toBe(conversation.reference)
  expect(await submissions.byId(conversation.submission)).toMatchObject({
    name: 'Ann Lee',
    policyVersion: '2025-01',
    title: 'How?',
    sentAt: NOON,
    timeZone: 'Europe/Madrid',
  })
  expect(await submissions.filesOf(conversation.submission)).toEqual([file])
  const open = await jobs.list(['ready'])
  expect(open.map(({ kind, lane }) => `${kind} ${lane}`).sort()).toEqual([
    'open-ticket zammad',
    'send-message mail',
  ])
  const [job] = (await db.q.select().from(tables.jobs)).filter(({ kind }) => kind === 'open-ticket')
  expect(job?.serial).toBe('customer:ann.lee@example.org')
})

test('the same key with the same content is the same request, however often and however close together', async () => {
  const { intake, count } = await anIntake()
  const all = await Promise.all(Array.from({ length: 10 }, () => intake.accept(filled())))
  expect(all.map(({ outcome }) => outcome).sort()).toEqual([
    'accepted',
    ...Array.from({ length: 9 }, () => 'repeated'),
  ])
  expect(new Set(all.map((one) => opened(one).token)).size).toBe(1)
  expect(await count()).toEqual(ONE)
})

const OTHERS: readonly (readonly [string, Partial<Filled>])[] = [
  ['an answer', { answers: { ...filled().answers, what: 'Why?' } }],
  ['the language', { language: 'es' }],
  ['a file', { files: [file] }],
  ['the form', { form: uploadForm }],
]

test.for(OTHERS)('the same key with another content stores nothing: %s', async ([, other]) => {
  const { intake, count } = await anIntake()
  await intake.accept(filled())
  expect(await intake.accept(filled(other))).toEqual({ outcome: 'other-content' })
  expect(await count()).toEqual(ONE)
})

const ALIKE: readonly (readonly [string, Partial<Filled>])[] = [
  [
    'answers in another order',
    { answers: Object.fromEntries(Object.entries(filled().answers).toReversed()) },
  ],
  ['another time zone', { timeZone: null }],
]

test.for(ALIKE)('it is the same content: %s', async ([, other]) => {
  const { intake } = await anIntake()
  await intake.accept(filled())
  expect(await intake.accept(filled(other))).toMatchObject({ outcome: 'repeated' })
})

test('the same file sent again under another stored name is the same content, another file is not', async () => {
  const { intake } = await anIntake()
  await intake.accept(filled({ files: [file] }))
  const again = { ...file, id: 'file-2', storedAs: 'stored-2' }
  expect(await intake.accept(filled({ files: [again] }))).toMatchObject({ outcome: 'repeated' })
  const changed = { ...again, sha256: 'b'.repeat(64) }
  expect(await intake.accept(filled({ files: [changed] }))).toEqual({ outcome: 'other-content' })
})

test('a key is known for 30 days, to the millisecond', async () => {
  const { intake, time } = await anIntake()
  expect(KEY_LIFE_MS).toBe(30 * DAY_MS)
  expect(await intake.isUsed('page:1')).toBe(false)
  await intake.accept(filled())
  time.turn(KEY_LIFE_MS - 1)
  expect(await intake.isUsed('page:1')).toBe(true)
  time.turn(1)
  expect(await intake.isUsed('page:1')).toBe(false)
})

test('a key that is no longer known begins a new request', async () => {
  const { intake, time, count } = await anIntake()
  const first = opened(await intake.accept(filled()))
  time.turn(KEY_LIFE_MS)
  const second = opened(await intake.accept(filled()))
  expect(second.outcome).toBe('accepted')
  expect(second.token).not.toBe(first.token)
  expect(await count()).toMatchObject({ submissions: 2, conversations: 2 })
  expect(await intake.accept(filled())).toMatchObject({ outcome: 'repeated', token: second.token })
})

test.for([
  ['no prefix is known', { prefix: null }],
  ['Zammad numbers', { numbers: 'zammad' }],
] as const)('the reference is no ticket number where %s', async ([, over]) => {
  const { intake } = await anIntake(over)
  const { conversation } = opened(await intake.accept(filled()))
  expect(conversation.reference).toMatch(/^FL-/)
  expect(conversation.ticketNumber).toBeNull()
})

test('a number that is taken is drawn again', async () => {
  const { intake, conversations, db } = await anIntake({ random: 11 })
  const { conversation } = opened(await intake.accept(filled()))
  const rival = await anIntake({ random: 11 })
  const { submission, ...taken } = conversation
  await rival.db.atomically([
    ...rival.submissions.add(
      { ...(await theSubmission(db)), id: 'earlier' },
      { key: 'earlier', keyUntil: after(NOON, DAY_MS), content: 'c' },
      [],
    ),
    rival.conversations.add({
      ...taken,
      id: 'earlier',
      submission: 'earlier',
      link: { ...taken.link, hash: 'earlier' },
    }),
  ])
  const second = opened(await rival.intake.accept(filled()))
  expect(second.outcome).toBe('accepted')
  expect(second.conversation.reference).not.toBe(conversation.reference)
  expect(await conversations.bySubmission(submission)).not.toBeNull()

  async function theSubmission(of: typeof db) {
    const [row] = await of.q.select().from(tables.submissions)
    const kept = row && (await createStores(of).submissions.byId(row.id))
    if (!kept) throw new Error('nothing was stored')
    return kept
  }
})

test('what cannot be stored whole is not stored at all, and the failure comes through', async () => {
  const { intake, count } = await anIntake()
  const twice = [file, { ...file, id: 'file-2' }]
  await expect(intake.accept(filled({ files: twice }))).rejects.toThrow(/UNIQUE|constraint/i)
  expect(await count()).toEqual({ submissions: 0, conversations: 0, attachments: 0, jobs: 0, messages: 0 })
})

test('the log names the request by ids alone', async () => {
  const { intake, lines } = await anIntake()
  await intake.accept(filled())
  expect(lines.join()).toContain('submission.accepted')
  expect(lines.join()).not.toMatch(/ann|lee|example\.org|How\?/i)
})

test('the decision is stored with the request, and holds whatever the rules say later', async () => {
  const rules = [aRule('how', 'how', 'technical', { unit: 'technical', priority: null, tags: ['q'] })]
  const { intake, routings, db } = await anIntake({ rules })
  const { conversation } = opened(await intake.accept(filled()))
  expect(conversation.unit).toBe('technical')
  expect(await routings.ofConversation(conversation.id)).toMatchObject({
    ticket: null,
    source: 'web-form',
    unit: 'technical',
    rule: 'how',
    tags: ['q'],
    mode: 'assign',
    version: '0123456789ab',
    decidedAt: NOON,
    placed: null,
  })
  const alerts = (await db.q.select().from(tables.jobs)).filter(({ kind }) => kind === 'send-alert')
  expect(alerts).toMatchObject([
    { lane: 'mail', payload: expect.stringContaining('technical@staff.example') },
  ])
})

test('a request of the highest priority is told to those on duty in the same write, and holds nothing typed', async () => {
  const rules = [aRule('how', 'how', 'first-line', { unit: 'first-line', priority: '3 high', tags: [] })]
  const { intake, db } = await anIntake({ rules })
  const { conversation } = opened(await intake.accept(filled()))
  const [alert, ...more] = (await db.q.select().from(tables.jobs)).filter(({ kind }) => kind === 'send-alert')
  expect(more).toEqual([])
  const payload: unknown = JSON.parse(alert?.payload ?? '')
  expect(payload).toEqual({
    to: 'duty@staff.example',
    alert: {
      about: 'arrival',
      urgent: true,
      conversation: conversation.id,
      ticket: {
        id: null,
        number: conversation.reference,
        topic: questionForm.title.en,
        unit: 'first-line',
        dueAt: after(NOON, 48 * HOUR_MS).toISOString(),
      },
    },
  })
})
