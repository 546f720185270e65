import { expect, test } from 'vitest'
import type { Article, Change } from '../../src/desk.ts'
import {
  type Handling,
  handlingOf,
  isUntouched,
  type Past,
  type PastTicket,
  precision,
  readSince,
  share,
  tally,
} from '../../src/routing/backtest.ts'
import type { Rule } from '../../src/routing/rule.ts'
import { readUnits, unitOfGroup } from '../../src/routing/units.ts'
import { NOON } from '../support/samples.ts'

const { units } = readUnits({
  path: 'units.yaml',
  text: `default: first-line
units:
  - { id: first-line, name: { en: First Line, es: Primera línea }, group: First Line support }
  - { id: catalogue, name: { en: Catalogue, es: Catálogo }, group: Catalogue }
  - { id: nodes, name: { en: Nodes, es: Nodos }, group: Reference nodes }
  - { id: idle, name: { en: Idle, es: Ociosa }, group: Idle }
`,
})
if (!units) throw new Error('the units are good')

const rule = (name: string, unit: string): Rule => ({
  name,
  owner: unit,
  when: { kind: 'is', subject: 'form', values: [name] },
  unit,
  priority: null,
  tags: [],
  mode: null,
  examples: { yes: [], no: [] },
  path: 'routing-rules/10-rules.yaml',
  line: 1,
})
const RULES = [rule('dataset', 'catalogue'), rule('upload', 'nodes'), rule('never', 'idle')]

const NEVER_PLACED: Handling = { moves: [], feedback: null }

const ticket = (
  group: string,
  decision: Partial<PastTicket['decision']> = {},
  more: Partial<PastTicket> = {},
): Past => ({
  seen: 'ticket',
  ticket: {
    number: '78001',
    group,
    decision: { unit: 'first-line', rule: null, mode: 'assign', ...decision },
    handling: NEVER_PLACED,
    isUntouched: false,
    isByTextOnly: false,
    ...more,
  },
})
const DATASET = { unit: 'catalogue', rule: 'dataset' } as const
const UPLOAD = { unit: 'nodes', rule: 'upload' } as const

test('each ticket counts once: in the row of its group and the column of the unit that the rules say', () => {
  const { rows, units: columns } = tally(
    [
      ticket('Catalogue', DATASET),
      ticket('Catalogue', DATASET),
      ticket('Catalogue'),
      ticket('First Line support', UPLOAD),
      ticket('Users', DATASET),
      ticket('Sales::North'),
    ],
    RULES,
    units,
  )
  expect(columns).toEqual(['first-line', 'catalogue', 'nodes'])
  const table = rows.map(({ group, unit, said, total }) => [
    group,
    unit,
    ...columns.map((id) => said.get(id) ?? 0),
    total,
  ])
  expect(table).toEqual([
    ['First Line support', 'first-line', 0, 0, 1, 1],
    ['Catalogue', 'catalogue', 1, 2, 0, 3],
    ['Reference nodes', 'nodes', 0, 0, 0, 0],
    ['Sales::North', null, 1, 0, 0, 1],
    ['Users', null, 0, 1, 0, 1],
  ])
})

test('the same unit on both sides is agreement, whether assigned or only suggested', () => {
  const { tickets, agreed, suggested } = tally(
    [
      ticket('Catalogue', DATASET),
      ticket('Catalogue', { ...DATASET, mode: 'suggest' }),
      ticket('First Line support', { ...DATASET, mode: 'suggest' }),
      ticket('Users'),
    ],
    RULES,
    units,
  )
  expect({ tickets, agreed, suggested }).toEqual({ tickets: 4, agreed: 2, suggested: 2 })
})

test('every rule has its row in the order of asking, those that take nothing included, and no rule the last', () => {
  const fed = (feedback: Handling['feedback']) => ({ handling: { moves: [], feedback } })
  const { rules } = tally(
    [
      ticket('Catalogue', DATASET, fed('kept')),
      ticket('Catalogue', DATASET, fed('open')),
      ticket('Reference nodes', DATASET, fed('moved')),
      ticket('Reference nodes', { ...UPLOAD, mode: 'suggest' }),
      ticket('First Line support', {}, fed('kept')),
      ticket('Catalogue', {}, fed('moved')),
    ],
    RULES,
    units,
  )
  expect(rules).toEqual([
    { rule: 'dataset', unit: 'catalogue', took: 3, untouched: 0, ended: 2, suggested: 0, kept: 1, moved: 1 },
    { rule: 'upload', unit: 'nodes', took: 1, untouched: 0, ended: 1, suggested: 1, kept: 0, moved: 0 },
    { rule: 'never', unit: 'idle', took: 0, untouched: 0, ended: 0, suggested: 0, kept: 0, moved: 0 },
    { rule: null, unit: 'first-line', took: 2, untouched: 0, ended: 1, suggested: 0, kept: 1, moved: 1 },
  ])
})

