import { after, type Clock, MINUTE_MS, SECOND_MS } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { Memory } from '../memory.ts'
import type { Atomically, Write } from '../writes.ts'
import type { TicketClock } from '../promise/clock.ts'
import { nextLevelAt } from '../promise/levels.ts'
import type { AnswerPromise } from '../promise/promise.ts'
import { tellFirstLine } from '../routing/tell-staff.ts'
import { type LevelNews, newsOf } from './news.ts'
import type { Reckoned, Reckoner } from './reckoned.ts'
import { BROKEN, type ClockRecords, type DueRow, subjectId } from './records.ts'
import { tagJob, wantedTag } from './tag-ticket.ts'
import { awaitsNotice, type TellDeps, tellStaff, tellVisitor } from './tell.ts'
import type { TimeDoubt } from './time-doubt.ts'

/** So many rows are read at once of those that are due, and so many a round of those that were reckoned by other rules. */
const DUE_A_BATCH = 100
const BEHIND_A_ROUND = 50

/** How soon a ticket that could not be looked at is tried again, and one that hung: behind the others. */
const AGAIN_MS = MINUTE_MS
const AFTER_HANGING_MS = 5 * MINUTE_MS

/** And a row that could not be reckoned at all. */
const BROKEN_MS = 10 * MINUTE_MS

/** From when a level came nobody is told for so long of a ticket that cannot be looked at: its answer may be there. */
const PATIENCE_MS = 30 * MINUTE_MS

/** A look that fails after so long hung. Where those of two tickets did Zammad hangs: no other is looked at in that round. */
const HANGING_MS = 5 * SECOND_MS
const HANGING_TICKETS = 2

export interface SweepDeps extends TellDeps {
  readonly records: Pick<
    ClockRecords,
    'due' | 'behind' | 'again' | 'byId' | 'claim' | 'keep' | 'later' | 'broken' | 'rest' | 'marksOf' | 'mark'
  >
  readonly reckoner: Pick<Reckoner, 'of' | 'rowOf'>
  /** Reads a ticket and brings what we know of it in step; false where it cannot be read now. */
  readonly look: (id: number) => Promise<boolean>
  readonly memory: Pick<Memory, 'recall'>
  readonly timeDoubt: Pick<TimeDoubt, 'isTrusted'>
  readonly isUniqueViolation: (error: unknown) => boolean
  readonly atomically: Atomically
  readonly clock: Clock
}

export interface SweepRound {
  /** Whether another row may still be begun. */
  readonly inTime: () => boolean
  /** Zammad gave no answer in this round: it is not asked again. */
  readonly deskIsSilent?: boolean
}

type Row = Omit<DueRow, 'nextAt'>

/** One sweep of the process, and what it remembers from one to the next. */
interface Sweep extends SweepDeps {
  readonly inTime: () => boolean
  deskIsSilent: boolean
  /** Tickets whose look hung in this round. */
  hung: number
  readonly watchedSince: Date | null
}

/**
 * Reckons what is due and what was reckoned by other rules, and puts down what it comes to: row, clocks and levels,
 * alerts, the visitor's notice and the ticket's tag in one write each. That fails as a whole where the row was touched
 * meanwhile, so that of two sweeps one tells, and of an answer that just came nobody hears that it is missing. Before
 * anybody is told the ticket is looked at once more; where it cannot be, they are told half an hour after the level came
 * all the same. Of what cannot be reckoned First Line is told. Does nothing while our own clock is in doubt; remembers
 * nothing from one round to the next, as isolates come and go.
 */
export function createSweep(deps: SweepDeps): (round: SweepRound) => Promise<void> {
  return async ({ inTime, deskIsSilent = false }) => {
    if (!(await deps.timeDoubt.isTrusted())) return
    const since = await deps.memory.recall('promises-since')
    const watchedSince = since === null ? null : new Date(since)
    const sweep: Sweep = { ...deps, inTime, deskIsSilent, hung: 0, watchedSince }
    await sweepDue(sweep)
    if (!inTime()) return
    const { version } = deps.rulebook()
    // What could not be reckoned just now is due by then, and holds up none of the others.
    const soon = after(deps.clock(), BROKEN_MS)
    await sweepAll(sweep, await deps.records.behind(version, soon, BEHIND_A_ROUND))
  }
}

/** In batches, as long as there is time. */
async function sweepDue(sweep: Sweep): Promise<void> {
  const { records, clock, inTime } = sweep
  let due: readonly Row[]
  do {
    due = await records.due(clock(), DUE_A_BATCH)
    await sweepAll(sweep, due)
  } while (due.length === DUE_A_BATCH && inTime())
}

/** One row that cannot be reckoned holds up no other. */
async function sweepAll(sweep: Sweep, rows: readonly Row[]): Promise<void> {
  for (const row of rows) {
    if (!sweep.inTime()) return
    try {
      await sweepOne(sweep, row)
    } catch (error) {
      // Another sweep was faster, or something happened to the ticket: then the row is due still.
      if (!sweep.isUniqueViolation(error)) {
        sweep.log.error('promise.broken', { ...named(row), error })
        await sweep.atomically(await broken(sweep, row))
      }
    }
  }
}

const named = ({ subject: { conversation, ticketId } }: Row) => ({
  ...(conversation === null ? {} : { conversation }),
  ...(ticketId === null ? {} : { ticket: ticketId }),
})

/** What a row comes to now. */
interface Case {
  readonly row: Row
  readonly reckoned: Reckoned
  readonly now: Date
  /** Null where no clock runs. */
  readonly running: {
    readonly clock: TicketClock
    readonly news: LevelNews
  } | null
}

