import { readFileSync } from 'node:fs'
import type { Form, Site } from '../../src/forms/form.ts'
import { readForms } from '../../src/forms/read.ts'
import type { Source } from '../../src/sources/source.ts'

const source = (name: string): Source => ({
  path: name,
  text: readFileSync(new URL(`../fixtures/forms/good/${name}`, import.meta.url), 'utf8'),
})

export const GOOD_SOURCES = ['site.yaml', 'question.yaml', 'upload-trouble.yaml', 'everything.yaml'].map(
  source,
)

/** The site and the forms of test/fixtures/forms/good, by the form's id. */
export function goodForms(): { readonly site: Site; readonly form: (id: string) => Form } {
  const { site, forms, problems } = readForms(GOOD_SOURCES)
  if (!site) throw new Error(`the good forms have problems: ${JSON.stringify(problems)}`)
  return {
    site,
    form: (id) => {
      const form = forms.find((one) => one.id === id)
      if (!form) throw new Error(`no good form ${id}: ${JSON.stringify(problems)}`)
      return form
    },
  }
}
