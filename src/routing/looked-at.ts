import { beginning, foldBeginning, type Phrase, phraseOf, type PhraseWord, wordsOf } from './folding.ts'

/** A phrase made ready to be looked for often. */
export interface Sought {
  /** As the rule has it. */
  readonly written: string
  readonly words: Phrase
  /** A whole word of it: a text without that has not the phrase. Null where all are beginnings. */
  readonly sign: string | null
}

export function sought(written: string): Sought {
  const words = phraseOf(written)
  return { written, words, sign: words.find(({ isBeginning }) => !isBeginning)?.text ?? null }
}

/** One text of a request as conditions look at it. All is worked out when first asked for, and once. */
export interface LookedAt {
  readonly isEmpty: boolean
  /** Folded and trimmed, to be compared as a whole. */
  readonly folded: () => string
  /** As it was written, in NFC, for patterns. */
  readonly written: () => string
  /** The first of the phrases whose words stand in it, whole and one after the other. */
  readonly firstOf: (phrases: readonly Sought[]) => Sought | null
}

/** Where each word stands, for texts in which many phrases are looked for. */
interface WordIndex {
  readonly words: readonly string[]
  readonly places: ReadonlyMap<string, readonly number[]>
  /** Each word once, in order, to find those of one beginning. */
  readonly sorted: () => readonly string[]
}

const NOWHERE: readonly number[] = []

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

const endsInWord = /[\p{L}\p{N}]$/u
const beginsInWord = /^[\p{L}\p{N}\p{M}]/u

/** The words of the beginning; the last one is left out where a cut goes through it. */
function words(text: string, looked: string, folded: string): readonly string[] {
  const head = beginning(folded)
  const found = wordsOf(head)
  const next = head.length < folded.length ? folded.slice(head.length) : text.slice(looked.length)
  const isCut = endsInWord.test(head.slice(-2)) && beginsInWord.test(next.slice(0, 2))
  return isCut ? found.slice(0, -1) : found
}

function indexOf(list: readonly string[]): WordIndex {
  const places = new Map<string, number[]>()
  list.forEach((word, place) => {
    const known = places.get(word)
    if (known) known.push(place)
    else places.set(word, [place])
  })
  return { words: list, places, sorted: once(() => [...places.keys()].sort()) }
}

/** Index of the first entry that is not below the word. */
function lowerBound(sorted: readonly string[], word: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? '') < word) low = middle + 1
    else high = middle
  }
  return low
}

function hasBeginning(index: WordIndex, text: string): boolean {
  const sorted = index.sorted()
  return sorted[lowerBound(sorted, text)]?.startsWith(text) ?? false
}

/** Where the words of one beginning stand. */
function placesOf(index: WordIndex, text: string): readonly number[] {
  const sorted = index.sorted()
  const first = lowerBound(sorted, text)
  let end = first
  while (sorted[end]?.startsWith(text)) end += 1
  return sorted.slice(first, end).flatMap((word) => index.places.get(word) ?? NOWHERE)
}

const standsAt = (word: string | undefined, { text, isBeginning }: PhraseWord): boolean =>
  word === text || (isBeginning && word !== undefined && word.startsWith(text))

/** Where the phrase could begin, told by that of its whole words that is rarest in the text. */
function starts(index: WordIndex, phrase: Phrase): readonly number[] {
  let best: readonly number[] | null = null
  let offset = 0
  for (let at = 0; at < phrase.length; at += 1) {
    const word = phrase[at]
    if (!word || word.isBeginning) continue
    const places = index.places.get(word.text)
    if (!places) return NOWHERE
    if (best !== null && best.length <= places.length) continue
    best = places
    offset = at
  }
  if (best) return offset === 0 ? best : best.map((place) => place - offset)
  return placesOf(index, phrase[0]?.text ?? '')
}

function hasPhrase(index: WordIndex, phrase: Phrase): boolean {
  const [only] = phrase
  if (!only) return false
  if (phrase.length === 1) {
    return index.places.has(only.text) || (only.isBeginning && hasBeginning(index, only.text))
  }
  return starts(index, phrase).some((start) =>
    phrase.every((word, offset) => standsAt(index.words[start + offset], word)),
  )
}

function firstOf(index: WordIndex, phrases: readonly Sought[]): Sought | null {
  for (const phrase of phrases) {
    if (phrase.sign !== null && !index.places.has(phrase.sign)) continue
    if (hasPhrase(index, phrase.words)) return phrase
  }
  return null
}

/** Prepares one text. Only its first 8,192 characters are ever looked at, and no more of them once they are folded. */
export function lookedAt(text: string): LookedAt {
  const looked = beginning(text)
  const folded = once(() => foldBeginning(looked))
  const index = once(() => indexOf(words(text, looked, folded())))
  return {
    isEmpty: looked.trim() === '',
    folded: once(() => beginning(folded()).trim()),
    written: once(() => beginning(looked.normalize('NFC'))),
    firstOf: (phrases) => firstOf(index(), phrases),
  }
}
