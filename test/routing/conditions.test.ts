import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileCondition } from '../../src/routing/compile.ts'
import { conditionWords } from '../../src/routing/condition-words.ts'
import type { Facts } from '../../src/routing/facts.ts'
import { fold, LOOKED_AT, wordsOf } from '../../src/routing/folding.ts'
import { prepare } from '../../src/routing/prepare.ts'
import type { Condition, Subject } from '../../src/routing/rule.ts'
import { someFacts } from './some-facts.ts'

const is = (subject: Subject, ...values: readonly string[]): Condition => ({ kind: 'is', subject, values })
const words = (subject: Subject, ...phrases: readonly string[]): Condition => ({
  kind: 'words',
  subject,
  phrases,
})
const matches = (pattern: string, subject: Subject = 'text'): Condition => ({
  kind: 'matches',
  subject,
  pattern,
})
const exists = (subject: Subject, there = true): Condition => ({ kind: 'exists', subject, exists: there })

const holds = (condition: Condition, facts: Partial<Facts>): boolean =>
  compileCondition(condition).holds(prepare(someFacts(facts)))

const because = (condition: Condition, facts: Partial<Facts>): string =>
  compileCondition(condition).because(prepare(someFacts(facts)))

test.for([
  ['the same value', is('form', 'upload'), { form: 'upload' }, true],
  ['another value', is('form', 'upload'), { form: 'uploads' }, false],
  ['one of several', is('form', 'a', 'b'), { form: 'b' }, true],
  ['no form', is('form', 'a'), { form: null }, false],
  ['case, accents and blanks around', is('title', ' ñANDÚ'), { title: 'Nandu\n' }, true],
  ['a sharp s', is('organisation', 'STRASSE'), { organisation: 'Straße' }, true],
  ['a title that has more', is('title', 'upload'), { title: 'upload fails' }, false],
  ['title or body', is('text', 'upload'), { title: 'x', body: 'UPLOAD' }, true],
  ['a language', is('language', 'es'), { language: 'es' }, true],
  ['an unknown language', is('language', 'es'), { language: null }, false],
  ['a source', is('source', 'phone', 'email'), { source: 'email' }, true],
  ['a domain', is('domain', 'upv.es'), { domain: 'upv.es' }, true],
  ['a domain under it', is('domain', 'upv.es'), { domain: 'imaging.dep.upv.es' }, true],
  ['a domain that ends alike', is('domain', 'upv.es'), { domain: 'notupv.es' }, false],
  ['the domain above', is('domain', 'imaging.upv.es'), { domain: 'upv.es' }, false],
  ['a top-level domain', is('domain', 'es'), { domain: 'upv.es' }, true],
  ['subdomains for domains alone', is('organisation', 'upv.es'), { organisation: 'a.upv.es' }, false],
  ['a choice', is('answer:topic', 'upv'), { answers: { topic: 'upv' } }, true],
  ['one of the checked boxes', is('answer:boxes', 'b'), { answers: { boxes: ['a', 'b'] } }, true],
  ['no box checked', is('answer:boxes', 'b'), { answers: { boxes: [] } }, false],
  ['another answer', is('answer:topic', 'upv'), { answers: { node: 'upv' } }, false],
  ['a field called like a property of objects', is('answer:constructor', 'x'), {}, false],
] as const)('is: %s', ([, condition, facts, expected]) => {
  expect(holds(condition, facts)).toBe(expected)
})

