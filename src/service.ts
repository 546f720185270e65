import type { Hono } from 'hono'
import { type Bot, createBot } from './bot/tick.ts'
import { createContact, ours } from './bot/contact.ts'
import { createAttend } from './bot/attend.ts'
import { examineGroups } from './bot/groups.ts'
import { succeeds } from './bot/one-ticket.ts'
import { createReconcile } from './bot/reconcile.ts'
import { tellOfLate } from './bot/late.ts'
import { lookForLost } from './bot/restored-store.ts'
import { routeTicket } from './bot/route-ticket.ts'
import { openRulebook, troubleOf } from './bot/rulebook.ts'
import { sendAlert } from './bot/send-alert.ts'
import { tellOfWaiting } from './bot/waiting.ts'
import { after, type Clock, HOUR_MS, MINUTE_MS } from './clock.ts'
import type { Config } from './config.ts'
import type { FormsPart } from './content.ts'
import { changeCustomer } from './conversation/change-customer.ts'
import { createChangeAddress } from './conversation/change-address.ts'
import { createDecisions, type Decisions } from './conversation/decisions.ts'
import { createFind, findLinks } from './conversation/find.ts'
import { createStaffLinks } from './conversation/links.ts'
import { postReply } from './conversation/post-reply.ts'
import { createSay } from './conversation/say.ts'
import { sendMessage } from './conversation/send-message.ts'
import { createViews, type View } from './conversation/view.ts'
import type { Desk } from './desk.ts'
import { Failure } from './failure.ts'
import type { Files } from './files.ts'
import { inLanguage } from './language.ts'
import type { FollowedTickets, Hints } from './followed.ts'
import { addressesOf, conversationPath } from './http/addresses.ts'
import { createApp } from './http/app.tsx'
import { createHealth, type Health, TROUBLE_MS } from './http/health.ts'
import type { Guard, Hook } from './http/deps.ts'
import { buildAssets } from './http/pages/assets.ts'
import { createAwaitingStaff } from './http/awaiting-staff.ts'
import { createStaff, type Staff } from './http/staff.ts'
import { createIntake } from './intake/accept.ts'
import { addNote } from './intake/add-note.ts'
import { createFormTokens } from './intake/form-token.ts'
import { openTicket } from './intake/open-ticket.ts'
import type { Log } from './log.ts'
import { readSender } from './mail/sender.ts'
import { createMailer } from './mail/smtp.ts'
import type { GetSocket } from './mail/worker-socket.ts'
import type { Mailer } from './mailer.ts'
import type { Memory } from './memory.ts'
import type { Replies } from './conversation/reply.ts'
import type { Suspensions } from './outbox/suspensions.ts'
import type { Ledger } from './relay/ledger.ts'
import type { JobStore } from './outbox/job-store.ts'
import type { Kinds } from './outbox/job.ts'
import { runDue } from './outbox/run.ts'
import { newId, type Random } from './random.ts'
import { revokeLink } from './relay/revoke-link.ts'
import { sendAnswer } from './relay/send-answer.ts'
import { createTaker } from './relay/take-articles.ts'
import { tellUnreachable } from './relay/unreachable.ts'
import { unitName } from './routing/explanation.ts'
import type { Units } from './routing/units.ts'
import type { Routings } from './routing/routings.ts'
import { createSigner } from './secret.ts'
import type { Source } from './sources/source.ts'
import { namedBodies } from './store/bodies.ts'
import { createConversations } from './store/conversations.ts'
import { type Db, isUniqueViolation } from './store/db.ts'
import { createFollowedTickets } from './store/followed.ts'
import { createHints } from './store/hints.ts'
import { createJobs } from './store/jobs.ts'
import { createLedger } from './store/ledger.ts'
import { createMemory } from './store/memory.ts'
import { createMessages } from './store/messages.ts'
import { createReplies } from './store/replies.ts'
import { createRoutings } from './store/routings.ts'
import { createSubmissions } from './store/submissions.ts'
import { createSuspensions } from './store/suspensions.ts'
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
  /** Whether all live tickets are compared at once after a start; else once a day alone, as where starts are many. */
  readonly sweepsAtStart: boolean
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
  readonly ledger: Ledger
  readonly replies: Replies
  readonly suspensions: Suspensions
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
  ledger: createLedger(db),
  replies: createReplies(db),
  suspensions: createSuspensions(db),
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

