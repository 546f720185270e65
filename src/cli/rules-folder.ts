import { statSync } from 'node:fs'
import type { ContentSources } from '../content.ts'
import { EXIT, Exit } from '../runtime/node/exit.ts'
import { sourcesIn } from './forms.ts'

interface Folder {
  readonly option: string
  readonly given: string | undefined
  readonly setting: string
  readonly usual: string
}

/** A folder that is not there would be told as files that it lacks. */
function assureFolder({ option, given, setting, usual }: Folder): void {
  const path = given ?? process.env[setting] ?? usual
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  const name = given === undefined ? setting : option
  throw new Exit(given === undefined ? EXIT.settings : EXIT.usage, `${name}: there is no folder ${path}`)
}

/**
 * The owner's files for a command that looks at rules. A folder that an option names wrongly is wrong usage, one that
 * a setting names is a wrong setting.
 */
export function sourcesFor(args: {
  readonly rules?: string | undefined
  readonly forms?: string | undefined
}): ContentSources {
  assureFolder({ option: '--rules', given: args.rules, setting: 'ROUTING_DIR', usual: 'routing-rules' })
  assureFolder({ option: '--forms', given: args.forms, setting: 'FORMS_DIR', usual: 'forms' })
  return sourcesIn({ forms: args.forms, routing: args.rules })
}
