import fc from 'fast-check'
import { expect, test } from 'vitest'
import { after } from '../../src/clock.ts'
import type { TicketClock } from '../../src/promise/clock.ts'
import { openMs } from '../../src/promise/hours.ts'
import type { Happening, TicketLog } from '../../src/promise/log.ts'
import { termsFor } from '../../src/promise/promise.ts'
import { reckon } from '../../src/promise/reckon.ts'
import type { Policy } from '../../src/promise/reckon.ts'
import { loggedTicket } from './golden/random-log.ts'
import { readPolicies } from './golden/scenario.ts'

const policies = [...readPolicies().values()]
const anyPolicy = fc.constantFrom(...policies)

/** Logs of one run. The 50,000 that are promised are ten runs, each of a seed of its own: `npm run test:full`. */
const LOGS = 5_000
const SOME_LOGS = 1_000
const SEED = 20_260_302
const SEEDS = Array.from({ length: process.env['FULL'] ? 10 : 1 }, (_, run) => SEED + run)

function forLogs(
  { runs, seed = SEED }: { readonly runs: number; readonly seed?: number },
  holds: (log: TicketLog, policy: Policy, asOf: Date) => void,
): void {
  const property = fc.property(loggedTicket, anyPolicy, ({ log, asOf }, policy) => holds(log, policy, asOf))
  fc.assert(property, { numRuns: runs, seed })
}

const spanOf = ({ from, to }: { readonly from: Date; readonly to: Date }): number =>
  to.getTime() - from.getTime()

type AsText<T> = T extends Date
  ? string
  : T extends object
    ? { readonly [Key in keyof T]: AsText<T[Key]> }
    : T

const readBack = (happening: AsText<Happening>): Happening => {
  const at = new Date(happening.at)
  if (happening.kind !== 'inherited') return { ...happening, at }
  const due = { wall: new Date(happening.due.wall), business: new Date(happening.due.business) }
  return { ...happening, at, startedAt: new Date(happening.startedAt), due }
}

/** A log as it comes back from a store that keeps text. */
function keptAsText(log: TicketLog): TicketLog {
  const { start, happenings } = JSON.parse(JSON.stringify(log)) as AsText<TicketLog>
  return { start, happenings: happenings.map(readBack) }
}

/** A log, and its happenings as they become known: in any order, by portions, the last of which may be empty. */
const arrivingLog = loggedTicket.chain(({ log, asOf }) => {
  const { length } = log.happenings
  const mixed = fc.shuffledSubarray([...log.happenings], { minLength: length })
  const cuts = fc.array(fc.nat({ max: length }), { maxLength: 2 })
  const portions = fc.tuple(mixed, cuts).map(([all, at]) => {
    const bounds = [0, ...at.toSorted((a, b) => a - b), length]
    return bounds.slice(1).map((to, index) => all.slice(bounds[index], to))
  })
  return fc.record({ log: fc.constant(log), asOf: fc.constant(asOf), portions })
})

const lastAt = (happenings: readonly Happening[]): Date =>
  new Date(Math.max(0, ...happenings.map(({ at }) => at.getTime())))

test.for(SEEDS)(
  'in whatever order and portions a log becomes known, reckoned and forgotten on the way, it comes to the bytes of one reckoning (seed %i)',
  (seed) => {
    let clocks = 0
    let detours = 0
    const property = fc.property(
      arrivingLog,
      anyPolicy,
      anyPolicy,
      ({ log, asOf, portions }, policy, meanwhile) => {
        const whole = reckon(log, policy, asOf)
        let known: TicketLog = { start: log.start, happenings: [] }
        for (const portion of portions) {
          // All that goes on from one reckoning to the next is the log, as the last one left it.
          known = keptAsText({ ...known, happenings: [...known.happenings, ...portion] })
          const onTheWay = reckon(known, meanwhile, lastAt(portion))
          if (onTheWay.clocks.length !== whole.clocks.length) detours += 1
        }
        expect(JSON.stringify(reckon(known, policy, asOf))).toBe(JSON.stringify(whole))
        clocks += whole.clocks.length
      },
    )
    fc.assert(property, { numRuns: LOGS, seed })
    expect(clocks).toBeGreaterThan(LOGS)
    expect(detours).toBeGreaterThan(LOGS / 2)
  },
)

/** Where one segment does not begin in the instant in which the one before ended, or lasts no time. */
function gapsOf({ segments, startedAt, endedAt }: TicketClock, asOf: Date): readonly string[] {
  const ends = [startedAt, ...segments.map(({ to }) => to)]
  const begins = [...segments.map(({ from }) => from), endedAt ?? asOf]
  return [
    ...ends.filter((end, index) => end.getTime() !== begins[index]?.getTime()),
    ...segments.filter((segment) => spanOf(segment) <= 0).map(({ from }) => from),
  ].map((at) => at.toISOString())
}

test.for(SEEDS)('segments follow each other without a gap and sum to the time elapsed (seed %i)', (seed) => {
  forLogs({ runs: LOGS, seed }, (log, policy, asOf) => {
    expect(reckon(log, policy, asOf).clocks.flatMap((clock) => gapsOf(clock, asOf))).toEqual([])
  })
})

