import { MINUTE_MS } from '../clock.ts'
import { type Article, type Changed, QUARANTINE_MS } from '../desk.ts'
import { Failure } from '../failure.ts'
import { isAboutOwnAlert, isOwnAlert } from '../outbox/alert.ts'
import type { ClaimedJob, Kind, Settlement } from '../outbox/job.ts'
import { newId } from '../random.ts'
import { UNUSABLE_GROUP } from '../routing/explanation.ts'
import { factsOfTicket } from '../routing/facts.ts'
import type { Routing } from '../routing/routings.ts'
import { placeOf } from '../routing/rule.ts'
import { tellOfArrival } from '../routing/tell-staff.ts'
import { fallbackChain, type Unit, unitOfGroup } from '../routing/units.ts'
import type { Write } from '../writes.ts'
import { choiceOfAgent, ourMove } from './overridden.ts'
import { settle } from './placed-ticket.ts'
import {
  type Case,
  defaultOf,
  isUntold,
  named as namedTicket,
  placeFor,
  priorityFor,
  Progress,
  type RouteTicketDeps,
} from './routing-case.ts'
import type { InForce } from './rulebook.ts'

const DONE: Settlement = { outcome: 'done', writes: [] }

/**
 * Routes one ticket that somebody opened in Zammad: decides once, and moves it while nobody has touched it. An agent's
 * choice always stands: made before, it is left alone; made between our read and our write, it is put back.
 */
export function routeTicket(deps: RouteTicketDeps): Kind {
  return {
    lane: 'zammad',
    leaseMs: 10 * MINUTE_MS,
    // The history tells whether an earlier attempt moved it, once no request can be under way any more.
    uncertainMs: QUARANTINE_MS,
    maxUncertain: null,
    giveUpMs: null,
    async act(job) {
      const found = await read(deps, job, deps.inForce())
      if (!found) return DONE
      const earlier = await deps.routings.ofTicket(found.ticket.id)
      if (earlier?.placed) return DONE
      const [first] = found.articles
      if (first && isAboutOwnAlert(first, deps.mailHost)) return ignore(deps, found, first)
      const isMoved = ourMove(found.changes, found.bot) !== null
      const choice = isMoved ? null : choiceOfAgent(found, found.bot, defaultOf(found.rulebook.units).group)
      if (choice !== null) return leave(deps, found, earlier, choice)
      const routing = earlier ?? (await decide(deps, found))
      return isMoved ? settle(deps, found, routing) : move(deps, found, routing)
    },
  }
}

async function read(deps: RouteTicketDeps, job: ClaimedJob, inForce: InForce): Promise<Case | null> {
  const { desk, log } = deps
  const progress = Progress.parse(job.payload)
  const sight = await desk.read(progress.ticket)
  const articles = sight.seen === 'ticket' ? await desk.articles(progress.ticket) : null
  const changes = articles && (await desk.history(progress.ticket))?.changes
  if (sight.seen !== 'ticket' || !articles || !changes) {
    log.warn('ticket.not-routed', { ticket: progress.ticket, detail: 'it is gone or out of sight' })
    return null
  }
  const { id: bot } = await desk.account()
  const priorities = await deps.priorities()
  return { ...inForce, job, progress, ticket: sight.ticket, articles, changes, bot, priorities }
}

/** The decision, frozen before anything is changed. Who is to hear of the ticket hears of it, whatever Zammad answers. */
async function decide(deps: RouteTicketDeps, found: Case): Promise<Routing> {
  const { ticket, articles, rulebook, decider, job } = found
  const facts = factsOfTicket(ticket, articles[0] ?? null)
  const routing: Routing = {
    ...decider.decide(facts),
    id: newId(deps.random),
    conversation: null,
    ticket: ticket.id,
    source: facts.source,
    version: rulebook.version,
    decidedAt: deps.clock(),
    placed: null,
    feedback: 'open',
  }
  const priority = priorityFor(found, routing) ?? ticket.priority
  const told = await arrival(deps, found, placeOf(routing, rulebook.units), priority)
  const [kept] = await deps.atomically([deps.routings.add(routing, job), ...told])
  if (kept !== 1) throw new Failure('unavailable', 'the lease of the job has ended')
  return routing
}

/**
 * It was made of a mail of ours. To tell anybody of it could make the next one; and whoever that mail went to is written
 * to no more until staff say so, as it comes back from there (design 4.9). A person who answers an alert goes on
 * getting them.
 */
