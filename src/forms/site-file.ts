import { z } from 'zod'
import { LANGUAGES } from '../language.ts'
import { extraLanguages, httpsUrl, missingLanguages, repeated, text, timeZone } from '../sources/values.ts'
import type { Finding } from '../sources/source.ts'
import { contrast, HEX_COLOUR } from './contrast.ts'
import type { Site } from './form.ts'

const colour = z.string().regex(HEX_COLOUR, 'must be a colour like "#0b5f79", in quotes')

/** site.yaml as its owner writes it. */
export const SiteFile = z
  .strictObject({
    name: text,
    languages: z
      .tuple([z.enum(LANGUAGES)], z.enum(LANGUAGES), {
        error: 'must be a list of languages, the first one for tickets, like [en, es]',
      })
      .meta({ description: 'The first one is the default, and the language of tickets' }),
    time_zone: timeZone,
    policy: z
      .strictObject({ url: httpsUrl, version: z.string().trim().min(1) })
      .meta({ description: 'Privacy and acceptable use' }),
    login: z
      .strictObject({ url: httpsUrl, label: text })
      .meta({ description: 'The way in for people who have a login' }),
    groups: z
      .array(
        z.strictObject({
          id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be of a–z, 0–9 and -'),
          title: text,
        }),
      )
      .min(1),
    links: z
      .array(z.strictObject({ title: text, url: httpsUrl }))
      .default([])
      .meta({ description: 'Further links in the foot of each page' }),
    accent: z
      .strictObject({ light: colour.default('#0b5f79'), dark: colour.default('#63c3df') })
      .prefault({})
      .meta({ description: 'Colour of links, the button and the focus ring' }),
  })
  .meta({ title: 'The site', description: 'What all forms of one helpdesk share' })
export type SiteFile = z.infer<typeof SiteFile>

/** WCAG 2.2, 1.4.3: text of usual size. */
const LEAST_CONTRAST = 4.5
/** What the accent stands on, and what stands on the accent, in each scheme. */
const SEEN_WITH = { light: ['#ffffff', '#f3f6f8'], dark: ['#12181f', '#0b1015', '#06222c'] } as const

function faintAccent({ accent }: SiteFile): readonly Finding[] {
  return (['light', 'dark'] as const).flatMap((scheme) => {
    const [worst] = SEEN_WITH[scheme]
      .map((other) => ({ other, ratio: contrast(accent[scheme], other) }))
      .sort((a, b) => a.ratio - b.ratio)
    if (!worst || worst.ratio >= LEAST_CONTRAST) return []
    const told = Math.floor(worst.ratio * 100) / 100
    const way = scheme === 'light' ? 'darker' : 'lighter'
    return [
      {
        at: ['accent', scheme],
        words: `its contrast with ${worst.other} is ${told}, less than ${LEAST_CONTRAST}; take a ${way} colour`,
      },
    ]
  })
}

/** What is wrong in a site file that its schema lets pass. */
export function siteFindings(file: SiteFile): readonly Finding[] {
  const texts = [
    { at: ['name'], text: file.name },
    { at: ['login', 'label'], text: file.login.label },
    ...file.groups.map(({ title }, index) => ({ at: ['groups', index, 'title'], text: title })),
    ...file.links.map(({ title }, index) => ({ at: ['links', index, 'title'], text: title })),
  ]
  return [
    ...repeated(
      file.languages,
      (language) => language,
      (index) => ['languages', index],
      (language) => `${language} is there already; keep one`,
    ),
    ...repeated(
      file.groups,
      ({ id }) => id,
      (index) => ['groups', index, 'id'],
      (id) => `another group is called ${id} already; ids differ`,
    ),
    ...texts.flatMap(({ at, text }) => [
      ...missingLanguages(at, text, file.languages),
      ...extraLanguages(at, text, file.languages),
    ]),
    ...faintAccent(file),
  ]
}

/** The site that its file describes. */
export const siteFrom = ({ time_zone, ...file }: SiteFile): Site => ({ ...file, timeZone: time_zone })
