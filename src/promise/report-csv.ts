import type { ReportRange } from './report-range.ts'
import { type ReportClock, type Stood, stoodAt } from './report-standing.ts'

type Cell = string | number | boolean | Date | null

/** The columns of the CSV, each with what it holds; names and meanings stay. Instants are ISO 8601 with Z. */
const COLUMNS: readonly (readonly [name: string, cell: (of: Stood) => Cell])[] = [
  ['number', ({ row }) => row.number],
  ['kind', ({ row }) => row.clock.kind],
  ['because', ({ row }) => row.clock.because],
  ['unit', ({ row }) => row.clock.unit],
  ['form', ({ row }) => row.form],
  ['priority', ({ row }) => row.clock.priority],
  ['carried_in', ({ isCarriedIn }) => isCarriedIn],
  ['started_at', ({ row }) => row.clock.startedAt],
  ['target_ms', ({ row }) => row.clock.targetMs],
  ['picked', ({ row }) => row.clock.picked],
  ['due_at', ({ row }) => row.clock.dueAt],
  ['due_at_wall', ({ row }) => row.clock.due.wall],
  ['due_at_business', ({ row }) => row.clock.due.business],
  ['outcome', ({ ending }) => ending ?? 'open'],
  ['ended_at', ({ row, ending }) => (ending === null ? null : row.clock.endedAt)],
  ['passed_ms_wall', ({ row, ending }) => (ending === null ? null : row.clock.passed.wall)],
  ['passed_ms_business', ({ row, ending }) => (ending === null ? null : row.clock.passed.business)],
  ['late', ({ isLate }) => isLate],
  ['kept', ({ kept }) => kept.promised],
  ['kept_wall', ({ kept }) => kept.wall],
  ['kept_business', ({ kept }) => kept.business],
  ['late_reason', ({ row }) => row.reason],
]

/** What spreadsheets take for the beginning of a formula, be it behind blanks or in full width. */
const FORMULA = /^\s*[=+\-@＝＋－＠]/

/** A cell by RFC 4180. Text that a spreadsheet would reckon gets an apostrophe in front. */
function written(cell: Cell): string {
  const text = cell instanceof Date ? cell.toISOString() : String(cell ?? '')
  const harmless = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n\t]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

const line = (cells: readonly Cell[]): string => `${cells.map(written).join(',')}\r\n`

/**
 * The clocks of a range as they stood at its end, those of units included, one a line under a line of names: RFC 4180.
 * `outcome` is `open` for those that had not ended then; `kept` is empty where nothing tells yet, or nothing ever will.
 */
export function reportCsv(
  clocks: readonly ReportClock[],
  at: { readonly range: ReportRange; readonly now: Date },
): string {
  const stood = clocks.flatMap((row) => stoodAt(row, at) ?? [])
  const lines = stood.map((one) => line(COLUMNS.map(([, cell]) => cell(one))))
  return [line(COLUMNS.map(([name]) => name)), ...lines].join('')
}
