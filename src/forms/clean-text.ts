const LINE_BREAKS = /\r\n?|[\v\f\u0085\u2028\u2029]/g
const BLANKS = /[\s\u0085]+/gu
const LONE_SURROGATES = /\p{Surrogate}/gu
/** C0 and C1 without tab and line feed. */
const CONTROLS = /[^\P{Cc}\t\n]/gu
/** Embeddings, overrides and isolates: they make text read in an order that it is not stored in. */
const BIDI_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g
/** Direction marks and characters without width: nobody sees them in a line, and two lines that look alike differ. */
const UNSEEN = /[\u061c\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\ufeff]/g
const NOTHING_SEEN = /^[\s\p{Cf}]*$/u

const emptyIfUnseen = (text: string): string => (NOTHING_SEEN.test(text) ? '' : text)

/**
 * Text of many lines as it is kept: NFC, line feeds only, no controls but tab and line feed, no bidi controls,
 * nothing but well-formed Unicode, trimmed. Empty where there is nothing to see.
 */
export const manyLines = (text: string): string =>
  emptyIfUnseen(
    text
      .replace(LINE_BREAKS, '\n')
      .replace(CONTROLS, '')
      .replace(BIDI_CONTROLS, '')
      .replace(LONE_SURROGATES, '\ufffd')
      .normalize('NFC')
      .trim(),
  )

/** Text of one line as it is kept: like `manyLines`, with each run of white space one blank and nothing unseen. */
export const oneLine = (text: string): string =>
  manyLines(text).replace(UNSEEN, '').replace(BLANKS, ' ').normalize('NFC').trim()

/** Length in code points, as people and JSON Schema count characters. */
export const characters = (text: string): number => {
  let count = 0
  for (const _ of text) count += 1
  return count
}
