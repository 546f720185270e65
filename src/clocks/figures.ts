import { z } from 'zod'
import type { Report } from '../promise/report.ts'

const Kept = z.object({ inTime: z.int(), late: z.int(), overdue: z.int() })

/** The key figures of a report, as a mail tells them. */
export const Figures = z.object({
  received: z.int(),
  /** Open already when its days began. */
  carriedIn: z.int(),
  answered: z.int(),
  /** Closed without a public answer. */
  closed: z.int(),
  /** At the end of its days, and of these past their due. */
  open: z.int(),
  openLate: z.int(),
  /** By the reading that was each clock's promise, and by either one for all. */
  kept: z.object({ promised: Kept, wall: Kept, business: Kept }),
  /** From the question to its answer, round the clock; null where nothing was answered. */
  medianMs: z.number().nullable(),
  p90Ms: z.number().nullable(),
  handOvers: z.int(),
})
export type Figures = z.infer<typeof Figures>

export function figuresOf({ endings, open, received, carriedIn, kept, time, handOvers }: Report): Figures {
  const all = (count: { readonly received: number; readonly carriedIn: number }): number =>
    count.received + count.carriedIn
  return {
    received,
    carriedIn,
    answered: all(endings.answered),
    closed: all(endings.closed),
    open: all(open),
    openLate: open.late,
    kept: { promised: kept.promised, wall: kept.wall, business: kept.business },
    medianMs: time.wall.median,
    p90Ms: time.wall.p90,
    handOvers,
  }
}
