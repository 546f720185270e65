import { z } from 'zod'
import { LANGUAGES, type Language } from '../language.ts'
import { readPromise, unknownUnits } from '../promise/read.ts'
import { sha256 } from '../secret.ts'
import { inReadingOrder, type Finding, type Problem, readSource, type Source } from '../sources/source.ts'
import { didYouMean } from '../sources/words.ts'
import { depthTrouble } from './condition-depth.ts'
import { conditionFrom } from './condition-file.ts'
import type { Example, Rule, Rulebook } from './rule.ts'
import { exampleFacts, exampleWords, type ExampleEntry, type RuleEntry, RulesFile } from './rule-file.ts'
import { tellingUnions } from '../sources/union-words.ts'
import { readUnits, type Units } from './units.ts'

const UNITS = 'units.yaml'
const PROMISE = 'promise.yaml'
const HOLIDAYS = /\.ics$/
const RULES_NAME = /^\d\d-[a-z0-9]+(?:-[a-z0-9]+)*\.yaml$/
const VERSION_DIGITS = 12

const Nested = z.looseObject({ rules: z.array(z.looseObject({ when: z.unknown() })) })

/** Conditions that are too deep are told before anything looks into them. */
const flatEnough = z.unknown().check(({ value, issues }) => {
  const { data } = Nested.safeParse(value)
  data?.rules.forEach(({ when }, index) => {
    const message = depthTrouble(when)
    if (message !== null)
      issues.push({ code: 'custom', input: when, path: ['rules', index, 'when'], message })
  })
})

const RulesSource = flatEnough.pipe(tellingUnions(RulesFile))

const nameOf = ({ path }: Source): string => path.slice(path.lastIndexOf('/') + 1)

const byName = (a: Source, b: Source): number => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0)

const missing = (path: string): Problem => ({ path, line: 1, message: 'is missing' })

interface RulesReading {
  readonly rules: readonly Rule[]
  readonly unforeseen: readonly Example[]
  readonly problems: readonly Problem[]
}

const nothing = (problems: readonly Problem[]): RulesReading => ({ rules: [], unforeseen: [], problems })

function unitFindings(rules: readonly RuleEntry[], units: Units | null): readonly Finding[] {
  if (!units) return []
  const ids = units.units.map(({ id }) => id)
  const unknown = (id: string): string => `no unit is called ${id}${didYouMean(id, ids)}`
  return rules.flatMap(({ owner, then: { unit } }, index) => [
    ...(ids.includes(owner) ? [] : [{ at: ['rules', index, 'owner'], words: unknown(owner) }]),
    ...(ids.includes(unit) ? [] : [{ at: ['rules', index, 'then', 'unit'], words: unknown(unit) }]),
  ])
}

/** The names given before, with where; a rule of another file may have taken one. */
type Names = Map<string, string>

function nameFindings(rules: readonly RuleEntry[], taken: Names, place: (index: number) => string) {
  return rules.flatMap(({ name }, index): readonly Finding[] => {
    const before = taken.get(name)
    if (before === undefined) {
      taken.set(name, place(index))
      return []
    }
    const words = `another rule is called ${name} already (${before}); names differ`
    return [{ at: ['rules', index, 'name'], words }]
  })
}

function readRules(source: Source, units: Units | null, taken: Names): RulesReading {
  if (!RULES_NAME.test(nameOf(source))) {
    const message = 'a rules file is named like 20-federated.yaml: two digits, then a–z, 0–9 and -'
    return nothing([{ path: source.path, line: 1, message }])
  }
  const { value, problems, problem } = readSource(source, RulesSource)
  if (!value) return nothing(problems)
  const lineOf = (at: Finding['at']): number => problem({ at, words: '' }).line
  const found = [
    ...unitFindings(value.rules, units),
    ...nameFindings(value.rules, taken, (index) => `${source.path}:${lineOf(['rules', index])}`),
  ]
  if (found.length > 0) return nothing(found.map(problem))
  const examples = (entries: readonly ExampleEntry[], at: Finding['at']): readonly Example[] =>
    entries.map((entry, index) => ({
      facts: exampleFacts(entry),
      words: exampleWords(entry),
      path: source.path,
      line: lineOf([...at, index]),
    }))
  return {
    rules: value.rules.map(({ name, owner, mode, when, then: result, ...entry }, index) => ({
      name,
      owner,
      when: conditionFrom(when),
      unit: result.unit,
      priority: result.priority ?? null,
      tags: result.tags,
      mode: mode ?? null,
      examples: {
        yes: examples(entry.examples.yes, ['rules', index, 'examples', 'yes']),
        no: examples(entry.examples.no, ['rules', index, 'examples', 'no']),
      },
      path: source.path,
      line: lineOf(['rules', index]),
    })),
    unforeseen: examples(value.unforeseen, ['unforeseen']),
    problems: [],
  }
}

