import { after, HOUR_MS } from '../../src/clock.ts'
import type { Outcome } from '../../src/promise/clock.ts'
import { type ReportRange, readRange } from '../../src/promise/report-range.ts'
import type { ReportClock } from '../../src/promise/report-standing.ts'
import type { Report, ReportSources } from '../../src/promise/report.ts'
import { reportOf } from '../../src/promise/report.ts'

export const ZONE = 'Europe/Madrid'

/** A November that is over: 720 hours, all of them in winter time. */
export const DECEMBER = new Date('2026-12-10T12:00:00Z')

/** The range of a month or of days that can be asked for. */
export function aRange(asked: string | readonly [from: string, to: string], now = DECEMBER): ReportRange {
  const { range, wrong } = readRange(
    typeof asked === 'string' ? { month: asked } : { from: asked[0], to: asked[1] },
    { zone: ZONE, now },
  )
  if (range === null) throw new Error(wrong.message)
  return range
}

export interface Wait {
  readonly number?: string
  readonly subject?: string
  readonly startedAt: Date | string
  /** In hours; null while it is open. */
  readonly took?: number | null
  readonly outcome?: Outcome
  readonly targetHours?: number
  readonly unit?: string | null
  readonly form?: string | null
  readonly reason?: string | null
  readonly kind?: 'visitor' | 'internal'
  readonly picked?: 'wall' | 'business'
  /** Of the time that passes, how much are hours of business. */
  readonly businessShare?: number
}

/** A clock on which so much time passed; hours of business pass evenly. */
export function aClock(wait: Wait): ReportClock {
  const startedAt = new Date(wait.startedAt)
  const { took = null, outcome = took === null ? 'running' : 'answered', targetHours = 48 } = wait
  const { picked = 'wall', businessShare = 0.25 } = wait
  const due = {
    wall: after(startedAt, targetHours * HOUR_MS),
    business: after(startedAt, (targetHours * HOUR_MS) / businessShare),
  }
  const wall = Math.round((took ?? 0) * HOUR_MS)
  const endedAt = took === null ? null : after(startedAt, wall)
  const kept = (reading: 'wall' | 'business'): boolean | null =>
    outcome === 'answered' && endedAt !== null ? endedAt <= due[reading] : null
  return {
    subject: wait.subject ?? `c:${wait.number ?? '1'}`,
    number: wait.number ?? '7801',
    form: wait.form ?? null,
    reason: wait.reason ?? null,
    clock: {
      key: 'request',
      kind: wait.kind ?? 'visitor',
      because: 'request',
      startedAt,
      unit: wait.unit === undefined ? 'first-line' : wait.unit,
      priority: '2 normal',
      targetMs: targetHours * HOUR_MS,
      picked,
      passed: { wall, business: Math.round(wall * businessShare) },
      due,
      dueAt: due[picked],
      outcome,
      endedAt,
      kept: { wall: kept('wall'), business: kept('business') },
    },
  }
}

export const aReport = (
  clocks: readonly ReportClock[],
  range: ReportRange,
  over: Partial<Omit<ReportSources, 'range'>> = {},
): Report => reportOf(clocks, { range, now: DECEMBER, handOvers: 0, ratings: [], ...over })

/** Numbers of 0 to 1 that look random and are the same each time (mulberry32). */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const UNITS = ['first-line', 'technical', 'reference-nodes', 'federated-search', null]
const FORMS = ['upload-trouble', 'training', null]
const REASONS = ['waiting-for-vendor', 'holiday', null]

/** Waits of a busy November, some of them from before it and some that go on after. */
export function busyMonth(count: number, seed = 1, year = 2026): readonly ReportClock[] {
  const from = new Date(Date.UTC(year, 9, 29))
  const next = numbers(seed)
  const random = (): number => next.next().value
  const pick = <T>(of: readonly T[], at: number): T | undefined => of[Math.floor(at * of.length)]
  return Array.from({ length: count }, (_, at) => {
    const fate = random()
    const took = fate < 0.06 ? null : 1 + 75 * random() ** 2.2
    const outcome: Outcome =
      took === null
        ? 'running'
        : fate < 0.9
          ? 'answered'
          : fate < 0.95
            ? 'closed'
            : (pick(['merged', 'spam', 'not-needed', 'gone'] as const, random()) ?? 'gone')
    return aClock({
      number: String(7_804_821_770_000 + at),
      startedAt: after(from, Math.round(random() * 32 * 24 * HOUR_MS)),
      took,
      outcome,
      unit: pick(UNITS, random()) ?? null,
      form: pick(FORMS, random()) ?? null,
      reason: pick(REASONS, random()) ?? null,
      kind: random() < 0.05 ? 'internal' : 'visitor',
    })
  })
}
