import { type Language, tellTime } from '../language.ts'

/** One message in words, before it takes a shape. The first line of all says where to answer. */
export interface Wording {
  readonly subject: string
  readonly answer: string
  readonly heading: string
  readonly lead: string
  /** What a reader looks for first: the number, the time. */
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly link: { readonly label: string; readonly url: string }
  readonly sections: readonly { readonly title: string; readonly lines: readonly string[] }[]
  readonly foot: string
  /** Who signs. */
  readonly site: string
}

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
