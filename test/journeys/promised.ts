import { BUNDLED } from '../../src/runtime/worker/bundled.ts'
import type { Source } from '../../src/sources/source.ts'

/** Uploads go to the reference nodes. */
const rulesWith = (then: string): string => `rules:
  - name: uploads
    owner: reference-nodes
    when: { form: upload-trouble }
    then: { ${then} }
    examples: { yes: [{ form: upload-trouble }] }
`

/**
 * What a helpdesk goes by that promises so much, as text of promise.yaml, and of which the reference nodes get what is about
 * uploads: the units that ship, without calendars of their own.
 */
export function promised(promise: string, then = 'unit: reference-nodes'): readonly Source[] {
  const units = BUNDLED.routing.filter(({ path }) => path.endsWith('units.yaml'))
  const bare = units.map(({ path, text }) => ({
    path,
    text: text.replaceAll(/, calendar: [\w-]+|^ +calendar: .*\n/gm, ''),
  }))
  return [
    ...bare,
    { path: 'routing-rules/promise.yaml', text: promise },
    { path: 'routing-rules/10-test.yaml', text: rulesWith(then) },
  ]
}
