import { RE2JS, RE2JSSyntaxException } from 're2js'

/** Characters of a pattern. */
export const LONGEST_PATTERN = 500

/**
 * Steps of a compiled pattern. RE2 takes time in proportion to text × steps, so this is what bounds the dearest one:
 * `.{0,100}` is a hundred steps, a word as many as it has letters.
 */
export const MOST_STEPS = 250

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'looks ahead or behind, which takes time without bound; say it with all and not'],
  [/\\(?:[1-9]|k<)/, 'refers back to a group, which takes time without bound'],
  [/\(\?>|[+*?}]\+/, 'has an atomic group or a possessive repeat, which RE2 does not know'],
]

const compiled = (pattern: string): RE2JS => RE2JS.compile(pattern.normalize('NFC'), RE2JS.CASE_INSENSITIVE)

/** A question to a text as it was written (NFC), case ignored. Throws for a pattern that `patternTrouble` refuses. */
export function compilePattern(pattern: string): (written: string) => boolean {
  const machine = compiled(pattern)
  return (written) => machine.test(written)
}

const told = (reason: string): string => reason.replace(/^error parsing regexp: /, '').replace('`(?i)', '`')

/** What is wrong with a pattern, in words for its owner, or null. */
export function patternTrouble(pattern: string): string | null {
  if (pattern.length > LONGEST_PATTERN) return `must have at most ${LONGEST_PATTERN} characters`
  try {
    const steps = compiled(pattern).programSize()
    if (steps <= MOST_STEPS) return null
    return `is too large (${steps} steps, at most ${MOST_STEPS}); repeat fewer times, or use words`
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error
    const known = WORDS.find(([sign]) => sign.test(pattern))?.[1]
    return known ?? `is no pattern that RE2 knows: ${told(error.message)}`
  }
}
