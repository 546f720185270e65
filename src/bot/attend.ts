import type { Clock } from '../clock.ts'
import type { Conversation, Conversations } from '../conversation/conversation.ts'
import type { Submissions } from '../conversation/submission.ts'
import type { Desk, Ticket } from '../desk.ts'
import type { FollowedTicket, FollowedTickets } from '../followed.ts'
import type { Log } from '../log.ts'
import type { Memory } from '../memory.ts'
import type { NewJob } from '../outbox/job.ts'
import { newId, type Random } from '../random.ts'
import type { Routing, Routings } from '../routing/routings.ts'
import type { Rulebook } from '../routing/rule.ts'
import { tellFirstLine } from '../routing/tell-staff.ts'
import type { Atomically, Held, Write } from '../writes.ts'
import { nameTicket, unitOfGroup } from './name-ticket.ts'

/** Zammad's own account: what its triggers change is nobody's hand-over. */
const SYSTEM = 1

/** The change of group, by people, at which First Line hears of it. */
const TOO_MANY_HAND_OVERS = 3

export interface AttendDeps {
  readonly desk: Desk
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

/** What is done about one ticket whenever it was read. Doing it twice changes nothing. */
export interface Attend {
  /** For a ticket that was just read. */
  readonly read: (ticket: Ticket) => Promise<void>
  /** Reads the ticket first; it may be out of sight or gone. Throws `Failure` where Zammad does not answer. */
  readonly look: (id: number) => Promise<void>
}

/** A ticket as it is, with what we know of it. */
interface Case {
  readonly ticket: Ticket
  readonly known: FollowedTicket | null
  readonly conversation: Conversation | null
  readonly routing: Routing | null
  readonly rulebook: Rulebook
}

export function createAttend(deps: AttendDeps): Attend {
  const read: Attend['read'] = async (ticket) => {
    const known = await deps.followed.byId(ticket.id)
    const unchanged = known?.sight === 'seen' && known.updatedAt.getTime() === ticket.updatedAt.getTime()
    if (unchanged || !(await isOurs(deps, ticket, known))) return
    await attend(deps, await caseOf(deps, ticket, known))
  }
  return {
    read,
    async look(id) {
      const sight = await deps.desk.read(id)
      const known = await deps.followed.byId(id)
      if (sight.seen === 'ticket') {
        await read(sight.ticket)
        // What did not change was looked at all the same.
        if (known) await deps.atomically([deps.followed.looked(id, deps.clock())])
      } else if (known?.sight === 'seen') await lost(deps, known, sight.seen)
    },
  }
}

/** Whether we answer for it: made behind the start line, and by no other instance of Firstline. */
async function isOurs(deps: AttendDeps, ticket: Ticket, known: FollowedTicket | null): Promise<boolean> {
  if (known) return true
  if (ticket.mark) {
    const instance = await deps.memory.recall('instance')
    if (ticket.mark.instance !== instance) {
      deps.log.debug('ticket.of-another-instance', { ticket: ticket.id })
      return false
    }
    // Until its job is settled, the ticket is that job's.
    const conversation = await deps.conversations.bySubmission(ticket.mark.submission)
    return conversation?.ticketId === ticket.id
  }
  const startLine = await deps.memory.recall('start-line')
  return startLine !== null && ticket.createdAt > new Date(startLine)
}

async function caseOf(deps: AttendDeps, ticket: Ticket, known: FollowedTicket | null): Promise<Case> {
  const [conversation = null] = (await deps.conversations.ofTickets([ticket.id])).values()
  const routing = await deps.routings.ofTicket(ticket.id)
  return { ticket, known, conversation, routing, rulebook: deps.rulebook() }
}

async function attend(deps: AttendDeps, found: Case): Promise<void> {
  const { ticket, known } = found
  const handOvers = await handOversOf(deps, ticket, known)
  const now = deps.clock()
  const waiting = waitingSince(found)
  await deps.atomically([
    ...feedback(deps, found),
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
  unitOfGroup(rulebook, ticket.group) === rulebook.units.defaultUnit

function waitingSince(found: Case): Date | null {
  const { ticket, known } = found
  if (ticket.closed || ticket.ownerId !== null || !isInDefaultGroup(found)) return null
  return known ? (known.waitingSince ?? ticket.updatedAt) : ticket.createdAt
}

/** How often people have changed the group. The history is asked only when the group was seen to change. */
async function handOversOf(deps: AttendDeps, ticket: Ticket, known: FollowedTicket | null): Promise<number> {
  if (!known || known.groupId === ticket.groupId) return known?.handOvers ?? 0
  const changes = (await deps.desk.history(ticket.id)) ?? []
  const { id: bot } = await deps.desk.account()
  return changes.filter(({ attribute, by }) => attribute === 'group' && by !== bot && by !== SYSTEM).length
}

/** What staff did with our decision. A ticket that was moved once stays one that was moved. */
function feedback(deps: AttendDeps, { ticket, routing }: Case): readonly Write[] {
  if (!routing?.placed || routing.feedback === 'moved') return []
  const moved = ticket.groupId !== routing.placed.groupId
  const now = moved ? 'moved' : ticket.closed ? 'kept' : routing.feedback
  if (now === routing.feedback) return []
  deps.log.info(`routing.${now}`, {
    ticket: ticket.id,
    unit: routing.placed.unit,
    detail: routing.rule ?? 'no rule',
  })
  return [deps.routings.setFeedback(routing.id, now)]
}

/** The visitor's page names the unit that has the request. */
function movedConversation(deps: AttendDeps, { ticket, conversation, rulebook }: Case): readonly Write[] {
  const unit = unitOfGroup(rulebook, ticket.group)
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
  const note: NewJob = {
    id: newId(deps.random),
    kind: 'add-note',
    lane: 'zammad',
    conversation: found.conversation?.id ?? null,
    serial: `ticket:${ticket.id}`,
    naturalKey: `note:${occasion}`,
    payload: {
      ticket: ticket.id,
      lines: [
        'Note by Firstline, the routing bot. Visitors do not see it.',
        `People have handed this ticket over ${times} times. First Line is asked to settle who takes it.`,
      ],
    },
    nextAt: now,
    createdAt: now,
  }
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
  const alert = {
    about: 'out-of-sight',
    ticket: await nameTicket(deps, { conversation, rulebook }, known),
  } as const
  const occasion = `out-of-sight:${known.id}:${known.updatedAt.getTime()}`
  await deps.atomically([...(await tellFirstLine(deps, rulebook.units, alert, occasion)), kept])
}
