import { z } from 'zod'
import { after, type Clock, DAY_MS, HOUR_MS } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Memory } from '../memory.ts'
import { addressHash } from '../outbox/alert.ts'
import type { NewJob } from '../outbox/job.ts'
import { digestSlots, firstWorkingDay, type Hours, type OpenHours } from '../promise/hours.ts'
import { type AnswerPromise, termsFor } from '../promise/promise.ts'
import type { Report } from '../promise/report.ts'
import { monthOf } from '../promise/report-range.ts'
import { newId, type Random } from '../random.ts'
import type { Rulebook } from '../routing/rule.ts'
import { peopleOf } from '../routing/tell-staff.ts'
import type { Unit } from '../routing/units.ts'
import type { Atomically, Write } from '../writes.ts'
import { type DigestDeps, toldUpTo, unitDigest, UnitDigest } from './digest.ts'
import type { ClockLists } from './lists.ts'
import { MonthReport, monthReport, monthToReport } from './monthly.ts'
import type { Reporter } from './report.ts'
import { standingDoubt } from './time-doubt.ts'
import { weekDigest, WeekDigest } from './weekly.ts'

/** What a job of the kind `send-digest` holds. */
export const DigestPayload = z.object({
  to: z.string(),
  told: z.discriminatedUnion('of', [UnitDigest, WeekDigest]),
})
export type DigestPayload = z.infer<typeof DigestPayload>

/** What a job of the kind `send-report` holds. */
export const ReportPayload = z.object({ to: z.string(), told: MonthReport })
export type ReportPayload = z.infer<typeof ReportPayload>

