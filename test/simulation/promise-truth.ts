import type { UnitId } from './promise-rules.ts'

/** What happened to a ticket, in milliseconds since 1970, as those saw it who did it. */
export type Happened = { readonly at: number } & (
  | { readonly what: 'asked' | 'answered' | 'noted' | 'closed' | 'reopened' | 'urged' | 'acknowledged' }
  | { readonly what: 'moved'; readonly unit: UnitId }
  | { readonly what: 'tagged' | 'untagged'; readonly tag: string }
  | { readonly what: 'merged'; readonly into: number }
)

/** All that is true of one ticket, whatever Firstline makes of it. */
export interface Ticket {
  /** Number of the story in the plan. */
  readonly about: number
  /** What Zammad, the visitor and the mails call it. */
  readonly number: string
  readonly unit: UnitId
  readonly isOfForm: boolean
  /** The visitor's address. */
  readonly email: string
  /** In the order of time. */
  readonly happened: Happened[]
}

/** A stretch of time in milliseconds since 1970. */
export type Stretch = readonly [from: number, to: number]

/** All that is true of a month. */
export interface Truth {
  readonly tickets: ReadonlyMap<number, Ticket>
  readonly startedAt: number
  readonly endedAt: number
  /** From when on the service goes by the later rules. */
  readonly rulesChangedAt: number
  /** When the service was not there, and when it could not reach Zammad. */
  readonly serviceDown: readonly Stretch[]
  readonly zammadDown: readonly Stretch[]
}
