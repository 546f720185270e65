import { z } from 'zod'
import { LANGUAGES } from '../language.ts'
import { timeZone } from '../sources/values.ts'
import { TICKET_SOURCES } from './facts.ts'
import { phraseTrouble } from './folding.ts'
import { patternTrouble } from './pattern.ts'
import type { Condition, Subject } from './rule.ts'
import { DAYS, daysOf, hoursOf, isDate } from '../sources/days-and-hours.ts'
import { mustBe } from '../sources/union-words.ts'

/** A text about which `trouble` has nothing to say. */
const sound = (trouble: (text: string) => string | null) =>
  z
    .string()
    .min(1)
    .check(({ value, issues }) => {
      const words = value === '' ? null : trouble(value)
      if (words !== null) issues.push({ code: 'custom', input: value, message: words })
    })

const LONGEST_VALUE = 200
const value = z.string().trim().min(1).max(LONGEST_VALUE)
const phrase = sound((text) =>
  text.length > LONGEST_VALUE ? `must have at most ${LONGEST_VALUE} characters` : phraseTrouble(text),
).meta({ description: 'Whole words in order, case and accents apart; word* is the beginning of one' })
const pattern = sound(patternTrouble).meta({ description: 'A pattern in RE2’s syntax, case ignored' })
const domain = value.regex(
  /^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*$/u,
  'must be a domain, like upv.es: it also stands for those under it',
)

const oneOrMore = <T extends string>(one: z.ZodType<T>) =>
  z.union([one, z.array(one).min(1)], { error: mustBe('a text or a list of texts') })

const aTest = 'a text, a list of texts, or a group of keys (is, words, matches, exists)'

const testOf = <T extends string>(one: z.ZodType<T>) => {
  const asked = z
    .strictObject({
      is: oneOrMore(one).exactOptional(),
      words: oneOrMore(phrase).exactOptional(),
      matches: pattern.exactOptional(),
      exists: z.boolean().exactOptional(),
    })
    .refine((test) => Object.keys(test).length > 0, 'tests nothing; add is, words, matches or exists')
  return z.union([one, z.array(one).min(1), asked], { error: mustBe(aTest) })
}

const test = testOf(value).meta({ id: 'Test' })
type Test = z.infer<typeof test>

/** Ids of fields, as forms have them. */
export const fieldId = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be the id of a field: 1 to 40 of a–z, 0–9 and _')

const day = z
  .string()
  .refine((text) => daysOf(text) !== null, `must be a day or days (${DAYS.join(', ')}), like sat or mon-fri`)
const date = z.string().refine(isDate, 'must be a day of the calendar, like "2026-12-24"')

const time = z
  .strictObject({
    zone: timeZone,
    days: oneOrMore(day).exactOptional(),
    hours: z
      .string()
      .refine((text) => hoursOf(text) !== null, 'must be hours, like "18:00-08:00", that begin and end apart')
      .exactOptional(),
    from: date.exactOptional(),
    to: date.exactOptional(),
  })
  .refine((given) => Object.keys(given).length > 1, 'is always; add days, hours, from or to')
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, 'ends before it begins')

/** A condition as its owner writes it. */
export interface ConditionEntry {
  form?: Test
  source?: Test
  language?: Test
  domain?: Test
  organisation?: Test
  answer?: Record<string, Test>
  title?: Test
  body?: Test
  text?: Test
  words?: string | string[]
  matches?: string
  time?: z.infer<typeof time>
  all?: ConditionEntry[]
  any?: ConditionEntry[]
  not?: ConditionEntry
}

const nested: z.ZodType<ConditionEntry> = z.lazy(() => conditionEntry)

export const conditionEntry: z.ZodType<ConditionEntry> = z
  .strictObject({
    form: test.exactOptional(),
    source: testOf(z.enum(TICKET_SOURCES)).exactOptional(),
    language: testOf(z.enum(LANGUAGES)).exactOptional(),
    domain: testOf(domain).exactOptional(),
    organisation: test.exactOptional(),
    answer: z
      .record(fieldId, test)
      .refine((fields) => Object.keys(fields).length > 0, 'names no field')
      .exactOptional(),
    title: test.exactOptional(),
    body: test.exactOptional(),
    text: test.meta({ description: 'Title or body' }).exactOptional(),
    words: oneOrMore(phrase).meta({ description: 'Short for text: { words: … }' }).exactOptional(),
    matches: pattern.meta({ description: 'Short for text: { matches: … }' }).exactOptional(),
    time: time.exactOptional(),
    all: z.array(nested).min(1).exactOptional(),
    any: z.array(nested).min(1).exactOptional(),
    not: nested.exactOptional(),
  })
  .refine((entry) => Object.keys(entry).length > 0, 'matches everything; add at least one condition')
  .meta({ id: 'Condition', description: 'All keys must hold' })

const listed = <T>(given: T | readonly T[]): readonly T[] => (Array.isArray(given) ? given : [given as T])

function partsOfTest(subject: Subject, given: Test): readonly Condition[] {
  if (typeof given === 'string' || Array.isArray(given))
    return [{ kind: 'is', subject, values: listed(given) }]
  const { is, words, matches, exists } = given
  return [
    ...(exists === undefined ? [] : [{ kind: 'exists', subject, exists } as const]),
    ...(is === undefined ? [] : [{ kind: 'is', subject, values: listed(is) } as const]),
    ...(words === undefined ? [] : [{ kind: 'words', subject, phrases: listed(words) } as const]),
    ...(matches === undefined ? [] : [{ kind: 'matches', subject, pattern: matches } as const]),
  ]
}

function windowFrom({ zone, days, hours, from, to }: z.infer<typeof time>): Condition {
  const named = days === undefined ? null : listed(days).flatMap((one) => daysOf(one) ?? [])
  return {
    kind: 'time',
    window: {
      zone,
      days: named && [...new Set(named)].sort((a, b) => a - b),
      hours: hours === undefined ? null : hoursOf(hours),
      from: from ?? null,
      to: to ?? null,
    },
  }
}

const SUBJECTS = ['form', 'source', 'language', 'domain', 'organisation'] as const
const TEXTS = ['title', 'body', 'text'] as const

/** The condition that a map of them is. Its parts stand in one order, whatever the order of the keys: the cheap ones first. */
export function conditionFrom(entry: ConditionEntry): Condition {
  const tests = (subjects: readonly (keyof ConditionEntry & Subject)[]): readonly Condition[] =>
    subjects.flatMap((subject) => {
      const given = entry[subject]
      return given === undefined ? [] : partsOfTest(subject, given)
    })
  const of: readonly Condition[] = [
    ...tests(SUBJECTS),
    ...Object.entries(entry.answer ?? {}).flatMap(([id, given]) => partsOfTest(`answer:${id}`, given)),
    ...(entry.time ? [windowFrom(entry.time)] : []),
    ...tests(TEXTS),
    ...(entry.words === undefined ? [] : partsOfTest('text', { words: entry.words })),
    ...(entry.matches === undefined ? [] : partsOfTest('text', { matches: entry.matches })),
    ...(entry.all ? [{ kind: 'all', of: entry.all.map(conditionFrom) } as const] : []),
    ...(entry.any ? [{ kind: 'any', of: entry.any.map(conditionFrom) } as const] : []),
    ...(entry.not ? [{ kind: 'not', of: conditionFrom(entry.not) } as const] : []),
  ]
  const [only] = of
  return of.length === 1 && only ? only : { kind: 'all', of }
}
