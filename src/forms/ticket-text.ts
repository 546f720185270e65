import { inLanguage } from '../language.ts'
import type { Language } from '../language.ts'
import type { Answers } from './answers.ts'
import { oneLine } from './clean-text.ts'
import { CONTACT_FIELDS } from './contact.ts'
import type { Field, Form, Site } from './form.ts'
import { templateParts } from './ticket-template.ts'

/** Zammad cuts a title silently at this many UTF-16 code units. */
const MAX_TITLE = 250

const LANGUAGE_LABEL = { en: 'Language', es: 'Idioma' } as const
const TICKED = { en: 'Yes', es: 'Sí' } as const

/** The text, at most that many UTF-16 code units, cut between characters as people see them, with "…" at the cut. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    if (kept.length + segment.length > most - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

/** An answer as staff read it: choices by their labels; empty where there is none. */
function told(field: Field, answers: Answers, language: Language): string {
  const answer = Object.hasOwn(answers, field.id) ? answers[field.id] : undefined
  if (answer === undefined) return ''
  if (answer === true) return TICKED[language]
  const values = typeof answer === 'string' ? [answer] : answer
  if (!('options' in field)) return values.join('\n')
  const labels = new Map(field.options.map((option) => [option.value, inLanguage(option.label, language)]))
  return values.map((value) => labels.get(value) ?? value).join(field.kind === 'checkboxes' ? ', ' : '\n')
}

const asHeading = (label: string): string => (/[?:]$/.test(label) ? label : `${label}:`)

function titleOf(form: Form, answers: Answers, language: Language): string {
  const filled = templateParts(form.ticket.title).map((part) => {
    if (typeof part === 'string') return part
    const field = form.fields.find(({ id }) => id === part.field)
    return field ? told(field, answers, language) : ''
  })
  // An answer that was not given leaves its colon or dash at the end.
  const title = oneLine(filled.join('')).replace(/(?:\s*[:,–—-])+$|^(?:[:,–—-]\s*)+/gu, '')
  return cut(title || oneLine(inLanguage(form.title, language)), MAX_TITLE)
}

/**
 * The ticket that answers make, as plain text in the site's first language: one block for each answered field that the
 * form names, then who writes and in which language. `files` holds the names of the attached files by field id.
 * Neither title nor body is ever empty.
 */
export function ticketText(
  form: Form,
  answers: Answers,
  site: Site,
  visitor: { readonly language: Language; readonly files: Readonly<Record<string, readonly string[]>> },
): { readonly title: string; readonly body: string } {
  const [language] = site.languages
  const block = (label: string, text: string): readonly string[] =>
    text ? [`${asHeading(oneLine(label))}\n${text}`] : []
  const named = form.ticket.body.flatMap((id) => form.fields.filter((field) => field.id === id))
  const blocks = [...named, ...CONTACT_FIELDS].flatMap((field) => {
    const files = Object.hasOwn(visitor.files, field.id) ? (visitor.files[field.id] ?? []) : []
    const text = field.kind === 'files' ? files.map(oneLine).join('\n') : told(field, answers, language)
    return block(inLanguage(field.label, language), text)
  })
  const tongue = new Intl.DisplayNames([language], { type: 'language' }).of(visitor.language)
  return {
    title: titleOf(form, answers, language),
    body: [...blocks, ...block(LANGUAGE_LABEL[language], tongue ?? visitor.language)].join('\n\n'),
  }
}
