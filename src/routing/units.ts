import { z } from 'zod'
import { emailAddress } from '../forms/email-address.ts'
import { didYouMean } from '../sources/words.ts'
import { LANGUAGES } from '../language.ts'
import type { Language, Text } from '../language.ts'
import { duration, durationMs } from '../sources/duration.ts'
import { type AnswerPromise, type Terms, termsFor } from '../promise/promise.ts'
import { calendarTrouble } from '../promise/read.ts'
import { missingLanguages, repeated, text } from '../sources/values.ts'
import { inReadingOrder, readSource } from '../sources/source.ts'
import type { Finding, Problem, Source } from '../sources/source.ts'

/** A team, bound to one group of Zammad's. */
export interface Unit {
  readonly id: string
  readonly name: Text
  /** Zammad's name of the group, letter by letter. */
  readonly group: string
  /** The address that the group answers from. */
  readonly mail: string | null
  /** The unit that takes a ticket when this one's group cannot. */
  readonly fallback: string | null
  /** Whether a ticket is opened in the group, or stays with the default unit and is tagged. */
  readonly mode: 'assign' | 'suggest'
  readonly onArrival: 'none' | 'mail'
  /** Name of the calendar whose open hours are the unit's promise; always, or null: as the promise says. */
  readonly calendar: string | null
  /** Who is told of what happens to the unit's tickets. */
  readonly notify: readonly string[]
  /** Who is told when it becomes urgent. */
  readonly duty: readonly string[]
}

export interface Units {
  /** Id of the unit that takes whatever no rule sends elsewhere. */
  readonly defaultUnit: string
  readonly units: readonly Unit[]
  /** Zammad's name of the priority whose tickets mail the duty addresses at once. */
  readonly urgent: string
  /** How long a ticket may stay in the default group without an owner before staff are told. */
  readonly unroutedAfterMs: number
}

const UnitEntry = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,59}$/, 'must be of a–z, 0–9 and -, and begin with a letter'),
  name: text,
  group: z.string().trim().min(1).meta({ description: 'Zammad’s name of the group, letter by letter' }),
  mail: emailAddress.exactOptional(),
  fallback: z.string().exactOptional().meta({ description: 'Id of the unit that takes over' }),
  mode: z.enum(['assign', 'suggest']).default('assign'),
  on_arrival: z.enum(['none', 'mail']).default('none'),
  calendar: z
    .string()
    .min(1)
    .exactOptional()
    .meta({ description: 'Name of a calendar in promise.yaml, or always; else as promise.yaml says' }),
  notify: z.array(emailAddress).default([]),
  duty: z.array(emailAddress).default([]),
})

/** units.yaml as its owner writes it. */
export const UnitsFile = z
  .strictObject({
    default: z.string().meta({ description: 'Id of the unit that takes whatever no rule sends elsewhere' }),
    urgent: z
      .string()
      .trim()
      .min(1)
      .default('3 high')
      .meta({ description: 'Zammad’s name of the priority that mails the duty addresses at once' }),
    unrouted_after: duration
      .default('8h')
      .meta({ description: 'How long a ticket may wait in the default group: 90m, 8h or 2d' }),
    units: z.array(UnitEntry).min(1),
  })
  .meta({ title: 'Support Units', description: 'The teams, each bound to one group of Zammad' })
type UnitsFile = z.infer<typeof UnitsFile>

/** Ids from a unit along its fallbacks, the unit first, to the default unit, to one without, or to a repeat. */
function trail(units: readonly { readonly id: string; readonly fallback?: string | null }[], id: string) {
  const seen: string[] = []
  let next: string | null | undefined = id
  while (next && !seen.includes(next)) {
    seen.push(next)
    const here: string = next
    next = units.find((unit) => unit.id === here)?.fallback
  }
  return { seen, repeats: next ?? null }
}

const calendarFindings = (file: UnitsFile, calendars: readonly string[]): readonly Finding[] =>
  file.units.flatMap(({ calendar }, index) => {
    const words = calendar === undefined ? null : calendarTrouble(calendar, calendars)
    return words === null ? [] : [{ at: ['units', index, 'calendar'], words }]
  })

