import { expect, test } from 'vitest'
import type { Article } from '../../src/desk.ts'
import { aRule, rulebookOf } from '../support/sample-rules.ts'
import { TO_NODES, aTicketToRoute, UNITS_WITHOUT_NODES } from './routed-ticket.ts'

const SYSTEM = 1
const CHOSEN = 'Somebody chose otherwise at the same moment, and that choice stands.'
const NO_PRIORITY = { rule: aRule('to the nodes', 'node', 'nodes', { tags: ['by-words'] }) }
const STANDING = ['ready', 'running', 'unknown', 'parked'] as const

type Routed = Awaited<ReturnType<typeof aTicketToRoute>>

const TOLD_OF_ARRIVAL = [
  { to: 'duty@staff.example', about: 'arrival', unit: 'nodes' },
  { to: 'nodes@staff.example', about: 'arrival', unit: 'nodes' },
]

/** Nothing is left to do, as to Zammad. */
async function expectSettled(routed: Routed): Promise<void> {
  const left = await routed.jobs.list(STANDING)
  expect(left.filter(({ lane }) => lane === 'zammad')).toEqual([])
}

test('a ticket is moved to its unit, tagged and explained once, and its arrival is told', async () => {
  const routed = await aTicketToRoute()
  await routed.settle()
  expect(routed.ticket()).toMatchObject({ group: 'Reference nodes', priority: '3 high' })
  expect(routed.tags()).toEqual(['by-words'])
  expect(routed.desk.notes).toHaveLength(1)
  expect(routed.note()).toContain('The rule “to the nodes” sends it to Reference nodes')
  expect(routed.note()).toContain('Priority: 3 high.\nTags: by-words.')
  expect(await routed.routing()).toMatchObject({ placed: { unit: 'nodes', groupId: 4 } })
  expect(await routed.alerts()).toEqual(TOLD_OF_ARRIVAL)
  await expectSettled(routed)
})

test.for([
  ['Customer', 'To be answered by Monday 23 November, 13:00 (Europe/Madrid).'],
  ['Agent', 'Nobody waits for an answer on it.'],
] as const)(
  'the note names the due of what a customer wrote, and of nothing else: %s',
  async ([sender, told]) => {
    const routed = await aTicketToRoute({ article: { sender } })
    await routed.settle()
    expect(routed.note()).toContain(told)
  },
)

test('a move that Zammad refuses is parked, and its arrival was told all the same, once', async () => {
  const routed = await aTicketToRoute()
  routed.desk.refused.add('change')
  await routed.settle()
  expect(await routed.jobs.list(['parked'])).toMatchObject([{ kind: 'route-ticket', reason: '422 not now' }])
  expect(await routed.alerts()).toEqual(TOLD_OF_ARRIVAL)
  routed.desk.refused.clear()
  await routed.retry()
  await routed.settle()
  expect(routed.ticket()).toMatchObject({ group: 'Reference nodes', priority: '2 normal' })
  expect(routed.note()).toContain('Zammad refused the priority 3 high, so it keeps the one that it had.')
  expect(routed.note()).not.toContain('Priority: 3 high.')
  expect(await routed.alerts()).toEqual(TOLD_OF_ARRIVAL)
  await expectSettled(routed)
})

test('tags that Zammad refuses cost neither note nor feedback, and the note says so', async () => {
  const routed = await aTicketToRoute()
  routed.desk.refused.add('tag')
  await routed.settle()
  expect(await routed.routing()).toMatchObject({ placed: { unit: 'nodes' } })
  expect(routed.note()).toContain('Its tags could not be set (Zammad refuses a tag: 403).')
  expect(routed.note()).not.toContain('Tags: by-words.')
  await expectSettled(routed)
})

