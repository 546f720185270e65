import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAnswers } from '../../src/forms/answers.ts'
import { characters } from '../../src/forms/clean-text.ts'
import { goodForms } from './good-forms.ts'

const { form } = goodForms()
const question = form('question')
const everything = form('everything')

const contact = { name: 'Ana Pérez', email: 'ana@example.org', consent: 'yes' }
const asked = { ...contact, tools: 'pen' }
const withProof = { fileCounts: { proof: 1 } }

test('what an HTML form sends is kept, without what was left blank', () => {
  const sent = { ...contact, organisation: '  ', what: 'It is slow.\r\nSince Monday.' }
  expect(readAnswers(question, sent, 'en')).toEqual({
    ok: true,
    answers: {
      name: 'Ana Pérez',
      email: 'ana@example.org',
      what: 'It is slow.\nSince Monday.',
      consent: true,
    },
  })
})

test('the same answers by HTML and by JSON are the same', () => {
  const html = { ...contact, line: '', tools: 'ink', passed_on: 'on' }
  const json = { ...contact, consent: true, tools: ['ink'], passed_on: true }
  const read = readAnswers(everything, json, 'en', withProof)
  expect(read.ok).toBe(true)
  expect(readAnswers(everything, html, 'en', withProof)).toEqual(read)
})

test('an empty form is told field by field, in the order of the page', () => {
  const reading = readAnswers(everything, {}, 'en')
  expect(reading).toEqual({
    ok: false,
    errors: [
      { field: 'name', message: 'Fill in “Your name”' },
      { field: 'email', message: 'Enter an email address, like name@example.org' },
      { field: 'tools', message: 'Tick at least one answer to “Tools”' },
      { field: 'proof', message: 'Attach a file to “Proof”' },
      { field: 'passed_on', message: 'Tick the box “My name is passed on” to go on' },
      {
        field: 'consent',
        message: 'Tick the box “I have read the privacy policy and the acceptable use policy” to go on',
      },
    ],
  })
})

test('a Spanish visitor is told in Spanish', () => {
  const reading = readAnswers(everything, { email: 'ana' }, 'es')
  expect(reading.ok ? [] : reading.errors.map(({ message }) => message)).toEqual([
    'Rellene «Su nombre»',
    'Escriba una dirección de correo, como nombre@example.org',
    'Marque al menos una respuesta en «Herramientas»',
    'Adjunte un archivo en «Prueba»',
    'Marque la casilla «Mi nombre se comunica» para continuar',
    'Marque la casilla «He leído la política de privacidad y la política de uso aceptable» para continuar',
  ])
})

test.for([
  ['line breaks in a line become blanks', 'line', 'a\r\nb', 'a b'],
  ['controls and overrides leave a name', 'name', 'Ana\u0000\u202e Pérez', 'Ana Pérez'],
  ['accents in two parts become one character', 'name', 'Pe\u0301rez', 'Pérez'],
  ['text of many lines keeps its lines', 'story', 'a\r\n\r\nb\u0000', 'a\n\nb'],
  ['as many characters as the field holds', 'line', '💻'.repeat(10), '💻'.repeat(10)],
  ['a domain in capitals', 'second_email', ' Ana@Example.ORG ', 'Ana@example.org'],
  ['a domain with accents', 'second_email', 'a@españa.es', 'a@xn--espaa-rta.es'],
  ['a web address', 'page', ' https://example.org/a?b=c#d ', 'https://example.org/a?b=c#d'],
  ['a web address without https', 'page', 'HTTP://example.org', 'HTTP://example.org'],
  ['a choice', 'mood', 'bad', 'bad'],
  ['a list of one for a single answer', 'mood', ['bad'], 'bad'],
  ['one box as HTML sends it', 'tools', 'ink', ['ink']],
  [
    'boxes come in the order of the form, each once',
    'tools',
    ['paper', 'pen', 'paper', ''],
    ['pen', 'paper'],
  ],
  ['a leap day', 'day', '2024-02-29', '2024-02-29'],
  ['null is no answer', 'line', null, undefined],
  ['an empty list is no answer', 'mood', [], undefined],
  ['characters that nobody sees are no answer', 'line', '\u200b\u200f ', undefined],
  ['an empty file input of a page without files', 'proof', '', undefined],
] as const)('%s', ([, field, value, answer]) => {
  const reading = readAnswers(everything, { ...asked, passed_on: 'yes', [field]: value }, 'en', withProof)
  expect(reading).toEqual({ ok: true, answers: expect.any(Object) })
  expect(reading.ok && reading.answers[field]).toEqual(answer)
  expect(reading.ok && Object.hasOwn(reading.answers, field)).toBe(answer !== undefined)
})

const EMAIL = 'Enter an email address, like name@example.org'
const URL_WANTED = 'Enter a web address that begins with https:// or http://, like https://example.org/page'
const DATE = 'Enter a date, like 2026-11-21'