export interface MorningsDeps extends DigestDeps {
  readonly lists: Pick<ClockLists, 'list' | 'dueBefore' | 'assigned' | 'load'>
  readonly report: Reporter
  /** A report as a page that needs nothing beside itself. */
  readonly reportPage: (report: Report) => string
  readonly memory: Memory
  readonly rulebook: () => Rulebook
  /** The site's. */
  readonly timeZone: string
  readonly addJob: (job: NewJob) => Write
  readonly atomically: Atomically
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** How long after its time a mail is made still: whatever was down that long tells with the next one. */
const LATEST_MS = { unit: 20 * HOUR_MS, week: 3 * DAY_MS, month: 14 * DAY_MS } as const

/** How long it is remembered of a unit that is there no more what it was told. */
const FORGOTTEN_MS = 7 * DAY_MS

/** Something that is mailed at a set time of some mornings. */
type Occasion = {
  /** `digest:catalogue`, `weekly`, `report`. */
  readonly name: string
  /** When it last was to be made. */
  readonly slot: Date
} & (
  | { readonly of: 'unit'; readonly unit: Unit; readonly zone: string; readonly until: Date }
  | { readonly of: 'week' }
  | { readonly of: 'month' }
)

const Kept = z.record(
  z.string(),
  z.object({
    /** The last time that was made, or passed over. */
    slot: z.iso.datetime(),
    /** Up to when events were told. */
    told: z.iso.datetime(),
  }),
)
type Kept = z.infer<typeof Kept>

/** Where a unit's mornings are: those of its calendar, or of the promise's; else every day in the site's zone. */
function morningsOf(promise: AnswerPromise, { id, calendar }: Unit, zone: string) {
  const { picked, hours } = termsFor(promise, { unit: id, priority: null, unitCalendar: calendar })
  const named = picked === 'business' && hours !== 'always' ? hours : null
  const days: Hours = named ?? 'always'
  return { hours: days, zone: named?.zone ?? zone }
}

const ALL_DAY = [{ from: 0, to: 1440 }]
const mondaysIn = (zone: string): OpenHours => ({ zone, week: [ALL_DAY, [], [], [], [], [], []], closed: [] })

/** The first working day, by the hours of business, of this month, or of the one before where that is still to come. */
function reportSlot(promise: AnswerPromise, zone: string, now: Date): Date {
  const { hours } = termsFor(promise, { unit: null, priority: null, unitCalendar: null })
  const slotIn = (month: Date): Date => firstWorkingDay(hours, zone, promise.digest, month)
  const slot = slotIn(now)
  return slot <= now ? slot : slotIn(after(monthOf(now, zone).from, -1))
}

function occasionsAt({ promise, units }: Rulebook, timeZone: string, now: Date): readonly Occasion[] {
  const week = digestSlots(mondaysIn(timeZone), timeZone, promise.digest, now)
  return [
    ...units.units.map((unit): Occasion => {
      const { hours, zone } = morningsOf(promise, unit, timeZone)
      const { last, next } = digestSlots(hours, zone, promise.digest, now)
      return { of: 'unit', name: `digest:${unit.id}`, slot: last, unit, zone, until: next }
    }),
    { of: 'week', name: 'weekly', slot: week.last },
    { of: 'month', name: 'report', slot: reportSlot(promise, timeZone, now) },
  ]
}

/**
 * How it stands with an occasion. `new`: it was not known before, or what is kept of it is in the future, as our clock
 * was wrong: it begins with its next time.
 */
function standing(kept: Kept, { name, slot }: Occasion, now: Date): 'done' | 'due' | 'new' {
  const last = kept[name]
  if (!last || new Date(last.slot) > now) return 'new'
  return slot > new Date(last.slot) ? 'due' : 'done'
}

/**
 * Makes what is mailed of a morning: each unit's digest, the coordination's of the week, and the report of the month.
 * Each is made once for its time and address, and frozen: late where nothing ran then, but never two of one kind at
 * once. Those that began to be known after their time begin with the next. Where nothing is to be made it asks the
 * store for one value alone. Makes none while our own clock is in doubt, and stops where no other may be begun. To be called once a round, behind the sweep.
 */
export function createMornings(deps: MorningsDeps): (mayBegin?: () => boolean) => Promise<void> {
  return async (mayBegin = () => true) => {
    const now = deps.clock()
    const text = await deps.memory.recall('digests')
    const occasions = occasionsAt(deps.rulebook(), deps.timeZone, now)
    let kept = text === null ? {} : known(Kept.parse(JSON.parse(text)), occasions, now)
    const pending = occasions.filter((one) => standing(kept, one, now) !== 'done')
    if (pending.length === 0 || (await standingDoubt(deps)) !== null) return
    for (const occasion of pending) {
      if (!mayBegin()) return
      kept = await settle(deps, kept, occasion, now)
    }
  }
}

/** Without units that are there no more: one that comes back after a week begins anew. */
const known = (kept: Kept, occasions: readonly Occasion[], now: Date): Kept =>
  Object.fromEntries(
    Object.entries(kept).filter(
      ([name, { slot }]) =>
        occasions.some((one) => one.name === name) || new Date(slot) > after(now, -FORGOTTEN_MS),
    ),
  )

/** One morning's mail that cannot be made holds up no other: it is tried again in the next round. */
async function settle(deps: MorningsDeps, kept: Kept, occasion: Occasion, now: Date): Promise<Kept> {
  try {
    const { jobs, told } = await made(deps, kept, occasion, now)
    const next = { ...kept, [occasion.name]: { slot: occasion.slot.toISOString(), told: told.toISOString() } }
    await deps.atomically([
      ...jobs.map((job) => deps.addJob(job)),
      deps.memory.remember('digests', JSON.stringify(next)),
    ])
    if (jobs.length > 0) deps.log.info('morning.made', { ...named(occasion), count: jobs.length })
    return next
  } catch (error) {
    deps.log.error('morning.broken', { ...named(occasion), error })
    return kept
  }
}

const named = (occasion: Occasion) => ({
  kind: occasion.of,
  ...(occasion.of === 'unit' ? { unit: occasion.unit.id } : {}),
})

/** The jobs of an occasion that is due, and up to when they tell what happened. */
async function made(
  deps: MorningsDeps,
  kept: Kept,
  occasion: Occasion,
  now: Date,
): Promise<{ readonly jobs: readonly NewJob[]; readonly told: Date }> {
  const last = kept[occasion.name]
  if (!last || standing(kept, occasion, now) === 'new') return { jobs: [], told: toldUpTo(now) }
  const since = new Date(last.told)
  if (now > after(occasion.slot, LATEST_MS[occasion.of])) {
    deps.log.warn('morning.missed', named(occasion))
    return { jobs: [], told: since }
  }
  return { jobs: await jobsOf(deps, occasion, { since, now }), told: toldUpTo(now) }
}

async function jobsOf(
  deps: MorningsDeps,
  occasion: Occasion,
  { since, now }: { readonly since: Date; readonly now: Date },
): Promise<readonly NewJob[]> {
  const { promise, units } = deps.rulebook()
  const { slot } = occasion
  const at = { slot, zone: deps.timeZone, now }
  const iso = slot.toISOString()
  switch (occasion.of) {
    case 'unit': {
      const { unit, zone, until } = occasion
      const { defaultUnit } = units
      const order = { unit: unit.id, defaultUnit, zone, since, now, until, silenceMs: promise.silenceMs }
      const told = await unitDigest(deps, order)
      const to = peopleOf(units, unit.id, 'notify')
      return told ? mailJobs(deps, 'send-digest', { key: `digest:${unit.id}:${iso}`, to, told }, now) : []
    }
    case 'week': {
      if (promise.coordination.length === 0) return []
      const week = { key: `weekly:${iso}`, to: promise.coordination, told: await weekDigest(deps, at) }
      return mailJobs(deps, 'send-digest', week, now)
    }
    case 'month': {
      if (promise.coordination.length === 0) return []
      const key = `report:${monthToReport(slot, deps.timeZone)}`
      return mailJobs(
        deps,
        'send-report',
        { key, to: promise.coordination, told: await monthReport(deps, at) },
        now,
      )
    }
  }
}

/** One job an address, each once for its natural key. They belong to no serial: alerts neither wait for them nor go along. */
async function mailJobs(
  { random }: MorningsDeps,
  kind: 'send-digest' | 'send-report',
  mail: {
    readonly key: string
    readonly to: readonly string[]
    readonly told: (DigestPayload | ReportPayload)['told']
  },
  now: Date,
): Promise<readonly NewJob[]> {
  const addresses = new Map(mail.to.map((address) => [address.toLowerCase(), address]))
  return Promise.all(
    [...addresses.values()].map(async (to) => ({
      id: newId(random),
      kind,
      lane: 'mail' as const,
      conversation: null,
      serial: null,
      naturalKey: `${mail.key}:${await addressHash(to)}`,
      payload: { to, told: mail.told },
      nextAt: now,
      createdAt: now,
    })),
  )
}
