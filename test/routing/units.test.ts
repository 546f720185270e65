import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HOUR_MS } from '../../src/clock.ts'
import { fallbackChain, readUnits } from '../../src/routing/units.ts'
import type { Unit } from '../../src/routing/units.ts'

const OWN = readFileSync(new URL('../../routing-rules/units.yaml', import.meta.url), 'utf8')

const read = (text: string) => readUnits({ path: 'units.yaml', text })

const unit = (id: string, more = ''): string =>
  `  - { id: ${id}, name: { en: ${id}, es: ${id} }, group: Group ${id}${more} }\n`

test('the units of this repository are without a mistake and name the groups of the sandbox', () => {
  const { units, problems } = read(OWN)
  expect(problems).toEqual([])
  expect(units?.defaultUnit).toBe('first-line')
  expect(units?.units.map(({ id, group }) => [id, group])).toEqual([
    ['first-line', 'First Line support'],
    ['catalogue', 'Catalogue'],
    ['reference-nodes', 'Reference nodes'],
    ['technical', 'Technical support'],
    ['federated-search', 'Federated search'],
    ['dashboard', 'Dashboard'],
  ])
})

test('what a unit leaves out has its documented default', () => {
  expect(read(`default: a\nunits:\n${unit('a')}`).units?.units).toEqual([
    {
      id: 'a',
      name: { en: 'a', es: 'a' },
      group: 'Group a',
      mail: null,
      fallback: null,
      mode: 'assign',
      onArrival: 'none',
      calendar: null,
      notify: [],
      duty: [],
    },
  ])
})

test.for([
  ['neither', '', '3 high', 8],
  ['the priority', 'urgent: 4 now\n', '4 now', 8],
  ['the wait', 'unrouted_after: 90m\n', '3 high', 1.5],
] as const)('with %s told, urgent priority and longest wait are as documented', ([, more, urgent, hours]) => {
  const { units } = read(`default: a\n${more}units:\n${unit('a')}`)
  expect(units).toMatchObject({ urgent, unroutedAfterMs: hours * HOUR_MS })
})

test('what a unit says is kept', () => {
  const more =
    ', mail: a@example.org, fallback: b, mode: suggest, on_arrival: mail, calendar: always, notify: [n@example.org], duty: [d@example.org]'
  expect(read(`default: b\nunits:\n${unit('a', more)}${unit('b')}`).units?.units[0]).toMatchObject({
    mail: 'a@example.org',
    fallback: 'b',
    mode: 'suggest',
    onArrival: 'mail',
    calendar: 'always',
    notify: ['n@example.org'],
    duty: ['d@example.org'],
  })
})

