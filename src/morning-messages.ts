import type { Language } from './language.ts'

/** The first ones of a list, and how many there are besides. */
export interface First<Item> {
  readonly told: readonly Item[]
  readonly more: number
}

/** A ticket as a digest names it. */
export interface DigestTicket {
  readonly number: string
  /** The form's title, or null. */
  readonly topic: string | null
  readonly dueAt: Date | null
  /** Whether a unit waits, rather than a visitor. */
  readonly internal: boolean
  /** The ticket in Zammad, or its front page where the ticket is not opened yet. */
  readonly link: string
  readonly opensTicket: boolean
}

/** What a unit is told of a morning, as it stood at `at`. */
export interface Digest {
  readonly kind: 'digest'
  readonly language: Language
  readonly site: string
  /** Of the unit. */
  readonly timeZone: string
  readonly at: Date
  /** When the next one comes. */
  readonly until: Date
  /** Display name of the unit. */
  readonly unit: string
  /** When Zammad last answered, where it does not now. */
  readonly asOf: Date | null
  /** How long nobody of staff may say nothing to a visitor; null where nobody asks. */
  readonly silenceMs: number | null
  /** By the due. */
  readonly late: First<DigestTicket>
  /** Due before the next one, by the due. */
  readonly due: First<DigestTicket>
  /** Of whose time a part is gone; `level` is `50%`. */
  readonly noted: First<DigestTicket & { readonly level: string }>
  readonly quiet: First<DigestTicket & { readonly since: Date }>
  /** Sent to the unit by a rule. */
  readonly assigned: First<
    Pick<DigestTicket, 'number' | 'link' | 'opensTicket'> & {
      readonly rule: string
      readonly decidedAt: Date
    }
  >
  /** The staff board, or null where there is none. */
  readonly boardLink: string | null
  readonly zammadLink: string
}

/** Answered in time, answered late, and not answered though due. */
export interface KeptCounts {
  readonly inTime: number
  readonly late: number
  readonly overdue: number
}

/** How the promise was kept in some days. */
export interface KeyFigures {
  readonly received: number
  readonly carriedIn: number
  readonly answered: number
  readonly closed: number
  readonly open: number
  readonly openLate: number
  readonly kept: {
    readonly promised: KeptCounts
    readonly wall: KeptCounts
    readonly business: KeptCounts
  }
  readonly medianMs: number | null
  readonly p90Ms: number | null
  readonly handOvers: number
}

interface OfFigures {
  readonly language: Language
  readonly site: string
  readonly timeZone: string
  readonly at: Date
  readonly figures: KeyFigures
  /** The report of these days on the staff board, or null where there is none. */
  readonly reportLink: string | null
  readonly zammadLink: string
}

/** What the coordination is told each week, also where there is nothing to tell. */
export interface WeekMessage extends OfFigures {
  readonly kind: 'week'
  /** First and last day: `2026-11-16`. */
  readonly from: string
  readonly to: string
  /** What each unit has before it now, by display name; null stands for groups that are no unit's. */
  readonly load: readonly { readonly unit: string | null; readonly open: number; readonly late: number }[]
}

/** What the coordination is told of a month. */
export interface ReportMessage extends OfFigures {
  readonly kind: 'report'
  /** `2026-10`. */
  readonly month: string
  /** The whole report in HTML; null where it is too large to travel. */
  readonly page: Uint8Array<ArrayBuffer> | null
}
