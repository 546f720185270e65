import { expect, test } from 'vitest'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { aJob, NOON } from '../support/samples.ts'
import type { Mishap } from './memory-desk.ts'
import { unitsOf } from '../support/sample-rules.ts'
import { anOpening, FIRST_LINE, type OpeningChange, UNITS } from './opening.ts'

const TOLD = '7801234567890'
const FALLBACK_TAG = 'firstline-fallback'
const WITHOUT_NODES = unitsOf(FIRST_LINE)
const IN_NODES: OpeningChange = { conversation: { unit: 'nodes' } }
const repeated = (mishap: Mishap, times: number): Mishap[] => Array.from({ length: times }, () => mishap)

const OPENED_AS_TOLD: readonly (readonly [name: string, mishaps: readonly Mishap[], creates: number])[] = [
  ['at once', [], 1],
  ['after it was not reached', ['unavailable'], 2],
  ['after a time-out that came to nothing', ['uncertain'], 2],
  ['after an answer was lost', ['lost'], 2],
  ['after the answer was lost and Zammad then was not reached', ['lost', 'unavailable', 'unavailable'], 4],
  ['after the race of two creations', repeated('masked', 4), 5],
]

test.for(OPENED_AS_TOLD)(
  'one ticket stands with the number that the visitor was told: %s',
  async ([, mishaps, creates]) => {
    const opening = await anOpening()
    opening.desk.mishaps.push(...mishaps)
    await opening.settle()
    expect(opening.desk.tickets.map(({ ticket }) => ticket.number)).toEqual([TOLD])
    expect(opening.desk.asked).toHaveLength(creates)
    expect(new Set(opening.desk.asked.map(({ number, messageId }) => `${number} ${messageId}`)).size).toBe(1)
    const [ticket] = opening.desk.tickets
    expect(ticket).toMatchObject({
      mark: { instance: 'here', submission: 'submission-1' },
      messageId: '<submission-1@desk.example>',
      group: 'First Line support',
      tags: [],
      customer: { name: 'Ann Lee', email: 'ann.lee@example.org' },
    })
    expect(await opening.conversation()).toMatchObject({
      reference: TOLD,
      ticketNumber: TOLD,
      ticketId: ticket?.ticket.id,
      ticketCreatedAt: ticket?.ticket.createdAt,
      unit: 'first-line',
    })
    expect(await opening.mails()).toEqual([])
    expect(opening.desk.notes.map(({ body }) => body)).toEqual([
      [
        'Note by Firstline, the routing bot. Visitors do not see it.',
        'No rule matched, so it goes to First Line support.',
        'To be answered by Monday 23 November, 13:00 (Europe/Madrid).',
        'Decided by version 0123456789ab of the rules.',
      ].join('\n'),
    ])
    expect(await opening.routing()).toMatchObject({
      ticket: ticket?.ticket.id,
      placed: { unit: 'first-line', groupId: ticket?.ticket.groupId },
      feedback: 'open',
    })
    expect(await opening.jobs.list(['ready', 'running', 'unknown', 'parked'])).toEqual([])
  },
)

test('a foreign ticket with the number is left alone: the visitor keeps the reference and is told a new number', async () => {
  const opening = await anOpening()
  opening.desk.addForeign(TOLD)
  await opening.settle()
  const conversation = await opening.conversation()
  expect(opening.desk.tickets).toHaveLength(2)
  expect(conversation).toMatchObject({ reference: TOLD, ticketId: 2 })
  expect(conversation?.ticketNumber).toMatch(/^780\d{10}$/)
  expect(conversation?.ticketNumber).not.toBe(TOLD)
  expect(await opening.mails()).toMatchObject([{ kind: 'new-number', recipient: 'ann.lee@example.org' }])
  expect(await opening.jobs.list(['ready'])).toMatchObject([{ kind: 'send-message', lane: 'mail' }])
  expect(opening.desk.notes).toMatchObject([
    { ticket: 2, body: expect.stringContaining(`The visitor knows this request as ${TOLD}.`) },
  ])
})

