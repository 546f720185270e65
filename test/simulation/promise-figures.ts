import { z } from 'zod'
import { DAY_MS } from '../../src/clock.ts'
import type { MorningMail } from './promise-mails.ts'
import { momentIn } from './promise-hours.ts'
import { type CameLevel, dueOf, keptOf, type Wait, waitId } from './promise-oracle.ts'
import { SITE_ZONE } from './promise-rules.ts'
import { deadlineOf, type Judged } from './promise-verdict.ts'
import type { Reading } from './promise-walk.ts'

/** How many waits were kept, late, or are not answered though due. */
interface Kept {
  readonly in_time: number
  readonly late: number
  readonly overdue: number
}

/** A wait as it stood at the end of some days. */
interface Stood {
  readonly number: string
  readonly wait: Wait
  readonly ending: NonNullable<Wait['end']>['how'] | null
  readonly isCarriedIn: boolean
}

/** Days: `from` is in them, `to` is not. */
interface Days {
  readonly from: number
  readonly to: number
}

const midnight = (day: string): number => momentIn(SITE_ZONE, Date.parse(day), 0)
const midnightAfter = (day: string): number => momentIn(SITE_ZONE, Date.parse(day) + DAY_MS, 0)

/** The visitors' waits that have a part in these days, as they stood at their end or then. */
function stoodIn({ month, oracle }: Judged, { from, to }: Days, asOf: number): readonly Stood[] {
  return [...month.truth.tickets.values()].flatMap(({ about, number }) =>
    oracle.waitsAt(about, asOf).flatMap((wait): readonly Stood[] => {
      const { kind, startedAt, end } = wait
      if (kind !== 'visitor' || startedAt >= to || startedAt > asOf || (end && end.at < from)) return []
      return [{ number, wait, ending: end && end.at < to ? end.how : null, isCarriedIn: startedAt < from }]
    }),
  )
}

/** Whether it was kept by a reading; null where nothing tells. */
function isKept({ wait, ending }: Stood, by: Reading, until: number): boolean | null {
  if (ending !== null) return keptOf(wait)?.[by] ?? null
  return wait.due[by] < until ? false : null
}

function keptBy(all: readonly Stood[], by: Reading | 'promised', until: number): Kept {
  const kept = all.map((one) => ({ one, is: isKept(one, by === 'promised' ? one.wait.picked : by, until) }))
  return {
    in_time: kept.filter(({ is }) => is === true).length,
    late: kept.filter(({ is, one }) => is === false && one.ending !== null).length,
    overdue: kept.filter(({ is, one }) => is === false && one.ending === null).length,
  }
}

/** What a report of these days has to say at that moment. */
function figuresIn(judged: Judged, days: Days, asOf: number) {
  const all = stoodIn(judged, days, asOf)
  const until = Math.min(days.to, asOf)
  const ended = (how: string): number => all.filter(({ ending }) => ending === how).length
  const breaches = all.filter((one) => isKept(one, one.wait.picked, until) === false)
  return {
    received: all.filter(({ isCarriedIn }) => !isCarriedIn).length,
    carried_in: all.filter(({ isCarriedIn }) => isCarriedIn).length,
    answered: ended('answered'),
    closed: ended('closed'),
    open: all.filter(({ ending }) => ending === null).length,
    others: {
      merged: ended('merged'),
      gone: 0,
      not_needed: ended('not-needed'),
      spam: ended('spam'),
      handed_over: 0,
      taken_over: ended('taken-over'),
    },
    kept: {
      promised: keptBy(all, 'promised', until),
      wall: keptBy(all, 'wall', until),
      business: keptBy(all, 'business', until),
    },
    breaches: breaches
      .map(({ number, wait, ending }) => ({
        number,
        due_at: new Date(wait.due[wait.picked]).toISOString(),
        answered_at: ending && wait.end ? new Date(wait.end.at).toISOString() : null,
      }))
      .toSorted((a, b) => (`${a.due_at} ${a.number}` < `${b.due_at} ${b.number}` ? -1 : 1)),
  }
}

const Kept = z.object({ in_time: z.int(), late: z.int(), overdue: z.int() })
const ReportJson = z.object({
  received: z.int(),
  carried_in: z.int(),
  answered: z.int(),
  closed: z.int(),
  open: z.int(),
  others: z.record(z.string(), z.int()),
  kept: z.object({ promised: Kept, wall: Kept, business: Kept }),
  breaches: z.array(z.object({ number: z.string(), due_at: z.string(), answered_at: z.string().nullable() })),
})

const dayIn = new Intl.DateTimeFormat('sv', { timeZone: SITE_ZONE, dateStyle: 'short' })

/** The report of all days of the month, as the service tells it and as it is in truth, both of now. */
export async function reportOfAll(judged: Judged) {
  const { house, truth } = judged.month
  const now = house.time.clock().getTime()
  const [from, to] = [dayIn.format(truth.startedAt), dayIn.format(now)]
  const told = await house.asks(`/ops/api/report?from=${from}&to=${to}`)
  const days = { from: midnight(from), to: midnightAfter(to) }
  return { told: ReportJson.parse(await told.json()), true: figuresIn(judged, days, now) }
}

/** What a mail says of its days. */
function saidIn({ text }: MorningMail) {
  const count = (name: string): number => Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(text)?.[1] ?? 0)
  const [, inTime, all] = /^Kept: .*\((\d+) of (\d+)\)/m.exec(text) ?? []
  return {
    received: count('Received'),
    answered: count('Answered'),
    closed: count('Closed without an answer'),
    inTime: Number(inTime ?? 0),
    decided: Number(all ?? 0),
  }
}

