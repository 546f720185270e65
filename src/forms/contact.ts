import type { ConsentField, Field, TextField } from './form.ts'

const NAME = {
  id: 'name',
  kind: 'text',
  required: true,
  label: { en: 'Your name', es: 'Su nombre' },
  maxLength: 100,
} as const satisfies TextField

const EMAIL = {
  id: 'email',
  kind: 'email',
  required: true,
  label: { en: 'Your email address', es: 'Su correo electrónico' },
  hint: { en: 'The answer goes to this address.', es: 'Enviaremos la respuesta a esta dirección.' },
  maxLength: 254,
} as const satisfies TextField

const ORGANISATION = {
  id: 'organisation',
  kind: 'text',
  required: false,
  label: { en: 'Your organisation', es: 'Su organización' },
  maxLength: 200,
} as const satisfies TextField

const CONSENT = {
  id: 'consent',
  kind: 'consent',
  required: true,
  label: {
    en: 'I have read the privacy policy and the acceptable use policy',
    es: 'He leído la política de privacidad y la política de uso aceptable',
  },
} as const satisfies ConsentField

/** Who writes: asked by every form, told in every ticket. */
export const CONTACT_FIELDS = [NAME, EMAIL, ORGANISATION] as const

/** Ids that no form file may define, as every form has these fields. */
export const ADDED_IDS: readonly string[] = [...CONTACT_FIELDS, CONSENT].map(({ id }) => id)

/** The form's own fields between those that every form has: who writes first, the policy box last. */
export const completeFields = (own: readonly Field[]): readonly Field[] => [
  ...CONTACT_FIELDS,
  ...own,
  CONSENT,
]