test('a ticket of ours with another submission is not taken for this one', async () => {
  const opening = await anOpening()
  const mark = { instance: 'here', submission: 'another-one' }
  const other = { ...(await firstAsk()), number: TOLD, mark, messageId: '<another-one@desk.example>' }
  await opening.desk.open(other)
  await opening.settle()
  expect(await opening.conversation()).toMatchObject({ ticketId: 2, reference: TOLD })
  expect(opening.desk.tickets).toHaveLength(2)
})

async function firstAsk() {
  const opening = await anOpening()
  await opening.settle()
  const [ask] = opening.desk.asked
  if (!ask) throw new Error('nothing was asked for')
  return ask
}

const FELL_BACK: readonly (readonly [
  name: string,
  told: { readonly closed?: readonly string[]; readonly mishaps?: readonly Mishap[] },
  end: { readonly unit: string; readonly group: string; readonly tags: readonly string[] },
])[] = [
  [
    'a closed group',
    { closed: ['Reference nodes'] },
    { unit: 'technical', group: 'Technical support', tags: [FALLBACK_TAG] },
  ],
  [
    'two closed groups, to the default unit',
    { closed: ['Reference nodes', 'Technical support'] },
    { unit: 'first-line', group: 'First Line support', tags: [FALLBACK_TAG] },
  ],
  [
    'five refusals without a reason',
    { mishaps: repeated('masked', 5) },
    { unit: 'technical', group: 'Technical support', tags: [FALLBACK_TAG] },
  ],
  [
    'refusals without a reason in both, to the default unit and without tags',
    { mishaps: repeated('masked', 10) },
    { unit: 'first-line', group: 'First Line support', tags: [] },
  ],
]

test.for(FELL_BACK)('the ticket goes along the fallbacks, and staff are told: %s', async ([, told, end]) => {
  const opening = await anOpening(IN_NODES)
  for (const group of told.closed ?? []) opening.desk.closed.add(group)
  opening.desk.mishaps.push(...(told.mishaps ?? []))
  await opening.settle()
  expect(opening.desk.tickets).toMatchObject([{ group: end.group, tags: end.tags, number: TOLD }])
  expect(await opening.conversation()).toMatchObject({ unit: end.unit, ticketNumber: TOLD })
  expect(opening.desk.notes).toHaveLength(1)
  expect(opening.desk.notes[0]?.body).toContain('Reference nodes could not take it (')
  expect(await opening.jobs.list(['ready'])).toMatchObject([{ kind: 'send-alert', lane: 'mail' }])
})

test('the note names the due of the unit that has it, not of the one that could not take it', async () => {
  const targets = [{ unit: 'technical', priority: null, targetMs: 24 * HOUR_MS }]
  const opening = await anOpening({ ...IN_NODES, promise: { targets } })
  opening.desk.closed.add('Reference nodes')
  await opening.settle()
  expect(opening.desk.notes[0]?.body).toContain(
    'To be answered by Sunday 22 November, 13:00 (Europe/Madrid).',
  )
})

const PARKED: readonly (readonly [name: string, mishaps: readonly Mishap[], reason: string])[] = [
  ['a reason that nothing will change', ['told-why'], 'the title is too long'],
  ['an answer that makes no sense', ['refused'], 'the write failed: refused'],
  ['refusals without a reason in every unit', repeated('masked', 30), 'refused without a reason'],
]

test.for(PARKED)('it is parked where staff see why: %s', async ([, mishaps, reason]) => {
  const opening = await anOpening(IN_NODES)
  opening.desk.mishaps.push(...mishaps)
  await opening.settle()
  expect(opening.desk.tickets).toEqual([])
  expect(await opening.jobs.list(['parked'])).toMatchObject([
    { kind: 'open-ticket', reason, reference: TOLD, code: 'refused' },
  ])
})

