import { z } from 'zod'
import { type Clock, MINUTE_MS } from '../clock.ts'
import type { Article, Change, Changed, Desk, Ticket } from '../desk.ts'
import { Failure } from '../failure.ts'
import type { FollowedTickets } from '../followed.ts'
import type { Log } from '../log.ts'
import type { ClaimedJob, Kind, NewJob, Settlement } from '../outbox/job.ts'
import { isOwnAlert } from '../outbox/alert.ts'
import { dueAt } from '../promise/promise.ts'
import { newId, type Random } from '../random.ts'
import { explanation } from '../routing/explanation.ts'
import { factsOfTicket } from '../routing/facts.ts'
import type { Routing, Routings } from '../routing/routings.ts'
import { type Decider, placeOf, type Rulebook } from '../routing/rule.ts'
import { tellFirstLine, tellOfArrival } from '../routing/tell-staff.ts'
import { fallbackChain, type Unit } from '../routing/units.ts'
import type { Atomically, Held, Write } from '../writes.ts'
import { unitOfGroup } from './name-ticket.ts'
import { choiceOfAgent, overriddenBy } from './overridden.ts'

/** How far a job has come; it is kept in the job's row between attempts. */
const Progress = z.object({
  ticket: z.int(),
  /** The unit to try, where the decided one could not take the ticket. */
  unit: z.string().optional(),
  /** Why it could not. */
  refusal: z.string().optional(),
  /** Whether the priority is left out, as it was refused. */
  plain: z.boolean().default(false),
})
type Progress = z.infer<typeof Progress>

/** Longer than any request lives in Zammad or in a proxy before it. */
const QUARANTINE_MS = 6 * MINUTE_MS

export interface RouteTicketDeps {
  readonly desk: Desk
  readonly routings: Routings
  readonly followed: FollowedTickets
  readonly rulebook: () => Rulebook
  readonly decider: () => Decider
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly atomically: Atomically
  readonly timeZone: string
  readonly mailHost: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

interface Case {
  readonly job: ClaimedJob
  readonly progress: Progress
  readonly ticket: Ticket
  readonly articles: readonly Article[]
  readonly changes: readonly Change[]
  /** Id of our own account. */
  readonly bot: number
  readonly rulebook: Rulebook
}

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
      const progress = Progress.parse(job.payload)
      const found = await read(deps, job, progress)
      if (!found) return { outcome: 'done', writes: [] }
      const earlier = await deps.routings.ofTicket(progress.ticket)
      if (earlier?.placed) return { outcome: 'done', writes: [] }
      if (isOwnAlert(found.articles[0]?.messageId ?? null, deps.mailHost)) return ignore(deps, found)
      const moved = ours(found) !== null
      const choice = moved ? null : choiceOfAgent(found, found.bot, defaultGroup(found.rulebook))
      if (choice !== null) return leave(deps, found, choice)
      const routing = earlier ?? (await decide(deps, found))
      return moved ? settle(deps, found, routing) : move(deps, found, routing)
    },
  }
}

async function read(deps: RouteTicketDeps, job: ClaimedJob, progress: Progress): Promise<Case | null> {
  const { desk } = deps
  const sight = await desk.read(progress.ticket)
  if (sight.seen !== 'ticket') return null
  const articles = await desk.articles(progress.ticket)
  const changes = await desk.history(progress.ticket)
  if (!articles || !changes) return null
  const { id: bot } = await desk.account()
  return { job, progress, ticket: sight.ticket, articles, changes, bot, rulebook: deps.rulebook() }
}

const unitById = ({ units }: Rulebook, id: string): Unit | undefined =>
  units.units.find((unit) => unit.id === id)

const defaultGroup = (rulebook: Rulebook): string => {
  const unit = unitById(rulebook, rulebook.units.defaultUnit)
  if (!unit) throw new Error('the default unit is among the units')
  return unit.group
}

/** Our own change of its group, where an attempt before this one made it. */
const ours = ({ changes, bot }: Pick<Case, 'changes' | 'bot'>): Change | null =>
  changes.find(({ attribute, by }) => attribute === 'group' && by === bot) ?? null

const dueOf = ({ ticket, rulebook }: Case): Date => dueAt(ticket.createdAt, rulebook.promise)

/** The decision, frozen before anything is changed. */
async function decide(deps: RouteTicketDeps, { ticket, articles, rulebook, job }: Case): Promise<Routing> {
  const facts = factsOfTicket(ticket, articles[0] ?? null)
  const routing: Routing = {
    ...deps.decider().decide(facts),
    id: newId(deps.random),
    conversation: null,
    ticket: ticket.id,
    source: facts.source,
    version: rulebook.version,
    decidedAt: deps.clock(),
    placed: null,
    feedback: 'open',
  }
  const [kept] = await deps.atomically([deps.routings.add(routing, job)])
  if (kept !== 1) throw new Failure('unavailable', 'the lease of the job has ended')
  return routing
}

/** It was made of a mail of ours. To tell anybody of it could make the next one. */
function ignore(deps: RouteTicketDeps, { ticket }: Case): Settlement {
  deps.log.warn('ticket.own-alert', { ticket: ticket.id })
  return { outcome: 'done', writes: [deps.followed.toldOfWaiting(ticket.id)] }
}

/** Somebody else has it in hand: nothing is written to it. */
async function leave(deps: RouteTicketDeps, found: Case, detail: string): Promise<Settlement> {
  deps.log.info('ticket.left', { ticket: found.ticket.id, detail })
  const unit = unitOfGroup(found.rulebook, found.ticket.group)
  const writes = unit === null ? [] : await arrival(deps, found, unit, found.ticket.priority)
  return { outcome: 'done', writes }
}

