import { type Clock, MINUTE_MS } from '../clock.ts'
import type { Memory } from '../memory.ts'
import type { JobState, Lane } from '../outbox/job.ts'
import type { Routings } from '../routing/routings.ts'
import type { Atomically } from '../writes.ts'
import type { Check } from './check.ts'
import { clockCheck, promiseCheck, type PromiseHealthDeps, promiseMetrics } from './promise-health.ts'
import { relayCheck, type RelayHealthDeps, relayMetrics } from './relay-health.ts'

export interface Readiness {
  /** False only where the store cannot be written or the process is leaving: then nobody should be sent here. */
  readonly serving: boolean
  readonly status: 'ok' | 'degraded'
  readonly checks: readonly Check[]
}

export interface Health {
  readonly readiness: () => Promise<Readiness>
  /** In Prometheus' text format. */
  readonly metrics: () => Promise<string>
}

export interface HealthDeps extends RelayHealthDeps, PromiseHealthDeps {
  readonly memory: Memory
  readonly atomically: Atomically
  readonly pauses: () => Promise<readonly { readonly lane: Lane; readonly reason: string }[]>
  readonly counts: () => Promise<
    readonly {
      readonly lane: string
      readonly kind: string
      readonly state: JobState
      readonly count: number
    }[]
  >
  /** How many decisions of each rule staff let be, or moved by hand. */
  readonly tally: Routings['tally']
  /** Creation of the oldest job of a lane that waits after a failure, or null. */
  readonly oldestTrouble: (lane: Lane) => Promise<Date | null>
  readonly pollMs: number
  readonly isLeaving: () => boolean
  readonly clock: Clock
}

/** How long something may wait before it counts as out of order. */
export const TROUBLE_MS = 5 * MINUTE_MS

export function createHealth(deps: HealthDeps): Health {
  return { readiness: () => readiness(deps), metrics: () => metrics(deps) }
}

async function readiness(deps: HealthDeps): Promise<Readiness> {
  if (deps.isLeaving()) {
    const check = { name: 'process', ok: false, detail: 'the process is leaving' }
    return { serving: false, status: 'degraded', checks: [check] }
  }
  const store = await storeCheck(deps)
  if (!store.ok) return { serving: false, status: 'degraded', checks: [store] }
  const checks = [
    store,
    await laneCheck(deps, 'zammad', 'requests wait for Zammad'),
    await laneCheck(deps, 'mail', 'mails wait to be sent'),
    await parkedCheck(deps),
    await unitsCheck(deps),
    await rulesCheck(deps),
    await relayCheck(deps),
    await botCheck(deps),
    await reconcileCheck(deps),
    await promiseCheck(deps),
    await clockCheck(deps),
  ]
  return { serving: true, status: checks.every(({ ok }) => ok) ? 'ok' : 'degraded', checks }
}

async function storeCheck(deps: HealthDeps): Promise<Check> {
  try {
    await deps.atomically([deps.memory.remember('written', deps.clock().toISOString())])
    return { name: 'store', ok: true, detail: 'can be written' }
  } catch {
    return { name: 'store', ok: false, detail: 'cannot be written' }
  }
}

async function laneCheck(deps: HealthDeps, lane: Lane, words: string): Promise<Check> {
  const pause = (await deps.pauses()).find((one) => one.lane === lane)
  if (pause) return { name: lane, ok: false, detail: `paused: ${pause.reason}` }
  const oldest = await deps.oldestTrouble(lane)
  const late = oldest !== null && deps.clock().getTime() - oldest.getTime() > TROUBLE_MS
  const detail = oldest ? `${words} since ${oldest.toISOString()}` : 'nothing waits'
  return { name: lane, ok: !late, detail }
}

async function parkedCheck(deps: HealthDeps): Promise<Check> {
  const parked = (await deps.counts()).filter(({ state }) => state === 'parked')
  const count = parked.reduce((sum, row) => sum + row.count, 0)
  const waiting = count === 1 ? '1 job waits for staff' : `${count} jobs wait for staff`
  return { name: 'parked', ok: count === 0, detail: count === 0 ? 'none' : waiting }
}

