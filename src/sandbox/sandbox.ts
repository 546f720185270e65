import { Hono } from 'hono'
import nodemailer from 'nodemailer'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Random } from '../random.ts'
import { createMailbox } from './mailbox/mailbox.tsx'
import type { MailJson } from './mailbox/kept.ts'
import { createSandboxZammad, type Profile, type SandboxMail, type WebhookTarget } from './zammad/zammad.ts'

const Faults = z.strictObject({
  zammad: z.enum(['up', 'down', 'slow', 'lost-answer', 'late-commit', 'maintenance']).optional(),
  smtp: z.enum(['up', 'down', 'cut']).optional(),
  hooks: z.enum(['up', 'dropped']).optional(),
})

/** A create takes its time, as a real one does: long enough for two of them to meet. */
const CREATE_MS = 25

/** Texts that outlive the process, by name. */
export interface KeptStates {
  readonly read: (name: 'zammad' | 'mail') => string | null
  readonly write: (name: 'zammad' | 'mail', state: string) => void
}

export interface SandboxOptions {
  readonly clock: Clock
  readonly random: Random
  readonly wait: (ms: number) => Promise<void>
  /** Where `/sandbox` is reached, without a slash at the end. */
  readonly publicUrl: string
  readonly profile: Profile
  /** 0 for any free one. */
  readonly smtpPort: number
  readonly states: KeptStates
  /** The front desk that hears of every ticket. */
  readonly webhook?: WebhookTarget
}

/** A Zammad and a mailbox of our own, for trying Firstline out and for testing it. */
export interface Sandbox {
  /** Answers what lies below `/sandbox`. Rejects, as fetch does, where a fault cuts the connection. */
  readonly fetch: (request: Request) => Promise<Response>
  readonly smtpPort: number
  readonly mails: () => readonly MailJson[]
  /** Sends mails and webhooks of the sandbox Zammad that are due, and keeps what has changed. */
  readonly runDueJobs: () => Promise<void>
  readonly close: () => Promise<void>
}

export const SANDBOX_TOKENS = { bot: 'sandbox-bot', agent: 'sandbox-agent', admin: 'sandbox-admin' } as const

export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, random, wait, states } = options
  // A snapshot holds every attachment, so it is not written at each change.
  const changed = new Set<'zammad' | 'mail'>()
  const keep = (): void => {
    if (changed.delete('mail')) states.write('mail', mailbox.snapshot())
    if (changed.delete('zammad')) states.write('zammad', zammad.snapshot())
  }
  const base = new URL(options.publicUrl).pathname.replace(/\/+$/, '')
  const mailbox = createMailbox({
    clock,
    base: `${base}/sandbox/mail`,
    state: states.read('mail'),
    onChange: () => void changed.add('mail'),
  })
  const smtpPort = await mailbox.listen(options.smtpPort)
  const zammad = createSandboxZammad({
    profile: options.profile,
    clock,
    random,
    wait,
    publicUrl: `${options.publicUrl}/sandbox/zammad`,
    send: (mail) => sendBySmtp(smtpPort, mail),
    deliver: (request) => fetch(request),
    state: states.read('zammad'),
    onChange: () => void changed.add('zammad'),
    createMs: CREATE_MS,
    ...(options.webhook ? { webhook: options.webhook } : {}),
  })

  const app = new Hono().basePath(`${base}/sandbox`)
  app.get('/', (c) => c.redirect(`${base}/sandbox/zammad`))
  app.get('/mail.json', (c) => c.json(mailbox.json()))
  app.post('/faults', async (c) => {
    const faults = Faults.safeParse(await c.req.json().catch(() => null))
    if (!faults.success) return c.text('give zammad, smtp or hooks one of its states', 422)
    if (faults.data.zammad) zammad.setFault(faults.data.zammad)
    if (faults.data.smtp) mailbox.setFault(faults.data.smtp)
    if (faults.data.hooks) zammad.setHooks(faults.data.hooks)
    return c.body(null, 204)
  })
  app.route('/mail', mailbox.app)
  return {
    fetch: async (request) => {
      const path = new URL(request.url).pathname
      const desk = `${base}/sandbox/zammad`
      if (path !== desk && !path.startsWith(`${desk}/`)) return app.fetch(request)
      return path.startsWith(`${desk}/api/`) ? zammad.fetch(request) : zammad.direct(request)
    },
    smtpPort,
    mails: () => mailbox.json(),
    async runDueJobs() {
      await zammad.runDueJobs()
      keep()
    },
    async close() {
      await mailbox.close()
      keep()
    },
  }
}

async function sendBySmtp(port: number, mail: SandboxMail): Promise<void> {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true })
  await transport.sendMail({
    envelope: { from: mail.from, to: mail.to },
    from: mail.from,
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    headers: mail.headers,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}
