import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { Snapshot, TicketFacts } from '../../src/clocks/facts.ts'
import { createReckoner } from '../../src/clocks/reckoned.ts'
import type { LevelMark } from '../../src/clocks/records.ts'
import type { Conversation } from '../../src/conversation/conversation.ts'
import { linkHash, newLink } from '../../src/conversation/link.ts'
import type { Reply, ReplyFile } from '../../src/conversation/reply.ts'
import { createViews, fileOnPage, maskedAddress, tellAnswers } from '../../src/conversation/view.ts'
import type { FollowedTicket } from '../../src/followed.ts'
import type { AnswerPromise } from '../../src/promise/promise.ts'
import type { LedgerEntry } from '../../src/relay/ledger.ts'
import { alertSerial } from '../../src/outbox/alert.ts'
import type { Rulebook } from '../../src/routing/rule.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { aFollowed, anEntry } from '../http/front.ts'
import { uploadForm } from '../support/sample-forms.ts'
import { aUnit, PROMISE, rulebookOf, unitsOf } from '../support/sample-rules.ts'
import { aConversation, aSubmission, NOON } from '../support/samples.ts'

const signer = await createSigner([new Secret('a secret of more than 32 characters')])
const at = (minutes: number): Date => after(NOON, minutes * MINUTE_MS)

const aReply = (over: Partial<Reply> = {}): Reply => ({
  id: 'reply-1',
  conversation: 'conversation-1',
  act: 'reply',
  body: 'It still stops.',
  score: null,
  sentAt: at(30),
  postedAt: null,
  ...over,
})

interface Kept {
  readonly conversation?: Partial<Conversation>
  readonly others?: readonly Conversation[]
  readonly shared?: readonly LedgerEntry[]
  readonly replies?: readonly Reply[]
  readonly files?: ReadonlyMap<string, readonly ReplyFile[]>
  readonly ticket?: Partial<FollowedTicket> | null
  readonly facts?: readonly TicketFacts[]
  readonly marks?: readonly LevelMark[]
  readonly promise?: Partial<AnswerPromise>
  readonly now?: Date
}

const UNITS = unitsOf(
  aUnit({ id: 'first-line', group: 'First Line support' }),
  aUnit({ id: 'catalogue', group: 'Catalogue' }),
)

const OPENED: Snapshot = { group: 'First Line support', priority: '2 normal', state: 'open', tags: [] }
const someFacts = (over: Partial<TicketFacts> = {}): TicketFacts => ({
  ticketId: 7,
  number: '7801234567890',
  createdAt: NOON,
  opened: over.now ? { ...OPENED, tags: over.now.tags } : OPENED,
  now: OPENED,
  changes: [],
  heir: null,
  ...over,
})

const OPEN = { ticketId: 7, openedAt: NOON, ticketCreatedAt: NOON } as const

/** The views of a store that holds this, and the token of the conversation in it. */
async function keeping(kept: Kept = {}) {
  const { token, kept: link } = await newLink(signer, 'conversation-1', 'ann.lee@example.org')
  const conversation = aConversation({ ...OPEN, ...kept.conversation, link })
  const all = [conversation, ...(kept.others ?? [])]
  const one = (of: (conversation: Conversation) => boolean) => all.find(of) ?? null
  const ticket = kept.ticket === undefined ? aFollowed() : kept.ticket && aFollowed(kept.ticket)
  const rulebook = (): Rulebook => ({ ...rulebookOf(UNITS), promise: { ...PROMISE, ...kept.promise } })
  const clock = (): Date => kept.now ?? NOON
  const stores = {
    conversations: {
      byLinkHash: async (hash: string, since?: Date) =>
        one(({ link, closedAt }) => link.hash === hash && (!since || !closedAt || closedAt >= since)),
      byId: async (id: string) => one((each) => each.id === id),
      ofTickets: async ([id]: readonly number[]) =>
        new Map(all.flatMap((each) => (each.ticketId === id ? [[each.ticketId, each] as const] : []))),
    },
    submissions: { byId: async () => aSubmission(), filesOf: async () => [] },
    replies: {
      ofConversation: async (id: string) => (id === 'conversation-1' ? (kept.replies ?? []) : []),
      byId: async () => null,
      filesIn: async () => kept.files ?? new Map(),
    },
    ledger: {
      sharedWith: async () => kept.shared ?? [],
      madeOn: async (id: number) => (kept.shared ?? []).filter(({ bornOn }) => bornOn === id),
    },
    followed: { byIds: async () => new Map(ticket ? [[7, ticket]] : []) },
    routings: { ofConversation: async () => null },
    facts: {
      of: async (id: number) => kept.facts?.find(({ ticketId }) => ticketId === id) ?? null,
      mergedInto: async (id: number) => (kept.facts ?? []).filter(({ heir }) => heir === id),
    },
    records: { marksOf: async () => kept.marks ?? [], settled: async () => [] },
  }
  const reckoner = createReckoner({ ...stores, rulebook, relay: 'webform', clock })
  return { views: createViews({ ...stores, reckoner, rulebook, signer, clock }), token }
}

