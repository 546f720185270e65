export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

const dayRange = new RegExp(`^(${DAYS.join('|')})(?:-(${DAYS.join('|')}))?$`)

/** The days that `sat` or `mon-fri` names, Monday is 1; null where it names none. `sat-mon` goes over the week's end. */
export function daysOf(words: string): readonly number[] | null {
  const [, first, last = first] = dayRange.exec(words) ?? []
  if (first === undefined) return null
  const from = DAYS.findIndex((day) => day === first)
  const to = DAYS.findIndex((day) => day === last)
  const count = ((to - from + 7) % 7) + 1
  return Array.from({ length: count }, (_, n) => ((from + n) % 7) + 1)
}

const CLOCK = '([01]\\d|2[0-3]):([0-5]\\d)'
const HOURS = new RegExp(`^${CLOCK}-(?:${CLOCK}|(24):(00))$`)

/** Minutes since midnight of `18:00-08:00`; null where it is no such text, or begins where it ends. */
export function hoursOf(words: string): { readonly from: number; readonly to: number } | null {
  const found = HOURS.exec(words)
  if (!found) return null
  const [hour, minute, toHour, toMinute] = found.slice(1).filter((part) => part !== undefined)
  const [from, to] = [Number(hour) * 60 + Number(minute), Number(toHour) * 60 + Number(toMinute)]
  return from === to ? null : { from, to }
}

/** Whether a text is a day of the calendar, like `2026-12-24`. */
export function isDate(words: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(words)) return false
  const at = new Date(`${words}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === words
}
