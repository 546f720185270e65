declare const prepared: unique symbol

/** One prepared change of the store. Repositories make it, only `Atomically` runs it. */
export interface Write {
  readonly [prepared]: true
}

/**
 * Every write or none, in order; resolves to the rows that each one touched. A write that matches
 * nothing stops nothing, so each dependent write carries its own condition.
 */
export type Atomically = (writes: readonly Write[]) => Promise<readonly number[]>

/** D1 holds rows of up to 2 MB; the local one does not say so. */
export const LONGEST_ROW_BYTES = 1_900_000

/** A job as its runner holds it: writes that depend on it happen only while the lease stands. */
export interface Held {
  readonly job: string
  readonly lease: string
}

/**
 * What a correction rests on: a job (by its id) that stands parked still, or a link that is the present one still, and
 * where told so of a conversation that was not answered yet.
 */
export type Standing =
  string | { readonly conversation: string; readonly generation: number; readonly isUnanswered?: true }
