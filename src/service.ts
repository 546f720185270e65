import type { Hono } from 'hono'
import { type Bot, createBot, type TickDeps } from './bot/tick.ts'
import { createAttend } from './bot/attend.ts'
import { examineGroups } from './bot/groups.ts'
import { succeeds } from './bot/one-ticket.ts'
import { createReconcile } from './bot/reconcile.ts'
import { lookForLost } from './bot/restored-store.ts'
import { routeTicket } from './bot/route-ticket.ts'
import { troubleOf } from './bot/rulebook.ts'
import { sendAlert } from './bot/send-alert.ts'
import { sendDigest, sendReport } from './bot/send-digest.ts'
import { tellOfWaiting } from './bot/waiting.ts'
import { after, HOUR_MS } from './clock.ts'
import { acknowledgementToken, createAcknowledge } from './clocks/acknowledge.ts'
import { createDrift } from './clocks/drift.ts'
import { createExplain } from './clocks/explaining.ts'
import { createMornings } from './clocks/mornings.ts'
import { createSweep } from './clocks/sweep.ts'
import { tagTicket } from './clocks/tag-ticket.ts'
import type { Reckoner } from './clocks/reckoned.ts'
import { createReporter } from './clocks/report.ts'
import { createStillTrue } from './clocks/still-true.ts'
import { longestTargetMs } from './clocks/visitor-promise.ts'
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
import { addressesOf } from './http/addresses.ts'
import { createApp } from './http/app.tsx'
import { createHealth, type Health, TROUBLE_MS } from './http/health.ts'
import type { Hook } from './http/deps.ts'
import { buildAssets } from './http/pages/assets.ts'
import { createAwaitingStaff } from './http/awaiting-staff.ts'
import { createPromiseBoard } from './http/promise-board.ts'
import { reportPage } from './http/pages/report.tsx'
import { reportNames } from './http/report-routes.tsx'
import { createStaff, type Staff } from './http/staff.ts'
import { createIntake } from './intake/accept.ts'
import { addNote } from './intake/add-note.ts'
import { createFormTokens } from './intake/form-token.ts'
import { openTicket } from './intake/open-ticket.ts'
import { inLanguage } from './language.ts'
import type { Mailer } from './mailer.ts'
import type { Memory } from './memory.ts'
import type { JobStore } from './outbox/job-store.ts'
import type { Kinds } from './outbox/job.ts'
import { runDue } from './outbox/run.ts'
import type { AskedRange } from './promise/report-range.ts'
import { revokeLink } from './relay/revoke-link.ts'
import { sendAnswer } from './relay/send-answer.ts'
import { createTaker } from './relay/take-articles.ts'
import { tellUnreachable } from './relay/unreachable.ts'
import { unitName } from './routing/explanation.ts'
import { namedBodies } from './store/bodies.ts'
import { createNotedLevels } from './store/noted-levels.ts'
import { createToldLevels } from './store/told-levels.ts'
import { createWebhook } from './zammad/webhook.ts'
import { furnish, type House, type Platform, rememberedOnce } from './furnish.ts'

export interface Service {
  readonly app: Hono
  readonly bot: Bot
  readonly health: Health
  readonly decisions: Decisions
  readonly jobs: JobStore
  readonly memory: Memory
  readonly desk: Desk
  readonly mailer: Mailer
  readonly reckoner: Reckoner
}

/** What is done about each kind of job. */
function kindsOf({ common, mailer, mailDesk, config }: House): Kinds {
  const deps = { ...common, mailer, parked: tellUnreachable(common) }
  return {
    'open-ticket': openTicket(deps),
    'route-ticket': routeTicket({ ...deps, priorities: rememberedOnce(common.desk.priorities) }),
    'add-note': addNote(deps),
    'post-reply': postReply(deps),
    'change-customer': changeCustomer(deps),
    'revoke-link': revokeLink(deps),
    'send-alert': sendAlert({
      ...deps,
      marks: common.records,
      stillTrue: createStillTrue(common),
      ...alertLinksOf(common, config),
    }),
    'send-digest': sendDigest({ ...deps, ...alertLinksOf(common, config) }),
    'send-report': sendReport({ ...deps, ...alertLinksOf(common, config) }),
    'send-message': sendMessage(deps),
    'send-answer': sendAnswer({ ...deps, desk: mailDesk }),
    'find-links': findLinks(deps),
    'tag-promise': tagTicket(deps),
  }
}

