import { openPlatform } from '#platform'
import { inArray } from 'drizzle-orm'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { createMornings, DigestPayload, type MorningsDeps, ReportPayload } from '../../src/clocks/mornings.ts'
import type { LevelMark, PromiseRow } from '../../src/clocks/records.ts'
import { createReporter } from '../../src/clocks/report.ts'
import { createStores } from '../../src/furnish.ts'
import { createLog } from '../../src/log.ts'
import type { OpenHours } from '../../src/promise/hours.ts'
import type { AnswerPromise } from '../../src/promise/promise.ts'
import type { Rulebook } from '../../src/routing/rule.ts'
import type { Routing } from '../../src/routing/routings.ts'
import type { Unit } from '../../src/routing/units.ts'
import { createNotedLevels } from '../../src/store/noted-levels.ts'
import { jobs as jobRows } from '../../src/store/schema.ts'
import type { Write } from '../../src/writes.ts'
import { aMark, ofTicket } from '../store/clock-samples.ts'
import { aFollowedTicket } from '../store/records.ts'
import { aUnit, PROMISE, rulebookOf, unitsOf } from '../support/sample-rules.ts'
import { seeded } from '../support/samples.ts'

/** A Saturday, an hour before the morning in Madrid. */
export const SATURDAY = new Date('2026-11-21T06:00:00Z')

const OFFICE_DAY = [{ from: 9 * 60, to: 17 * 60 }]

/** Monday to Friday in Lisbon, without the first Monday of December. */
export const LISBON: OpenHours = {
  zone: 'Europe/Lisbon',
  week: [OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, [], []],
  closed: ['2026-12-07'],
}

export const FIRST = aUnit({ id: 'first-line' })
export const NODES = aUnit({ id: 'nodes' })
export const BOSS = 'boss@staff.example'

type Over = { readonly promise?: Partial<AnswerPromise>; readonly units?: readonly Unit[] }

const rulesOf = ({ promise, units = [NODES] }: Over): Rulebook => ({
  ...rulebookOf(unitsOf(FIRST, ...units)),
  promise: { ...PROMISE, coordination: [BOSS], silenceMs: 120 * HOUR_MS, ...promise },
})

/** Mornings over a real store, on a clock that a test turns or sets. */
export async function aHouse(
  over: Over & { readonly at?: Date; readonly deps?: Partial<MorningsDeps> } = {},
) {
  const { db } = await openPlatform()
  const stores = createStores(db)
  const { records, routings, followed, memory, lists, jobs } = stores
  const lines: string[] = []
  const world = {
    now: over.at ?? SATURDAY,
    rules: rulesOf(over),
    atomically: (writes: readonly Write[]): Promise<readonly number[]> => db.atomically(writes),
  }
  const clock = () => world.now
  const deps: MorningsDeps = {
    lists,
    notedLevels: createNotedLevels(db),
    report: createReporter({ lists, clock }),
    reportPage: ({ range }) => `<!doctype html><p>${range.firstDay} to ${range.lastDay}</p>`,
    memory,
    rulebook: () => world.rules,
    timeZone: 'Europe/Madrid',
    addJob: jobs.add,
    atomically: (writes) => world.atomically(writes),
    clock,
    random: seeded(7),
    log: createLog('debug', (line) => lines.push(line)),
    ...over.deps,
  }
  let mornings = createMornings(deps)
  const rows = async () => {
    const found = await db.q
      .select()
      .from(jobRows)
      .where(inArray(jobRows.kind, ['send-digest', 'send-report']))
    return found.toSorted((a, b) => a.createdAt - b.createdAt || a.id.localeCompare(b.id))
  }
  let taken = 0
  return {
    ...stores,
    db,
    deps,
    world,
    rows,
    events: () => lines.map((line): unknown => Object(JSON.parse(line)).event),
    lines: () => lines.join('\n'),
    round: () => mornings(),
    /** Another process, or another isolate. */
    another: (seed: number) => createMornings({ ...deps, random: seeded(seed) }),
    restarts() {
      mornings = createMornings(deps)
    },
    at(instant: string | Date) {
      world.now = new Date(instant)
    },
    passes(ms: number) {
      world.now = after(world.now, ms)
    },
    obeys(next: Over) {
      world.rules = rulesOf(next)
    },
    /** Half-hourly rounds up to then. */
    async livesTo(instant: string, stepMs = 30 * MINUTE_MS) {
      const end = new Date(instant)
      while (world.now < end) {
        world.now = new Date(Math.min(end.getTime(), after(world.now, stepMs).getTime()))
        await mornings()
      }
    },
    /** What was made since this was asked last: `unit nodes → a@b`, `week → …`, `month 2026-10 → …`. */
    async made(): Promise<readonly string[]> {
      const fresh = (await rows()).slice(taken)
      taken += fresh.length
      return fresh.map(({ kind, payload }) => {
        const data: unknown = JSON.parse(payload)
        if (kind === 'send-report') {
          const { to, told } = ReportPayload.parse(data)
          return `month ${told.month} → ${to}`
        }
        const { to, told } = DigestPayload.parse(data)
        return `${told.of === 'unit' ? `unit ${told.unit}` : 'week'} → ${to}`
      })
    },
    /** The last digest that a unit was told. */
    async toldTo(unit: string) {
      const digests = (await rows())
        .filter(({ kind }) => kind === 'send-digest')
        .map(({ payload }) => DigestPayload.parse(JSON.parse(payload)).told)
      const found = digests.findLast((told) => told.of === 'unit' && told.unit === unit)
      return found?.of === 'unit' ? found : null
    },
    /** The promise of a ticket as the sweep put it down. */
    keeps: (id: number, row: Parameters<typeof ofTicket>[1] = {}) =>
      db.atomically(records.keep(ofTicket(id, { unit: 'nodes', quietSince: null, ...row }), [], 0)),
    keepsRow: (row: PromiseRow) => db.atomically(records.keep(row, [], 0)),
    marks: (id: number, mark: Partial<LevelMark> = {}) =>
      db.atomically([
        records.mark(
          aMark({ subject: `t:${id}`, level: '50%', how: 'digest', ack: `ack-${id}-${mark.level}`, ...mark }),
        ),
      ]),
    decides: (ticket: number, over: Partial<Routing> = {}) =>
      db.atomically([
        followed.keep(aFollowedTicket({ id: ticket, number: `780${ticket}` })),
        routings.add({
          id: `routing-${ticket}`,
          conversation: null,
          ticket,
          source: 'web-form',
          unit: 'nodes',
          rule: 'uploads',
          priority: null,
          tags: [],
          mode: 'assign',
          because: 'the form is upload-trouble',
          version: '0123456789ab',
          decidedAt: clock(),
          placed: null,
          feedback: 'open',
          ...over,
        }),
      ]),
  }
}
