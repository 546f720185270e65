import type { Form, Site } from './forms/form.ts'
import { readForms } from './forms/read.ts'
import { type AnswerPromise, readPromise } from './promise/promise.ts'
import { readUnits, type Units } from './routing/units.ts'
import type { Problem, Source } from './sources/source.ts'

/** What an owner writes in `forms/` and `routing-rules/`. */
export interface Content {
  readonly site: Site
  readonly forms: readonly Form[]
  readonly units: Units
  readonly promise: AnswerPromise
}

export interface ContentSources {
  readonly forms: readonly Source[]
  readonly routing: readonly Source[]
}

const UNITS = 'units.yaml'
const PROMISE = 'promise.yaml'

const missing = (path: string): Problem => ({ path, line: 1, message: 'is missing' })

/** Reads all files; content is null as soon as there is one problem, and all problems are told at once. */
export function readContent(sources: ContentSources): {
  readonly content: Content | null
  readonly problems: readonly Problem[]
} {
  const named = (name: string): Source | undefined =>
    sources.routing.find(({ path }) => path === name || path.endsWith(`/${name}`))
  const { site, forms, problems } = readForms(sources.forms)
  const unitsSource = named(UNITS)
  const promiseSource = named(PROMISE)
  const units = unitsSource
    ? readUnits(unitsSource, site?.languages)
    : { units: null, problems: [missing(UNITS)] }
  const promise = promiseSource ? readPromise(promiseSource) : { promise: null, problems: [missing(PROMISE)] }
  const all = [...problems, ...units.problems, ...promise.problems]
  if (all.length > 0 || !site || !units.units || !promise.promise) return { content: null, problems: all }
  return { content: { site, forms, units: units.units, promise: promise.promise }, problems: [] }
}

/** `path:line: message`, as compilers say it. */
export const tellProblem = ({ path, line, message }: Problem): string => `${path}:${line}: ${message}`
