import { z } from 'zod'
import { LANGUAGES } from '../language.ts'
import type { Language, Text } from '../language.ts'
import type { Finding, Place } from './source.ts'
import { isTimeZone } from '../time-zone.ts'

const words = z.string().trim().min(1)

/** A text in each language. Which ones it needs, `missingLanguages` tells. */
export const text = z
  .strictObject(
    { en: words.exactOptional(), es: words.exactOptional() } satisfies Record<Language, unknown>,
    {
      error: ({ code, input }) =>
        code === 'invalid_type'
          ? `${input === undefined ? 'is missing; it' : ''} must be a text in each language, like { en: …, es: … }`.trim()
          : undefined,
    },
  )
  .meta({ id: 'Text', description: 'The text in each of the site’s languages' })

/** Whether pages may link to it: https, a host, no name and password in it. */
function isHttps(address: string): boolean {
  if (!/^https:\/\/[^\s\\]+$/.test(address) || !URL.canParse(address)) return false
  const { username, password } = new URL(address)
  return username === '' && password === ''
}

/** An address that pages link to. */
export const httpsUrl = z.string().refine(isHttps, 'must be an address that begins with https://')

/** A name of a time zone that dates can be told in. */
export const timeZone = z.string().refine(isTimeZone, 'must be a time zone’s name, like Europe/Madrid')

const NAMES: Readonly<Record<Language, string>> = { en: 'English', es: 'Spanish' }

/** A finding for each language that the text lacks. */
export const missingLanguages = (at: Place, given: Text, wanted: readonly Language[]): readonly Finding[] =>
  wanted
    .filter((language) => given[language] === undefined)
    .map((language) => ({ at, words: `has no text in ${NAMES[language]}; add ${language}: …` }))

/** A finding for each language that the text has and the site does not. */
export const extraLanguages = (at: Place, given: Text, wanted: readonly Language[]): readonly Finding[] =>
  LANGUAGES.filter((language) => given[language] !== undefined && !wanted.includes(language)).map(
    (language) => ({
      at: [...at, language],
      words: `the site does not speak ${NAMES[language]}; take it out, or add ${language} to languages in site.yaml`,
    }),
  )

/** A finding at each value that stood before. `words` tells what is twice. */
export const repeated = <T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  at: (index: number) => Place,
  told: (key: string) => string,
): readonly Finding[] =>
  items.flatMap((item, index) => {
    const key = keyOf(item)
    const first = items.findIndex((other) => keyOf(other) === key)
    return first < index ? [{ at: at(index), words: told(key) }] : []
  })
