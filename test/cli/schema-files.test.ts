import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { schemaFiles } from '../../src/cli/schema-files.ts'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')

test.for(schemaFiles().map(({ path, text }) => [path, text] as const))(
  '%s is what the reader accepts today',
  ([path, text]) => {
    expect(read(path)).toBe(text)
  },
)

test.for([
  ['forms/site.yaml', './site.schema.json'],
  ['routing-rules/units.yaml', './units.schema.json'],
  ['routing-rules/promise.yaml', './promise.schema.json'],
  ...readdirSync(new URL('forms', ROOT))
    .filter((name) => name.endsWith('.yaml') && name !== 'site.yaml')
    .map((name) => [`forms/${name}`, './form.schema.json'] as const),
  ...readdirSync(new URL('routing-rules', ROOT))
    .filter((name) => /^\d\d-.*\.yaml$/.test(name))
    .map((name) => [`routing-rules/${name}`, './rules.schema.json'] as const),
] as const)('%s tells editors its schema', ([path, schema]) => {
  expect(read(path).split('\n')[0]).toBe(`# yaml-language-server: $schema=${schema}`)
})
