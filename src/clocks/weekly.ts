import { z } from 'zod'
import { isoDay, readRange } from '../promise/report-range.ts'
import { dayThere } from '../promise/wall-clock.ts'
import { Figures, figuresOf } from './figures.ts'
import type { ClockLists } from './lists.ts'
import type { Reporter } from './report.ts'

/** What the coordination is told of a week: it is told also where there is nothing to tell. */
export const WeekDigest = z.object({
  of: z.literal('week'),
  at: z.iso.datetime(),
  /** First and last day of the week: `2026-11-16`. */
  from: z.iso.date(),
  to: z.iso.date(),
  figures: Figures,
  /** How much each unit has before it now; null stands for groups that are no unit's. */
  load: z.array(z.object({ unit: z.string().nullable(), open: z.int(), late: z.int() })),
})
export type WeekDigest = z.infer<typeof WeekDigest>

/** The seven days before the day of the slot, and how it stands now. */
export async function weekDigest(
  deps: { readonly lists: Pick<ClockLists, 'load'>; readonly report: Reporter },
  { slot, zone, now }: { readonly slot: Date; readonly zone: string; readonly now: Date },
): Promise<WeekDigest> {
  const day = dayThere(zone, slot.getTime())
  const [from, to] = [isoDay(day - 7), isoDay(day - 1)]
  const { range, wrong } = readRange({ from, to }, { zone, now })
  if (range === null) throw new Error(wrong.message)
  const { report } = await deps.report(range)
  const load = await deps.lists.load(now)
  return {
    of: 'week',
    at: now.toISOString(),
    from,
    to,
    figures: figuresOf(report),
    load: load.map(({ unit, open, late }) => ({ unit, open, late })),
  }
}
