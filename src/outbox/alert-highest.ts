import { readLevelName } from '../promise/levels.ts'
import type { Alert, PromiseAlarm } from './alert.ts'

/** An alert to be told, and the id of what its promise is about; null where nobody knows, or it is about no promise. */
export interface Telling {
  readonly alert: Alert
  readonly subject: string | null
}

/** One clock runs on a ticket: of its levels the highest says all, and those that it stands for are named in it. */
export function highestOfEach(tellings: readonly Telling[]): readonly Alert[] {
  const highest = new Map<string, PromiseAlarm>()
  for (const { alert, subject } of tellings) {
    if (alert.about !== 'promise' || subject === null) continue
    const other = highest.get(subject)
    highest.set(subject, other ? higher(other, alert) : alert)
  }
  const told = new Set<string>()
  return tellings.flatMap(({ alert, subject }): readonly Alert[] => {
    if (subject === null) return [alert]
    if (told.has(subject)) return []
    told.add(subject)
    return [highest.get(subject) ?? alert]
  })
}

function higher(one: PromiseAlarm, other: PromiseAlarm): PromiseAlarm {
  const isHigher = one.share === other.share ? one.repeat > other.repeat : one.share > other.share
  const [high, low] = isHigher ? [one, other] : [other, one]
  const covers = new Set([...low.covers, low.level, ...high.covers].map((name) => readLevelName(name).plain))
  covers.delete(readLevelName(high.level).plain)
  return { ...high, covers: [...covers] }
}
