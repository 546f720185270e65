import type { AnswerPromise } from '../promise/promise.ts'
import type { Facts } from './facts.ts'
import type { Units } from './units.ts'

/** What a test looks at. `text` is title or body; `answer:x` is the answer to field x. */
export type Subject =
  'form' | 'title' | 'body' | 'text' | 'language' | 'domain' | 'organisation' | 'source' | `answer:${string}`

/** Hours of the week and days of the year, in a time zone; what is null does not matter. */
export interface TimeWindow {
  readonly zone: string
  /** Days of the week that count, Monday is 1, Sunday 7; all where null. */
  readonly days: readonly number[] | null
  /** Minutes since midnight, the end excluded; an end before its start goes over midnight. */
  readonly hours: { readonly from: number; readonly to: number } | null
  /** First and last calendar day, `2026-12-24`. */
  readonly from: string | null
  readonly to: string | null
}

export type Condition =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  /** One of the values, case and accents folded. A domain also holds its subdomains. */
  | { readonly kind: 'is'; readonly subject: Subject; readonly values: readonly string[] }
  /** One of the phrases, in whole words, case and accents folded; `word*` is the beginning of one. */
  | { readonly kind: 'words'; readonly subject: Subject; readonly phrases: readonly string[] }
  /** A pattern in RE2's syntax, found anywhere, case ignored. */
  | { readonly kind: 'matches'; readonly subject: Subject; readonly pattern: string }
  | { readonly kind: 'exists'; readonly subject: Subject; readonly exists: boolean }
  | { readonly kind: 'time'; readonly window: TimeWindow }

/** A request by which a rule is tested. What is left out is empty; the source is the web form's where a form is named. */
export interface Example {
  readonly facts: Facts
  readonly path: string
  /** How problems name it. */
  readonly words: string
  readonly line: number
}

export interface Rule {
  readonly name: string
  /** Id of the unit that answers for the rule. */
  readonly owner: string
  readonly when: Condition
  /** Id of the unit that it sends to. */
  readonly unit: string
  /** Zammad's name of a priority, or null for its default. */
  readonly priority: string | null
  readonly tags: readonly string[]
  /** Overrides the unit's mode; null leaves it. */
  readonly mode: 'assign' | 'suggest' | null
  readonly examples: { readonly yes: readonly Example[]; readonly no: readonly Example[] }
  readonly path: string
  readonly line: number
}

/** Everything in `routing-rules/`. */
export interface Rulebook {
  readonly units: Units
  /** In the order in which they are asked. */
  readonly rules: readonly Rule[]
  /** Requests that no rule may take. */
  readonly unforeseen: readonly Example[]
  readonly promise: AnswerPromise
  /** The first 12 hexadecimal digits of the SHA-256 over the files. */
  readonly version: string
}

/** Where one ticket belongs. */
export interface Decision {
  /** The unit that the rule names; the default unit where none matches. */
  readonly unit: string
  /** The first rule that matches, or null. */
  readonly rule: string | null
  readonly priority: string | null
  /** The rule's tags, and `suggest-<unit>` where the unit is only suggested. */
  readonly tags: readonly string[]
  readonly mode: 'assign' | 'suggest'
  /** Why the rule matched, in words that quote the rule and never the request. */
  readonly because: string
}

/** A rule that was asked, and why it matched or what failed first. */
export interface Considered {
  readonly rule: string
  readonly matched: boolean
  readonly because: string
}

/** How one rulebook decides. Total, deterministic, and the same function for the service and all commands. */
export interface Decider {
  readonly decide: (facts: Facts) => Decision
  /** The decision, and every rule up to and with the one that matched. */
  readonly explain: (facts: Facts) => Decision & { readonly considered: readonly Considered[] }
}

/** Id of the unit in whose group a ticket of this decision is put. */
export const placeOf = (decision: Pick<Decision, 'unit' | 'mode'>, units: Units): string =>
  decision.mode === 'assign' ? decision.unit : units.defaultUnit
