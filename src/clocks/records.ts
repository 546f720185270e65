import type { TicketClock } from '../promise/clock.ts'
import type { Held, Write } from '../writes.ts'

/** What a promise is about: a request that came by a form, be it opened yet or not, or a ticket of somebody else's making. */
export type Subject =
  | { readonly conversation: string; readonly ticketId: number | null }
  | { readonly conversation: null; readonly ticketId: number }

/** The id of a subject: `c:` and the conversation, or `t:` and Zammad's id. It never changes. */
export const subjectId = ({ conversation, ticketId }: Subject): string =>
  conversation === null ? `t:${ticketId}` : `c:${conversation}`

/** What we put on the ticket in Zammad: a tag, or none. */
export type PromiseTag = 'none' | 'promise-soon' | 'promise-broken'

/** How a subject's promise stood when it was reckoned last: what lists and the sweep go by. All of it can be made anew. */
export interface PromiseRow {
  readonly id: string
  readonly subject: Subject
  /** The ticket's number, or what the visitor was told. */
  readonly number: string
  /** Id of its form, or null. */
  readonly form: string | null
  /** Id of the unit that has it, or null. */
  readonly unit: string | null
  readonly priority: string | null
  readonly isOpen: boolean
  /** The clock that runs or is paused; null where none does. */
  readonly running: Pick<TicketClock, 'key' | 'kind' | 'startedAt' | 'dueAt'> | null
  /** Since when nobody of staff said anything in public; null where nobody asked and staff wrote nothing, or it is closed. */
  readonly quietSince: Date | null
  /** The tag that was promised to Zammad last. */
  readonly tag: PromiseTag
  /** When it is to be reckoned again; null where nothing comes by itself. */
  readonly nextAt: Date | null
  /** Version of the rules that it was reckoned by, or `BROKEN`. */
  readonly version: string
}

/** What stands in place of a version in a row that could not be reckoned when it was tried last. */
export const BROKEN = 'broken'

/** A row that is to be reckoned, with what tells whether it was touched meanwhile. */
export interface DueRow extends Subjected {
  /** When it was due: when it was touched, by our clock then, or when its time came. */
  readonly nextAt: Date
  /** Null before the first reckoning. */
  readonly tag: PromiseTag | null
}
interface Subjected {
  readonly id: string
  readonly subject: Subject
  /** Goes up with each `touch`. */
  readonly touched: number
}

/**
 * What became of one level of one clock. `told`: alerts were raised; `digest`: for the next digest alone; `covered`: a higher
 * one was told with it.
 */
export interface LevelMark {
  /** Id of the subject. */
  readonly subject: string
  /** Key of the clock. */
  readonly clock: string
  /** Name of the level: `75%`, `100%+1d`; where it came again, `75%@2`. */
  readonly level: string
  readonly how: 'told' | 'digest' | 'covered'
  /** When it came, and when it was put down. */
  readonly cameAt: Date
  readonly at: Date
  /** Random: names the level in the link by which it is acknowledged. */
  readonly ack: string
  readonly acknowledgedAt: Date | null
  /** When a mail that tells it went first, and the serials of the addresses that such mails went to (see `alertSerial`). */
  readonly mailedAt: Date | null
  readonly mailedTo: readonly string[]
}

/** A clock as reports read it. */
export interface ClockRow {
  /** Id of the subject. */
  readonly subject: string
  readonly number: string
  readonly form: string | null
  /** Why it was late, from a tag `late-…` on the ticket; null where none was given. */
  readonly reason: string | null
  readonly clock: Omit<TicketClock, 'segments' | 'levels'>
}

export interface ClockRecords {
  /**
   * The subject is to be reckoned in the next round, whatever our clock says then: what its promise depends on has changed
   * at `at`. Makes its row where there is none; a ticket that is known now is put down. With `held`, only while that job's
   * lease stands.
   */
  readonly touch: (subject: Subject, at: Date, held?: Held) => Write
  readonly byId: (id: string) => Promise<PromiseRow | null>
  /** By their ids; of a ticket that is known as a conversation's since, that one's row. */
  readonly byIds: (ids: readonly string[]) => Promise<ReadonlyMap<string, PromiseRow>>
  /** By Zammad's id. Tickets that have none yet are not among them. */
  readonly ofTickets: (ids: readonly number[]) => Promise<ReadonlyMap<number, PromiseRow>>
  /** What was touched and what is to be reckoned by now, that which waits longest first. */
  readonly due: (now: Date, limit: number) => Promise<readonly DueRow[]>
  /** Open rows, and such with a clock, that were reckoned by other rules than these, but for those that are due by then. */
  readonly behind: (version: string, by: Date, limit: number) => Promise<readonly DueRow[]>
  /**
   * Puts down what a subject's log came to, its clocks with it: those that are not among them are forgotten. `nextAt` only
   * where nobody touched the row since it was read. A clock that had ended by other rules, and as it does now, keeps what
   * was promised by those: changed rules do not change the past.
   */
  readonly keep: (row: PromiseRow, clocks: readonly ClockRow[], touched: number) => readonly Write[]
  /** A subject's clocks that ended by other rules than these, as they were put down. */
  readonly settled: (subject: string, version: string) => Promise<readonly ClockRow[]>
  /** A row as `due` gives it, whether it is due or not. */
  readonly again: (id: string) => Promise<Omit<DueRow, 'nextAt'> | null>
  /**
   * Stands before all that follows from a row as it was read: where the row was touched since, or somebody else has
   * claimed it, the whole write fails as for a value that is taken already. Counts as a touch.
   */
  readonly claim: (row: Pick<DueRow, 'id' | 'touched'>) => readonly Write[]
  /** It is to be reckoned at `at`; only where nobody touched it since it was read. */
  readonly later: (row: Pick<DueRow, 'id' | 'touched'>, at: Date) => Write
  /** It cannot be reckoned, is tried again at `at`, and counts as broken and open until it is; only as for `later`. */
  readonly broken: (row: Pick<DueRow, 'id' | 'touched'>, at: Date) => Write
  readonly countBroken: () => Promise<number>
  /** Nothing is known of it: nothing lists it, and it is not reckoned again by itself; only as for `later`. */
  readonly rest: (row: Pick<DueRow, 'id' | 'touched'>) => Write
  /** Of one subject, oldest first. */
  readonly marksOf: (subject: string) => Promise<readonly LevelMark[]>
  /** Puts a level down, once: the first one stands. */
  readonly mark: (mark: LevelMark) => Write
  readonly byAck: (ack: string) => Promise<LevelMark | null>
  /** By `ack`, of those that are put down. */
  readonly byAcks: (acks: readonly string[]) => Promise<ReadonlyMap<string, LevelMark>>
  /** What somebody acknowledged of these subjects. */
  readonly acknowledgedOf: (subjects: readonly string[]) => Promise<readonly LevelMark[]>
  /** Only where it was not acknowledged yet. */
  readonly acknowledge: (ack: string, at: Date) => Write
  /** A mail that tells these levels went to the address of that serial. */
  readonly mailed: (acks: readonly string[], mail: { readonly to: string; readonly at: Date }) => Write
}
