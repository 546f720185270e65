import type { Clock } from '../clock.ts'
import type { FactsStore } from '../clocks/facts.ts'
import { touchTickets, type TouchDeps } from '../clocks/touching.ts'
import type { Conversations } from '../conversation/conversation.ts'
import type { Submissions } from '../conversation/submission.ts'
import type { Desk, History, Ticket } from '../desk.ts'
import type { FollowedTicket, FollowedTickets, Hints } from '../followed.ts'
import type { Log } from '../log.ts'
import { noteJob } from '../intake/add-note.ts'
import type { NewJob } from '../outbox/job.ts'
import { newId, type Random } from '../random.ts'
import { goneTicket } from '../relay/gone-ticket.ts'
import type { Ledger } from '../relay/ledger.ts'
import { nameTicket } from '../relay/name-ticket.ts'
import { askedOnce, type Taker } from '../relay/take-articles.ts'
import { NOTE_HEADING } from '../routing/explanation.ts'
import { feedbackOn } from '../routing/feedback.ts'
import type { Routing, Routings } from '../routing/routings.ts'
import type { Rulebook } from '../routing/rule.ts'
import { tellFirstLine } from '../routing/tell-staff.ts'
import { unitOfGroup } from '../routing/units.ts'
import type { Atomically, Held, Write } from '../writes.ts'
import { byPeople } from './overridden.ts'
import { historyOf, isNews, keepFacts, keepLost, touched } from './ticket-facts.ts'
import { createWatch, type Found, type WatchDeps } from './watched.ts'

/** The change of group, by people, at which First Line hears of it. */
const TOO_MANY_HAND_OVERS = 3

