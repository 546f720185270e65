import { type Clock, MINUTE_MS } from '../clock.ts'
import type { ClockLists } from '../clocks/lists.ts'
import type { ClockRecords } from '../clocks/records.ts'
import { type Doubt, standingDoubt } from '../clocks/time-doubt.ts'
import { tellDuration } from '../language.ts'
import type { Memory } from '../memory.ts'
import type { Check } from './check.ts'
import { keptShare } from '../promise/report.ts'
import { KEPT_DAYS, keptSince } from './promise-board.ts'

/** What readiness and metrics ask of the promises. */
export interface PromiseHealthDeps {
  readonly lists: Pick<ClockLists, 'kept' | 'openByLevel' | 'oldestRunning' | 'alertLag'>
  readonly records: Pick<ClockRecords, 'due' | 'countBroken'>
  readonly memory: Memory
  /** The site's. */
  readonly timeZone: string
  readonly clock: Clock
}

/** How long a promise may wait to be reckoned before it counts as out of order. */
export const BEHIND_MS = 10 * MINUTE_MS

/** How long the promise that is due longest waits to be reckoned; 0 where none does. */
async function behindMs({ records, clock }: PromiseHealthDeps): Promise<number> {
  const now = clock()
  const [longest] = await records.due(now, 1)
  // What was touched while our clock was ahead waits since just now.
  return longest ? Math.max(0, now.getTime() - longest.nextAt.getTime()) : 0
}

/** Out of order while promises are not watched, so that warnings come late, and where any cannot be reckoned. */
export async function promiseCheck(deps: PromiseHealthDeps): Promise<Check> {
  const behind = await behindMs(deps)
  const broken = await deps.records.countBroken()
  const since = new Date(deps.clock().getTime() - behind).toISOString()
  const many = broken === 1 ? '1 promise' : `${broken} promises`
  const wrong = [
    ...(behind > BEHIND_MS ? [`promises are not watched since ${since}: warnings come late`] : []),
    ...(broken > 0 ? [`${many} cannot be reckoned: the log names the mistake under promise.broken`] : []),
  ]
  const detail = wrong.length === 0 ? 'all are watched' : wrong.join('; ')
  return { name: 'promises', ok: wrong.length === 0, detail }
}

const WITNESSES = {
  'went-back': 'it shows less than before, by',
  zammad: 'it differs from Zammad’s by',
  leapt: 'it leapt by',
} as const satisfies Record<Doubt['because'], string>

/** Out of order while our clock is doubted: nobody is warned of time gone by until it is trusted. */
export async function clockCheck(deps: Pick<PromiseHealthDeps, 'memory'>): Promise<Check> {
  const doubt = await standingDoubt(deps)
  if (doubt === null) return { name: 'clock', ok: true, detail: 'is trusted' }
  const { because, aheadMs, since } = doubt
  const by = tellDuration(Math.abs(aheadMs), 'en')
  const detail = `doubted since ${since.toISOString()}: ${WITNESSES[because]} ${by}; alerts of promises are held`
  return { name: 'clock', ok: false, detail }
}

const seconds = (ms: number): number => ms / 1000

const gauge = (name: string, help: string, lines: readonly string[]): readonly string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} gauge`,
  ...lines.map((line) => name + line),
]

/** Lines in Prometheus' text format: how promises are kept, which ones are open, and how soon staff are told. */
export async function promiseMetrics(deps: PromiseHealthDeps): Promise<readonly string[]> {
  const { lists } = deps
  const now = deps.clock()
  const since = keptSince(now, deps.timeZone)
  const { kept, answered, overdue } = await lists.kept(since, now)
  const ratio = keptShare({ inTime: kept, late: answered - kept, overdue })
  const open = await lists.openByLevel(now)
  const oldest = await lists.oldestRunning()
  const lag = await lists.alertLag(since)
  const days = `Within the last ${KEPT_DAYS} days`
  const byLevel = {
    running: open.running - open.soon - open.late,
    soon: open.soon,
    late: open.late,
  }
  return [
    ...gauge('firstline_promises_answered', `${days}, answers that ended a visitor’s wait.`, [
      ` ${answered}`,
    ]),
    ...gauge('firstline_promises_kept', `${days}, such answers that came in time.`, [` ${kept}`]),
    ...gauge(
      'firstline_promises_kept_ratio',
      `${days}, answered in time by answered or past due now; nothing where there was none.`,
      ratio === null ? [] : [` ${ratio}`],
    ),
    ...gauge(
      'firstline_promises_open',
      'Waits that are not over, by how they stand: each counts once.',
      Object.entries(byLevel).map(([level, count]) => `{level="${level}"} ${count}`),
    ),
    ...gauge(
      'firstline_oldest_unanswered_seconds',
      'How long a visitor has waited longest; 0 where none waits.',
      [` ${oldest === null ? 0 : seconds(Math.max(0, now.getTime() - oldest.getTime()))}`],
    ),
    ...gauge(
      'firstline_alert_lag_seconds_sum',
      `${days}, from when a level of a promise came until staff were told, of all that were.`,
      [` ${seconds(lag.sumMs)}`],
    ),
    ...gauge('firstline_alert_lag_seconds_count', `${days}, levels that staff were mailed.`, [
      ` ${lag.count}`,
    ]),
    ...gauge('firstline_alert_lag_seconds_max', `${days}, the longest such time.`, [
      ` ${seconds(lag.maxMs)}`,
    ]),
    ...gauge(
      'firstline_promises_behind_seconds',
      'How long the promise that is due longest waits to be reckoned; 0 where none does.',
      [` ${seconds(await behindMs(deps))}`],
    ),
  ]
}
