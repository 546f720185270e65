import type { Hono } from 'hono'
import { type Bot, createBot } from './bot/tick.ts'
import { createContact, ours } from './bot/contact.ts'
import { createAttend } from './bot/attend.ts'
import { examineGroups } from './bot/groups.ts'
import { succeeds } from './bot/one-ticket.ts'
import { reconcile } from './bot/reconcile.ts'
import { routeTicket } from './bot/route-ticket.ts'
import { type LiveRulebook, openRulebook, troubleOf } from './bot/rulebook.ts'
import { sendAlert } from './bot/send-alert.ts'
import { tellOfWaiting } from './bot/waiting.ts'
import { after, type Clock, HOUR_MS, MINUTE_MS } from './clock.ts'
import type { Config } from './config.ts'
import type { FormsPart } from './content.ts'
import { createDecisions, type Decisions } from './conversation/decisions.ts'
import { sendMessage } from './conversation/send-message.ts'
import { createViews } from './conversation/view.ts'
import type { Desk } from './desk.ts'
import type { Files } from './files.ts'
import { inLanguage } from './language.ts'
import type { FollowedTickets, Hints } from './followed.ts'
import { addressesOf, conversationPath } from './http/addresses.ts'
import { createApp } from './http/app.tsx'
import { createHealth, type Health, TROUBLE_MS } from './http/health.ts'
import type { Guard, Hook } from './http/deps.ts'
import { buildAssets } from './http/pages/assets.ts'
import { createStaff } from './http/staff.ts'
import { createIntake } from './intake/accept.ts'
import { addNote } from './intake/add-note.ts'
import { createFormTokens } from './intake/form-token.ts'
import { openTicket } from './intake/open-ticket.ts'
import type { Log } from './log.ts'
import { createMailer } from './mail/smtp.ts'
import type { GetSocket } from './mail/worker-socket.ts'
import type { Mailer } from './mailer.ts'
import type { Memory } from './memory.ts'
import type { JobStore } from './outbox/job-store.ts'
import { runDue } from './outbox/run.ts'
import { newId, type Random } from './random.ts'
import { unitName } from './routing/explanation.ts'
import type { Routings } from './routing/routings.ts'
import { createSigner, type Signer } from './secret.ts'
import type { Source } from './sources/source.ts'
import { namedBodies } from './store/bodies.ts'
import { createConversations } from './store/conversations.ts'
import { type Db, isUniqueViolation } from './store/db.ts'
import { createFollowedTickets } from './store/followed.ts'
import { createHints } from './store/hints.ts'
import { createJobs } from './store/jobs.ts'
import { createMemory } from './store/memory.ts'
import { createMessages } from './store/messages.ts'
import { createRoutings } from './store/routings.ts'
import { createSubmissions } from './store/submissions.ts'
import { createClient } from './zammad/client.ts'
import { createDesk } from './zammad/desk.ts'
import { createWebhook } from './zammad/webhook.ts'

const ZAMMAD_TIMEOUT_MS = MINUTE_MS
const ZAMMAD_UPLOAD_TIMEOUT_MS = 3 * MINUTE_MS

/** Tickets of ours that are asked, at most, whether this is still the same Zammad. */
const MOST_WITNESSES = 5

/** What a runtime brings. */
export interface Platform {
  readonly db: Db
  readonly files: Files
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Only where nodemailer's own sockets will not do. */
  readonly getSocket?: GetSocket
  /** Keeps one sender from flooding the desk; without it everybody passes. */
  readonly guard?: Guard
  /** The files of routing-rules/ as they are now; they are asked again while the service runs. */
  readonly readRouting: () => Promise<readonly Source[]>
  readonly isLeaving: () => boolean
  /** Called when there is work for the bot, or something to look at. */
  readonly wake: (what: 'work' | 'look') => void
}

export interface Service {
  readonly app: Hono
  readonly bot: Bot
  readonly health: Health
  readonly decisions: Decisions
  readonly jobs: JobStore
  readonly memory: Memory
  readonly desk: Desk
  readonly mailer: Mailer
}

