import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readFolder, readSources } from '../../../src/runtime/node/content.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'content-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const names = (sources: readonly { readonly path: string }[]): readonly string[] =>
  sources.map(({ path }) => path.slice(folder.length + 1))

test('beside forms only YAML is read, beside rules the holidays files as well, in the order of their names', () => {
  for (const part of ['forms', 'rules']) {
    mkdirSync(join(folder, part))
    for (const name of [
      'b.yaml',
      'a.yml',
      'holidays.ics',
      '.#a.yaml',
      '.h.ics',
      'rules.schema.json',
      'x.ics~',
    ])
      writeFileSync(join(folder, part, name), name)
  }
  const sources = readSources({ formsDir: join(folder, 'forms'), routingDir: join(folder, 'rules') })
  expect(names(sources.forms)).toEqual(['forms/a.yml', 'forms/b.yaml'])
  expect(names(sources.routing)).toEqual(['rules/a.yml', 'rules/b.yaml', 'rules/holidays.ics'])
  expect(sources.routing.at(-1)?.text).toBe('holidays.ics')
})

test('what cannot be read is told with its reason, and is not passed over', () => {
  mkdirSync(join(folder, 'holidays.ics'))
  expect(readFolder(folder)).toEqual([
    { path: join(folder, 'holidays.ics'), text: '', unreadable: 'cannot be read (EISDIR)' },
  ])
})

test('a folder that is not there holds nothing', () => {
  expect(readFolder(join(folder, 'none'))).toEqual([])
})
