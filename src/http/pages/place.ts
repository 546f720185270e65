import { DAY_MS, HOUR_MS } from '../../clock.ts'
import type { Site } from '../../forms/form.ts'
import { type Language, tellDuration } from '../../language.ts'
import type { Assets } from './assets.ts'

/** Where a page stands: whose helpdesk it is, in which language it speaks, how it reaches its siblings. */
export interface Place {
  readonly site: Site
  readonly language: Language
  /** One of our own paths as a browser asks for it: `PUBLIC_URL` may put a path in front. */
  readonly path: (to: string) => string
  readonly assets: Assets
  /** The longest time that is promised to anybody; less than 1 where that is minutes. */
  readonly answerWithinHours: number
  /** Whether the helpdesk and the mailbox behind it are our own, for trying out. */
  readonly sandbox: boolean
  /** True where the page answers a POST: a link to itself would lose what was typed, so it offers none. */
  readonly posted: boolean
}

/** The address of another of our pages, in the language of this one. */
export const pageIn = (place: Place, to: string): string => `${place.path(to)}?lang=${place.language}`

/** "48 hours", "1 hour 30 minutes": the promise as visitors are told it, in hours from a day on, never cut short. */
export function tellPromise({ answerWithinHours: hours, language }: Place): string {
  const ms = hours * HOUR_MS
  const told =
    ms < DAY_MS
      ? tellDuration(ms, language)
      : new Intl.NumberFormat(language === 'en' ? 'en-GB' : 'es-ES', {
          style: 'unit',
          unit: 'hour',
          unitDisplay: 'long',
        }).format(Math.ceil(hours))
  return told.replaceAll(' ', '\u00a0')
}
