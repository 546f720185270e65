import type { Alert } from '../outbox/alert.ts'
import { raise, type RaiseDeps } from '../outbox/raise.ts'
import type { TicketClock } from '../promise/clock.ts'
import { newId } from '../random.ts'
import { type NoticeDeps, promiseNotice } from '../relay/notices.ts'
import type { Rulebook } from '../routing/rule.ts'
import type { Write } from '../writes.ts'
import { isHeld } from './holding-answers.ts'
import type { Fresh, LevelNews } from './news.ts'
import { addressesOf } from './raised.ts'
import type { Reckoned } from './reckoned.ts'
import { type ClockRecords, type LevelMark, subjectId } from './records.ts'

export interface TellDeps extends RaiseDeps, NoticeDeps {
  readonly records: Pick<ClockRecords, 'mark'>
  readonly rulebook: () => Rulebook
  /** Title of a form as staff read it, or null where there is no such form. */
  readonly topicOf: (form: string) => string | null
}

/** A clock that runs, and what is known of it. */
export interface Running {
  readonly reckoned: Reckoned
  readonly clock: TicketClock
  readonly news: LevelNews
  readonly now: Date
  /** When Zammad last answered, where it does not now. */
  readonly asOf: Date | null
  /** Since when promises are watched in a store that was in use before: of what came earlier nobody hears. */
  readonly watchedSince: Date | null
}

/** The unit that is asked for its people: the default one where the group is no unit's. */
const unitOf = ({ clock }: Running, { units }: Rulebook): string => clock.unit ?? units.defaultUnit

/** The writes that tell staff of the highest level that came, once, and put down all that came. */
export async function tellStaff(deps: TellDeps, running: Running): Promise<readonly Write[]> {
  const { reckoned, clock, news, now } = running
  const subject = subjectId(reckoned.subject)
  const markOf = (came: Fresh, how: LevelMark['how']): LevelMark => ({
    subject,
    clock: clock.key,
    level: came.mark,
    how,
    cameAt: came.at,
    at: now,
    ack: newId(deps.random),
    acknowledgedAt: null,
    mailedAt: null,
    mailedTo: [],
  })
  const told = news.told && { ...news.told, mark: markOf(news.told.came, 'told') }
  const marks = [
    ...news.noted.map((came) => markOf(came, 'digest')),
    ...news.covered.map((came) => markOf(came, 'covered')),
    ...(told ? [told.mark] : []),
  ]
  const writes = marks.map((mark) => deps.records.mark(mark))
  if (!told) return writes
  const occasion = `promise:${subject}:${clock.key}:${told.came.mark}`
  const rulebook = deps.rulebook()
  const to = addressesOf(rulebook, unitOf(running, rulebook), told.to)
  return [...writes, ...(await raise(deps, alertOf(deps, running, told), { occasion, to }))]
}

function alertOf(
  deps: TellDeps,
  running: Running,
  { came, level, mark }: NonNullable<LevelNews['told']> & { readonly mark: LevelMark },
): Alert {
  const { reckoned, clock, news, now, asOf } = running
  const { subject, number, form, facts, reckoning } = reckoned
  return {
    about: 'promise',
    ticket: {
      id: subject.ticketId,
      number,
      topic: form === null ? null : deps.topicOf(form),
      unit: clock.unit ?? facts?.now.group ?? unitOf(running, deps.rulebook()),
      dueAt: clock.dueAt?.toISOString() ?? null,
    },
    level: came.name,
    share: level.share,
    repeat: came.repeat,
    late: clock.dueAt !== null && now >= clock.dueAt,
    covers: news.along.map(({ name }) => name),
    kind: clock.kind,
    unseen: reckoning.lastStaffWord === 'internal',
    held: isHeld(reckoned, clock, deps.rulebook().promise),
    asOf: asOf?.toISOString() ?? null,
    ack: mark.ack,
  }
}

/** Whether the visitor is still to hear that this clock was missed; not while it is doubtful what the ticket is. */
export function awaitsNotice({
  clock,
  reckoned,
  now,
  watchedSince,
}: Pick<Running, 'clock' | 'reckoned' | 'now' | 'watchedSince'>): boolean {
  const { conversation } = reckoned
  if (clock.kind !== 'visitor' || conversation === null || conversation.frozenAt !== null) return false
  if (clock.dueAt === null || now < clock.dueAt) return false
  if (watchedSince !== null && clock.dueAt < watchedSince) return false
  return conversation.toldLateAt === null || conversation.toldLateAt < clock.startedAt
}

/** The writes that tell the visitor, once for each clock, that it was missed. */
export async function tellVisitor(deps: TellDeps, running: Running): Promise<readonly Write[]> {
  const { clock, reckoned } = running
  const { conversation } = reckoned
  const { dueAt } = clock
  if (conversation === null || dueAt === null || !awaitsNotice(running)) return []
  return promiseNotice(deps, {
    conversation,
    kind: 'late',
    occasion: `late:${conversation.id}${clock.key === 'request' ? '' : `:${clock.key}`}`,
    missed: { clock: clock.key, dueAt },
  })
}