test.for([
  ['a line too long', 'line', 'elevenchars', 'Shorten this to 10 characters; it has 11'],
  ['a text too long', 'story', 'x'.repeat(51), 'Shorten this to 50 characters; it has 51'],
  ['a name too long', 'name', 'x'.repeat(101), 'Shorten this to 100 characters; it has 101'],
  ['an address without a domain', 'second_email', 'ana@', EMAIL],
  ['two addresses', 'email', 'ana@example.org, eve@example.org', EMAIL],
  ['an address with a header', 'email', 'ana@example.org\r\nBcc: eve@example.org', EMAIL],
  ['a script as address', 'page', 'javascript:alert(1)', URL_WANTED],
  ['a file as address', 'page', 'file:///etc/passwd', URL_WANTED],
  ['an address without slashes', 'page', 'https:example.org', URL_WANTED],
  ['an address without scheme', 'page', 'example.org', URL_WANTED],
  ['an address with a password', 'page', 'https://a:b@example.org/', URL_WANTED],
  ['an address with a blank', 'page', 'https://example.org/a b', URL_WANTED],
  ['an address without host', 'page', 'https://', URL_WANTED],
  ['a choice that is not offered', 'mood', 'ugly', 'Choose from the answers that are listed for “Mood”'],
  ['a choice by its label', 'mood', 'Good', 'Choose from the answers that are listed for “Mood”'],
  ['two answers to one choice', 'mood', ['good', 'bad'], 'Give one answer, as text, to “Mood”'],
  [
    'one box that is not offered',
    'tools',
    ['pen', 'axe'],
    'Choose from the answers that are listed for “Tools”',
  ],
  ['a number among boxes', 'tools', ['pen', 1], 'Choose from the answers that are listed for “Tools”'],
  ['nothing but empty boxes', 'tools', ['', ' '], 'Tick at least one answer to “Tools”'],
  ['a day that does not exist', 'day', '2026-02-30', DATE],
  ['a day in another order', 'day', '21/11/2026', DATE],
  ['a day with a time', 'day', '2026-11-21T10:00', DATE],
  ['a day in figures of another script', 'day', '٢٠٢٦-١١-٢١', DATE],
  ['a number for a text', 'line', 7, 'Give one answer, as text, to “Line”'],
  ['an object for a text', 'line', { a: 1 }, 'Give one answer, as text, to “Line”'],
  ['two texts for one', 'line', ['a', 'b'], 'Give one answer, as text, to “Line”'],
  ['true for a text', 'line', true, 'Give one answer, as text, to “Line”'],
  ['a no to a box that is needed', 'passed_on', 'no', 'Tick the box “My name is passed on” to go on'],
  ['false for a box that is needed', 'passed_on', false, 'Tick the box “My name is passed on” to go on'],
  ['a text for a file', 'proof', 'proof.pdf', 'Attach a file to “Proof”; text cannot be taken here'],
  ['an answer that is not asked for', 'salary', '1', 'This form does not ask for this; leave it out'],
  ['a name that objects have anyway', 'constructor', '1', 'This form does not ask for this; leave it out'],
] as const)('%s is told beside its field', ([, field, value, message]) => {
  const sent = { ...asked, passed_on: 'yes', [field]: value }
  expect(readAnswers(everything, sent, 'en', withProof)).toEqual({ ok: false, errors: [{ field, message }] })
})

test('an own __proto__ from JSON is an answer that is not asked for', () => {
  const sent: Record<string, unknown> = JSON.parse(
    JSON.stringify({ ...contact, what: 'x' }).replace('{', '{"__proto__":"x",'),
  )
  expect(readAnswers(question, sent, 'en')).toEqual({
    ok: false,
    errors: [{ field: '__proto__', message: 'This form does not ask for this; leave it out' }],
  })
})

test('files count only for a files field of the form', () => {
  const sent = { ...asked, passed_on: 'yes' }
  expect(readAnswers(everything, sent, 'en', { fileCounts: { proof: 2 } }).ok).toBe(true)
  expect(readAnswers(everything, sent, 'en', { fileCounts: { proof: 0 } })).toEqual({
    ok: false,
    errors: [{ field: 'proof', message: 'Attach a file to “Proof”' }],
  })
  expect(readAnswers(everything, sent, 'en', { fileCounts: { proof: 1, line: 1 } })).toEqual({
    ok: false,
    errors: [{ field: 'line', message: 'This form does not ask for this; leave it out' }],
  })
})

test('a thousand strange answers are not answered with a thousand errors', () => {
  const strange = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x${index}`, 'x']))
  const reading = readAnswers(question, { ...strange, name: 'Ana' }, 'en')
  expect(reading.ok ? 0 : reading.errors.length).toBe(43)
})

const anything = fc.dictionary(
  fc.oneof(fc.constantFrom(...everything.fields.map(({ id }) => id)), fc.string(), fc.constant('__proto__')),
  fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('pen', 'yes', 'good', '2026-11-21'),
  ),
)

test('whatever is sent, the outcome is answers that hold the form’s rules, or errors one a field in a known order', () => {
  const order = everything.fields.map(({ id }) => id)
  fc.assert(
    fc.property(anything, fc.boolean(), (sent, complete) => {
      const raw = complete ? { ...sent, ...asked, passed_on: 'yes' } : sent
      const reading = readAnswers(everything, raw, 'es', withProof)
      if (reading.ok) {
        expect(Object.keys(reading.answers).every((id) => order.includes(id))).toBe(true)
        const { line } = reading.answers
        expect(line === undefined || (typeof line === 'string' && characters(line) <= 10)).toBe(true)
        expect(readAnswers(everything, reading.answers, 'es', withProof)).toEqual(reading)
        return
      }
      const fields = reading.errors.map(({ field }) => field)
      expect(fields.length).toBeGreaterThan(0)
      expect(new Set(fields).size).toBe(fields.length)
      const known = fields.filter((id) => order.includes(id))
      expect(known).toEqual(order.filter((id) => known.includes(id)))
      expect(fields.slice(0, known.length)).toEqual(known)
      expect(reading.errors.every(({ message }) => message.length > 0)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})