test('tickets that are still open and untouched are counted apart, and in no precision', () => {
  const waiting = { isUntouched: true }
  const { agreed, untouched, rules } = tally(
    [
      ticket('Catalogue', DATASET),
      ticket('Reference nodes', DATASET),
      ticket('Catalogue', DATASET, waiting),
      ticket('First Line support', DATASET, waiting),
      ticket('Reference nodes', UPLOAD, waiting),
    ],
    RULES,
    units,
  )
  expect({ agreed, untouched }).toEqual({ agreed: 3, untouched: 3 })
  expect(rules.slice(0, 2)).toMatchObject([
    { took: 4, untouched: 2, ended: 1 },
    { took: 1, untouched: 1, ended: 0 },
  ])
  expect(rules.slice(0, 2).map(precision)).toEqual([0.5, null])
})

test('tickets that only their text decided are counted', () => {
  const byText = ticket('Catalogue', DATASET, { isByTextOnly: true })
  expect(tally([byText, ticket('Catalogue'), byText], RULES, units).byTextOnly).toBe(2)
})

test('a ticket that people moved is listed with all its groups and what the rules say now', () => {
  const moves = [
    { from: 'First Line support', to: 'Catalogue' },
    { from: 'Catalogue', to: 'Reference nodes' },
  ]
  const moved = ticket('Reference nodes', UPLOAD, {
    number: '78007',
    handling: { moves, feedback: null },
  })
  expect(tally([ticket('Catalogue'), moved], RULES, units).moved).toEqual([
    {
      number: '78007',
      from: 'First Line support',
      to: ['Catalogue', 'Reference nodes'],
      says: { unit: 'nodes', rule: 'upload', mode: 'assign' },
    },
  ])
})

test('what is left out is counted by its reason and nowhere else', () => {
  const left = (why: 'merged' | 'out-of-sight' | 'own-alert' | 'before-since'): Past => ({
    seen: 'left-out',
    why,
  })
  const reasons = ['merged', 'merged', 'merged', 'out-of-sight', 'out-of-sight', 'own-alert'] as const
  const result = tally([...reasons.map(left), ticket('Catalogue', DATASET)], RULES, units)
  expect(result.leftOut).toEqual({ merged: 3, 'out-of-sight': 2, 'own-alert': 1, 'before-since': 0 })
  expect([result.tickets, result.agreed, result.rows.length]).toEqual([1, 1, 1])
})

test('without a ticket there is no agreement to tell, and no division by zero', () => {
  const { tickets, agreed, rows } = tally([], RULES, units)
  expect([tickets, agreed, rows, share(agreed, tickets)]).toEqual([0, 0, [], null])
})

const BOT = 4
const AGENT = 5
const ZAMMAD = 1
const FIRST = { id: 2, name: 'First Line support' }
const CATALOGUE = { id: 3, name: 'Catalogue' }
const NODES = { id: 4, name: 'Reference nodes' }

type Step = readonly [by: number, from: typeof FIRST, to: typeof FIRST]

const changed = (steps: readonly Step[], attribute: Change['attribute'] = 'group'): readonly Change[] =>
  steps.map(([by, from, to], at) => ({ id: at + 1, attribute, from, to, by, at: NOON }))

const ACCOUNTS = { bot: BOT, machines: new Set([BOT, ZAMMAD]) }

const handled = (
  ticket: { readonly opened: boolean; readonly closed: boolean; readonly group?: typeof FIRST },
  changes: readonly Change[],
  decision: { readonly unit: string; readonly mode: 'assign' | 'suggest' },
) => {
  const group = ticket.group ?? changes.findLast(({ attribute }) => attribute === 'group')?.to ?? CATALOGUE
  const now = { opened: ticket.opened, closed: ticket.closed, group: group.name, groupId: group.id }
  return handlingOf(now, decision, changes, {
    accounts: ACCOUNTS,
    unitOf: (group) => unitOfGroup(units, group),
  })
}

const OURS = { opened: true, closed: true }
const THEIRS = { opened: false, closed: true }
const OPEN = { ...OURS, closed: false }
const AT_FIRST = { ...OURS, group: FIRST }
const CATALOGUE_S = { unit: 'catalogue', mode: 'assign' } as const
const SUGGESTED = { unit: 'catalogue', mode: 'suggest' } as const
const NODES_S = { unit: 'nodes', mode: 'assign' } as const

test.for<
  readonly [
    string,
    typeof OURS,
    typeof CATALOGUE_S | typeof SUGGESTED | typeof NODES_S,
    readonly Step[],
    Handling['feedback'],
    number,
  ]
