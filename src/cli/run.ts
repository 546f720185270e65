import { parseArgs } from 'node:util'
import { defineCommand, renderUsage, runCommand, type ArgsDef, type CommandDef } from 'citty'
import { ConfigError } from '../config.ts'
import { Failure } from '../failure.ts'
import { EXIT, Exit } from '../runtime/node/exit.ts'
import { bundle } from './bundle.ts'
import { conversation } from './conversation.ts'
import { doctor } from './doctor.ts'
import { forms } from './forms.ts'
import { outbox } from './outbox.ts'
import { promise } from './promise.ts'
import { routing } from './routing.ts'
import { sandbox } from './sandbox.ts'
import { serveCommand } from './serve.ts'

const main = defineCommand({
  meta: { name: 'firstline', description: 'The front desk of a Zammad helpdesk' },
  subCommands: {
    serve: serveCommand,
    sandbox,
    doctor,
    forms,
    routing,
    promise,
    outbox,
    conversation,
    bundle,
  },
})

const print = (line: string): void => void process.stderr.write(`${line}\n`)

interface Named {
  readonly command: CommandDef
  readonly parent: CommandDef | undefined
  /** What follows the command's name. */
  readonly rest: readonly string[]
}

/** The innermost command that the words name, with its parent. */
async function named(words: readonly string[]): Promise<Named> {
  let command: CommandDef = main
  let parent: CommandDef | undefined
  let depth = 0
  for (const word of words) {
    const subCommands = (await command.subCommands) as Record<string, CommandDef> | undefined
    const next = subCommands?.[word]
    if (!next) break
    parent = command
    command = next
    depth += 1
  }
  return { command, parent, rest: words.slice(depth) }
}

/** What is wrong with the words after a command's name, or null: citty itself lets strange ones pass. */
async function strangeness({ command, rest }: Named): Promise<string | null> {
  if (command.subCommands) return null
  const taken = Object.entries(((await command.args) ?? {}) as ArgsDef)
  const positionals = taken.filter(([, { type }]) => type === 'positional').length
  const options = taken.flatMap(([name, { type }]) =>
    type === 'positional' ? [] : [[name, { type: type === 'boolean' ? type : 'string' }] as const],
  )
  try {
    const read = parseArgs({
      args: [...rest],
      options: Object.fromEntries(options),
      allowPositionals: true,
    })
    const extra = read.positionals[positionals]
    return extra === undefined ? null : `Unexpected word '${extra}'`
  } catch (error) {
    return error instanceof Error ? (error.message.split('. ')[0] ?? '') : 'wrong usage'
  }
}

/** Runs the command that the words name, and resolves to the number to leave with; what it says goes to the console. */
export async function run(words: string[]): Promise<number> {
  const where = await named(words)
  const { command, parent } = where
  if (words.length === 0 || words.includes('--help') || words.includes('-h')) {
    process.stdout.write(`${await renderUsage(command, parent)}\n`)
    return words.length === 0 ? EXIT.usage : EXIT.fine
  }
  const strange = await strangeness(where)
  if (strange !== null) {
    print(`${await renderUsage(command, parent)}\n${strange}`)
    return EXIT.usage
  }
  try {
    // Run by itself: of a command below another, citty forgets what it answered.
    const { result } = await runCommand(command, { rawArgs: [...where.rest] })
    return typeof result === 'number' ? result : EXIT.fine
  } catch (error) {
    return told(error, await renderUsage(command, parent))
  }
}

function told(error: unknown, usage: string): number {
  if (error instanceof Exit) {
    print(error.message)
    return error.status
  }
  if (error instanceof ConfigError) {
    print('Settings to mend:')
    for (const { setting, message } of error.problems) print(`  ${setting}: ${message}`)
    print('See .env.example. To try Firstline without any, run: npm start')
    return EXIT.settings
  }
  if (error instanceof Failure) {
    print(error.message)
    return error.code === 'misconfigured' ? EXIT.settings : EXIT.unavailable
  }
  if (error instanceof Error && error.name === 'CLIError') {
    print(usage)
    print(error.message)
    return EXIT.usage
  }
  throw error
}
