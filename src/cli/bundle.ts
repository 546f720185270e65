import { writeFileSync } from 'node:fs'
import { defineCommand } from 'citty'
import { type ContentSources, readContent, tellProblem } from '../content.ts'
import { EXIT, Exit } from '../runtime/node/exit.ts'
import type { Source } from '../sources/source.ts'
import { folders, sourcesIn } from './forms.ts'

/** Where the Worker finds the owner's files: it has no folder to read them from. */
export const BUNDLE_PATH = 'src/runtime/worker/bundled.ts'

/** The module that holds the texts of the owner's files. The same files give the same bytes. */
export function bundleText(sources: ContentSources): string {
  const listed = (files: readonly Source[]): string =>
    files.map(({ path, text }) => `    ${JSON.stringify({ path, text })},\n`).join('')
  return `// Written by \`firstline bundle\`: change the files that it names, and run that again.
import type { ContentSources } from '../../content.ts'

export const BUNDLED: ContentSources = {
  forms: [
${listed(sources.forms)}  ],
  routing: [
${listed(sources.routing)}  ],
}
`
}

/** Puts forms and routing rules into the Worker's sources; run it before a deployment. */
export const bundle = defineCommand({
  meta: { name: 'bundle', description: 'Write the forms and the routing rules into the Worker' },
  args: folders,
  async run({ args }) {
    const sources = sourcesIn(args)
    const { content, problems } = await readContent(sources)
    if (!content) throw new Exit(EXIT.found, problems.map(tellProblem).join('\n'))
    writeFileSync(BUNDLE_PATH, bundleText(sources))
    process.stdout.write(
      `${BUNDLE_PATH}: ${content.forms.length} forms, ${content.rulebook.units.units.length} units, ${content.rulebook.rules.length} rules\n`,
    )
  },
})