const versionOf = async (sources: readonly Source[]): Promise<string> =>
  (await sha256(JSON.stringify(sources.map((source) => [nameOf(source), source.text])))).slice(
    0,
    VERSION_DIGITS,
  )

const isHolidays = (source: Source): boolean => HOLIDAYS.test(nameOf(source))

/** Units and promise; each names things of the other, and is not blamed where that one is broken. */
function readBoth(
  unitsSource: Source | undefined,
  promiseSource: Source | undefined,
  holidays: readonly Source[],
  languages: readonly Language[],
) {
  const inPromise = promiseSource ? readPromise(promiseSource, holidays) : null
  const promise = inPromise?.promise ?? null
  const { units, problems: inUnits } = unitsSource
    ? readUnits(unitsSource, languages, promise && Object.keys(promise.calendars))
    : { units: null, problems: [missing(UNITS)] }
  const crossed =
    inPromise && promise && units
      ? unknownUnits(
          promise,
          units.units.map(({ id }) => id),
        ).map(inPromise.problem)
      : []
  const problems = [...inUnits, ...(inPromise?.problems ?? [missing(PROMISE)]), ...crossed]
  return { units, promise, problems }
}

/** What files come to. The rulebook is null as soon as there is a mistake. */
export interface ReadRules {
  readonly rulebook: Rulebook | null
  readonly problems: readonly Problem[]
}

/** By the languages that were asked for. */
const read = new WeakMap<readonly Source[], Map<string, Promise<ReadRules>>>()

/**
 * Reads everything in `routing-rules/`: units.yaml, promise.yaml with the holidays files (`.ics`) that it names, and the
 * rules files in the order of their names. Finds all mistakes at once. Never throws for what a file says. The very same
 * sources, as bundled ones are, are read once in a process, however often a service starts on them.
 */
export function readRulebook(
  sources: readonly Source[],
  languages: readonly Language[] = LANGUAGES,
): Promise<ReadRules> {
  const before = read.get(sources) ?? new Map<string, Promise<ReadRules>>()
  read.set(sources, before)
  const found = before.get(languages.join()) ?? readAnew(sources, languages)
  before.set(languages.join(), found)
  return found
}

async function readAnew(sources: readonly Source[], languages: readonly Language[]): Promise<ReadRules> {
  const ordered = sources.toSorted(byName)
  const named = (name: string): Source | undefined => ordered.find((source) => nameOf(source) === name)
  const [unitsSource, promiseSource] = [named(UNITS), named(PROMISE)]
  const holidays = ordered.filter(isHolidays)
  const { units, promise, problems: inBoth } = readBoth(unitsSource, promiseSource, holidays, languages)
  const taken: Names = new Map()
  const files = ordered
    .filter((source) => source !== unitsSource && source !== promiseSource && !isHolidays(source))
    .map((source) => readRules(source, units, taken))
  const problems = [...inBoth, ...files.flatMap((file) => file.problems)]
  if (problems.length > 0 || !units || !promise) return { rulebook: null, problems: inReadingOrder(problems) }
  const rulebook: Rulebook = {
    units,
    rules: files.flatMap(({ rules }) => rules),
    unforeseen: files.flatMap(({ unforeseen }) => unforeseen),
    promise,
    version: await versionOf(ordered),
  }
  return { rulebook, problems: [] }
}
