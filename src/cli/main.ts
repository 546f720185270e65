import { defineCommand, renderUsage, runCommand, type CommandDef } from 'citty'
import { ConfigError } from '../config.ts'
import { EXIT, Exit } from '../runtime/node/exit.ts'
import { doctor } from './doctor.ts'
import { forms } from './forms.ts'
import { outbox } from './outbox.ts'
import { sandbox } from './sandbox.ts'
import { serveCommand } from './serve.ts'

const main = defineCommand({
  meta: { name: 'firstline', description: 'The front desk of a Zammad helpdesk' },
  subCommands: { serve: serveCommand, sandbox, doctor, forms, outbox },
})

const print = (line: string): void => void process.stderr.write(`${line}\n`)

/** The innermost command that the words name, with its parent. */
async function named(
  words: readonly string[],
): Promise<[CommandDef, CommandDef | undefined]> {
  let command: CommandDef = main
  let parent: CommandDef | undefined
  for (const word of words) {
    const subCommands = (await command.subCommands) as Record<string, CommandDef> | undefined
    const next = subCommands?.[word]
    if (!next) break
    parent = command
    command = next
  }
  return [command, parent]
}

async function run(words: string[]): Promise<number> {
  const [command, parent] = await named(words)
  if (words.length === 0 || words.includes('--help') || words.includes('-h')) {
    process.stdout.write(`${await renderUsage(command, parent)}\n`)
    return words.length === 0 ? EXIT.usage : EXIT.fine
  }
  try {
    const { result } = await runCommand(main, { rawArgs: words })
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
  if (error instanceof Error && error.name === 'CLIError') {
    print(usage)
    print(error.message)
    return EXIT.usage
  }
  throw error
}

process.exitCode = await run(process.argv.slice(2))
