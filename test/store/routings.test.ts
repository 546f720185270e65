import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { Routing } from '../../src/routing/routings.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createRoutings } from '../../src/store/routings.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { aConversation, aJob, aSubmission, NOON } from '../support/samples.ts'

const LEASE_MS = 5 * MINUTE_MS
const PLACE = { ticket: 66, unit: 'technical', groupId: 5, at: after(NOON, HOUR_MS) }

const aRouting = (over: Partial<Routing> = {}): Routing => ({
  id: 'routing-1',
  conversation: null,
  ticket: null,
  source: 'web-form',
  unit: 'catalogue',
  rule: 'mapping tables',
  priority: '3 high',
  tags: ['federated', 'ñ “quoted”, 😀'],
  mode: 'assign',
  because: 'the text has the words “mapping table*”',
  version: '0123456789ab',
  decidedAt: NOON,
  placed: null,
  feedback: 'open',
  ...over,
})

/** A conversation whose ticket `job-1` is to open, taken by a runner that was too slow and by one that is not. */
async function open() {
  const { db } = await openPlatform()
  const jobs = createJobs(db)
  await db.atomically([
    ...createSubmissions(db).add(
      aSubmission(),
      { key: 'k', keyUntil: after(NOON, HOUR_MS), content: 'c' },
      [],
    ),
    createConversations(db).add(aConversation()),
    jobs.add(aJob({ conversation: 'conversation-1' })),
  ])
  const claim = async (now: Date, lease: string) => {
    const held = await jobs.claim('zammad', { now, lease, leaseMs: LEASE_MS })
    if (!held) throw new Error('the claim found nothing')
    return held
  }
  const stale = await claim(NOON, 'slow')
  const held = await claim(after(NOON, LEASE_MS), 'quick')
  return { routings: createRoutings(db), atomically: db.atomically, stale, held }
}

test.for([
  ['of a form', { conversation: 'conversation-1' }],
  [
    'of a ticket that no rule takes',
    { ticket: 66, source: 'email', rule: null, priority: null, tags: [], mode: 'suggest' },
  ],
  ['that was placed', { ticket: 66, placed: { unit: 'catalogue', groupId: 3, at: NOON }, feedback: 'moved' }],
] satisfies readonly (readonly [string, Partial<Routing>])[])(
  'a routing %s comes back as it was put down',
  async ([, over]) => {
    const { routings, atomically } = await open()
    const routing = aRouting(over)
    expect(await atomically([routings.add(routing)])).toEqual([1])
    const { conversation, ticket } = routing
    if (conversation !== null) expect(await routings.ofConversation(conversation)).toEqual(routing)
    if (ticket !== null) expect(await routings.ofTicket(ticket)).toEqual(routing)
    expect(await routings.ofConversation('another')).toBeNull()
    expect(await routings.ofTicket(67)).toBeNull()
  },
)

test('the first routing of a conversation or a ticket stands, however often it is decided', async () => {
  const { routings, atomically } = await open()
  const ofForm = aRouting({ conversation: 'conversation-1' })
  const ofTicket = aRouting({ id: 'routing-2', ticket: 66 })
  expect(
    await atomically([
      routings.add(ofForm),
      routings.add(ofTicket),
      routings.add({ ...ofForm, id: 'routing-3', unit: 'dashboard' }),
      routings.add({ ...ofTicket, id: 'routing-4', unit: 'dashboard' }),
      routings.add(ofTicket),
    ]),
  ).toEqual([1, 1, 0, 0, 0])
  expect(await routings.ofConversation('conversation-1')).toEqual(ofForm)
  expect(await routings.ofTicket(66)).toEqual(ofTicket)
})

test('a routing is added and placed while the lease stands, and not after', async () => {
  const { routings, atomically, stale, held } = await open()
  const routing = aRouting({ conversation: 'conversation-1' })
  const attempt = (lease: typeof held) => [
    routings.add(routing, lease),
    routings.placed(routing.id, PLACE, lease),
  ]
  expect(await atomically(attempt(stale))).toEqual([0, 0])
  expect(await routings.ofConversation('conversation-1')).toBeNull()
  expect(await atomically(attempt(held))).toEqual([1, 1])
  const late = { ticket: 67, unit: 'dashboard', groupId: 7, at: NOON }
  expect(await atomically([routings.placed(routing.id, late, stale)])).toEqual([0])
  const { ticket, ...place } = PLACE
  expect(await routings.ofTicket(ticket)).toEqual({ ...routing, ticket, placed: place })
  expect(await routings.ofTicket(67)).toBeNull()
})

test('what staff did is counted by rule', async () => {
  const { routings, atomically } = await open()
  expect(await routings.tally()).toEqual([])
  const rules = ['a', 'a', 'a', 'b', null, null]
  await atomically(
    rules.map((rule, index) => routings.add(aRouting({ id: `r${index}`, ticket: index + 1, rule }))),
  )
  await atomically([
    routings.setFeedback('r0', 'kept'),
    routings.setFeedback('r1', 'kept'),
    routings.setFeedback('r1', 'moved'),
    routings.setFeedback('r4', 'kept'),
    routings.setFeedback('nothing', 'moved'),
  ])
  const tally = await routings.tally()
  expect(tally).toHaveLength(6)
  expect(new Set(tally)).toEqual(
    new Set([
      { rule: 'a', feedback: 'kept', count: 1 },
      { rule: 'a', feedback: 'moved', count: 1 },
      { rule: 'a', feedback: 'open', count: 1 },
      { rule: 'b', feedback: 'open', count: 1 },
      { rule: null, feedback: 'kept', count: 1 },
      { rule: null, feedback: 'open', count: 1 },
    ]),
  )
})