test('closed groups everywhere park it, and a retry by staff opens it under the same number', async () => {
  const opening = await anOpening(IN_NODES)
  for (const group of ['Reference nodes', 'Technical support', 'First Line support']) {
    opening.desk.closed.add(group)
  }
  await opening.settle()
  const [parked] = await opening.jobs.list(['parked'])
  if (!parked) throw new Error('nothing is parked')
  opening.desk.closed.clear()
  await opening.atomically([
    opening.jobs.retry(parked.id, { now: opening.time.clock(), change: { unit: 'technical' } }),
  ])
  await opening.settle()
  expect(opening.desk.tickets).toMatchObject([{ group: 'Technical support', number: TOLD }])
})

test('a token that is not accepted pauses the lane and costs no attempt', async () => {
  const opening = await anOpening()
  opening.desk.mishaps.push('misconfigured')
  await opening.round()
  expect((await opening.jobs.pauses()).map(({ lane }) => lane)).toEqual(['zammad'])
  expect(await opening.round()).toBe(0)
  expect(await opening.jobs.list(['ready'])).toMatchObject([{ attempts: 0, code: 'misconfigured' }])
  await opening.atomically([opening.jobs.resume('zammad')])
  await opening.settle()
  expect(opening.desk.tickets).toMatchObject([{ number: TOLD }])
})

const NO_NUMBER = { reference: 'FL-7K3M9QXZ', ticketNumber: null }

test('before first contact nothing is sent to Zammad; then the number is allotted before the create', async () => {
  let prefix: string | null = null
  const opening = await anOpening({ conversation: NO_NUMBER, prefix: () => prefix })
  await opening.atomically([opening.memory.forget('start-line')])
  await opening.round()
  expect(opening.desk.asked).toEqual([])
  expect(await opening.jobs.list(['ready'])).toMatchObject([{ attempts: 0 }])
  prefix = '780'
  await opening.atomically([opening.memory.remember('start-line', '2026-11-21T12:00:00.000Z')])
  opening.desk.mishaps.push('lost')
  await opening.settle()
  const numbers = opening.desk.asked.map(({ number }) => number)
  expect(numbers[0]).toMatch(/^780\d{10}$/)
  expect(new Set(numbers).size).toBe(1)
  expect(opening.desk.tickets).toHaveLength(1)
  expect(await opening.conversation()).toMatchObject({
    reference: 'FL-7K3M9QXZ',
    ticketNumber: numbers[0],
  })
  expect(opening.desk.notes).toMatchObject([
    { body: expect.stringContaining('The visitor knows this request as FL-7K3M9QXZ.') },
  ])
})

test('a runner that has lost its lease sends nothing under a number of its own', async () => {
  let overtaken = false
  const opening = await anOpening({
    conversation: NO_NUMBER,
    async prefix() {
      if (!overtaken) {
        overtaken = true
        opening.time.turn(60 * MINUTE_MS)
        opening.desk.mishaps.push('unavailable')
        await opening.round()
      }
      return '780'
    },
  })
  await opening.settle()
  expect(new Set(opening.desk.asked.map(({ number }) => number)).size).toBe(1)
  expect(opening.desk.tickets).toHaveLength(1)
})

const BY_ZAMMAD: readonly (readonly [string, OpeningChange])[] = [
  ['TICKET_NUMBERS=zammad', { conversation: NO_NUMBER, numbers: 'zammad' }],
  ['an empty Zammad without a prefix', { conversation: NO_NUMBER, prefix: () => null }],
]

test.for(BY_ZAMMAD)(
  'where Zammad numbers, a create that may have happened is looked up after six minutes, not repeated: %s',
  async ([, change]) => {
    const opening = await anOpening(change)
    opening.desk.mishaps.push('lost')
    await opening.round()
    opening.time.turn(6 * MINUTE_MS - 1)
    await opening.round()
    expect(await opening.conversation()).toMatchObject({ ticketId: null })
    opening.time.turn(1)
    await opening.settle()
    expect(opening.desk.asked).toHaveLength(1)
    expect(await opening.conversation()).toMatchObject({ ticketId: 1, ticketNumber: '78001' })
  },
)