async function viewOf(kept: Kept = {}) {
  const { views, token } = await keeping(kept)
  const view = await views.byToken(token)
  if (!view) throw new Error('the link opens nothing')
  return view
}

test('whoever holds the link sees the request, in whatever case it was typed', async () => {
  const { views, token } = await keeping({ conversation: { ticketId: null } })
  for (const one of [token, token.toUpperCase()]) {
    expect(await views.byToken(one)).toMatchObject({
      conversation: { id: 'conversation-1' },
      submission: { id: 'submission-1' },
      files: [],
      entries: [],
      status: 'received',
    })
  }
})

test.for([
  ['nothing', () => ''],
  ['another token', () => '0'.repeat(32)],
  ['a token with more behind it', (token: string) => `${token}0`],
  ['a token cut short', (token: string) => token.slice(1)],
  ['the hash of the link', linkHash],
  ['the reference', () => '7801234567890'],
] as const)('nobody is let in by %s', async ([, tokenOf]) => {
  const { views, token } = await keeping()
  expect(await views.byToken(await tokenOf(token))).toBeNull()
})

test('a link opens its page until 90 days after the request was closed, and not a moment longer', async () => {
  const conversation = { closedAt: NOON }
  const last = after(NOON, 90 * DAY_MS)
  const { views, token } = await keeping({ conversation, now: last })
  expect(await views.byToken(token)).not.toBeNull()
  const later = await keeping({ conversation, now: after(last, 1) })
  expect(await later.views.byToken(later.token)).toBeNull()
})

const answer = anEntry({ createdAt: at(10) })
const reply = aReply()
const solved = aReply({ id: 'reply-2', act: 'solved', body: '', sentAt: at(40) })
const rating = aReply({ id: 'reply-3', act: 'rating', body: '', score: 4, sentAt: at(50) })

test.for<readonly [why: string, kept: Kept, status: string]>([
  ['without a ticket it is received', { conversation: { ticketId: null }, ticket: null }, 'received'],
  ['with one it is open', {}, 'opened'],
  ['not looked at yet it is open', { ticket: null }, 'opened'],
  ['a word of the desk answers it', { shared: [answer] }, 'answered'],
  ["the visitor's next word asks again", { shared: [answer], replies: [reply] }, 'opened'],
  [
    'and the next answer answers that',
    { shared: [answer, anEntry({ id: 4712, createdAt: at(35) })], replies: [reply] },
    'answered',
  ],
  [
    "a visitor's word by mail asks again too",
    { shared: [answer, anEntry({ id: 4712, side: 'visitor', createdAt: at(35) })] },
    'opened',
  ],
  ['neither solved nor a rating is a word', { shared: [answer], replies: [solved, rating] }, 'answered'],
  ['closed', { shared: [answer], conversation: { closedAt: at(60) } }, 'closed'],
  ['merged is not closed', { conversation: { closedAt: at(60), mergedInto: 9 } }, 'merged'],
  ['merged where nobody knows into what', { ticket: { stateType: 'merged', closed: true } }, 'merged'],
  ['out of sight', { shared: [answer], ticket: { sight: 'out-of-sight' } }, 'out-of-sight'],
  ['gone', { conversation: { closedAt: at(60), mergedInto: 9 }, ticket: { sight: 'gone' } }, 'gone'],
])('of a request the page tells honestly: %s', async ([, kept, status]) => {
  expect((await viewOf(kept)).status).toBe(status)
})

const DUE = after(NOON, 48 * HOUR_MS)
const tagged = (...tags: readonly string[]): TicketFacts => someFacts({ now: { ...OPENED, tags } })