async function unitsCheck(deps: HealthDeps): Promise<Check> {
  const unusable = (await deps.memory.recall('unusable-units')) ?? ''
  const detail = unusable === '' ? 'all can take tickets' : `cannot take tickets: ${unusable}`
  return { name: 'units', ok: unusable === '', detail }
}

async function rulesCheck(deps: HealthDeps): Promise<Check> {
  const broken = (await deps.memory.recall('rulebook-problems')) !== null
  const detail = broken ? 'the files are broken: the last good ones are in force' : 'as the files say'
  return { name: 'rules', ok: !broken, detail }
}

async function botCheck(deps: HealthDeps): Promise<Check> {
  const last = await deps.memory.recall('last-tick')
  if (last === null) return { name: 'bot', ok: false, detail: 'has made no round yet' }
  const late = deps.clock().getTime() - Date.parse(last) > 3 * Math.max(deps.pollMs, MINUTE_MS)
  return { name: 'bot', ok: !late, detail: `last round at ${last}` }
}

/** Zammad may answer and still not be followed: then hooks and jobs alone say what becomes of tickets. */
async function reconcileCheck(deps: HealthDeps): Promise<Check> {
  const last = await deps.memory.recall('last-reconcile')
  if (last === null)
    return { name: 'reconcile', ok: false, detail: 'tickets in Zammad were never followed yet' }
  const late = deps.clock().getTime() - Date.parse(last) > Math.max(3 * deps.pollMs, TROUBLE_MS)
  const detail = late ? `tickets in Zammad are not followed since ${last}` : `in step with Zammad at ${last}`
  return { name: 'reconcile', ok: !late, detail }
}

async function metrics(deps: HealthDeps): Promise<string> {
  const counts = await deps.counts()
  const pauses = await deps.pauses()
  const last = await deps.memory.recall('last-tick')
  const reconciled = await deps.memory.recall('last-reconcile')
  const lines = [
    '# HELP firstline_jobs Jobs of the outbox by lane, kind and state.',
    '# TYPE firstline_jobs gauge',
    ...counts.map(
      ({ lane, kind, state, count }) =>
        `firstline_jobs{lane="${lane}",kind="${kind}",state="${state}"} ${count}`,
    ),
    '# HELP firstline_lane_paused Whether a lane is paused.',
    '# TYPE firstline_lane_paused gauge',
    ...(['zammad', 'mail'] as const).map(
      (lane) => `firstline_lane_paused{lane="${lane}"} ${pauses.some((one) => one.lane === lane) ? 1 : 0}`,
    ),
    '# HELP firstline_last_tick_timestamp_seconds When the bot last made a round.',
    '# TYPE firstline_last_tick_timestamp_seconds gauge',
    ...(last === null ? [] : [`firstline_last_tick_timestamp_seconds ${Date.parse(last) / 1000}`]),
    '# HELP firstline_last_reconcile_timestamp_seconds When tickets were last brought in step with Zammad.',
    '# TYPE firstline_last_reconcile_timestamp_seconds gauge',
    ...(reconciled === null
      ? []
      : [`firstline_last_reconcile_timestamp_seconds ${Date.parse(reconciled) / 1000}`]),
    ...feedbackLines(await deps.tally()),
    ...(await relayMetrics(deps)),
    ...(await promiseMetrics(deps)),
  ]
  return `${lines.join('\n')}\n`
}

/** Per rule, how many tickets staff left to its unit, and how many they moved elsewhere by hand. */
function feedbackLines(tally: Awaited<ReturnType<Routings['tally']>>): readonly string[] {
  const counted = (['kept', 'moved'] as const).map((feedback) => ({
    feedback,
    rows: tally.filter((row) => row.feedback === feedback),
  }))
  const words = {
    kept: 'Tickets that staff left to the unit of the rule.',
    moved: 'Tickets moved elsewhere by hand.',
  }
  return counted.flatMap(({ feedback, rows }) => [
    `# HELP firstline_routing_${feedback} ${words[feedback]} No rule: the empty name.`,
    `# TYPE firstline_routing_${feedback} gauge`,
    ...rows.map(
      ({ rule, count }) => `firstline_routing_${feedback}{rule="${labelValue(rule ?? '')}"} ${count}`,
    ),
  ])
}

/** As Prometheus' text format wants it. */
const labelValue = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
