import { z } from 'zod'
import { LANGUAGES } from '../language.ts'
import { conditionEntry, fieldId } from './condition-file.ts'
import { type Facts, TICKET_SOURCES } from './facts.ts'
import { mustBe } from '../sources/union-words.ts'

/** When an example was sent that does not say it: noon of a Wednesday. */
export const USUAL_TIME = '2026-01-07T12:00:00Z'

const request = z
  .strictObject({
    form: z.string().min(1).exactOptional(),
    answers: z
      .record(
        fieldId,
        z.union([z.string(), z.array(z.string())], { error: mustBe('a text or a list of texts') }),
      )
      .exactOptional(),
    title: z.string().exactOptional(),
    body: z.string().exactOptional(),
    language: z.enum(LANGUAGES).exactOptional(),
    domain: z.string().min(1).exactOptional(),
    organisation: z.string().min(1).exactOptional(),
    source: z.enum(TICKET_SOURCES).exactOptional(),
    at: z.iso
      .datetime({ offset: true, error: 'must be an instant, like "2026-01-07T12:00:00Z"' })
      .exactOptional(),
  })
  .refine((given) => Object.keys(given).length > 0, 'says nothing of the request')

const example = z
  .union([z.string().trim().min(1), request], { error: mustBe('a text or a group of keys') })
  .meta({ id: 'Example', description: 'A request; a text alone is its title' })
export type ExampleEntry = z.infer<typeof example>

const OURS = ['suggest-', 'firstline-', 'promise-']

/** Line ends and other controls, and what turns the direction of reading: notes, logs and pages show names in one line. */
const UNPLAIN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u

const plain = (text: string): boolean => !UNPLAIN.test(text)
const MUST_BE_PLAIN = 'holds a line end or a character that nobody sees; write plain text in one line'

const tag = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .refine(plain, MUST_BE_PLAIN)
  .refine((text) => !/[,*]/.test(text), 'a tag holds no comma and no *')
  .refine(
    (text) => !OURS.some((prefix) => text.toLowerCase().startsWith(prefix)),
    `tags that begin with ${OURS.join(', ')} are Firstline’s own`,
  )

const name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .refine(plain, MUST_BE_PLAIN)
  .meta({ description: 'Unique over all rules files' })

const rule = z.strictObject({
  name,
  owner: z.string().min(1).meta({ description: 'Id of the unit that answers for the rule' }),
  mode: z.enum(['assign', 'suggest']).exactOptional(),
  when: conditionEntry,
  // oxlint-disable-next-line unicorn/no-thenable -- the word of the file format; a schema is never awaited
  then: z.strictObject({
    unit: z.string().min(1),
    priority: z.string().trim().min(1).max(100).exactOptional(),
    tags: z.array(tag).default([]),
  }),
  examples: z.strictObject({ yes: z.array(example).min(1), no: z.array(example).default([]) }),
})
export type RuleEntry = z.infer<typeof rule>

/** A rules file as its owner writes it; what needs other files is checked where they are read. */
export const RulesFile = z
  .strictObject({ rules: z.array(rule).default([]), unforeseen: z.array(example).default([]) })
  .refine(
    ({ rules, unforeseen }) => rules.length + unforeseen.length > 0,
    'holds no rule and no unforeseen request; fill it or remove the file',
  )
  .meta({
    title: 'Routing rules',
    description: 'Asked in the order of the files’ names; the first match wins',
  })
export type RulesFile = z.infer<typeof RulesFile>

/** The facts of an example; what it leaves out is empty or null. */
export function exampleFacts(entry: ExampleEntry): Facts {
  const given = typeof entry === 'string' ? { title: entry } : entry
  const form = given.form ?? null
  return {
    source: given.source ?? (form === null ? 'zammad-ui' : 'web-form'),
    form,
    answers: given.answers ?? {},
    title: given.title ?? '',
    body: given.body ?? '',
    language: given.language ?? null,
    domain: given.domain?.toLowerCase() ?? null,
    organisation: given.organisation ?? null,
    at: new Date(given.at ?? USUAL_TIME),
  }
}

const LONGEST_NAME = 80

/** How problems name an example: by what of it is most telling. */
export function exampleWords(entry: ExampleEntry): string {
  const given = typeof entry === 'string' ? { title: entry } : entry
  const answers = Object.entries(given.answers ?? {}).map(
    ([id, value]) => `${id} ${[value].flat().join(', ')}`,
  )
  const parts = [
    ...(given.form ? [given.form] : []),
    ...answers,
    ...[given.title, given.body].flatMap((text) => (text ? [`“${text}”`] : [])),
  ]
  const rest = [given.source, given.language, given.domain, given.organisation, given.at]
  const words = (parts.length > 0 ? parts : rest.filter((part) => part !== undefined)).join(', ')
  const line = words.replace(/\s+/g, ' ')
  return line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME - 1)}…` : line
}
