import { inReadingOrder, readSource } from '../sources/source.ts'
import type { Finding, Problem, Source } from '../sources/source.ts'
import { completeFields } from './contact.ts'
import type { Form, Site } from './form.ts'
import { formFindings } from './form-checks.ts'
import { FormFile } from './form-file.ts'
import { siteFindings, siteFrom, SiteFile } from './site-file.ts'

export interface FormsReading {
  /** Null where site.yaml is missing or wrong. */
  readonly site: Site | null
  /** The forms without a mistake, in the order of the site's groups, then of their file names. */
  readonly forms: readonly Form[]
  /** Every mistake of every file, in the order of paths and lines. */
  readonly problems: readonly Problem[]
}

const SITE_FILE = 'site.yaml'
const FORM_NAME = /^([a-z0-9]+(?:-[a-z0-9]+)*)\.yaml$/

const nameOf = ({ path }: Source): string => path.slice(path.lastIndexOf('/') + 1)

const folderOf = (sources: readonly Source[]): string =>
  sources[0]?.path.slice(0, sources[0].path.lastIndexOf('/') + 1) ?? ''

interface SiteReading {
  readonly site: Site | null
  readonly problems: readonly Problem[]
  /** The problem that a finding in site.yaml is. */
  readonly problem: (finding: Finding) => Problem
}

function readSite(sources: readonly Source[]): SiteReading {
  const source = sources.find((one) => nameOf(one) === SITE_FILE)
  if (!source) {
    const problem = ({ words }: Finding) => ({
      path: `${folderOf(sources)}${SITE_FILE}`,
      line: 1,
      message: words,
    })
    const words = 'is missing; it names the site, its languages, its policy and its groups of forms'
    return { site: null, problems: [problem({ at: [], words })], problem }
  }
  const { value, problems, problem } = readSource(source, SiteFile)
  if (!value) return { site: null, problems, problem }
  const found = siteFindings(value).map(problem)
  return { site: found.length > 0 ? null : siteFrom(value), problems: found, problem }
}

interface FormReading {
  readonly form: Form | null
  /** The group it stands in, as soon as that can be told. */
  readonly group: string | null
  readonly problems: readonly Problem[]
}

function readForm(source: Source, site: Site | null): FormReading {
  const id = FORM_NAME.exec(nameOf(source))?.[1]
  if (id === undefined) {
    const message = 'a form’s file is named of a–z, 0–9 and -, and ends in .yaml'
    return { form: null, group: null, problems: [{ path: source.path, line: 1, message }] }
  }
  const { value, problems, problem } = readSource(source, FormFile)
  if (!value) return { form: null, group: null, problems }
  const found = formFindings(value, site).map(problem)
  const form = found.length > 0 ? null : { ...value, id, fields: completeFields(value.fields) }
  return { form, group: value.group, problems: found }
}

/** Groups that would stand empty on the first page; not told while a form’s group is unknown, as it may be one of them. */
function emptyGroups({ groups }: Site, read: readonly FormReading[]): readonly Finding[] {
  if (read.length === 0) return [{ at: [], words: 'there are no forms; put at least one beside this file' }]
  const known = groups.map(({ id }) => id)
  const used = read.map(({ group }) => group)
  if (used.some((group) => group === null || !known.includes(group))) return []
  return known.flatMap((id, index) =>
    used.includes(id)
      ? []
      : [{ at: ['groups', index], words: `no form is in the group ${id}; add one, or take the group out` }],
  )
}

/** Reads site.yaml and every form beside it, and finds all mistakes at once. Never throws for what a file says. */
export function readForms(sources: readonly Source[]): FormsReading {
  const { site, problems, problem } = readSite(sources)
  const read = sources.filter((one) => nameOf(one) !== SITE_FILE).map((source) => readForm(source, site))
  const place = ({ group }: Form): number => site?.groups.findIndex(({ id }) => id === group) ?? 0
  return {
    site,
    forms: read
      .flatMap(({ form }) => (form ? [form] : []))
      .sort((a, b) => place(a) - place(b) || (a.id < b.id ? -1 : 1)),
    problems: inReadingOrder([
      ...problems,
      ...read.flatMap((one) => one.problems),
      ...(site ? emptyGroups(site, read).map(problem) : []),
    ]),
  }
}
