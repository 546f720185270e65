import { HOUR_MS } from '../clock.ts'
import type { ByReading } from './log.ts'
import { type Days, inSteps, type ReportRange, type Step } from './report-range.ts'
import { type Ending, ENDINGS, endOf, type ReportClock, type Stood, stoodAt } from './report-standing.ts'
import { dayThere } from './wall-clock.ts'

/** Clocks in one state at the end of a range. */
export interface Count {
  /** Those that ran already when the range began. */
  readonly carriedIn: number
  /** Those that started in it. */
  readonly received: number
  /** Of both, those past their due: when they ended, or at the end of the range. */
  readonly late: number
}

/** Answered in time, answered late, and not answered though due, at the end of the range. */
export interface Kept {
  readonly inTime: number
  readonly late: number
  readonly overdue: number
}

/** In milliseconds. Null where nothing was answered. */
export interface Times {
  readonly median: number | null
  readonly p90: number | null
}

/** The figures of one unit or of one form. */
export interface Share {
  /** Id; null stands for groups that are no unit's, and for tickets that came by no form. */
  readonly id: string | null
  readonly answered: number
  /** By the reading that was the promise. */
  readonly kept: Kept
  /** From the question to its answer, as far as it counts by that reading. */
  readonly time: ByReading<Times>
}

/** A visitor's clock that was not kept, by the reading that was the promise. */
export interface Breach {
  readonly number: string
  readonly unit: string | null
  readonly form: string | null
  readonly dueAt: Date
  /** Null where there was no answer by the end of the range. */
  readonly answeredAt: Date | null
  /** From its due to the answer or the end of the range, round the clock. */
  readonly lateMs: number
  readonly reason: string | null
}

/** A visitor's clock that ended without an answer and past its due, by the reading that was the promise. */
export interface EndedLate extends Pick<Breach, 'number' | 'unit' | 'form' | 'dueAt' | 'lateMs' | 'reason'> {
  readonly outcome: Exclude<Ending, 'answered'>
  readonly endedAt: Date
}

/** What was decided in some days, by the reading that was the promise. */
export interface KeptIn extends Days {
  readonly kept: Kept
}

/** Answers that took at least `fromMs` and less than `toMs`; null is without end. */
export interface Took {
  readonly fromMs: number
  readonly toMs: number | null
  /** By the wall clock: those that were late by the reading that was the promise, and all others. */
  readonly late: number
  readonly inTime: number
  /** By hours of business. */
  readonly business: number
}

/** Scores that visitors gave. */
export interface Rating {
  readonly unit: string
  /** Of 1 to 5. */
  readonly mean: number
  readonly count: number
}

/** What a report tells. Clocks are the visitors' where nothing else is said. */
export interface Report {
  readonly range: ReportRange
  /** The end of the range, or now where that is earlier. */
  readonly asOf: Date
  readonly isOver: boolean
  readonly received: number
  readonly carriedIn: number
  /** `received` and `carriedIn` are the sums of what these counts hold. */
  readonly endings: Readonly<Record<Ending, Count>>
  readonly open: Count
  /** By the reading that was each clock's promise, and by either one for all. */
  readonly kept: { readonly promised: Kept } & ByReading<Kept>
  /** How many of these clocks had which reading as their promise. */
  readonly picked: ByReading<number>
  readonly time: ByReading<Times>
  readonly byUnit: readonly Share[]
  readonly byForm: readonly Share[]
  /** In the order of their dues. */
  readonly breaches: readonly Breach[]
  /** Those that count neither as kept nor as missed, though they were late when they ended; in the order of their dues. */
  readonly endedLate: readonly EndedLate[]
  /** By the day of the answer. */
  readonly answered: { readonly step: Step; readonly days: readonly KeptIn[] }
  /** By the day of the answer, or of the due where there was none: `kept.promised` is the sum of what is told of them. */
  readonly trend: { readonly step: Step; readonly days: readonly KeptIn[] }
  readonly took: readonly Took[]
  /** Clocks of units that waited for each other, started in the range. */
  readonly internal: number
  /** Times that people changed the group in the range, of the tickets that were waited for. */
  readonly handOvers: number
  readonly ratings: readonly Rating[]
}

