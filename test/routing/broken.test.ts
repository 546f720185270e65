import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readRulebook } from '../../src/routing/read.ts'
import type { Source } from '../../src/sources/source.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/rules/${name}`, import.meta.url), 'utf8')

const UNITS: Source = { path: 'units.yaml', text: fixture('good/units.yaml') }
const PROMISE: Source = { path: 'promise.yaml', text: fixture('good/promise.yaml') }
const GOOD: Source = { path: '20-few.yaml', text: fixture('good/20-few.yaml') }

const told = async (sources: readonly Source[]): Promise<readonly string[]> => {
  const { rulebook, problems } = await readRulebook(sources)
  expect(rulebook === null).toBe(problems.length > 0)
  return problems.map(({ path, line, message }) => `${path}:${line}: ${message}`)
}

/** Name of a file in test/fixtures/rules/broken, and what is told of it when it is read as 10-name.yaml. */
const BROKEN: readonly (readonly [string, string])[] = [
  ['a-list-not-rules', '1: must be a group of keys (rules, unforeseen), not a list'],
  ['alias-without-anchor', '4: an alias (*name) has no anchor, or there are too many; write it out'],
  ['answer-of-no-field', '4: rules[0].when.answer: names no field'],
  [
    'condition-as-text',
    '4: rules[0].when: must be a group of keys (form, source, language, domain, organisation, answer, title, body, text, words, matches, time, all, any, not), not a text',
  ],
  ['condition-in-itself', '4: lists and groups stand more than 60 deep in each other; write it flatter'],
  ['condition-that-matches-everything', '4: rules[0].when: matches everything; add at least one condition'],
  [
    'conditions-too-deep',
    '4: rules[0].when: conditions stand more than 20 deep in each other; write them flatter, with all and any',
  ],
  ['date-of-no-calendar', '4: rules[0].when.time.from: must be a day of the calendar, like "2026-12-24"'],
  ['dates-in-wrong-order', '4: rules[0].when.time: ends before it begins'],
  [
    'domain-with-at-sign',
    '4: rules[0].when.domain: must be a domain, like upv.es: it also stands for those under it',
  ],
  ['empty-all', '4: rules[0].when.all: must not be empty'],
  ['empty-condition-in-any', '7: rules[0].when.any[1]: matches everything; add at least one condition'],
  ['empty-file', '1: is empty; it must be a group of keys (rules, unforeseen)'],
  ['example-as-a-list', '6: rules[0].examples.yes[0]: must be a text or a group of keys, not a list'],
  [
    'example-at-no-instant',
    '6: rules[0].examples.yes[0].at: must be an instant, like "2026-01-07T12:00:00Z"',
  ],
  ['example-that-says-nothing', '6: rules[0].examples.yes[0]: says nothing of the request'],
  [
    'example-with-answer-as-number',
    '6: rules[0].examples.yes[0].answers.case: must be a text; put it in quotes: "12"',
  ],
  ['example-with-unknown-key', '6: rules[0].examples.yes[0].titel: is not a key here; did you mean title?'],
  ['examples-without-yes', '6: rules[0].examples.yes: is missing; it must be a list'],
  ['exists-as-text', '4: rules[0].when.organisation.exists: must be true or false, not a text'],
  [
    'field-with-capitals',
    '4: rules[0].when.answer.Topic: must be the id of a field: 1 to 40 of a–z, 0–9 and _',
  ],
  [
    'hours-of-no-clock',
    '4: rules[0].when.time.hours: must be hours, like "18:00-08:00", that begin and end apart',
  ],
  [
    'hours-without-length',
    '4: rules[0].when.time.hours: must be hours, like "18:00-08:00", that begin and end apart',
  ],
  ['key-given-twice', '4: owner: is given twice in one place; keep one'],
  ['levels-without-end', '4: lists and groups stand more than 60 deep in each other; write it flatter'],
  ['misspelt-key', '3: rules[0].ownr: is not a key here; did you mean owner?'],
  ['name-given-twice', '7: rules[1].name: another rule is called one already ({path}:2); names differ'],
  [
    'name-of-two-lines',
    '2: rules[0].name: holds a line end or a character that nobody sees; write plain text in one line',
  ],
  [
    'name-that-turns-around',
    '2: rules[0].name: holds a line end or a character that nobody sees; write plain text in one line',
  ],
  ['name-too-long', '2: rules[0].name: must have at most 80 characters'],
  [
    'no-condition',
    '2: rules[0].when: is missing; it must be a group of keys (form, source, language, domain, organisation, answer, title, body, text, words, matches, time, all, any, not)',
  ],
  ['no-examples', '2: rules[0].examples: is missing; it must be a group of keys (yes, no)'],
  ['no-name', '2: rules[0].name: is missing; it must be a text'],
  ['no-owner', '2: rules[0].owner: is missing; it must be a text'],
  ['no-result', '2: rules[0].then: is missing; it must be a group of keys (unit, priority, tags)'],
  ['no-yes-example', '6: rules[0].examples.yes: must not be empty'],
  [
    'not-with-a-list',
    '4: rules[0].when.not: must be a group of keys (form, source, language, domain, organisation, answer, title, body, text, words, matches, time, all, any, not), not a list',
  ],
  ['nothing-in-it', '1: holds no rule and no unforeseen request; fill it or remove the file'],
  ['pattern-empty', '4: rules[0].when.matches: must not be empty'],
  [
    'pattern-too-large',
    '4: rules[0].when.matches: is too large (1082 steps, at most 250); repeat fewer times, or use words',
  ],
  ['pattern-too-long', '4: rules[0].when.matches: must have at most 500 characters'],
  [
    'pattern-with-back-reference',
    '4: rules[0].when.matches: refers back to a group, which takes time without bound',
  ],
  [
    'pattern-with-look-ahead',
    '4: rules[0].when.matches: looks ahead or behind, which takes time without bound; say it with all and not',
  ],
  [
    'pattern-with-open-bracket',
    '4: rules[0].when.text.matches: is no pattern that RE2 knows: missing closing ]: `[a-z`',
  ],
  [
    'phrase-in-the-third-line',
    '8: rules[0].when.words[2]: the * has no word before it; write the beginning of a word, like provid*',
  ],
  ['phrase-without-word', '4: rules[0].when.words[0]: holds no letter and no digit, so no text has it'],
  ['priority-as-number', '5: rules[0].then.priority: must be a text; put it in quotes: "3"'],
  ['result-without-unit', '5: rules[0].then.unit: is missing; it must be a text'],
  [
    'star-alone',
    '4: rules[0].when.words[1]: the * has no word before it; write the beginning of a word, like provid*',
  ],
  [
    'star-before-a-word',
    '4: rules[0].when.words: the * has no word before it; write the beginning of a word, like provid*',
  ],
  ['star-in-a-word', '4: rules[0].when.words[0]: a * may stand at the end of a word only, like provid*'],
  ['tab-as-indent', '2: lines are indented with blanks, not with tabs'],
  [
    'tag-that-is-ours',
    '5: rules[0].then.tags[0]: tags that begin with suggest-, firstline-, promise- are Firstline’s own',
  ],
  ['tag-too-long', '5: rules[0].then.tags[0]: must have at most 60 characters'],
  ['tag-with-comma', '5: rules[0].then.tags[0]: a tag holds no comma and no *'],
  [
    'tag-with-control',
    '5: rules[0].then.tags[1]: holds a line end or a character that nobody sees; write plain text in one line',
  ],
  ['test-without-operator', '4: rules[0].when.title: tests nothing; add is, words, matches or exists'],
  ['time-in-unknown-zone', '4: rules[0].when.time.zone: must be a time zone’s name, like Europe/Madrid'],
  ['time-that-is-always', '4: rules[0].when.time: is always; add days, hours, from or to'],
  ['time-without-zone', '4: rules[0].when.time.zone: is missing; it must be a text'],
  ['two-documents', '7: one file holds one document; take out the line "---"'],
  ['unforeseen-as-text', '1: unforeseen: must be a list, not a text'],
  [
    'unknown-day',
    '4: rules[0].when.time.days[1]: must be a day or days (mon, tue, wed, thu, fri, sat, sun), like sat or mon-fri',
  ],
  ['unknown-language-in-a-list', '4: rules[0].when.language.is[1]: must be one of en, es, not "fr"'],
  ['unknown-language', '4: rules[0].when.language: must be one of en, es, not "ess"; did you mean es?'],
  ['unknown-mode', '4: rules[0].mode: must be one of assign, suggest, not "sugest"; did you mean suggest?'],
  [
    'unknown-operator',
    '4: rules[0].when.title.contains: is not a key here; known are is, words, matches, exists',
  ],
  ['unknown-owner', '3: rules[0].owner: no unit is called catalog; did you mean catalogue?'],
  [
    'unknown-source',
    '4: rules[0].when.source: must be one of web-form, zammad-ui, email, phone, not "emial"; did you mean email?',
  ],
  ['unknown-subject', '4: rules[0].when.titel: is not a key here; did you mean title?'],
  ['unknown-unit', '5: rules[0].then.unit: no unit is called tecnical; did you mean technical?'],
  ['value-as-number-in-a-list', '8: rules[0].when.answer.case[1]: must be a text; put it in quotes: "12"'],
  ['value-as-number', '4: rules[0].when.answer.case: must be a text; put it in quotes: "12"'],
  [
    'value-left-empty',
    '5: rules[0].when.form: is empty; it must be a text, a list of texts, or a group of keys (is, words, matches, exists)',
  ],
]

