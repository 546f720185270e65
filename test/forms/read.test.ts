import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readForms } from '../../src/forms/read.ts'
import type { Source } from '../../src/sources/source.ts'
import { GOOD_SOURCES, goodForms } from './good-forms.ts'

const FORMS = new URL('../../forms/', import.meta.url)

const ownSources = (): readonly Source[] =>
  readdirSync(FORMS)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ path: `forms/${name}`, text: readFileSync(new URL(name, FORMS), 'utf8') }))

test('the forms of this repository are without a mistake', () => {
  const { site, forms, problems } = readForms(ownSources())
  expect(problems).toEqual([])
  expect(site?.languages).toEqual(['en', 'es'])
  expect(forms).toHaveLength(ownSources().length - 1)
})

test('forms come in the order of the groups, then of their names, whatever order the files are read in', () => {
  const ids = (sources: readonly Source[]) =>
    readForms(sources).forms.map(({ group, id }) => `${group}/${id}`)
  const groups = readForms(ownSources()).site?.groups.map(({ id }) => id) ?? []
  const ordered = ids(ownSources())
  expect(ids(ownSources().toReversed())).toEqual(ordered)
  expect(ordered).toEqual(
    groups.flatMap((group) => ordered.filter((one) => one.startsWith(`${group}/`)).toSorted()),
  )
})

test('a form asks who writes first and for the policies last, around its own fields', () => {
  const { fields } = goodForms().form('upload-trouble')
  expect(fields.map(({ id, required }) => [id, required])).toEqual([
    ['name', true],
    ['email', true],
    ['organisation', false],
    ['node', true],
    ['what', true],
    ['log', false],
    ['consent', true],
  ])
})

test('what a form leaves out has its documented default', () => {
  const form = goodForms().form('everything')
  expect(form).toMatchObject({ mail: 'full', notify: 'all', help: [] })
  const limits = form.fields.map((field) => ('maxLength' in field ? [field.id, field.maxLength] : []))
  expect(limits.filter((one) => one.length > 0)).toEqual([
    ['name', 100],
    ['email', 254],
    ['organisation', 200],
    ['line', 10],
    ['story', 50],
    ['second_email', 254],
    ['page', 2000],
  ])
  expect(goodForms().form('question').fields).toContainEqual(
    expect.objectContaining({ id: 'what', maxLength: 8000 }),
  )
})

test('a site without accent and links has the default accent and no links', () => {
  expect(goodForms().site).toMatchObject({ accent: { light: '#0b5f79', dark: '#63c3df' }, links: [] })
})

test('the mistakes of all files are told at once, in the order of files and lines', () => {
  const spoilt = GOOD_SOURCES.map(({ path, text }) => ({ path, text: text.replace('es: ', 'ex: ') }))
  const { site, forms, problems } = readForms(spoilt)
  expect(site).toBeNull()
  expect(forms).toEqual([])
  expect(problems.map(({ path, line }) => [path, line])).toEqual([
    ['everything.yaml', 1],
    ['question.yaml', 1],
    ['site.yaml', 1],
    ['upload-trouble.yaml', 1],
  ])
})

test('several mistakes of one file are told at once', () => {
  const [site, question] = GOOD_SOURCES
  const text = (question?.text ?? '').replace('kind: textarea', 'kind: tex').replace('group', 'grup')
  const { problems } = readForms([site, { path: 'question.yaml', text }].flatMap((one) => one ?? []))
  expect(problems.map(({ line, message }) => `${line} ${message.split(':')[0]}`)).toEqual([
    '1 group',
    '3 grup',
    '6 fields[0].kind',
  ])
})

test('a good form is still read beside a broken one', () => {
  const { forms } = readForms([...GOOD_SOURCES, { path: 'broken.yaml', text: '- no form' }])
  expect(forms.map(({ id }) => id)).toEqual(['everything', 'question', 'upload-trouble'])
})

test.for([
  ['no file at all', [], 'site.yaml', /^is missing/],
  ['forms without a site', GOOD_SOURCES.slice(1, 2), 'site.yaml', /^is missing/],
  ['a site without forms', GOOD_SOURCES.slice(0, 1), 'site.yaml', /^there are no forms/],
  [
    'a form whose name has blanks',
    [...GOOD_SOURCES, { path: 'f/My form.yaml', text: '' }],
    'f/My form.yaml',
    /a–z/,
  ],
  ['a form that ends in .yml', [...GOOD_SOURCES, { path: 'a.yml', text: '' }], 'a.yml', /\.yaml$/],
] as const)('%s is a problem', ([, sources, path, message]) => {
  const { problems } = readForms(sources)
  expect(problems).toEqual([{ path, line: 1, message: expect.stringMatching(message) }])
})

test('no text makes the reader throw', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'fields:\n',
      '  - ',
      '{ ',
      ' }',
      '[',
      ']',
      'title: ',
      '*a ',
      '&a ',
      '? ',
      '<<: ',
      '__proto__: ',
    ),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      const { problems } = readForms([
        { path: 'site.yaml', text },
        { path: 'form.yaml', text },
      ])
      expect(problems.length).toBeGreaterThan(0)
      expect(problems.every(({ line }) => line >= 1 && line <= text.split('\n').length)).toBe(true)
    }),
    { numRuns: 500 },
  )
})