test.for<[string, Parameters<Routed['desk']['byHand']>[1], object, string]>([
  ['group', { group: 'Catalogue' }, { group: 'Catalogue', ownerId: null }, 'Catalogue'],
  ['owner', { ownerId: 5 }, { group: 'First Line support', ownerId: 5 }, 'First Line support'],
  [
    'group and priority',
    { group: 'Catalogue', priority: '1 low' },
    { group: 'Catalogue', priority: '1 low' },
    'Catalogue',
  ],
  ['a group of no unit', { group: 'Users' }, { group: 'Users' }, 'Users'],
])('what an agent chooses between our read and our write is put back: %s', async ([, choice, end, unit]) => {
  const routed = await aTicketToRoute()
  routed.desk.interruptions.push(() => routed.desk.byHand(routed.id, choice))
  await routed.settle()
  expect(routed.ticket()).toMatchObject({ priority: '2 normal', ...end })
  expect(routed.tags()).toEqual([])
  expect(routed.note()).toContain(`${CHOSEN} ${unit} has it.`)
  expect(routed.note()).not.toMatch(/Priority:|Tags:/)
  expect(await routed.routing()).toMatchObject({ placed: { unit: 'nodes', groupId: 4 } })
  await expectSettled(routed)
})

test('an agent’s priority between our read and our write is put back, and our move stands', async () => {
  const routed = await aTicketToRoute()
  routed.desk.interruptions.push(() => routed.desk.byHand(routed.id, { priority: '1 low' }))
  await routed.settle()
  expect(routed.ticket()).toMatchObject({ group: 'Reference nodes', priority: '1 low' })
  expect(routed.tags()).toEqual(['by-words'])
  expect(routed.note()).toContain(
    'Somebody set the priority 1 low at the same moment, and that choice stands.',
  )
  expect(routed.note()).not.toContain(CHOSEN)
  await expectSettled(routed)
})

test('a priority that an agent set before is kept, and does not keep the ticket from its unit', async () => {
  const routed = await aTicketToRoute()
  routed.desk.byHand(routed.id, { priority: '1 low' })
  await routed.settle()
  expect(routed.ticket()).toMatchObject({ group: 'Reference nodes', priority: '1 low' })
  expect(routed.note()).toContain('Its priority is left as somebody set it.')
})

test('a trigger is nobody: what it does between our read and our write, and after, is no choice', async () => {
  const routed = await aTicketToRoute(NO_PRIORITY)
  routed.desk.interruptions.push(() => routed.desk.byHand(routed.id, { ownerId: 8, by: SYSTEM }))
  await routed.settle()
  expect(routed.ticket()).toMatchObject({ group: 'Reference nodes' })
  expect(routed.tags()).toEqual(['by-words'])
  expect(routed.note()).not.toContain(CHOSEN)
})

test('a ticket that a trigger moved to First Line before is routed like any other', async () => {
  const routed = await aTicketToRoute()
  routed.desk.byHand(routed.id, { group: 'Users', by: SYSTEM })
  routed.desk.byHand(routed.id, { group: 'First Line support', by: SYSTEM })
  await routed.settle()
  expect(routed.ticket()).toMatchObject({ group: 'Reference nodes' })
  expect(routed.note()).not.toContain(CHOSEN)
})

test.for<[string, (routed: Routed) => void, string]>([
  ['that takes none any more', ({ desk }) => desk.closed.add('Catalogue'), 'no group Catalogue'],
  ['for a reason of Zammad’s', ({ desk }) => desk.refused.add('change'), '422 not now'],
])(
  'a choice that cannot be put back is told, and not tried again: into a group %s',
  async ([, prevent, reason]) => {
    const routed = await aTicketToRoute(NO_PRIORITY)
    routed.desk.interruptions.push(
      () => routed.desk.byHand(routed.id, { group: 'Catalogue' }),
      () => prevent(routed),
    )
    await routed.settle()
    expect(routed.desk.changes).toHaveLength(2)
    expect(routed.ticket()).toMatchObject({ group: 'Reference nodes' })
    expect(routed.note()).toContain(
      `it was to be in the group Catalogue, and could not be put back there (${reason}).`,
    )
    expect(routed.note()).not.toContain('that choice stands')
    expect(await routed.routing()).toMatchObject({ placed: { unit: 'nodes' } })
    expect(await routed.alerts()).toContainEqual({
      to: 'first@staff.example',
      about: 'fallback',
      unit: 'nodes',
      wanted: 'catalogue',
    })
    await expectSettled(routed)
  },
)

