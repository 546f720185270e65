/** Elements whose content nobody reads. */
const UNREAD = /<(script|style|head|title)\b[\s\S]*?(?:<\/\1\s*>|$)/gi
const COMMENT = /<!--[\s\S]*?(?:-->|$)/g
const LINE_END =
  /<\/?(?:address|article|blockquote|br|dd|div|dl|dt|figure|footer|h[1-6]|header|hr|li|ol|p|pre|section|table|tr|ul)\b[^<>]*>/gi
const CELL_END = /<\/t[dh]\s*>/gi
const TAG = /<[/!?]?[a-z][^<>]*>/gi
const ENTITY = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));/gi

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  iexcl: '¡',
  iquest: '¿',
  szlig: 'ß',
}

/** Combining marks by the end of an entity's name: `&ntilde;` is an n with a tilde. */
const MARKS: Readonly<Record<string, string>> = {
  grave: '\u0300',
  acute: '\u0301',
  circ: '\u0302',
  tilde: '\u0303',
  uml: '\u0308',
  cedil: '\u0327',
}

function namedCharacter(name: string): string | null {
  const mark = MARKS[name.slice(1).toLowerCase()]
  return mark === undefined
    ? (NAMED[name.toLowerCase()] ?? null)
    : `${name.charAt(0)}${mark}`.normalize('NFC')
}

const isCharacter = (code: number): boolean =>
  code > 0 && code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff)

function character(entity: string, hex?: string, decimal?: string, name?: string): string {
  if (name !== undefined) return namedCharacter(name) ?? entity
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  return isCharacter(code) ? String.fromCodePoint(code) : entity
}

/**
 * What a reader sees of an HTML text, one paragraph, item or row of a table a line. Takes time in proportion
 * to its length, whatever it holds; for rules to look at, not for display.
 */
export const htmlText = (html: string): string =>
  html
    .replace(COMMENT, '')
    .replace(UNREAD, ' ')
    .replace(/\s+/g, ' ')
    .replace(LINE_END, '\n')
    .replace(CELL_END, ' ')
    .replace(TAG, '')
    .replace(ENTITY, character)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')
