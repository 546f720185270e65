import { expect, test } from 'vitest'
import { tellProblem } from '../../src/content.ts'
import { lintRules } from '../../src/routing/lint.ts'
import { readRulebook } from '../../src/routing/read.ts'
import { sampleForms } from '../support/sample-forms.ts'

const UNITS = `default: first-line
units:
  - { id: first-line, name: { en: First, es: Primera }, group: First Line }
  - { id: catalogue, name: { en: Catalogue, es: Catálogo }, group: Catalogue }
`
const PROMISE = 'target: 48h\nlevels: [{ at: 100%, to: [unit] }]\n'

/** What is found in one rules file, or in several, each line as people see it. */
async function linted(...files: readonly string[]): Promise<readonly string[]> {
  const sources = [
    { path: 'units.yaml', text: UNITS },
    { path: 'promise.yaml', text: PROMISE },
    ...files.map((text, index) => ({ path: `${index + 1}0-rules.yaml`, text })),
  ]
  const { rulebook, problems } = await readRulebook(sources)
  expect(problems.map(tellProblem)).toEqual([])
  return rulebook ? lintRules(rulebook, sampleForms, sources).map(tellProblem) : []
}

const rule = (name: string, when: string, yes: string, no = '[]'): string => `
  - name: ${name}
    owner: catalogue
    when: ${when}
    then: { unit: catalogue }
    examples:
      yes: ${yes}
      no: ${no}`

const rules = (...all: readonly string[]): string => `rules:${all.join('')}\n`

test('a rulebook without a fault has none', async () => {
  const file = rules(
    rule(
      'upload',
      '{ form: upload-trouble, answer: { node: [upv, unknown], what_arrived: images } }',
      `
        - form: upload-trouble
          answers: { node: upv, what_arrived: [images, clinical], what: It stops }`,
      '[The upload is slow]',
    ),
    rule(
      'dataset',
      '{ any: [{ form: dataset }, { words: [dataset, "conjunto* de datos"] }] }',
      `
        - { form: dataset }
        - Publicar conjuntos de datos`,
    ),
  )
  expect(await linted(`${file}unforeseen: [Good morning]\n`)).toEqual([])
})

