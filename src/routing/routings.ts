import type { Held, Write } from '../writes.ts'
import type { TicketSource } from './facts.ts'
import type { Decision } from './rule.ts'

/** A decision about one ticket, frozen when it was made, and what staff did with it. */
export interface Routing extends Decision {
  readonly id: string
  /** Null for a ticket that came from no form. */
  readonly conversation: string | null
  /** Zammad's id, once there is a ticket. */
  readonly ticket: number | null
  readonly source: TicketSource
  /** Of the rulebook that decided. */
  readonly version: string
  readonly decidedAt: Date
  /** Where the ticket was put; null until it was. */
  readonly placed: { readonly unit: string; readonly groupId: number; readonly at: Date } | null
  /** What staff made of it: `feedbackOn` tells when it was kept and when moved. Moved once stays moved. */
  readonly feedback: 'open' | 'kept' | 'moved'
}

export interface Routings {
  /** With `held`, only while that job's lease stands. One routing a conversation, and one a ticket. */
  readonly add: (routing: Routing, held?: Held) => Write
  readonly ofConversation: (conversation: string) => Promise<Routing | null>
  readonly ofTicket: (ticket: number) => Promise<Routing | null>
  /** Puts down where the ticket was put. */
  readonly placed: (
    id: string,
    place: { readonly ticket: number; readonly unit: string; readonly groupId: number; readonly at: Date },
    held: Held,
  ) => Write
  readonly setFeedback: (id: string, feedback: Routing['feedback']) => Write
  /** How many routings of each rule (null: no rule) stand in each state. */
  readonly tally: () => Promise<
    readonly {
      readonly rule: string | null
      readonly feedback: Routing['feedback']
      readonly count: number
    }[]
  >
}
