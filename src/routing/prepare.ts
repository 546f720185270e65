import type { Facts } from './facts.ts'
import { lookedAt, type LookedAt } from './looked-at.ts'
import type { Subject } from './rule.ts'
import { type LocalTime, localTime } from './time-window.ts'

/** The facts of one ticket as conditions look at them: each text is folded and cut once, whatever the number of rules. */
export interface Prepared {
  /** What there is to look at, none of it empty: title and body for `text`, one a value for an answer. */
  readonly texts: (subject: Subject) => readonly LookedAt[]
  /** When it was sent, as the clocks of a time zone said. */
  readonly sentAt: (zone: string) => LocalTime | null
}

const ANSWER = 'answer:'

/** Whether a subject is the answer to a field. */
export const isAnswer = (subject: Subject): subject is `answer:${string}` => subject.startsWith(ANSWER)

function valuesOf(facts: Facts, subject: Exclude<Subject, 'text'>): readonly string[] {
  if (isAnswer(subject)) {
    const id = subject.slice(ANSWER.length)
    const answer = Object.hasOwn(facts.answers, id) ? facts.answers[id] : undefined
    return answer === undefined ? [] : typeof answer === 'string' ? [answer] : answer
  }
  const value = facts[subject]
  return value === null ? [] : [value]
}

/** Makes facts ready for every condition. Nothing is worked out before a condition asks for it. */
export function prepare(facts: Facts): Prepared {
  const known = new Map<Subject, readonly LookedAt[]>()
  const times = new Map<string, LocalTime | null>()
  const texts = (subject: Subject): readonly LookedAt[] => {
    const made = known.get(subject)
    if (made) return made
    const found =
      subject === 'text'
        ? [...texts('title'), ...texts('body')]
        : valuesOf(facts, subject)
            .map(lookedAt)
            .filter(({ isEmpty }) => !isEmpty)
    known.set(subject, found)
    return found
  }
  return {
    texts,
    sentAt: (zone) => {
      const told = times.get(zone)
      if (told !== undefined) return told
      const time = localTime(facts.at, zone)
      times.set(zone, time)
      return time
    },
  }
}