/** What a report is made of, beside the clocks. */
export interface ReportSources {
  readonly range: ReportRange
  readonly now: Date
  readonly handOvers: number
  /** How often each score was given. */
  readonly ratings: readonly { readonly unit: string; readonly score: number; readonly count: number }[]
}

/**
 * The nearest-rank percentile: the smallest of the values that at least that many in a hundred do not exceed. Null of
 * none. `rank` is above 0 and at most 100.
 */
export function percentile(values: readonly number[], rank: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.ceil((rank * sorted.length) / 100) - 1] ?? null
}

/** The part that was kept: answered in time ÷ (answered + not answered though due). Null where there is nothing of either. */
export function keptShare({ inTime, late, overdue }: Kept): number | null {
  const all = inTime + late + overdue
  return all === 0 ? null : inTime / all
}

const count = (all: readonly Stood[]): Count => ({
  carriedIn: all.filter(({ isCarriedIn }) => isCarriedIn).length,
  received: all.filter(({ isCarriedIn }) => !isCarriedIn).length,
  late: all.filter(({ isLate }) => isLate).length,
})

const keptOf = (all: readonly Stood[], by: 'promised' | 'wall' | 'business' = 'promised'): Kept => ({
  inTime: all.filter(({ kept }) => kept[by] === true).length,
  late: all.filter(({ kept, ending }) => kept[by] === false && ending !== null).length,
  overdue: all.filter(({ kept, ending }) => kept[by] === false && ending === null).length,
})

const isAnswered = ({ ending }: Stood): boolean => ending === 'answered'

const timesOf = (answered: readonly Stood[]): ByReading<Times> => {
  const times = (reading: 'wall' | 'business'): Times => {
    const passed = answered.map(({ row }) => row.clock.passed[reading])
    return { median: percentile(passed, 50), p90: percentile(passed, 90) }
  }
  return { wall: times('wall'), business: times('business') }
}

/** The figures of each group, those of no group last. Groups of which nothing was answered or due are left out. */
function sharesOf(all: readonly Stood[], idOf: (row: ReportClock) => string | null): readonly Share[] {
  const groups = Map.groupBy(
    all.filter((one) => isAnswered(one) || one.kept.promised !== null),
    ({ row }) => idOf(row),
  )
  return [...groups]
    .map(([id, those]) => {
      const answered = those.filter(isAnswered)
      return { id, answered: answered.length, kept: keptOf(those), time: timesOf(answered) }
    })
    .sort((a, b) => (a.id === null ? 1 : b.id === null ? -1 : a.id < b.id ? -1 : 1))
}

function breachesOf(all: readonly Stood[], asOf: Date): readonly Breach[] {
  const breaches = all.flatMap(({ row, kept, ending }): Breach[] => {
    const { number, form, reason, clock } = row
    if (kept.promised !== false || clock.dueAt === null) return []
    const answeredAt = ending === null ? null : clock.endedAt
    const lateMs = (answeredAt ?? asOf).getTime() - clock.dueAt.getTime()
    return [{ number, unit: clock.unit, form, dueAt: clock.dueAt, answeredAt, lateMs, reason }]
  })
  return breaches.sort(byDue)
}

const byDue = (a: Pick<Breach, 'dueAt' | 'number'>, b: Pick<Breach, 'dueAt' | 'number'>): number =>
  a.dueAt.getTime() - b.dueAt.getTime() || (a.number < b.number ? -1 : a.number > b.number ? 1 : 0)

function endedLateOf(all: readonly Stood[]): readonly EndedLate[] {
  const late = all.flatMap(({ row, ending, isLate }): EndedLate[] => {
    const { number, form, reason, clock } = row
    const { unit, dueAt, endedAt } = clock
    if (!isLate || ending === null || ending === 'answered' || dueAt === null || endedAt === null) return []
    const lateMs = endedAt.getTime() - dueAt.getTime()
    return [{ number, unit, form, outcome: ending, dueAt, endedAt, lateMs, reason }]
  })
  return late.sort(byDue)
}

/** The day on which it was decided whether a clock is kept: of its answer, else of its due, in the range. */
function decidedOn({ row: { clock }, ending }: Stood, { zone, firstDay }: ReportRange): number {
  const at = (ending === null ? clock.dueAt : clock.endedAt) ?? clock.startedAt
  return Math.max(firstDay, dayThere(zone, at.getTime()))
}

