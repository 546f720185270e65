import type { Problem } from '../sources/source.ts'
import { type CompiledCondition, compileCondition } from './compile.ts'
import { createDecider } from './decide.ts'
import type { Facts } from './facts.ts'
import { fold } from './folding.ts'
import { prepare } from './prepare.ts'
import type { Decider, Example, Rule, Rulebook } from './rule.ts'

/** An example at its place in the rulebook; `rule` is null for a request that nobody foresaw. */
export interface Stated {
  readonly example: Example
  readonly kind: 'yes' | 'no' | 'unforeseen'
  readonly rule: Rule | null
}

/** All examples, in the order of the files. */
export const statedExamples = ({ rules, unforeseen }: Rulebook): readonly Stated[] => [
  ...rules.flatMap((rule) =>
    (['yes', 'no'] as const).flatMap((kind) =>
      rule.examples[kind].map((example) => ({ example, kind, rule })),
    ),
  ),
  ...unforeseen.map((example) => ({ example, kind: 'unforeseen' as const, rule: null })),
]

const at = ({ example: { path, line } }: Stated, message: string): Problem => ({ path, line, message })
const quoted = (words: string): string => `“${words}”`
const placed = (rule: Rule): string => `${quoted(rule.name)} (${rule.path}:${rule.line})`

function requestKey({ at, answers, ...facts }: Facts): string {
  const answered = Object.entries(answers)
    .map(([field, answer]) => [field, [answer].flat().map(fold).sort()] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const told = Object.entries(facts).map(([name, value]) => [
    name,
    value === null ? null : fold(value).trim(),
  ])
  return JSON.stringify([at.getTime(), answered, told])
}

function contradicts(one: Stated, other: Stated): boolean {
  const kinds = [one.kind, other.kind].sort().join(' ')
  if (one.rule === other.rule) return kinds === 'no yes'
  return kinds === 'yes yes' || kinds === 'unforeseen yes'
}

function overlapWords(stated: Stated, earlier: Stated): string {
  const { words } = stated.example
  const place = `${earlier.example.path}:${earlier.example.line}`
  if (stated.kind === 'no') {
    return `the request ${words} stands under yes (line ${earlier.example.line}) and under no`
  }
  const owner = earlier.rule ? quoted(earlier.rule.name) : ''
  return stated.kind === 'yes'
    ? `the request ${words} stands under yes of ${owner} as well (${place})`
    : `the request ${words} is no unforeseen one: it stands under yes of ${owner} (${place})`
}

/** The earlier example that says otherwise about the same request, by each example that has one. */
function overlapsOf(all: readonly Stated[]): ReadonlyMap<Stated, Stated> {
  const groups = Map.groupBy(all, ({ example }) => requestKey(example.facts)).values()
  const pairs = Array.from(groups).flatMap((group) =>
    group.flatMap((stated, index) => {
      const earlier = group.slice(0, index).find((one) => contradicts(one, stated))
      return earlier ? [[stated, earlier] as const] : []
    }),
  )
  return new Map(pairs)
}

/** What was found by running all examples. */
export interface ExampleRun {
  readonly problems: readonly Problem[]
  /** Names of the rules that decide an example at least. */
  readonly reached: ReadonlySet<string>
  /** The yes examples that earlier rules take, with the problem of each. */
  readonly taken: readonly { readonly rule: Rule; readonly problem: Problem }[]
}

function yesProblem(
  stated: Stated & { readonly rule: Rule },
  rules: readonly Rule[],
  decider: Decider,
): { readonly problem: Problem; readonly isTaken: boolean } {
  const { rule, example } = stated
  const { considered, rule: decidedBy, because } = decider.explain(example.facts)
  const words = `${quoted(rule.name)}: the example ${example.words}`
  const own = considered.find((one) => one.rule === rule.name)
  const winner = rules.find(({ name }) => name === decidedBy)
  if (!own && winner) {
    const message = `${words} is taken by the earlier rule ${placed(winner)}: ${because}`
    return { problem: at(stated, message), isTaken: true }
  }
  const instead = winner ? `the later rule ${placed(winner)} takes it` : 'no rule takes it'
  const message = `${words} does not match: ${own?.because ?? because}; ${instead}`
  return { problem: at(stated, message), isTaken: false }
}

/** The problem of a request that its rule must not match, or null. */
function noProblem(stated: Stated, rule: Rule, condition: CompiledCondition): Problem | null {
  const prepared = prepare(stated.example.facts)
  if (!condition.holds(prepared)) return null
  const words = `matches the request ${stated.example.words}, which it must not`
  return at(stated, `${quoted(rule.name)}: ${words}: ${condition.because(prepared)}`)
}

/**
 * Runs every example in the whole rulebook: a `yes` is decided by its rule, a `no` does not match its rule's
 * conditions, an unforeseen one is decided by none; and no two say opposite things of one request.
 */
export function runExamples(rulebook: Rulebook): ExampleRun {
  const { units, rules } = rulebook
  const all = statedExamples(rulebook)
  const decider = createDecider(units, rules)
  const conditions = new Map(rules.map((rule) => [rule, compileCondition(rule.when)]))
  const overlaps = overlapsOf(all)
  const problems: Problem[] = []
  const reached = new Set<string>()
  const taken: ExampleRun['taken'][number][] = []
  for (const stated of all) {
    const { rule, example, kind } = stated
    const decision = decider.decide(example.facts)
    if (decision.rule !== null) reached.add(decision.rule)
    const earlier = overlaps.get(stated)
    const condition = rule && conditions.get(rule)
    if (earlier) problems.push(at(stated, overlapWords(stated, earlier)))
    else if (rule && kind === 'yes') {
      if (decision.rule === rule.name) continue
      const { isTaken, problem } = yesProblem({ ...stated, rule }, rules, decider)
      if (isTaken) taken.push({ rule, problem })
      else problems.push(problem)
    } else if (rule && condition) {
      const problem = noProblem(stated, rule, condition)
      if (problem) problems.push(problem)
    } else if (decision.rule !== null) {
      const by = `${quoted(decision.rule)}: ${decision.because}`
      problems.push(at(stated, `the unforeseen request ${example.words} is taken by ${by}`))
    }
  }
  return { problems, reached, taken }
}
