import type { Form, Site } from './forms/form.ts'
import { readForms } from './forms/read.ts'
import { readRulebook } from './routing/read.ts'
import type { Rulebook } from './routing/rule.ts'
import type { Problem, Source } from './sources/source.ts'

/** What an owner writes in `forms/`. */
export interface FormsPart {
  readonly site: Site
  readonly forms: readonly Form[]
}

/** What an owner writes in `forms/` and `routing-rules/`. */
export interface Content extends FormsPart {
  readonly rulebook: Rulebook
}

export interface ContentSources {
  readonly forms: readonly Source[]
  readonly routing: readonly Source[]
}

/** Reads the forms alone; `part` is null as soon as there is one problem. `readRulebook` is its counterpart. */
export function readFormsPart(sources: readonly Source[]): {
  readonly part: FormsPart | null
  readonly problems: readonly Problem[]
} {
  const { site, forms, problems } = readForms(sources)
  return problems.length > 0 || !site ? { part: null, problems } : { part: { site, forms }, problems: [] }
}

/** Reads all files; content is null as soon as there is one problem, and all problems are told at once. */
export async function readContent(sources: ContentSources): Promise<{
  readonly content: Content | null
  readonly problems: readonly Problem[]
}> {
  // A unit's name is needed in the languages of the site, which is known even where a form is broken.
  const { site, forms, problems: inForms } = readForms(sources.forms)
  const { rulebook, problems: inRules } = await readRulebook(sources.routing, site?.languages)
  const problems = [...inForms, ...inRules]
  if (problems.length > 0 || !site || !rulebook) return { content: null, problems }
  return { content: { site, forms, rulebook }, problems: [] }
}

/** `path:line: message`, as compilers say it. */
export const tellProblem = ({ path, line, message }: Problem): string => `${path}:${line}: ${message}`
