/** What may be shown, told anew and by other means than those that make it: every character has to be accounted for. */

const DIR = '(?: dir="(?:ltr|rtl|auto)")?'
const ADDRESS = '(?:https?://[^\\s"<>]+|mailto:[^\\s"<>]*|tel:[^\\s"<>]*)'
const SPAN = '(?: (?:col|row)span="(?:[1-9]|1\\d|20)")*'

const OPEN: Readonly<Record<string, RegExp>> = {
  a: new RegExp(`^ href="${ADDRESS}" rel="noopener noreferrer nofollow"$`),
  ol: new RegExp(`^${DIR}(?: start="[1-9]\\d{0,3}")?$`),
  td: new RegExp(`^${DIR}${SPAN}$`),
  th: new RegExp(`^${DIR}${SPAN}(?: scope="(?:row|col)")?$`),
  img: /^ src="file:\d+" alt="[^"<>]*" \/$/,
  br: /^ \/$/,
  hr: new RegExp(`^${DIR} \\/$`),
}
const PLAIN = new RegExp(`^${DIR}$`)
for (const name of 'p div h3 h4 b strong i em u s sub sup code pre blockquote ul li table thead tbody tr'.split(
  ' ',
))
  Object.assign(OPEN, { [name]: PLAIN })
const PARENT: Readonly<Record<string, RegExp>> = {
  li: /^[uo]l$/,
  td: /^tr$/,
  th: /^tr$/,
  tr: /^t(able|head|body)$/,
  thead: /^table$/,
  tbody: /^table$/,
}
/** What a part of a table may hold. */
const PARTS: Readonly<Record<string, RegExp>> = {
  table: /^t(head|body|r)$/,
  thead: /^tr$/,
  tbody: /^tr$/,
  tr: /^t[dh]$/,
}
/** What browsers close where a block begins inside of it, and the blocks. */
const LINE = /^(p|h3|h4)$/
const BLOCK = /^(p|h3|h4|div|hr|pre|blockquote|ul|ol|table)$/
const VOID = ['br', 'hr', 'img']

const TOKEN = /<(\/?)([a-z][a-z0-9]*)([^<>]*)>|[^<>]+|[<>]/g
const BARE_AMPERSAND = /&(?!amp;|lt;|gt;|quot;)/
const NEVER = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u

/** Where a text leaves the grammar; empty where it keeps it. */
export function grammarFaults(html: string): readonly string[] {
  const faults: string[] = []
  const open: string[] = []
  for (const [token, slash, name, rest = ''] of html.matchAll(TOKEN)) {
    if (BARE_AMPERSAND.test(token)) faults.push(`bare ampersand: ${token}`)
    const parent = open.at(-1) ?? ''
    const part = PARTS[parent]
    if (name === undefined) {
      if (token === '<' || token === '>') faults.push(`bare angle near: ${html.slice(0, 80)}`)
      if (part && token.trim() !== '') faults.push(`words in a ${parent}: ${token}`)
    } else if (slash === '/') {
      if (open.pop() !== name || rest !== '') faults.push(`closes what is not open: ${token}`)
    } else if (!(Object.hasOwn(OPEN, name) && OPEN[name]?.test(rest))) faults.push(`not allowed: ${token}`)
    else {
      if (PARENT[name]?.test(parent) === false) faults.push(`${name} in ${parent || 'nothing'}`)
      if (part?.test(name) === false) faults.push(`${name} in ${parent}`)
      if (BLOCK.test(name) && open.some((each) => LINE.test(each))) faults.push(`${name} in a line`)
      if (name === 'a' && open.includes('a')) faults.push('a link in a link')
      if (!VOID.includes(name)) open.push(name)
    }
    if (open.length > 120) faults.push('nested too deep')
  }
  if (open.length > 0) faults.push(`left open: ${open.join(' ')}`)
  if (NEVER.test(html)) faults.push('a character that is never shown')
  return faults
}