/** The store and what stands directly on it, for the service and for commands beside it. */
export interface Stores {
  readonly submissions: ReturnType<typeof createSubmissions>
  readonly conversations: ReturnType<typeof createConversations>
  readonly messages: ReturnType<typeof createMessages>
  readonly jobs: JobStore
  readonly memory: Memory
  readonly routings: Routings
  readonly followed: FollowedTickets
  readonly hints: Hints
}

export const createStores = (db: Db): Stores => ({
  submissions: createSubmissions(db),
  conversations: createConversations(db),
  messages: createMessages(db),
  jobs: createJobs(db),
  memory: createMemory(db),
  routings: createRoutings(db),
  followed: createFollowedTickets(db),
  hints: createHints(db),
})

export const deskOf = (config: Config): { desk: Desk; client: ReturnType<typeof createClient> } => {
  const client = createClient({
    url: config.zammad.url,
    token: config.zammad.token,
    timeoutMs: ZAMMAD_TIMEOUT_MS,
    uploadTimeoutMs: ZAMMAD_UPLOAD_TIMEOUT_MS,
  })
  return { client, desk: createDesk(client) }
}

export const mailerOf = (config: Config, content: Pick<FormsPart, 'site'>, getSocket?: GetSocket): Mailer =>
  createMailer({
    url: config.mail.smtpUrl.reveal(),
    from: config.mail.from,
    ...(config.mail.replyTo === null ? {} : { replyTo: config.mail.replyTo }),
    ...(getSocket ? { getSocket } : {}),
    ticketHook: config.ticketHook,
    accent: content.site.accent,
  })

/** What stands behind the @ of a Message-ID (RFC 5322, dot-atom): an IPv6 address in brackets cannot. */
const mailHostOf = ({ hostname }: URL): string =>
  /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(hostname) ? hostname : 'firstline.invalid'

/**
 * Puts the parts together, once per process or isolate. Remembers which instance this is. Throws
 * `RulebookError` where the rules are broken and no good ones are known from before.
 */