test.for<[string, string, readonly string[]]>([
  [
    'a yes example that an earlier rule takes, with that rule',
    rules(
      rule('first', '{ words: dataset }', '[Dataset]'),
      rule('second', '{ words: cohort }', '[Cohort, "My dataset and cohort"]'),
    ),
    [
      '10-rules.yaml:14: “second”: the example “My dataset and cohort” is taken by the earlier rule “first” (10-rules.yaml:2): the text has the words “dataset”',
    ],
  ],
  [
    'a yes example that no rule matches, with what failed first',
    rules(
      rule(
        'first',
        '{ form: dataset, words: cohort }',
        '[{ form: dataset, title: cohort }, { form: dataset, title: data }]',
      ),
    ),
    [
      '10-rules.yaml:7: “first”: the example dataset, “data” does not match: the text does not have the words “cohort”; no rule takes it',
    ],
  ],
  [
    'a yes example that only a later rule matches, with that rule',
    rules(
      rule('first', '{ form: dataset }', '[{ form: dataset }, hello]'),
      rule('second', '{ words: hello }', '[Hello you]'),
    ),
    [
      '10-rules.yaml:7: “first”: the example “hello” does not match: form is missing; the later rule “second” (10-rules.yaml:9) takes it',
    ],
  ],
  [
    'a no example that the rule matches, though an earlier rule would take it',
    rules(rule('first', '{ words: a }', '[a]'), rule('second', '{ words: b }', '[b]', '["a, b"]')),
    ['10-rules.yaml:15: “second”: matches the request “a, b”, which it must not: the text has the words “b”'],
  ],
  [
    'an unforeseen request that a rule takes',
    `${rules(rule('first', '{ words: a }', '[a]'))}unforeseen:\n  - Hello\n  - Not a question\n`,
    [
      '10-rules.yaml:11: the unforeseen request “Not a question” is taken by “first”: the text has the words “a”',
    ],
  ],
  [
    'a rule that an earlier one shadows, once, and not by its examples too',
    rules(
      rule('first', '{ words: upload }', '[upload]'),
      rule('second', '{ words: [upload failed, upload fails] }', '[Upload failed]'),
    ),
    [
      '10-rules.yaml:9: “second”: is never reached: the earlier rule “first” (10-rules.yaml:2) takes every request that it could match',
    ],
  ],
  [
    'a rule that earlier ones shadow together',
    rules(
      rule('first', '{ words: a }', '[a]'),
      rule('second', '{ words: b }', '[b]'),
      rule('third', '{ words: [a, b] }', '["b a"]'),
    ),
    [
      '10-rules.yaml:16: “third”: is never reached: earlier rules take every request that it could match: “first” (10-rules.yaml:2), “second” (10-rules.yaml:9)',
    ],
  ],
  [
    'a rule that cannot match',
    rules(rule('first', '{ all: [{ form: dataset }, { form: question }] }', '[{ form: dataset }]')),
    [
      '10-rules.yaml:2: “first”: can never match: its own conditions exclude each other',
      '10-rules.yaml:7: “first”: the example dataset does not match: form is not question; no rule takes it',
    ],
  ],
  [
    'a rule that no example reaches, though it could be reached',
    rules(rule('first', '{ words: a }', '[a]'), rule('second', '{ words: b }', '["a b"]')),
    [
      '10-rules.yaml:9: “second”: no example reaches this rule',
      '10-rules.yaml:14: “second”: the example “a b” is taken by the earlier rule “first” (10-rules.yaml:2): the text has the words “a”',
    ],
  ],
  [
    'one request under yes of two rules, however it is written',
    rules(rule('first', '{ words: a }', '[Señal a]'), rule('second', '{ words: b }', '[b, " SENAL A"]')),
    ['10-rules.yaml:14: the request “SENAL A” stands under yes of “first” as well (10-rules.yaml:7)'],
  ],
  [
    'one request under yes and no of one rule',
    rules(rule('first', '{ words: a }', '[a]', '[A]')),
    ['10-rules.yaml:8: the request “A” stands under yes (line 7) and under no'],
  ],
  [
    'one request under yes and unforeseen',
    `${rules(rule('first', '{ words: a }', '[a]'))}unforeseen: [{ title: a }]\n`,
    [
      '10-rules.yaml:9: the request “a” is no unforeseen one: it stands under yes of “first” (10-rules.yaml:7)',
    ],
  ],
])('%s is told with its line', async ([, file, told]) => {
  expect(await linted(file)).toEqual(told)
})

test.for<[string, string, string]>([
  ['a form', '{ form: datasets }', 'no form is called datasets; did you mean dataset?'],
  [
    'a form deep in other conditions',
    '{ all: [{ words: x }, { not: { all: [{ form: quest }, { words: y }] } }] }',
    'no form is called quest; known are upload-trouble, mailing-list, dataset, question',
  ],
  ['a field', '{ answer: { nodes: upv } }', 'answer nodes: no form has it; did you mean node?'],
  [
    'a field that only other forms have',
    '{ form: question, answer: { node: upv } }',
    'answer node: the form question does not have it; known are what',
  ],
  [
    'a field that none of some forms has',
    '{ form: [question, dataset], any: [{ answer: { node: { exists: true } } }] }',
    'answer node: none of the forms dataset, question has it; known are what',
  ],
  ['a choice', '{ answer: { node: [upv, upvv] } }', 'answer node: upvv is not offered; did you mean upv?'],
  [
    'a checked box',
    '{ answer: { what_arrived: scans } }',
    'answer what_arrived: scans is not offered; known are images, clinical',
  ],
  [
    'who the sender is',
    '{ answer: { email: { words: lab } } }',
    'answer email: rules do not see who the sender is; there are domain and organisation',
  ],
  ['files', '{ answer: { log: { exists: true } } }', 'answer log: rules do not see files'],
])('a condition on %s that is not there is told with its rule', async ([, when, words]) => {
  const told = await linted(rules(rule('strange', `{ any: [{ words: here }, ${when}] }`, '[Here]')))
  expect(told).toEqual([`10-rules.yaml:2: “strange”: ${words}`])
})

const ALL_THAT_SAYS_NOTHING = 'takes every request that says nothing; add a condition that must be there'
const emptyMatch = (pattern: string): string =>
  `the pattern “${pattern}” matches the empty text; say what must be there`

