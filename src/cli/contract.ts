import { createInterface } from 'node:readline/promises'
import { defineCommand, renderUsage, runCommand } from 'citty'
import { Failure, type FailureCode } from '../failure.ts'
import { EXIT } from '../runtime/node/exit.ts'
import { Secret } from '../secret.ts'
import { contractPromises, type ContractPromise } from '../zammad/contract.ts'
import { Broken, clearBench, NotShown, openBench, TEST_TAG, type Bench } from '../zammad/contract-bench.ts'

/** What became of one promise on this Zammad. */
type Verdict = 'kept' | 'broken' | 'not shown'

const EXIT_OF_FAILURE = {
  unavailable: EXIT.unavailable,
  uncertain: EXIT.unavailable,
  refused: EXIT.found,
  misconfigured: EXIT.settings,
} as const satisfies Record<FailureCode, number>

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** The verdict with its line; a failure of the Zammad breaks a promise too. */
async function show(promise: ContractPromise, bench: Bench): Promise<Verdict> {
  try {
    await promise.run(bench)
    say(`kept       ${promise.name}`)
    return 'kept'
  } catch (error) {
    if (error instanceof NotShown) {
      say(`not shown  ${promise.name}: ${error.message}`)
      return 'not shown'
    }
    if (!(error instanceof Broken || error instanceof Failure)) throw error
    say(`BROKEN     ${promise.name}: ${error.message}`)
    return 'broken'
  }
}

async function agreed(url: string, group: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const question = `This opens about 30 tickets tagged ${TEST_TAG} in "${group}" of ${new URL(url).host}. Go on? [y/N] `
    return /^y(es)?$/iu.test((await lines.question(question)).trim())
  } finally {
    lines.close()
  }
}

async function showAll(bench: Bench): Promise<number> {
  const verdicts: Verdict[] = []
  for (const promise of contractPromises) verdicts.push(await show(promise, bench))
  const left = await clearBench(bench)
  const count = (verdict: Verdict) => verdicts.filter((one) => one === verdict).length
  say(`${count('kept')} kept, ${count('broken')} broken, ${count('not shown')} not shown`)
  if (left > 0) say(`${left} test tickets are left: find them by the tag ${TEST_TAG}.`)
  return count('broken') > 0 ? EXIT.found : EXIT.fine
}

const command = defineCommand({
  meta: {
    name: 'contract',
    description: 'Shows on a running Zammad, in tickets of its own, that it keeps what Firstline builds on.',
  },
  args: {
    url: { type: 'string', required: true, description: 'Address of the Zammad' },
    token: { type: 'string', required: true, description: "An agent's token, as Firstline would use" },
    'admin-token': { type: 'string', description: "An administrator's: shows more, and clears up" },
    group: { type: 'string', default: 'Users', description: 'Where the test tickets are opened' },
    'foreign-group': { type: 'string', description: 'A group the administrator may enter and the agent not' },
    'timeout-seconds': { type: 'string', default: '60', description: 'For one call' },
    yes: { type: 'boolean', default: false, description: 'Do not ask before writing' },
  },
  async run({ args }): Promise<number> {
    const timeoutSeconds = Number(args['timeout-seconds'])
    if (!URL.canParse(args.url) || !(timeoutSeconds > 0)) {
      say('--url needs an address, --timeout-seconds a number above 0')
      return EXIT.usage
    }
    try {
      const bench = openBench({
        url: args.url,
        token: new Secret(args.token),
        adminToken: args['admin-token'] ? new Secret(args['admin-token']) : null,
        group: args.group,
        foreignGroup: args['foreign-group'] ?? null,
        random: (length) => crypto.getRandomValues(new Uint8Array(length)),
        timeoutMs: timeoutSeconds * 1000,
      })
      await bench.desk.account()
      if (!args.yes && !(await agreed(args.url, args.group))) {
        say('Nothing was written.')
        return EXIT.fine
      }
      return await showAll(bench)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      say(error.message)
      return EXIT_OF_FAILURE[error.code]
    }
  },
})

/** Whatever else goes wrong than wrong usage is thrown on. */
async function run(words: string[]): Promise<number> {
  if (words.includes('--help') || words.includes('-h')) {
    say(await renderUsage(command))
    return EXIT.fine
  }
  try {
    const { result } = await runCommand(command, { rawArgs: words })
    return typeof result === 'number' ? result : EXIT.fine
  } catch (error) {
    if (!(error instanceof Error && error.name === 'CLIError')) throw error
    say(`${await renderUsage(command)}\n${error.message}`)
    return EXIT.usage
  }
}

process.exitCode = await run(process.argv.slice(2))
