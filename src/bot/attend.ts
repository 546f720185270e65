import type { Clock } from '../clock.ts'
import type { Conversation, Conversations } from '../conversation/conversation.ts'
import type { Submissions } from '../conversation/submission.ts'
import type { Desk, Ticket } from '../desk.ts'
import type { FollowedTicket, FollowedTickets } from '../followed.ts'
import type { Log } from '../log.ts'
import type { Memory } from '../memory.ts'
import { noteJob } from '../intake/add-note.ts'
import type { NewJob } from '../outbox/job.ts'
import { newId, type Random } from '../random.ts'
import { NOTE_HEADING } from '../routing/explanation.ts'
import { feedbackOn } from '../routing/feedback.ts'
import type { Routing, Routings } from '../routing/routings.ts'
import type { Rulebook } from '../routing/rule.ts'
import { tellFirstLine } from '../routing/tell-staff.ts'
import { unitOfGroup } from '../routing/units.ts'
import type { Atomically, Held, Write } from '../writes.ts'
import { nameTicket } from './name-ticket.ts'
import { byPeople } from './overridden.ts'

/** Zammad's name for the state of a ticket that was merged into another. */
const MERGED = 'merged'

/** The change of group, by people, at which First Line hears of it. */
const TOO_MANY_HAND_OVERS = 3

