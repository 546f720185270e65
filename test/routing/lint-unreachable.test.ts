import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDecider } from '../../src/routing/decide.ts'
import type { Facts } from '../../src/routing/facts.ts'
import type { Condition, Rule, Subject, TimeWindow } from '../../src/routing/rule.ts'
import { unreachableRules } from '../../src/routing/shadow.ts'
import { UNITS } from './lint-samples.ts'

const is = (subject: Subject, ...values: string[]): Condition => ({ kind: 'is', subject, values })
const words = (subject: Subject, ...phrases: string[]): Condition => ({ kind: 'words', subject, phrases })
const matches = (subject: Subject, pattern: string): Condition => ({ kind: 'matches', subject, pattern })
const exists = (subject: Subject, there = true): Condition => ({ kind: 'exists', subject, exists: there })
const all = (...of: Condition[]): Condition => ({ kind: 'all', of })
const any = (...of: Condition[]): Condition => ({ kind: 'any', of })
const not = (of: Condition): Condition => ({ kind: 'not', of })
const time = (window: Partial<TimeWindow>): Condition => ({
  kind: 'time',
  window: { zone: 'Europe/Madrid', days: null, hours: null, from: null, to: null, ...window },
})

const ruled = (when: Condition, index: number): Rule => ({
  name: `rule ${index + 1}`,
  owner: 'first-line',
  when,
  unit: 'catalogue',
  priority: null,
  tags: [],
  mode: null,
  examples: { yes: [], no: [] },
  path: 'rules.yaml',
  line: index + 1,
})

/** Checked boxes are answered by lists, all other fields by one value. */
const unreachable = (...conditions: Condition[]) =>
  unreachableRules(conditions.map(ruled), (field) => field !== 'boxes')

/** What is said of the last of these rules: the lines of the rules that take its requests. */
function verdict(...conditions: Condition[]): 'reachable' | 'contradiction' | readonly number[] {
  const last = unreachable(...conditions).at(-1) ?? null
  if (last === null) return 'reachable'
  return last.why === 'contradiction' ? last.why : last.by.map(({ line }) => line)
}

test.for<[string, Condition[], readonly number[]]>([
  ['the same condition', [is('form', 'a'), is('form', 'a')], [1]],
  ['the same value with other letters', [is('title', 'ALTÁ'), is('title', ' alta ')], [1]],
  ['one value of a list', [is('form', 'a', 'b'), is('form', 'b')], [1]],
  ['a list whose values two rules take', [is('form', 'a'), is('form', 'b'), is('form', 'b', 'a')], [1, 2]],
  ['all of what one part takes', [is('form', 'a'), all(words('text', 'x'), is('form', 'a'))], [1]],
  ['a longer phrase', [words('text', 'search'), words('text', 'federated search')], [1]],
  ['a word by its beginning', [words('text', 'feder*'), words('text', 'federated')], [1]],
  ['a longer beginning', [words('text', 'feder*'), words('text', 'federat*')], [1]],
  ['a phrase in a phrase of beginnings', [words('text', 'b* c'), words('text', 'a bar c d', 'x bb c')], [1]],
  ['words in the title, by the text', [words('text', 'upload'), words('title', 'upload')], [1]],
  ['words in title and body apart', [words('title', 'x'), words('body', 'x'), words('text', 'x')], [1, 2]],
  ['a value by its words', [words('title', 'data access'), is('title', 'New data-access request')], [1]],
  ['any test, by exists', [exists('organisation'), matches('organisation', '^x')], [1]],
  ['words, by exists', [exists('answer:node'), words('answer:node', 'upv')], [1]],
  ['a subdomain', [is('domain', 'upv.es'), is('domain', 'lab.upv.es', 'upv.es')], [1]],
  ['the same pattern', [matches('text', 'X-\\d+'), all(matches('body', 'X-\\d+'), is('form', 'a'))], [1]],
  ['what is left of two halves', [is('form', 'a'), not(is('form', 'a')), words('text', 'x')], [1, 2]],
  [
    'all four ways to come',
    [is('source', 'web-form', 'email'), is('source', 'phone', 'zammad-ui'), exists('title')],
    [1, 2],
  ],
  [
    'a part of a week',
    [time({ days: [1, 2, 3] }), time({ days: [2, 3], hours: { from: 60, to: 120 } })],
    [1],
  ],
  ['a part of a day', [time({ hours: { from: 0, to: 600 } }), time({ hours: { from: 60, to: 600 } })], [1]],
  ['a part of a year', [time({ from: '2026-12-01' }), time({ from: '2026-12-24', to: '2027-01-06' })], [1]],
  [
    'a night of some days',
    [time({ hours: { from: 1080, to: 480 } }), time({ days: [1], hours: { from: 1080, to: 480 } })],
    [1],
  ],
  [
    'a nested choice',
    [
      any(is('form', 'a'), words('text', 'b')),
      all(any(is('form', 'a'), words('title', 'b c')), exists('body')),
    ],
    [1],
  ],
  [
    'what is excluded in each of two earlier rules',
    [
      all(is('form', 'a'), words('text', 'x')),
      all(is('form', 'a'), not(words('text', 'x'))),
      is('form', 'a'),
    ],
    [1, 2],
  ],
])('earlier rules that take %s are found, and no more than needed', ([, conditions, lines]) => {
  expect(verdict(...conditions)).toEqual(lines)
  expect(verdict(is('form', 'elsewhere'), ...conditions)).toEqual(lines.map((line) => line + 1))
})

