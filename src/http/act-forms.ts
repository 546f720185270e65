import { FILE_TYPES, isFileType } from '../forms/file-types.ts'
import type { Field, Form } from '../forms/form.ts'
import { LANGUAGES, type Text } from '../language.ts'
import type { Texts } from './pages/texts/en.ts'
import { textsIn } from './pages/texts/texts.ts'

/** What a visitor can do on the page of a conversation, by the last part of its address. */
export const ACTS = ['replies', 'solved', 'rating', 'address'] as const
export type Act = (typeof ACTS)[number]

/** In characters. */
const MOST_BODY = 20_000
const MOST_COMMENT = 2000
const MOST_ADDRESS = 254

/** What a page asks for: read and shown as the forms of requests are. */
export type ActForm = Pick<Form, 'fields'>

const inAll = (text: (texts: Texts) => string): Text =>
  Object.fromEntries(LANGUAGES.map((language) => [language, text(textsIn(language))]))

const body: Field = {
  id: 'body',
  kind: 'textarea',
  required: false,
  maxLength: MOST_BODY,
  label: inAll(({ acts }) => acts.replies.label),
}

const files: Field = {
  id: 'files',
  kind: 'files',
  required: false,
  label: inAll(({ acts }) => acts.replies.files),
  accept: Object.keys(FILE_TYPES).filter(isFileType),
}

const email = (label: (texts: Texts) => string): Field => ({
  id: 'email',
  kind: 'email',
  required: true,
  maxLength: MOST_ADDRESS,
  label: inAll(label),
})

export const ACT_FORMS: Readonly<Record<Act, ActForm>> = {
  replies: { fields: [body, files] },
  solved: { fields: [] },
  rating: {
    fields: [
      {
        id: 'score',
        kind: 'radio',
        required: true,
        label: inAll(({ acts }) => acts.rating.label),
        options: [5, 4, 3, 2, 1].map((score) => ({
          value: String(score),
          label: inAll(({ acts }) => acts.rating.words[score - 1] ?? ''),
        })),
      },
      {
        id: 'comment',
        kind: 'textarea',
        required: false,
        maxLength: MOST_COMMENT,
        label: inAll(({ acts }) => acts.rating.comment),
      },
    ],
  },
  address: { fields: [email(({ acts }) => acts.address.label)] },
}

/** As it is judged: a reply without files needs words. */
export const judgedBy = (act: Act, fileCount: number): ActForm =>
  act === 'replies' && fileCount === 0 ? { fields: [{ ...body, required: true }, files] } : ACT_FORMS[act]

export const FIND_FORM: ActForm = { fields: [email(({ find }) => find.label)] }