function unitsFindings(file: UnitsFile, languages: readonly Language[]): readonly Finding[] {
  const ids = file.units.map(({ id }) => id)
  const unknown = (id: string): string => `no unit is called ${id}${didYouMean(id, ids)}`
  return [
    ...(ids.includes(file.default) ? [] : [{ at: ['default'], words: unknown(file.default) }]),
    ...repeated(
      file.units,
      ({ id }) => id,
      (index) => ['units', index, 'id'],
      (id) => `another unit is called ${id} already; ids differ`,
    ),
    ...repeated(
      file.units,
      ({ group }) => group,
      (index) => ['units', index, 'group'],
      (group) => `another unit has the group ${group} already; a group has one unit`,
    ),
    ...file.units.flatMap(({ id, name, fallback }, index) => {
      const at = ['units', index, 'fallback']
      const lacking = missingLanguages(['units', index, 'name'], name, languages)
      if (fallback === undefined) return lacking
      if (!ids.includes(fallback)) return [...lacking, { at, words: unknown(fallback) }]
      if (id === file.default) {
        return [...lacking, { at, words: 'the default unit has no fallback: it is where all others end' }]
      }
      const { seen, repeats } = trail(file.units, id)
      return repeats === id
        ? [...lacking, { at, words: `goes round in a circle: ${[...seen, id].join(' → ')}` }]
        : lacking
    }),
  ]
}

const unitFrom = ({ mail, fallback, on_arrival, calendar, ...entry }: z.infer<typeof UnitEntry>): Unit => ({
  ...entry,
  mail: mail ?? null,
  fallback: fallback ?? null,
  onArrival: on_arrival,
  calendar: calendar ?? null,
})

/**
 * Reads units.yaml and finds all its mistakes at once. A unit's name is needed in each of the languages. `calendars` are
 * the names of promise.yaml; null where they are not known, as that file is broken: then no unit is blamed for one.
 */
export function readUnits(
  source: Source,
  languages: readonly Language[] = LANGUAGES,
  calendars: readonly string[] | null = null,
): { readonly units: Units | null; readonly problems: readonly Problem[] } {
  const { value, problems, problem } = readSource(source, UnitsFile)
  if (!value) return { units: null, problems: inReadingOrder(problems) }
  const found = [
    ...unitsFindings(value, languages),
    ...(calendars ? calendarFindings(value, calendars) : []),
  ].map(problem)
  if (found.length > 0) return { units: null, problems: inReadingOrder(found) }
  const units = {
    defaultUnit: value.default,
    units: value.units.map(unitFrom),
    urgent: value.urgent,
    unroutedAfterMs: durationMs(value.unrouted_after) ?? 0,
  }
  return { units, problems: [] }
}

/**
 * Ids of the units that take a ticket, in turn, when this one's group cannot: from its fallback on, without repeats,
 * always ending in the default unit. For the default unit, and for an unknown id, that is the default unit alone.
 */
export function fallbackChain(
  { defaultUnit, units }: Pick<Units, 'defaultUnit' | 'units'>,
  id: string,
): readonly string[] {
  const others = trail(units, id).seen.slice(1)
  const end = others.indexOf(defaultUnit)
  return [...(end < 0 ? others : others.slice(0, end)), defaultUnit]
}

/** Id of the unit whose group it is, or null. */
export const unitOfGroup = ({ units }: Pick<Units, 'units'>, group: string): string | null =>
  units.find((unit) => unit.group === group)?.id ?? null

/** What is promised to a ticket that a unit has, by its id; of none, and of one that units.yaml lost, as to any unit. */
export const termsAt = (
  { units, promise }: { readonly units: Pick<Units, 'units'>; readonly promise: AnswerPromise },
  at: { readonly unit: string | null; readonly priority: string | null },
): Terms =>
  termsFor(promise, { ...at, unitCalendar: units.units.find(({ id }) => id === at.unit)?.calendar ?? null })