async function ignore(deps: RouteTicketDeps, { ticket }: Case, first: Article): Promise<Settlement> {
  deps.log.warn('ticket.own-alert', { ticket: ticket.id })
  const cameBack = isOwnAlert(first.messageId, deps.mailHost) || first.automatic
  const job = cameBack ? alertJobOf(first, deps.mailHost) : null
  const address = job === null ? null : await deps.alertAddress(job)
  const suspended = address === null ? [] : [deps.suspensions.suspend(address, ticket.id, deps.clock())]
  if (address !== null) deps.log.error('alert.suspended', { ticket: ticket.id })
  return { outcome: 'done', writes: [deps.followed.mute(ticket.id), ...suspended] }
}

/** The job that mailed the alert which an article is, or answers. */
function alertJobOf({ messageId, answersTo }: Article, mailHost: string): string | null {
  const alert = [messageId, ...answersTo].find((id) => isOwnAlert(id, mailHost))
  return /alert\.([^@]+)@/.exec(alert ?? '')?.[1] ?? null
}

/** Somebody else has it in hand: nothing is written to it. */
async function leave(
  deps: RouteTicketDeps,
  found: Case,
  earlier: Routing | null,
  detail: string,
): Promise<Settlement> {
  const { ticket, rulebook } = found
  deps.log.info('ticket.left', { ticket: ticket.id, detail })
  const unit = unitOfGroup(rulebook.units, ticket.group)
  // With the decision its arrival was told.
  const isNews = earlier === null && unit !== null && !ticket.closed
  if (isNews) return { outcome: 'done', writes: await arrival(deps, found, unit, ticket.priority) }
  return { outcome: 'done', writes: isUntold(found) ? [deps.followed.mute(ticket.id)] : [] }
}

async function arrival(
  deps: RouteTicketDeps,
  found: Case,
  unit: string,
  priority: string,
): Promise<readonly Write[]> {
  const { ticket, rulebook, job } = found
  if (isUntold(found)) return [deps.followed.mute(ticket.id)]
  const named = await namedTicket(deps, found, unit)
  const told = { ticket: named, conversation: null, priority, occasion: `${ticket.id}` }
  return tellOfArrival(deps, rulebook.units, told, job)
}

async function move(deps: RouteTicketDeps, found: Case, routing: Routing): Promise<Settlement> {
  const { ticket, progress } = found
  const { unit } = placeFor(found, routing)
  const priority = priorityFor(found, routing)
  const change = {
    ...(unit.group === ticket.group ? {} : { group: unit.group }),
    ...(priority === null || priority === ticket.priority ? {} : { priority }),
  }
  if (Object.keys(change).length === 0) return settle(deps, found, routing)
  const before = await deps.desk.read(ticket.id)
  if (before.seen !== 'ticket') return DONE
  if (before.ticket.updatedAt.getTime() !== ticket.updatedAt.getTime()) {
    return { outcome: 'again', payload: progress, reason: 'the ticket changed while it was being decided' }
  }
  return afterChange(deps, found, routing, unit, await deps.desk.change(ticket.id, change))
}

async function afterChange(
  deps: RouteTicketDeps,
  found: Case,
  routing: Routing,
  unit: Unit,
  changed: Changed,
): Promise<Settlement> {
  switch (changed.outcome) {
    case 'changed':
      return settle(deps, { ...found, ticket: changed.ticket }, routing)
    case 'group':
      return elsewhere(deps, found, unit, changed.reason)
    case 'refused':
      return priorityFor(found, routing) === null
        ? { outcome: 'parked', reason: changed.reason }
        : { outcome: 'again', payload: { ...found.progress, plain: true }, reason: changed.reason }
    case 'out-of-sight':
    case 'gone':
      return DONE
  }
}

/** The next unit along the fallbacks. At their end the ticket stays where it is, in the default unit. */
function elsewhere(deps: RouteTicketDeps, found: Case, unit: Unit, reason: string): Settlement {
  const { units } = found.rulebook
  if (unit.id === units.defaultUnit) return { outcome: 'parked', reason }
  const [next = units.defaultUnit] = fallbackChain(units, unit.id)
  deps.log.warn('ticket.fallback', { ticket: found.ticket.id, unit: next, detail: reason })
  const refusal = found.progress.refusal ?? UNUSABLE_GROUP
  return { outcome: 'again', payload: { ...found.progress, unit: next, refusal }, reason }
}
