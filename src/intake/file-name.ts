import { characters, oneLine } from '../forms/clean-text.ts'

const MOST_CHARACTERS = 100
/** File systems count bytes, and most of them stop at 255. */
const MOST_BYTES = 240
/** Controls, format characters (zero width, bidi), unassigned and private code points, line separators. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu
const REFUSED_BY_WINDOWS = /[<>:"|?*]/g
const RESERVED_BY_WINDOWS = /^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)$/i

/** What a reader sees of a name: NFKC, without folders, invisible characters or blanks around. */
export function shownName(name: string): string {
  const visible = name.normalize('NFKC').replace(INVISIBLE, '').normalize('NFKC')
  const base = visible.slice(Math.max(visible.lastIndexOf('/'), visible.lastIndexOf('\\')) + 1)
  return base.replace(/\p{Zs}+/gu, ' ').trim()
}

/** What follows the last dot of the name as it is shown, in lower case; empty without a dot. */
export function endingOf(name: string): string {
  const shown = withoutTail(shownName(name))
  const dot = shown.lastIndexOf('.')
  return dot < 0 ? '' : shown.slice(dot + 1).toLowerCase()
}

/**
 * A name that any system can store and show: at most 100 characters (UTF-16) and 240 bytes, without
 * folders, leading dot, invisible characters or a name that Windows reserves. It ends with `ending`
 * in lower case, reduced to letters and digits, and is "file" before it where nothing else is left.
 */
export function safeFileName(name: string, ending: string): string {
  const tail = `.${
    ending
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '')
      .slice(0, 10) || 'bin'
  }`
  const shown = withoutTail(shownName(name))
  const stem = shown.toLowerCase().endsWith(tail) ? shown.slice(0, -tail.length) : shown
  const plain = stem.replace(REFUSED_BY_WINDOWS, '_').replace(/^[. ]+/, '')
  const free = isReserved(plain) ? `_${plain}` : plain
  return (withoutTail(cut(free, tail.length)) || 'file') + tail
}

const MOST_FIT = 120
/** What no file system takes in a name, or reads as a path. */
const UNFIT = /[/\\:*?"<>|]/g
const ENDING = /\.[^.\s]{1,16}$/u
const ENDING_ALONE = /^[\s.]*(\.[^.\s]{1,16})$/u

/**
 * A name that somebody else gave to a file, as it can stand on a page, in a header and in any folder: one line without
 * controls or turned text, 120 characters with its ending, and "file" before the ending where nothing else is left.
 */
export function fitFileName(name: string): string {
  const line = oneLine(name)
    .replace(UNFIT, '_')
    .replace(/[\s.]+$/u, '')
  const plain = line.replace(ENDING_ALONE, 'file$1').replace(/^[\s.]+/u, '') || 'file'
  if (characters(plain) <= MOST_FIT) return plain
  const ending = ENDING.exec(plain)?.[0] ?? ''
  const stem = Array.from(plain.slice(0, plain.length - ending.length))
  return `${stem.slice(0, MOST_FIT - characters(ending)).join('')}${ending}`
}

/** Windows ignores blanks and dots at the end of a name, so they must not hide an ending. */
const withoutTail = (name: string): string => {
  let end = name.length
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end -= 1
  return name.slice(0, end)
}

/** Windows looks at what stands before the first dot only. */
const isReserved = (stem: string): boolean => RESERVED_BY_WINDOWS.test((stem.split('.')[0] ?? '').trimEnd())

function cut(stem: string, tailLength: number): string {
  let kept = ''
  let bytes = tailLength
  for (const character of stem) {
    bytes += bytesOf(character.codePointAt(0) ?? 0)
    if (kept.length + character.length + tailLength > MOST_CHARACTERS || bytes > MOST_BYTES) break
    kept += character
  }
  return kept
}

const bytesOf = (codePoint: number): number =>
  codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4
