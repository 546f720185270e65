import { compileCondition } from './compile.ts'
import { patternWords } from './condition-words.ts'
import { type Facts, TICKET_SOURCES, type TicketSource } from './facts.ts'
import { compilePattern } from './pattern.ts'
import { prepare } from './prepare.ts'
import type { Condition } from './rule.ts'
import { exampleFacts } from './rule-file.ts'

function patternsIn(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.flatMap(patternsIn)
    case 'not':
      return patternsIn(condition.of)
    case 'matches':
      return [condition.pattern]
    default:
      return []
  }
}

const nothingSaid = (source: TicketSource): Facts => exampleFacts({ title: '', source })

/** Whether it holds of a request; null where that depends on when it was sent. */
function holdsOf(facts: Facts, condition: Condition): boolean | null {
  switch (condition.kind) {
    case 'all':
    case 'any': {
      const decisive = condition.kind === 'any'
      const parts = condition.of.map((part) => holdsOf(facts, part))
      if (parts.includes(decisive)) return decisive
      return parts.includes(null) ? null : !decisive
    }
    case 'not': {
      const inner = holdsOf(facts, condition.of)
      return inner === null ? null : !inner
    }
    case 'time':
      return null
    default:
      return compileCondition(condition).holds(prepare(facts))
  }
}

/**
 * Why a rule takes requests about which it knows nothing, in words for its owner: a pattern that the empty text
 * matches, or conditions that hold where nothing is said, however and whenever it comes.
 */
export function catchAllTroubles(when: Condition): readonly string[] {
  const loose = [...new Set(patternsIn(when))].filter((pattern) => compilePattern(pattern)(''))
  const takesNothing = TICKET_SOURCES.every((source) => holdsOf(nothingSaid(source), when) === true)
  return [
    ...loose.map(
      (pattern) => `the pattern ${patternWords(pattern)} matches the empty text; say what must be there`,
    ),
    ...(takesNothing ? ['takes every request that says nothing; add a condition that must be there'] : []),
  ]
}