test.for([
  [
    'an unknown default',
    `default: bb\nunits:\n${unit('b')}`,
    '1 default: no unit is called bb; did you mean b?',
  ],
  ['no default', `units:\n${unit('b')}`, '1 default: is missing; it must be a text'],
  ['no units', 'default: a\nunits: []\n', '2 units: must not be empty'],
  [
    'an unknown fallback',
    `default: a\nunits:\n${unit('a')}${unit('b', ', fallback: c')}`,
    '4 units[1].fallback: no unit is called c; did you mean a?',
  ],
  [
    'a fallback of the default unit',
    `default: a\nunits:\n${unit('a', ', fallback: b')}${unit('b')}`,
    '3 units[0].fallback: the default unit has no fallback: it is where all others end',
  ],
  [
    'a unit that falls back to itself',
    `default: a\nunits:\n${unit('a')}${unit('b', ', fallback: b')}`,
    '4 units[1].fallback: goes round in a circle: b → b',
  ],
  [
    'an id given twice',
    `default: a\nunits:\n${unit('a')}${unit('a').replace('Group a', 'Other')}`,
    '4 units[1].id: another unit is called a already; ids differ',
  ],
  [
    'a group given twice',
    `default: a\nunits:\n${unit('a')}${unit('b').replace('Group b', 'Group a')}`,
    '4 units[1].group: another unit has the group Group a already; a group has one unit',
  ],
  [
    'a name in one language',
    'default: a\nunits:\n  - { id: a, name: { en: A }, group: A }\n',
    '3 units[0].name: has no text in Spanish; add es: …',
  ],
  [
    'an address with a name',
    `default: a\nunits:\n${unit('a', ', mail: A <a@example.org>')}`,
    '3 units[0].mail: must be an email address, like desk@example.org',
  ],
  [
    'another mode',
    `default: a\nunits:\n${unit('a', ', mode: sugest')}`,
    '3 units[0].mode: must be one of assign, suggest, not "sugest"; did you mean suggest?',
  ],
  [
    'a wait that is no duration',
    `default: a\nunrouted_after: 8 hours\nunits:\n${unit('a')}`,
    '2 unrouted_after: must be minutes, hours or days, like 90m, 48h or 2d',
  ],
  [
    'a priority as a number',
    `default: a\nurgent: 3\nunits:\n${unit('a')}`,
    '2 urgent: must be a text; put it in quotes: "3"',
  ],
  [
    'a misspelt key',
    `default: a\nunits:\n${unit('a', ', fallbak: b')}`,
    '3 units[0].fallbak: is not a key here; did you mean fallback?',
  ],
  [
    'an id with capitals',
    'default: A\nunits:\n  - { id: A, name: { en: A, es: A }, group: A }\n',
    '3 units[0].id: must be of a–z, 0–9 and -, and begin with a letter',
  ],
] as const)('%s is told with its line', ([, text, message]) => {
  const { units, problems } = read(text)
  expect(units).toBeNull()
  expect(problems.map((one) => `${one.line} ${one.message}`)).toEqual([message])
})

test('a circle is told at each of its units, and not at those that lead into it', () => {
  const text = `default: a\nunits:\n${unit('a')}${unit('b', ', fallback: c')}${unit('c', ', fallback: b')}${unit('d', ', fallback: b')}`
  expect(read(text).problems.map(({ line, message }) => `${line} ${message}`)).toEqual([
    '4 units[1].fallback: goes round in a circle: b → c → b',
    '5 units[2].fallback: goes round in a circle: c → b → c',
  ])
})

test('a site of one language needs names in that language only', () => {
  const text = 'default: a\nunits:\n  - { id: a, name: { en: A }, group: A }\n'
  expect(readUnits({ path: 'units.yaml', text }, ['en']).problems).toEqual([])
})

test.for([
  ['through the units between', 'reference-nodes', ['technical', 'first-line']],
  ['straight to the default', 'catalogue', ['first-line']],
  ['the default unit itself', 'first-line', ['first-line']],
  ['an unknown unit', 'nobody', ['first-line']],
] as const)('the chain of %s ends in the default unit', ([, id, chain]) => {
  const { units } = read(OWN)
  expect(units && fallbackChain(units, id)).toEqual(chain)
})

test('whatever units name, a chain has no repeats and ends in the default unit', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e')
  const anyUnit = (id: string): fc.Arbitrary<Unit> =>
    fc.record({
      id: fc.constant(id),
      name: fc.constant({ en: id }),
      group: fc.constant(id),
      mail: fc.constant(null),
      fallback: fc.option(name),
      mode: fc.constant('assign' as const),
      onArrival: fc.constant('none' as const),
      calendar: fc.constant(null),
      notify: fc.constant([]),
      duty: fc.constant([]),
    })
  fc.assert(
    fc.property(fc.tuple(...['a', 'b', 'c', 'd', 'e'].map(anyUnit)), name, name, (units, defaultUnit, id) => {
      const chain = fallbackChain({ defaultUnit, units }, id)
      expect(chain.at(-1)).toBe(defaultUnit)
      expect(new Set(chain).size).toBe(chain.length)
      expect(id === defaultUnit || !chain.includes(id)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})
