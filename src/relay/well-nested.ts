import { type Element, type Node, parse, write } from './html-tree.ts'

/** Where an element may stand, as far as browsers would close what is around it for its sake. */
const PARENTS: Readonly<Record<string, readonly string[]>> = {
  li: ['ul', 'ol'],
  td: ['tr'],
  th: ['tr'],
  tr: ['table', 'thead', 'tbody'],
  thead: ['table'],
  tbody: ['table'],
}
const BLOCKS = ['p', 'div', 'h3', 'h4', 'hr', 'pre', 'blockquote', 'ul', 'ol', 'table']
/** Blocks that hold words alone. */
const LINES = ['p', 'h3', 'h4']
/** What a part of a table wraps around that which is no part of one. */
const WRAPPERS: Readonly<Record<string, readonly string[]>> = {
  table: ['tr', 'td'],
  thead: ['tr', 'td'],
  tbody: ['tr', 'td'],
  tr: ['td'],
}

/**
 * Sanitised HTML in which everything stands where browsers leave it. Else a cell without a table ends the cell, and
 * an entry without a list the entry, that a page or a mail puts the words into.
 */
export const wellNested = (html: string): string =>
  write({
    tag: '',
    open: '',
    children: parse(html).children.flatMap((child) => settle(child, '', 'no link')),
  })

function settle(node: Node, parent: string, around: 'link' | 'no link'): Node[] {
  if ('text' in node) return [node]
  const isLink = node.tag === 'a'
  if (isLink && around === 'link') return node.children.flatMap((child) => settle(child, parent, around))
  const element = PARENTS[node.tag]?.includes(parent) === false ? asDiv(node) : node
  const inside = element.children.flatMap((child) => settle(child, element.tag, isLink ? 'link' : around))
  const children = inside.map((child) => inPart(child, element.tag))
  const settled = { ...element, children }
  return [LINES.includes(element.tag) && children.some(holdsBlock) ? asDiv(settled) : settled]
}

const asDiv = ({ children }: Element): Element => ({ tag: 'div', open: '<div>', children })

const holdsBlock = (node: Node): boolean =>
  'tag' in node && (BLOCKS.includes(node.tag) || node.children.some(holdsBlock))

/** A child of a part of a table, within the parts that it lacks. */
function inPart(child: Node, part: string): Node {
  const fits = 'text' in child ? child.text.trim() === '' : PARENTS[child.tag]?.includes(part)
  return (WRAPPERS[part] ?? []).reduceRight<Node>(
    (inner, tag) => (fits ? inner : { tag, open: `<${tag}>`, children: [inner] }),
    child,
  )
}