export interface AttendDeps {
  readonly desk: Desk
  /** Id of our own account. */
  readonly botId: () => Promise<number>
  readonly memory: Memory
  readonly followed: FollowedTickets
  readonly routings: Routings
  readonly conversations: Conversations
  readonly submissions: Submissions
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly rulebook: () => Rulebook
  /** Title of a form as staff read it, or null where there is no such form. */
  readonly topicOf: (form: string) => string | null
  readonly atomically: Atomically
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** A ticket as it was just read, with what we know of it. */
export interface Found {
  readonly ticket: Ticket
  readonly known: FollowedTicket | null
  readonly conversation: Conversation | null
}

/** What is done about a ticket whenever it was read. Doing it twice changes nothing. */
export interface Attend {
  /** Those of the tickets that we answer for and that changed since they were read last, by their ids. */
  readonly changed: (tickets: readonly Ticket[]) => Promise<ReadonlyMap<number, Found>>
  readonly attend: (found: Found) => Promise<void>
  /** Reads the ticket first; it may be out of sight or gone. Throws `Failure` where Zammad does not answer. */
  readonly look: (id: number) => Promise<void>
}

interface Case extends Found {
  readonly routing: Routing | null
  readonly rulebook: Rulebook
}

export function createAttend(deps: AttendDeps): Attend {
  const attendTo = async (found: Found): Promise<void> => {
    const routing = await deps.routings.ofTicket(found.ticket.id)
    await attend(deps, { ...found, routing, rulebook: deps.rulebook() })
  }
  return {
    changed: (tickets) => changed(deps, tickets),
    attend: attendTo,
    async look(id) {
      const sight = await deps.desk.read(id)
      if (sight.seen !== 'ticket') {
        const known = (await deps.followed.byIds([id])).get(id)
        const isNews = known && known.sight !== sight.seen && known.sight !== 'gone'
        if (isNews) await lost(deps, known, sight.seen)
        return
      }
      const found = (await changed(deps, [sight.ticket])).get(id)
      // What did not change was looked at all the same.
      if (found) await attendTo(found)
      else await deps.atomically([deps.followed.looked(id, deps.clock())])
    },
  }
}

async function changed(deps: AttendDeps, tickets: readonly Ticket[]): Promise<ReadonlyMap<number, Found>> {
  const ids = tickets.map(({ id }) => id)
  const followed = await deps.followed.byIds(ids)
  const fresh = tickets.filter((ticket) => {
    const known = followed.get(ticket.id)
    return !(known?.sight === 'seen' && known.updatedAt.getTime() === ticket.updatedAt.getTime())
  })
  if (fresh.length === 0) return new Map()
  const conversations = await deps.conversations.ofTickets(fresh.map(({ id }) => id))
  const isOurs = await ourTickets(deps)
  const found = fresh.map((ticket): Found => ({
    ticket,
    known: followed.get(ticket.id) ?? null,
    conversation: conversations.get(ticket.id) ?? null,
  }))
  return new Map(found.filter(isOurs).map((one) => [one.ticket.id, one]))
}

/** Which tickets we answer for: those made behind the start line, and by no other instance of Firstline. */
async function ourTickets({ memory, log }: AttendDeps): Promise<(found: Found) => boolean> {
  const instance = await memory.recall('instance')
  const startLine = await memory.recall('start-line')
  return ({ ticket, known, conversation }) => {
    if (known) {
      // Zammad was restored from a copy, and gave the id to another ticket: what we know is not of this one.
      const same = known.number === ticket.number && known.createdAt.getTime() === ticket.createdAt.getTime()
      if (!same) log.error('ticket.of-another-birth', { ticket: ticket.id })
      return same
    }
    // Until the job that opens it is settled, a ticket with our mark is that job's.
    if (conversation) return true
    if (ticket.mark) {
      if (ticket.mark.instance !== instance) log.info('ticket.of-another-instance', { ticket: ticket.id })
      return false
    }
    return startLine !== null && ticket.createdAt > new Date(startLine)
  }
}

async function attend(deps: AttendDeps, found: Case): Promise<void> {
  const { ticket, known } = found
  const handOvers = await handOversOf(deps, ticket, known)
  const now = deps.clock()
  const waiting = waitingSince(found)
  await deps.atomically([
    ...(await feedback(deps, found)),
    ...movedConversation(deps, found),
    ...(await handedOver(deps, found, handOvers, now)),
    ...(known ? [] : arrived(deps, found, now)),
    deps.followed.keep({
      id: ticket.id,
      number: ticket.number,
      createdAt: ticket.createdAt,
      updatedAt: ticket.updatedAt,
      groupId: ticket.groupId,
      group: ticket.group,
      owned: ticket.ownerId !== null,
      closed: ticket.closed,
      sight: 'seen',
      lookedAt: now,
      waitingSince: waiting,
      toldWaiting: waiting !== null && known?.waitingSince !== null && (known?.toldWaiting ?? false),
      handOvers,
    }),
  ])
}

const isInDefaultGroup = ({ ticket, rulebook }: Case): boolean =>
  unitOfGroup(rulebook.units, ticket.group) === rulebook.units.defaultUnit

function waitingSince(found: Case): Date | null {
  const { ticket, known } = found
  if (ticket.closed || ticket.ownerId !== null || !isInDefaultGroup(found)) return null
  return known ? (known.waitingSince ?? ticket.updatedAt) : ticket.createdAt
}

/** How often people have changed the group. The history is asked only when the group was seen to change. */
async function handOversOf(deps: AttendDeps, ticket: Ticket, known: FollowedTicket | null): Promise<number> {
  if (!known || known.groupId === ticket.groupId) return known?.handOvers ?? 0
  const changes = await deps.desk.history(ticket.id)
  if (!changes) return known.handOvers
  const bot = await deps.botId()
  return byPeople(changes, bot).filter(({ attribute }) => attribute === 'group').length
}

/**
 * What staff did with our decision, where it was not known yet. A ticket that seems moved is read once more: our
 * own move may have come after the reading.
 */
async function feedback(deps: AttendDeps, { ticket, routing, rulebook }: Case): Promise<readonly Write[]> {
  if (!routing) return []
  const seen = opinionOn(ticket, routing, rulebook)
  if (seen === routing.feedback) return []
  const again = seen === 'moved' ? await deps.desk.read(ticket.id) : null
  const now = again?.seen === 'ticket' ? opinionOn(again.ticket, routing, rulebook) : seen
  return now === routing.feedback ? [] : [told(deps, routing, ticket.id, now)]
}

function opinionOn(ticket: Ticket, routing: Routing, rulebook: Rulebook): Routing['feedback'] {
  const { groupId, group, closed, state } = ticket
  return feedbackOn(routing, {
    groupId,
    unit: unitOfGroup(rulebook.units, group),
    closed,
    merged: state === MERGED,
  })
}

function told(
  deps: AttendDeps,
  { id, rule, unit }: Routing,
  ticket: number,
  feedback: Routing['feedback'],
): Write {
  deps.log.info(`routing.${feedback}`, { ticket, unit, detail: rule ?? 'no rule' })
  return deps.routings.setFeedback(id, feedback)
}

/** The visitor's page names the unit that has the request. */
function movedConversation(deps: AttendDeps, { ticket, conversation, rulebook }: Case): readonly Write[] {
  const unit = unitOfGroup(rulebook.units, ticket.group)
  if (!conversation || unit === null || conversation.unit === unit) return []
  return [deps.conversations.moved(conversation.id, unit)]
}

/** The third change of group raises one note on the ticket and one mail to First Line. */
async function handedOver(
  deps: AttendDeps,
  found: Case,
  times: number,
  now: Date,
): Promise<readonly Write[]> {
  const { ticket, known, rulebook } = found
  if (times < TOO_MANY_HAND_OVERS || (known?.handOvers ?? 0) >= TOO_MANY_HAND_OVERS) return []
  const occasion = `handed-over:${ticket.id}`
  const lines = [
    NOTE_HEADING,
    `People have handed this ticket over ${times} times. First Line is asked to settle who takes it.`,
  ]
  const conversation = found.conversation?.id ?? null
  const note = noteJob(
    { ticket: ticket.id, conversation, naturalKey: `note:${occasion}`, lines },
    now,
    deps.random,
  )
  const alert = { about: 'handed-over', ticket: await nameTicket(deps, found, ticket), times } as const
  return [deps.addJob(note), ...(await tellFirstLine(deps, rulebook.units, alert, occasion))]
}

/** A ticket that we see for the first time, and that came from no form, is to be routed. */
function arrived(deps: AttendDeps, { ticket, conversation, routing }: Case, now: Date): readonly Write[] {
  if (conversation || routing || ticket.closed) return []
  return [
    deps.addJob({
      id: newId(deps.random),
      kind: 'route-ticket',
      lane: 'zammad',
      conversation: null,
      serial: `ticket:${ticket.id}`,
      naturalKey: `route:${ticket.id}`,
      payload: { ticket: ticket.id },
      nextAt: now,
      createdAt: now,
    }),
  ]
}

/** A ticket of ours that we may not look at any more, or that was deleted. */
async function lost(deps: AttendDeps, known: FollowedTicket, sight: 'out-of-sight' | 'gone'): Promise<void> {
  const now = deps.clock()
  const kept = deps.followed.keep({ ...known, sight, lookedAt: now, waitingSince: null, toldWaiting: false })
  deps.log.warn(`ticket.${sight}`, { ticket: known.id })
  if (sight === 'gone') {
    await deps.atomically([kept])
    return
  }
  const rulebook = deps.rulebook()
  const [conversation = null] = (await deps.conversations.ofTickets([known.id])).values()
  const routing = await deps.routings.ofTicket(known.id)
  // Where it was never seen after our move, it may be that the bot may not look where it put it.
  const isMoved = routing?.feedback === 'open' && routing.placed?.groupId === known.groupId
  const alert = {
    about: 'out-of-sight',
    ticket: await nameTicket(deps, { conversation, rulebook }, known),
  } as const
  const occasion = `out-of-sight:${known.id}:${known.updatedAt.getTime()}`
  await deps.atomically([
    ...(await tellFirstLine(deps, rulebook.units, alert, occasion)),
    ...(isMoved ? [told(deps, routing, known.id, 'moved')] : []),
    kept,
  ])
}
