/** As a sanitiser writes them: lower case, and no `>` within their attributes. */
const TABLE = /<(\/?)table(?=[\s>])[^>]*>/g

/**
 * Sanitised HTML with every table in a box of its own, in which it scrolls, also by keyboard: so no page gets wider
 * than its screen and no word is broken. Tables within tables stay in the box of the outermost.
 */
export function withTablesInBoxes(html: string, name: string): string {
  let depth = 0
  return html.replace(TABLE, (tag: string, closes: string) => {
    depth += closes === '' ? 1 : -1
    if (closes === '')
      return depth === 1 ? `<div class="scroll" role="group" aria-label="${name}" tabindex="0">${tag}` : tag
    return depth === 0 ? `${tag}</div>` : tag
  })
}
