import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { policyOf } from '../clocks/policy.ts'
import type { Reckoner } from '../clocks/reckoned.ts'
import { dueToVisitor } from '../clocks/visitor-promise.ts'
import type { Article, Change, Desk, Ticket } from '../desk.ts'
import type { FollowedTickets } from '../followed.ts'
import type { Log } from '../log.ts'
import type { NamedTicket } from '../outbox/alert.ts'
import type { ClaimedJob, NewJob } from '../outbox/job.ts'
import type { Suspensions } from '../outbox/suspensions.ts'
import type { Happening } from '../promise/log.ts'
import { dueAt } from '../promise/promise.ts'
import { reckon } from '../promise/reckon.ts'
import type { Random } from '../random.ts'
import { UNNAMED_UNIT } from '../routing/explanation.ts'
import type { Routing, Routings } from '../routing/routings.ts'
import { placeOf } from '../routing/rule.ts'
import { termsAt, type Unit, type Units } from '../routing/units.ts'
import type { Atomically, Held, Write } from '../writes.ts'
import { isPriorityChosen } from './overridden.ts'
import type { InForce } from './rulebook.ts'

/** How far a job has come; it is kept in the job's row between attempts. */
export const Progress = z.object({
  ticket: z.int(),
  /** The unit to try, where the decided one could not take the ticket. */
  unit: z.string().optional(),
  /** Why it could not. */
  refusal: z.string().optional(),
  /** Whether the priority is left out, as it was refused. */
  plain: z.boolean().default(false),
})
export type Progress = z.infer<typeof Progress>

export interface RouteTicketDeps {
  readonly desk: Desk
  readonly routings: Routings
  readonly followed: Pick<FollowedTickets, 'mute'>
  readonly suspensions: Pick<Suspensions, 'suspend'>
  readonly reckoner: Pick<Reckoner, 'ofTicket'>
  /** The address that a job mails an alert to, or null where it is no such job. */
  readonly alertAddress: (job: string) => Promise<string | null>
  readonly inForce: () => InForce
  /** Names of Zammad’s priorities, in the order of its list: the seeded ones from low to high. */
  readonly priorities: () => Promise<readonly string[]>
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly atomically: Atomically
  readonly timeZone: string
  readonly mailHost: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** One ticket on its way to its unit, by the rules of one moment. */
export interface Case extends InForce {
  readonly job: ClaimedJob
  readonly progress: Progress
  readonly ticket: Ticket
  readonly articles: readonly Article[]
  readonly changes: readonly Change[]
  /** Id of our own account. */
  readonly bot: number
  /** Zammad’s, in the order of its list: the seeded ones from low to high. */
  readonly priorities: readonly string[]
}

const unitById = ({ units }: Units, id: string): Unit | undefined => units.find((unit) => unit.id === id)

export function defaultOf(units: Units): Unit {
  const unit = unitById(units, units.defaultUnit)
  if (!unit) throw new Error('the default unit is among the units')
  return unit
}

/** The unit to put a ticket with, and why it is not the decided one, or null. */
export interface Place {
  readonly unit: Unit
  readonly refusal: string | null
}

/** Where the ticket is to go now. A unit that the rules no longer name is one that cannot take it. */
export function placeFor({ rulebook: { units }, progress }: Case, routing: Routing): Place {
  const decided = placeOf(routing, units)
  const named = unitById(units, progress.unit ?? decided)
  const unit = named ?? defaultOf(units)
  if (unit.id === decided) return { unit, refusal: null }
  return { unit, refusal: progress.refusal ?? (named ? null : UNNAMED_UNIT) }
}

/** The priority that the ticket is to get, or null where it keeps its own: people's choice stands, and none is lowered. */
export function priorityFor(
  { progress, changes, bot, ticket, priorities }: Case,
  { priority }: Routing,
): string | null {
  if (priority === null || progress.plain || isPriorityChosen(changes, bot)) return null
  const [present, wanted] = [ticket.priority, priority].map((name) => priorities.indexOf(name))
  return present !== undefined && wanted !== undefined && wanted >= 0 && wanted < present ? null : priority
}

/**
 * Whether nobody is to be mailed about it: a machine wrote it, perhaps because of a mail of ours, and the next
 * mail could make the next one.
 */
export const isUntold = ({ articles }: Pick<Case, 'articles'>): boolean => articles[0]?.automatic ?? false

/** By when the ticket is to be answered in that place; null where nobody waits for an answer. */
export async function dueOf(
  { reckoner, clock }: Pick<RouteTicketDeps, 'reckoner' | 'clock'>,
  { ticket, articles, rulebook }: Case,
  { unit, priority }: { readonly unit: string; readonly priority: string },
): Promise<Date | null> {
  const now = clock()
  const known = await reckoner.ofTicket(ticket.id, now)
  const isHeard = known?.log.happenings.some(({ kind }) => kind === 'asked') ?? false
  // What its customer wrote may not be put down here yet.
  if (!known || (!isHeard && articles[0]?.sender === 'Customer'))
    return dueAt(ticket.createdAt, termsAt(rulebook, { unit, priority }))
  // What is put down of it here may be of before our own change.
  const { start, happenings } = known.log
  const place = rulebook.units.units.some(({ id }) => id === unit) ? unit : null
  const moved: readonly Happening[] = [
    { at: now, key: 'place:unit', kind: 'moved', unit: place },
    { at: now, key: 'place:priority', kind: 'priority', priority },
  ]
  const log = { start, happenings: [...happenings, ...moved] }
  return dueToVisitor(reckon(log, policyOf(rulebook), now))
}

/** The ticket as alerts name it. `unit` is a unit's id, or the name of a group that is no unit's. */
export async function named(deps: RouteTicketDeps, found: Case, unit: string): Promise<NamedTicket> {
  const { id, number, priority } = found.ticket
  const due = await dueOf(deps, found, { unit, priority })
  return { id, number, topic: null, unit, dueAt: due?.toISOString() ?? null }
}