/** Throws `Failure` with `misconfigured` for settings of mail that cannot be read. */
export function mailerOf(config: Config, content: Pick<FormsPart, 'site'>, getSocket?: GetSocket): Mailer {
  const { replyTo } = config.mail
  if (replyTo !== null && readSender(replyTo) === null) {
    throw new Failure('misconfigured', 'MAIL_REPLY_TO must read helpdesk@example.org')
  }
  return createMailer({
    url: config.mail.smtpUrl.reveal(),
    from: config.mail.from,
    ...(getSocket ? { getSocket } : {}),
    ticketHook: config.ticketHook,
    accent: content.site.accent,
  })
}

/** What stands behind the @ of a Message-ID (RFC 5322, dot-atom): an IPv6 address in brackets cannot. */
const mailHostOf = ({ hostname }: URL): string =>
  /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/i.test(hostname) ? hostname : 'firstline.invalid'

/** Everything that the kinds of jobs, the bot and the app are made of. Remembers which instance this is. */
async function furnish(platform: Platform, config: Config, content: FormsPart) {
  const { db, clock, random, log } = platform
  const { atomically } = db
  const stores = createStores(db)
  const { conversations, jobs, memory } = stores
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
  const { languages } = content.site
  const live = await openRulebook({ read: platform.readRouting, languages, memory, atomically, clock, log })
  const addresses = addressesOf(config.publicUrl)
  const common = {
    ...stores,
    addJob: jobs.add,
    alertAddress: jobs.alertAddress,
    addBounded: jobs.addBounded,
    isUniqueViolation,
    forms: content.forms,
    units: () => live.current().units,
    botId: rememberedOnce(async () => (await desk.account()).id),
    replyToOf: replyToOf({ desk, clock, replyTo: config.mail.replyTo, units: () => live.current().units }),
    linkTo: (token: string) => addresses.absolute(conversationPath(token)),
    zammadWebUrl: config.zammad.webUrl,
    relay: config.relay,
    undoMs: config.undoMs,
    agentNames: config.agentNames,
    rulebook: live.current,
    inForce: live.inForce,
    topicOf: (form: string): string | null => topicIn(content, form),
    timeZone: config.timeZone ?? content.site.timeZone,
    mailHost: mailHostOf(config.publicUrl),
    site: content.site,
    prefix: async (): Promise<string | null> => config.ticketPrefix ?? (await memory.recall('prefix')),
    numbers: config.ticketNumbers,
    files: platform.files,
    desk,
    atomically,
    signer,
    clock,
    random,
    log,
  }
  const mailer = mailerOf(config, content, platform.getSocket)
  return { platform, config, content, stores, contact, live, mailer, common }
}

type House = Awaited<ReturnType<typeof furnish>>

/** What is done about each kind of job. */
function kindsOf({ common, mailer }: House): Kinds {
  const deps = { ...common, mailer, parked: tellUnreachable(common) }
  return {
    'open-ticket': openTicket(deps),
    'route-ticket': routeTicket({ ...deps, priorities: rememberedOnce(common.desk.priorities) }),
    'add-note': addNote(deps),
    'post-reply': postReply(deps),
    'change-customer': changeCustomer(deps),
    'revoke-link': revokeLink(deps),
    'send-alert': sendAlert(deps),
    'send-message': sendMessage(deps),
    'send-answer': sendAnswer(deps),
    'find-links': findLinks(deps),
  }
}

/** How the bot learns of tickets that somebody else changed. */
function reconcilerOf({ common, platform }: House): (until: Date) => Promise<void> {
  const deps = { ...common, taker: createTaker(common), lookForLost: lookForLost(common) }
  const attend = createAttend(deps)
  const look = (id: number): Promise<boolean> => succeeds(common.log, id, () => attend.look(id, 'poll'))
  return createReconcile({
    ...deps,
    attend,
    sweepsAtStart: platform.sweepsAtStart,
    tellOfWaiting: (inTime) => tellOfWaiting({ ...deps, look }, inTime),
    tellOfLate: (inTime) => tellOfLate({ ...deps, look }, inTime),
  })
}

function botOf(house: House): Bot {
  const { common, platform, config, stores, contact, live, mailer } = house
  const { jobs } = stores
  const outbox = { ...common, jobs, kinds: kindsOf(house) }
  return createBot({
    ...common,
    contact,
    lookAtRules: live.look,
    reconcile: reconcilerOf(house),
    pauses: jobs.pauses,
    pause: jobs.pause,
    resume: jobs.resume,
    probeLater: jobs.probeLater,
    probe: { zammad: async () => void (await common.desk.account()), mail: () => mailer.check() },
    runDue: (lane, bounds) => runDue(outbox, lane, bounds),
    examineGroups: () => examineGroups(common),
    named: namedBodies(platform.db),
    act: config.act,
  })
}

