import { failedWords, heldWords, together } from './condition-words.ts'
import { fold } from './folding.ts'
import { type LookedAt, sought } from './looked-at.ts'
import { compilePattern } from './pattern.ts'
import type { Prepared } from './prepare.ts'
import type { Condition, Subject } from './rule.ts'
import { isOpen } from './time-window.ts'

/** What a condition that holds by nothing but its `not` says. */
const NOTHING_EXCLUDED = 'nothing that the rule excludes is in it'

/** A condition made ready to be asked often. */
export interface CompiledCondition {
  readonly holds: (prepared: Prepared) => boolean
  /**
   * Why it holds, or what of it failed first, in words that quote the rule and never the request. What it tells is true
   * of this request: of an `any` that holds the part that does, of one that fails all parts. Where it holds, the parts
   * under a `not` are left out.
   */
  readonly because: (prepared: Prepared) => string
}

interface Part {
  readonly holds: (prepared: Prepared) => boolean
  /** Why it holds or what failed first, with nothing left out. */
  readonly truth: (prepared: Prepared) => string
  /** Why it holds, where it does, without what is under a `not`: null where nothing else is left. */
  readonly present: (prepared: Prepared) => string | null
}

const leafPart = ({ holds, truth }: Omit<Part, 'present'>): Part => ({ holds, truth, present: truth })

type Of<K extends Condition['kind']> = Extract<Condition, { readonly kind: K }>

/** A test that holds where one of its values does; `find` gives that value as the rule wrote it, or null. */
function byValue(
  leaf: Of<'is' | 'words' | 'matches'>,
  subject: Subject,
  find: (text: LookedAt) => string | null,
): Part {
  const found = (prepared: Prepared): string | null => {
    for (const text of prepared.texts(subject)) {
      const value = find(text)
      if (value !== null) return value
    }
    return null
  }
  return leafPart({
    holds: (prepared) => found(prepared) !== null,
    truth: (prepared) => {
      const value = found(prepared)
      return value === null ? failedWords(leaf, prepared.texts(subject).length === 0) : heldWords(leaf, value)
    },
  })
}

/** A domain, and those that it is under: `a.b.es`, `b.es`, `es`. */
function* domains(folded: string): Generator<string> {
  for (let rest = folded, dot = 0; dot >= 0; rest = rest.slice(dot + 1)) {
    yield rest
    dot = rest.indexOf('.')
  }
}

function compileIs(leaf: Of<'is'>): Part {
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

function compileWords(leaf: Of<'words'>): Part {
  const phrases = leaf.phrases.map(sought)
  return byValue(leaf, leaf.subject, (text) => text.firstOf(phrases)?.written ?? null)
}

function compileMatches(leaf: Of<'matches'>): Part {
  const found = compilePattern(leaf.pattern)
  return byValue(leaf, leaf.subject, (text) => (found(text.written()) ? leaf.pattern : null))
}

function compileExists(leaf: Of<'exists'>): Part {
  const isGiven = (prepared: Prepared): boolean => prepared.texts(leaf.subject).length > 0
  const holds = (prepared: Prepared): boolean => isGiven(prepared) === leaf.exists
  return leafPart({
    holds,
    truth: (prepared) => (holds(prepared) ? heldWords(leaf, null) : failedWords(leaf, !isGiven(prepared))),
  })
}

function compileTime(leaf: Of<'time'>): Part {
  const holds = (prepared: Prepared): boolean => {
    const local = prepared.sentAt(leaf.window.zone)
    return local !== null && isOpen(leaf.window, local)
  }
  return leafPart({
    holds,
    truth: (prepared) => (holds(prepared) ? heldWords(leaf, null) : failedWords(leaf, false)),
  })
}

function compileAll(parts: readonly Part[]): Part {
  const firstFailed = (prepared: Prepared) => parts.find(({ holds }) => !holds(prepared))
  return {
    holds: (prepared) => {
      for (const part of parts) if (!part.holds(prepared)) return false
      return true
    },
    truth: (prepared) =>
      firstFailed(prepared)?.truth(prepared) ?? parts.map(({ truth }) => truth(prepared)).join(' and '),
    present: (prepared) => {
      const told = parts.flatMap(({ present }) => present(prepared) ?? [])
      return told.length > 0 ? told.join(' and ') : null
    },
  }
}

function compileAny(parts: readonly Part[]): Part {
  return {
    holds: (prepared) => {
      for (const part of parts) if (part.holds(prepared)) return true
      return false
    },
    truth: (prepared) =>
      parts.find(({ holds }) => holds(prepared))?.truth(prepared) ??
      together(parts.map(({ truth }) => truth(prepared))),
    present: (prepared) => {
      for (const part of parts) {
        const told = part.holds(prepared) ? part.present(prepared) : null
        if (told !== null) return told
      }
      return null
    },
  }
}

function compileNot(of: Condition): Part {
  if (of.kind === 'not') return partOf(of.of)
  const { holds, truth } = partOf(of)
  return { holds: (prepared) => !holds(prepared), truth, present: () => null }
}

function partOf(condition: Condition): Part {
  switch (condition.kind) {
    case 'all':
      return compileAll(condition.of.map(partOf))
    case 'any':
      return compileAny(condition.of.map(partOf))
    case 'not':
      return compileNot(condition.of)
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

/** Makes a condition ready. Throws for a pattern that RE2 does not know; what was read from files has none. */
export function compileCondition(condition: Condition): CompiledCondition {
  const { holds, truth, present } = partOf(condition)
  return {
    holds,
    because: (prepared) => (holds(prepared) ? (present(prepared) ?? NOTHING_EXCLUDED) : truth(prepared)),
  }
}
