import { tellingUnions } from '../sources/union-words.ts'
import { repeated } from '../sources/values.ts'
import { didYouMean } from '../sources/words.ts'
import { inReadingOrder, readSource } from '../sources/source.ts'
import type { Finding, Problem, Reading, Source } from '../sources/source.ts'
import { durationMs } from '../sources/duration.ts'
import { readHolidays } from './holidays.ts'
import type { OpenHours } from './hours.ts'
import { PromiseFile, shareOf } from './promise-file.ts'
import type { AnswerPromise } from './promise.ts'
import { weekFindings, weekFrom } from './week.ts'

const PromiseSource = tellingUnions(PromiseFile)

const levelFindings = ({ levels, coordination }: PromiseFile): readonly Finding[] =>
  levels.flatMap(({ at, digest, to }, index): readonly Finding[] => {
    const before = levels[index - 1]
    return [
      ...(before && shareOf(before.at) >= shareOf(at)
        ? [{ at: ['levels', index, 'at'], words: `must be more than ${before.at}, which stands before it` }]
        : []),
      ...(!digest && to.length === 0
        ? [{ at: ['levels', index], words: 'tells nobody; add to: [unit] or digest: true' }]
        : []),
      ...(to.includes('coordination') && coordination.length === 0
        ? [
            {
              at: ['levels', index, 'to'],
              words: 'coordination has no address; add coordination: [name@example.org]',
            },
          ]
        : []),
    ]
  })

/** Targets that are never asked, as an earlier one fits whatever they fit. */
const targetFindings = ({ targets }: PromiseFile): readonly Finding[] =>
  targets.flatMap(({ unit, priority }, index): readonly Finding[] => {
    const by = targets
      .slice(0, index)
      .findIndex(
        (before) =>
          (before.unit === undefined || before.unit === unit) &&
          (before.priority === undefined || before.priority === priority),
      )
    return by < 0
      ? []
      : [{ at: ['targets', index], words: `never counts: targets[${by}] fits the same tickets before it` }]
  })

/** What is wrong with the name of a calendar, or null. `always` is one as well. */
export function calendarTrouble(name: string, calendars: readonly string[]): string | null {
  const known = ['always', ...calendars]
  if (known.includes(name)) return null
  return `no calendar is called ${name}${didYouMean(name, known)}`
}

function calendarFindings({ calendar, business, calendars }: PromiseFile): readonly Finding[] {
  const names = Object.keys(calendars)
  const chosen = Object.entries({ calendar, business }).flatMap(([key, name]): readonly Finding[] => {
    const words = name === undefined ? null : calendarTrouble(name, names)
    return words === null ? [] : [{ at: [key], words }]
  })
  const weeks = Object.entries(calendars).flatMap(([name, { week }]) =>
    weekFindings(['calendars', name, 'week'], week),
  )
  return [...chosen, ...weeks]
}

const repeatedNames = ({ answered_by, pauses }: PromiseFile): readonly Finding[] =>
  (
    [
      [['answered_by'], answered_by],
      [['pauses', 'states'], pauses.states],
      [['pauses', 'tags'], pauses.tags],
    ] as const
  ).flatMap(([at, names]) =>
    repeated(
      names,
      (name) => name,
      (index) => [...at, index],
      (name) => `${name} stands here already`,
    ),
  )

const nameOf = ({ path }: Source): string => path.slice(path.lastIndexOf('/') + 1)

/** The closed days of the files that calendars name, by name, and what is wrong with them. */
function holidaysOf({ calendars }: PromiseFile, files: readonly Source[]) {
  const days = new Map<string, readonly string[]>()
  const findings: Finding[] = []
  for (const [calendar, { holidays: name }] of Object.entries(calendars)) {
    if (name === undefined) continue
    const at = ['calendars', calendar, 'holidays']
    const file = files.find((one) => nameOf(one) === name)
    if (!file) {
      const words = `no file ${name} stands beside promise.yaml${didYouMean(name, files.map(nameOf))}`
      findings.push({ at, words })
      continue
    }
    const known = days.get(name)
    if (known) continue
    const read =
      file.unreadable === undefined ? readHolidays(file.text) : { trouble: file.unreadable, days: null }
    if (read.days) days.set(name, read.days)
    else findings.push({ at, words: `${name} ${read.trouble}` })
  }
  return { days, findings }
}

/** Files that no calendar names: mostly one of them is misspelt. */
function needless({ calendars }: PromiseFile, files: readonly Source[]): readonly Problem[] {
  const named = Object.values(calendars).map(({ holidays }) => holidays)
  const message = 'no calendar in promise.yaml names it under holidays; name it there, or remove it'
  return files.filter((file) => !named.includes(nameOf(file))).map(({ path }) => ({ path, line: 1, message }))
}

function promiseFrom(file: PromiseFile, days: ReadonlyMap<string, readonly string[]>): AnswerPromise {
  const openHours = (entry: PromiseFile['calendars'][string]): OpenHours => ({
    zone: entry.zone,
    week: weekFrom(entry.week),
    closed: [...new Set([...entry.closed, ...(days.get(entry.holidays ?? '') ?? [])])].sort(),
  })
  return {
    targetMs: durationMs(file.target) ?? 0,
    targets: file.targets.map(({ unit = null, priority = null, target }) => ({
      unit,
      priority,
      targetMs: durationMs(target) ?? 0,
    })),
    calendar: file.calendar,
    business: file.business ?? file.calendar,
    answeredBy: file.answered_by,
    pauses: file.pauses,
    further: file.further,
    digest: file.digest,
    levels: file.levels.map(({ at, digest, to, then: repeats = null }) => ({
      share: shareOf(at),
      digest,
      to,
      repeats,
    })),
    coordination: file.coordination,
    silenceMs: file.silence === undefined ? null : durationMs(file.silence),
    calendars: Object.fromEntries(
      Object.entries(file.calendars).map(([name, entry]) => [name, openHours(entry)]),
    ),
  }
}

/** What promise.yaml says, or what is wrong in it. */
export interface PromiseReading {
  readonly promise: AnswerPromise | null
  readonly problems: readonly Problem[]
  /** The problem that a finding in promise.yaml is. */
  readonly problem: Reading<unknown>['problem']
}

/** Reads promise.yaml with the holidays files (`.ics`) that stand beside it, and finds all mistakes at once. */
export function readPromise(source: Source, files: readonly Source[] = []): PromiseReading {
  const { value, problems, problem } = readSource(source, PromiseSource)
  if (!value) return { promise: null, problems: inReadingOrder(problems), problem }
  const { days, findings } = holidaysOf(value, files)
  const found = [
    ...levelFindings(value),
    ...targetFindings(value),
    ...calendarFindings(value),
    ...repeatedNames(value),
    ...findings,
  ].map(problem)
  const all = [...found, ...needless(value, files)]
  if (all.length > 0) return { promise: null, problems: inReadingOrder(all), problem }
  return { promise: promiseFrom(value, days), problems: [], problem }
}

/** Findings for targets whose unit is none of these. */
export const unknownUnits = ({ targets }: AnswerPromise, units: readonly string[]): readonly Finding[] =>
  targets.flatMap(({ unit }, index) =>
    unit === null || units.includes(unit)
      ? []
      : [{ at: ['targets', index, 'unit'], words: `no unit is called ${unit}${didYouMean(unit, units)}` }],
  )
