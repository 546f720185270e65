/** An element of HTML that a sanitiser wrote, or the place where all of it is. */
export interface Element {
  readonly tag: string
  /** As it is written, with its attributes; empty for the place itself. */
  readonly open: string
  readonly children: Node[]
}
/** As it is written, with its entities. */
export interface Text {
  text: string
}
export type Node = Element | Text

const TOKEN = /<(\/?)([a-z0-9]+)[^<>]*>|[^<]+/g
const VOID = ['br', 'hr', 'img']

/** The tree of HTML in which every element is closed and no attribute holds a bare angle. */
export function parse(html: string): Element {
  const place: Element = { tag: '', open: '', children: [] }
  const inside = [place]
  for (const [token, slash, tag] of html.matchAll(TOKEN)) {
    const parent = inside.at(-1) ?? place
    if (tag === undefined) parent.children.push({ text: token })
    else if (slash === '/') inside.pop()
    else {
      const element = { tag, open: token, children: [] }
      parent.children.push(element)
      if (!VOID.includes(tag)) inside.push(element)
    }
  }
  return place
}

/** The tree as HTML. */
export const write = (node: Node): string =>
  'text' in node
    ? node.text
    : node.open + node.children.map(write).join('') + (isClosed(node) ? `</${node.tag}>` : '')

const isClosed = ({ tag }: Element): boolean => tag !== '' && !VOID.includes(tag)
