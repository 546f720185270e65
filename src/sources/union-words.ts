import { z } from 'zod'
import { issueWords } from './words.ts'

type Issue = z.core.$ZodIssue

const isAtTop = ({ path }: Issue): boolean => path.length === 0

/** How little of an alternative a value is: 0 where it is of its kind, and has a mistake inside. */
function farness(issues: readonly Issue[]): number {
  if (issues.some((issue) => issue.code === 'invalid_type' && isAtTop(issue))) return 2
  return issues.some((issue) => issue.code === 'invalid_value' && isAtTop(issue)) ? 1 : 0
}

/** The issues of the alternative that was meant, each at its own place; the union’s words where none was. */
function meant(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const [nearest] = issue.errors.toSorted((a, b) => farness(a) - farness(b))
  if (!nearest || farness(nearest) === 2)
    return [{ code: 'custom', path: issue.path, message: issue.message }]
  return nearest.flatMap((inner) => meant({ ...inner, path: [...issue.path, ...inner.path] }))
}

/** Without what is said of a map as a whole where one of its keys is unknown: that key may be what the map lacks. */
function withoutEcho(issues: readonly Issue[]): readonly Issue[] {
  const strange = new Set(
    issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => JSON.stringify(path)),
  )
  return issues.filter(({ code, path }) => code !== 'custom' || !strange.has(JSON.stringify(path)))
}

/** What a union says of a value that is of none of its kinds: `right` names them. */
export const mustBe =
  (right: string) =>
  ({ input }: { readonly input?: unknown }): string => {
    if (input === undefined || input === null) {
      return `is ${input === null ? 'empty' : 'missing'}; it must be ${right}`
    }
    if (typeof input === 'number' || typeof input === 'boolean') {
      return `must be a text; put it in quotes: "${input}"`
    }
    return `must be ${right}, not ${Array.isArray(input) ? 'a list' : 'a group of keys'}`
  }

/**
 * The same schema, whose unions tell what is wrong inside the alternative that was meant, with its place: a mistake in
 * the third phrase of a list stands on the line of that phrase.
 */
export const tellingUnions = <T>(schema: z.ZodType<T>): z.ZodType<T> =>
  z.unknown().transform((value, context) => {
    const parsed = schema.safeParse(value, { error: issueWords })
    if (parsed.success) return parsed.data
    for (const issue of withoutEcho(parsed.error.issues.flatMap(meant))) {
      // An issue that was told is one that may be told again; only the types differ.
      context.issues.push({ ...issue, path: [...issue.path], input: value } as z.core.$ZodRawIssue)
    }
    return z.NEVER
  })
