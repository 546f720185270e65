import type { Write } from './writes.ts'

/** What the service remembers between starts, by name. */
export const MEMORIES = [
  'instance', // random mark of our tickets
  'kind', // `sandbox` or `real`: what made this store
  'prefix', // of the ticket numbers that we allot
  'start-line', // ISO 8601: from when on we answer for this Zammad
  'witness', // JSON: a ticket by which this Zammad is known again
  'unusable-units', // ids of units whose groups take no tickets, empty where all do
  'stranger', // ISO 8601: since when Zammad is not the one this store belongs to; none while it is
  'cursor', // ISO 8601, Zammad's clock: updates before it have been read
  'pass', // JSON: how far the present pass over updates has come, where it takes several rounds
  'rulebook', // JSON: the last good files of routing-rules/ and their version
  'rulebook-problems', // JSON: the version that cannot be used, since when, and why; none where it can
  'held-until', // ISO 8601, Zammad's clock: articles up to then that are not known are held, as the store was restored
  'last-sweep', // ISO 8601, our clock: when all live tickets were last compared
  'sweep', // JSON: how far the present sweep has come
  'last-tick', // ISO 8601: when the bot last made a round
  'clock-doubt', // JSON: why our own clock is doubted, since when, and whether it is trusted all the same; none where it is not
  'promises-since', // ISO 8601: when a store that was in use began to watch promises; none where it did from the start
  'last-reconcile', // ISO 8601, our clock: when we were last in step with Zammad
  'digests', // JSON: of each morning mail the last one that was made, or passed over
  'written', // ISO 8601: when readiness last tried to write
] as const
export type MemoryName = (typeof MEMORIES)[number]

export interface Memory {
  readonly recall: (name: MemoryName) => Promise<string | null>
  readonly remember: (name: MemoryName, value: string) => Write
  /** Puts a value down unless there is one, and resolves to the one that stands. */
  readonly rememberFirst: (name: MemoryName, value: string) => Promise<string>
  readonly forget: (name: MemoryName) => Write
}
