import type { Site } from '../../forms/form.ts'
import type { Language } from '../../language.ts'
import type { Assets } from './assets.ts'

/** Where a page stands: whose helpdesk it is, in which language it speaks, how it reaches its siblings. */
export interface Place {
  readonly site: Site
  readonly language: Language
  /** One of our own paths as a browser asks for it: `PUBLIC_URL` may put a path in front. */
  readonly path: (to: string) => string
  readonly assets: Assets
  /** The promise as visitors are told it. */
  readonly answerWithinHours: number
  /** Whether the helpdesk and the mailbox behind it are our own, for trying out. */
  readonly sandbox: boolean
  /** True where the page answers a POST: a link to itself would lose what was typed, so it offers none. */
  readonly posted: boolean
}

/** The address of another of our pages, in the language of this one. */
export const pageIn = (place: Place, to: string): string => `${place.path(to)}?lang=${place.language}`
