import type { Change, TicketChange } from '../desk.ts'
import { Failure } from '../failure.ts'
import { noteJob } from '../intake/add-note.ts'
import type { NewJob, Settlement } from '../outbox/job.ts'
import { explanation } from '../routing/explanation.ts'
import type { Routing } from '../routing/routings.ts'
import { placeOf } from '../routing/rule.ts'
import { tellFirstLine } from '../routing/tell-staff.ts'
import { unitOfGroup } from '../routing/units.ts'
import type { Write } from '../writes.ts'
import { isChosenOtherwise, isPriorityChosen, overriddenBy } from './overridden.ts'
import {
  type Case,
  dueOf,
  isUntold,
  named,
  type Place,
  placeFor,
  priorityFor,
  type RouteTicketDeps,
} from './routing-case.ts'

/** What people had chosen and our move overrode, and why it could not be put back, or null where it was. */
interface PutBack {
  readonly choice: TicketChange
  readonly refusal: string | null
}

/** Where the ticket is now, and what staff are to know of its way there. */
interface End {
  /** Id of the unit that has it, or the name of a group that is no unit's. */
  readonly unit: string
  /** Why the decided unit has it not, or null. */
  readonly refusal: string | null
  /** Whether people chose another place than we did: then it gets no tags. */
  readonly isChosenOtherwise: boolean
  readonly putBack: PutBack | null
  /** Why the tags are not on it, or null. */
  readonly untagged: string | null
}

/**
 * After our change: what people had chosen is put back where that overrode it, then the ticket is tagged and
 * explained. What cannot be put back or tagged is told, and keeps nothing else from being done.
 */
export async function settle(deps: RouteTicketDeps, found: Case, routing: Routing): Promise<Settlement> {
  const { ticket, bot, job } = found
  const place = placeFor(found, routing)
  // None where the bot may put tickets into the group and may not look there.
  const changes = (await deps.desk.history(ticket.id))?.changes ?? null
  const placed = deps.routings.placed(routing.id, placeOfMove(deps, found, place, changes), job)
  const putBack = changes && (await restore(deps, found, overriddenBy(changes, bot)))
  if (putBack === 'lost') return { outcome: 'done', writes: [placed] }
  const isOtherwise = changes !== null && isChosenOtherwise(changes, bot)
  const unit = changes ? unitNow(found, place, changes, putBack) : place.unit.id
  const refusal = unit === place.unit.id ? place.refusal : null
  const tags = isOtherwise ? [] : [...routing.tags, ...(refusal === null ? [] : ['firstline-fallback'])]
  const untagged = await tag(deps, ticket.id, tags)
  const end: End = { unit, refusal, isChosenOtherwise: isOtherwise, putBack, untagged }
  const note = noteOf(deps, found, await explained(deps, found, routing, end))
  const told = isUntold(found) ? [] : await alerts(deps, found, routing, end)
  return { outcome: 'done', writes: [placed, deps.addJob(note, job), ...told] }
}

/** Where we put it, which need not be where it is now: the difference is what people did with it. */
function placeOfMove(
  { clock }: RouteTicketDeps,
  { ticket, bot }: Case,
  { unit }: Place,
  changes: readonly Change[] | null,
) {
  const moved = changes?.find(({ attribute, by }) => attribute === 'group' && by === bot)
  return { ticket: ticket.id, unit: unit.id, groupId: moved?.to.id ?? ticket.groupId, at: clock() }
}

async function restore(
  { desk, log }: RouteTicketDeps,
  { ticket }: Case,
  choice: TicketChange | null,
): Promise<PutBack | 'lost' | null> {
  if (!choice) return null
  const changed = await desk.change(ticket.id, choice)
  switch (changed.outcome) {
    case 'changed':
      log.warn('routing.put-back', { ticket: ticket.id })
      return { choice, refusal: null }
    case 'group':
    case 'refused':
      log.error('routing.put-back-refused', { ticket: ticket.id, detail: changed.reason })
      return { choice, refusal: changed.reason }
    case 'out-of-sight':
    case 'gone':
      log.warn(`ticket.${changed.outcome}`, { ticket: ticket.id })
      return 'lost'
  }
}

