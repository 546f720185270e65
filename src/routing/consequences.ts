import { type Atom, excludes, implies, type PlainSubject } from './atoms.ts'

/** An atom that holds, or one that does not, as one number. */
export const literal = (atom: number, holds: boolean): number => 2 * atom + (holds ? 0 : 1)

/** Atoms of phrases by their first word: few of a large rulebook's phrases can be within another. */
function phraseIndex(
  group: readonly number[],
  atoms: readonly Atom[],
): (phrase: readonly string[]) => number[] {
  const byFirstWord = new Map<string, number[]>()
  for (const number of group) {
    const atom = atoms[number]
    if (atom?.kind !== 'words') continue
    const first = atom.phrase[0] ?? ''
    byFirstWord.set(first, [...(byFirstWord.get(first) ?? []), number])
  }
  return (phrase) =>
    phrase.flatMap((word) => [
      ...(byFirstWord.get(word) ?? []),
      ...Array.from(word, (_, at) => byFirstWord.get(`${word.slice(0, at + 1)}*`) ?? []).flat(),
    ])
}

/**
 * By literal: those that cannot but hold with it. Each follows from the meaning of the tests alone: a longer
 * phrase and a shorter one in it, a value and another one, a test and `exists`.
 */
export function consequencesOf(
  atoms: readonly Atom[],
  hasOneValue: (subject: PlainSubject) => boolean,
): readonly (readonly number[])[] {
  const consequences: number[][] = Array.from({ length: 2 * atoms.length }, () => [])
  const link = (from: number, to: number): void => void consequences[from]?.push(to)
  const subjectOf = (atom: Atom): string => (atom.kind === 'time' ? 'time' : atom.subject)
  const groups = Map.groupBy(atoms.keys(), (number) => {
    const atom = atoms[number]
    return atom ? subjectOf(atom) : ''
  })
  for (const group of groups.values()) {
    const phrasesIn = phraseIndex(group, atoms)
    const exists = group.filter((number) => atoms[number]?.kind === 'exists')
    for (const number of group) {
      const atom = atoms[number]
      if (!atom) continue
      const others = atom.kind === 'words' ? [...new Set(phrasesIn(atom.phrase)), ...exists] : group
      for (const otherNumber of others) {
        const other = atoms[otherNumber]
        if (!other || otherNumber === number) continue
        if (implies(atom, other)) {
          link(literal(number, true), literal(otherNumber, true))
          link(literal(otherNumber, false), literal(number, false))
        } else if (atom.kind !== 'time' && hasOneValue(atom.subject) && excludes(atom, other)) {
          link(literal(number, true), literal(otherNumber, false))
          link(literal(otherNumber, true), literal(number, false))
        }
      }
    }
  }
  return consequences
}