test.for<readonly [why: string, kept: Kept, dueAt: Date | null]>([
  ['before the ticket', { conversation: { ticketId: null }, ticket: null }, DUE],
  ['while it is open', {}, DUE],
  ['out of sight', { ticket: { sight: 'out-of-sight' } }, DUE],
  ['after an answer that only holds', { shared: [answer], facts: [tagged('holding')] }, DUE],
  ['after the answer', { shared: [answer] }, null],
  ['asked further after it', { shared: [answer], replies: [reply] }, after(at(30), 48 * HOUR_MS)],
  ['once closed', { ticket: { stateType: 'closed', closed: true } }, null],
  ['once merged', { ticket: { stateType: 'merged', closed: true } }, null],
  ['once gone', { ticket: { sight: 'gone' } }, null],
  ['once the visitor said that it is solved', { replies: [solved] }, null],
  ['asked anew after that', { replies: [solved, aReply({ sentAt: at(45) })] }, after(at(45), 48 * HOUR_MS)],
  ['where staff say that none is needed', { facts: [tagged('no-answer-needed')] }, null],
])('an answer is promised only while one is awaited: %s', async ([, kept, dueAt]) => {
  const view = await viewOf({ now: at(60), ...kept })
  expect(view.dueAt).toEqual(dueAt)
  expect(view.isPaused).toBe(false)
})

test('the first answer that ends the wait is told, whatever is asked further', async () => {
  expect((await viewOf({ shared: [answer], now: at(60) })).answeredAt).toEqual(at(10))
  const later = { shared: [answer, anEntry({ id: 4712, createdAt: at(35) })], replies: [reply], now: at(60) }
  expect((await viewOf(later)).answeredAt).toEqual(at(10))
  expect((await viewOf({ shared: [answer], facts: [tagged('holding')], now: at(60) })).answeredAt).toBeNull()
})

test('while the clock stands still no time is told, and that it stands still is', async () => {
  const pending = someFacts({ now: { ...OPENED, state: 'pending' } })
  const changed = { ...pending, changes: [{ id: '1', at: at(5), what: 'state', to: 'pending' }] as const }
  const view = await viewOf({
    facts: [changed],
    promise: { pauses: { states: ['pending'], tags: [] } },
    now: at(60),
  })
  expect([view.dueAt, view.isPaused]).toEqual([null, true])
})

test.for<readonly [why: string, kept: Kept, isHeld: boolean]>([
  ['before an answer', { facts: [tagged('holding')] }, false],
  ['after an answer that only holds', { shared: [answer], facts: [tagged('holding')] }, true],
  ['asked once more after it', { shared: [answer], facts: [tagged('holding')], replies: [reply] }, true],
  ['after the answer', { shared: [answer] }, false],
])('that the rest of an answer is awaited is told, and only then: %s', async ([, kept, isHeld]) => {
  expect((await viewOf({ now: at(60), ...kept })).isHeld).toBe(isHeld)
})

const NOT_NEEDED = 'no-answer-needed'
const taggedAt = (minutes: number): TicketFacts => ({
  ...tagged(NOT_NEEDED),
  opened: OPENED,
  changes: [{ id: '1', at: at(minutes), what: 'tagged', tag: NOT_NEEDED }],
})

test.for<readonly [why: string, kept: Kept, isNotNeeded: boolean]>([
  ['while an answer is awaited', {}, false],
  ['where the ticket was opened so', { facts: [tagged(NOT_NEEDED)] }, true],
  ['where they say so later', { facts: [taggedAt(5)] }, true],
  ['asked further since', { facts: [taggedAt(5)], replies: [reply] }, false],
  ['where they say so after the answer', { shared: [answer], facts: [taggedAt(20)] }, false],
  ['once the visitor said that it is solved', { replies: [solved] }, false],
])('that staff see nothing left to answer is told, and only then: %s', async ([, kept, isNotNeeded]) => {
  expect((await viewOf({ now: at(60), ...kept })).isNotNeeded).toBe(isNotNeeded)
})

test('what a unit waits for of another one is told to no visitor', async () => {
  const facts = someFacts({ changes: [{ id: '1', at: at(20), what: 'group', to: 'Catalogue' }] })
  const view = await viewOf({ shared: [answer], facts: [facts], now: at(60) })
  expect([view.dueAt, view.isPaused]).toEqual([null, false])
})

