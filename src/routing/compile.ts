import { failedWords, heldWords, together } from './condition-words.ts'
import { fold } from './folding.ts'
import { type LookedAt, sought } from './looked-at.ts'
import { compilePattern } from './pattern.ts'
import type { Prepared } from './prepare.ts'
import type { Condition, Subject } from './rule.ts'
import { isOpen } from './time-window.ts'

/** A condition made ready to be asked often. */
export interface CompiledCondition {
  readonly holds: (prepared: Prepared) => boolean
  /**
   * Why it holds, or what of it failed first, in words that quote the rule and never the request. What it tells is true
   * of this request: of an `any` that holds the part that does, of one that fails all parts.
   */
  readonly because: (prepared: Prepared) => string
}

type Of<K extends Condition['kind']> = Extract<Condition, { readonly kind: K }>

/** A test that holds where one of its values does; `find` gives that value as the rule wrote it, or null. */
function byValue(
  leaf: Of<'is' | 'words' | 'matches'>,
  subject: Subject,
  find: (text: LookedAt) => string | null,
): CompiledCondition {
  const found = (prepared: Prepared): string | null => {
    for (const text of prepared.texts(subject)) {
      const value = find(text)
      if (value !== null) return value
    }
    return null
  }
  return {
    holds: (prepared) => found(prepared) !== null,
    because: (prepared) => {
      const value = found(prepared)
      return value === null ? failedWords(leaf, prepared.texts(subject).length === 0) : heldWords(leaf, value)
    },
  }
}

/** A domain, and those that it is under: `a.b.es`, `b.es`, `es`. */
function* domains(folded: string): Generator<string> {
  for (let rest = folded, dot = 0; dot >= 0; rest = rest.slice(dot + 1)) {
    yield rest
    dot = rest.indexOf('.')
  }
}

function compileIs(leaf: Of<'is'>): CompiledCondition {
  const known = new Map(leaf.values.map((value) => [fold(value).trim(), value]))
  if (leaf.subject !== 'domain') {
    return byValue(leaf, leaf.subject, (text) => known.get(text.folded()) ?? null)
  }
  return byValue(leaf, leaf.subject, (text) => {
    for (const domain of domains(text.folded())) {
      const value = known.get(domain)
      if (value !== undefined) return value
    }
    return null
  })
}

function compileWords(leaf: Of<'words'>): CompiledCondition {
  const phrases = leaf.phrases.map(sought)
  return byValue(leaf, leaf.subject, (text) => text.firstOf(phrases)?.written ?? null)
}

function compileMatches(leaf: Of<'matches'>): CompiledCondition {
  const found = compilePattern(leaf.pattern)
  return byValue(leaf, leaf.subject, (text) => (found(text.written()) ? leaf.pattern : null))
}

function compileExists(leaf: Of<'exists'>): CompiledCondition {
  const isGiven = (prepared: Prepared): boolean => prepared.texts(leaf.subject).length > 0
  const holds = (prepared: Prepared): boolean => isGiven(prepared) === leaf.exists
  return {
    holds,
    because: (prepared) => (holds(prepared) ? heldWords(leaf, null) : failedWords(leaf, !isGiven(prepared))),
  }
}

function compileTime(leaf: Of<'time'>): CompiledCondition {
  const holds = (prepared: Prepared): boolean => {
    const local = prepared.sentAt(leaf.window.zone)
    return local !== null && isOpen(leaf.window, local)
  }
  return {
    holds,
    because: (prepared) => (holds(prepared) ? heldWords(leaf, null) : failedWords(leaf, false)),
  }
}

function compileAll(parts: readonly CompiledCondition[]): CompiledCondition {
  const firstFailed = (prepared: Prepared) => parts.find(({ holds }) => !holds(prepared))
  return {
    holds: (prepared) => {
      for (const part of parts) if (!part.holds(prepared)) return false
      return true
    },
    because: (prepared) =>
      firstFailed(prepared)?.because(prepared) ?? parts.map(({ because }) => because(prepared)).join(' and '),
  }
}

function compileAny(parts: readonly CompiledCondition[]): CompiledCondition {
  return {
    holds: (prepared) => {
      for (const part of parts) if (part.holds(prepared)) return true
      return false
    },
    because: (prepared) =>
      parts.find(({ holds }) => holds(prepared))?.because(prepared) ??
      together(parts.map(({ because }) => because(prepared))),
  }
}

/** Makes a condition ready. Throws for a pattern that RE2 does not know; what was read from files has none. */
export function compileCondition(condition: Condition): CompiledCondition {
  switch (condition.kind) {
    case 'all':
      return compileAll(condition.of.map(compileCondition))
    case 'any':
      return compileAny(condition.of.map(compileCondition))
    case 'not': {
      const { holds, because } = compileCondition(condition.of)
      return { holds: (prepared) => !holds(prepared), because }
    }
    case 'is':
      return compileIs(condition)
    case 'words':
      return compileWords(condition)
    case 'matches':
      return compileMatches(condition)
    case 'exists':
      return compileExists(condition)
    case 'time':
      return compileTime(condition)
  }
}