const wantedUnit = ({ rulebook, progress }: Case, routing: Routing): Unit => {
  const wanted = progress.unit ?? placeOf(routing, rulebook.units)
  const unit = unitById(rulebook, wanted) ?? unitById(rulebook, rulebook.units.defaultUnit)
  if (!unit) throw new Error('the default unit is among the units')
  return unit
}

async function move(deps: RouteTicketDeps, found: Case, routing: Routing): Promise<Settlement> {
  const { ticket, progress } = found
  const unit = wantedUnit(found, routing)
  const priority = progress.plain ? null : routing.priority
  const change = {
    ...(unit.group === ticket.group ? {} : { group: unit.group }),
    ...(priority === null || priority === ticket.priority ? {} : { priority }),
  }
  if (Object.keys(change).length === 0) return settle(deps, found, routing)
  const before = await deps.desk.read(ticket.id)
  if (before.seen !== 'ticket') return { outcome: 'done', writes: [] }
  if (before.ticket.updatedAt.getTime() !== ticket.updatedAt.getTime()) {
    return { outcome: 'again', payload: progress, reason: 'the ticket changed while it was being decided' }
  }
  const changed = await deps.desk.change(ticket.id, change)
  return afterChange(deps, found, routing, unit, changed)
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
      return found.progress.plain || routing.priority === null
        ? { outcome: 'parked', reason: changed.reason }
        : { outcome: 'again', payload: { ...found.progress, plain: true }, reason: changed.reason }
    case 'out-of-sight':
    case 'gone':
      return { outcome: 'done', writes: [] }
  }
}

/** The next unit along the fallbacks. At their end the ticket stays where it is, in the default unit. */
function elsewhere(deps: RouteTicketDeps, found: Case, unit: Unit, refusal: string): Settlement {
  const { units } = found.rulebook
  if (unit.id === units.defaultUnit) return { outcome: 'parked', reason: refusal }
  const [next = units.defaultUnit] = fallbackChain(units, unit.id)
  deps.log.warn('ticket.fallback', { ticket: found.ticket.id, unit: next, detail: refusal })
  return { outcome: 'again', payload: { ...found.progress, unit: next, refusal }, reason: refusal }
}

/** After our change: an agent's choice that it overrode is put back, then the ticket is tagged and explained. */
async function settle(deps: RouteTicketDeps, found: Case, routing: Routing): Promise<Settlement> {
  const { ticket, bot, progress, job } = found
  const unit = wantedUnit(found, routing)
  const changes = await deps.desk.history(ticket.id)
  if (!changes) return { outcome: 'done', writes: [] }
  const overridden = overriddenBy(changes, bot)
  if (overridden) {
    const restored = await deps.desk.change(ticket.id, overridden)
    if (restored.outcome !== 'changed')
      throw new Failure('unavailable', 'an agent’s choice could not be put back')
    deps.log.warn('routing.put-back', { ticket: ticket.id, unit: unit.id })
  }
  const choseOtherwise = overridden !== null || changes.some(({ by }) => by !== bot)
  const tags = choseOtherwise
    ? []
    : [...routing.tags, ...(progress.refusal === undefined ? [] : ['firstline-fallback'])]
  if (tags.length > 0) await deps.desk.tag(ticket.id, tags)
  const groupId = ours({ changes, bot })?.to.id ?? ticket.groupId
  const place = { ticket: ticket.id, unit: unit.id, groupId, at: deps.clock() }
  return {
    outcome: 'done',
    writes: [
      deps.routings.placed(routing.id, place, job),
      deps.addJob(noteOf(deps, found, routing, unit, choseOtherwise), job),
      ...(await arrival(deps, found, unit.id, routing.priority ?? ticket.priority)),
      ...(await fellBack(deps, found, routing, unit)),
    ],
  }
}

function noteOf(
  deps: RouteTicketDeps,
  found: Case,
  routing: Routing,
  unit: Unit,
  choseOtherwise: boolean,
): NewJob {
  const { ticket, rulebook, progress } = found
  const { units } = rulebook
  const told = { units, dueAt: dueOf(found), timeZone: deps.timeZone }
  const outcome = { unit: unit.id, refusal: progress.refusal ?? null }
  const now = deps.clock()
  return {
    id: newId(deps.random),
    kind: 'add-note',
    lane: 'zammad',
    conversation: null,
    serial: `ticket:${ticket.id}`,
    naturalKey: `routing-note:${ticket.id}`,
    payload: {
      ticket: ticket.id,
      lines: [
        ...explanation(routing, outcome, told),
        ...(choseOtherwise ? ['Somebody chose otherwise at the same moment, and that choice stands.'] : []),
      ],
    },
    nextAt: now,
    createdAt: now,
  }
}

const named = (found: Case, unit: string) => ({
  id: found.ticket.id,
  number: found.ticket.number,
  topic: null,
  unit,
  dueAt: dueOf(found).toISOString(),
})

const arrival = (
  deps: RouteTicketDeps,
  found: Case,
  unit: string,
  priority: string,
): Promise<readonly Write[]> =>
  tellOfArrival(
    deps,
    found.rulebook.units,
    { ticket: named(found, unit), conversation: null, priority, occasion: `${found.ticket.id}` },
    found.job,
  )

async function fellBack(
  deps: RouteTicketDeps,
  found: Case,
  routing: Routing,
  unit: Unit,
): Promise<readonly Write[]> {
  const { rulebook, progress, ticket } = found
  if (progress.refusal === undefined) return []
  const wanted = placeOf(routing, rulebook.units)
  const alert = { about: 'fallback', ticket: named(found, unit.id), wanted } as const
  return tellFirstLine(deps, rulebook.units, alert, `fallback:${ticket.id}`, found.job)
}
