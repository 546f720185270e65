import { z } from 'zod'
import type { Report } from '../promise/report.ts'
import { monthBefore, monthIn } from '../promise/report-range.ts'
import { Figures, figuresOf } from './figures.ts'
import { LONGEST_ROW_BYTES } from '../writes.ts'
import type { Reporter } from './report.ts'

/** A report whose JSON is larger travels without its page: a row of the store holds it with its address and its key. */
export const LARGEST_REPORT_BYTES = LONGEST_ROW_BYTES - 10_000

/** The report of a month as it is mailed: its key figures, and the page that tells all. */
export const MonthReport = z.object({
  /** `2026-10`. */
  month: z.string().regex(/^\d{4}-\d{2}$/),
  at: z.iso.datetime(),
  figures: Figures,
  /** HTML that needs nothing beside itself; null where it is too large to travel. */
  page: z.string().nullable(),
})
export type MonthReport = z.infer<typeof MonthReport>

/** The month before the one that an instant is in, there: `2026-10`. */
export function monthToReport(slot: Date, zone: string): string {
  const month = monthIn(monthBefore(slot, zone))
  if (month === null) throw new Error('a month is a month')
  return month
}

/** What is mailed at the slot: the month before it. */
export async function monthReport(
  deps: { readonly report: Reporter; readonly reportPage: (report: Report) => string },
  { slot, zone, now }: { readonly slot: Date; readonly zone: string; readonly now: Date },
): Promise<MonthReport> {
  const { report } = await deps.report(monthBefore(slot, zone))
  const told: MonthReport = {
    month: monthToReport(slot, zone),
    at: now.toISOString(),
    figures: figuresOf(report),
    page: deps.reportPage(report),
  }
  const bytes = new TextEncoder().encode(JSON.stringify(told)).length
  return bytes > LARGEST_REPORT_BYTES ? { ...told, page: null } : told
}
