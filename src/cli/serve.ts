import { defineCommand } from 'citty'
import { SECOND_MS } from '../clock.ts'
import { EXIT, Exit } from '../runtime/node/exit.ts'
import { serve } from '../runtime/node/serve.ts'

export const serveCommand = defineCommand({
  meta: { name: 'serve', description: 'Serve the forms and run the bot, until SIGTERM or Ctrl-C' },
  args: {
    'or-sandbox': {
      type: 'boolean',
      description: 'Without settings, bring a Zammad and a mailbox of our own (see SANDBOX)',
    },
    'lock-wait': {
      type: 'string',
      default: '60',
      description: 'Seconds to wait for another process that serves the same database',
    },
  },
  async run({ args }) {
    if (!/^\d{1,4}$/.test(args['lock-wait'])) throw new Exit(EXIT.usage, '--lock-wait takes seconds')
    const lockWaitMs = Number(args['lock-wait']) * SECOND_MS
    const serving = await serve(process.env, { orSandbox: args['or-sandbox'] ?? false, lockWaitMs })
    process.stdout.write(`Firstline serves ${serving.url}\n`)
    await untilToldToStop()
    await serving.stop()
    // A round that still waits for a far side must not keep the process.
    process.exit(EXIT.fine)
  },
})

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
export function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        resolve()
        process.once(signal, () => process.exit(1))
      })
    }
  })
}
