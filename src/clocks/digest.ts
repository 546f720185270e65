import { z } from 'zod'
import { after, MINUTE_MS } from '../clock.ts'
import type { Memory } from '../memory.ts'
import { readLevelName } from '../promise/levels.ts'
import type { ClockLists, Range } from './lists.ts'
import type { PromiseRow } from './records.ts'

/** So many tickets of a list are told; of the rest there is the count. */
const MOST_TOLD = 50

/** More are not counted. */
const MOST_COUNTED = 5000

/** Who was not in step with Zammad for so long says so. */
const SILENT_MS = 30 * MINUTE_MS

/** What was put down last may not be seen by everybody yet: it is left to the next digest. */
const SETTLING_MS = MINUTE_MS

const instant = z.iso.datetime()

const Ticket = z.object({
  /** Zammad's id, once there is a ticket. */
  id: z.int().nullable(),
  number: z.string(),
  /** Id of the form, or null. */
  form: z.string().nullable(),
  /** Of the running clock; null where none runs or it stands still. */
  dueAt: instant.nullable(),
  /** Whether a unit waits, rather than a visitor. */
  internal: z.boolean(),
})

/** The first ones, and how many there are besides. */
const first = <Item extends z.ZodType>(item: Item) => z.object({ told: z.array(item), more: z.int() })

/** What a unit is told of a morning: numbers, units, instants and names of rules. */
export const UnitDigest = z.object({
  of: z.literal('unit'),
  /** Id of the unit. */
  unit: z.string(),
  /** In which its times are told. */
  zone: z.string(),
  at: instant,
  /** When the next one comes. */
  until: instant,
  /** When Zammad last answered, where it does not now. */
  asOf: instant.nullable(),
  silenceMs: z.number().nullable(),
  /** By the due. */
  late: first(Ticket),
  /** Due before the next digest, by the due. */
  due: first(Ticket),
  /** Of whose time a part is gone since the last digest; `level` is `50%`. */
  noted: first(Ticket.extend({ level: z.string() })),
  /** Open, and nobody of staff said anything to the visitor since then; longest first. */
  quiet: first(Ticket.extend({ since: instant })),
  /** Sent past First Line by a rule since the last digest, oldest first. */
  assigned: first(
    z.object({ id: z.int().nullable(), number: z.string(), rule: z.string(), decidedAt: instant }),
  ),
})
export type UnitDigest = z.infer<typeof UnitDigest>

/** Tickets of a unit, or of groups that are no unit's, of whose running clocks a level for digests alone was put down in the range. */
export type NotedLevels = (
  unit: string | null,
  range: Range,
  limit: number,
) => Promise<readonly { readonly row: PromiseRow; readonly level: string }[]>

export interface DigestDeps {
  readonly lists: Pick<ClockLists, 'list' | 'dueBefore' | 'assigned'>
  readonly notedLevels: NotedLevels
  readonly memory: Pick<Memory, 'recall'>
}

/** What a digest is made for. */
export interface DigestOrder {
  /** Id of the unit. */
  readonly unit: string
  readonly defaultUnit: string
  readonly zone: string
  /** Up to when events were told before. */
  readonly since: Date
  readonly now: Date
  /** When the next digest comes. */
  readonly until: Date
  readonly silenceMs: number | null
}

/** Up to when a digest tells what happened; the next one goes on from there. */
export const toldUpTo = (now: Date): Date => after(now, -SETTLING_MS)

const ticketOf = ({ subject, number, form, running }: PromiseRow): z.infer<typeof Ticket> => ({
  id: subject.ticketId,
  number,
  form,
  dueAt: running?.dueAt?.toISOString() ?? null,
  internal: running?.kind === 'internal',
})

const firstOf = <Item>(items: readonly Item[]): { told: Item[]; more: number } => ({
  told: items.slice(0, MOST_TOLD),
  more: Math.max(0, items.length - MOST_TOLD),
})

