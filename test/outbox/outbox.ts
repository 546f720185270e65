import { after } from '../../src/clock.ts'
import { createLog } from '../../src/log.ts'
import type { Begin, ClaimedJob, Kind, Lane, Settlement } from '../../src/outbox/job.ts'
import { runDue } from '../../src/outbox/run.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { jobs as rows } from '../../src/store/schema.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
import { NOON, seeded } from '../support/samples.ts'

export type Act = (job: ClaimedJob, begin: Begin) => Promise<Settlement>

/** A kind of job that does what a test says, with the bounds of a mail. */
const aKind = (act: Act, over: Partial<Kind> = {}): Kind => ({
  lane: 'zammad',
  leaseMs: 60_000,
  uncertainMs: 0,
  maxUncertain: null,
  giveUpMs: null,
  act,
  ...over,
})

/** An outbox on a real store, whose one kind is `open-ticket`. */
export async function anOutbox(act: Act, over: Partial<Kind> = {}) {
  const { db } = await openPlatform()
  const time = virtualTime(NOON)
  const jobs = createJobs(db)
  const lines: string[] = []
  const log = createLog('debug', (line) => lines.push(line))
  const deps = {
    jobs,
    kinds: { 'open-ticket': aKind(act, over) },
    atomically: db.atomically,
    clock: time.clock,
    random: seeded(3),
    log,
  }
  return {
    jobs,
    time,
    lines,
    atomically: db.atomically,
    run: (lane: Lane = 'zammad', width = 1, ms = 1000) =>
      runDue(deps, lane, { width, until: after(time.clock(), ms) }),
    row: async (id = 'job-1') => {
      const row = (await db.q.select().from(rows)).find((one) => one.id === id)
      if (!row) throw new Error('there is no such job')
      return row
    },
  }
}
