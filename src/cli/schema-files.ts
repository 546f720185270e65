import { z } from 'zod'
import { PromiseFile } from '../promise/promise-file.ts'
import { RulesFile } from '../routing/rule-file.ts'
import { UnitsFile } from '../routing/units.ts'
import { FormFile } from '../forms/form-file.ts'
import { SiteFile } from '../forms/site-file.ts'

// Rules that only code can state (an address, a time zone) stand in the schemas as plain texts.
const editorSchema = (schema: z.ZodType): string =>
  `${JSON.stringify(z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }), null, 2)}\n`

/** The JSON Schemas that editors read beside the data files, with the path each one is kept at. */
export const schemaFiles = (): readonly { readonly path: string; readonly text: string }[] => [
  { path: 'forms/form.schema.json', text: editorSchema(FormFile) },
  { path: 'forms/site.schema.json', text: editorSchema(SiteFile) },
  { path: 'routing-rules/units.schema.json', text: editorSchema(UnitsFile) },
  { path: 'routing-rules/rules.schema.json', text: editorSchema(RulesFile) },
  { path: 'routing-rules/promise.schema.json', text: editorSchema(PromiseFile) },
]