test.for(BROKEN)('%s is told with its file, its line and what would be right', async ([name, message]) => {
  const path = `10-${name}.yaml`
  const broken = { path, text: fixture(`broken/${name}.yaml`) }
  expect(await told([UNITS, PROMISE, broken, GOOD])).toEqual([
    `${path}:${message.replaceAll('{path}', path)}`,
  ])
})

test.for([1000, 2000, 5000])(
  '%i conditions within each other give one message, and nothing breaks',
  async (depth) => {
    const when = `${'{ not: '.repeat(depth)}{ form: a }${' }'.repeat(depth)}`
    const text = fixture('broken/conditions-too-deep.yaml').replace(/when: .*/, `when: ${when}`)
    expect(await told([UNITS, PROMISE, { path: '10-deep.yaml', text }])).toEqual([
      '10-deep.yaml:4: lists and groups stand more than 60 deep in each other; write it flatter',
    ])
  },
)

test('20 conditions within each other are read', async () => {
  const when = `${'{ not: '.repeat(19)}{ form: a }${' }'.repeat(19)}`
  const text = fixture('broken/conditions-too-deep.yaml').replace(/when: .*/, `when: ${when}`)
  expect(await told([UNITS, PROMISE, { path: '10-deep.yaml', text }])).toEqual([])
})