test.for<[string, readonly string[]]>([
  ["{ matches: '.*' }", [emptyMatch('.*')]],
  ["{ matches: 'x?' }", [emptyMatch('x?')]],
  ["{ words: a, not: { body: { matches: '(b|c)*' } } }", [emptyMatch('(b|c)*')]],
  ["{ any: [{ matches: 'x*' }, { body: { matches: 'x*' } }, { words: a }] }", [emptyMatch('x*')]],
  ['{ not: { words: zebra } }', [ALL_THAT_SAYS_NOTHING]],
  ['{ any: [{ words: a }, { not: { form: dataset } }] }', [ALL_THAT_SAYS_NOTHING]],
  ['{ all: [{ not: { words: zebra } }, { not: { form: dataset } }] }', [ALL_THAT_SAYS_NOTHING]],
  ['{ organisation: { exists: false } }', [ALL_THAT_SAYS_NOTHING]],
  ['{ source: [web-form, zammad-ui, email, phone] }', [ALL_THAT_SAYS_NOTHING]],
  ['{ any: [{ not: { words: zebra } }, { time: { zone: UTC, days: sat } }] }', [ALL_THAT_SAYS_NOTHING]],
])('a rule that takes whatever comes is told: %s', async ([when, troubles]) => {
  const told = await linted(rules(rule('loose', when, '[a]')))
  expect(told).toEqual(troubles.map((trouble) => `10-rules.yaml:2: “loose”: ${trouble}`))
})

test.for([
  ["{ matches: 'x|a' }"],
  ["{ words: a, not: { matches: '^x' } }"],
  ['{ text: { exists: true } }'],
  ['{ source: [zammad-ui, email] }'],
  ['{ time: { zone: UTC, days: mon-fri } }'],
  ['{ not: { time: { zone: UTC, days: sat } } }'],
  ['{ source: zammad-ui, organisation: { exists: false } }'],
])('a rule that asks for something is none that takes whatever comes: %s', async ([when = '']) => {
  expect(await linted(rules(rule('firm', when, '[a]')))).toEqual([])
})

test('values of a written answer are not compared with anything', async () => {
  expect(
    await linted(
      rules(
        rule(
          'written',
          '{ answer: { what: { is: stuck } } }',
          '[{ form: question, answers: { what: Stuck } }]',
        ),
      ),
    ),
  ).toEqual([])
})

test.for<[string, string, string]>([
  [
    'a form',
    '{ form: questoin, title: x }',
    'questoin, “x”: no form is called questoin; did you mean question?',
  ],
  [
    'a field',
    '{ form: question, title: x, answers: { node: upv } }',
    'question, node upv, “x”: answer node: the form question does not have it; known are what',
  ],
  [
    'a choice',
    '{ form: upload-trouble, title: x, answers: { since: allways } }',
    'upload-trouble, since allways, “x”: answer since: allways is not offered; did you mean always?',
  ],
  [
    'a checked box',
    '{ title: x, answers: { what_arrived: [images, slides] } }',
    'what_arrived images, slides, “x”: answer what_arrived: slides is not offered; known are images, clinical',
  ],
])('an example with %s that is not there is told with its line', async ([, example, words]) => {
  const told = await linted(rules(rule('any', '{ words: x }', `[${example}]`)))
  expect(told).toEqual([`10-rules.yaml:7: the example ${words}`])
})

test('a unit to which no rule sends anything is told with its line in units.yaml', async () => {
  const toFirstLine = rules(rule('greeting', '{ words: hello }', '[Hello]')).replace(
    '{ unit: catalogue }',
    '{ unit: first-line }',
  )
  expect(await linted(toFirstLine)).toEqual(['units.yaml:4: no rule sends anything to the unit catalogue'])
})

test('findings of several files are told in the order of a reader, each with its file', async () => {
  const told = await linted(
    rules(rule('first', '{ words: a }', '[a, b]')),
    `${rules(rule('second', '{ words: a b }', '[a b]'))}unforeseen: [a question]\n`,
  )
  expect(told.map((line) => line.split(':').slice(0, 2).join(':'))).toEqual([
    '10-rules.yaml:7',
    '20-rules.yaml:2',
    '20-rules.yaml:9',
  ])
})