test('what has passed is what counted, by either reading', () => {
  forLogs({ runs: SOME_LOGS }, (log, policy, asOf) => {
    for (const { segments, passed } of reckon(log, policy, asOf).clocks) {
      const counted = segments.filter(({ counts }) => counts)
      const business = counted.map(({ from, to, unit }) => {
        const unitCalendar = policy.calendarOf(unit)
        return openMs(termsFor(policy.promise, { unit, priority: null, unitCalendar }).hours, from, to)
      })
      expect(passed.wall).toBe(counted.reduce((sum, segment) => sum + spanOf(segment), 0))
      expect(passed.business).toBe(business.reduce((sum, ms) => sum + ms, 0))
    }
  })
})

test('at most one clock runs, and it is the one that has not ended', () => {
  forLogs({ runs: SOME_LOGS }, (log, policy, asOf) => {
    const { clocks, running } = reckon(log, policy, asOf)
    const alive = clocks.filter(({ outcome }) => outcome === 'running' || outcome === 'paused')
    expect(alive).toEqual(running ? [running] : [])
    expect(clocks.filter(({ endedAt }) => endedAt === null)).toEqual(alive)
  })
})

test('no clock begins without a word of the visitor’s, a hand-over or a merge, and each has a key of its own', () => {
  forLogs({ runs: SOME_LOGS }, (log, policy, asOf) => {
    const { clocks } = reckon(log, policy, asOf)
    const keys = new Map(log.happenings.map((happening): [string, Happening] => [happening.key, happening]))
    expect(new Set(clocks.map(({ key }) => key)).size).toBe(clocks.length)
    for (const { key, because, kind, startedAt } of clocks) {
      const cause = keys.get(key.replace(/^(moved|inherited):/, ''))
      if (because === 'handed-over')
        expect([kind, cause?.kind, cause?.at]).toEqual(['internal', 'moved', startedAt])
      else if (because === 'merged-in') expect([kind, cause?.kind]).toEqual(['visitor', 'inherited'])
      else expect([kind, cause?.kind, cause?.at]).toEqual(['visitor', 'asked', startedAt])
    }
  })
})

test('a due time is never before the start, but where a merge brought an earlier one', () => {
  forLogs({ runs: SOME_LOGS }, (log, policy, asOf) => {
    const startOfMerged = log.happenings.some(({ kind }) => kind === 'inherited')
    for (const { startedAt, due } of reckon(log, policy, asOf).clocks) {
      if (startOfMerged) continue
      for (const at of [due.wall, due.business]) expect((at ?? startedAt) >= startedAt).toBe(true)
    }
  })
})

test('levels come in their order, the whole of the time when it is due', () => {
  forLogs({ runs: SOME_LOGS }, (log, policy, asOf) => {
    for (const { levels, dueAt, outcome } of reckon(log, policy, asOf).clocks) {
      const came = levels.flatMap(({ at }) => (at ? [at.getTime()] : []))
      expect(came).toEqual(came.toSorted((a, b) => a - b))
      if (outcome === 'running') expect(levels.find(({ share }) => share === 1)?.at).toEqual(dueAt)
      const missing = levels.findIndex(({ at }) => at === null)
      if (missing >= 0) expect(levels.slice(missing).every(({ at }) => at === null)).toBe(true)
    }
  })
})

test('an answer is kept by a reading exactly where it came by its due time', () => {
  forLogs({ runs: SOME_LOGS }, (log, policy, asOf) => {
    for (const { kept, due, outcome, endedAt } of reckon(log, policy, asOf).clocks) {
      for (const reading of ['wall', 'business'] as const) {
        const [at, by] = [endedAt?.getTime() ?? 0, due[reading]?.getTime() ?? Infinity]
        expect(kept[reading]).toBe(outcome === 'answered' ? at <= by : null)
      }
    }
  })
})

/** What may let an ended clock go on, or end it otherwise. */
const REVIVING: readonly Happening['kind'][] = ['state', 'untagged', 'tagged', 'sight', 'asked', 'answered']

test('as time goes on a clock stays the one it was, and an ended one ended, unless something takes it back', () => {
  const property = fc.property(
    loggedTicket,
    anyPolicy,
    fc.integer({ min: 0, max: 20 * 86_400_000 }),
    ({ log, asOf }, policy, ms) => {
      const later = after(asOf, ms)
      const [before, then] = [reckon(log, policy, asOf), reckon(log, policy, later)]
      const meanwhile = log.happenings.filter(({ at }) => at > asOf && at <= later)
      for (const [index, clock] of before.clocks.entries()) {
        const same = then.clocks[index]
        const { key, kind, because, startedAt } = clock
        expect(same).toMatchObject({ key, kind, because, startedAt })
        const isAsItWas = JSON.stringify(same) === JSON.stringify(clock)
        const mayChange = clock.endedAt === null || meanwhile.some(({ kind }) => REVIVING.includes(kind))
        expect(isAsItWas || mayChange).toBe(true)
      }
    },
  )
  fc.assert(property, { numRuns: SOME_LOGS, seed: SEED })
})

test('a due time never moves by itself', () => {
  const property = fc.property(
    loggedTicket,
    anyPolicy,
    fc.integer({ min: 0, max: 20 * 86_400_000 }),
    ({ log, asOf }, policy, ms) => {
      const happenings = log.happenings.filter(({ at }) => at <= asOf)
      const reckonedAt = (at: Date) => reckon({ ...log, happenings }, policy, at).running
      const [before, then] = [reckonedAt(asOf), reckonedAt(after(asOf, ms))]
      expect([then?.due, then?.levels]).toEqual([before?.due, before?.levels])
    },
  )
  fc.assert(property, { numRuns: SOME_LOGS, seed: SEED })
})
