import { setTimeout as delay } from 'node:timers/promises'
import { defineCommand } from 'citty'
import { SECOND_MS } from '../clock.ts'
import { EXIT, Exit } from '../runtime/node/exit.ts'
import { listen } from '../runtime/node/http-server.ts'
import { createLog } from '../log.ts'
import { startLoop } from '../runtime/node/loop.ts'
import { fileStates } from '../runtime/node/sandbox-folder.ts'
import { nodeClock, nodeRandom } from '../runtime/node/serve.ts'
import { createSandbox, type KeptStates, SANDBOX_TOKENS } from '../sandbox/sandbox.ts'
import type { WebhookTarget } from '../sandbox/zammad/zammad.ts'
import { untilToldToStop } from './serve.ts'

const port = (text: string): number => {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new Exit(EXIT.usage, `${text} is no port`)
  return Number(text)
}

function webhookOf(endpoint: string | undefined, secret: string | undefined): WebhookTarget | null {
  if (endpoint === undefined) return null
  if (!/^https?:/.test(endpoint) || !URL.canParse(endpoint)) {
    throw new Exit(EXIT.usage, '--webhook takes an address like http://127.0.0.1:8787/hooks/zammad')
  }
  if (!secret) throw new Exit(EXIT.usage, '--webhook needs ZAMMAD_WEBHOOK_SECRET to sign with')
  return { endpoint, secret }
}

const NOT_KEPT: KeptStates = { read: () => null, write: () => undefined }

/** A sandbox as a process of its own, for Workers and for tests from outside. */
export const sandbox = defineCommand({
  meta: { name: 'sandbox', description: 'Run only the sandbox Zammad and mailbox' },
  args: {
    port: { type: 'string', default: '8790', description: 'Port of its pages and its API; 0 for a free one' },
    'smtp-port': {
      type: 'string',
      default: '2525',
      description: 'Port of its mail server; 0 for a free one',
    },
    profile: { type: 'string', default: '6.6', description: 'Version of Zammad that it plays: 6.2 or 6.6' },
    folder: { type: 'string', description: 'Folder to keep its state in; without one it forgets' },
    webhook: {
      type: 'string',
      description: 'Address that is told of every ticket, signed with ZAMMAD_WEBHOOK_SECRET',
    },
  },
  async run({ args }) {
    if (args.profile !== '6.2' && args.profile !== '6.6') {
      throw new Exit(EXIT.usage, 'profile is 6.2 or 6.6')
    }
    const webhook = webhookOf(args.webhook, process.env['ZAMMAD_WEBHOOK_SECRET'])
    let handle = async (_request: Request): Promise<Response> => new Response('starting', { status: 503 })
    const server = await listen((request) => handle(request), { host: '127.0.0.1', port: port(args.port) })
    const publicUrl = `http://127.0.0.1:${server.port}`
    const running = await createSandbox({
      clock: nodeClock,
      random: nodeRandom,
      wait: (ms) => delay(ms),
      publicUrl,
      profile: args.profile,
      smtpPort: port(args['smtp-port']),
      states: args.folder ? fileStates(args.folder) : NOT_KEPT,
      ...(webhook ? { webhook } : {}),
    })
    handle = running.fetch
    const loop = startLoop(
      running.runDueJobs,
      async () => SECOND_MS,
      (error) => createLog('info').error('round.failed', { error }),
    )
    const told = {
      zammad_url: `${publicUrl}/sandbox/zammad`,
      mail_url: `${publicUrl}/sandbox/mail`,
      smtp_url: `smtp://127.0.0.1:${running.smtpPort}`,
      tokens: SANDBOX_TOKENS,
    }
    process.stdout.write(`${JSON.stringify(told)}\n`)
    await untilToldToStop()
    await loop.stop()
    await server.close(SECOND_MS)
    await running.close()
  },
})