test.for(['hidden', 'removed'] as const)(
  'a ticket that is %s when a choice is to be put back is let go',
  async (how) => {
    const routed = await aTicketToRoute()
    routed.desk.interruptions.push(
      () => routed.desk.byHand(routed.id, { group: 'Catalogue' }),
      () => routed.desk[how].add(routed.id),
    )
    await routed.settle()
    expect(routed.desk.changes).toHaveLength(2)
    expect(await routed.routing()).toMatchObject({ placed: { unit: 'nodes', groupId: 4 } })
    await expectSettled(routed)
  },
)

test('a ticket in a group where the bot may not look has note, tags, place and arrival like any other', async () => {
  const routed = await aTicketToRoute()
  routed.desk.blind.add('Reference nodes')
  await routed.settle()
  expect(await routed.routing()).toMatchObject({ placed: { unit: 'nodes', groupId: 4 } })
  expect(routed.tags()).toEqual(['by-words'])
  expect(routed.note()).toContain('The rule “to the nodes” sends it to Reference nodes')
  expect(await routed.alerts()).toEqual(TOLD_OF_ARRIVAL)
  await expectSettled(routed)
})

test('a group that takes no ticket: the next unit has it, and the note gives the reason of the first', async () => {
  const routed = await aTicketToRoute()
  routed.desk.closed.add('Reference nodes').add('Technical support')
  await routed.settle()
  expect(routed.ticket()).toMatchObject({ group: 'First Line support', priority: '3 high' })
  expect(routed.tags()).toEqual(['by-words', 'firstline-fallback'])
  expect(routed.note()).toContain(
    'Reference nodes could not take it (Zammad has no such group in use, or the bot may not open tickets there), so First Line support has it.',
  )
  expect(await routed.alerts()).toContainEqual({
    to: 'first@staff.example',
    about: 'fallback',
    unit: 'first-line',
    wanted: 'nodes',
  })
})

test('a unit that the rules lose while the job waits is one that cannot take the ticket', async () => {
  const routed = await aTicketToRoute(NO_PRIORITY)
  routed.desk.refused.add('change')
  await routed.settle()
  routed.desk.refused.clear()
  routed.use(rulebookOf(UNITS_WITHOUT_NODES))
  await routed.retry()
  await routed.settle()
  expect(routed.ticket()).toMatchObject({ group: 'First Line support' })
  expect(routed.tags()).toEqual(['by-words', 'firstline-fallback'])
  expect(routed.note()).toContain(
    'nodes could not take it (the rules no longer name this unit), so First Line support has it.',
  )
  expect(routed.note()).not.toContain('Staff sent it')
  expect(await routed.alerts()).toContainEqual({
    to: 'first@staff.example',
    about: 'fallback',
    unit: 'first-line',
    wanted: 'nodes',
  })
  await expectSettled(routed)
})

test('rules that change while a ticket is read do not decide by halves', async () => {
  const routed = await aTicketToRoute()
  const { articles } = routed.desk
  Object.assign(routed.desk, {
    articles: async (id: number) => {
      routed.use({ ...rulebookOf(UNITS_WITHOUT_NODES), version: 'ba9876543210' })
      return articles(id)
    },
  })
  await routed.settle()
  expect(await routed.routing()).toMatchObject({
    unit: 'nodes',
    rule: 'to the nodes',
    version: '0123456789ab',
  })
  expect(routed.ticket()).toMatchObject({ group: 'Reference nodes' })
})

test('nobody is mailed of the arrival of a ticket that is closed', async () => {
  const routed = await aTicketToRoute({ ticket: { group: 'Reference nodes', priority: '3 high' } })
  routed.desk.byHand(routed.id, { closed: true })
  await routed.settle()
  expect(await routed.alerts()).toEqual([])
})

