import { isAnswer } from './prepare.ts'
import type { Condition, Subject } from './rule.ts'
import { windowWords } from './time-window.ts'

type Leaf = Exclude<Condition, { readonly kind: 'all' | 'any' | 'not' }>

const NAMES: Readonly<Record<Exclude<Subject, `answer:${string}`>, string>> = {
  form: 'form',
  title: 'the title',
  body: 'the body',
  text: 'the text',
  language: 'language',
  domain: 'domain',
  organisation: 'organisation',
  source: 'source',
}

const nameOf = (subject: Subject): string => (isAnswer(subject) ? subject.replace(':', ' ') : NAMES[subject])

const LONGEST_QUOTE = 80

const clipped = (text: string): string => {
  if (text.length <= LONGEST_QUOTE) return text
  const characters = [...text]
  return characters.length > LONGEST_QUOTE ? `${characters.slice(0, LONGEST_QUOTE - 1).join('')}…` : text
}

const quoted = (text: string): string => `“${clipped(text)}”`

const LONGEST_PATTERN_QUOTE = 40

/** A pattern means nothing to most readers: enough of it to find it in the rule. */
export function patternWords(pattern: string): string {
  const characters = [...pattern]
  if (characters.length <= LONGEST_PATTERN_QUOTE) return `“${pattern}”`
  return `“${characters.slice(0, LONGEST_PATTERN_QUOTE).join('')}…”`
}

/** How many are named before the rest is counted. */
const NAMED = 3

function listed(all: readonly string[]): string {
  const shown = all.length > NAMED ? all.slice(0, NAMED - 1) : all
  const rest = all.length - shown.length
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ')
}

/** That a test holds, and by which of its values, in words that quote the rule alone. */
export function heldWords(leaf: Leaf, value: string | null): string {
  switch (leaf.kind) {
    case 'is':
      return `${nameOf(leaf.subject)} is ${clipped(value ?? '')}`
    case 'words':
      return `${nameOf(leaf.subject)} has the words ${quoted(value ?? '')}`
    case 'matches':
      return `${nameOf(leaf.subject)} matches ${patternWords(leaf.pattern)}`
    case 'exists':
      return `${nameOf(leaf.subject)} is ${leaf.exists ? 'given' : 'missing'}`
    case 'time':
      return `it was sent in the time ${windowWords(leaf.window)}`
  }
}

/** That a test fails, in words that quote the rule alone. */
export function failedWords(leaf: Leaf, isMissing: boolean): string {
  if (leaf.kind === 'time') return `it was not sent in the time ${windowWords(leaf.window)}`
  const name = nameOf(leaf.subject)
  if (isMissing) return `${name} is missing`
  switch (leaf.kind) {
    case 'is':
      return leaf.values.length === 1
        ? `${name} is not ${clipped(leaf.values[0] ?? '')}`
        : `${name} is none of ${listed(leaf.values.map(clipped))}`
    case 'words':
      return leaf.phrases.length === 1
        ? `${name} does not have the words ${quoted(leaf.phrases[0] ?? '')}`
        : `${name} has none of the words ${listed(leaf.phrases.map(quoted))}`
    case 'matches':
      return `${name} does not match ${patternWords(leaf.pattern)}`
    case 'exists':
      return `${name} is given`
  }
}

/** Several truths in one sentence; where there are many, the rest is counted. */
export function together(truths: readonly string[]): string {
  const distinct = [...new Set(truths)]
  const shown = distinct.length > NAMED ? distinct.slice(0, NAMED - 1) : distinct
  const rest = distinct.length - shown.length
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(' and ')
}

function leafWords(leaf: Leaf): string {
  if (leaf.kind === 'is' && leaf.values.length > 1) {
    return `${nameOf(leaf.subject)} is one of ${listed(leaf.values.map(clipped))}`
  }
  if (leaf.kind === 'words' && leaf.phrases.length > 1) {
    return `${nameOf(leaf.subject)} has one of the words ${listed(leaf.phrases.map(quoted))}`
  }
  if (leaf.kind === 'is') return heldWords(leaf, leaf.values[0] ?? null)
  return heldWords(leaf, leaf.kind === 'words' ? (leaf.phrases[0] ?? null) : null)
}

/** A condition in words, for people who read no YAML: `form is a and (language is es or the text matches “b”)`. */
export function conditionWords(condition: Condition): string {
  const part = (inner: Condition): string =>
    (inner.kind === 'all' || inner.kind === 'any') && inner.of.length > 1
      ? `(${conditionWords(inner)})`
      : conditionWords(inner)
  switch (condition.kind) {
    case 'all':
      return condition.of.map(part).join(' and ')
    case 'any':
      return condition.of.map(part).join(' or ')
    case 'not':
      return `not ${part(condition.of)}`
    default:
      return leafWords(condition)
  }
}
