import { expect, test } from 'vitest'
import { describeForm, FormDescription } from '../../src/forms/describe.ts'
import { goodForms } from './good-forms.ts'

const { site, form } = goodForms()

test('a form is described in the language asked for, each field with what its kind needs and nothing else', () => {
  expect(describeForm(form('upload-trouble'), 'es', site)).toEqual({
    id: 'upload-trouble',
    title: 'La subida falla',
    languages: ['en', 'es'],
    fields: [
      { id: 'name', kind: 'text', label: 'Su nombre', required: true, maxLength: 100 },
      {
        id: 'email',
        kind: 'email',
        label: 'Su correo electrónico',
        hint: 'Enviaremos la respuesta a esta dirección.',
        required: true,
        maxLength: 254,
      },
      { id: 'organisation', kind: 'text', label: 'Su organización', required: false, maxLength: 200 },
      {
        id: 'node',
        kind: 'select',
        label: 'Nodo',
        required: true,
        options: [
          { value: 'upv', label: 'UPV' },
          { value: 'unknown', label: 'No lo sé' },
        ],
      },
      { id: 'what', kind: 'textarea', label: 'Qué ha pasado', required: true, maxLength: 8000 },
      { id: 'log', kind: 'files', label: 'Registro', required: false, accept: ['log', 'txt'] },
      {
        id: 'consent',
        kind: 'consent',
        label: 'He leído la política de privacidad y la política de uso aceptable',
        required: true,
      },
    ],
  })
})

test.for(['question', 'upload-trouble', 'everything'])('the description of %s fits its schema', (id) => {
  const description = describeForm(form(id), 'en', site)
  expect(FormDescription.parse(description)).toEqual(description)
})
