import { createFormulas, type Formula, negated, type PlainSubject } from './atoms.ts'
import { consequencesOf, literal } from './consequences.ts'
import { TICKET_SOURCES } from './facts.ts'
import type { Condition, Rule } from './rule.ts'

/** How many guesses are made for one rule before it counts as reachable. */
const MOST_GUESSES = 1000

const OPEN = 0
const HOLDS = 1
const FAILS = -1

interface Search {
  /** Whether all goals can hold of one request. `impossible` is certain; `unknown` where the guesses ran out. */
  readonly examine: (goals: readonly Formula[]) => 'possible' | 'impossible' | 'unknown'
  /** After `possible`: whether a formula holds of the request that was found. */
  readonly holds: (formula: Formula) => boolean
  /** After `possible`: the atoms that hold of it. */
  readonly held: () => readonly number[]
}

/** Guesses and draws consequences (Davis, Putnam, Logemann and Loveland). */
function createSearch(atomCount: number, consequences: readonly (readonly number[])[]): Search {
  const values = new Int8Array(atomCount)
  const trail: number[] = []
  let guesses = 0

  const undo = (mark: number): void => {
    for (const atom of trail.splice(mark)) values[atom] = OPEN
  }

  const assume = (assumed: number): boolean => {
    const waiting = [assumed]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const atom = next >> 1
      const value = next % 2 === 0 ? HOLDS : FAILS
      if (values[atom] === value) continue
      if (values[atom] !== OPEN) return false
      values[atom] = value
      trail.push(atom)
      waiting.push(...(consequences[next] ?? []))
    }
    return true
  }

  /** Of a formula, where atoms that are still open count as `open`. */
  const valueOf = (formula: Formula, open: number): number => {
    if (formula.kind === 'atom') {
      const value = values[formula.atom] || open
      return formula.holds ? value : -value
    }
    const decisive = formula.kind === 'all' ? FAILS : HOLDS
    let sum = -decisive
    for (const part of formula.of) {
      const value = valueOf(part, open)
      if (value === decisive) return decisive
      if (value === OPEN) sum = OPEN
    }
    return sum
  }

  /** What is left of the goals when everything is drawn that needs no guess; null where one fails. */
  const settled = (goals: readonly Formula[]): readonly Formula[] | null => {
    let left = goals
    for (;;) {
      const next: Formula[] = []
      let moved = false
      for (const goal of left) {
        const value = valueOf(goal, OPEN)
        if (value === FAILS) return null
        if (value === HOLDS) continue
        if (goal.kind === 'any') next.push(goal)
        else moved = true
        if (goal.kind === 'all') next.push(...goal.of)
        if (goal.kind === 'atom' && !assume(literal(goal.atom, goal.holds))) return null
      }
      if (!moved) return next
      left = next
    }
  }

  const search = (goals: readonly Formula[]): boolean => {
    const left = settled(goals)
    if (left === null) return false
    // No consequence says that one of several atoms holds: all that are open may fail together.
    const doubtful = left.find((goal) => valueOf(goal, FAILS) !== HOLDS)
    if (!doubtful || doubtful.kind === 'atom') return true
    const others = left.filter((goal) => goal !== doubtful)
    for (const part of doubtful.of) {
      if (valueOf(part, OPEN) === FAILS) continue
      guesses += 1
      if (guesses > MOST_GUESSES) return true
      const mark = trail.length
      if (search([part, ...others])) return true
      undo(mark)
      if (part.kind === 'atom' && !assume(literal(part.atom, !part.holds))) return false
    }
    return false
  }

  return {
    examine(goals) {
      undo(0)
      guesses = 0
      if (!search(goals)) return 'impossible'
      return guesses > MOST_GUESSES ? 'unknown' : 'possible'
    },
    holds: (formula) => valueOf(formula, FAILS) === HOLDS,
    held: () => trail.filter((atom) => values[atom] === HOLDS),
  }
}

const SOURCE_IS_ONE: Condition = { kind: 'is', subject: 'source', values: TICKET_SOURCES }

/** Why no request comes to a rule: its own conditions exclude each other, or earlier rules take all of them. */
export type Unreachable =
  { readonly why: 'contradiction' } | { readonly why: 'shadowed'; readonly by: readonly Rule[] }

function atomsIn(formula: Formula): readonly number[] {
  return formula.kind === 'atom' ? [formula.atom] : formula.of.flatMap(atomsIn)
}

/** Finds the formulas that hold of a request without looking at those that share no atom with it. */
function createIndex(formulas: readonly Formula[], { holds, held }: Search): () => readonly number[] {
  const ofNothing = formulas.flatMap((formula, index) => (holds(formula) ? [index] : []))
  const byAtom = new Map<number, number[]>()
  formulas.forEach((formula, index) => {
    for (const atom of new Set(atomsIn(formula))) byAtom.set(atom, [...(byAtom.get(atom) ?? []), index])
  })
  return () => {
    const touched = new Set([...ofNothing, ...held().flatMap((atom) => byAtom.get(atom) ?? [])])
    return [...touched].filter((index) => {
      const formula = formulas[index]
      return formula !== undefined && holds(formula)
    })
  }
}

/**
 * By rule: why no request can ever reach it, or null where one may. Tells no rule unreachable that is not;
 * with patterns, and where very many conditions hang together, it may miss one. `hasOneValue` says whether the answer
 * to a field is never a list.
 */
export function unreachableRules(
  rules: readonly Rule[],
  hasOneValue: (field: string) => boolean,
): readonly (Unreachable | null)[] {
  const { atoms, formulaOf } = createFormulas()
  const formulas = rules.map(({ when }) => formulaOf(when))
  const background = formulaOf(SOURCE_IS_ONE)
  const isSingle = (subject: PlainSubject): boolean =>
    !subject.startsWith('answer:') || hasOneValue(subject.slice('answer:'.length))
  const search = createSearch(atoms.length, consequencesOf(atoms, isSingle))
  const holding = createIndex(formulas, search)

  return formulas.map((own, index): Unreachable | null => {
    const beside = (earlier: readonly number[]): ReturnType<Search['examine']> =>
      search.examine([own, background, ...earlier.flatMap((one) => formulas[one] ?? []).map(negated)])
    // An earlier rule counts once it takes the request that was found without it.
    let earlier: readonly number[] = []
    for (;;) {
      const found = beside(earlier)
      if (found === 'unknown') return null
      if (found === 'impossible') break
      const takers = holding().filter((one) => one < index)
      if (takers.length === 0) return null
      earlier = [...earlier, ...takers]
    }
    if (earlier.length === 0) return { why: 'contradiction' }
    const needed = fewest(
      earlier.toSorted((a, b) => a - b),
      (some) => beside(some) === 'impossible',
    )
    return { why: 'shadowed', by: needed.flatMap((one) => rules[one] ?? []) }
  })
}

/** A part of the list that is enough, and of which nothing can be left out: the last ones are left out first. */
function fewest(list: readonly number[], isEnough: (some: readonly number[]) => boolean): readonly number[] {
  const single = list.find((one) => isEnough([one]))
  if (single !== undefined) return [single]
  return list.toReversed().reduce<readonly number[]>((kept, one) => {
    const without = kept.filter((other) => other !== one)
    return isEnough(without) ? without : kept
  }, list)
}