>([
  ['opened by us, never moved, closed', OURS, CATALOGUE_S, [], 'kept', 0],
  ['opened by us, never moved, still open', OPEN, CATALOGUE_S, [], 'open', 0],
  ['opened by us, moved by an agent', OURS, CATALOGUE_S, [[AGENT, CATALOGUE, NODES]], 'moved', 1],
  ['opened by us, moved to where the rules say', OPEN, NODES_S, [[AGENT, CATALOGUE, NODES]], 'kept', 1],
  ['a suggestion that was followed', OPEN, SUGGESTED, [[AGENT, FIRST, CATALOGUE]], 'kept', 1],
  ['a suggestion that was not followed', OPEN, SUGGESTED, [[AGENT, FIRST, NODES]], 'moved', 1],
  ['a suggestion that was closed where it lay', AT_FIRST, SUGGESTED, [], 'open', 0],
  ['closed in the unit that is only suggested now', OURS, SUGGESTED, [], 'kept', 0],
  [
    'opened by us, moved by a trigger of Zammad’s',
    OURS,
    CATALOGUE_S,
    [[ZAMMAD, CATALOGUE, NODES]],
    'moved',
    0,
  ],
  [
    'opened by us, moved by an agent and back',
    OURS,
    CATALOGUE_S,
    [
      [AGENT, CATALOGUE, NODES],
      [AGENT, NODES, CATALOGUE],
    ],
    'moved',
    2,
  ],
  [
    'opened by us, moved by an agent, then by us',
    OURS,
    CATALOGUE_S,
    [
      [AGENT, CATALOGUE, NODES],
      [BOT, NODES, FIRST],
    ],
    'moved',
    1,
  ],
  ['opened by others, never moved', THEIRS, CATALOGUE_S, [], null, 0],
  ['opened by others, moved by an agent alone', THEIRS, CATALOGUE_S, [[AGENT, FIRST, NODES]], null, 1],
  ['opened by others, moved by us', THEIRS, CATALOGUE_S, [[BOT, FIRST, CATALOGUE]], 'kept', 0],
  [
    'moved by us, then by an agent',
    THEIRS,
    CATALOGUE_S,
    [
      [BOT, FIRST, CATALOGUE],
      [AGENT, CATALOGUE, NODES],
    ],
    'moved',
    1,
  ],
  [
    'moved by us, then by an agent to where the rules say',
    THEIRS,
    NODES_S,
    [
      [BOT, FIRST, CATALOGUE],
      [AGENT, CATALOGUE, NODES],
    ],
    'kept',
    1,
  ],
  [
    'moved by an agent, then by us',
    THEIRS,
    CATALOGUE_S,
    [
      [AGENT, NODES, FIRST],
      [BOT, FIRST, CATALOGUE],
    ],
    'kept',
    1,
  ],
  [
    'an agent’s move that we overrode and put back',
    THEIRS,
    CATALOGUE_S,
    [
      [AGENT, FIRST, NODES],
      [BOT, NODES, CATALOGUE],
      [BOT, CATALOGUE, NODES],
    ],
    null,
    1,
  ],
])('the history tells what staff made of it: %s', ([, ticket, decision, steps, feedback, moves]) => {
  const handling = handled(ticket, changed(steps), decision)
  expect(handling.feedback).toBe(feedback)
  expect(handling.moves).toHaveLength(moves)
})

test('a change of owner is no move', () => {
  const changes = changed([[AGENT, FIRST, CATALOGUE]], 'owner')
  expect(handled(OURS, changes, CATALOGUE_S)).toEqual({ moves: [], feedback: 'kept' })
})

const waiting = { closed: false, ownerId: null }
const wrote = (sender: Article['sender'], createdById: number) => [{ sender, createdById }]

test.for([
  ['that only its customer wrote to', waiting, wrote('Customer', 9), [], true],
  ['that the bot moved and wrote to', waiting, wrote('Agent', BOT), changed([[BOT, FIRST, NODES]]), true],
  ['that an agent typed for a customer', waiting, wrote('Customer', AGENT), [], true],
  ['whose priority alone was changed', waiting, [], changed([[AGENT, FIRST, NODES]], 'priority'), true],
  ['that is closed', { ...waiting, closed: true }, [], [], false],
  ['that somebody owns', { ...waiting, ownerId: AGENT }, [], [], false],
  ['that somebody owned', waiting, [], changed([[AGENT, FIRST, NODES]], 'owner'), false],
  ['that people moved', waiting, [], changed([[AGENT, FIRST, NODES]]), false],
  ['that an agent wrote to', waiting, wrote('Agent', AGENT), [], false],
] as const)('whether a ticket is untouched, one %s', ([, ticket, articles, changes, untouched]) => {
  expect(isUntouched(ticket, articles, changes, ACCOUNTS)).toBe(untouched)
})

test.for([
  ['90d', '2026-08-23T12:00:00.000Z'],
  ['12h', '2026-11-21T00:00:00.000Z'],
  ['2026-08-01', '2026-08-01T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
] as const)('--since %s begins at %s', ([text, instant]) => {
  expect(readSince(text, NOON)?.toISOString()).toBe(instant)
})

test.for([
  [''],
  ['90'],
  ['d'],
  ['0d'],
  ['-3d'],
  ['1.5d'],
  ['2w'],
  ['90D'],
  ['123456d'],
  ['2026-02-29'],
  ['2026-13-01'],
  ['2026-8-1'],
  ['2026-08-01T10:00Z'],
  ['yesterday'],
])('--since %j is no beginning', ([text = '']) => {
  expect(readSince(text, NOON)).toBeNull()
})