function inDays(all: readonly Stood[], range: ReportRange, days: readonly Days[]): readonly KeptIn[] {
  const decided = Map.groupBy(
    all.filter(({ kept }) => kept.promised !== null),
    (one) => decidedOn(one, range),
  )
  return days.map(({ from, to }) => {
    const those = Array.from({ length: to - from + 1 }, (_, at) => decided.get(from + at) ?? []).flat()
    return { from, to, kept: keptOf(those) }
  })
}

/** Longest ranges of which bars stand for a day, and for a week. */
const DAILY_DAYS = 62
const WEEKLY_DAYS = 731

const HOUR_EDGES: readonly number[] = [0, 1, 4, 8, 24, 48, 72, 120, 240]

function tookOf(answered: readonly Stood[]): readonly Took[] {
  return HOUR_EDGES.map((hours, at) => {
    const fromMs = hours * HOUR_MS
    const next = HOUR_EDGES[at + 1]
    const toMs = next === undefined ? null : next * HOUR_MS
    const those = (reading: 'wall' | 'business'): readonly Stood[] =>
      answered.filter(({ row: { clock } }) => {
        const passed = clock.passed[reading]
        return passed >= fromMs && (toMs === null || passed < toMs)
      })
    const wall = those('wall')
    const late = wall.filter(({ isLate }) => isLate).length
    return { fromMs, toMs, late, inTime: wall.length - late, business: those('business').length }
  })
}

function ratingsOf(given: ReportSources['ratings']): readonly Rating[] {
  return [...Map.groupBy(given, ({ unit }) => unit)]
    .map(([unit, scores]) => {
      const count = scores.reduce((sum, one) => sum + one.count, 0)
      const points = scores.reduce((sum, one) => sum + one.score * one.count, 0)
      return { unit, mean: points / count, count }
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => (a.unit < b.unit ? -1 : 1))
}

/** What the clocks of a range come to. Those that have no part in it are left out; their order does not matter. */
export function reportOf(clocks: readonly ReportClock[], sources: ReportSources): Report {
  const { range, now, handOvers } = sources
  const asOf = endOf(range, now)
  const stood = clocks.flatMap((row) => stoodAt(row, sources) ?? [])
  const all = stood.filter(({ row }) => row.clock.kind === 'visitor')
  const answered = all.filter(isAnswered)
  const days = { from: range.firstDay, to: Math.min(range.lastDay, dayThere(range.zone, asOf.getTime())) }
  const length = days.to - days.from + 1
  const weeks: Step = length <= WEEKLY_DAYS ? 'week' : 'month'
  const step: Step = length <= DAILY_DAYS ? 'day' : weeks
  const by = (reading: 'wall' | 'business'): number =>
    all.filter(({ row }) => row.clock.picked === reading).length
  return {
    range,
    asOf,
    isOver: now >= range.to,
    ...ofAll(all),
    kept: { promised: keptOf(all), wall: keptOf(all, 'wall'), business: keptOf(all, 'business') },
    picked: { wall: by('wall'), business: by('business') },
    time: timesOf(answered),
    byUnit: sharesOf(all, ({ clock }) => clock.unit),
    byForm: sharesOf(all, ({ form }) => form),
    breaches: breachesOf(all, asOf),
    endedLate: endedLateOf(all),
    answered: { step, days: inDays(answered, range, inSteps(days, step)) },
    trend: { step: weeks, days: inDays(all, range, inSteps(days, weeks)) },
    took: tookOf(answered),
    internal: stood.filter(({ row, isCarriedIn }) => row.clock.kind === 'internal' && !isCarriedIn).length,
    handOvers,
    ratings: ratingsOf(sources.ratings),
  }
}

function ofAll(all: readonly Stood[]): Pick<Report, 'received' | 'carriedIn' | 'endings' | 'open'> {
  const { received, carriedIn } = count(all)
  const ended = Map.groupBy(all, ({ ending }) => ending)
  const endings = Object.fromEntries(ENDINGS.map((one) => [one, count(ended.get(one) ?? [])]))
  return {
    received,
    carriedIn,
    // Made from all endings.
    endings: endings as Record<Ending, Count>,
    open: count(ended.get(null) ?? []),
  }
}