export async function createService(
  platform: Platform,
  config: Config,
  content: FormsPart,
): Promise<Service> {
  const { db, files, clock, random, log } = platform
  const { atomically } = db
  const stores = createStores(db)
  const { submissions, conversations, messages, jobs, memory, routings, followed, hints } = stores
  const signer = await createSigner(config.secrets)
  await memory.rememberFirst('instance', config.instance ?? newId(random).slice(0, 10))
  if (config.instance !== null) await atomically([memory.remember('instance', config.instance)])
  const far = deskOf(config).desk
  const contact = createContact({
    desk: far,
    memory,
    openedTickets: () => conversations.openedTickets(MOST_WITNESSES),
    atomically,
    clock,
    log,
  })
  const desk = ours(far, contact)
  const mailer = mailerOf(config, content, platform.getSocket)
  const addresses = addressesOf(config.publicUrl)
  const timeZone = config.timeZone ?? content.site.timeZone
  const mailHost = mailHostOf(config.publicUrl)
  const prefix = async (): Promise<string | null> => config.ticketPrefix ?? (await memory.recall('prefix'))
  const live = await openRulebook({
    read: platform.readRouting,
    languages: content.site.languages,
    memory,
    atomically,
    clock,
    log,
  })
  const rulebook = live.current
  const topicOf = (form: string): string | null => topicIn(content, form)
  const views = createViews({ conversations, submissions })
  const common = {
    submissions,
    conversations,
    messages,
    routings,
    addJob: jobs.add,
    rulebook,
    topicOf,
    timeZone,
    atomically,
    signer,
    clock,
    random,
    log,
    mailHost,
  }
  const kinds = {
    'open-ticket': openTicket({
      ...common,
      desk,
      files,
      memory,
      prefix,
      numbers: config.ticketNumbers,
    }),
    'route-ticket': routeTicket({
      ...common,
      desk,
      followed,
      inForce: live.inForce,
      priorities: rememberedOnce(desk.priorities),
    }),
    'add-note': addNote({ desk, mailHost, log }),
    'send-alert': sendAlert({
      ...common,
      mailer,
      site: content.site,
      units: () => rulebook().units,
      zammadWebUrl: config.zammad.webUrl,
    }),
    'send-message': sendMessage({
      ...common,
      mailer,
      files,
      site: content.site,
      linkTo: (token) => addresses.absolute(conversationPath(token)),
    }),
  }
  const outbox = { jobs, kinds, atomically, clock, random, log }
  const botId = rememberedOnce(async () => (await desk.account()).id)
  const attend = createAttend({ ...common, desk, botId, memory, followed })
  const bot = createBot({
    ...common,
    contact,
    lookAtRules: live.look,
    reconcile: (until) =>
      reconcile(
        {
          ...common,
          desk,
          memory,
          followed,
          hints,
          attend,
          tellOfWaiting: () =>
            tellOfWaiting({
              ...common,
              followed,
              look: (id) => succeeds(log, id, () => attend.look(id)),
            }),
        },
        until,
      ),
    memory,
    pauses: jobs.pauses,
    pause: jobs.pause,
    resume: jobs.resume,
    probeLater: jobs.probeLater,
    probe: { zammad: async () => void (await desk.account()), mail: () => mailer.check() },
    runDue: (lane, bounds) => runDue(outbox, lane, bounds),
    examineGroups: () => examineGroups({ ...common, desk, memory }),
    files,
    named: namedBodies(db),
    act: config.act,
  })
  const health = createHealth({
    memory,
    atomically,
    pauses: jobs.pauses,
    counts: jobs.counts,
    tally: routings.tally,
    oldestTrouble: (lane) => jobs.oldestTrouble(lane, after(clock(), -TROUBLE_MS)),
    pollMs: config.pollMs,
    isLeaving: platform.isLeaving,
    clock,
  })
  const decisions = createDecisions({ ...stores, ...common, units: () => rulebook().units })
  const app = createApp({
    ...content,
    units: () => rulebook().units,
    publicUrl: config.publicUrl,
    sandbox: config.sandbox,
    timeZone,
    answerWithinHours: () => Math.round(rulebook().promise.targetMs / HOUR_MS),
    intake: createIntake({
      ...common,
      inForce: live.inForce,
      prefix,
      isUniqueViolation,
      site: content.site,
      numbers: config.ticketNumbers,
    }),
    views,
    delayOf: async ({ conversation, status }) => {
      if (status !== 'received') return null
      const trouble = await jobs.troubleOf(conversation.id, 'open-ticket')
      if (trouble?.state === 'parked') return 'with-staff'
      return trouble?.code === 'unavailable' || trouble?.code === 'uncertain' ? 'desk-unreachable' : null
    },
    guard: platform.guard ?? (async () => 'pass'),
    tokens: createFormTokens(signer, random),
    files,
    assets: await buildAssets(content.site.accent),
    health,
    staff: staffOf(config, signer, clock, decisions, stores, live),
    hook: await hookOf(config, stores, platform),
    clock,
    random,
    log,
    wake: () => platform.wake('work'),
  })
  return { app, bot, health, decisions, jobs, memory, desk, mailer }
}

/** What `ask` resolves to, asked until it does once. */
function rememberedOnce<T>(ask: () => Promise<T>): () => Promise<T> {
  let known: { readonly value: T } | null = null
  return async () => (known ??= { value: await ask() }).value
}

/** The form's title as staff read it, or null where there is no such form. */
function topicIn({ forms, site }: FormsPart, id: string): string | null {
  const form = forms.find((one) => one.id === id)
  return form ? inLanguage(form.title, site.languages[0]) : null
}

function staffOf(
  config: Config,
  signer: Signer,
  clock: Clock,
  decisions: Decisions,
  { jobs, memory, routings }: Stores,
  live: LiveRulebook,
) {
  if (!config.opsToken) return null
  return createStaff({
    token: config.opsToken,
    signer,
    clock,
    decisions,
    pauses: jobs.pauses,
    async rules() {
      const { version, rules, units } = live.current()
      return {
        version,
        rules: rules.map(({ name, unit }) => ({ name, unit: unitName(units, unit) })),
        trouble: await troubleOf(memory),
        tally: await routings.tally(),
      }
    },
    act: config.act,
  })
}

async function hookOf(
  config: Config,
  { hints }: Stores,
  { db, clock, wake }: Platform,
): Promise<Hook | null> {
  const { webhookSecrets } = config.zammad
  if (webhookSecrets.length === 0) return null
  return {
    ...(await createWebhook(webhookSecrets)),
    async hint(ticket) {
      await db.atomically([hints.add(ticket, clock())])
      wake('look')
    },
  }
}