const LEVELS: AnswerPromise['levels'] = [
  { share: 0.75, digest: false, to: ['unit'], repeats: null },
  { share: 1, digest: false, to: ['duty', 'coordination'], repeats: 'daily' },
]
const MAILED = await Promise.all(
  ['first-line@staff.example', 'catalogue@staff.example', 'coordination@staff.example'].map(alertSerial),
)
const aMark = (level: string, over: Partial<LevelMark> = {}): LevelMark => ({
  subject: 'c:conversation-1',
  clock: 'request',
  level,
  how: 'told',
  cameAt: DUE,
  at: DUE,
  ack: `ack-${level}`,
  acknowledgedAt: null,
  mailedAt: DUE,
  mailedTo: MAILED,
  ...over,
})
const moved = (minutes: number): TicketFacts =>
  someFacts({ changes: [{ id: '1', at: at(minutes), what: 'group', to: 'Catalogue' }] })

test.for<readonly [why: string, kept: Kept, units: readonly string[], coordination: boolean]>([
  ['nobody before anybody was told', {}, [], false],
  ['the unit', { marks: [aMark('75%')] }, ['first-line'], false],
  ['all of them', { marks: [aMark('75%'), aMark('100%')] }, ['first-line'], true],
  [
    'nobody by mails that have not gone',
    { marks: [aMark('100%', { mailedAt: null, mailedTo: [] })] },
    [],
    false,
  ],
  ['a daily reminder too', { marks: [aMark('100%+1d')] }, ['first-line'], true],
  ['nobody by what only a digest told', { marks: [aMark('75%', { how: 'digest' })] }, [], false],
  ['nobody by a level of another clock', { marks: [aMark('100%', { clock: 'reply:1' })] }, [], false],
  ['nobody while it is not late', { marks: [aMark('75%')], now: DUE }, [], false],
  ['the unit that had it then', { marks: [aMark('100%')], facts: [moved(49 * 60)] }, ['first-line'], true],
  [
    'the unit that it was moved to before',
    { marks: [aMark('100%')], facts: [moved(60)] },
    ['catalogue'],
    true,
  ],
])('a late answer was raised to those who were really told: %s', async ([, kept, units, coordination]) => {
  const promise = { levels: LEVELS, coordination: ['coordination@staff.example'] }
  const view = await viewOf({ promise, now: after(DUE, 2 * HOUR_MS), ...kept })
  expect(view.raised).toEqual({ units, coordination })
})

test.for([
  ['the same person’s', 'Ann.Lee@example.org', after(NOON, 48 * HOUR_MS)],
  ['somebody else’s', 'bob@example.org', null],
] as const)(
  'after a merge into %s request the page tells what is promised there',
  async ([, recipient, dueAt]) => {
    const source = someFacts({
      heir: 9,
      now: { ...OPENED, state: 'merged' },
      changes: [{ id: '1', at: at(20), what: 'state', to: 'merged' }],
    })
    const view = await viewOf({
      conversation: { mergedInto: 9 },
      others: [aConversation({ id: 'conversation-9', ticketId: 9, recipient })],
      facts: [source, someFacts({ ticketId: 9, number: '9' })],
      ticket: { stateType: 'merged', closed: true },
      now: at(60),
    })
    expect([view.status, view.dueAt, view.answeredAt]).toEqual(['merged', dueAt, null])
  },
)

const may = { reply: true, solve: true, rate: false, correctAddress: true }

test.for<readonly [why: string, kept: Kept, can: Partial<typeof may>]>([
  ['before the ticket', { conversation: { ticketId: null } }, { solve: false }],
  ['while it is open', {}, {}],
  [
    'answered',
    { shared: [answer], conversation: { answeredAt: at(10) } },
    { rate: true, correctAddress: false },
  ],
  [
    'an answer that is shown ends corrections, counted or not',
    { shared: [answer] },
    { rate: true, correctAddress: false },
  ],
  ['said to be solved', { replies: [solved] }, { solve: false }],
  ['closed', { conversation: { closedAt: NOON } }, { solve: false, rate: true }],
  ['rated', { conversation: { closedAt: NOON }, replies: [rating] }, { solve: false }],
  ['merged', { conversation: { mergedInto: 9 } }, { solve: false }],
  ['out of sight', { ticket: { sight: 'out-of-sight' } }, { solve: false }],
  ['gone', { ticket: { sight: 'gone' } }, { reply: false, solve: false, correctAddress: false }],
])('what a visitor may do: %s', async ([, kept, can]) => {
  expect((await viewOf(kept)).can).toEqual({ ...may, ...can })
})