test.for([
  ['a whole word', ['load'], 'the load is', true],
  ['not part of a word', ['load'], 'the upload is', false],
  ['not the beginning of a word', ['up'], 'upload', false],
  ['a beginning', ['upl*'], 'my uploads', true],
  ['a beginning that is the whole word', ['upload*'], 'upload', true],
  ['a beginning that the word falls short of', ['uploads*'], 'upload', false],
  ['case and accents', ['BÚSQUEDA'], 'la busqueda', true],
  ['ñ', ['españa'], 'ESPANA', true],
  ['ü', ['pingüino'], 'un pinguino', true],
  ['ß', ['strasse'], 'Hauptstraße Straße', true],
  ['İ', ['istanbul'], 'İstanbul', true],
  ['combining marks', ['búsqueda'], 'bu\u0301squeda', true],
  ['a phrase', ['federated search'], 'the federated search is', true],
  ['a phrase in another order', ['search federated'], 'federated search', false],
  ['a phrase with a word between', ['federated search'], 'federated data search', false],
  ['a phrase across punctuation', ['federated search'], 'federated-search', true],
  ['a phrase across a line end', ['federated search'], 'federated\r\n  search', true],
  ['a phrase of beginnings', ['proveedor* federad*'], 'Proveedores federados', true],
  ['beginnings of other words', ['proveedor* federad*'], 'proveedores de federados', false],
  ['a beginning before a whole word', ['regist* provider'], 'registers, registering: provider', true],
  ['a phrase that begins twice', ['a a b'], 'a a a b', true],
  ['a phrase at the end', ['b c'], 'a b c', true],
  ['a phrase past the end', ['b c d'], 'a b c', false],
  ['one of several phrases', ['x', 'y z'], 'a y z', true],
  ['none of several phrases', ['x', 'y z'], 'a z y', false],
  ['digits as words', ['2 0'], 'v 2.0', true],
  ['letters and digits together', ['site'], 'SITE123', false],
  ['a run of a script without blanks', ['数据集'], '我的数据集', false],
  ['the beginning of such a run', ['数据*'], '数据集合 OK', true],
  ['an apostrophe', ["can't log in"], 'I can’t log in', true],
  ['an empty text', ['a'], '', false],
] as const)('words: %s', ([, phrases, text, expected]) => {
  expect(holds(words('title', ...phrases), { title: text })).toBe(expected)
})

test('a phrase is not found with one half in the title and the other in the body', () => {
  const facts = { title: 'federated', body: 'search' }
  expect(holds(words('text', 'federated search'), facts)).toBe(false)
  expect(holds(words('text', 'search'), facts)).toBe(true)
})

test('a phrase is not found over two checked boxes', () => {
  expect(holds(words('answer:x', 'a b'), { answers: { x: ['a', 'b'] } })).toBe(false)
  expect(holds(words('answer:x', 'a b'), { answers: { x: ['c', 'a b'] } })).toBe(true)
})

test.for([
  ['anywhere', 'err.r \\d+', 'An ERROR 12', true],
  ['case ignored', 'ñandú', 'ÑANDÚ', true],
  ['accents not ignored', 'nandu', 'ñandú', false],
  ['written apart or together', 'bu\u0301squeda', 'búsqueda', true],
  ['at the beginning', '^up', 'look up', false],
  ['classes of letters', '^\\p{L}+$', '数据', true],
  ['not across lines with a dot', 'a.b', 'a\nb', false],
] as const)('matches: %s', ([, pattern, text, expected]) => {
  expect(holds(matches(pattern), { title: '', body: text })).toBe(expected)
})

test.for([
  ['a text', exists('title'), { title: 'a' }, true],
  ['blanks alone', exists('title'), { title: ' \n' }, false],
  ['nothing where nothing is asked for', exists('organisation', false), { organisation: null }, true],
  ['something where nothing is asked for', exists('organisation', false), { organisation: 'UPV' }, false],
  ['an answer', exists('answer:node'), { answers: { node: 'upv' } }, true],
  ['an answer left empty', exists('answer:node'), { answers: { node: '' } }, false],
  ['one of title and body', exists('text'), { title: '', body: 'x' }, true],
] as const)('exists: %s', ([, condition, facts, expected]) => {
  expect(holds(condition, facts)).toBe(expected)
})

const yes = is('form', 'a')
const no = is('form', 'b')

test.for([
  ['all, of which all hold', { kind: 'all', of: [yes, yes] }, true],
  ['all, of which one fails', { kind: 'all', of: [yes, no] }, false],
  ['any, of which one holds', { kind: 'any', of: [no, yes] }, true],
  ['any, of which none holds', { kind: 'any', of: [no, no] }, false],
  ['not, of what fails', { kind: 'not', of: no }, true],
  ['not, of what holds', { kind: 'not', of: yes }, false],
  ['what is nested', { kind: 'not', of: { kind: 'all', of: [yes, { kind: 'any', of: [no] }] } }, true],
] as const)('%s', ([, condition, expected]) => {
  expect(holds(condition, { form: 'a' })).toBe(expected)
})

test.for([
  ['the last word', 'b', 0, true],
  ['a word that ends there', 'word', 0, true],
  ['a word behind it', 'behind', 0, false],
  ['a word that the limit cuts', 'wo', 2, false],
  ['the beginning of a word that the limit cuts', 'wo*', 2, false],
] as const)('at the limit of what is looked at, %s is told right', ([, phrase, over, expected]) => {
  const text = `b ${'x '.repeat(LOOKED_AT)}`.slice(0, LOOKED_AT - 4 + over) + 'word'
  expect(holds(words('body', phrase), { body: `${text} behind` })).toBe(expected)
})

