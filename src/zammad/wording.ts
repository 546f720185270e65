/** How words that people typed must look before Zammad gets them. */

/** Without NUL and halves of characters, which the database behind Zammad cannot keep. */
export const clean = (text: string): string =>
  text.replaceAll('\u0000', '').replaceAll(/\p{Surrogate}/gu, '\ufffd')

const MENTION = 'data-mention-user-id'

/** Zammad on MySQL drops characters of four bytes after we looked, so they may stand anywhere in between. */
const DROPPED = '[\\u{10000}-\\u{10ffff}]*'

/** One character as it is or as a numeric entity, in any case. */
const written = (character: string): string => {
  const codes = [...new Set([character, character.toUpperCase()])].map((one) => one.charCodeAt(0))
  const entities = codes.flatMap((code) => [`&#0*${code};?`, `&#x0*${code.toString(16)};?`])
  return `(?:${[character, ...entities].join('|')})`
}

const spelled = (text: string): string => Array.from(text, written).join(DROPPED)

const mentionPattern = new RegExp(
  `(${spelled(MENTION.slice(0, 4))})(${DROPPED}${spelled(MENTION.slice(4))})`,
  'giu',
)

/**
 * Zammad reads every new body as HTML, plain text too, and subscribes the users that a mention names, or
 * refuses the ticket where there is no such user (contract 5.8, L11). A blank without width breaks the
 * attribute's name and cannot be seen.
 */
export const withoutMentions = (text: string): string => text.replaceAll(mentionPattern, '$1\u200b$2')

/** Text for an article's body. */
export const bodyText = (text: string): string => withoutMentions(clean(text))

/** Zammad keeps that many characters of a title and cuts the rest without a word (L8). */
export const TITLE_LENGTH = 250

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** One line of at most 250 characters as Zammad counts them, cut between what a reader sees as characters. */
export function titleText(text: string): string {
  const line = clean(text).replaceAll(/\s+/gu, ' ').trim()
  if (Array.from(line).length <= TITLE_LENGTH) return line
  let kept = ''
  let length = 0
  for (const { segment } of graphemes.segment(line)) {
    length += Array.from(segment).length
    if (length > TITLE_LENGTH - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

/** A tag as Zammad takes it: a comma or a star inside would break it (L9, contract 7.4). May come out empty. */
export const tagName = (tag: string): string =>
  clean(tag)
    .replaceAll(/[,*\s]+/gu, ' ')
    .trim()

/** Tags as a create takes them: one text, commas between. */
export const tagText = (tags: readonly string[]): string =>
  [...new Set(tags.map(tagName))].filter((name) => name !== '').join(',')

/** A person's one name in Zammad's two fields, parted at the last blank. */
export function splitName(name: string): { readonly firstname: string; readonly lastname: string } {
  const whole = clean(name).replaceAll(/\s+/gu, ' ').trim()
  const last = whole.lastIndexOf(' ')
  if (last < 0) return { firstname: whole, lastname: '' }
  return { firstname: whole.slice(0, last), lastname: whole.slice(last + 1) }
}
