import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Answers } from '../../src/forms/answers.ts'
import { ticketText } from '../../src/forms/ticket-text.ts'
import { goodForms } from './good-forms.ts'

const { site, form } = goodForms()
const upload = form('upload-trouble')
const everything = form('everything')

const contact: Answers = { name: 'Ana Pérez', email: 'ana@example.org', consent: true }
const inEnglish = { language: 'en', files: {} } as const

const titleOf = (title: string, answers: Answers): string =>
  ticketText({ ...upload, ticket: { ...upload.ticket, title } }, { ...contact, ...answers }, site, inEnglish)
    .title

test('a ticket is told in the site’s first language, whatever the visitor speaks', () => {
  const answers = { ...contact, organisation: 'UPV', node: 'unknown', what: 'Va lento.\nDesde el lunes.' }
  expect(ticketText(upload, answers, site, { language: 'es', files: { log: ['a.log'] } })).toEqual({
    title: 'Upload: I do not know',
    body: [
      'Node:\nI do not know',
      'What happened:\nVa lento.\nDesde el lunes.',
      'Your name:\nAna Pérez',
      'Your email address:\nana@example.org',
      'Your organisation:\nUPV',
      'Language:\nSpanish',
    ].join('\n\n'),
  })
})

test('a label that asks a question is not followed by a colon', () => {
  const fields = upload.fields.map((field) =>
    field.id === 'what' ? { ...field, label: { en: 'What happens?' } } : field,
  )
  const { body } = ticketText({ ...upload, fields }, { ...contact, what: 'It stops.' }, site, inEnglish)
  expect(body).toContain('What happens?\nIt stops.')
})

test('a site whose first language is Spanish has Spanish tickets', () => {
  const answers = { ...contact, tools: ['pen', 'ink'], passed_on: true as const }
  const spanish = { ...site, languages: ['es', 'en'] as const }
  const { title, body } = ticketText(everything, answers, spanish, {
    language: 'en',
    files: { proof: ['carta.pdf', 'dos\nlíneas.pdf'] },
  })
  expect(title).toBe('Pluma, Tinta')
  expect(body).toBe(
    [
      'Herramientas:\nPluma, Tinta',
      'Prueba:\ncarta.pdf\ndos líneas.pdf',
      'Mi nombre se comunica:\nSí',
      'Su nombre:\nAna Pérez',
      'Su correo electrónico:\nana@example.org',
      'Idioma:\ninglés',
    ].join('\n\n'),
  )
})

test.for([
  ['a choice stands by its label', 'Upload: {node}', { node: 'upv' }, 'Upload: UPV'],
  ['an answer that is missing leaves no colon behind', 'Upload: {node}', {}, 'Upload'],
  [
    'a template of missing answers falls back to the form’s title',
    '{node} – {what}',
    {},
    'Upload is failing',
  ],
  ['lines and controls become one line', '{what}', { what: 'a\n\n b\u0000\u202ec' }, 'a bc'],
  ['braces in an answer are text', '{what}', { what: '{node} {email}' }, '{node} {email}'],
  ['an answer made of dashes falls back too', '{what}', { what: '- – :' }, 'Upload is failing'],
  ['250 UTF-16 units are kept', '{what}', { what: 'x'.repeat(250) }, 'x'.repeat(250)],
  ['more are cut', '{what}', { what: 'x'.repeat(251) }, `${'x'.repeat(249)}…`],
  ['no emoji is cut in two', '{what}', { what: `${'x'.repeat(248)}👩‍💻👩‍💻` }, `${'x'.repeat(248)}…`],
  ['no blank stands before the cut', '{what}', { what: `${'x'.repeat(248)} yyy` }, `${'x'.repeat(248)}…`],
] as const)('title: %s', ([, template, answers, title]) => {
  expect(titleOf(template, answers)).toBe(title)
})

test('whatever was answered, the title is one line of at most 250 units and neither it nor the body is empty', () => {
  const text = fc.string({ unit: 'binary', maxLength: 400 })
  fc.assert(
    fc.property(text, text, (node, what) => {
      const { title, body } = ticketText(upload, { node, what }, site, inEnglish)
      expect(title.length).toBeLessThanOrEqual(250)
      expect(title).toMatch(/^\P{Cc}+$/u)
      expect(title.trim()).toBe(title)
      expect(body.trim()).not.toBe('')
    }),
    { numRuns: 1000 },
  )
})
