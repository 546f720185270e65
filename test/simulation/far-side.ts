import type { Clock } from '../../src/clock.ts'
import type { Random } from '../../src/random.ts'
import { createMailbox } from '../../src/sandbox/mailbox/mailbox.tsx'
import { readSnapshot, type State } from '../../src/sandbox/zammad/model.ts'
import {
  createSandboxZammad,
  type SandboxMail,
  type SandboxZammad,
  type WebhookTarget,
} from '../../src/sandbox/zammad/zammad.ts'
import type { MailServer } from './prompt-mail-server.ts'
import { type Told, sha256Of } from './visitors.ts'

/** How Zammad tells of tickets, where it does. */
export interface Hooks {
  readonly target: WebhookTarget
  /** How long after its event each copy of a hook sets out, in milliseconds. */
  readonly delaysMs: () => readonly number[]
  readonly deliver: (request: Request) => Promise<Response>
}

/** A Zammad and a mail server that outlive whatever happens to Firstline. */
export interface FarSide {
  readonly zammad: SandboxZammad
  readonly mailbox: MailServer
  readonly smtpPort: number
  /** What Zammad mailed by itself, oldest first. */
  readonly mailsOfZammad: readonly SandboxMail[]
  readonly close: () => Promise<void>
}

export async function openFarSide(parts: {
  readonly clock: Clock
  readonly random: Random
  readonly wait: (ms: number) => Promise<void>
  readonly zammadUrl: string
  /** Where mails go; the sandbox's own mailbox by default. */
  readonly mailbox?: MailServer
  readonly hooks?: Hooks
}): Promise<FarSide> {
  const { hooks } = parts
  const mailsOfZammad: SandboxMail[] = []
  const mailbox = parts.mailbox ?? createMailbox({ clock: parts.clock, max: 1_000_000, base: '' })
  const smtpPort = await mailbox.listen(0)
  const zammad = createSandboxZammad({
    profile: '6.6',
    clock: parts.clock,
    random: parts.random,
    wait: parts.wait,
    publicUrl: parts.zammadUrl,
    send: async (mail) => void mailsOfZammad.push(mail),
    deliver: hooks?.deliver ?? (async () => new Response(null, { status: 202 })),
    ...(hooks ? { webhook: hooks.target, hookDelaysMs: hooks.delaysMs } : {}),
  })
  return { zammad, mailbox, smtpPort, mailsOfZammad, close: () => mailbox.close() }
}

/** What stands in Zammad and in the mailbox in the end. */
export interface Outcome {
  readonly state: State
  readonly mails: ReturnType<MailServer['messages']>
}

export const outcomeOf = ({ zammad, mailbox }: FarSide): Outcome => ({
  state: readSnapshot(zammad.snapshot()),
  mails: mailbox.messages(),
})

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one])
  return groups
}

const isOurs = (preferences: object): boolean => 'firstline' in preferences

/**
 * Everything that is not as it was promised, in words; empty where nothing was lost, doubled or changed.
 */
export async function broken(outcome: Outcome, told: readonly Told[]): Promise<readonly string[]> {
  const { state } = outcome
  const ours = [...state.tickets.values()].filter(({ preferences }) => isOurs(preferences))
  const byMark = grouped(ours, ({ title }) => /case-\d+-\d+/.exec(title)?.[0] ?? title)
  const known = new Set(told.map(({ visit }) => visit.mark))
  const faults = [
    ...[...byMark].filter(([, { length }]) => length > 1).map(([mark]) => `${mark}: more than one ticket`),
    ...[...byMark.keys()].filter((mark) => !known.has(mark)).map((mark) => `${mark}: nobody sent it`),
  ]
  for (const one of told) {
    const ticket = byMark.get(one.visit.mark)?.[0]
    if (!ticket) faults.push(`${one.visit.mark}: lost`)
    else faults.push(...(await ticketFaults(state, one, ticket.id)))
  }
  return [...faults, ...mailFaults(outcome, told)]
}

async function ticketFaults(state: State, told: Told, ticketId: number): Promise<readonly string[]> {
  const { visit } = told
  const ticket = state.tickets.get(ticketId)
  const articles = [...state.articles.values()].filter((row) => row.ticket_id === ticketId)
  const [first] = articles
  const faults: string[] = []
  if (told.number !== null && ticket?.number !== told.number) faults.push('another number than was told')
  if (!first?.body.includes(visit.question.slice(0, 60))) faults.push('another text')
  if (state.users.get(ticket?.customer_id ?? 0)?.email !== visit.email.toLowerCase()) {
    faults.push('another customer')
  }
  const files = [...state.files.values()].filter(({ article_id }) => article_id === first?.id)
  const there = await Promise.all(
    files.map(async (file) => `${file.filename} ${await sha256Of(bytesOf(file.base64))}`),
  )
  const sent = await Promise.all(
    visit.files.map(async ({ name, bytes }) => `${name} ${await sha256Of(bytes)}`),
  )
  if (there.join() !== sent.join()) faults.push('other files')
  return faults.map((fault) => `${visit.mark}: ${fault}`)
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(base64, 'base64'))

/** Each visitor has a receipt that names the link; all copies of one Message-ID are the same bytes. */
function mailFaults({ mails }: Outcome, told: readonly Told[]): readonly string[] {
  const byMessageId = grouped(mails, ({ headers }) => headers['message-id'] ?? '')
  const changed = [...byMessageId]
    .filter(([, copies]) => new Set(copies.map(({ bytes }) => new TextDecoder().decode(bytes))).size > 1)
    .map(([id]) => `${id}: copies that differ`)
  const byAddress = grouped(mails, ({ to }) => to.join())
  const missing = told.filter(
    ({ visit, token }) =>
      !byAddress.get(visit.email)?.some((mail) => mail.text?.replaceAll(/=\n/g, '').includes(token)),
  )
  return [...changed, ...missing.map(({ visit }) => `${visit.mark}: no receipt`)]
}