async function caseOf(sweep: Sweep, row: Row): Promise<Case | null> {
  const now = sweep.clock()
  const reckoned = await sweep.reckoner.of(row.subject, now)
  // A ticket that turned out to be a conversation's is reckoned as that one's.
  if (!reckoned || subjectId(reckoned.subject) !== row.id) return null
  const clock = reckoned.reckoning.running
  if (!clock) return { row, reckoned, now, running: null }
  const marks = await sweep.records.marksOf(row.id)
  const news = newsOf(clock, sweep.rulebook().promise, marks, now, sweep.watchedSince)
  return { row, reckoned, now, running: { clock, news } }
}

/** Since when somebody is to be told: staff of a level, the visitor that it is late; null where nobody is. */
function untoldSince({ running, reckoned, now }: Case, { watchedSince }: Sweep): Date | null {
  if (!running) return null
  const { clock, news } = running
  const { told, along } = news
  const levels = told ? [told.came, ...along].map(({ at }) => at.getTime()) : []
  const due =
    clock.dueAt && awaitsNotice({ clock, reckoned, now, watchedSince }) ? [clock.dueAt.getTime()] : []
  return levels.length + due.length === 0 ? null : new Date(Math.min(...levels, ...due))
}

async function sweepOne(sweep: Sweep, row: Row): Promise<void> {
  const found = await caseOf(sweep, row)
  if (!found) {
    await sweep.atomically([sweep.records.rest(row)])
    return
  }
  const { ticketId } = found.reckoned.subject
  const since = untoldSince(found, sweep)
  if (ticketId === null || since === null) return settle(sweep, found, null)
  const seen = await lookAt(sweep, ticketId, since)
  if ('again' in seen) {
    await sweep.atomically([sweep.records.later(row, seen.again)])
    return
  }
  if (seen.asOf) return settle(sweep, found, seen.asOf)
  // Looking may have touched it.
  const fresh = await sweep.records.again(row.id)
  const again = fresh && (await caseOf(sweep, fresh))
  if (again) await settle(sweep, again, null)
}

/** When the ticket is to be tried again, or as of when it is known, where nobody waits for it any longer; null is now. */
type Seen = { readonly again: Date } | { readonly asOf: Date | null }

/** Looks at a ticket of which somebody is to be told since then. */
async function lookAt(sweep: Sweep, ticket: number, since: Date): Promise<Seen> {
  const begun = sweep.clock()
  if (!sweep.deskIsSilent && (await isRead(sweep, ticket))) return { asOf: null }
  const now = sweep.clock()
  const hung = now > after(begun, HANGING_MS)
  if (hung) sweep.hung += 1
  if (sweep.hung >= HANGING_TICKETS) sweep.deskIsSilent = true
  const last = await sweep.memory.recall('last-reconcile')
  const asOf = last !== null && new Date(last) < since ? new Date(last) : since
  const told = after(asOf, PATIENCE_MS)
  if (now >= told) return { asOf }
  const again = after(now, hung ? AFTER_HANGING_MS : AGAIN_MS)
  return { again: again < told ? again : told }
}

async function isRead(sweep: Sweep, ticket: number): Promise<boolean> {
  try {
    return await sweep.look(ticket)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    sweep.deskIsSilent = true
    return false
  }
}

/** A row that cannot be reckoned is tried again, and First Line is told, once, where it could not be before. */
async function broken(sweep: Sweep, row: Row): Promise<readonly Write[]> {
  const { records, rulebook, topicOf } = sweep
  const known = await records.byId(row.id)
  const writes = [records.broken(row, after(sweep.clock(), BROKEN_MS))]
  if (known?.version !== BROKEN) return writes
  const { units } = rulebook()
  const { subject, number, form, unit, running } = known
  const ticket = {
    id: subject.ticketId,
    number,
    topic: form === null ? null : topicOf(form),
    unit: unit ?? units.defaultUnit,
    dueAt: running?.dueAt?.toISOString() ?? null,
  }
  const alert = { about: 'unwatched', ticket } as const
  return [...writes, ...(await tellFirstLine(sweep, units, alert, `unwatched:${row.id}`))]
}

/** When it is to be reckoned again if nothing changes: at its next level, or when it is due. */
function nextAtOf(clock: TicketClock | null, promise: AnswerPromise, now: Date): Date | null {
  if (!clock) return null
  const times = [nextLevelAt(clock, promise, now), clock.dueAt].filter((at) => at !== null && at > now)
  return times.reduce((first, at) => (first === null || (at !== null && at < first) ? at : first), null)
}

/** One write: what the row comes to, and all that follows from it. */
async function settle(sweep: Sweep, { row, reckoned, now, running }: Case, asOf: Date | null): Promise<void> {
  const { promise } = sweep.rulebook()
  const wanted = wantedTag(reckoned.reckoning, promise, now)
  const job = tagJob(reckoned, { wanted, before: row }, { now, random: sweep.random })
  const nextAt = nextAtOf(running?.clock ?? null, promise, now)
  const tag = reckoned.subject.ticketId === null ? 'none' : wanted
  const kept = sweep.reckoner.rowOf(reckoned, { tag }, nextAt)
  const { watchedSince } = sweep
  const told = running && { ...running, reckoned, now, asOf, watchedSince }
  const telling: readonly Write[] = told
    ? [...(await tellStaff(sweep, told)), ...(await tellVisitor(sweep, told))]
    : []
  await sweep.atomically([
    ...sweep.records.claim(row),
    ...sweep.records.keep(kept.row, kept.clocks, row.touched + 1),
    ...telling,
    ...(job ? [sweep.addJob(job)] : []),
  ])
}
