import type { Source } from '../../src/sources/source.ts'

/** Of the helpdesk as a whole. */
export const SITE_ZONE = 'Europe/Madrid'
export const COORDINATION = 'coordination@desk.example'

export const UNITS = ['first-line', 'catalogue', 'nodes', 'federated', 'dashboard'] as const
export type UnitId = (typeof UNITS)[number]

/** Who answers what, from where. */
export interface Team {
  readonly group: string
  /** The word by which a request finds it; null where nobody asks for it by name. */
  readonly word: string | null
  /** Name of its own calendar, or null: as the promise says. */
  readonly calendar: 'office-jp' | 'all-day-ny' | null
  readonly notify: string
  readonly duty: string
}

const DUTY = 'duty@desk.example'

export const TEAMS: Readonly<Record<UnitId, Team>> = {
  'first-line': {
    group: 'First Line support',
    word: null,
    calendar: null,
    notify: 'first@desk.example',
    duty: DUTY,
  },
  catalogue: {
    group: 'Catalogue',
    word: 'catalogue',
    calendar: null,
    notify: 'catalogue@desk.example',
    duty: DUTY,
  },
  nodes: {
    group: 'Reference nodes',
    word: 'node',
    calendar: 'all-day-ny',
    notify: 'nodes@desk.example',
    duty: DUTY,
  },
  federated: {
    group: 'Federated search',
    word: 'federated',
    calendar: 'office-jp',
    notify: 'federated@desk.example',
    duty: 'federated-duty@desk.example',
  },
  dashboard: {
    group: 'Dashboard',
    word: 'dashboard',
    calendar: null,
    notify: 'dashboard@desk.example',
    duty: DUTY,
  },
}

/** Units whose clocks run by the wall: a merge and a change of rule among them change no terms. */
export const BY_THE_WALL: readonly UnitId[] = ['first-line', 'catalogue', 'dashboard']

export interface Calendar {
  readonly zone: string
  /** Local hours of a day, the end excluded. */
  readonly from: number
  readonly to: number
  readonly isWeekday: (day: number) => boolean
  readonly closed: readonly string[]
}

const onWeekdays = (day: number): boolean => day >= 1 && day <= 5

/** The calendars below, as whoever wrote them meant them; `day` is 0 on Sundays. */
export const CALENDARS = {
  'office-es': { zone: SITE_ZONE, from: 9, to: 17, isWeekday: onWeekdays, closed: ['2026-10-12'] },
  'office-jp': { zone: 'Asia/Tokyo', from: 9, to: 17, isWeekday: onWeekdays, closed: ['2026-11-03'] },
  'all-day-ny': { zone: 'America/New_York', from: 0, to: 24, isWeekday: () => true, closed: [] },
} as const satisfies Record<string, Calendar>

export interface Rung {
  /** In percent of the time. */
  readonly percent: number
  readonly to: readonly ('unit' | 'duty' | 'coordination')[]
}

/** What is promised, in hours, and when who is warned: the last rung again each day. */
export interface Rules {
  readonly hoursFor: (unit: UnitId, priority: string) => number
  readonly rungs: readonly Rung[]
}

const RUNGS: readonly Rung[] = [
  { percent: 50, to: [] },
  { percent: 75, to: ['unit'] },
  { percent: 90, to: ['unit', 'duty'] },
  { percent: 100, to: ['unit', 'duty', 'coordination'] },
]
const BUSINESS_HOURS = 24

/** As the month begins, and after promise.yaml was changed: staff hear earlier, and what is high has half of the time. */
export const RULES: { readonly first: Rules; readonly later: Rules } = {
  first: { hoursFor: (unit) => (unit === 'federated' ? BUSINESS_HOURS : 48), rungs: RUNGS },
  later: {
    hoursFor: (unit, priority) => (unit === 'federated' ? BUSINESS_HOURS : priority === HIGH ? 24 : 48),
    rungs: RUNGS.map((rung) => (rung.percent === 75 ? { ...rung, percent: 70 } : rung)),
  },
}

export const HIGH = '3 high'

const unitLines = UNITS.map((id) => {
  const { group, calendar, notify, duty } = TEAMS[id]
  const own = calendar === null ? '' : `, calendar: ${calendar}`
  const fallback = id === 'first-line' ? '' : ', fallback: first-line'
  return `  - { id: ${id}, name: { en: Unit ${id}, es: Unidad ${id} }, group: ${group}, notify: [${notify}], duty: [${duty}]${own}${fallback} }`
})

const UNITS_YAML = `default: first-line\nunits:\n${unitLines.join('\n')}\n`

const ruleLines = UNITS.flatMap((id) => {
  const { word } = TEAMS[id]
  if (word === null) return []
  return [
    `  - name: by its word, ${word}`,
    `    owner: ${id}`,
    `    when: { words: [${word}-matter] }`,
    `    then: { unit: ${id} }`,
    `    examples: { yes: [{ title: A ${word}-matter }] }`,
  ]
})

const RULES_YAML = `rules:\n${ruleLines.join('\n')}\n`

/** What makes a text find its unit. */
export const wordsFor = (unit: UnitId): string =>
  TEAMS[unit].word === null ? 'something' : `a ${TEAMS[unit].word}-matter`

const promiseYaml = (soon: number, targets: readonly string[]): string => `target: 48h
targets:
${targets.map((line) => `  - ${line}\n`).join('')}calendar: always
business: office-es
digest: '08:00'
silence: 5d
levels:
  - { at: 50%, digest: true }
  - { at: ${soon}%, to: [unit] }
  - { at: 90%, to: [unit, duty] }
  - { at: 100%, to: [unit, duty, coordination], then: daily }
coordination: [${COORDINATION}]
calendars:
  office-es: { zone: Europe/Madrid, week: { mon-fri: '09:00-17:00' }, closed: ['2026-10-12'] }
  office-jp: { zone: Asia/Tokyo, week: { mon-fri: '09:00-17:00' }, closed: ['2026-11-03'] }
  all-day-ny: { zone: America/New_York, week: { mon-sun: '00:00-24:00' } }
`

const OF_FEDERATED = `{ unit: federated, target: ${BUSINESS_HOURS}h }`

const sourcesWith = (promise: string): readonly Source[] => [
  { path: 'routing-rules/units.yaml', text: UNITS_YAML },
  { path: 'routing-rules/promise.yaml', text: promise },
  { path: 'routing-rules/10-words.yaml', text: RULES_YAML },
]

/** The same as files of routing-rules/. */
export const RULE_FILES = {
  first: sourcesWith(promiseYaml(75, [OF_FEDERATED])),
  later: sourcesWith(promiseYaml(70, [OF_FEDERATED, `{ priority: ${HIGH}, target: 24h }`])),
} as const
