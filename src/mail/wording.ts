import { type Language, tellTime } from '../language.ts'

/** A name to press and where it leads. */
export interface Link {
  readonly label: string
  readonly url: string
}

/** One of several things to look at. */
export interface Entry {
  /** What it is called by, or null. */
  readonly name: string | null
  readonly what: string
  readonly lines: readonly string[]
  readonly links: readonly Link[]
}

/** One message in words, before it takes a shape. */
export interface Wording {
  readonly subject: string
  /** The first line of all: where to answer. Null where the foot says so. */
  readonly answer: string | null
  readonly heading: string
  readonly lead: string
  /** What a person wrote. `html` is sanitised. */
  readonly content: { readonly html: string; readonly text: string } | null
  /** What a reader looks for first: the number, the time. */
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  /** What else is to be known before the link; null for nothing. */
  readonly closing: string | null
  /** The one thing to do; null where `links` lead to several. */
  readonly link: Link | null
  readonly links: readonly Link[]
  /** What may be done besides, with what it does. */
  readonly aside: { readonly text: string; readonly link: Link } | null
  /** Several things to look at, by what they have in common. */
  readonly lists: readonly { readonly title: string; readonly entries: readonly Entry[] }[]
  readonly sections: readonly { readonly title: string; readonly lines: readonly string[] }[]
  readonly foot: string
  /** Who signs. */
  readonly site: string
}

/** What most messages do without. */
export const UNSAID = {
  content: null,
  facts: [],
  closing: null,
  links: [],
  aside: null,
  lists: [],
  sections: [],
} as const

/** The zone in its full name, or UTC where no such zone is known: a time is never told without its zone. */
function knownZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}

/** "Monday 23 November, 10:14 (Europe/Madrid)": a time and its zone. */
export function tellDue(at: Date, zone: string, language: Language): string {
  const known = knownZone(zone)
  return `${tellTime(at, known, language)} (${known})`
}
