import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { defineCommand, renderUsage } from 'citty'
import { type Content, readContent, tellProblem } from '../content.ts'
import type { Form } from '../forms/form.ts'
import { createDecider } from '../routing/decide.ts'
import { type Facts, factsOfTicket } from '../routing/facts.ts'
import { factsTroubles } from '../routing/lint-forms.ts'
import { exampleFacts, RulesFile } from '../routing/rule-file.ts'
import { type Decider, placeOf, type Rulebook } from '../routing/rule.ts'
import { tellingUnions } from '../sources/union-words.ts'
import { EXIT, Exit } from '../runtime/node/exit.ts'
import { deskOf } from '../furnish.ts'
import { readSource } from '../sources/source.ts'
import { settingsHere } from './local.ts'
import { sourcesFor } from './rules-folder.ts'
import { submissionsHere } from './submissions-here.ts'

/** The words that say something of a request, each by a key of an example in a rules file. */
const said = {
  form: { type: 'string', description: 'Id of a form' },
  answer: { type: 'string', description: 'field=value; may be repeated' },
  title: { type: 'string', description: 'Title of the request' },
  body: { type: 'string', description: 'What its sender wrote' },
  language: { type: 'string', description: 'en or es' },
  email: { type: 'string', description: 'Address of the sender: its domain counts' },
  domain: { type: 'string', description: 'Domain of the sender, in place of --email' },
  organisation: { type: 'string', description: 'Organisation of the sender' },
  source: { type: 'string', description: 'web-form, zammad-ui, email or phone' },
  at: { type: 'string', description: 'When it was sent, like 2026-01-07T12:00:00Z, which it is by default' },
} as const

const args = {
  file: {
    type: 'positional',
    required: false,
    description: 'A request in JSON, with the keys of an example in a rules file; - for standard input',
  },
  ...said,
  ticket: { type: 'string', description: 'Number of a ticket in Zammad, in place of all these' },
  rules: { type: 'string', description: 'Folder of the rules; else ROUTING_DIR, else routing-rules' },
  forms: { type: 'string', description: 'Folder of the forms; else FORMS_DIR, else forms' },
  json: {
    type: 'boolean',
    description:
      'Print { unit, group, rule, priority, tags, mode, considered: [{ rule, matched, because }] }',
  },
} as const

/** The request is given in a way that the usage explains. */
class Misused extends Error {
  override readonly name = 'Misused'
}

const PARENT = { meta: { name: 'routing' } } as const

export const explain = defineCommand({
  meta: {
    name: 'explain',
    description: 'Say where a request goes, and why each rule did or did not take it',
  },
  args,
  async run({ args: { ticket, rules, forms, json }, rawArgs, cmd }) {
    const { content, problems } = await readContent(sourcesFor({ forms, rules }))
    if (!content) throw new Exit(EXIT.found, problems.map(tellProblem).join('\n'))
    const { units, rules: all } = content.rulebook
    try {
      const words = wordsOf(rawArgs)
      const facts =
        ticket === undefined ? factsOf(words, content.forms) : await ofTicket(ticket, words, content)
      const printed = print(createDecider(units, all).explain(facts), content.rulebook)
      process.stdout.write(`${json ? JSON.stringify(printed, null, 2) : text(printed, content.rulebook)}\n`)
      return EXIT.fine
    } catch (error) {
      if (!(error instanceof Misused)) throw error
      throw new Exit(EXIT.usage, `${await renderUsage(cmd, PARENT)}\n${error.message}`)
    }
  },
})

/** What was said of the request: citty itself keeps only the last of an option that is repeated. */
interface Words {
  readonly file: string | undefined
  readonly options: Readonly<Partial<Record<keyof typeof said, readonly string[]>>>
}

function wordsOf(rawArgs: readonly string[]): Words {
  const { values, positionals } = parseArgs({
    args: [...rawArgs],
    allowPositionals: true,
    strict: false,
    options: {
      ...Object.fromEntries(
        Object.keys(said).map((name) => [name, { type: 'string', multiple: true }] as const),
      ),
      ticket: { type: 'string' },
      rules: { type: 'string' },
      forms: { type: 'string' },
      json: { type: 'boolean' },
    },
  })
  const options = Object.fromEntries(
    Object.keys(said).flatMap((name) => {
      const given = [values[name] ?? []].flat().filter((one) => typeof one === 'string')
      return given.length > 0 ? [[name, given] as const] : []
    }),
  )
  return { file: positionals[0], options }
}

function answersOf(pairs: readonly string[]): Readonly<Record<string, string | readonly string[]>> {
  const answers = new Map<string, string[]>()
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 1) throw new Misused(`--answer takes field=value, not ${pair}`)
    const field = pair.slice(0, at)
    answers.set(field, [...(answers.get(field) ?? []), pair.slice(at + 1)])
  }
  return Object.fromEntries(
    Array.from(answers, ([field, [first = '', ...more]]) => [
      field,
      more.length > 0 ? [first, ...more] : first,
    ]),
  )
}

