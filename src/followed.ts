import type { StateType } from './desk.ts'
import type { Write } from './writes.ts'

/** What we know of a ticket that we answer for, as it was last read. Times are Zammad's unless told otherwise. */
export interface FollowedTicket {
  /** Zammad's id. */
  readonly id: number
  readonly number: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly groupId: number
  readonly group: string
  readonly owned: boolean
  readonly closed: boolean
  readonly stateType: StateType
  /** Null where it was not asked yet. */
  readonly customerId: number | null
  readonly sight: 'seen' | 'out-of-sight' | 'gone'
  /** By our clock. */
  readonly lookedAt: Date
  /** Since when it has been in the default group without an owner, open; null where it is not. */
  readonly waitingSince: Date | null
  /** Whether somebody was told that it waits. */
  readonly toldWaiting: boolean
  /** How often people have changed its group. */
  readonly handOvers: number
}

export interface FollowedTickets {
  readonly byIds: (ids: readonly number[]) => Promise<ReadonlyMap<number, FollowedTicket>>
  /** By the ticket's number; the one that was looked at last, should Zammad have given it twice. */
  readonly byNumber: (number: string) => Promise<FollowedTicket | null>
  /** Puts down what was read last. */
  readonly keep: (ticket: FollowedTicket) => Write
  /** Puts down that it was looked at, where nothing had changed. */
  readonly looked: (id: number, at: Date) => Write
  /** Open tickets, in sight or out of it, that were looked at last before then: the longest ago first. */
  readonly lookedAtBefore: (before: Date, limit: number) => Promise<readonly FollowedTicket[]>
  /**
   * Tickets of ids above the given one, by id, that are open or were updated at or after then: what is closed
   * longer than that is left in peace. None that is gone.
   */
  readonly toSweep: (afterId: number, closedAfter: Date, limit: number) => Promise<readonly FollowedTicket[]>
  /** Tickets that we may not see any more, the longest unseen first. */
  readonly outOfSight: (limit: number) => Promise<readonly FollowedTicket[]>
  /**
   * Tickets in sight that have waited since before then, of which nobody was told and somebody may be, longest first;
   * none that is still to be looked at.
   */
  readonly waitingBefore: (before: Date, limit: number) => Promise<readonly FollowedTicket[]>
  /** Puts down that somebody was told of its waiting. A wait that ends and begins anew is told anew. */
  readonly toldOfWaiting: (id: number) => Write
  /** Nobody is ever told that it waits: to tell of it could make the next one of its kind. */
  readonly mute: (id: number) => Write
}

/** What Zammad told us to look at. A hint proves nothing: the ticket is read. */
export interface Hints {
  /** One hint a ticket: a later one takes the place of an earlier. */
  readonly add: (ticket: number, at: Date) => Write
  readonly oldest: (limit: number) => Promise<readonly { readonly ticket: number; readonly at: Date }[]>
  /** Takes a hint away unless a later one has come. */
  readonly done: (ticket: number, at: Date) => Write
}
