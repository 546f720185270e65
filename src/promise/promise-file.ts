import { z } from 'zod'
import { emailAddress } from '../forms/email-address.ts'
import { DAYS, daysOf, hoursOf, isDate } from '../sources/days-and-hours.ts'
import { mustBe } from '../sources/union-words.ts'
import { timeZone } from '../sources/values.ts'
import { duration } from '../sources/duration.ts'

const SHARE = /^([1-9]\d{0,2})%$/

/** Part of the time gone by that `75%` names: 0.75. */
export const shareOf = (at: string): number => Number(SHARE.exec(at)?.[1]) / 100

const level = z.strictObject({
  at: z.string().regex(SHARE, 'must be a part of the time gone by, like 75%'),
  digest: z.boolean().default(false),
  to: z.array(z.enum(['unit', 'duty', 'coordination'])).default([]),
  // oxlint-disable-next-line unicorn/no-thenable -- the word of the file format; a schema is never awaited
  then: z.literal('daily').exactOptional(),
})

const target = z
  .strictObject({
    unit: z.string().min(1).exactOptional().meta({ description: 'Id of a unit' }),
    priority: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .exactOptional()
      .meta({ description: 'Zammad’s name of a priority' }),
    target: duration,
  })
  .refine(
    ({ unit, priority }) => unit !== undefined || priority !== undefined,
    'is for all tickets; add unit or priority, or change the target above',
  )

const hours = z.string().refine((words) => {
  const found = hoursOf(words)
  return found !== null && found.from < found.to
}, 'must be hours of one day, like "09:00-17:00"; those over midnight are "22:00-24:00", and "00:00-06:00" of the next day')

const date = z.string().refine(isDate, 'must be a day of the calendar, like "2026-12-24"')

const calendar = z.strictObject({
  zone: timeZone,
  week: z
    .record(
      z
        .string()
        .refine(
          (words) => daysOf(words) !== null,
          `must be a day or days (${DAYS.join(', ')}), like sat or mon-fri`,
        ),
      z.union([hours, z.array(hours).min(1)], { error: mustBe('hours or a list of hours') }),
    )
    .refine(
      (week) => Object.keys(week).length > 0,
      'is never open; give it hours, like { mon-fri: "09:00-17:00" }',
    ),
  holidays: z
    .string()
    .regex(
      /^[^./\\][^/\\]*\.ics$/,
      'must be the name of a file beside promise.yaml that ends in .ics, like holidays-es.ics',
    )
    .exactOptional()
    .meta({ description: 'A calendar file: the days of its events are closed' }),
  closed: z.array(date).default([]),
})

const calendarName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,59}$/, 'must be of a–z, 0–9 and -, and begin with a letter')
  .refine((name) => name !== 'always', 'always is round the clock; give this calendar another name')

const tag = z.string().trim().min(1).max(60)

/** promise.yaml as its owner writes it; what needs other files is checked where they are read. */
export const PromiseFile = z
  .strictObject({
    target: duration.meta({ description: 'Time for the first answer: 90m, 48h or 2d' }),
    targets: z
      .array(target)
      .default([])
      .meta({ description: 'Other times by unit or priority; the first one that fits stands' }),
    calendar: z
      .string()
      .min(1)
      .default('always')
      .meta({ description: 'always: the wall clock counts; or a calendar’s name: its open hours count' }),
    business: z
      .string()
      .min(1)
      .exactOptional()
      .meta({ description: 'The calendar of the reports’ second reading, where the wall clock counts' }),
    answered_by: z
      .array(z.enum(['answer', 'call']))
      .min(1)
      .default(['answer', 'call'])
      .meta({ description: 'answer: a public answer; call: a phone call that staff logged' }),
    pauses: z
      .strictObject({
        states: z.array(z.enum(['new', 'open', 'pending'])).default([]),
        tags: z.array(tag).default([]),
      })
      .default({ states: [], tags: [] })
      .meta({ description: 'Types of state, and tags, under which the clock stands still' }),
    further: z
      .boolean()
      .default(true)
      .meta({ description: 'Whether each later word of the visitor starts a clock of its own' }),
    digest: z
      .string()
      .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, like "08:00"')
      .default('08:00')
      .meta({ description: 'Local time at which digests go' }),
    levels: z.array(level).default([]),
    coordination: z.array(emailAddress).default([]),
    silence: duration
      .exactOptional()
      .meta({ description: 'How long an open ticket may be without a public word from us' }),
    calendars: z.record(calendarName, calendar).default({}),
  })
  .meta({
    title: 'The promise',
    description: 'The time by which a ticket is answered, and who hears of it before',
  })
export type PromiseFile = z.infer<typeof PromiseFile>
export type CalendarEntry = z.infer<typeof calendar>
