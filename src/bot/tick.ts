import { type Budget, mayBegin, type Share } from '../budget.ts'
import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { SweepRound } from '../clocks/sweep.ts'
import type { Files } from '../files.ts'
import type { Memory } from '../memory.ts'
import { LANES, type Lane } from '../outbox/job.ts'
import type { RaiseDeps } from '../outbox/raise.ts'
import { PROBE_MS } from '../outbox/run.ts'
import type { Rulebook } from '../routing/rule.ts'
import { tellFirstLine } from '../routing/tell-staff.ts'
import type { Atomically, Write } from '../writes.ts'
import type { Contact } from './contact.ts'

/** How long one round may follow updates, and at most half of the time that is left: the jobs come behind it. */
const RECONCILE_MS = 20 * SECOND_MS

/** How long a round may begin anything new: the next one comes a minute after it. */
const TICK_MS = 50 * SECOND_MS

/** How long a round may sweep promises: as long as this, or half of the time that is left where that is less. */
const SWEEP_MS = 15 * SECOND_MS

/** They are swept for so long also where a Zammad that hangs took all of the time. */
const SWEEP_AT_LEAST_MS = 5 * SECOND_MS

/** The last instant that there is. */
const NEVER = new Date(8_640_000_000_000_000)

/** How many jobs of a lane run at once. */
export const WIDTH: Readonly<Record<Lane, number>> = { zammad: 4, mail: 2 }

export interface TickDeps extends RaiseDeps {
  readonly contact: Contact
  readonly memory: Memory
  readonly atomically: Atomically
  readonly pauses: () => Promise<readonly { readonly lane: Lane; readonly probeAt: Date }[]>
  readonly pause: (lane: Lane, stop: { reason: string; now: Date; probeAt: Date }) => Write
  readonly resume: (lane: Lane) => Write
  readonly probeLater: (lane: Lane, at: Date) => Write
  /** Asks a lane's far side whether it would take us again. Throws `Failure` where not. */
  readonly probe: Readonly<Record<Lane, () => Promise<void>>>
  readonly runDue: (
    lane: Lane,
    bounds: { width: number; until: Date; mayBegin: () => boolean },
  ) => Promise<number>
  /** Looks whether all units can take tickets. Throws `Failure` where Zammad does not answer. */
  readonly examineGroups: () => Promise<void>
  readonly rulebook: () => Rulebook
  /** Reads the rules again where they changed. */
  readonly lookAtRules: () => Promise<void>
  /**
   * Brings what we know of tickets in step with Zammad, beginning nothing new after `until`, nor where it may not. Throws
   * `Failure` where Zammad does not answer.
   */
  readonly reconcile: (until: Date, mayBegin: () => boolean) => Promise<void>
  /** Warns of promises that come to their end, whether or not Zammad answers. */
  readonly sweepPromises: (round: SweepRound) => Promise<void>
  /** Makes the mails of the morning that are due, while another may be begun. */
  readonly tellMornings: (mayBegin: () => boolean) => Promise<void>
  /** Makes due what waits longer than anything should. */
  readonly hasten: (now: Date) => readonly Write[]
  readonly files: Files
  /** Which of the names some row still names. */
  readonly named: (names: readonly string[]) => Promise<ReadonlySet<string>>
  readonly act: 'act' | 'observe'
  /** Only where a runtime bounds what one of its calls may ask of the store: the next call goes on from there. */
  readonly budget?: Budget | undefined
}

/** One round of the bot. Never throws: what fails is logged and tried in the next round. */
export interface Bot {
  /** Learns and watches over what is not a job: Zammad, paused lanes, groups, bodies without a row. */
  readonly look: () => Promise<void>
  /** Runs the jobs of a lane that are due, `width` at a time. */
  readonly work: (
    lane: Lane,
    bounds: { readonly maxMs?: number | undefined; readonly width: number },
  ) => Promise<void>
  /** Both, once, for a runtime that is woken from time to time. After `maxMs`, 50 s by default, nothing new begins. */
  readonly tick: (bounds?: { readonly maxMs?: number }) => Promise<void>
}