function domainOfOptions({ email, domain }: Words['options']): string | undefined {
  if (email && domain) throw new Misused('--email and --domain say the same: give one')
  const address = email?.[0]
  if (address === undefined) return domain?.[0]
  if (!/^[^@\s]+@[^@\s]+$/.test(address)) throw new Misused('--email takes an address, like ada@lab.example')
  return address.slice(address.lastIndexOf('@') + 1)
}

/** The options as an example in a rules file says them. */
function entryOf(options: Words['options']): Readonly<Record<string, unknown>> {
  const { answer, email, domain, ...others } = options
  for (const [name, given] of Object.entries({ email, domain, ...others })) {
    if (given && given.length > 1) throw new Misused(`--${name} is given twice`)
  }
  const from = domainOfOptions(options)
  return {
    ...Object.fromEntries(Object.entries(others).map(([name, given]) => [name, given[0]])),
    ...(answer ? { answers: answersOf(answer) } : {}),
    ...(from === undefined ? {} : { domain: from }),
  }
}

/** One request, as examples in rules files are. */
const Request = tellingUnions(RulesFile.shape.unforeseen.unwrap().element)

function readFile(file: string): string {
  try {
    return readFileSync(file === '-' ? process.stdin.fd : file, 'utf8')
  } catch {
    throw new Misused(`there is no file ${file} that can be read`)
  }
}

function entryOfFile(file: string): unknown {
  const path = file === '-' ? 'standard input' : file
  try {
    return JSON.parse(readFile(file))
  } catch (error) {
    if (error instanceof SyntaxError) throw new Misused(`${path} is not JSON`)
    throw error
  }
}

function factsOf({ file, options }: Words, forms: readonly Form[]): Facts {
  const given = entryOf(options)
  if (file === undefined && Object.keys(given).length === 0) {
    throw new Misused('say something of the request, or name a file or a ticket')
  }
  if (file !== undefined && Object.keys(given).length > 0) {
    throw new Misused('give a file or options, not both')
  }
  // JSON is YAML too, so that a request is read as strictly as an example, and with the same words.
  const entry = JSON.stringify(file === undefined ? given : entryOfFile(file))
  const { value, problems } = readSource({ path: file ?? '', text: entry }, Request)
  if (value === null) throw new Exit(EXIT.usage, problems.map(({ message }) => message).join('\n'))
  const facts = exampleFacts(value)
  const troubles = factsTroubles(facts, forms)
  if (troubles.length > 0) throw new Exit(EXIT.usage, troubles.join('\n'))
  return facts
}

const BY_TEXT_ONLY =
  'This ticket came from a form, and its answers are not in this database: it is decided by its text only.'

/** The facts of a ticket that Zammad has; of one that was opened from a form, by what the store here knows of it. */
async function ofTicket(number: string, { file, options }: Words, content: Content): Promise<Facts> {
  if (file !== undefined || Object.keys(options).length > 0) {
    throw new Misused('--ticket stands alone: the ticket says all of itself')
  }
  if (!/^\d+$/.test(number)) throw new Misused('--ticket takes the number of a ticket')
  const config = settingsHere(process.env)
  const { desk } = deskOf(config)
  const ticket = await desk.byNumber(number)
  const articles = ticket && (await desk.articles(ticket.id))
  if (!ticket || !articles) {
    throw new Exit(EXIT.found, `There is no ticket ${number} that the bot may read.`)
  }
  if (ticket.mark) {
    const submissions = submissionsHere(config, content)
    try {
      const facts = await submissions.facts(ticket.mark.submission)
      if (facts) return facts
    } finally {
      submissions.close()
    }
    process.stderr.write(`${BY_TEXT_ONLY}\n`)
  }
  return factsOfTicket(ticket, articles[0] ?? null)
}

type Explained = ReturnType<Decider['explain']>

/** What `--json` prints; `group` is the one that the ticket is put into. */
function print(explained: Explained, { units }: Rulebook) {
  const { unit, rule, priority, tags, mode, considered } = explained
  const place = placeOf(explained, units)
  const group = units.units.find(({ id }) => id === place)?.group ?? ''
  return { unit, group, rule, priority, tags, mode, considered }
}

function text(printed: ReturnType<typeof print>, { units, rules }: Rulebook): string {
  const { unit, group, rule, priority, tags, mode, considered } = printed
  const by = rules.find(({ name }) => name === rule)
  const suggested = mode === 'suggest' ? `, only suggested: it stays with ${units.defaultUnit}` : ''
  return [
    `unit      ${unit}${suggested}`,
    `group     ${group}`,
    `rule      ${by ? `${by.name} (${by.path}:${by.line})` : 'none matched'}`,
    `priority  ${priority ?? 'as Zammad sets it'}`,
    `tags      ${tags.length > 0 ? tags.join(', ') : 'none'}`,
    '',
    ...considered.map((one) => `${one.matched ? '✓' : '·'} ${one.rule}: ${one.because}`),
  ].join('\n')
}