test('every broken file has its message', () => {
  const files = readdirSync(new URL('../fixtures/rules/broken', import.meta.url))
  expect(BROKEN.map(([name]) => `${name}.yaml`)).toEqual(files.toSorted())
})

test.for([
  'federated.yaml',
  '1-federated.yaml',
  '100-federated.yaml',
  '20_federated.yaml',
  '20-Federated.yaml',
  '20-federated.yml',
  'unit.yaml',
])('a rules file cannot be called %s, and is not passed over', async (path) => {
  expect(await told([UNITS, PROMISE, { path, text: GOOD.text }])).toEqual([
    `${path}:1: a rules file is named like 20-federated.yaml: two digits, then a–z, 0–9 and -`,
  ])
})

test('files that must be there are told where they are missing', async () => {
  expect(await told([GOOD])).toEqual(['promise.yaml:1: is missing', 'units.yaml:1: is missing'])
})

test('a name that another file has given is told with where', async () => {
  const again = GOOD.text.replace('unforeseen:\n  - Where is the canteen?\n', '')
  expect(await told([UNITS, PROMISE, GOOD, { path: 'rules/30-again.yaml', text: again }])).toEqual([
    'rules/30-again.yaml:2: rules[0].name: another rule is called dataset already (20-few.yaml:2); names differ',
  ])
})

test('while units are broken, no rule is blamed for naming one', async () => {
  const units = { path: 'units.yaml', text: 'default: a\n' }
  expect(await told([units, PROMISE, GOOD])).toEqual(['units.yaml:1: units: is missing; it must be a list'])
})

test('mistakes of all files are told at once, in the order of the files', async () => {
  const named = (name: string) => ({ path: `10-${name}.yaml`, text: fixture(`broken/${name}.yaml`) })
  const problems = await told([named('unknown-unit'), named('star-alone'), PROMISE, UNITS])
  expect(problems.map((one) => one.split(':', 2).join(':'))).toEqual([
    '10-star-alone.yaml:4',
    '10-unknown-unit.yaml:5',
  ])
})
