import type { Hono } from 'hono'
import { type Bot, createBot } from './bot/tick.ts'
import { createAttend } from './bot/attend.ts'
import { examineGroups } from './bot/groups.ts'
import { succeeds } from './bot/one-ticket.ts'
import { createReconcile } from './bot/reconcile.ts'
import { tellOfLate } from './bot/late.ts'
import { lookForLost } from './bot/restored-store.ts'
import { routeTicket } from './bot/route-ticket.ts'
import { troubleOf } from './bot/rulebook.ts'
import { sendAlert } from './bot/send-alert.ts'
import { tellOfWaiting } from './bot/waiting.ts'
import { after, HOUR_MS } from './clock.ts'
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
import { createApp } from './http/app.tsx'
import { createHealth, type Health, TROUBLE_MS } from './http/health.ts'
import type { Hook } from './http/deps.ts'
import { buildAssets } from './http/pages/assets.ts'
import { createAwaitingStaff } from './http/awaiting-staff.ts'
import { createStaff, type Staff } from './http/staff.ts'
import { createIntake } from './intake/accept.ts'
import { addNote } from './intake/add-note.ts'
import { createFormTokens } from './intake/form-token.ts'
import { openTicket } from './intake/open-ticket.ts'
import type { Mailer } from './mailer.ts'
import type { Memory } from './memory.ts'
import type { JobStore } from './outbox/job-store.ts'
import type { Kinds } from './outbox/job.ts'
import { runDue } from './outbox/run.ts'
import { revokeLink } from './relay/revoke-link.ts'
import { sendAnswer } from './relay/send-answer.ts'
import { createTaker } from './relay/take-articles.ts'
import { tellUnreachable } from './relay/unreachable.ts'
import { unitName } from './routing/explanation.ts'
import { namedBodies } from './store/bodies.ts'
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
}

/** What is done about each kind of job. */
function kindsOf({ common, mailer, mailDesk }: House): Kinds {
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
    'send-answer': sendAnswer({ ...deps, desk: mailDesk }),
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
    answerWithinHours: () => rulebook().promise.targetMs / HOUR_MS,
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