/** What the weeks' and the month's mails say wrongly, in words. */
export function wrongFigures(judged: Judged): readonly string[] {
  const { weeks, reports } = judged.mails
  return [...weeks, ...reports].flatMap((mail): readonly string[] => {
    const [, month, from, to] = /report\?(?:month=([\d-]+)|from=([\d-]+)&to=([\d-]+))/.exec(mail.text) ?? []
    const days = month ? daysOfMonth(month) : { from: midnight(from ?? ''), to: midnightAfter(to ?? '') }
    const { received, answered, closed, kept } = figuresIn(judged, days, mail.at)
    const { in_time: inTime, late, overdue } = kept.promised
    const wanted = { received, answered, closed, inTime, decided: inTime + late + overdue }
    const said = saidIn(mail)
    return JSON.stringify(said) === JSON.stringify(wanted)
      ? []
      : [`${mail.subject}: ${JSON.stringify(said)}, not ${JSON.stringify(wanted)}`]
  })
}

function daysOfMonth(month: string): Days {
  const [year = 0, number = 0] = month.split('-').map(Number)
  const next = new Date(Date.UTC(year, number)).toISOString().slice(0, 10)
  return { from: midnight(`${month}-01`), to: midnight(next) }
}

/** How long metrics look back: as many days, today's included, each of UTC. */
const KEPT_DAYS = 30

/** The metrics, as the service tells them and as they are in truth, both of now. */
export async function metricsOfAll(judged: Judged) {
  const { month, oracle } = judged
  const now = month.house.time.clock().getTime()
  const text = await (await month.house.asks('/metrics')).text()
  const value = (name: string): number => {
    const line = text.split('\n').find((one) => one.startsWith(`firstline_${name} `))
    if (line === undefined) throw new Error(`no metric ${name}`)
    return Number(line.slice(line.lastIndexOf(' ')))
  }
  const since = Math.floor(now / DAY_MS) * DAY_MS - (KEPT_DAYS - 1) * DAY_MS
  const waits = [...month.truth.tickets.keys()].flatMap((about) => oracle.waitsAt(about, now))
  const answered = waits.filter(
    ({ kind, end }) => kind === 'visitor' && end?.how === 'answered' && end.at >= since,
  )
  const running = waits.filter(({ end }) => end === null)
  const soonFrom = oracle.rulesAt(now).rungs.find(({ to }) => to.length > 0)?.percent ?? 100
  const isLate = ({ due, picked }: Wait): boolean => due[picked] <= now
  const soon = running.filter((one) => !isLate(one) && one.levelAt(soonFrom) <= now)
  const visitors = running.filter(({ kind }) => kind === 'visitor').map(({ startedAt }) => startedAt)
  const names = {
    answered: 'promises_answered',
    kept: 'promises_kept',
    late: 'promises_open{level="late"}',
    soon: 'promises_open{level="soon"}',
    running: 'promises_open{level="running"}',
    oldestSeconds: 'oldest_unanswered_seconds',
    behindSeconds: 'promises_behind_seconds',
  }
  return {
    told: Object.fromEntries(Object.entries(names).map(([key, name]) => [key, value(name)])),
    true: {
      answered: answered.length,
      kept: answered.filter((wait) => keptOf(wait)?.[wait.picked]).length,
      late: running.filter(isLate).length,
      soon: soon.length,
      running: running.length - running.filter(isLate).length - soon.length,
      oldestSeconds: visitors.length === 0 ? 0 : (now - Math.min(...visitors)) / 1000,
      behindSeconds: 0,
    },
    alertLagMaxSeconds: value('alert_lag_seconds_max'),
  }
}

const waitsOf = (levels: readonly CameLevel[]): number => new Set(levels.map(({ wait }) => wait)).size

/** The latest that a wait was due as long as it went on: before then its visitor may have been told of more time. */
const latestDue = ({ oracle }: Judged, about: number, wait: string): number =>
  Math.max(
    ...oracle.turnsOf(about).flatMap((at) => {
      const running = oracle.runningAt(about, at)
      return running && waitId(running) === wait ? [dueOf(running)] : []
    }),
  )

/** Visitors of our forms who were told too often or not at all that an answer is late, in words: they hear it once a wait. */
export function wrongRegrets(judged: Judged): readonly string[] {
  const { month, oracle, mails } = judged
  return [...month.truth.tickets.values()].flatMap(({ about, email, isOfForm }): readonly string[] => {
    if (!isOfForm) return []
    const late = oracle
      .levelsOf(about)
      .filter(({ percent, repeat, wait }) => percent === 100 && repeat === 0 && wait.startsWith('visitor'))
    const lasting = late.filter((level) => {
      const at = Math.max(level.at, latestDue(judged, about, level.wait))
      const deadline = deadlineOf(judged, { ...level, at })
      const then = deadline < month.truth.endedAt ? oracle.runningAt(about, deadline) : null
      return then !== null && waitId(then) === level.wait
    })
    const told = mails.regrets.filter(({ to }) => to === email).length
    const [atLeast, atMost] = [waitsOf(lasting), waitsOf(late)]
    return told < atLeast || told > atMost ? [`${about}: told ${told} times of ${atLeast} to ${atMost}`] : []
  })
}
