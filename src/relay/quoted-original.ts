import { type Element, type Node, parse, type Text, write } from './html-tree.ts'

const INLINE = ['a', 'b', 'strong', 'i', 'em', 'u', 's', 'sub', 'sup', 'code']
const NOTHING_SEEN = /^(?:\s|&nbsp;|\u200b|\ufeff)*$/

const QUOTE = '<blockquote type="cite">'
const SIGNATURE = '<div data-signature="true">'

/** Above what Zammad forwards: there the quote is what is told. */
const FORWARDED = /-{3}[^-]{1,80}:-{3}$/
const LONGEST_INTRODUCTION = 300
const WROTE =
  /(?<!\p{L})(?:wrote|schrieb|escribi[óo]|écrit|scritto|escreveu|schreef|skrev|kirjoitti|napsala?|napisała?)(?!\p{L})/iu

/** Whether it is the line that mail programs put above what they quote: who wrote it, and when. */
export const introducesQuote = (line: string): boolean =>
  line.length <= LONGEST_INTRODUCTION && /:\s*$/.test(line) && /\d/.test(line) && WROTE.test(line)

/**
 * Harmless HTML without the original that it quotes at its end, and without empty lines there. Quotes between
 * somebody's lines stay; so does one that is all there is, or that is forwarded. Marks are gone.
 */
export function withoutQuotedOriginal(html: string): string {
  const cut = parse(html)
  const result = cutQuotes(cut) && !isBlank(cut) ? cut : parse(html)
  trimEnd(result)
  return write(result).replaceAll(QUOTE, '<blockquote>').replaceAll(SIGNATURE, '<div>')
}

/** Cuts every quote at the end and what introduces the first of them; false where there is none, or it is told. */
function cutQuotes(place: Element): boolean {
  let gap: Text | null = null
  for (let next = cutLast(place); next; next = cutLast(place)) gap = next
  const line = gap && linesBefore(place, gap).findLast((texts) => !NOTHING_SEEN.test(wordsOf(texts)))
  if (!line) return gap !== null
  const words = wordsOf(line).trim()
  if (FORWARDED.test(words)) return false
  if (introducesQuote(words)) for (const text of line) text.text = ''
  return true
}

/** Cuts the quote behind which nothing is told but a signature; null where there is none. */
function cutLast(parent: Element): Text | null {
  const found = lastTold(parent)
  if (!found || found === 'other') return null
  const gap = { text: '' }
  found.parent.children[found.index] = gap
  return gap
}

/** Where the last quote is that nothing follows; null where there is nothing at all to be seen. */
function lastTold(parent: Element): { readonly parent: Element; readonly index: number } | 'other' | null {
  for (let index = parent.children.length - 1; index >= 0; index -= 1) {
    const child = parent.children[index]
    if (!child || isBlank(child)) continue
    if ('text' in child) return 'other'
    if (child.open === QUOTE) return { parent, index }
    return lastTold(child) ?? 'other'
  }
  return null
}

/** Nothing that somebody wrote into this answer: a signature is in every one. */
function isBlank(node: Node): boolean {
  if ('text' in node) return NOTHING_SEEN.test(node.text)
  if (node.open === SIGNATURE) return true
  return node.tag !== 'img' && node.children.every(isBlank)
}

/** The texts before a place, line by line. */
function linesBefore(place: Element, gap: Text): readonly (readonly Text[])[] {
  let line: Text[] = []
  const lines = [line]
  const breakLine = (): void => {
    line = []
    lines.push(line)
  }
  /** False once the place is reached. */
  const walk = (node: Node): boolean => {
    if (node === gap) return false
    if ('text' in node) {
      line.push(node)
      return true
    }
    const isLine = !INLINE.includes(node.tag)
    if (isLine) breakLine()
    const goesOn = node.children.every(walk)
    if (isLine && goesOn) breakLine()
    return goesOn
  }
  walk(place)
  return lines
}

const wordsOf = (texts: readonly Text[]): string => texts.map(({ text }) => text).join('')

/** Takes away what is empty at the end. */
function trimEnd(parent: Element): void {
  for (let last = parent.children.at(-1); last; last = parent.children.at(-1)) {
    if (!isEmpty(last)) {
      if ('tag' in last) trimEnd(last)
      return
    }
    parent.children.pop()
  }
}

const isEmpty = (node: Node): boolean =>
  'text' in node
    ? NOTHING_SEEN.test(node.text)
    : !['img', 'hr', 'td', 'th'].includes(node.tag) && node.children.every(isEmpty)
