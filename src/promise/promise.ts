import { z } from 'zod'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../clock.ts'
import { emailAddress } from '../forms/email-address.ts'
import { timeZone } from '../sources/values.ts'
import { inReadingOrder, readSource } from '../sources/source.ts'
import type { Finding, Problem, Source } from '../sources/source.ts'

/** Who a level tells: the unit's people, those on duty, the coordination. */
export type Audience = 'unit' | 'duty' | 'coordination'

/** What happens when part of the time has gone by. */
export interface Level {
  /** Part of the time gone by: 0.5 is half of it, 1 is due. */
  readonly share: number
  /** Whether it is told in the next digest. */
  readonly digest: boolean
  readonly to: readonly Audience[]
  /** Whether it is told again each day until the clock ends. */
  readonly repeats: 'daily' | null
}

/** Hours of business, by the name that `calendar` may give one day. */
export interface Calendar {
  readonly zone: string
  /** `mon-fri` → `09:00-17:00` */
  readonly week: Readonly<Record<string, string>>
  readonly holidays: string | null
}

/** The time by which a ticket must be answered, and who hears of it before. */
export interface AnswerPromise {
  readonly targetMs: number
  readonly calendar: 'always'
  readonly levels: readonly Level[]
  readonly coordination: readonly string[]
  /** How long a conversation may be silent; null where nobody asks. */
  readonly silenceMs: number | null
  readonly calendars: Readonly<Record<string, Calendar>>
}

const UNIT_MS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }
const DURATION = /^([1-9]\d{0,4})([mhd])$/
const MAX_DURATION_MS = 366 * DAY_MS

/** Milliseconds of `90m`, `48h` or `2d`; null where it is none of them, or longer than a year. */
export function durationMs(text: string): number | null {
  const [, count, unit = ''] = DURATION.exec(text) ?? []
  const ms = Number(count) * (UNIT_MS[unit] ?? NaN)
  return ms <= MAX_DURATION_MS ? ms : null
}

/** A duration of one unit, as data files give it. */
export const duration = z
  .string()
  .refine((text) => durationMs(text) !== null, 'must be minutes, hours or days, like 90m, 48h or 2d')

const SHARE = /^([1-9]\d{0,2})%$/
const DAYS = '(?:mon|tue|wed|thu|fri|sat|sun)'
const CLOCK_TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d'

const level = z.strictObject({
  at: z.string().regex(SHARE, 'must be a part of the time gone by, like 75%'),
  digest: z.boolean().default(false),
  to: z.array(z.enum(['unit', 'duty', 'coordination'])).default([]),
  // oxlint-disable-next-line unicorn/no-thenable -- the word of the file format; a schema is never awaited
  then: z.literal('daily').exactOptional(),
})

const calendar = z.strictObject({
  zone: timeZone,
  week: z.record(
    z.string().regex(new RegExp(`^${DAYS}(?:-${DAYS})?$`), 'must be a day or days, like sat or mon-fri'),
    z
      .string()
      .regex(new RegExp(`^${CLOCK_TIME}-${CLOCK_TIME}$`), 'must be hours, like "09:00-17:00", in quotes'),
  ),
  holidays: z.string().min(1).exactOptional(),
})

/** promise.yaml as its owner writes it. */
export const PromiseFile = z
  .strictObject({
    target: duration.meta({ description: 'Time for the first answer: 90m, 48h or 2d' }),
    calendar: z.literal('always', { error: 'only always is known' }).default('always'),
    levels: z.array(level).default([]),
    coordination: z.array(emailAddress).default([]),
    silence: duration.exactOptional(),
    calendars: z.record(z.string(), calendar).default({}),
  })
  .meta({
    title: 'The promise',
    description: 'The time by which a ticket is answered, and who hears of it before',
  })
type PromiseFile = z.infer<typeof PromiseFile>

const shareOf = (at: string): number => Number(SHARE.exec(at)?.[1]) / 100

function promiseFindings({ levels, coordination }: PromiseFile): readonly Finding[] {
  return levels.flatMap(({ at, digest, to }, index): readonly Finding[] => {
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
}

function promiseFrom(file: PromiseFile): AnswerPromise {
  return {
    targetMs: durationMs(file.target) ?? 0,
    calendar: file.calendar,
    levels: file.levels.map(({ at, digest, to, then: repeats = null }) => ({
      share: shareOf(at),
      digest,
      to,
      repeats,
    })),
    coordination: file.coordination,
    silenceMs: file.silence === undefined ? null : durationMs(file.silence),
    calendars: Object.fromEntries(
      Object.entries(file.calendars).map(([name, { holidays = null, ...one }]) => [
        name,
        { ...one, holidays },
      ]),
    ),
  }
}

/** Reads promise.yaml and finds all its mistakes at once. */
export function readPromise(source: Source): {
  readonly promise: AnswerPromise | null
  readonly problems: readonly Problem[]
} {
  const { value, problems, problem } = readSource(source, PromiseFile)
  if (!value) return { promise: null, problems: inReadingOrder(problems) }
  const found = promiseFindings(value).map(problem)
  if (found.length > 0) return { promise: null, problems: inReadingOrder(found) }
  return { promise: promiseFrom(value), problems: [] }
}

/** The instant by which what was sent then is to be answered; that instant itself is still in time. */
export const dueAt = (sentAt: Date, promise: AnswerPromise): Date => after(sentAt, promise.targetMs)
