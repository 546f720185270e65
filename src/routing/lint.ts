import { z } from 'zod'
import type { Form } from '../forms/form.ts'
import { inReadingOrder, type Place, type Problem, readSource, type Source } from '../sources/source.ts'
import { catchAllTroubles } from './lint-catch-all.ts'
import { runExamples, statedExamples } from './lint-examples.ts'
import { conditionTroubles, factsTroubles, hasOneValue } from './lint-forms.ts'
import type { Rule, Rulebook } from './rule.ts'
import { type Unreachable, unreachableRules } from './shadow.ts'

const AnyYaml = z.unknown()

/** Where something stands in units.yaml. Where that is not among the sources, at its first line. */
export function placeInUnits(sources: readonly Source[]): (place: Place, message: string) => Problem {
  const source = sources.find(({ path }) => /(^|\/)units\.yaml$/.test(path))
  if (!source) return (_, message) => ({ path: 'units.yaml', line: 1, message })
  const { problem } = readSource(source, AnyYaml)
  return (at, message) => ({ ...problem({ at, words: message }), message })
}

const ruleProblem = ({ name, path, line }: Rule, words: string): Problem => ({
  path,
  line,
  message: `“${name}”: ${words}`,
})

function unreachableWords(unreachable: Unreachable): string {
  if (unreachable.why === 'contradiction') return 'can never match: its own conditions exclude each other'
  const rules = unreachable.by.map(({ name, path, line }) => `“${name}” (${path}:${line})`)
  const takers = rules.length === 1 ? `the earlier rule ${rules.join()} takes` : `earlier rules take`
  const list = rules.length === 1 ? '' : `: ${rules.join(', ')}`
  return `is never reached: ${takers} every request that it could match${list}`
}

function unitsWithoutRule({ units, rules }: Rulebook, sources: readonly Source[]): readonly Problem[] {
  const problem = placeInUnits(sources)
  const meant = new Set([units.defaultUnit, ...rules.map(({ unit }) => unit)])
  return units.units.flatMap(({ id }, index) =>
    meant.has(id) ? [] : [problem(['units', index], `no rule sends anything to the unit ${id}`)],
  )
}

/**
 * Faults of a rulebook that can be read, each with the line of its rule or example: examples that are decided
 * otherwise or contradict each other, rules that nothing reaches or that take what says nothing, units without a rule,
 * and forms, fields and choices that no form has. `sources` are the files of the rulebook; they give the lines of units.
 */
export function lintRules(
  rulebook: Rulebook,
  forms: readonly Form[],
  sources: readonly Source[],
): readonly Problem[] {
  const { rules } = rulebook
  const run = runExamples(rulebook)
  // An example that gets there is proof.
  const unreachable = new Map(
    unreachableRules(rules, hasOneValue(forms)).flatMap((why, index) => {
      const rule = rules[index]
      return rule && why && !run.reached.has(rule.name) ? [[rule.name, why] as const] : []
    }),
  )
  const isShadowed = ({ name }: Rule): boolean => unreachable.get(name)?.why === 'shadowed'
  return inReadingOrder([
    ...run.problems,
    ...run.taken.flatMap(({ rule, problem }) => (isShadowed(rule) ? [] : [problem])),
    ...rules.flatMap((rule) => {
      const why = unreachable.get(rule.name)
      if (why) return [ruleProblem(rule, unreachableWords(why))]
      return run.reached.has(rule.name) ? [] : [ruleProblem(rule, 'no example reaches this rule')]
    }),
    ...rules.flatMap((rule) =>
      [...conditionTroubles(rule.when, forms), ...catchAllTroubles(rule.when)].map((trouble) =>
        ruleProblem(rule, trouble),
      ),
    ),
    ...statedExamples(rulebook).flatMap(({ example }) =>
      factsTroubles(example.facts, forms).map((trouble) => ({
        path: example.path,
        line: example.line,
        message: `the example ${example.words}: ${trouble}`,
      })),
    ),
    ...unitsWithoutRule(rulebook, sources),
  ])
}
