import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { BUNDLE_PATH, bundleText } from '../../../src/cli/bundle.ts'
import { readSources } from '../../../src/runtime/node/content.ts'
import { BUNDLED } from '../../../src/runtime/worker/bundled.ts'

const sources = readSources({ formsDir: 'forms', routingDir: 'routing-rules' })

test('the Worker carries the forms and rules as they are now: else run firstline bundle', () => {
  expect(sources.forms.length).toBeGreaterThan(0)
  expect(BUNDLED).toEqual(sources)
  expect(readFileSync(BUNDLE_PATH, 'utf8')).toBe(bundleText(sources))
})

test('a bundle tells every character apart that a file may hold', async () => {
  const text = 'a: "`${b}` \\n \u2028 \ud83d\ude42 \'c\' */ //"\r\n\tend'
  const module = bundleText({ forms: [{ path: 'forms/"a".yaml', text }], routing: [] })
  const code = module.replace(/^import type .*$/m, '').replace(': ContentSources', '')
  const read: unknown = await import(`data:text/javascript,${encodeURIComponent(code)}`)
  expect(read).toMatchObject({ BUNDLED: { forms: [{ path: 'forms/"a".yaml', text }], routing: [] } })
})
