import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readContent, readFormsPart, tellProblem } from '../src/content.ts'
import type { Source } from '../src/sources/source.ts'
import { GOOD_SOURCES } from './forms/good-forms.ts'

const rules = (name: string): Source => ({
  path: name,
  text: readFileSync(new URL(`fixtures/rules/good/${name}`, import.meta.url), 'utf8'),
})

const ROUTING = ['units.yaml', 'promise.yaml', '20-few.yaml'].map(rules)
const BROKEN_RULES = [...ROUTING, { path: '30-a.yaml', text: 'rules: a\n' }]
const BROKEN_FORMS = [...GOOD_SOURCES, { path: 'a.yaml', text: 'title: a\n' }]

test('good files make one content of forms and rulebook', async () => {
  const { content, problems } = await readContent({ forms: GOOD_SOURCES, routing: ROUTING })
  expect(problems).toEqual([])
  expect(content?.forms.map(({ id }) => id)).toEqual(
    readFormsPart(GOOD_SOURCES).part?.forms.map(({ id }) => id),
  )
  expect(content?.rulebook.rules.map(({ name }) => name)).toEqual(['dataset'])
})

test('one broken rule is enough to have no content, and says where', async () => {
  const { content, problems } = await readContent({ forms: GOOD_SOURCES, routing: BROKEN_RULES })
  expect(content).toBeNull()
  expect(problems.map(tellProblem)).toEqual(['30-a.yaml:1: rules: must be a list, not a text'])
})

test('mistakes in forms and in rules are told at once', async () => {
  const { problems } = await readContent({ forms: BROKEN_FORMS, routing: BROKEN_RULES })
  expect(new Set(problems.map(({ path }) => path))).toEqual(new Set(['a.yaml', '30-a.yaml']))
})

test('forms without a mistake are read alone, and broken ones are not read at all', () => {
  expect(readFormsPart(GOOD_SOURCES)).toMatchObject({ part: { site: {} }, problems: [] })
  const { part, problems } = readFormsPart(BROKEN_FORMS)
  expect(part).toBeNull()
  expect(problems.length).toBeGreaterThan(0)
})