export function createBot(deps: TickDeps): Bot {
  const keepHouse = createHousekeeping(deps)
  const work = async (lane: Lane, width: number, until: Date): Promise<void> => {
    if (deps.act === 'observe') return
    const share = lane === 'mail' ? 'mails' : 'rest'
    const bounds = { width, until, mayBegin: allowed(deps, share) }
    await step(deps, until, lane, () => deps.runDue(lane, bounds))
  }
  return {
    work: (lane, { maxMs = TICK_MS, width }) => work(lane, width, after(deps.clock(), maxMs)),
    async look() {
      await step(deps, NEVER, 'rules', deps.lookAtRules)
      // A Zammad that hangs keeps no mail back.
      await Promise.all(LANES.map((lane) => lookAt(deps, lane, NEVER)))
      await keepHouse(NEVER)
    },
    async tick({ maxMs = TICK_MS } = {}) {
      const until = after(deps.clock(), maxMs)
      await step(deps, until, 'rules', deps.lookAtRules)
      await Promise.all(
        LANES.map(async (lane) => {
          await lookAt(deps, lane, until)
          await work(lane, WIDTH[lane], until)
        }),
      )
      await keepHouse(until)
    },
  }
}

const allowed =
  ({ budget }: TickDeps, share: Share) =>
  (): boolean =>
    mayBegin(budget, share)

/** Does one thing of a round, unless its time or what it may ask is over; what it throws goes to the log. */
async function step(deps: TickDeps, until: Date, name: string, work: () => Promise<unknown>): Promise<void> {
  const { clock, log } = deps
  if (until !== NEVER && (clock() >= until || !mayBegin(deps.budget, 'rest'))) return
  try {
    await work()
  } catch (error) {
    const code = error instanceof Failure ? error.code : 'broken'
    const detail = error instanceof Failure ? error.message : undefined
    log.warn('tick.failed', { check: name, code, error, ...(detail ? { detail } : {}) })
  }
}

async function lookAt(deps: TickDeps, lane: Lane, until: Date): Promise<void> {
  if (lane === 'zammad') await step(deps, until, 'contact', () => orPause(deps, () => meet(deps)))
  await step(deps, until, 'probe', () => probeLane(deps, lane))
  if (lane !== 'zammad') return
  let inStep = false
  await step(deps, until, 'reconcile', () =>
    orPause(deps, async () => {
      inStep = await keepUp(deps, until)
    }),
  )
  // What is due is told also where Zammad is silent.
  await step(deps, NEVER, 'promises', () =>
    deps.sweepPromises({ ...sweeping(deps, until), deskIsSilent: !inStep }),
  )
  await step(deps, NEVER, 'mornings', () => deps.tellMornings(allowed(deps, 'rest')))
}

/** Whether another promise may still be swept in this round. */
function sweeping(deps: TickDeps, until: Date): Pick<SweepRound, 'inTime'> {
  const { clock } = deps
  const begun = clock()
  const halfMs = (until.getTime() - begun.getTime()) / 2
  const end = after(begun, Math.max(SWEEP_AT_LEAST_MS, Math.min(SWEEP_MS, halfMs)))
  return { inTime: () => clock() < end && mayBegin(deps.budget, 'promises') }
}

/** Where Zammad refuses us altogether the lane pauses, as it does by a job. */
async function orPause(deps: TickDeps, ask: () => Promise<void>): Promise<void> {
  try {
    await ask()
  } catch (error) {
    if (error instanceof Failure && error.code === 'misconfigured') await pauseZammad(deps, error.message)
    throw error
  }
}

async function pauseZammad(deps: TickDeps, reason: string): Promise<void> {
  if (await isPaused(deps, 'zammad')) return
  const now = deps.clock()
  await deps.atomically([deps.pause('zammad', { reason, now, probeAt: after(now, PROBE_MS) })])
  deps.log.warn('lane.paused', { lane: 'zammad', detail: reason })
}

/**
 * Reconciles, and puts down when it did; before first contact there is nothing to be in step with. Resolves to whether
 * it is in step.
 */
