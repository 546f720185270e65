import { HOUR_MS } from '../../src/clock.ts'
import type { AnswerPromise } from '../../src/promise/promise.ts'
import type { Rule, Rulebook } from '../../src/routing/rule.ts'
import type { Unit, Units } from '../../src/routing/units.ts'
import type { Source } from '../../src/sources/source.ts'

export const PROMISE: AnswerPromise = {
  targetMs: 48 * HOUR_MS,
  targets: [],
  calendar: 'always',
  business: 'always',
  answeredBy: ['answer', 'call'],
  pauses: { states: [], tags: [] },
  further: true,
  digest: '08:00',
  levels: [],
  coordination: [],
  silenceMs: null,
  calendars: {},
}

/** A unit whose group is called like itself unless told otherwise. */
export const aUnit = (over: Partial<Unit> & Pick<Unit, 'id'>): Unit => ({
  name: { en: `Team ${over.id}`, es: `Equipo ${over.id}` },
  group: over.id,
  mail: null,
  fallback: null,
  mode: 'assign',
  onArrival: 'none',
  calendar: null,
  notify: [`${over.id}@staff.example`],
  duty: [],
  ...over,
})

/** Units of which the first one is the default. */
export const unitsOf = (first: Unit, ...others: readonly Unit[]): Units => ({
  defaultUnit: first.id,
  units: [first, ...others],
  urgent: '3 high',
  unroutedAfterMs: 8 * HOUR_MS,
})

/** A rule that takes what has these words in its title or body. */
export const aRule = (name: string, word: string, unit: string, over: Partial<Rule> = {}): Rule => ({
  name,
  owner: unit,
  when: { kind: 'words', subject: 'text', phrases: [word] },
  unit,
  priority: null,
  tags: [],
  mode: null,
  examples: { yes: [], no: [] },
  path: '10-sample.yaml',
  line: 1,
  ...over,
})

export const rulebookOf = (units: Units, rules: readonly Rule[] = []): Rulebook => ({
  units,
  rules,
  unforeseen: [],
  promise: PROMISE,
  version: '0123456789ab',
})

/** The files of a helpdesk with two units and no rules. */
export const SAMPLE_ROUTING: readonly Source[] = [
  { path: 'promise.yaml', text: 'target: 48h\n' },
  {
    path: 'units.yaml',
    text: `default: first-line
units:
  - { id: first-line, name: { en: Team first-line, es: Equipo first-line }, group: first-line }
  - { id: technical, name: { en: Team technical, es: Equipo technical }, group: technical }
`,
  },
]