test('a ticket that somebody else has in hand: those on duty hear of it where it is urgent', async () => {
  const routed = await aTicketToRoute({ ticket: { priority: '3 high' } })
  routed.desk.byHand(routed.id, { ownerId: 5 })
  await routed.settle()
  expect(await routed.alerts()).toEqual([{ to: 'duty@staff.example', about: 'arrival', unit: 'first-line' }])
  expect(await routed.isToldOfWaiting()).toBe(true)
})

const AUTOMATIC: Partial<Article> = { type: 'email', automatic: true }

test('a ticket that a machine wrote is routed as any other, and nobody is ever mailed about it', async () => {
  const routed = await aTicketToRoute({ article: AUTOMATIC })
  routed.desk.closed.add('Reference nodes')
  await routed.settle()
  expect(routed.ticket()).toMatchObject({ group: 'Technical support', priority: '3 high' })
  expect(routed.tags()).toEqual(['by-words', 'firstline-fallback'])
  expect(routed.desk.notes).toHaveLength(1)
  expect(await routed.alerts()).toEqual([])
  expect(await routed.isToldOfWaiting()).toBe(false)
})

test('a ticket that a machine wrote and somebody has in hand is nobody’s mail either', async () => {
  const routed = await aTicketToRoute({ article: AUTOMATIC, ticket: { priority: '3 high' } })
  routed.desk.byHand(routed.id, { ownerId: 5 })
  await routed.settle()
  expect(await routed.alerts()).toEqual([])
  expect(await routed.isToldOfWaiting()).toBe(false)
})

test.for<[string, Partial<Article>]>([
  ['is an alert of ours', { messageId: '<alert.job1@desk.example>' }],
  ['answers one', { answersTo: ['<other@elsewhere.example>', '<alert.job1@desk.example>'] }],
])('a ticket whose mail %s is neither routed nor told of', async ([, article]) => {
  const routed = await aTicketToRoute({ article })
  await routed.settle()
  expect(routed.desk.changes).toEqual([])
  expect(routed.desk.notes).toEqual([])
  expect(await routed.routing()).toBeNull()
  expect(await routed.alerts()).toEqual([])
  expect(await routed.isToldOfWaiting()).toBe(false)
})

test('a mail that answers somebody else’s alert is a ticket like any other', async () => {
  const routed = await aTicketToRoute({ article: { answersTo: ['<alert.job1@elsewhere.example>'] } })
  await routed.settle()
  expect(routed.ticket()).toMatchObject({ group: 'Reference nodes' })
})

test.for([
  { present: '1 low', rules: '3 high', end: '3 high' },
  { present: '3 high', rules: '2 normal', end: '3 high' },
])('a rule raises a priority and never lowers one: $present, $rules', async ({ present, rules, end }) => {
  const rule = { ...TO_NODES, priority: rules }
  const routed = await aTicketToRoute({ rule, ticket: { priority: present } })
  await routed.settle()
  expect(routed.ticket()).toMatchObject({ group: 'Reference nodes', priority: end })
})

test.for([
  ['comes back as a ticket', { messageId: '<alert.job7@desk.example>' }, ['duty@staff.example']],
  ['bounces', { automatic: true, answersTo: ['<alert.job7@desk.example>'] }, ['duty@staff.example']],
  ['is answered by a person', { answersTo: ['<alert.job7@desk.example>'] }, []],
  ['is not one that was sent', { messageId: '<alert.job8@desk.example>' }, []],
] as const)('an address whose alert %s', async ([, article, suspended]) => {
  const routed = await aTicketToRoute({ article: { ...article } })
  await routed.alerted('job7', 'Duty@staff.example')
  await routed.settle()
  expect(await routed.suspended()).toEqual(suspended)
  expect(await routed.isToldOfWaiting()).toBe(false)
})
