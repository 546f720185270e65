import { didYouMean } from '../sources/words.ts'
import { LANGUAGES } from '../language.ts'
import type { Text } from '../language.ts'
import { extraLanguages, missingLanguages, repeated } from '../sources/values.ts'
import type { Finding, Place } from '../sources/source.ts'
import { oneLine } from './clean-text.ts'
import { ADDED_IDS, completeFields } from './contact.ts'
import { FIELD_KINDS, MAX_FIELDS } from './form.ts'
import type { ChoiceField, Field, FieldKind, Site } from './form.ts'
import type { FormFile } from './form-file.ts'
import { templateParts } from './ticket-template.ts'

/** Names that a submission has beside its answers. */
const TAKEN: readonly string[] = ['form', 'language', 'time_zone', 'challenge']

const placedTexts = (file: FormFile): readonly { readonly at: Place; readonly text: Text }[] => [
  { at: ['title'], text: file.title },
  { at: ['summary'], text: file.summary },
  { at: ['intro'], text: file.intro },
  ...file.help.map(({ title }, index) => ({ at: ['help', index, 'title'], text: title })),
  ...file.fields.flatMap((field, index) => [
    { at: ['fields', index, 'label'], text: field.label },
    ...(field.hint ? [{ at: ['fields', index, 'hint'], text: field.hint }] : []),
    ...('options' in field ? field.options : []).map(({ label }, option) => ({
      at: ['fields', index, 'options', option, 'label'],
      text: label,
    })),
  ]),
]

function idFindings({ fields }: FormFile): readonly Finding[] {
  const own = MAX_FIELDS - ADDED_IDS.length
  return [
    ...(fields.length > own
      ? [{ at: ['fields', own], words: `is one too many; a form has at most ${own} fields of its own` }]
      : []),
    ...fields.flatMap(({ id }, index) => {
      const at = ['fields', index, 'id']
      if (ADDED_IDS.includes(id))
        return [{ at, words: `every form has ${id} without being told; take it out` }]
      return TAKEN.includes(id) ? [{ at, words: `${id} is a name that Firstline needs; take another` }] : []
    }),
    ...repeated(
      fields,
      ({ id }) => id,
      (index) => ['fields', index, 'id'],
      (id) => `another field is called ${id} already; ids differ`,
    ),
  ]
}

/** Choices that nobody can make, or nobody can tell apart. */
function choiceFindings({ kind, options }: ChoiceField, place: Place): readonly Finding[] {
  const at = (index: number, key: string): Place => [...place, index, key]
  return [
    ...(options.length < 2 && kind !== 'checkboxes'
      ? [{ at: place, words: `a ${kind} with one option is no choice; add another, or take the field out` }]
      : []),
    ...options.flatMap(({ value }, index) =>
      value === oneLine(value)
        ? []
        : [
            {
              at: at(index, 'value'),
              words: 'can never be chosen; take out blanks around it and unseen characters',
            },
          ],
    ),
    ...repeated(
      options,
      ({ value }) => value,
      (index) => at(index, 'value'),
      (value) => `another option has the value ${value} already; values differ`,
    ),
    ...LANGUAGES.flatMap((language) =>
      repeated(
        options.filter(({ label }) => label[language] !== undefined),
        ({ label }) => label[language] ?? '',
        (index) => [...at(index, 'label'), language],
        (label) => `another option is called "${label}" already; visitors could not tell them apart`,
      ),
    ),
  ]
}

const fieldFindings = (fields: readonly Field[]): readonly Finding[] =>
  fields.flatMap((field, index) => {
    if ('options' in field) return choiceFindings(field, ['fields', index, 'options'])
    if (field.kind !== 'files') return []
    return repeated(
      field.accept,
      (ending) => ending,
      (entry) => ['fields', index, 'accept', entry],
      (ending) => `${ending} is there already; keep one`,
    )
  })

function reference(
  fields: readonly Field[],
  id: string,
  at: Place,
  allowed: readonly Field['kind'][] | 'any',
) {
  const field = fields.find((one) => one.id === id)
  if (!field) {
    const known = fields.map((one) => one.id)
    return [{ at, words: `no field is called ${id || '""'}${didYouMean(id, known)}` }]
  }
  if (allowed !== 'any' && !allowed.includes(field.kind)) {
    return [{ at, words: `${id} is a field of kind ${field.kind}, which has no text to put here` }]
  }
  return []
}

/** Kinds whose answers are text: all but bytes and a tick. */
const TELLING: readonly FieldKind[] = FIELD_KINDS.filter((kind) => kind !== 'files' && kind !== 'consent')

function ticketFindings({ fields: own, ticket }: FormFile): readonly Finding[] {
  const fields = completeFields(own)
  const parts = templateParts(ticket.title)
  const told = [...ticket.body, ...ADDED_IDS]
  const untold = own.filter(({ id, kind }) => TELLING.includes(kind) && !told.includes(id))
  return [
    ...parts.flatMap((part) => {
      const at = ['ticket', 'title']
      if (typeof part !== 'string') return reference(fields, part.field, at, TELLING)
      return /[{}]/.test(part) ? [{ at, words: 'has a brace without its partner; write {field}' }] : []
    }),
    ...ticket.body.flatMap((id, index) => {
      const at = ['ticket', 'body', index]
      return ADDED_IDS.includes(id)
        ? [{ at, words: `${id} is in every ticket without being told; take it out` }]
        : reference(fields, id, at, 'any')
    }),
    ...ticket.attributes.flatMap((id, index) =>
      reference(fields, id, ['ticket', 'attributes', index], TELLING),
    ),
    ...(['body', 'attributes'] as const).flatMap((list) =>
      repeated(
        ticket[list],
        (id) => id,
        (index) => ['ticket', list, index],
        (id) => `${id} is there already; keep one`,
      ),
    ),
    ...untold.map(({ id }) => ({
      at: ['ticket', 'body'],
      words: `${id} is asked and told nobody; add it to the list`,
    })),
  ]
}

/** What is wrong in a form file that its schema lets pass; without a site, only what can be told without one. */
export function formFindings(file: FormFile, site: Site | null): readonly Finding[] {
  const groups = site?.groups.map(({ id }) => id) ?? []
  return [
    ...(site && !groups.includes(file.group)
      ? [
          {
            at: ['group'],
            words: `site.yaml has no group ${file.group}${didYouMean(file.group, groups) || `; it has ${groups.join(', ')}`}`,
          },
        ]
      : []),
    ...(site
      ? placedTexts(file).flatMap(({ at, text }) => [
          ...missingLanguages(at, text, site.languages),
          ...extraLanguages(at, text, site.languages),
        ])
      : []),
    ...idFindings(file),
    ...fieldFindings(file.fields),
    ...ticketFindings(file),
  ]
}
