import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDecider } from '../../src/routing/decide.ts'
import { type Facts, TICKET_SOURCES } from '../../src/routing/facts.ts'
import type { Condition, Rule, Subject } from '../../src/routing/rule.ts'
import { placeOf } from '../../src/routing/rule.ts'
import type { Units } from '../../src/routing/units.ts'
import { aRule, aUnit, unitsOf } from '../support/sample-rules.ts'
import { someFacts } from './some-facts.ts'

const UNITS: Units = unitsOf(
  aUnit({ id: 'first-line' }),
  aUnit({ id: 'assigned' }),
  aUnit({ id: 'suggested', mode: 'suggest' }),
)

const taking = (rule: Rule, priority: string | null, tags: readonly string[]): Rule => ({
  ...rule,
  priority,
  tags,
})

const decide = (rules: readonly Rule[], facts: Partial<Facts>, units = UNITS) =>
  createDecider(units, rules).decide(someFacts(facts))

test('what no rule matches is the default unit’s', () => {
  expect(decide([aRule('a', 'upload', 'assigned')], { title: 'Hello' })).toEqual({
    unit: 'first-line',
    rule: null,
    priority: null,
    tags: [],
    mode: 'assign',
    because: 'no rule matched',
  })
})

test('the first rule that matches decides, with its priority and tags, and says why', () => {
  const rules = [
    aRule('none', 'nothing', 'suggested'),
    taking(aRule('first', 'upload', 'assigned'), '3 high', ['upload']),
    aRule('second', 'upload', 'suggested'),
  ]
  expect(decide(rules, { title: 'The upload' })).toEqual({
    unit: 'assigned',
    rule: 'first',
    priority: '3 high',
    tags: ['upload'],
    mode: 'assign',
    because: 'the text has the words “upload”',
  })
})

test.for([
  ['a unit that assigns', 'assigned', null, 'assign', [], 'assigned'],
  ['a unit that is only suggested', 'suggested', null, 'suggest', ['suggest-suggested'], 'first-line'],
  ['a rule that only suggests', 'assigned', 'suggest', 'suggest', ['suggest-assigned'], 'first-line'],
  ['a rule that assigns all the same', 'suggested', 'assign', 'assign', [], 'suggested'],
  ['the default unit', 'first-line', null, 'assign', [], 'first-line'],
  ['the default unit, suggested by a rule', 'first-line', 'suggest', 'assign', [], 'first-line'],
] as const)('with %s, the ticket goes where the mode says', ([, unit, ruleMode, mode, tags, place]) => {
  const decision = decide([aRule('a', 'upload', unit, { mode: ruleMode })], { title: 'upload' })
  expect(decision).toMatchObject({ unit, mode, tags })
  expect(placeOf(decision, UNITS)).toBe(place)
})

test('a default unit whose own mode is suggest takes its tickets without a tag', () => {
  const units = unitsOf(aUnit({ id: 'first-line', mode: 'suggest' }))
  expect(decide([aRule('a', 'upload', 'first-line')], { title: 'upload' }, units)).toMatchObject({
    mode: 'assign',
    tags: [],
  })
})

test('the tag of a suggestion stands behind the rule’s own', () => {
  const rule = taking(aRule('a', 'upload', 'suggested'), null, ['a', 'b'])
  expect(decide([rule], { title: 'upload' }).tags).toEqual(['a', 'b', 'suggest-suggested'])
})

test('an explanation names every rule up to the one that matched, and none behind it', () => {
  const rules = ['nothing', 'none', 'upload', 'load'].map((word) => aRule(`rule ${word}`, word, 'assigned'))
  expect(createDecider(UNITS, rules).explain(someFacts({ title: 'upload, load' })).considered).toEqual([
    { rule: 'rule nothing', matched: false, because: 'the text does not have the words “nothing”' },
    { rule: 'rule none', matched: false, because: 'the text does not have the words “none”' },
    { rule: 'rule upload', matched: true, because: 'the text has the words “upload”' },
  ])
})

test('an explanation without a match names every rule', () => {
  const rules = ['a', 'b'].map((word) => aRule(word, word, 'assigned'))
  const { rule, because, considered } = createDecider(UNITS, rules).explain(someFacts({ title: 'x' }))
  expect({ rule, because }).toEqual({ rule: null, because: 'no rule matched' })
  expect(considered.map(({ rule, matched }) => [rule, matched])).toEqual([
    ['a', false],
    ['b', false],
  ])
})

const word = fc.constantFrom('upload', 'upl*', 'federated search', 'búsqueda', 'x', '数据')
const value = fc.constantFrom('a', 'b', 'upload', 'upv.es')
const subject: fc.Arbitrary<Subject> = fc.constantFrom(
  'form',
  'title',
  'body',
  'text',
  'language',
  'domain',
  'organisation',
  'source',
  'answer:x',
  'answer:y',
)
const day = fc.integer({ min: 1, max: 7 })
const minute = fc.integer({ min: 0, max: 1439 })
const date = fc.option(fc.constantFrom('2026-01-07', '2026-06-01'))

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constant('is' as const), subject, values: fc.array(value, { minLength: 1 }) }),
  fc.record({ kind: fc.constant('words' as const), subject, phrases: fc.array(word, { minLength: 1 }) }),
  fc.record({
    kind: fc.constant('matches' as const),
    subject,
    pattern: fc.constantFrom('up', '^x$', 'f.*s', '\\d'),
  }),
  fc.record({ kind: fc.constant('exists' as const), subject, exists: fc.boolean() }),
  fc.record({
    kind: fc.constant('time' as const),
    window: fc.record({
      zone: fc.constantFrom('UTC', 'Europe/Madrid', 'America/Los_Angeles'),
      days: fc.option(fc.array(day, { minLength: 1 })),
      hours: fc.option(fc.record({ from: minute, to: minute })),
      from: date,
      to: date,
    }),
  }),
)