/** Where the links of alerts and digests lead on our own pages. */
function alertLinksOf({ signer }: House['common'], { publicUrl, opsToken }: Config) {
  const { absolute } = addressesOf(publicUrl)
  return {
    boardLink: opsToken ? absolute('/ops') : null,
    reportLink: (range: AskedRange) => (opsToken ? absolute(`/ops/report?${queryOf(range)}`) : null),
    seenLink: async (ack: string) => absolute(`/seen/${await acknowledgementToken(signer, ack)}`),
  }
}

const queryOf = (range: AskedRange): string =>
  new URLSearchParams(Object.entries(range).filter(([, value]) => value !== undefined)).toString()

/** How the mails of the morning are made. */
const morningsOf = ({ common, content, platform }: House): (() => Promise<void>) =>
  createMornings({
    ...common,
    report: createReporter(common),
    notedLevels: createNotedLevels(platform.db),
    reportPage: (report) =>
      reportPage({
        report,
        names: reportNames({ units: common.units, forms: content.forms }),
        accent: content.site.accent,
        desk: inLanguage(content.site.name, 'en'),
      }),
  })

/** How the bot learns of tickets that somebody else changed, and warns of promises that come to their end. */
function reconcilerOf({ common, platform, timeDoubt }: House): Pick<TickDeps, 'reconcile' | 'sweepPromises'> {
  const deps = { ...common, taker: createTaker(common), lookForLost: lookForLost(common) }
  const attend = createAttend(deps)
  const look = (id: number): Promise<boolean> => succeeds(common.log, id, () => attend.look(id, 'poll'))
  const reconcile = createReconcile({
    ...deps,
    attend,
    sweepsAtStart: platform.sweepsAtStart,
    tellOfWaiting: (inTime) => tellOfWaiting({ ...deps, look }, inTime),
  })
  return { reconcile, sweepPromises: createSweep({ ...deps, look, timeDoubt }) }
}

function botOf(house: House): Bot {
  const { common, platform, config, stores, contact, live, mailer } = house
  const { jobs } = stores
  const outbox = { ...common, jobs, kinds: kindsOf(house) }
  return createBot({
    ...common,
    contact,
    lookAtRules: live.look,
    ...reconcilerOf(house),
    tellMornings: morningsOf(house),
    pauses: jobs.pauses,
    pause: jobs.pause,
    resume: jobs.resume,
    probeLater: jobs.probeLater,
    hasten: jobs.hasten,
    probe: { zammad: async () => void (await common.desk.account()), mail: () => mailer.check() },
    runDue: (lane, bounds) => runDue(outbox, lane, bounds),
    examineGroups: () => examineGroups(common),
    named: namedBodies(platform.db),
    act: config.act,
    budget: platform.budget,
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
  const { jobs, memory, routings, clock, desk, reckoner } = common
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
  return { app, bot: botOf(house), health, decisions, jobs, memory, desk, mailer, reckoner }
}

async function appOf(house: House, health: Health, decisions: Decisions): Promise<Hono> {
  const { common, platform, config, content, stores } = house
  const { rulebook, signer, random } = common
  return createApp({
    ...common,
    ...content,
    publicUrl: config.publicUrl,
    sandbox: config.sandbox,
    answerWithinHours: () => longestTargetMs(rulebook().promise) / HOUR_MS,
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
    seen: createAcknowledge(common),
    report: createReporter(common),
    explainPromise: createExplain(common),
    drift: createDrift(common),
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

function staffOf({ common, config, live, platform }: House, decisions: Decisions): Staff | null {
  const { jobs, memory, routings } = common
  if (!config.opsToken) return null
  return createStaff({
    ...common,
    token: config.opsToken,
    decisions,
    awaiting: createAwaitingStaff(common),
    promises: createPromiseBoard({
      ...common,
      toldLevels: createToldLevels(platform.db),
      silenceMs: () => live.current().promise.silenceMs,
      defaultUnit: () => live.current().units.defaultUnit,
      act: config.act,
    }),
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
