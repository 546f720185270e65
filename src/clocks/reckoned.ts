import type { Clock } from '../clock.ts'
import type { Conversation } from '../conversation/conversation.ts'
import type { Reckoning, TicketClock } from '../promise/clock.ts'
import { reckon } from '../promise/reckon.ts'
import { ANSWER_ALL } from '../relay/scene.ts'
import { unitOfGroup } from '../routing/units.ts'
import { type LogDeps, type Logged, logOf } from './logs.ts'
import { policyOf } from './policy.ts'
import {
  type ClockRecords,
  type ClockRow,
  type PromiseRow,
  type PromiseTag,
  type Subject,
  subjectId,
} from './records.ts'

/** A merge of merges is followed so far. */
const MOST_MERGES = 5

/** What the log of a subject comes to. */
export interface Reckoned extends Logged {
  readonly reckoning: Reckoning
}

/** Reckons promises by what is known here; Zammad is asked nothing. */
export interface Reckoner {
  /** Null where nothing is known of the subject. By the rules in force, as of `at`: now where none is given. */
  readonly of: (subject: Subject, at?: Date) => Promise<Reckoned | null>
  /** Of a conversation whose ticket was merged into one that its visitor may follow on the page: that ticket's. */
  readonly ofConversation: (conversation: Conversation, at?: Date) => Promise<Reckoned>
  readonly ofTicket: (ticketId: number, at?: Date) => Promise<Reckoned | null>
  /** How it is put down, with the tag that was promised to Zammad and when it is to be reckoned again. */
  readonly rowOf: (
    reckoned: Reckoned,
    previous: { readonly tag: PromiseTag },
    nextAt: Date | null,
  ) => { readonly row: PromiseRow; readonly clocks: readonly ClockRow[] }
}

export interface ReckonerDeps extends LogDeps {
  readonly records: Pick<ClockRecords, 'settled'>
  readonly clock: Clock
}

export function createReckoner(deps: ReckonerDeps): Reckoner {
  const of: Reckoner['of'] = async (subject, at = deps.clock()) => {
    const logged = await logOf(deps, subject)
    if (!logged) return null
    const reckoning = reckon(logged.log, policyOf(deps.rulebook()), at)
    return { ...logged, reckoning: await asSettled(deps, logged.subject, reckoning) }
  }
  return {
    of,
    ofTicket: (ticketId, at) => of({ conversation: null, ticketId }, at),
    async ofConversation(conversation, at) {
      const subject = { conversation: conversation.id, ticketId: conversation.ticketId }
      const reckoned = (await followedElsewhere(deps, of, conversation, at)) ?? (await of(subject, at))
      if (!reckoned) throw new Error('a conversation that is not in the store')
      return reckoned
    },
    rowOf: (reckoned, { tag }, nextAt) => rowOf(deps, reckoned, tag, nextAt),
  }
}

/** Clocks that ended by earlier rules, and as they do now, stand as lists and reports have them. */
async function asSettled(
  { records, rulebook }: ReckonerDeps,
  subject: Subject,
  reckoning: Reckoning,
): Promise<Reckoning> {
  if (reckoning.clocks.every(({ endedAt }) => endedAt === null)) return reckoning
  const settled = await records.settled(subjectId(subject), rulebook().version)
  const byKey = new Map(settled.map(({ clock }) => [clock.key, clock]))
  const clocks = reckoning.clocks.map((clock) => {
    const known = byKey.get(clock.key)
    return known && isSameEnd(known, clock) ? { ...clock, ...known } : clock
  })
  return { ...reckoning, clocks }
}

const isSameEnd = (known: ClockRow['clock'], { startedAt, endedAt, outcome }: TicketClock): boolean =>
  known.outcome === outcome &&
  known.startedAt.getTime() === startedAt.getTime() &&
  known.endedAt?.getTime() === endedAt?.getTime()

/** The ticket in which a merged request goes on for its visitor, behind all merges; null where there is none. */
async function followedElsewhere(
  deps: ReckonerDeps,
  of: Reckoner['of'],
  conversation: Conversation,
  at?: Date,
): Promise<Reckoned | null> {
  let target = conversation.mergedInto
  for (let merges = 0; target !== null && merges < MOST_MERGES; merges += 1) {
    const found = await of({ conversation: null, ticketId: target }, at)
    if (!found || !(await mayFollow(deps, conversation, target, found))) return null
    if (found.facts?.now.state !== 'merged') return found
    target = found.facts.heir
  }
  return null
}

/** By what was read last: the same person is the customer of both, or staff let everybody in. */
async function mayFollow(
  { followed }: ReckonerDeps,
  { customerId, recipient }: Conversation,
  ticketId: number,
  { conversation, facts }: Reckoned,
): Promise<boolean> {
  if (facts?.now.tags.includes(ANSWER_ALL)) return true
  if (conversation?.recipient.toLowerCase() === recipient.toLowerCase()) return true
  const ticket = (await followed.byIds([ticketId])).get(ticketId)
  return customerId !== null && ticket?.customerId === customerId
}

function rowOf(
  { rulebook }: ReckonerDeps,
  reckoned: Reckoned,
  tag: PromiseTag,
  nextAt: Date | null,
): ReturnType<Reckoner['rowOf']> {
  const { subject, number, form, reason, facts, conversation, log, reckoning } = reckoned
  const { units, version } = rulebook()
  const { running, isOpen, clocks } = reckoning
  const id = subjectId(subject)
  const place = facts ? unitOfGroup(units, facts.now.group) : (conversation?.unit ?? log.start.unit)
  return {
    row: {
      id,
      subject,
      number,
      form,
      unit: place,
      priority: facts ? facts.now.priority : log.start.priority,
      isOpen,
      running: running && {
        key: running.key,
        kind: running.kind,
        startedAt: running.startedAt,
        dueAt: running.dueAt,
      },
      quietSince: quietSince(reckoned),
      tag,
      nextAt,
      version,
    },
    clocks: clocks.map((clock) => ({ subject: id, number, form, reason, clock: bare(clock) })),
  }
}

function bare(whole: TicketClock): ClockRow['clock'] {
  const { segments: _, levels: __, ...clock } = whole
  return clock
}

/** Since the last public word of staff's, or since somebody waits for one, whichever came later; null where it is not open. */
function quietSince(reckoned: Reckoned): Date | null {
  const { log, reckoning } = reckoned
  const { asOf, isOpen, running, lastPublicWordAt } = reckoning
  if (!isOpen) return null
  const asked = log.happenings.flatMap((one) =>
    one.at <= asOf && (one.kind === 'inherited' || (one.kind === 'asked' && one.by === 'visitor'))
      ? [one.at]
      : [],
  )
  if (asked.length === 0) return quietUnasked(reckoned)
  const first = new Date(Math.min(...asked.map((at) => at.getTime())))
  const waiting = running?.kind === 'visitor' ? running.startedAt : first
  return lastPublicWordAt !== null && lastPublicWordAt > waiting ? lastPublicWordAt : waiting
}

/**
 * Where nobody asked, staff have said nothing since their last public word, or since the ticket was made. Null where they
 * wrote nothing at all: what machines alone made, a mail of ours that came back among it, is told to nobody (design 4.9).
 */
function quietUnasked({ facts, reckoning }: Reckoned): Date | null {
  const { lastPublicWordAt, lastStaffWord } = reckoning
  return lastStaffWord === null ? null : (lastPublicWordAt ?? facts?.createdAt ?? null)
}
