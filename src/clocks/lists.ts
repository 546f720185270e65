import type { ClockRow, PromiseRow } from './records.ts'

/** Which promises a list holds. What is left out is not asked for. */
export interface ListQuery {
  /** Id of the unit; null is for groups that are no unit's. */
  readonly unit?: string | null
  /** Id of the form. */
  readonly form?: string
  /** `late`: past its due; `soon`: tagged so; `quiet`: nobody of staff spoke to the visitor since `quietBefore`. */
  readonly only?: 'late' | 'soon' | 'quiet'
  readonly quietBefore?: Date
  /** A part of the number, or the id of a unit or of a form, whatever its case. */
  readonly search?: string
  /** Rows to leave out, and rows to give at most. */
  readonly offset?: number
  readonly limit: number
}

/** How much a unit has before it. */
export interface UnitLoad {
  /** Null for groups that are no unit's. */
  readonly unit: string | null
  /** Tickets that are open, with a running clock or without. */
  readonly open: number
  readonly running: number
  readonly soon: number
  readonly late: number
  /** The earliest due of a running clock. */
  readonly nextDueAt: Date | null
}

/** A decision by a rule that sent a ticket past First Line. */
export interface Assigned {
  /** Zammad's id, once there is a ticket. */
  readonly ticketId: number | null
  readonly number: string
  readonly unit: string
  readonly rule: string
  readonly at: Date
}

/** A part of time: `from` is in it, `to` is not. */
export interface Range {
  readonly from: Date
  readonly to: Date
}

/** What board, digests, metrics and reports read of all promises. */
export interface ClockLists {
  /** Those with a clock, by what is left of their time; with `only: quiet` the longest quiet first, with a clock or without. */
  readonly list: (
    query: ListQuery,
    now: Date,
  ) => Promise<{ readonly rows: readonly PromiseRow[]; readonly inAll: number }>
  /** All with a clock, by their ids, behind one of these; from the first on where none is given. */
  readonly withClock: (behind: string | null, limit: number) => Promise<readonly PromiseRow[]>
  readonly load: (now: Date) => Promise<readonly UnitLoad[]>
  /** Running clocks of a unit that are due before then, late ones included, by their due. */
  readonly dueBefore: (unit: string, before: Date, limit: number) => Promise<readonly PromiseRow[]>
  /** Tickets that rules sent to other units than `except`, oldest first; of one unit where it is given. */
  readonly assigned: (
    range: Range,
    of: { readonly except: string; readonly unit?: string },
    limit: number,
  ) => Promise<readonly Assigned[]>
  /**
   * Clocks that were started or ended in the range, or that went on through it, in pages and in no order: one that ends
   * meanwhile may come twice, and then its last row counts.
   */
  readonly clocksIn: (range: Range) => AsyncIterable<readonly ClockRow[]>
  /**
   * Times in the range that people changed the group of a ticket of these subjects, by what is kept of its changes; our
   * own moves, and those of Zammad's triggers, are none. `Fact` says whose those are of which that was not kept.
   */
  readonly handOvers: (range: Range, subjects: readonly string[]) => Promise<number>
  /** Scores that visitors gave in the range, by unit. */
  readonly ratings: (
    range: Range,
  ) => Promise<readonly { readonly unit: string; readonly score: number; readonly count: number }[]>
  /**
   * Of the visitors' clocks that were answered since then: how many in time, by the reading that was the promise; and how
   * many are past their due without an answer now.
   */
  readonly kept: (
    since: Date,
    now: Date,
  ) => Promise<{ readonly kept: number; readonly answered: number; readonly overdue: number }>
  /** By day of the answer, as the calendar of a time zone has it (ISO date), since then. */
  readonly keptByDay: (
    since: Date,
    zone: string,
  ) => Promise<readonly { readonly day: string; readonly kept: number; readonly answered: number }[]>
  readonly openByLevel: (
    now: Date,
  ) => Promise<{ readonly running: number; readonly soon: number; readonly late: number }>
  /** When the visitor's clock that has run longest started. */
  readonly oldestRunning: () => Promise<Date | null>
  /** Of levels that were first mailed since then: from when each came until its mail went, in milliseconds. */
  readonly alertLag: (since: Date) => Promise<{
    readonly count: number
    readonly sumMs: number
    readonly maxMs: number
  }>
}
