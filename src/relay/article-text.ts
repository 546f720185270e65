import type { Article } from '../desk.ts'
import { characters, manyLines, oneLine } from '../forms/clean-text.ts'
import { harmless } from './harmless-html.ts'
import { plainText, textWithoutQuote } from './plain-text.ts'
import { withoutQuotedOriginal } from './quoted-original.ts'

/** What a visitor reads of an article. */
export interface ArticleText {
  /** Made harmless: a page shows it as it is. Pictures are the article's files, as `file:ID`. */
  readonly html: string
  readonly text: string
  /** Ids of the files that are pictures in the text, each once, in their order. */
  readonly pictures: readonly number[]
}

/** So many characters (UTF-16) of an article are shown; Zammad takes 1,500,000 (contract 5.8). */
export const MOST_SHOWN = 200_000
/** HTML and text take together at most so many bytes (UTF-8), so that a row holds them. */
export const MOST_SHOWN_BYTES = 1_500_000
/** Ends what was cut. It is read in every language, as an article may be in any. */
export const CUT = '[…]'

const PICTURE = /<img src="file:(\d+)" alt="[^"<>]*" \/>/g
const LINK = /https?:\/\/[^\s<>"'\p{Cc}]+/giu
/** What ends a sentence rather than a link. */
const AFTER_LINK = /[.,;:!?)\]}’”»]+$/u
const MOST_NAME_CHARACTERS = 100

/**
 * What is shown of an article: harmless HTML and true plain text, without the original that it quotes at its end.
 * What is longer than is sane ends with a mark that it goes on. Never throws, whatever the body is.
 */
export function articleText(article: Pick<Article, 'contentType' | 'body' | 'files'>): ArticleText {
  let most = MOST_SHOWN
  let made = shownOf(article, most)
  while (bytesOf(made.html) + bytesOf(made.text) > MOST_SHOWN_BYTES) made = shownOf(article, (most /= 2))
  return made
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** What is shown of the first `most` characters. */
function shownOf(
  { contentType, files, body: whole }: Pick<Article, 'contentType' | 'body' | 'files'>,
  most: number,
): ArticleText {
  const isLong = whole.length > most
  const body = whole.slice(0, most)
  const isHtml = /html/i.test(contentType)
  const words = isHtml ? '' : textWithoutQuote(manyLines(body))
  const shown = withoutQuotedOriginal(harmless(isHtml ? body : paragraphs(words), isHtml ? files : []))
  const text = isHtml ? plainText(shown) : words
  const pictures = Array.from(shown.matchAll(PICTURE), ([, id]) => Number(id))
  return {
    html: isLong ? `${shown}<p>${CUT}</p>` : shown,
    // Addresses of links take room in a text that they do not take on a page.
    text: isLong || text.length > most ? `${text.slice(0, most)}\n\n${CUT}`.trimStart() : text,
    pictures: [...new Set(pictures)],
  }
}

/** Text as HTML: empty lines part paragraphs, addresses are links, what is indented stays so. */
function paragraphs(text: string): string {
  if (text === '') return ''
  const written = text.split(/\n{2,}/).map((paragraph) => paragraph.split('\n').map(line).join('<br />'))
  return written.map((paragraph) => `<p>${paragraph}</p>`).join('')
}

function line(text: string): string {
  const indented = text.replace(/^[ \t]+/, (blanks) =>
    blanks.replaceAll('\t', '    ').replaceAll(' ', '\u00a0'),
  )
  let html = ''
  let from = 0
  for (const { 0: found, index } of indented.matchAll(LINK)) {
    const address = found.replace(AFTER_LINK, '')
    html += `${escaped(indented.slice(from, index))}<a href="${escaped(address)}">${escaped(address)}</a>`
    from = index + address.length
  }
  return html + escaped(indented.slice(from))
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/**
 * HTML of `articleText` with the address of each picture, or without the picture where there is none. Addresses
 * are text: they cannot end the attribute that they stand in.
 */
export const withPictures = (html: string, sourceOf: (id: number) => string | null): string =>
  html.replace(PICTURE, (whole, id: string) => {
    const source = sourceOf(Number(id))
    return source === null ? '' : whole.replace(`"file:${id}"`, () => `"${escaped(source)}"`)
  })

/**
 * Name of the person in a sender ("Anna Agent via Desk <desk@…>" is Anna Agent), in one line without anything
 * unseen, at most 100 characters; empty where none is told. Never an address.
 */
export function agentName(from: string): string {
  const [, before, address] = /^(.*?)\s*<([^<>]*)>\s*$/su.exec(from) ?? [null, from, null]
  const unquoted = (before ?? '').trim().replace(/^"(.*)"$/su, '$1')
  const plain = oneLine(unquoted.replace(/\\(.)/gsu, '$1'))
  const name = address === null ? plain : plain.replace(/(?<=\S)\s+via\s.*$/u, '')
  if (name.includes('@')) return ''
  return characters(name) <= MOST_NAME_CHARACTERS
    ? name
    : [...name].slice(0, MOST_NAME_CHARACTERS).join('').trim()
}
