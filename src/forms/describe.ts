import { z } from 'zod'
import { inLanguage, LANGUAGES } from '../language.ts'
import type { Language } from '../language.ts'
import { FIELD_KINDS } from './form.ts'
import type { Field, Form, Site } from './form.ts'

const FieldDescription = z.object({
  id: z.string(),
  kind: z.enum(FIELD_KINDS),
  label: z.string(),
  hint: z.string().exactOptional(),
  required: z.boolean(),
  options: z.array(z.object({ value: z.string(), label: z.string() })).exactOptional(),
  maxLength: z.int().exactOptional(),
  accept: z.array(z.string()).exactOptional(),
})

/** A form as the API tells it, in one language. */
export const FormDescription = z.object({
  id: z.string(),
  title: z.string(),
  languages: z.array(z.enum(LANGUAGES)),
  fields: z.array(FieldDescription),
})
export type FormDescription = z.infer<typeof FormDescription>

function describeField(field: Field, language: Language): z.infer<typeof FieldDescription> {
  return {
    id: field.id,
    kind: field.kind,
    label: inLanguage(field.label, language),
    ...(field.hint ? { hint: inLanguage(field.hint, language) } : {}),
    required: field.required,
    ...('options' in field
      ? { options: field.options.map(({ value, label }) => ({ value, label: inLanguage(label, language) })) }
      : {}),
    ...('maxLength' in field ? { maxLength: field.maxLength } : {}),
    ...('accept' in field ? { accept: [...field.accept] } : {}),
  }
}

/** What a program needs to know to fill in a form, its texts in one language. */
export const describeForm = (form: Form, language: Language, site: Site): FormDescription => ({
  id: form.id,
  title: inLanguage(form.title, language),
  languages: [...site.languages],
  fields: form.fields.map((field) => describeField(field, language)),
})
