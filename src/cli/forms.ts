import { writeFileSync } from 'node:fs'
import { defineCommand } from 'citty'
import { type ContentSources, readContent, tellProblem } from '../content.ts'
import { schemaFiles } from './schema-files.ts'
import { readSources } from '../runtime/node/content.ts'
import { EXIT } from '../runtime/node/exit.ts'

/** Arguments that say where the owner's files are. */
export const folders = {
  forms: { type: 'string', description: 'Folder of the forms; else FORMS_DIR, else forms' },
  routing: {
    type: 'string',
    description: 'Folder of units and promise; else ROUTING_DIR, else routing-rules',
  },
} as const

/** The owner's files, in the folders of the arguments, else of the settings, else of this project. */
export const sourcesIn = (args: {
  readonly forms?: string | undefined
  readonly routing?: string | undefined
}): ContentSources =>
  readSources({
    formsDir: args.forms ?? process.env['FORMS_DIR'] ?? 'forms',
    routingDir: args.routing ?? process.env['ROUTING_DIR'] ?? 'routing-rules',
  })

const check = defineCommand({
  meta: { name: 'check', description: 'Read all forms, units and the promise, and print every mistake' },
  args: { ...folders, json: { type: 'boolean', description: 'Print a list of { path, line, message }' } },
  async run({ args }) {
    const { content, problems } = await readContent(sourcesIn(args))
    const summary = content
      ? `${content.forms.length} forms in ${content.site.languages.join(' and ')}, ${content.rulebook.units.units.length} units: no mistakes`
      : problems.map(tellProblem).join('\n')
    process.stdout.write(`${args.json ? JSON.stringify(problems, null, 2) : summary}\n`)
    return content ? EXIT.fine : EXIT.found
  },
})

const schema = defineCommand({
  meta: { name: 'schema', description: 'Write the JSON Schemas that editors check the files by' },
  run() {
    for (const { path, text } of schemaFiles()) {
      writeFileSync(path, text)
      process.stdout.write(`${path}\n`)
    }
  },
})

export const forms = defineCommand({
  meta: { name: 'forms', description: 'Look after the forms' },
  subCommands: { check, schema },
})