export interface AttendDeps extends Omit<WatchDeps, keyof TouchDeps>, TouchDeps {
  readonly desk: Desk
  /** Id of our own account. */
  readonly botId: () => Promise<number>
  readonly followed: FollowedTickets
  readonly hints: Hints
  readonly routings: Routings
  readonly conversations: Conversations
  readonly facts: FactsStore
  readonly submissions: Submissions
  readonly taker: Taker
  readonly ledger: Pick<Ledger, 'ofTicket' | 'keep'>
  readonly addJob: (job: NewJob, held?: Held) => Write
  readonly rulebook: () => Rulebook
  /** Title of a form as staff read it, or null where there is no such form. */
  readonly topicOf: (form: string) => string | null
  readonly atomically: Atomically
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** How we came to look at a ticket: Zammad told us of it, or we found it ourselves. */
export type By = 'hook' | 'poll'

/** What is done about a ticket whenever it was read. Doing it twice changes nothing. */
export interface Attend {
  /** Those of the tickets that concern us and that changed since they were read last, by their ids. */
  readonly changed: (tickets: readonly Ticket[]) => Promise<ReadonlyMap<number, Found>>
  readonly attend: (found: Found, by: By) => Promise<void>
  /**
   * Reads the ticket first, and compares its articles whether or not it changed; it may be out of sight or gone. Throws
   * `Failure` where Zammad does not answer.
   */
  readonly look: (id: number, by: By) => Promise<void>
}

interface Case extends Found {
  readonly routing: Routing | null
  readonly rulebook: Rulebook
  readonly by: By
}

/** What a ticket's history and tags tell, each asked for once. */
interface Asking {
  readonly history: () => Promise<History | null>
  readonly tags: () => Promise<readonly string[]>
}

export function createAttend(deps: AttendDeps): Attend {
  const watch = createWatch(deps)
  const attendTo = async (found: Found, by: By): Promise<readonly number[]> => {
    const routing = await deps.routings.ofTicket(found.ticket.id)
    return attend(deps, { ...found, routing, rulebook: deps.rulebook(), by })
  }
  const lookAt = async (id: number, by: By): Promise<readonly number[]> => {
    const sight = await deps.desk.read(id)
    if (sight.seen !== 'ticket') {
      const known = (await deps.followed.byIds([id])).get(id)
      const isNews = known && known.sight !== sight.seen && known.sight !== 'gone'
      if (isNews) await lost(deps, known, sight.seen)
      return []
    }
    const found = (await watch.found([sight.ticket])).get(id)
    if (found) return attendTo(found, by)
    // What does not concern us was looked at all the same.
    await deps.atomically([deps.followed.looked(id, deps.clock())])
    return []
  }
  /** What one ticket leads to is looked at at once; what that leads to has its hint, and comes with the next round. */
  const andOthers = async (others: readonly number[], by: By): Promise<void> => {
    const hintedBy = deps.clock()
    for (const id of others) {
      await lookAt(id, by)
      await deps.atomically([deps.hints.done(id, hintedBy)])
    }
  }
  return {
    changed: watch.changed,
    attend: async (found, by) => andOthers(await attendTo(found, by), by),
    look: async (id, by) => andOthers(await lookAt(id, by), by),
  }
}

/** Resolves to the tickets that are to be looked at too. */
async function attend(deps: AttendDeps, found: Case): Promise<readonly number[]> {
  const { ticket, known, by, isOurs } = found
  const asking: Asking = {
    history: askedOnce(() => historyOf(deps, ticket.id)),
    tags: askedOnce(() => deps.desk.tags(ticket.id)),
  }
  const isToBeKept = isOurs && (await isNews(deps, found))
  const read = { ticket, known, by, isOurs, tags: asking.tags }
  const taken = await deps.taker.take(isToBeKept ? { ...read, history: asking.history } : read)
  const now = deps.clock()
  const writes = [
    ...taken.lookAlso.map((id) => deps.hints.add(id, now)),
    ...taken.writes,
    ...(isToBeKept ? await keepFacts(deps, found, { ...asking, heir: taken.heir ?? null, now }) : []),
    ...(isOurs ? await followed(deps, found, asking, now) : []),
    ...(await touched(deps, found, { isKept: isToBeKept, isTaken: taken.writes.length > 0, now })),
  ]
  if (writes.length > 0) await deps.atomically(writes)
  return taken.lookAlso
}

/** What follows for the ticket itself; its row comes last. */
async function followed(deps: AttendDeps, found: Case, asking: Asking, now: Date): Promise<readonly Write[]> {
  const { ticket, known } = found
  const handOvers = await handOversOf(deps, ticket, known, asking)
  const waiting = waitingSince(found)
  return [
    ...(await feedback(deps, found)),
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
      stateType: ticket.stateType,
      customerId: ticket.customerId,
      sight: 'seen',
      lookedAt: now,
      waitingSince: waiting,
      toldWaiting: waiting !== null && known?.waitingSince !== null && (known?.toldWaiting ?? false),
      handOvers,
    }),
  ]
}

const isInDefaultGroup = ({ ticket, rulebook }: Case): boolean =>
  unitOfGroup(rulebook.units, ticket.group) === rulebook.units.defaultUnit

function waitingSince(found: Case): Date | null {
  const { ticket, known } = found
  if (ticket.closed || ticket.ownerId !== null || !isInDefaultGroup(found)) return null
  return known ? (known.waitingSince ?? ticket.updatedAt) : ticket.createdAt
}

/** How often people have changed the group. The history is asked only when the group was seen to change. */
async function handOversOf(
  deps: AttendDeps,
  ticket: Ticket,
  known: FollowedTicket | null,
  { history }: Pick<Asking, 'history'>,
): Promise<number> {
  if (!known || known.groupId === ticket.groupId) return known?.handOvers ?? 0
  const told = await history()
  if (!told) return known.handOvers
  const bot = await deps.botId()
  return byPeople(told.changes, bot).filter(({ attribute }) => attribute === 'group').length
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
  const { groupId, group, closed, stateType } = ticket
  return feedbackOn(routing, {
    groupId,
    unit: unitOfGroup(rulebook.units, group),
    closed,
    merged: stateType === 'merged',
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
  const sighted = [
    ...(await keepLost(deps, known.id, sight, now)),
    ...(await touchTickets(deps, [known.id], now)),
  ]
  if (sight === 'gone') {
    const gone = await goneTicket(deps, known)
    const hints = gone.movedTo.map((id) => deps.hints.add(id, now))
    await deps.atomically([...hints, ...gone.writes, ...sighted, kept])
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
    ...sighted,
    kept,
  ])
}
