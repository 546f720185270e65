import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
import type { Document, Node, YAMLError } from 'yaml'
import type { z } from 'zod'
import { didYouMean, issueWords } from './words.ts'

/** One data file as it was read: its path for people, and its text. */
export interface Source {
  readonly path: string
  readonly text: string
  /** Why the file could not be read, in words; then its text is empty. */
  readonly unreadable?: string
}

/** What is wrong in a data file. The line counts from 1. */
export interface Problem {
  readonly path: string
  readonly line: number
  readonly message: string
}

/** Where something stands in a data file: `['fields', 2, 'kind']`. */
export type Place = readonly PropertyKey[]

/** A mistake that no schema can see, found by a check of its own. */
export interface Finding {
  readonly at: Place
  readonly words: string
}

export interface Reading<T> {
  /** What the file says, or null where it does not fit its schema; then `problems` tells why. */
  readonly value: T | null
  readonly problems: readonly Problem[]
  /** The problem that a finding is, with the line of its place, or of the nearest parent that the file has. */
  readonly problem: (finding: Finding) => Problem
}

/** `fields[2].kind`, as problems name a place. */
export const placeName = (place: Place): string =>
  place.reduce<string>(
    (name, step) =>
      typeof step === 'number' ? `${name}[${step}]` : name ? `${name}.${String(step)}` : String(step),
    '',
  )

function offsetOf(document: Document.Parsed, place: Place): number {
  let node: unknown = document.contents
  let offset = 0
  for (const step of place) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (!pair || !isScalar(pair.key)) break
      offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)]
      if (!isMap(item) && !isSeq(item) && !isScalar(item) && !isAlias(item)) break
      offset = item.range?.[0] ?? offset
      node = item
    } else break
  }
  return offset
}

const YAML_WORDS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'lines are indented with blanks, not with tabs',
  MULTIPLE_DOCS: 'one file holds one document; take out the line "---"',
  BLOCK_AS_IMPLICIT_KEY: 'a text with a colon and a blank in it must stand in quotes',
}

/** Levels of lists and groups within each other. The deepest file that makes sense has about forty. */
const MOST_LEVELS = 60
const TOO_DEEP = `lists and groups stand more than ${MOST_LEVELS} deep in each other; write it flatter`

function yamlWords(error: YAMLError, text: string): string {
  if (error.code === 'DUPLICATE_KEY') {
    const key = /^["']?([^\s:"']+)/.exec(text.slice(error.pos[0]))?.[1] ?? 'a key'
    return `${key}: is given twice in one place; keep one`
  }
  return YAML_WORDS[error.code] ?? `not readable as YAML: ${error.message}`
}

/** The document, or null for one that is too deep for its reader. */
function documentOf(text: string, lineCounter: LineCounter): Document.Parsed | null {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return null
  }
}

/** What stands right within a node: values of a group, entries of a list. */
function nodesIn(node: unknown): readonly unknown[] {
  if (isMap(node)) return node.items.flatMap(({ key, value }) => [key, value])
  return isSeq(node) ? node.items : []
}

/** Where the levels become too many, or null. Level by level: what calls itself would end before it could tell. */
function endOfLevels(document: Document.Parsed): number | null {
  let level = nodesIn(document.contents)
  for (let depth = 1; level.length > 0; depth += 1) {
    const groups = level.filter((node) => isMap(node) || isSeq(node))
    if (depth >= MOST_LEVELS && groups[0]) return groups[0].range?.[0] ?? 0
    level = groups.flatMap(nodesIn)
  }
  return null
}

/** Whether aliases make it deeper than it is written, or without end: then it holds itself. */
function isTooDeep(value: unknown): boolean {
  let level = new Set([value])
  for (let depth = 0; depth <= MOST_LEVELS; depth += 1) {
    const groups = [...level].filter((one) => typeof one === 'object' && one !== null)
    if (groups.length === 0) return false
    level = new Set(groups.flatMap((one) => Object.values(one)))
  }
  return true
}

