import { createContact, ours } from './bot/contact.ts'
import { openRulebook } from './bot/rulebook.ts'
import type { Budget } from './budget.ts'
import { after, type Clock, HOUR_MS, MINUTE_MS, SECOND_MS } from './clock.ts'
import type { FactsStore } from './clocks/facts.ts'
import type { ClockLists } from './clocks/lists.ts'
import type { ClockRecords } from './clocks/records.ts'
import { createReckoner } from './clocks/reckoned.ts'
import { createTimeDoubt } from './clocks/time-doubt.ts'
import type { Config } from './config.ts'
import type { FormsPart } from './content.ts'
import type { Desk } from './desk.ts'
import { Failure } from './failure.ts'
import type { Files } from './files.ts'
import { inLanguage } from './language.ts'
import type { FollowedTickets, Hints } from './followed.ts'
import { addressesOf, conversationPath } from './http/addresses.ts'
import type { Guard } from './http/deps.ts'
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
import { newId, type Random } from './random.ts'
import type { Units } from './routing/units.ts'
import type { Routings } from './routing/routings.ts'
import { createSigner } from './secret.ts'
import type { Source } from './sources/source.ts'
import { createClockLists } from './store/clock-lists.ts'
import { createClockRecords } from './store/clock-records.ts'
import { createConversations } from './store/conversations.ts'
import { type Db, isUniqueViolation } from './store/db.ts'
import { createFacts } from './store/facts.ts'
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

const ZAMMAD_TIMEOUT_MS = MINUTE_MS
/** What a mail asks Zammad ties up one of the few places that mails have. */
const ZAMMAD_MAIL_TIMEOUT_MS = 15 * SECOND_MS
const ZAMMAD_UPLOAD_TIMEOUT_MS = 3 * MINUTE_MS

/** Tickets of ours that are asked, at most, whether this is still the same Zammad. */
const MOST_WITNESSES = 5

/** What a runtime brings. */
export interface Platform {
  readonly db: Db
  /** What may still be asked of the store; absent where there are no bounds. */
  readonly budget?: Budget
  readonly files: Files
  readonly clock: Clock
  /** Milliseconds of a count that nobody sets: by it a clock that is set is noticed. */
  readonly uptimeMs?: () => number
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
  readonly facts: FactsStore
  readonly records: ClockRecords
  readonly lists: ClockLists
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
  facts: createFacts(db),
  records: createClockRecords(db),
  lists: createClockLists(db),
})

export const deskOf = (
  config: Config,
  timeoutMs = ZAMMAD_TIMEOUT_MS,
  heard?: (said: Date) => void,
): { desk: Desk; client: ReturnType<typeof createClient> } => {
  const client = createClient({
    url: config.zammad.url,
    token: config.zammad.token,
    timeoutMs,
    uploadTimeoutMs: ZAMMAD_UPLOAD_TIMEOUT_MS,
    heard,
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
export async function furnish(platform: Platform, config: Config, content: FormsPart) {
  const { db, clock, random, log } = platform
  const { atomically } = db
  const stores = createStores(db)
  const { conversations, jobs, memory } = stores
  const signer = await createSigner(config.secrets)
  await memory.rememberFirst('instance', config.instance ?? newId(random).slice(0, 10))
  if (config.instance !== null) await atomically([memory.remember('instance', config.instance)])
  const timeDoubt = createTimeDoubt({ memory, uptimeMs: platform.uptimeMs, atomically, clock, log })
  const far = deskOf(config, ZAMMAD_TIMEOUT_MS, timeDoubt.heard).desk
  const contact = createContact({
    desk: far,
    memory,
    openedTickets: () => conversations.openedTickets(MOST_WITNESSES),
    atomically,
    clock,
    log,
  })
  const desk = ours(far, contact)
  const mailDesk = ours(deskOf(config, ZAMMAD_MAIL_TIMEOUT_MS).desk, contact)
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
    replyToOf: replyToOf({
      desk: mailDesk,
      clock,
      replyTo: config.mail.replyTo,
      units: () => live.current().units,
    }),
    linkTo: (token: string) => addresses.absolute(conversationPath(token)),
    zammadWebUrl: config.zammad.webUrl,
    relay: config.relay,
    undoMs: config.undoMs,
    agentNames: config.agentNames,
    reckoner: createReckoner({ ...stores, rulebook: live.current, relay: config.relay, clock }),
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
  return { platform, config, content, stores, contact, live, mailer, mailDesk, timeDoubt, common }
}

export type House = Awaited<ReturnType<typeof furnish>>

/** How long it is good to know which groups have a mail address. */
const GROUPS_MS = HOUR_MS
/** And how long it is left alone where it did not tell. */
const UNTOLD_MS = 15 * SECOND_MS

/**
 * Where answers by mail go: MAIL_REPLY_TO, else the unit's `mail:` while Zammad reads mail for its group. While Zammad
 * does not answer, what it told before holds on; where it told nothing yet, nowhere.
 */
export function replyToOf(deps: {
  readonly desk: Pick<Desk, 'account'>
  readonly clock: Clock
  readonly replyTo: string | null
  readonly units: () => Units
}): (unit: string) => Promise<string | null> {
  let known: { readonly until: Date; readonly groups: ReadonlySet<string> } | null = null
  const told = async (): Promise<ReadonlySet<string>> => {
    const { groups } = await deps.desk.account()
    return new Set(groups.filter(({ hasAddress }) => hasAddress).map(({ name }) => name))
  }
  return async (id) => {
    const unit = deps.units().units.find((one) => one.id === id)
    if (deps.replyTo !== null || !unit?.mail) return deps.replyTo
    if (!known || known.until < deps.clock()) {
      try {
        known = { groups: await told(), until: after(deps.clock(), GROUPS_MS) }
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        known = { groups: known?.groups ?? new Set(), until: after(deps.clock(), UNTOLD_MS) }
      }
    }
    return known.groups.has(unit.group) ? unit.mail : null
  }
}

/** What `ask` resolves to, asked until it does once. */
export function rememberedOnce<T>(ask: () => Promise<T>): () => Promise<T> {
  let known: { readonly value: T } | null = null
  return async () => (known ??= { value: await ask() }).value
}

/** The form's title as staff read it, or null where there is no such form. */
function topicIn({ forms, site }: FormsPart, id: string): string | null {
  const form = forms.find((one) => one.id === id)
  return form ? inLanguage(form.title, site.languages[0]) : null
}
