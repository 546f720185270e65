import { expect, test } from 'vitest'
import type { Change } from '../../src/desk.ts'
import {
  type Handling,
  handlingOf,
  type Past,
  type PastTicket,
  readSince,
  share,
  tally,
} from '../../src/routing/backtest.ts'
import type { Rule } from '../../src/routing/rule.ts'
import { readUnits } from '../../src/routing/units.ts'
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

const UNTOUCHED: Handling = { moves: [], feedback: null }

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
    handling: UNTOUCHED,
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
    { rule: 'dataset', unit: 'catalogue', took: 3, ended: 2, suggested: 0, kept: 1, moved: 1 },
    { rule: 'upload', unit: 'nodes', took: 1, ended: 1, suggested: 1, kept: 0, moved: 0 },
    { rule: 'never', unit: 'idle', took: 0, ended: 0, suggested: 0, kept: 0, moved: 0 },
    { rule: null, unit: 'first-line', took: 2, ended: 1, suggested: 0, kept: 1, moved: 1 },
  ])
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

const OURS = { opened: true, closed: true }
const THEIRS = { opened: false, closed: true }

test.for<readonly [string, typeof OURS, readonly Step[], Handling['feedback'], number]>([
  ['opened by us, never moved, closed', OURS, [], 'kept', 0],
  ['opened by us, never moved, still open', { ...OURS, closed: false }, [], 'open', 0],
  ['opened by us, moved by an agent', OURS, [[AGENT, CATALOGUE, NODES]], 'moved', 1],
  ['opened by us, moved by a trigger of Zammad’s', OURS, [[ZAMMAD, CATALOGUE, NODES]], 'kept', 0],
  [
    'opened by us, moved by an agent, then by us',
    OURS,
    [
      [AGENT, CATALOGUE, NODES],
      [BOT, NODES, FIRST],
    ],
    'moved',
    1,
  ],
  ['opened by others, never moved', THEIRS, [], null, 0],
  ['opened by others, moved by an agent alone', THEIRS, [[AGENT, FIRST, NODES]], null, 1],
  ['opened by others, moved by us', THEIRS, [[BOT, FIRST, CATALOGUE]], 'kept', 0],
  [
    'moved by us, then by an agent',
    THEIRS,
    [
      [BOT, FIRST, CATALOGUE],
      [AGENT, CATALOGUE, NODES],
    ],
    'moved',
    1,
  ],
  [
    'moved by an agent, then by us',
    THEIRS,
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
    [
      [AGENT, FIRST, NODES],
      [BOT, NODES, CATALOGUE],
      [BOT, CATALOGUE, NODES],
    ],
    null,
    1,
  ],
])('the history tells who put a ticket where: %s', ([, ticket, steps, feedback, moves]) => {
  const handling = handlingOf(ticket, changed(steps), { bot: BOT, machines: new Set([BOT, ZAMMAD]) })
  expect(handling.feedback).toBe(feedback)
  expect(handling.moves).toHaveLength(moves)
})

test('a change of owner is no move', () => {
  const changes = changed([[AGENT, FIRST, CATALOGUE]], 'owner')
  const handling = handlingOf(OURS, changes, { bot: BOT, machines: new Set([BOT]) })
  expect(handling).toEqual({ moves: [], feedback: 'kept' })
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
