import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createDecider } from '../../src/routing/decide.ts'
import { readRulebook } from '../../src/routing/read.ts'
import type { Rulebook } from '../../src/routing/rule.ts'
import type { Source } from '../../src/sources/source.ts'

const good = (name: string): Source => ({
  path: `routing-rules/${name}`,
  text: readFileSync(new URL(`../fixtures/rules/good/${name}`, import.meta.url), 'utf8'),
})

const GOOD = ['units.yaml', 'promise.yaml', '10-everything.yaml', '20-few.yaml'].map(good)

async function read(sources: readonly Source[]): Promise<Rulebook> {
  const { rulebook, problems } = await readRulebook(sources)
  expect(problems).toEqual([])
  if (!rulebook) throw new Error('a set without problems has a rulebook')
  return rulebook
}

const withRules = (text: string): readonly Source[] => [
  good('units.yaml'),
  good('promise.yaml'),
  { path: '10-a.yaml', text },
]

const ruleWhen = (when: string): string =>
  `rules:\n  - { name: a, owner: technical, when: ${when}, then: { unit: technical }, examples: { yes: [a] } }\n`

test('a rule is read with everything it says, and where it stands', async () => {
  const { rules } = await read(GOOD)
  expect(rules.map(({ name, path, line }) => [name, path, line])).toEqual([
    ['every subject', 'routing-rules/10-everything.yaml', 2],
    ['dataset', 'routing-rules/20-few.yaml', 2],
  ])
  expect(rules[0]).toMatchObject({ owner: 'technical', mode: 'assign' })
  expect(rules[1]).toMatchObject({
    mode: null,
    when: { kind: 'words', subject: 'text', phrases: ['dataset', 'conjunto de datos'] },
    examples: { no: [] },
  })
  expect(rules.map(({ unit, priority, tags }) => ({ unit, priority, tags }))).toEqual([
    { unit: 'technical', priority: '3 high', tags: ['upload', 'night'] },
    { unit: 'catalogue', priority: null, tags: [] },
  ])
})

test('a rule that asks for everything there is takes its own example, and not without one of its conditions', async () => {
  const { units, rules } = await read(GOOD)
  const { decide } = createDecider(units, rules)
  const facts = rules[0]?.examples.yes[0]?.facts
  if (!facts) throw new Error('the rule has an example')
  expect(decide(facts).rule).toBe('every subject')
  for (const other of [
    { form: 'other' },
    { source: 'phone' },
    { language: null },
    { domain: 'notupv.es' },
    { organisation: null },
    { answers: { topic: 'upv' } },
    { title: 'It fails' },
    { body: 'error at UPV' },
    { at: new Date('2026-12-26T23:30:00Z') },
  ] as const) {
    expect([other, decide({ ...facts, ...other }).rule]).toEqual([other, null])
  }
})

test('keys of one condition are asked in one order, whatever their order in the file', async () => {
  const one = await read(withRules(ruleWhen('{ words: b, form: a }')))
  const other = await read(withRules(ruleWhen('{ form: a, text: { words: [b] } }')))
  expect(one.rules[0]?.when).toEqual(other.rules[0]?.when)
})

test.for([
  ['a text alone is its title', 'My profile', { title: 'My profile', form: null, source: 'zammad-ui' }],
  ['a form makes it a web form’s', '{ form: a }', { title: '', form: 'a', source: 'web-form' }],
  ['its source may be told', '{ form: a, source: phone }', { source: 'phone' }],
  [
    'what is unknown is empty or null',
    '{ title: a }',
    { body: '', answers: {}, language: null, domain: null },
  ],
  ['a domain is kept in lower case', '{ domain: UPV.es }', { domain: 'upv.es' }],
  ['it comes at noon of a Wednesday', '{ title: a }', { at: new Date('2026-01-07T12:00:00Z') }],
  [
    'an instant may have an offset',
    '{ at: "2026-07-01T00:30:00+02:00" }',
    { at: new Date('2026-06-30T22:30:00Z') },
  ],
] as const)('of an example, %s', async ([, text, facts]) => {
  const { unforeseen } = await read(withRules(`unforeseen:\n  - a\n  - ${text}\n`))
  expect(unforeseen[1]?.facts).toMatchObject(facts)
  expect(unforeseen[1]?.line).toBe(3)
})

test.for([
  ['My profile', '“My profile”'],
  ['{ form: a, answers: { topic: upv, boxes: [b, c] }, title: t }', 'a, topic upv, boxes b, c, “t”'],
  ['{ body: "one\\ntwo" }', '“one two”'],
  ['{ source: phone, language: es }', 'phone, es'],
  ['{ organisation: UPV, at: "2026-01-07T12:00:00Z" }', 'UPV, 2026-01-07T12:00:00Z'],
] as const)('problems name the example %s by what is telling', async ([text, words]) => {
  const { unforeseen } = await read(withRules(`unforeseen: [${text}]\n`))
  expect(unforeseen[0]?.words).toBe(words)
})

test('without rules all is the default unit’s', async () => {
  const { units, rules } = await read([good('units.yaml'), good('promise.yaml')])
  expect(rules).toEqual([])
  expect(units.defaultUnit).toBe('first-line')
})

test('rules are asked in the order of the files’ names, however the files come', async () => {
  const { rules, version } = await read(GOOD.toReversed())
  expect(rules.map(({ name }) => name)).toEqual(['every subject', 'dataset'])
  expect(version).toBe((await read(GOOD)).version)
})

test('the version is 12 hexadecimal digits, the same wherever the files lie', async () => {
  const { version } = await read(GOOD)
  expect(version).toMatch(/^[0-9a-f]{12}$/)
  const moved = GOOD.map(({ path, text }) => ({ path: path.replace('routing-rules/', '/etc/desk/'), text }))
  expect((await read(moved)).version).toBe(version)
})

test.for([
  ['a changed comment', GOOD.map((one, at) => (at === 3 ? { ...one, text: `${one.text}# b\n` } : one))],
  ['a renamed file', GOOD.map((one, at) => (at === 3 ? { ...one, path: '21-few.yaml' } : one))],
  ['a file less', GOOD.slice(0, 3)],
  ['another promise', GOOD.map((one, at) => (at === 1 ? { ...one, text: 'target: 24h\n' } : one))],
] as const)('%s is another version', async ([, sources]) => {
  expect((await read(sources)).version).not.toBe((await read(GOOD)).version)
})

test('a site of one language needs the units’ names in that language only', async () => {
  const units = { path: 'units.yaml', text: 'default: a\nunits: [{ id: a, name: { en: A }, group: A }]\n' }
  const sources = [units, good('promise.yaml')]
  expect((await readRulebook(sources, ['en'])).problems).toEqual([])
  expect((await readRulebook(sources)).problems).toHaveLength(1)
})
