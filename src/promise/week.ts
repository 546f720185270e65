import { daysOf, hoursOf } from '../sources/days-and-hours.ts'
import type { Finding, Place } from '../sources/source.ts'
import type { Span } from './hours.ts'
import type { CalendarEntry } from './promise-file.ts'

type WeekEntry = CalendarEntry['week']

const spansOf = (hours: WeekEntry[string]): readonly Span[] =>
  [hours].flat().flatMap((words) => hoursOf(words) ?? [])

/** Seven days, Monday first, as the keys and hours of a week name them. */
export const weekFrom = (week: WeekEntry): readonly (readonly Span[])[] =>
  [1, 2, 3, 4, 5, 6, 7].map((day) => {
    const [, hours = []] = Object.entries(week).find(([days]) => daysOf(days)?.includes(day)) ?? []
    return spansOf(hours)
  })

function orderFindings(at: Place, hours: WeekEntry[string]): readonly Finding[] {
  const listed = [hours].flat()
  return spansOf(hours).flatMap(({ from }, index, spans): readonly Finding[] => {
    const before = spans[index - 1]
    if (!before || before.to <= from) return []
    return [{ at: [...at, index], words: `must begin after ${listed[index - 1]}, which stands before it` }]
  })
}

/** Days that are named twice, and hours that are out of order. */
export function weekFindings(at: Place, week: WeekEntry): readonly Finding[] {
  const keys = Object.keys(week)
  const twice = keys.flatMap((key, index): readonly Finding[] => {
    const mine = daysOf(key) ?? []
    const before = keys.slice(0, index).find((other) => daysOf(other)?.some((day) => mine.includes(day)))
    return before === undefined
      ? []
      : [{ at: [...at, key], words: `shares a day with ${before}, which stands before it; name a day once` }]
  })
  const unordered = Object.entries(week).flatMap(([key, hours]) => orderFindings([...at, key], hours))
  return [...twice, ...unordered]
}
