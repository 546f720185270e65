import { compile, type DomNode, type FormatCallback } from 'html-to-text'
import { manyLines } from '../forms/clean-text.ts'
import { introducesQuote } from './quoted-original.ts'

const link: FormatCallback = (element, walk, builder) => {
  walk(element.children, builder)
  const address = shortened(hrefOf(element))
  if (address !== shortened(textOf(element))) builder.addInline(` (${address})`, { noWordTransform: true })
}

const picture: FormatCallback = ({ attribs }: DomNode, _, builder) => {
  const { alt } = attribs as { readonly alt?: string }
  if (alt) builder.addInline(`[${alt}]`)
}

/** Cells of a row in one line: columns in line would need a width, and mail is read on telephones. */
const row: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 1 })
  const cells = element.children.filter(({ type }) => type === 'tag')
  for (const [index, cell] of cells.entries()) {
    if (index > 0) builder.addInline(' | ')
    walk([cell], builder)
  }
  builder.closeBlock({ trailingLineBreaks: 1 })
}

const hrefOf = ({ attribs }: DomNode): string => (attribs as { readonly href?: string }).href ?? ''

const textOf = ({ data, children }: Pick<DomNode, 'data' | 'children'>): string =>
  data ?? children.map(textOf).join('')

/** An address as people write it: without what they leave out. */
const shortened = (address: string): string =>
  address
    .trim()
    .replace(/^(?:mailto|tel):/i, '')
    .replace(/(?<=^https?:\/\/[^/]+)\/$/i, '')

const toText = compile({
  // Programs break lines where their window ends.
  wordwrap: false,
  formatters: { link, picture, row },
  selectors: [
    { selector: 'a', format: 'link' },
    { selector: 'img', format: 'picture' },
    { selector: 'h3', format: 'heading', options: { uppercase: false } },
    { selector: 'h4', format: 'heading', options: { uppercase: false } },
    { selector: 'ul', format: 'unorderedList', options: { itemPrefix: '- ' } },
    { selector: 'table', format: 'block' },
    { selector: 'tr', format: 'row' },
  ],
})

/** Harmless HTML as plain text: links as "text (address)", cells with a bar between, a quote behind angles. */
export const plainText = (html: string): string => manyLines(toText(html)).replace(/\n{3,}/g, '\n\n')

/** Plain text without the original that it quotes at its end; that stays where it is all there is. */
export function textWithoutQuote(text: string): string {
  const lines = text.split('\n')
  const kept = withoutTail(lines, (line) => line.startsWith('>'))
  if (kept.length === lines.length || kept.length === 0) return text
  // A long one takes two lines.
  const lead = [1, 2].find((count) => introducesQuote(kept.slice(-count).join(' ')))
  const words = withoutTail(lead ? kept.slice(0, -lead) : kept, () => false)
  return words.length === 0 ? text : words.join('\n')
}

/** Without the lines at the end that are empty, or that are told to go. */
function withoutTail(lines: readonly string[], goes: (line: string) => boolean): readonly string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '' && !goes(line))
  return lines.slice(0, last + 1)
}
