import type { JsonObject } from './rows.ts'

/** What a request brought along: query and JSON body in one. */
export type Params = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Params =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The text of a value that may also be a number; null for everything else. */
export const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null

/** Null, an empty text and a missing value are all nothing to Zammad. */
export const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '')

/** Zammad casts what it takes for a boolean: "false" and 0 are false. */
export const flag = (value: unknown): boolean =>
  !(value === undefined || value === null || value === false) && !/^(|0|f|false|off)$/i.test(String(value))

/** What came in as JSON is JSON; anything that is no object counts as empty. */
export const jsonObject = (value: unknown): JsonObject => (isObject(value) ? (value as JsonObject) : {})

/** Columns hold no NUL and are cut at their width. */
export const column = (value: unknown, width: number): string | null => {
  const text = textOf(value)
  return text === null ? null : [...text.replaceAll('\u0000', '')].slice(0, width).join('')
}

/** Titles and subjects hold no line breaks and tabs. */
export const oneLine = (text: string): string => text.replace(/\s/g, ' ')

const BRACKETS = /\[([^\]]*)\]/g

/** A query string with Rails' brackets: `a[b][c]=1` is `{a: {b: {c: "1"}}}`, `a[]=1` a list. */
export function readQuery(query: URLSearchParams): Params {
  const root: Record<string, unknown> = {}
  for (const [key, value] of query) {
    const head = key.replace(/\[.*$/, '')
    const path = [head, ...Array.from(key.matchAll(BRACKETS), (match) => match[1] ?? '')]
    place(root, path, value)
  }
  return root
}

function place(into: Record<string, unknown>, path: readonly string[], value: string): void {
  const [key = '', next, ...rest] = path
  if (next === undefined) {
    into[key] = value
  } else if (next === '') {
    const known = into[key]
    into[key] = Array.isArray(known) ? [...known, value] : [value]
  } else {
    const known = into[key]
    const child: Record<string, unknown> = isObject(known) ? { ...known } : {}
    into[key] = child
    place(child, [next, ...rest], value)
  }
}
