import { z } from 'zod'
import { httpsUrl, text } from '../sources/values.ts'
import { FILE_TYPES } from './file-types.ts'
import type { FileType } from './file-types.ts'

const id = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be 1 to 40 of a–z, 0–9 and _, and begin with a letter')
  .meta({ description: 'Name of the field in answers, templates and rules' })

const asked = {
  id,
  required: z.boolean().default(false),
  label: text,
  hint: text.exactOptional(),
}

const length = (most: number, usual: number) => z.int().min(1).max(most).default(usual)

const option = z.strictObject({ value: z.string().min(1).max(100), label: text })
const options = z.array(option).min(1)

// `Object.keys` forgets the names; the schema wants them as a tuple.
const fileTypes = Object.keys(FILE_TYPES) as [FileType, ...FileType[]]

const field = z.discriminatedUnion('kind', [
  z.strictObject({ ...asked, kind: z.literal('text'), maxLength: length(1_000, 200) }),
  z.strictObject({ ...asked, kind: z.literal('textarea'), maxLength: length(20_000, 8_000) }),
  z.strictObject({ ...asked, kind: z.literal('email'), maxLength: length(254, 254) }),
  z.strictObject({ ...asked, kind: z.literal('url'), maxLength: length(2_000, 2_000) }),
  z.strictObject({ ...asked, kind: z.literal('radio'), options }),
  z.strictObject({ ...asked, kind: z.literal('select'), options }),
  z.strictObject({ ...asked, kind: z.literal('checkboxes'), options }),
  z.strictObject({ ...asked, kind: z.literal('date') }),
  z.strictObject({ ...asked, kind: z.literal('files'), accept: z.array(z.enum(fileTypes)).min(1) }),
  z.strictObject({ ...asked, kind: z.literal('consent'), required: z.literal(true).default(true) }),
])

/** A form file as its owner writes it; `form-checks.ts` has what a schema cannot say. */
export const FormFile = z
  .strictObject({
    title: text,
    summary: text.meta({ description: 'One line under the title on the first page' }),
    group: z.string().min(1).meta({ description: 'Id of a group in site.yaml' }),
    intro: text.meta({ description: 'The lead of the form’s page' }),
    help: z.array(z.strictObject({ title: text, url: httpsUrl })).default([]),
    mail: z
      .enum(['full', 'link-only'])
      .default('full')
      .meta({ description: 'Whether mails hold the answer, or a link to it' }),
    notify: z
      .enum(['all', 'answers'])
      .default('all')
      .meta({ description: 'What the visitor gets mail about' }),
    fields: z.array(field).min(1),
    ticket: z.strictObject({
      title: z.string().trim().min(1).meta({ description: 'The ticket’s title, with {field} for an answer' }),
      body: z.array(z.string()).min(1).meta({ description: 'Ids of the fields that make the ticket’s text' }),
      attributes: z
        .array(z.string())
        .default([])
        .meta({ description: 'Ids of the fields that rules can ask for' }),
    }),
  })
  .meta({ title: 'A form', description: 'What a visitor is asked for one kind of request' })
export type FormFile = z.infer<typeof FormFile>
