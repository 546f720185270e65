import type { Conversation } from '../conversation/conversation.ts'
import type { Reckoning, TicketClock } from '../promise/clock.ts'
import { NO_ANSWER_NEEDED } from '../promise/course.ts'
import type { AnswerPromise } from '../promise/promise.ts'
import type { Rulebook } from '../routing/rule.ts'
import { isHeld } from './holding-answers.ts'
import { isBeingRaised, type Raised, raisedBy } from './raised.ts'
import type { Reckoned, Reckoner } from './reckoned.ts'
import { type ClockRecords, type LevelMark, subjectId } from './records.ts'

/** What a visitor is told of the promise. What units wait for among themselves is not theirs to know. */
export interface VisitorPromise {
  /** By when an answer is promised; null where none is awaited, and while the clock stands still. */
  readonly dueAt: Date | null
  /** Whether an answer is awaited and its clock stands still. */
  readonly isPaused: boolean
  /** Whether a first answer came that promised more: it is the rest that is awaited. */
  readonly isHeld: boolean
  /** Whether nothing is awaited as staff see nothing left to answer. */
  readonly isNotNeeded: boolean
  /** When the first answer was made. */
  readonly answeredAt: Date | null
  /** Whom it was raised to, as far as they were told of the running clock. */
  readonly raised: Raised
}

export interface VisitorPromiseDeps {
  readonly reckoner: Pick<Reckoner, 'of' | 'ofConversation'>
  readonly records: Pick<ClockRecords, 'marksOf'>
  readonly rulebook: () => Rulebook
}

/** By when the visitor is to be answered: null where they wait for nothing, or their clock stands still. */
export const dueToVisitor = ({ running }: Reckoning): Date | null =>
  running?.kind === 'visitor' ? running.dueAt : null

/** Reckoned now, by what is known here: right also where no sweep has come by since. */
export async function promiseToVisitor(
  deps: VisitorPromiseDeps,
  conversation: Conversation,
): Promise<VisitorPromise> {
  const reckoned = await deps.reckoner.ofConversation(conversation)
  const { running, asOf } = reckoned.reckoning
  const clock = running?.kind === 'visitor' ? running : null
  const isLate = clock !== null && clock.dueAt !== null && clock.dueAt < asOf
  return {
    dueAt: clock?.dueAt ?? null,
    isPaused: clock?.outcome === 'paused',
    isHeld: clock !== null && isHeld(reckoned, clock, deps.rulebook().promise),
    isNotNeeded: isNotNeeded(reckoned),
    answeredAt: await answeredAt(deps, conversation, reckoned),
    raised: isLate ? await raisedTo(deps, reckoned, clock) : NOBODY,
  }
}

/** By the tag that says so, also where it was there before any clock ran; not where the last one ended otherwise. */
function isNotNeeded({ facts, log, reckoning }: Reckoned): boolean {
  const { tags } = facts?.now ?? log.start
  const last = reckoning.clocks.findLast(({ kind }) => kind === 'visitor')
  return tags.includes(NO_ANSWER_NEEDED) && (last === undefined || last.outcome === 'not-needed')
}

/** The longest time for an answer, in milliseconds: a request may come to any unit, with any priority. */
export const longestTargetMs = ({ targetMs, targets }: Pick<AnswerPromise, 'targetMs' | 'targets'>): number =>
  Math.max(targetMs, ...targets.map((one) => one.targetMs))

const NOBODY: Raised = { units: [], coordination: false }

/** On its own ticket; of one that goes on elsewhere, there, by an answer since then. */
async function answeredAt(
  { reckoner }: VisitorPromiseDeps,
  { id, ticketId }: Conversation,
  { conversation, reckoning }: Reckoned,
): Promise<Date | null> {
  if (conversation?.id === id) return reckoning.answeredAt
  const own = await reckoner.of({ conversation: id, ticketId })
  if (!own || own.reckoning.answeredAt) return own?.reckoning.answeredAt ?? null
  const merged = own.reckoning.clocks.findLast(({ outcome }) => outcome === 'merged')?.endedAt
  const answers = reckoning.clocks.flatMap(({ kind, outcome, endedAt }) =>
    kind === 'visitor' && outcome === 'answered' && endedAt && merged && endedAt >= merged ? [endedAt] : [],
  )
  return answers.reduce<Date | null>((first, at) => (first === null || at < first ? at : first), null)
}

type RaisedDeps = Pick<VisitorPromiseDeps, 'records' | 'rulebook'>

async function toldOf(
  { records }: RaisedDeps,
  { subject }: Reckoned,
  { key }: TicketClock,
): Promise<readonly LevelMark[]> {
  const marks = await records.marksOf(subjectId(subject))
  return marks.filter(({ clock, how }) => clock === key && how === 'told')
}

/** Whom a clock of it was raised to, as far as mails to them went. */
export const raisedTo = async (deps: RaisedDeps, reckoned: Reckoned, clock: TicketClock): Promise<Raised> =>
  raisedBy(await toldOf(deps, reckoned, clock), reckoned.log, deps.rulebook())

/** Whether mails about the last level of a clock of it that came are still to go. */
export const awaitsAlerts = async (
  deps: RaisedDeps,
  reckoned: Reckoned,
  clock: TicketClock,
): Promise<boolean> => isBeingRaised(await toldOf(deps, reckoned, clock), reckoned.log, deps.rulebook())