/** The unit that has it, whoever put it there. */
function unitNow(
  { ticket, rulebook }: Case,
  { unit }: Place,
  changes: readonly Change[],
  putBack: PutBack | null,
): string {
  const restored = putBack?.refusal === null ? putBack.choice.group : undefined
  const last = changes.findLast(({ attribute }) => attribute === 'group')?.to.name
  const group = restored ?? last ?? ticket.group
  return group === unit.group ? unit.id : (unitOfGroup(rulebook.units, group) ?? group)
}

/** Why the tags could not be set, or null where they were: a refusal of them keeps nothing else from being done. */
async function tag(
  { desk, log }: RouteTicketDeps,
  ticket: number,
  tags: readonly string[],
): Promise<string | null> {
  if (tags.length === 0) return null
  try {
    await desk.tag(ticket, tags)
    return null
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'refused') throw error
    log.warn('ticket.untagged', { ticket, detail: error.message })
    return error.message
  }
}

/** The group that people had chosen and where it could not be put back, with the reason; null where there is none. */
const keptFrom = ({ putBack }: End): { readonly group: string; readonly reason: string } | null =>
  putBack?.choice.group !== undefined && putBack.refusal !== null
    ? { group: putBack.choice.group, reason: putBack.refusal }
    : null

async function explained(
  deps: RouteTicketDeps,
  found: Case,
  routing: Routing,
  end: End,
): Promise<readonly string[]> {
  const { units } = found.rulebook
  const isOwnPriority = end.isChosenOtherwise || end.putBack?.choice.priority !== undefined
  const marked = {
    ...routing,
    priority: isOwnPriority ? null : priorityFor(found, routing),
    tags: end.isChosenOtherwise || end.untagged !== null ? [] : routing.tags,
  }
  const isTheirs = end.isChosenOtherwise && keptFrom(end) === null
  const outcome = { unit: end.unit, refusal: end.refusal, isChosenByPeople: isTheirs }
  const priority = marked.priority ?? found.ticket.priority
  const dueAt = await dueOf(deps, found, { unit: end.unit, priority })
  const told = { units, dueAt, timeZone: deps.timeZone }
  return [...explanation(marked, outcome, told), ...remarks(found, routing, end)]
}

function remarks({ progress, changes, bot }: Case, routing: Routing, end: End): readonly string[] {
  const { putBack, untagged } = end
  const kept = keptFrom(end)
  const { group, priority } = putBack?.choice ?? {}
  const theirs = `Somebody set the priority ${priority} at the same moment`
  return [
    ...(kept
      ? [
          `Somebody chose otherwise at the same moment: it was to be in the group ${kept.group}, and could not be put back there (${kept.reason}).`,
        ]
      : []),
    ...(putBack && group === undefined
      ? [
          putBack.refusal === null
            ? `${theirs}, and that choice stands.`
            : `${theirs}, and it could not be put back (${putBack.refusal}).`,
        ]
      : []),
    ...(untagged === null ? [] : [`Its tags could not be set (${untagged}).`]),
    ...(routing.priority !== null && progress.plain
      ? [`Zammad refused the priority ${routing.priority}, so it keeps the one that it had.`]
      : []),
    ...(routing.priority !== null && isPriorityChosen(changes, bot)
      ? ['Its priority is left as somebody set it.']
      : []),
  ]
}

function noteOf({ clock, random }: RouteTicketDeps, { ticket }: Case, lines: readonly string[]): NewJob {
  const naturalKey = `routing-note:${ticket.id}`
  return noteJob({ ticket: ticket.id, conversation: null, naturalKey, lines }, clock(), random)
}

/** First Line hears of a group that took no ticket, be it ours or the one that people had chosen. */
async function alerts(
  deps: RouteTicketDeps,
  found: Case,
  routing: Routing,
  end: End,
): Promise<readonly Write[]> {
  const { rulebook, job, ticket } = found
  const { units } = rulebook
  const tell = async (wanted: string, occasion: string): Promise<readonly Write[]> => {
    const alert = { about: 'fallback', ticket: await named(deps, found, end.unit), wanted } as const
    return tellFirstLine(deps, units, alert, `${occasion}:${ticket.id}`, job)
  }
  const kept = keptFrom(end)
  return [
    ...(end.refusal === null ? [] : await tell(placeOf(routing, units), 'fallback')),
    ...(kept === null ? [] : await tell(unitOfGroup(rulebook.units, kept.group) ?? kept.group, 'put-back')),
  ]
}
