import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { Files } from '../files.ts'
import type { Memory } from '../memory.ts'
import { LANES, type Lane } from '../outbox/job.ts'
import type { RaiseDeps } from '../outbox/raise.ts'
import type { Rulebook } from '../routing/rule.ts'
import { tellFirstLine } from '../routing/tell-staff.ts'
import type { Atomically, Write } from '../writes.ts'
import type { Contact } from './contact.ts'

/** How long one round may follow updates: the jobs behind it wait on Workers. */
const RECONCILE_MS = 20 * SECOND_MS

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
  readonly runDue: (lane: Lane, bounds: { width: number; until: Date }) => Promise<number>
  /** Looks whether all units can take tickets. Throws `Failure` where Zammad does not answer. */
  readonly examineGroups: () => Promise<void>
  readonly rulebook: () => Rulebook
  /** Reads the rules again where they changed. */
  readonly lookAtRules: () => Promise<void>
  /** Brings what we know of tickets in step with Zammad, until then. Throws `Failure` where it does not answer. */
  readonly reconcile: (until: Date) => Promise<void>
  readonly files: Files
  /** Which of the names some row still names. */
  readonly named: (names: readonly string[]) => Promise<ReadonlySet<string>>
  readonly act: 'act' | 'observe'
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
  /** Both, once, for a runtime that is woken from time to time. */
  readonly tick: (bounds?: { readonly maxMs?: number }) => Promise<void>
}

export function createBot(deps: TickDeps): Bot {
  let lookedAt = new Date(0)
  const step = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      const code = error instanceof Failure ? error.code : 'broken'
      const detail = error instanceof Failure ? error.message : undefined
      deps.log.warn('tick.failed', { check: name, code, error, ...(detail ? { detail } : {}) })
    }
  }
  const work: Bot['work'] = async (lane, { maxMs = 50 * SECOND_MS, width }) => {
    if (deps.act === 'observe') return
    await step(lane, () => deps.runDue(lane, { width, until: after(deps.clock(), maxMs) }))
  }
  const lookAt = async (lane: Lane): Promise<void> => {
    if (lane === 'zammad') await step('contact', () => meet(deps))
    await step('probe', () => probeLane(deps, lane))
    if (lane !== 'zammad' || (await isPaused(deps, lane))) return
    await step('reconcile', () => deps.reconcile(after(deps.clock(), RECONCILE_MS)))
  }
  const keepHouse = async (): Promise<void> => {
    if (deps.clock().getTime() - lookedAt.getTime() >= HOUR_MS) {
      lookedAt = deps.clock()
      await step('groups', deps.examineGroups)
      await step('sweep', () => sweepFiles(deps))
    }
    await step('last-tick', () =>
      deps.atomically([deps.memory.remember('last-tick', deps.clock().toISOString())]),
    )
  }
  return {
    work,
    async look() {
      await step('rules', deps.lookAtRules)
      // A Zammad that hangs keeps no mail back.
      await Promise.all(LANES.map(lookAt))
      await keepHouse()
    },
    async tick({ maxMs } = {}) {
      await step('rules', deps.lookAtRules)
      await Promise.all(
        LANES.map(async (lane) => {
          await lookAt(lane)
          await work(lane, { maxMs, width: WIDTH[lane] })
        }),
      )
      await keepHouse()
    },
  }
}

/** Learns what is not known yet, and stops writing to a Zammad that is not ours. */
async function meet(deps: TickDeps): Promise<void> {
  await deps.contact.learn()
  if ((await deps.contact.identify('hourly')) !== 'stranger') return
  const now = deps.clock()
  if (await isPaused(deps, 'zammad')) return
  deps.log.error('zammad.stranger', { detail: 'this is not the Zammad that the database belongs to' })
  const reason = 'this is not the Zammad that the database belongs to: nothing is written to it'
  const { units } = deps.rulebook()
  const told = await tellFirstLine(
    deps,
    units,
    { about: 'stranger' },
    `stranger:${now.toISOString().slice(0, 13)}`,
  )
  await deps.atomically([deps.pause('zammad', { reason, now, probeAt: after(now, HOUR_MS) }), ...told])
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