/** Keys that are lists or groups themselves, which no data file needs: mostly `{field}` without its quotes. */
function oddKeys(document: Document.Parsed): readonly number[] {
  const offsets: number[] = []
  visit(document, {
    Pair: (_, { key }) => {
      if (isMap(key) || isSeq(key) || isAlias(key)) offsets.push(key.range?.[0] ?? 0)
    },
  })
  return offsets
}

/** Above this many repeats of one anchored node a file is refused: it could unfold without end. */
const MAX_ALIASES = 100

type Unfolded = { readonly value: unknown } | { readonly refused: number; readonly words: string }

function unfold(document: Document.Parsed): Unfolded {
  const refused = (words: string): Unfolded => {
    const aliases: Node[] = []
    visit(document, { Alias: (_, alias) => void aliases.push(alias) })
    return { refused: aliases[0]?.range?.[0] ?? 0, words }
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES })
    return isTooDeep(value) ? refused(TOO_DEEP) : { value }
  } catch (error) {
    // The library's sign for an alias without an anchor and for too many aliases.
    if (!(error instanceof ReferenceError)) throw error
    return refused('an alias (*name) has no anchor, or there are too many; write it out')
  }
}

function findings(issue: z.core.$ZodIssue): readonly Finding[] {
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(' ')
    return issue.keys.map((key) => ({
      at: [...issue.path, key],
      words: `is not a key here${didYouMean(key, known) || `; known are ${known.join(', ')}`}`,
    }))
  }
  if (issue.code === 'invalid_key') {
    return [{ at: issue.path, words: issue.issues[0]?.message ?? 'is not a name that can stand here' }]
  }
  return [{ at: issue.path, words: issue.message }]
}

/** A file that is there and cannot be read has that one problem. */
function unread<T>({ path }: Source, message: string): Reading<T> {
  const problem = ({ words }: Finding): Problem => ({ path, line: 1, message: words })
  return { value: null, problems: [{ path, line: 1, message }], problem }
}

/**
 * Reads one YAML file strictly: duplicate and unknown keys, unknown tags and aliases that unfold without end
 * are problems, each with the line it stands on, and so are more than 60 levels. Never throws for what a file says.
 */
export function readSource<T>(source: Source, schema: z.ZodType<T>): Reading<T> {
  if (source.unreadable !== undefined) return unread(source, source.unreadable)
  const lines = new LineCounter()
  const document = documentOf(source.text, lines)
  if (!document) return unread(source, TOO_DEEP)
  const on = (offset: number, message: string): Problem => ({
    path: source.path,
    line: lines.linePos(offset).line || 1,
    message,
  })
  const problem = ({ at, words }: Finding): Problem =>
    on(offsetOf(document, at), at.length > 0 ? `${placeName(at)}: ${words}` : words)
  const broken = (problems: readonly Problem[]): Reading<T> => ({ value: null, problems, problem })

  const exhausted = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION')
  if (exhausted) return broken([on(exhausted.pos[0], TOO_DEEP)])
  const tooDeep = endOfLevels(document)
  if (tooDeep !== null) return broken([on(tooDeep, TOO_DEEP)])
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) return broken(faults.map((fault) => on(fault.pos[0], yamlWords(fault, source.text))))
  const odd = oddKeys(document)
  if (odd.length > 0) {
    return broken(
      odd.map((offset) => on(offset, 'a key is a plain word; a text with braces must stand in quotes')),
    )
  }
  const unfolded = unfold(document)
  if ('refused' in unfolded) return broken([on(unfolded.refused, unfolded.words)])
  const parsed = schema.safeParse(unfolded.value, { error: issueWords })
  if (parsed.success) return { value: parsed.data, problems: [], problem }
  return broken(parsed.error.issues.flatMap(findings).map(problem))
}

/** In the order of a reader who goes through the files from top to bottom. */
export const inReadingOrder = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) || a.line - b.line || 0)