test.for<[string, Condition[]]>([
  ['two forms at once', [all(is('form', 'a'), is('form', 'b'))]],
  ['a test and its opposite', [all(words('title', 'x'), not(words('text', 'x')))]],
  ['what is there and missing', [all(is('answer:node', 'upv'), exists('answer:node', false))]],
  ['two domains that are not within each other', [all(is('domain', 'upv.es'), is('domain', 'upv.org'))]],
  ['a value without the words asked for', [all(is('title', 'good morning'), words('title', 'night'))]],
])('%s can never match', ([, conditions]) => {
  expect(verdict(...conditions)).toBe('contradiction')
})

test.for<[string, Condition[]]>([
  ['another value', [is('form', 'a'), is('form', 'b')]],
  ['a shorter phrase', [words('text', 'federated search'), words('text', 'search')]],
  ['words in another order', [words('text', 'search federated'), words('text', 'federated search')]],
  ['words apart', [words('text', 'a b'), words('text', 'a c b')]],
  ['a word for its beginning', [words('text', 'feder*'), words('text', 'fed*')]],
  ['the text, by the title', [words('title', 'x'), words('text', 'x')]],
  ['a parent domain', [is('domain', 'lab.upv.es'), is('domain', 'upv.es')]],
  ['a domain that only ends alike', [is('domain', 'upv.es'), is('domain', 'notupv.es')]],
  ['two boxes checked at once', [is('form', 'x'), all(is('answer:boxes', 'a'), is('answer:boxes', 'b'))]],
  [
    'two texts, one in the title and one in the body',
    [is('form', 'x'), all(is('text', 'a'), is('text', 'b'))],
  ],
  ['a time in another zone', [time({ days: [1, 2] }), time({ days: [1], zone: 'Europe/Lisbon' })]],
  ['the night before the day', [time({ days: [1] }), time({ days: [1], hours: { from: 1080, to: 480 } })]],
  ['a pattern that only looks narrower', [matches('text', 'a'), matches('text', 'ab')]],
  [
    'the one case that earlier rules leave',
    [is('form', 'a'), words('text', 'x'), any(is('form', 'a'), words('text', 'y'))],
  ],
])('%s is told reachable', ([, conditions]) => {
  expect(verdict(...conditions)).toBe('reachable')
})

