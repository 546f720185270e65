import type { Dice } from './dice.ts'

/** Somebody who asks for help. */
export interface Person {
  readonly n: number
  readonly name: string
  /** The address that they gave last. */
  address: string
}

/** An article that somebody of staff made, or a visitor without us. */
export interface Said {
  readonly n: number
  /** Id of the ticket that it was made on. */
  readonly born: number
  readonly at: Date
  /** Who was the ticket's customer then; null for somebody who asked for nothing here. */
  readonly customer: Person | null
  /** Stands in its text, by which it is known again. */
  readonly key: string
  readonly by: 'agent' | 'others'
  /** Whether it was mailed to somebody who is no visitor of the ticket's. */
  readonly isForwarded: boolean
  /** Whether it was public at any moment. */
  wasPublic: boolean
  isDeleted: boolean
}

/** Letters that stand in one place alone, and whose they are. */
export interface Mark {
  readonly letters: string
  /** What it stands in: a text, a name, the bytes of a file. */
  readonly where: string
  /** Whose word it is: an article that goes by its own visibility, a person's word, or both. */
  readonly said: Said | null
  /** Null for a stranger's; undefined where it is nobody's but the article's. */
  readonly person: Person | null | undefined
}

const PREFIX = 'zq'
const LENGTH = 12
/** Those that overlap are found as well. */
const MARKS = new RegExp(`(?=(${PREFIX}[a-z0-9]{${LENGTH}}))`, 'g')

export type Marks = Map<string, Mark>

/** Makes letters that nobody else has. */
export function mark(marks: Marks, dice: Dice, what: Omit<Mark, 'letters'>): string {
  const letters = PREFIX + dice.letters(LENGTH)
  marks.set(letters, { letters, ...what })
  return letters
}

/** The marks that stand in a text, in whatever case, each once. */
export function marksIn(marks: Marks, text: string): readonly Mark[] {
  const found = new Set<Mark>()
  for (const [, letters = ''] of text.toLowerCase().matchAll(MARKS)) {
    const known = marks.get(letters)
    if (known) found.add(known)
  }
  return [...found]
}

/** Bytes as characters of their own number. */
export const charactersOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