test('a rating is told once it was given', async () => {
  expect((await viewOf({ replies: [rating] })).rating).toBe(4)
  expect((await viewOf({ replies: [reply] })).rating).toBeNull()
})

test('articles and what was said on the page stand in one order, the oldest first', async () => {
  const later = anEntry({ id: 4712, createdAt: at(35), name: '' })
  const { entries } = await viewOf({ shared: [answer, later], replies: [reply, solved, rating] })
  expect(entries.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
    'said 4711',
    'said reply-1',
    'said 4712',
    'solved reply-2',
    'rating reply-3',
  ])
  expect(entries[1]).toMatchObject({ from: 'visitor', name: 'Ann Lee', html: null, hasArrived: false })
})

test('a word is on its way until Zammad has it', async () => {
  const { entries } = await viewOf({ replies: [aReply({ postedAt: at(31) })] })
  expect(entries[0]).toMatchObject({ hasArrived: true })
})

test('an entry without a side is on nobody’s page, whoever it is shared with', async () => {
  expect((await viewOf({ shared: [anEntry({ side: null })] })).entries).toEqual([])
})

test('a file is found by the id that the page names it by, and by no other', async () => {
  const file = { id: 3, name: 'a.pdf', type: 'application/pdf', size: 9 }
  const own = {
    id: 'f1',
    name: 'b.txt',
    type: 'text/plain',
    size: 5,
    sha256: 'x',
    storedAs: 'stored-1',
  }
  const view = await viewOf({
    shared: [anEntry({ files: [file] })],
    replies: [reply],
    files: new Map([['reply-1', [own]]]),
  })
  expect(fileOnPage(view, '4711-3')?.place).toEqual({
    article: { ticketId: 7, articleId: 4711, createdAt: NOON, id: 3 },
  })
  expect(fileOnPage(view, 'f1')?.place).toEqual({ kept: 'stored-1' })
  for (const id of ['4711-4', '4712-3', 'stored-1', '3', '']) expect(fileOnPage(view, id)).toBeNull()
})

const next = (over: Partial<Conversation> = {}): Conversation =>
  aConversation({ id: 'conversation-2', ticketNumber: '7809999999999', ...over })

test('where a request goes on in another, the page leads there', async () => {
  const { continuedIn } = await viewOf({
    conversation: { continuedIn: 'conversation-2' },
    others: [next({ link: { hash: 'h', generation: 3, keyId: signer.keyId } })],
  })
  const { token } = await newLink(signer, 'conversation-2', 'ann.lee@example.org', 3)
  expect(continuedIn).toEqual({ reference: '7809999999999', token })
})

test.for<readonly [why: string, other: Partial<Conversation>]>([
  ['is somebody else’s by now', { recipient: 'other@example.org' }],
  ['cannot be opened any more', { closedAt: after(NOON, -91 * DAY_MS) }],
  ['has a link of a secret that is no longer ours', { link: { hash: 'h', generation: 1, keyId: 'gone' } }],
])('the page does not lead to a request that %s', async ([, other]) => {
  const link = { hash: 'h', generation: 1, keyId: signer.keyId }
  const kept = { conversation: { continuedIn: 'conversation-2' }, others: [next({ link, ...other })] }
  expect((await viewOf(kept)).continuedIn).toBeNull()
})

test.for([
  ['ann.lee@hospital.example', 'a•••••@hospital.example'],
  ['a@b.example', 'a•••••@b.example'],
  ['"odd@local"@b.example', '"•••••@b.example'],
] as const)('of %s a page shows %s', ([address, shown]) => {
  expect(maskedAddress(address)).toBe(shown)
})

test('answers are told under their labels in the order of the form, choices by their words', () => {
  const submission = aSubmission({
    answers: {
      what: 'It stops',
      node: 'upv',
      what_arrived: ['images', 'clinical'],
      organisation: '',
      consent: true,
      unknown_field: 'kept out',
    },
  })
  expect(tellAnswers(uploadForm, submission, (text) => text.es ?? '')).toEqual([
    { label: 'Nodo de referencia', value: 'UPV, Valencia' },
    { label: '¿Qué ha llegado?', value: 'Imágenes, Datos clínicos' },
    { label: '¿Qué ocurre?', value: 'It stops' },
  ])
})