const VALUES = ['a', 'b', 'c', 'a b', 'b c', 'a b c', 'b.a', 'c.b.a', '']
const PHRASES = ['a', 'b', 'c', 'a b', 'b c', 'a*', 'b* c', 'ab']
const SUBJECTS: readonly Subject[] = [
  'form',
  'title',
  'body',
  'text',
  'domain',
  'source',
  'answer:one',
  'answer:boxes',
]

const value = fc.constantFrom(...VALUES)
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constant('is' as const),
    subject: fc.constantFrom(...SUBJECTS),
    values: fc.array(fc.oneof(value, fc.constantFrom('web-form', 'email')), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('words' as const),
    subject: fc.constantFrom(...SUBJECTS),
    phrases: fc.array(fc.constantFrom(...PHRASES), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('matches' as const),
    subject: fc.constantFrom(...SUBJECTS),
    pattern: fc.constantFrom('a', '^b', '.*', '\\s'),
  }),
  fc.record({
    kind: fc.constant('exists' as const),
    subject: fc.constantFrom(...SUBJECTS),
    exists: fc.boolean(),
  }),
  fc
    .record({
      days: fc.constantFrom(null, [1], [1, 2, 3], [6, 7]),
      hours: fc.constantFrom(null, { from: 0, to: 720 }, { from: 540, to: 1020 }, { from: 1080, to: 480 }),
      from: fc.constantFrom(null, '2026-01-05', '2026-01-07'),
      to: fc.constantFrom(null, '2026-01-07', '2026-01-09'),
    })
    .map((window) => time(window)),
)
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    }),
    tie('condition').map(not),
  ),
}))
const facts: fc.Arbitrary<Facts> = fc.record({
  source: fc.constantFrom('web-form', 'zammad-ui', 'email', 'phone'),
  form: fc.option(value),
  answers: fc.record({ one: value, boxes: fc.array(value, { maxLength: 3 }) }, { requiredKeys: [] }),
  title: value,
  body: value,
  language: fc.constant(null),
  domain: fc.option(value),
  organisation: fc.constant(null),
  at: fc.date({ min: new Date('2026-01-04'), max: new Date('2026-01-11'), noInvalidDate: true }),
})

test('no rule that decides a request is ever told unreachable', () => {
  let told = 0
  fc.assert(
    fc.property(
      fc.array(condition, { minLength: 1, maxLength: 6 }),
      fc.array(facts, { minLength: 40, maxLength: 40 }),
      (conditions, requests) => {
        const rules = conditions.map(ruled)
        const decider = createDecider(UNITS, rules)
        const decided = new Set(requests.map((request) => decider.decide(request).rule))
        unreachable(...conditions).forEach((why, index) => {
          if (why) told += 1
          expect(why && decided.has(rules[index]?.name ?? null)).toBeFalsy()
        })
      },
    ),
    { numRuns: 800, seed: 20_261_121 },
  )
  expect(told).toBeGreaterThan(200)
})

test('the rules that are named as taking all requests do so by themselves', () => {
  fc.assert(
    fc.property(fc.array(condition, { minLength: 2, maxLength: 6 }), (conditions) => {
      unreachable(...conditions).forEach((why, index) => {
        if (why?.why !== 'shadowed') return
        const own = conditions[index]
        const named = why.by.flatMap(({ line }) => conditions[line - 1] ?? [])
        expect(own && verdict(...named, own)).toEqual(named.map((_, at) => at + 1))
      })
    }),
    { numRuns: 500, seed: 4 },
  )
})

test('very many conditions are looked at to the end', () => {
  const phrases = (index: number) => Array.from({ length: 10 }, (_, n) => `word${index} other${n}`)
  const many = Array.from({ length: 300 }, (_, index) =>
    all(
      any(is('form', `form${index % 20}`), is('answer:node', `node${index}`)),
      words('text', ...phrases(index)),
    ),
  )
  const last = all(is('form', 'form3'), words('title', 'a word7 other3 b'), words('body', 'word3 other9'))
  expect(
    unreachable(...many, last)
      .slice(0, -1)
      .every((why) => why === null),
  ).toBe(true)
  expect(verdict(...many, last)).toEqual([4])
})
