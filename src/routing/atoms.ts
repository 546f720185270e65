import { fold, phraseOf, wordsOf } from './folding.ts'
import type { Condition, Subject, TimeWindow } from './rule.ts'

/** A subject with one value, or with several where it is an answer: `text` is title or body, never one of its own. */
export type PlainSubject = Exclude<Subject, 'text'>

/** The smallest thing that can hold or not hold of a request. Values and words are folded. */
export type Atom =
  | { readonly kind: 'is'; readonly subject: PlainSubject; readonly value: string }
  | { readonly kind: 'words'; readonly subject: PlainSubject; readonly phrase: readonly string[] }
  | { readonly kind: 'matches'; readonly subject: PlainSubject; readonly pattern: string }
  | { readonly kind: 'exists'; readonly subject: PlainSubject }
  | { readonly kind: 'time'; readonly window: TimeWindow }

/** A condition over atoms, each of them a number; `not` stands at atoms only. */
export type Formula =
  | { readonly kind: 'atom'; readonly atom: number; readonly holds: boolean }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Formula[] }

/** What does not hold exactly where the formula holds. */
export const negated = (formula: Formula): Formula =>
  formula.kind === 'atom'
    ? { ...formula, holds: !formula.holds }
    : { kind: formula.kind === 'all' ? 'any' : 'all', of: formula.of.map(negated) }

const plainSubjects = (subject: Subject): readonly PlainSubject[] =>
  subject === 'text' ? ['title', 'body'] : [subject]

function atomsOf(condition: Exclude<Condition, { readonly kind: 'all' | 'any' | 'not' }>): readonly Atom[] {
  if (condition.kind === 'time') return [{ kind: 'time', window: condition.window }]
  return plainSubjects(condition.subject).flatMap((subject): readonly Atom[] => {
    switch (condition.kind) {
      case 'is':
        return condition.values.map((value) => ({ kind: 'is', subject, value: fold(value).trim() }))
      case 'words':
        return condition.phrases.map((phrase) => ({ kind: 'words', subject, phrase: phraseWords(phrase) }))
      case 'matches':
        return [{ kind: 'matches', subject, pattern: condition.pattern }]
      case 'exists':
        return [{ kind: 'exists', subject }]
    }
  })
}

/** Numbers atoms as formulas are made: the same atom has the same number in all of them. */
export function createFormulas(): {
  readonly atoms: readonly Atom[]
  readonly formulaOf: (condition: Condition) => Formula
} {
  const atoms: Atom[] = []
  const numbers = new Map<string, number>()
  const numbered = (atom: Atom): Formula => {
    const key = JSON.stringify(atom)
    const number = numbers.get(key) ?? atoms.push(atom) - 1
    numbers.set(key, number)
    return { kind: 'atom', atom: number, holds: true }
  }
  const formulaOf = (condition: Condition): Formula => {
    switch (condition.kind) {
      case 'all':
      case 'any':
        return { kind: condition.kind, of: condition.of.map(formulaOf) }
      case 'not':
        return negated(formulaOf(condition.of))
      default: {
        const some: Formula = { kind: 'any', of: atomsOf(condition).map(numbered) }
        return condition.kind === 'exists' && !condition.exists ? negated(some) : some
      }
    }
  }
  return { atoms, formulaOf }
}

/** The words of a phrase, `*` at the end of those that are only the beginning of one. */
const phraseWords = (phrase: string): readonly string[] =>
  phraseOf(phrase).map(({ text, isBeginning }) => (isBeginning ? `${text}*` : text))

const wordImplies = (word: string, other: string): boolean =>
  other.endsWith('*') ? word.startsWith(other.slice(0, -1)) : word === other

/** Whether every text with the one phrase has the other in it. */
export const phraseImplies = (phrase: readonly string[], other: readonly string[]): boolean =>
  phrase.some((_, at) => other.every((word, index) => wordImplies(phrase[at + index] ?? '', word)))

const isWithin = (inner: string, outer: string): boolean => inner === outer || inner.endsWith(`.${outer}`)

/** Times that go over midnight belong to the day before as well: they are only compared with themselves. */
const overMidnight = ({ hours }: TimeWindow): boolean => hours !== null && hours.to <= hours.from

function hoursWithin(inner: TimeWindow, outer: TimeWindow): boolean {
  if (JSON.stringify(inner.hours) === JSON.stringify(outer.hours)) return true
  if (overMidnight(inner) || overMidnight(outer)) return false
  if (outer.hours === null) return true
  return inner.hours !== null && inner.hours.from >= outer.hours.from && inner.hours.to <= outer.hours.to
}

const datesWithin = (inner: TimeWindow, outer: TimeWindow): boolean =>
  (outer.from === null || (inner.from !== null && inner.from >= outer.from)) &&
  (outer.to === null || (inner.to !== null && inner.to <= outer.to))

const daysWithin = (inner: TimeWindow, outer: TimeWindow): boolean =>
  outer.days === null || (inner.days?.every((day) => outer.days?.includes(day)) ?? false)

const windowWithin = (inner: TimeWindow, outer: TimeWindow): boolean =>
  inner.zone === outer.zone &&
  hoursWithin(inner, outer) &&
  daysWithin(inner, outer) &&
  datesWithin(inner, outer)

/** Whether the other atom, of the same subject, holds of every request of which this one holds. */
export function implies(atom: Atom, other: Atom): boolean {
  if (atom.kind === 'time') return other.kind === 'time' && windowWithin(atom.window, other.window)
  // Texts that are empty are not looked at.
  if (other.kind === 'exists') return true
  if (atom.kind === 'words') return other.kind === 'words' && phraseImplies(atom.phrase, other.phrase)
  if (atom.kind !== 'is') return false
  if (other.kind === 'words') return phraseImplies(wordsOf(atom.value), other.phrase)
  if (other.kind !== 'is' || atom.subject !== 'domain') return false
  return isWithin(atom.value, other.value)
}

/** Whether the other atom holds of no request of which this one holds; both are of one subject with one value. */
export function excludes(atom: Atom, other: Atom): boolean {
  if (atom.kind !== 'is') return false
  if (atom.subject === 'domain') {
    return other.kind === 'is' && !isWithin(atom.value, other.value) && !isWithin(other.value, atom.value)
  }
  return other.kind === 'is' ? atom.value !== other.value : other.kind === 'words' && !implies(atom, other)
}