test.for(BY_ZAMMAD)(
  'where Zammad numbers, a create that did not happen is repeated after the look-up: %s',
  async ([, change]) => {
    const opening = await anOpening(change)
    opening.desk.mishaps.push('uncertain', 'lost', 'unavailable')
    await opening.settle()
    expect(opening.desk.tickets).toHaveLength(1)
    expect(opening.time.clock()).toEqual(after(NOON, 12 * MINUTE_MS))
    expect(await opening.conversation()).toMatchObject({ ticketId: 1 })
  },
)

test('a prefix that is learned while an unnumbered create may be under way makes no second ticket', async () => {
  let prefix: string | null = null
  const opening = await anOpening({ conversation: NO_NUMBER, prefix: () => prefix })
  opening.desk.mishaps.push('lost')
  await opening.round()
  prefix = '780'
  await opening.settle()
  expect(opening.desk.tickets).toHaveLength(1)
  expect(await opening.conversation()).toMatchObject({ ticketId: 1, ticketNumber: '78001' })
})

test('a unit that the rules lose while the job waits is one that cannot take the ticket', async () => {
  const opening = await anOpening({ ...IN_NODES, units: () => WITHOUT_NODES })
  await opening.settle()
  expect(opening.desk.tickets).toMatchObject([{ group: 'First Line support', tags: [FALLBACK_TAG] }])
  expect(opening.desk.notes[0]?.body).toContain(
    'nodes could not take it (the rules no longer name this unit), so First Line support has it.',
  )
  expect(opening.desk.notes[0]?.body).not.toContain('Staff sent it')
  expect(await opening.jobs.list(['ready'])).toMatchObject([{ kind: 'send-alert', lane: 'mail' }])
})

test('a ticket that staff have the decided unit open after all did not fall back', async () => {
  const opening = await anOpening(IN_NODES)
  for (const { group } of UNITS.units) opening.desk.closed.add(group)
  await opening.settle()
  const [parked] = await opening.jobs.list(['parked'])
  if (!parked) throw new Error('nothing is parked')
  opening.desk.closed.clear()
  await opening.atomically([
    opening.jobs.retry(parked.id, { now: opening.time.clock(), change: { unit: 'nodes' } }),
  ])
  await opening.settle()
  expect(opening.desk.tickets).toMatchObject([{ group: 'Reference nodes', tags: [] }])
  expect(opening.desk.notes[0]?.body).not.toContain('could not take it')
  expect(await opening.jobs.list(['ready'])).toEqual([])
})

test('a note does not claim a priority and tags that the ticket was opened without', async () => {
  const opening = await anOpening({ routing: { priority: '9 extreme', tags: ['upload'] } })
  opening.desk.mishaps.push('told-why')
  await opening.settle()
  expect(opening.desk.notes[0]?.body).toContain(
    'Zammad did not take it with the priority and tags of the rule, so it has neither.',
  )
  expect(opening.desk.notes[0]?.body).not.toMatch(/Priority:|Tags:/)
})

test.for([
  ['moved it on', 1, { unit: 'nodes', groupId: 4 }],
  ['moved it on twice', 2, { unit: 'nodes', groupId: 4 }],
  ['left it', 0, { unit: 'nodes', groupId: 4 }],
] as const)(
  'a ticket of a lost answer counts as put where it was opened, whether people %s',
  async ([, moves, placed]) => {
    const opening = await anOpening(IN_NODES)
    opening.desk.mishaps.push('lost')
    await opening.round()
    for (const group of ['Catalogue', 'Technical support'].slice(0, moves)) opening.desk.byHand(1, { group })
    await opening.settle()
    expect(opening.desk.tickets).toHaveLength(1)
    expect(await opening.routing()).toMatchObject({ ticket: 1, placed })
    expect(opening.desk.notes[0]?.body).not.toContain('Staff sent it')
  },
)

test('a ticket is opened once, even where its job runs again', async () => {
  const opening = await anOpening()
  await opening.settle()
  const done = await opening.jobs.list(['done'])
  expect(done.map(({ kind }) => kind).toSorted()).toEqual(['add-note', 'open-ticket'])
  await opening.atomically([opening.jobs.add(aJob({ id: 'again', conversation: 'conversation-1' }))])
  await opening.settle()
  expect(opening.desk.asked).toHaveLength(1)
  expect(opening.desk.tickets).toHaveLength(1)
})

