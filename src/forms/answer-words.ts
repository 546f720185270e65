import type { Language } from '../language.ts'
import type { FieldKind } from './form.ts'

interface AnswerWords {
  readonly missing: (kind: FieldKind, label: string) => string
  readonly tooLong: (most: number, has: number) => string
  readonly one: (label: string) => string
  readonly notOffered: (label: string) => string
  readonly email: string
  readonly url: string
  readonly date: string
  readonly filesOnly: (label: string) => string
  readonly notAsked: string
}

const email = {
  en: 'Enter an email address, like name@example.org',
  es: 'Escriba una dirección de correo, como nombre@example.org',
}
const url = {
  en: 'Enter a web address that begins with https:// or http://, like https://example.org/page',
  es: 'Escriba una dirección web que empiece por https:// o http://, como https://example.org/pagina',
}
const date = { en: 'Enter a date, like 2026-11-21', es: 'Escriba una fecha, como 2026-11-21' }

function missingInEnglish(kind: FieldKind, label: string): string {
  switch (kind) {
    case 'email':
      return email.en
    case 'url':
      return url.en
    case 'date':
      return date.en
    case 'radio':
    case 'select':
      return `Choose an answer to “${label}”`
    case 'checkboxes':
      return `Tick at least one answer to “${label}”`
    case 'files':
      return `Attach a file to “${label}”`
    case 'consent':
      return `Tick the box “${label}” to go on`
    case 'text':
    case 'textarea':
      return `Fill in “${label}”`
  }
}

function missingInSpanish(kind: FieldKind, label: string): string {
  switch (kind) {
    case 'email':
      return email.es
    case 'url':
      return url.es
    case 'date':
      return date.es
    case 'radio':
    case 'select':
      return `Elija una respuesta en «${label}»`
    case 'checkboxes':
      return `Marque al menos una respuesta en «${label}»`
    case 'files':
      return `Adjunte un archivo en «${label}»`
    case 'consent':
      return `Marque la casilla «${label}» para continuar`
    case 'text':
    case 'textarea':
      return `Rellene «${label}»`
  }
}

/** What is said beside an answer that cannot be taken: what would be right, never what was done wrong. */
export const ANSWER_WORDS: Readonly<Record<Language, AnswerWords>> = {
  en: {
    missing: missingInEnglish,
    tooLong: (most, has) => `Shorten this to ${most} characters; it has ${has}`,
    one: (label) => `Give one answer, as text, to “${label}”`,
    notOffered: (label) => `Choose from the answers that are listed for “${label}”`,
    email: email.en,
    url: url.en,
    date: date.en,
    filesOnly: (label) => `Attach a file to “${label}”; text cannot be taken here`,
    notAsked: 'This form does not ask for this; leave it out',
  },
  es: {
    missing: missingInSpanish,
    tooLong: (most, has) => `Acorte este texto a ${most} caracteres; tiene ${has}`,
    one: (label) => `Dé una sola respuesta, en texto, en «${label}»`,
    notOffered: (label) => `Elija entre las respuestas que ofrece «${label}»`,
    email: email.es,
    url: url.es,
    date: date.es,
    filesOnly: (label) => `Adjunte un archivo en «${label}»; aquí no se puede escribir texto`,
    notAsked: 'Este formulario no pregunta esto; quítelo',
  },
}
