import { defineCommand } from 'citty'
import { serve } from '../runtime/node/serve.ts'

export const serveCommand = defineCommand({
  meta: { name: 'serve', description: 'Serve the forms and run the bot, until SIGTERM or Ctrl-C' },
  args: {
    'or-sandbox': {
      type: 'boolean',
      description: 'Without settings, bring a Zammad and a mailbox of our own (see SANDBOX)',
    },
  },
  async run({ args }) {
    const serving = await serve(process.env, { orSandbox: args['or-sandbox'] ?? false })
    process.stdout.write(`Firstline serves ${serving.url}\n`)
    await untilToldToStop()
    await serving.stop()
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