const { condition } = fc.letrec<{ readonly condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('condition') }),
  ),
}))

const rulesOf = (max: number) =>
  fc
    .array(
      fc.record({
        when: condition,
        unit: fc.constantFrom('first-line', 'assigned', 'suggested'),
        mode: fc.constantFrom(null, 'assign' as const, 'suggest' as const),
      }),
      { maxLength: max },
    )
    .map((entries) =>
      entries.map(({ when, unit, mode }, index) => aRule(`rule ${index}`, 'x', unit, { when, mode })),
    )

const text = fc.oneof(
  fc
    .array(fc.constantFrom('upload', 'Federated', 'search', 'bu\u0301squeda', 'x', '数据库', '7'), {
      maxLength: 8,
    })
    .map((words) => words.join(' ')),
  fc.string({ unit: 'binary', maxLength: 40 }),
)
const facts: fc.Arbitrary<Facts> = fc.record({
  source: fc.constantFrom(...TICKET_SOURCES),
  form: fc.option(value),
  answers: fc.dictionary(
    fc.constantFrom('x', 'y', 'z'),
    fc.oneof(value, text, fc.array(value, { maxLength: 3 })),
  ),
  title: text,
  body: text,
  language: fc.constantFrom(null, 'en' as const, 'es' as const),
  domain: fc.option(fc.oneof(value, fc.constant('a.upv.es'))),
  organisation: fc.option(text),
  at: fc.date(),
})

test('whatever the rules and the ticket, there is one decision, and the same one each time', () => {
  fc.assert(
    fc.property(rulesOf(8), facts, (rules, ticket) => {
      const decision = createDecider(UNITS, rules).decide(ticket)
      expect(UNITS.units.map(({ id }) => id)).toContain(decision.unit)
      expect(UNITS.units.map(({ id }) => id)).toContain(placeOf(decision, UNITS))
      expect(decision.because).not.toBe('')
      expect(decision.tags.includes(`suggest-${decision.unit}`)).toBe(decision.mode === 'suggest')
      expect(createDecider(UNITS, structuredClone(rules)).decide(structuredClone(ticket))).toEqual(decision)
    }),
    { numRuns: 2000 },
  )
})

test('whatever stands behind the rule that matched, and behind rules that all fail, changes nothing before it', () => {
  fc.assert(
    fc.property(rulesOf(5), rulesOf(5), facts, (rules, more, ticket) => {
      const { rule, considered } = createDecider(UNITS, rules).explain(ticket)
      const later = more.map((one, index) => ({ ...one, name: `later ${index}` }))
      const longer = createDecider(UNITS, [...rules, ...later])
      if (rule === null) expect(longer.explain(ticket).considered.slice(0, rules.length)).toEqual(considered)
      else expect(longer.decide(ticket)).toEqual(createDecider(UNITS, rules).decide(ticket))
    }),
    { numRuns: 2000 },
  )
})

test('explanation and decision never differ, over 10,000 tickets', () => {
  let tickets = 0
  fc.assert(
    fc.property(rulesOf(6), fc.array(facts, { minLength: 20, maxLength: 20 }), (rules, batch) => {
      const { decide: decideOne, explain } = createDecider(UNITS, rules)
      for (const ticket of batch) {
        const { considered, ...explained } = explain(ticket)
        expect(explained).toEqual(decideOne(ticket))
        const asked =
          explained.rule === null ? rules.length : rules.findIndex(({ name }) => name === explained.rule) + 1
        expect(considered.map(({ rule }) => rule)).toEqual(rules.slice(0, asked).map(({ name }) => name))
        expect(considered.filter(({ matched }) => matched).map(({ rule }) => rule)).toEqual(
          explained.rule === null ? [] : [explained.rule],
        )
        tickets += 1
      }
    }),
    { numRuns: 500 },
  )
  expect(tickets).toBe(10_000)
})

/** The definition of a decision, without anything made ready beforehand. */
const firstAlone = (rules: readonly Rule[], ticket: Facts): string | null =>
  rules.find((rule) => createDecider(UNITS, [rule]).decide(ticket).rule !== null)?.name ?? null

test('a rule among others matches exactly the tickets that it matches alone', () => {
  fc.assert(
    fc.property(rulesOf(6), facts, (rules, ticket) => {
      expect(createDecider(UNITS, rules).decide(ticket).rule).toBe(firstAlone(rules, ticket))
    }),
    { numRuns: 1000 },
  )
})

test('a condition and its negation never agree', () => {
  fc.assert(
    fc.property(condition, facts, (when, ticket) => {
      const matched = (one: Condition) =>
        decide([aRule('a', 'x', 'assigned', { when: one })], ticket).rule !== null
      expect(matched({ kind: 'not', of: when })).toBe(!matched(when))
    }),
    { numRuns: 1000 },
  )
})
