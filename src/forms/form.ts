import type { Language, Text } from '../language.ts'
import type { FileType } from './file-types.ts'

export const FIELD_KINDS = [
  'text',
  'textarea',
  'email',
  'url',
  'radio',
  'select',
  'checkboxes',
  'date',
  'files',
  'consent',
] as const
export type FieldKind = (typeof FIELD_KINDS)[number]

/** Fields of one form, those that every form has included. */
export const MAX_FIELDS = 40

interface Asked {
  readonly id: string
  readonly label: Text
  readonly hint?: Text
  readonly required: boolean
}

export interface TextField extends Asked {
  readonly kind: 'text' | 'textarea' | 'email' | 'url'
  /** In characters. */
  readonly maxLength: number
}

export interface Option {
  readonly value: string
  readonly label: Text
}

export interface ChoiceField extends Asked {
  readonly kind: 'radio' | 'select' | 'checkboxes'
  readonly options: readonly Option[]
}

export interface DateField extends Asked {
  readonly kind: 'date'
}

export interface FilesField extends Asked {
  readonly kind: 'files'
  readonly accept: readonly FileType[]
}

/**
 * A box that must be ticked. The one called `consent` is in every form: "I have read the policy", with the link that the
 * site names.
 */
export interface ConsentField extends Asked {
  readonly kind: 'consent'
  readonly required: true
}

export type Field = TextField | ChoiceField | DateField | FilesField | ConsentField

export interface Link {
  readonly title: Text
  readonly url: string
}

/**
 * What a visitor is asked for one kind of request. `fields` is complete and in the order of the page:
 * name, email and organisation first, then the form's own, the policy box last.
 */
export interface Form {
  readonly id: string
  readonly title: Text
  /** One line under the title on the first page. */
  readonly summary: Text
  /** Id of one of the site's groups of topics. */
  readonly group: string
  readonly intro: Text
  readonly help: readonly Link[]
  readonly mail: 'full' | 'link-only'
  readonly notify: 'all' | 'answers'
  readonly fields: readonly Field[]
  readonly ticket: {
    /** With `{field}` where an answer goes. */
    readonly title: string
    /** Ids of the fields that make the body, in order. */
    readonly body: readonly string[]
    /** Ids of the fields that are handed to routing by name. */
    readonly attributes: readonly string[]
  }
}

/** What all forms of one helpdesk share. */
export interface Site {
  readonly name: Text
  /** The first one is the default, and the language of tickets. */
  readonly languages: readonly [Language, ...Language[]]
  readonly timeZone: string
  readonly policy: { readonly url: string; readonly version: string }
  readonly login: { readonly url: string; readonly label: Text }
  readonly groups: readonly { readonly id: string; readonly title: Text }[]
  /** Further links in the foot of each page. */
  readonly links: readonly Link[]
  /** The accent colour of pages and mails, checked for contrast at start. */
  readonly accent: { readonly light: string; readonly dark: string }
}