/**
 * Puts the parts together, once per process or isolate. Remembers which instance this is. Throws
 * `RulebookError` where the rules are broken and no good ones are known from before.
 */
export async function createService(
  platform: Platform,
  config: Config,
  content: FormsPart,
): Promise<Service> {
  const house = await furnish(platform, config, content)
  const { common, mailer } = house
  const { jobs, memory, routings, clock, desk } = common
  const health = createHealth({
    ...common,
    pauses: jobs.pauses,
    counts: jobs.counts,
    tally: routings.tally,
    oldestTrouble: (lane) => jobs.oldestTrouble(lane, after(clock(), -TROUBLE_MS)),
    pollMs: config.pollMs,
    isLeaving: platform.isLeaving,
  })
  const decisions = createDecisions(common)
  const app = await appOf(house, health, decisions)
  return { app, bot: botOf(house), health, decisions, jobs, memory, desk, mailer }
}

async function appOf(house: House, health: Health, decisions: Decisions): Promise<Hono> {
  const { common, platform, config, content, stores } = house
  const { rulebook, signer, random } = common
  return createApp({
    ...common,
    ...content,
    publicUrl: config.publicUrl,
    sandbox: config.sandbox,
    answerWithinHours: () => Math.round(rulebook().promise.targetMs / HOUR_MS),
    intake: createIntake(common),
    views: createViews(common),
    say: createSay(common),
    changeAddress: createChangeAddress(common),
    find: createFind(common),
    delayOf: (view) => delayOf(stores.jobs, view),
    guard: platform.guard ?? (async () => 'pass'),
    tokens: createFormTokens(signer, random),
    assets: await buildAssets(content.site.accent),
    health,
    staff: staffOf(house, decisions),
    hook: await hookOf(house),
    wake: () => platform.wake('work'),
  })
}

/** Why the ticket of a request is not opened yet, where it is more than a moment's wait. */
async function delayOf(
  jobs: JobStore,
  { conversation, status }: View,
): Promise<'desk-unreachable' | 'with-staff' | null> {
  if (status !== 'received') return null
  const trouble = await jobs.troubleOf(conversation.id, 'open-ticket')
  if (trouble?.state === 'parked') return 'with-staff'
  return trouble?.code === 'unavailable' || trouble?.code === 'uncertain' ? 'desk-unreachable' : null
}

/** How long it is good to know which groups have a mail address. */
const GROUPS_MS = HOUR_MS

/** Where answers by mail go: MAIL_REPLY_TO, else the unit's `mail:` while Zammad reads mail for its group. */
function replyToOf(deps: {
  readonly desk: Pick<Desk, 'account'>
  readonly clock: Clock
  readonly replyTo: string | null
  readonly units: () => Units
}): (unit: string) => Promise<string | null> {
  let known: { readonly until: Date; readonly groups: ReadonlySet<string> } | null = null
  return async (id) => {
    const unit = deps.units().units.find((one) => one.id === id)
    if (deps.replyTo !== null || !unit?.mail) return deps.replyTo
    if (!known || known.until < deps.clock()) {
      const { groups } = await deps.desk.account()
      const reading = groups.filter(({ hasAddress }) => hasAddress).map(({ name }) => name)
      known = { until: after(deps.clock(), GROUPS_MS), groups: new Set(reading) }
    }
    return known.groups.has(unit.group) ? unit.mail : null
  }
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

function staffOf({ common, config, live }: House, decisions: Decisions): Staff | null {
  const { jobs, memory, routings } = common
  if (!config.opsToken) return null
  return createStaff({
    ...common,
    token: config.opsToken,
    decisions,
    awaiting: createAwaitingStaff(common),
    links: createStaffLinks(common),
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

async function hookOf({ config, stores, platform }: House): Promise<Hook | null> {
  const { db, clock, wake } = platform
  const { webhookSecrets } = config.zammad
  if (webhookSecrets.length === 0) return null
  return {
    ...(await createWebhook(webhookSecrets)),
    async hint(ticket) {
      await db.atomically([stores.hints.add(ticket, clock())])
      wake('look')
    },
  }
}