test('a pattern does not see behind the limit', () => {
  const body = `${'x'.repeat(LOOKED_AT - 1)}yz`
  expect(holds(matches('xy$'), { body })).toBe(true)
  expect(holds(matches('z'), { body })).toBe(false)
})

/** Folds to four words of Arabic, in 18 characters with the blanks. */
const LIGATURE = '\ufdfa'

test.for([
  ['are looked at up to the limit', 454, true],
  ['are not looked at behind it', 456, false],
] as const)('characters that fold to many %s', ([, count, expected]) => {
  expect(holds(words('body', 'end'), { body: `${LIGATURE.repeat(count)} end` })).toBe(expected)
})

test('a word that is cut only when it is folded is no word', () => {
  const whole = `${'\ufb00'.repeat(LOOKED_AT / 2 - 2)} ab`
  expect(holds(words('body', 'ab'), { body: whole })).toBe(true)
  expect(holds(words('body', 'ab'), { body: `${whole}cde` })).toBe(false)
  expect(holds(words('body', 'ab*'), { body: `${whole}cde` })).toBe(false)
})

/** The definition, word by word. */
function hasWords(text: string, phrase: string): boolean {
  const there = wordsOf(fold(text))
  const wanted = phrase.split(' ')
  return there.some((_, at) =>
    wanted.every((word, offset) => {
      const found = there[at + offset] ?? ''
      return word.endsWith('*') ? found.startsWith(word.slice(0, -1)) && found !== '' : found === word
    }),
  )
}

test('words are found exactly where a reader who goes word by word finds them', () => {
  const word = fc.constantFrom('a', 'b', 'ab', 'aba', 'abb', 'ba')
  const phrase = fc
    .array(fc.tuple(word, fc.constantFrom('', '*')), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.map(([text, star]) => text + star).join(' '))
  const text = fc.array(word, { maxLength: 12 }).map((parts) => parts.join(', '))
  fc.assert(
    fc.property(text, phrase, (body, wanted) => {
      expect(holds(words('body', wanted), { body })).toBe(hasWords(body, wanted))
    }),
    { numRuns: 5000 },
  )
})

test.for([
  ['a value', is('form', 'a', 'b'), 'form is a'],
  ['all', { kind: 'all', of: [yes, is('answer:topic', 'upv')] }, 'form is a and answer topic is upv'],
  ['the part of any that holds', { kind: 'any', of: [no, yes] }, 'form is a'],
  ['words', words('text', 'x', 'mapping tab*'), 'the text has the words “mapping tab*”'],
  ['a pattern', matches('map+ing'), 'the text matches “map+ing”'],
  [
    'a pattern of 40 characters',
    matches(`map+ing|${'x'.repeat(32)}`),
    `the text matches “map+ing|${'x'.repeat(32)}”`,
  ],
  ['a longer pattern', matches(`map+ing|${'x'.repeat(33)}`), `the text matches “map+ing|${'x'.repeat(32)}…”`],
  ['what is there', exists('title'), 'the title is given'],
  ['what is not there', exists('organisation', false), 'organisation is missing'],
  ['nothing but what is not so', { kind: 'not', of: no }, 'nothing that the rule excludes is in it'],
  [
    'nothing but what is not so, in several parts',
    {
      kind: 'all',
      of: [
        { kind: 'not', of: no },
        { kind: 'not', of: words('body', 'x') },
      ],
    },
    'nothing that the rule excludes is in it',
  ],
  [
    'what is so, without what is not so',
    { kind: 'all', of: [{ kind: 'not', of: { kind: 'any', of: [no, words('body', 'x')] } }, yes] },
    'form is a',
  ],
  [
    'the part of any that is so, though one that is not so stands before it',
    { kind: 'any', of: [{ kind: 'not', of: no }, yes] },
    'form is a',
  ],
  [
    'what is so deep inside',
    { kind: 'any', of: [no, { kind: 'all', of: [{ kind: 'not', of: no }, yes] }] },
    'form is a',
  ],
  ['what is not not so', { kind: 'not', of: { kind: 'not', of: yes } }, 'form is a'],
] as const)('why a condition holds is told: %s', ([, condition, words]) => {
  const facts = { form: 'a', title: 'Mapping table', body: 'y', answers: { topic: 'upv' } } as const
  expect(holds(condition, facts)).toBe(true)
  expect(because(condition, facts)).toBe(words)
})

