import type { z } from 'zod'
import { nearest } from './nearest.ts'

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a text',
  object: 'a group of keys',
  record: 'a group of keys',
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return EXPECTED[typeof value] ?? typeof value
}

/** `; did you mean kind?`, or nothing where no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = nearest(word, known)
  return meant === null ? '' : `; did you mean ${meant}?`
}

const absent = (value: unknown): string | null =>
  value === undefined ? 'is missing' : value === null ? 'is empty' : null

function oneOf(value: unknown, known: readonly string[]): string {
  const right = known.length === 1 ? (known[0] ?? '') : `one of ${known.join(', ')}`
  const gap = absent(value)
  if (gap) return `${gap}; it must be ${right}`
  if (typeof value === 'boolean' || typeof value === 'number') return `must be ${right}, not ${value}`
  if (typeof value !== 'string') return `must be ${right}, not ${kindOf(value)}`
  return `must be ${right}, not "${value.slice(0, 60)}"${didYouMean(value, known)}`
}

function wrongType(expected: string, value: unknown, keys: string): string {
  const right = (EXPECTED[expected] ?? expected) + (keys ? ` (${keys.replaceAll(' ', ', ')})` : '')
  const gap = absent(value)
  if (gap) return `${gap}; it must be ${right}`
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    return `must be a text; put it in quotes: "${value}"`
  }
  return `must be ${right}, not ${expected === 'int' ? 'a fraction' : kindOf(value)}`
}

function size(issue: z.core.$ZodRawIssue<z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall>): string {
  const big = issue.code === 'too_big'
  const limit = Number(big ? issue.maximum : issue.minimum)
  if (issue.origin === 'string') {
    return big ? `must have at most ${limit} characters` : 'must not be empty'
  }
  if (issue.origin === 'array') {
    if (!big && limit === 1) return 'must not be empty'
    return big ? `must have at most ${limit} entries` : `must have at least ${limit} entries`
  }
  return big ? `must be at most ${limit}` : `must be at least ${limit}`
}

const isObjectDef = (def: object): def is { shape: object } => 'shape' in def

/** The keys of the object that the issue is about, joined by blanks, as no key holds one; none for another type. */
function knownKeys(issue: z.core.$ZodRawIssue): string {
  const def = issue.inst && '_zod' in issue.inst ? issue.inst._zod.def : {}
  return isObjectDef(def) ? Object.keys(def.shape).join(' ') : ''
}

/**
 * What is wrong and what would be right, in words for the owner of a data file; `undefined` for an issue
 * whose schema has words of its own. For unknown keys it is the list of known ones, from which `source.ts` makes
 * one problem a key.
 */
export function issueWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.input, knownKeys(issue))
    case 'invalid_value':
      return oneOf(issue.input, issue.values.map(String))
    case 'invalid_union': {
      const { discriminator, options, input } = issue
      if (typeof discriminator !== 'string' || !Array.isArray(options)) return undefined
      const found: unknown = Object.entries(input ?? {}).find(([key]) => key === discriminator)?.[1]
      return oneOf(found, options.map(String))
    }
    case 'too_big':
    case 'too_small':
      return size(issue)
    case 'unrecognized_keys':
      return knownKeys(issue)
    default:
      return undefined
  }
}
