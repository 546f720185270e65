import {
  type Count,
  type Kept,
  type KeptIn,
  keptShare,
  type Report,
  type Share,
  type Times,
} from './report.ts'
import { isoDay } from './report-range.ts'
import { FORMULA } from './report-words.ts'

const counted = ({ carriedIn, received, late }: Count): object => ({
  all: carriedIn + received,
  carried_in: carriedIn,
  received,
  late,
})

const kept = (of: Kept): object => ({
  in_time: of.inTime,
  late: of.late,
  overdue: of.overdue,
  ratio: keptShare(of),
})

const times = ({ median, p90 }: Times): object => ({ median_ms: median, p90_ms: p90 })

const share =
  (name: 'unit' | 'form') =>
  ({ id, answered, kept: of, time }: Share): object => ({
    [name]: id,
    answered,
    kept: kept(of),
    wall: times(time.wall),
    business: times(time.business),
  })

const inDays = ({ from, to, kept: of }: KeptIn): object => ({
  from: isoDay(from),
  to: isoDay(to),
  ...kept(of),
})

/**
 * A report as programs read it; names and meanings stay. Clocks are visitors'.
 * - `from`, `to`: the first and the last day, in `time_zone`; `starts_at` is in the range, `ends_at` is not; `so_far`:
 *   the range is not over, and all is as of `as_of`
 * - `received`: clocks that started in it; `carried_in`: those that ran before. Together they are `answered` + `closed` +
 *   `open` + all of `others`, each of them told apart in `counts`, where `late` is how many of them were past their due
 * - `kept`: by the reading that was each clock's promise, and by either one for all of them; `ratio` is 0 to 1, by
 *   `formula`, null where nothing was due or answered; `picked`: how many of all clocks had which reading as their promise
 * - `time_to_answer`: nearest-rank percentiles in milliseconds, null where nothing was answered; a null unit is a group
 *   that is no unit's, a null form a ticket that came by none
 * - `breaches`: answered late, or not by `as_of` (`answered_at` null); `reason` from a tag `late-…`, else null
 * - `ended_late`: past their due when they ended without an answer, by `outcome`; they count neither as kept nor as missed
 * - `answered_in`, `kept_in`: by days, weeks from Monday on, or months (`step`), the first and the last cut to the range
 */
export function reportJson(report: Report): object {
  const { range, endings, open } = report
  const { answered, closed, ...others } = endings
  const all = ({ carriedIn, received }: Count): number => carriedIn + received
  const named = (of: (count: Count) => unknown): object =>
    Object.fromEntries(Object.entries(others).map(([name, one]) => [name.replaceAll('-', '_'), of(one)]))
  return {
    from: isoDay(range.firstDay),
    to: isoDay(range.lastDay),
    time_zone: range.zone,
    starts_at: range.from.toISOString(),
    ends_at: range.to.toISOString(),
    as_of: report.asOf.toISOString(),
    so_far: !report.isOver,
    received: report.received,
    carried_in: report.carriedIn,
    answered: all(answered),
    closed: all(closed),
    open: all(open),
    others: named(all),
    counts: { answered: counted(answered), closed: counted(closed), open: counted(open), ...named(counted) },
    kept: {
      formula: FORMULA,
      promised: kept(report.kept.promised),
      wall: kept(report.kept.wall),
      business: kept(report.kept.business),
      picked: report.picked,
    },
    time_to_answer: {
      percentile: 'nearest-rank',
      wall: times(report.time.wall),
      business: times(report.time.business),
      by_unit: report.byUnit.map(share('unit')),
      by_form: report.byForm.map(share('form')),
      spread: report.took.map(({ fromMs, toMs, late, inTime, business }) => ({
        from_ms: fromMs,
        to_ms: toMs,
        wall: inTime + late,
        wall_late: late,
        business,
      })),
    },
    hand_overs: report.handOvers,
    internal_clocks: report.internal,
    ratings: report.ratings,
    breaches: report.breaches.map(({ number, unit, form, dueAt, answeredAt, lateMs, reason }) => ({
      number,
      unit,
      form,
      due_at: dueAt.toISOString(),
      answered_at: answeredAt?.toISOString() ?? null,
      late_ms: lateMs,
      reason,
    })),
    ended_late: report.endedLate.map((one) => ({
      number: one.number,
      unit: one.unit,
      form: one.form,
      outcome: one.outcome,
      due_at: one.dueAt.toISOString(),
      ended_at: one.endedAt.toISOString(),
      late_ms: one.lateMs,
      reason: one.reason,
    })),
    answered_in: { step: report.answered.step, days: report.answered.days.map(inDays) },
    kept_in: { step: report.trend.step, days: report.trend.days.map(inDays) },
  }
}
