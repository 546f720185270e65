/** Characters of a text that rules look at, as people count them: a longer text costs no more. */
export const LOOKED_AT = 8192

/** Up to the last character that rules look at. */
export function beginning(text: string): string {
  if (text.length <= LOOKED_AT) return text
  let end = 0
  for (let count = 0; count < LOOKED_AT && end < text.length; count += 1) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  }
  return text.slice(0, end)
}

const ASCII = /^[\0-\x7f]*$/
/** Marks, and characters that nobody sees: a soft hyphen parts no word. */
const UNSEEN = /[\p{M}\p{Default_Ignorable_Code_Point}]/gu
/** Letters that Unicode does not take apart, as people write them without their key. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  ς: 'σ',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ł: 'l',
  ŧ: 't',
  þ: 'th',
}
const ODD = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g')

/**
 * The text without case, accents and width (NFKD): `Ñandú` and `nandu`, `STRASSE` and `Straße`, `İ`, `ı` and `i` are the same.
 * Folding twice changes nothing.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  return (
    text
      .normalize('NFKD')
      .replace(UNSEEN, '')
      // First up, then down: going down alone leaves ı and other small letters that have no large one of their own.
      .toUpperCase()
      .toLowerCase()
      .replace(ODD, (letter) => PLAIN[letter] ?? letter)
  )
}

/** Characters that are folded at once. */
const PORTION = 512

/**
 * The beginning of the folded text, never much longer than what rules look at: one character may fold to eighteen. It
 * ends before the text does only where it is longer than `LOOKED_AT`.
 */
export function foldBeginning(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  let folded = ''
  // A character has one unit or two, so that this many units hold more characters than are looked at.
  for (let from = 0; from < text.length && folded.length <= 2 * LOOKED_AT;) {
    const isHalved = /[\ud800-\udbff]/.test(text.charAt(from + PORTION - 1))
    const portion = text.slice(from, from + PORTION + (isHalved ? 1 : 0))
    folded += fold(portion)
    from += portion.length
  }
  return folded
}

const RUNS = /[\p{L}\p{N}]+/gu

/** The words of a folded text: its runs of letters and digits, in order. Scripts without blanks make one word of a run. */
export const wordsOf = (folded: string): readonly string[] => folded.match(RUNS) ?? []

/** One word of a phrase; a beginning stands for every word that begins so. */
export interface PhraseWord {
  readonly text: string
  readonly isBeginning: boolean
}

export type Phrase = readonly PhraseWord[]

const STAR_WITHOUT_WORD = /(?<![\p{L}\p{N}])\*/u
const STAR_IN_WORD = /\*(?=[\p{L}\p{N}])/u

/** What is wrong with a phrase of a rule, in words for its owner, or null. */
export function phraseTrouble(phrase: string): string | null {
  const folded = fold(phrase)
  if (STAR_WITHOUT_WORD.test(folded)) {
    return 'the * has no word before it; write the beginning of a word, like provid*'
  }
  if (STAR_IN_WORD.test(folded)) return 'a * may stand at the end of a word only, like provid*'
  return wordsOf(folded).length === 0 ? 'holds no letter and no digit, so no text has it' : null
}

/** A phrase cut into words as texts are, `word*` for every word that begins so. */
export const phraseOf = (phrase: string): Phrase =>
  Array.from(fold(phrase).matchAll(/([\p{L}\p{N}]+)(\*?)/gu), ([, text = '', star]) => ({
    text,
    isBeginning: star === '*',
  }))