/** Whose tickets a unit is told of: its own, and the default unit also of those in groups that are no unit's. */
const placesOf = ({ unit, defaultUnit }: DigestOrder): readonly (string | null)[] =>
  unit === defaultUnit ? [unit, null] : [unit]

const dueOf = ({ running }: PromiseRow): number => running?.dueAt?.getTime() ?? Infinity

async function dueRows({ lists }: DigestDeps, order: DigestOrder): Promise<readonly PromiseRow[]> {
  const { unit, until, now } = order
  const own = await lists.dueBefore(unit, until, MOST_COUNTED)
  if (unit !== order.defaultUnit) return own
  const { rows } = await lists.list({ unit: null, limit: MOST_COUNTED }, now)
  const others = rows.filter((row) => dueOf(row) < until.getTime())
  return [...own, ...others].sort((one, other) => dueOf(one) - dueOf(other))
}

async function quietRows({ lists }: DigestDeps, order: DigestOrder): Promise<readonly PromiseRow[]> {
  const { silenceMs, now } = order
  if (silenceMs === null) return []
  const rows: PromiseRow[] = []
  for (const unit of placesOf(order)) {
    const quietBefore = after(now, -silenceMs)
    const found = await lists.list({ unit, only: 'quiet', quietBefore, limit: MOST_COUNTED }, now)
    rows.push(...found.rows)
  }
  const since = (row: PromiseRow): number => row.quietSince?.getTime() ?? 0
  return rows.sort((one, other) => since(one) - since(other))
}

async function notedRows({ notedLevels }: DigestDeps, order: DigestOrder) {
  const range = { from: order.since, to: toldUpTo(order.now) }
  const noted: { readonly row: PromiseRow; readonly level: string }[] = []
  for (const unit of placesOf(order)) noted.push(...(await notedLevels(unit, range, MOST_COUNTED)))
  // Of two levels of one ticket the later one tells all.
  return [...new Map(noted.map((one) => [one.row.id, one])).values()].sort(
    (one, other) => dueOf(one.row) - dueOf(other.row),
  )
}

/** When Zammad last answered, or null where that is not long ago. */
async function silentSince({ memory }: DigestDeps, now: Date): Promise<Date | null> {
  const last = await memory.recall('last-reconcile')
  return last !== null && new Date(last) < after(now, -SILENT_MS) ? new Date(last) : null
}

/** What there is to tell a unit, each ticket in the first list that it belongs to; null for nothing. */
export async function unitDigest(deps: DigestDeps, order: DigestOrder): Promise<UnitDigest | null> {
  const { unit, zone, now, since, until, silenceMs } = order
  const due = await dueRows(deps, order)
  const told = new Set(due.map(({ id }) => id))
  const noted = (await notedRows(deps, order)).filter(({ row }) => !told.has(row.id))
  for (const { row } of noted) told.add(row.id)
  const quiet = (await quietRows(deps, order)).filter(({ id }) => !told.has(id))
  const range = { from: since, to: toldUpTo(now) }
  const assigned = await deps.lists.assigned(range, { except: order.defaultUnit, unit }, MOST_COUNTED)
  const isLate = (row: PromiseRow): boolean => dueOf(row) < now.getTime()
  if (due.length + noted.length + quiet.length + assigned.length === 0) return null
  return {
    of: 'unit',
    unit,
    zone,
    at: now.toISOString(),
    until: until.toISOString(),
    asOf: (await silentSince(deps, now))?.toISOString() ?? null,
    silenceMs,
    late: firstOf(due.filter(isLate).map(ticketOf)),
    due: firstOf(due.filter((row) => !isLate(row)).map(ticketOf)),
    noted: firstOf(noted.map(({ row, level }) => ({ ...ticketOf(row), level: readLevelName(level).plain }))),
    quiet: firstOf(quiet.map((row) => ({ ...ticketOf(row), since: (row.quietSince ?? now).toISOString() }))),
    assigned: firstOf(
      assigned.map(({ ticketId, number, rule, at }) => ({
        id: ticketId,
        number,
        rule,
        decidedAt: at.toISOString(),
      })),
    ),
  }
}