async function keepUp(deps: TickDeps, until: Date): Promise<boolean> {
  if (await isPaused(deps, 'zammad')) return false
  const begun = deps.clock()
  const leftMs = until.getTime() - begun.getTime()
  await deps.reconcile(after(begun, Math.min(RECONCILE_MS, leftMs / 2)), allowed(deps, 'reconcile'))
  if ((await deps.memory.recall('start-line')) === null) return false
  await deps.atomically([deps.memory.remember('last-reconcile', deps.clock().toISOString())])
  return true
}

/** What is done once an hour, and the trace that a round was made. */
function createHousekeeping(deps: TickDeps): (until: Date) => Promise<void> {
  let sweptAt = new Date(0)
  let examined = { version: '', at: new Date(0) }
  // Our clock may have been ahead.
  const isRecent = (at: Date): boolean => {
    const now = deps.clock()
    return at > after(now, -HOUR_MS) && at <= now
  }
  const examine = async (): Promise<void> => {
    const { version } = deps.rulebook()
    if (examined.version === version && isRecent(examined.at)) return
    // What another Zammad says of its groups says nothing of ours.
    if (await isPaused(deps, 'zammad')) return
    if ((await deps.contact.identify('hourly')) === 'stranger') return
    await deps.examineGroups()
    examined = { version, at: deps.clock() }
  }
  const sweep = async (): Promise<void> => {
    if (isRecent(sweptAt)) return
    const now = deps.clock()
    sweptAt = now
    await deps.atomically(deps.hasten(now))
    await sweepFiles(deps)
  }
  return async (until) => {
    await step(deps, until, 'groups', examine)
    await step(deps, until, 'sweep', sweep)
    // Late rounds leave their trace, too.
    await step(deps, NEVER, 'last-tick', () =>
      deps.atomically([deps.memory.remember('last-tick', deps.clock().toISOString())]),
    )
  }
}

/** Learns what is not known yet, and stops writing to a Zammad that is not ours. */
async function meet(deps: TickDeps): Promise<void> {
  await deps.contact.learn()
  if ((await deps.contact.identify('hourly')) !== 'stranger') return
  const since = (await deps.memory.recall('stranger')) ?? ''
  const { units } = deps.rulebook()
  await deps.atomically(await tellFirstLine(deps, units, { about: 'stranger' }, `stranger:${since}`))
  if (await isPaused(deps, 'zammad')) return
  deps.log.error('zammad.stranger', { detail: 'this is not the Zammad that the database belongs to' })
  const now = deps.clock()
  const reason = 'this is not the Zammad that the database belongs to: nothing is written to it'
  await deps.atomically([deps.pause('zammad', { reason, now, probeAt: after(now, HOUR_MS) })])
}

const isPaused = async ({ pauses }: TickDeps, lane: Lane): Promise<boolean> =>
  (await pauses()).some((one) => one.lane === lane)

async function probeLane(deps: TickDeps, lane: Lane): Promise<void> {
  const pause = (await deps.pauses()).find((one) => one.lane === lane)
  if (!pause || pause.probeAt > deps.clock()) return
  try {
    const stranger = lane === 'zammad' && (await deps.contact.identify('now')) === 'stranger'
    if (!stranger) {
      await deps.probe[lane]()
      await deps.atomically([deps.resume(lane)])
      deps.log.info('lane.resumed', { lane })
      return
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
  }
  await deps.atomically([deps.probeLater(lane, after(deps.clock(), MINUTE_MS))])
}

const SWEEP_BATCH = 50

/** Removes bodies that no row names: what a visitor sent along with a form that was not accepted. */
async function sweepFiles(deps: TickDeps): Promise<void> {
  const before = after(deps.clock(), -DAY_MS)
  let batch: string[] = []
  let removed = 0
  const flush = async (): Promise<void> => {
    const kept = await deps.named(batch)
    for (const name of batch.filter((one) => !kept.has(one))) {
      await deps.files.remove(name)
      removed += 1
    }
    batch = []
  }
  for await (const { name, storedAt } of deps.files.list()) {
    if (storedAt < before) batch.push(name)
    if (batch.length === SWEEP_BATCH) await flush()
  }
  if (batch.length > 0) await flush()
  if (removed > 0) deps.log.info('files.swept', { count: removed })
}
