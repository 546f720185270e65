import { writeFileSync } from 'node:fs'
import { defineCommand } from 'citty'
import { readContent, tellProblem } from '../content.ts'
import { schemaFiles } from '../forms/schema-files.ts'
import { readSources } from '../runtime/node/content.ts'
import { EXIT } from '../runtime/node/exit.ts'

const folders = {
  forms: { type: 'string', description: 'Folder of the forms; else FORMS_DIR, else forms' },
  routing: {
    type: 'string',
    description: 'Folder of units and promise; else ROUTING_DIR, else routing-rules',
  },
} as const

const check = defineCommand({
  meta: { name: 'check', description: 'Read all forms, units and the promise, and print every mistake' },
  args: { ...folders, json: { type: 'boolean', description: 'Print a list of { path, line, message }' } },
  run({ args }) {
    const formsDir = args.forms ?? process.env['FORMS_DIR'] ?? 'forms'
    const routingDir = args.routing ?? process.env['ROUTING_DIR'] ?? 'routing-rules'
    const { content, problems } = readContent(readSources({ formsDir, routingDir }))
    const summary = content
      ? `${content.forms.length} forms in ${content.site.languages.join(' and ')}, ${content.units.units.length} units: no mistakes`
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
