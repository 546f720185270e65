import { z } from 'zod'
import { inLanguage } from '../language.ts'
import type { Language } from '../language.ts'
import { ANSWER_WORDS } from './answer-words.ts'
import { characters, manyLines, oneLine } from './clean-text.ts'
import { readEmailAddress } from './email-address.ts'
import { MAX_FIELDS } from './form.ts'
import type { Field, FilesField, Form } from './form.ts'

/** What one visitor answered, by field id: checked, trimmed, normalised. Files are kept apart. */
export type Answers = Readonly<Record<string, string | readonly string[] | true>>

/** One answer that cannot be taken, in the visitor's language. */
export interface AnswerError {
  readonly field: string
  readonly message: string
}

export type AnswersReading =
  | { readonly ok: true; readonly answers: Answers }
  | { readonly ok: false; readonly errors: readonly AnswerError[] }

/** As much of a form as its answers are read by. */
type Asking = Pick<Form, 'fields'>

type AnsweredField = Exclude<Field, FilesField>

const isAnswered = (field: Field): field is AnsweredField => field.kind !== 'files'

function isWebAddress(text: string): boolean {
  if (!/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === ''
}

function fieldSchema(field: AnsweredField, language: Language): z.ZodType<string | string[] | true> {
  const words = ANSWER_WORDS[language]
  const label = inLanguage(field.label, language)
  const error = ({ input }: { readonly input: unknown }): string =>
    input === undefined ? words.missing(field.kind, label) : words.one(label)
  switch (field.kind) {
    case 'text':
    case 'textarea':
    case 'email':
    case 'url': {
      const text = z.string({ error }).refine((value) => characters(value) <= field.maxLength, {
        error: ({ input }) => words.tooLong(field.maxLength, characters(String(input))),
      })
      if (field.kind === 'url') return text.refine(isWebAddress, words.url)
      if (field.kind !== 'email') return text
      return text.transform((value, context) => {
        const address = readEmailAddress(value)
        if (address !== null) return address
        context.issues.push({ code: 'custom', message: words.email, input: value })
        return z.NEVER
      })
    }
    case 'date':
      return z.iso.date({ error: words.date })
    case 'radio':
    case 'select':
      return z.string({ error }).refine((value) => field.options.some((option) => option.value === value), {
        error: words.notOffered(label),
      })
    case 'checkboxes': {
      const values = field.options.map(({ value }) => value)
      return z
        .array(z.string({ error: words.notOffered(label) }), { error })
        .refine((chosen) => chosen.every((value) => values.includes(value)), words.notOffered(label))
        .transform((chosen) => values.filter((value) => chosen.includes(value)))
    }
    case 'consent':
      return z.literal(true, { error: words.missing(field.kind, label) })
  }
}

/** The schema of a form's cleaned answers, files apart; its messages are in the visitor's language. */
export const answersSchema = (form: Asking, language: Language) =>
  z.strictObject(
    Object.fromEntries(
      form.fields.filter(isAnswered).map((field) => {
        const schema = fieldSchema(field, language)
        return [field.id, field.required ? schema : schema.exactOptional()]
      }),
    ),
  )

const isBlank = (value: unknown): boolean => value === undefined || value === null || value === ''

/** An answer as HTML or JSON brought it, cleaned; undefined where nothing was answered. */
function cleaned(field: Field, value: unknown): unknown {
  const clean = field.kind === 'textarea' ? manyLines : oneLine
  const list = (Array.isArray(value) ? value : [value])
    .map((one: unknown) => (typeof one === 'string' ? clean(one) : one))
    .filter((one) => !isBlank(one))
  if (list.length === 0) return undefined
  if (field.kind === 'checkboxes') return list
  if (list.length > 1) return list
  return field.kind === 'consent' && (list[0] === 'yes' || list[0] === 'on') ? true : list[0]
}

function fileErrors(
  form: Asking,
  language: Language,
  counts: Readonly<Record<string, number>>,
): readonly AnswerError[] {
  const words = ANSWER_WORDS[language]
  const needed = form.fields.filter(
    ({ id, kind, required }) => kind === 'files' && required && (counts[id] ?? 0) < 1,
  )
  const known = form.fields.filter(({ kind }) => kind === 'files').map(({ id }) => id)
  return [
    ...needed.map(({ id, label }) => ({
      field: id,
      message: words.missing('files', inLanguage(label, language)),
    })),
    ...Object.entries(counts)
      .filter(([id, count]) => count > 0 && !known.includes(id))
      .map(([field]) => ({ field, message: words.notAsked })),
  ]
}

function issueErrors(issue: z.core.$ZodIssue, form: Asking, language: Language): readonly AnswerError[] {
  if (issue.code !== 'unrecognized_keys')
    return [{ field: String(issue.path[0] ?? ''), message: issue.message }]
  const words = ANSWER_WORDS[language]
  return issue.keys.map((id) => {
    const field = form.fields.find((one) => one.id === id)
    return {
      field: id,
      message: field ? words.filesOnly(inLanguage(field.label, language)) : words.notAsked,
    }
  })
}

/** The first error of each field, in the order of the page; then those of fields that the form does not have. */
function inPageOrder(form: Asking, errors: readonly AnswerError[]): readonly AnswerError[] {
  const first = [...new Map(errors.toReversed().map((error) => [error.field, error])).values()].toReversed()
  const asked = form.fields.flatMap(({ id }) => first.filter(({ field }) => field === id))
  const strange = first.filter((error) => !asked.includes(error))
  return [...asked, ...strange.slice(0, MAX_FIELDS)]
}

/**
 * Checks what a visitor sent against the form. `raw` is what an HTML form or the JSON API brought: text by field id, a
 * list where several were chosen, `true` or `yes` for a ticked box; blank text counts as no answer, and an optional field
 * without an answer is left out. `fileCounts` says how many files came for each files field. Errors are in the
 * visitor's language and in the order of the page, one a field. Never throws, whatever `raw` holds.
 */
export function readAnswers(
  form: Asking,
  raw: Readonly<Record<string, unknown>>,
  language: Language,
  { fileCounts = {} }: { readonly fileCounts?: Readonly<Record<string, number>> } = {},
): AnswersReading {
  const given = Object.entries(raw).flatMap(([id, value]) => {
    const field = form.fields.find((one) => one.id === id)
    const answer = field ? cleaned(field, value) : value
    return answer === undefined ? [] : [[id, answer] as const]
  })
  const parsed = answersSchema(form, language).safeParse(Object.fromEntries(given))
  const files = fileErrors(form, language, fileCounts)
  if (parsed.success && files.length === 0) return { ok: true, answers: parsed.data }
  const issues = parsed.error?.issues ?? []
  return {
    ok: false,
    errors: inPageOrder(form, [...issues.flatMap((issue) => issueErrors(issue, form, language)), ...files]),
  }
}