test.for([
  ['a value', is('form', 'b'), 'form is not b'],
  ['several values', is('answer:topic', 'upv', 'other'), 'answer topic is none of upv, other'],
  ['no value', is('answer:node', 'upv'), 'answer node is missing'],
  ['no domain', is('domain', 'upv.es'), 'domain is missing'],
  ['one phrase', words('title', 'x'), 'the title does not have the words “x”'],
  ['three phrases', words('text', 'x', 'y', 'z'), 'the text has none of the words “x”, “y”, “z”'],
  [
    'many phrases',
    words('text', 'u', 'v', 'x', 'y', 'z', 'w'),
    'the text has none of the words “u”, “v” and 4 more',
  ],
  ['a pattern', matches('x+', 'title'), 'the title does not match “x+”'],
  ['a long pattern', matches('x'.repeat(90), 'title'), `the title does not match “${'x'.repeat(40)}…”`],
  [
    'all that is so of what should not be',
    { kind: 'not', of: { kind: 'all', of: [yes, { kind: 'not', of: no }] } },
    'form is a and form is not b',
  ],
  ['what should be there', exists('organisation'), 'organisation is missing'],
  ['what should not be there', exists('title', false), 'the title is given'],
  ['the first of all that fails', { kind: 'all', of: [yes, no, words('title', 'x')] }, 'form is not b'],
  [
    'all parts of any',
    { kind: 'any', of: [no, words('title', 'x')] },
    'form is not b and the title does not have the words “x”',
  ],
  [
    'many parts of any',
    { kind: 'any', of: [no, is('form', 'c'), is('form', 'd'), is('form', 'e')] },
    'form is not b and form is not c and 2 more',
  ],
  ['what is so', { kind: 'not', of: yes }, 'form is a'],
  [
    'a time',
    {
      kind: 'time',
      window: {
        zone: 'Europe/Madrid',
        days: [1, 2, 3, 4, 5, 7],
        hours: { from: 1080, to: 480 },
        from: '2026-12-24',
        to: '2027-01-06',
      },
    },
    'it was not sent in the time mon-fri, sun 18:00-08:00 from 2026-12-24 to 2027-01-06 (Europe/Madrid)',
  ],
] as const)('why a condition fails is told: %s', ([, condition, words]) => {
  const facts = { form: 'a', title: 'Mapping table', answers: { topic: 'there' } } as const
  expect(holds(condition, facts)).toBe(false)
  expect(because(condition, facts)).toBe(words)
})

test('what is told quotes nothing of the request', () => {
  const secret = 'Vera Visitor 600123456'
  const facts = {
    form: secret,
    title: secret,
    body: secret,
    domain: secret,
    organisation: secret,
    answers: { x: secret },
  }
  const subjects = ['form', 'title', 'body', 'text', 'domain', 'organisation', 'answer:x'] as const
  const all = subjects.flatMap((subject) => [
    words(subject, 'vera*', 'visitor 6*'),
    words(subject, 'nobody'),
    matches('v.r[a]', subject),
    matches('nobody', subject),
    is(subject, 'nobody'),
    exists(subject),
    exists(subject, false),
  ])
  for (const condition of all) {
    expect(because(condition, facts)).not.toMatch(/visitor 600|vera visitor|600123456/i)
  }
})

test.for([
  [yes, 'form is a'],
  [is('answer:topic', 'a', 'b'), 'answer topic is one of a, b'],
  [words('text', 'x'), 'the text has the words “x”'],
  [words('text', 'w', 'x', 'y', 'z'), 'the text has one of the words “w”, “x” and 2 more'],
  [exists('organisation', false), 'organisation is missing'],
  [
    { kind: 'all', of: [yes, { kind: 'any', of: [no, matches('x')] }] },
    'form is a and (form is b or the text matches “x”)',
  ],
  [{ kind: 'not', of: { kind: 'all', of: [yes, no] } }, 'not (form is a and form is b)'],
  [{ kind: 'not', of: yes }, 'not form is a'],
] as const)('a condition is told in words: %#', ([condition, told]) => {
  expect(conditionWords(condition)).toBe(told)
})