test('a note whose fate is unknown is looked for after six minutes, and is never written twice', async () => {
  const opening = await anOpening()
  await opening.settle()
  const now = opening.time.clock()
  await opening.atomically([
    opening.jobs.add(aJob({ id: 'note', kind: 'add-note', payload: { ticket: 1, lines: ['Told once'] } })),
  ])
  await opening.jobs.claim('zammad', { now, lease: 'killed', leaseMs: MINUTE_MS })
  await opening.desk.note(1, { messageId: '<note@desk.example>', body: 'Told once' })
  await opening.atomically([opening.jobs.recover(now)])
  opening.time.turn(6 * MINUTE_MS - 1)
  await opening.round()
  expect(await opening.jobs.list(['unknown'])).toMatchObject([{ kind: 'add-note' }])
  await opening.settle()
  expect(opening.desk.notes.filter(({ body }) => body === 'Told once')).toHaveLength(1)
  expect(await opening.jobs.list(['ready', 'unknown', 'parked'])).toEqual([])
})

test('the ticket has the priority and tags of its rule, and the note says why it is where it is', async () => {
  const routing = {
    unit: 'nodes',
    rule: 'uploads',
    priority: '3 high',
    tags: ['upload'],
    because: 'form is upload-trouble',
  }
  const opening = await anOpening({ ...IN_NODES, routing })
  await opening.settle()
  expect(opening.desk.asked).toMatchObject([
    { group: 'Reference nodes', priority: '3 high', tags: ['upload'] },
  ])
  expect(opening.desk.notes).toHaveLength(1)
  expect(opening.desk.notes[0]?.body.split('\n').slice(1, 4)).toEqual([
    'The rule “uploads” sends it to Reference nodes: form is upload-trouble.',
    'Priority: 3 high.',
    'Tags: upload.',
  ])
})

test('a suggestion leaves the ticket with First Line, tagged', async () => {
  const routing = { unit: 'nodes', rule: 'uploads', mode: 'suggest', tags: ['suggest-nodes'] } as const
  const opening = await anOpening({ routing })
  await opening.settle()
  expect(opening.desk.asked).toMatchObject([{ group: 'First Line support', tags: ['suggest-nodes'] }])
  expect(opening.desk.notes[0]?.body).toContain(
    'It stays with First Line support, as this is a suggestion only.',
  )
})

test('a priority or tag that Zammad refuses is left out rather than the ticket', async () => {
  const opening = await anOpening({ routing: { priority: '9 extreme', tags: ['upload'] } })
  opening.desk.mishaps.push('told-why')
  await opening.settle()
  expect(opening.desk.asked).toMatchObject([
    { priority: '9 extreme', tags: ['upload'] },
    { priority: null, tags: [] },
  ])
  expect(opening.desk.tickets).toHaveLength(1)
})

test('a ticket that continues another is linked to it, and its customer is put down', async () => {
  const opening = await anOpening()
  const old = opening.desk.addForeign('78001')
  await opening.continueFrom(old.id)
  await opening.settle()
  expect(opening.desk.asked).toMatchObject([{ continues: old.id, number: TOLD }])
  const ticket = opening.desk.tickets.find((kept) => kept.number === TOLD)
  expect(await opening.conversation()).toMatchObject({
    ticketId: ticket?.ticket.id,
    customerId: ticket?.ticket.customerId,
  })
})

test('a link that Zammad refuses is left out rather than the ticket', async () => {
  const opening = await anOpening()
  await opening.continueFrom(opening.desk.addForeign('78001').id)
  opening.desk.mishaps.push('told-why')
  await opening.settle()
  expect(opening.desk.asked.map(({ continues }) => continues)).toEqual([1, null])
  expect(await opening.conversation()).toMatchObject({ ticketId: 2 })
})
