import { after } from '../clock.ts'
import { type Conversation, type Conversations, isGivenUp } from '../conversation/conversation.ts'
import type { Replies, Reply } from '../conversation/reply.ts'
import type { Submission, Submissions } from '../conversation/submission.ts'
import type { FollowedTicket, FollowedTickets } from '../followed.ts'
import type { TicketClock } from '../promise/clock.ts'
import type { ByReading, Happening, Standing, TicketLog } from '../promise/log.ts'
import { reckon } from '../promise/reckon.ts'
import type { Ledger, LedgerEntry } from '../relay/ledger.ts'
import type { Routings } from '../routing/routings.ts'
import type { Rulebook } from '../routing/rule.ts'
import { unitOfGroup } from '../routing/units.ts'
import type { FactsStore, TicketFacts } from './facts.ts'
import { articlesOf, changesOf, mergedAt, standingOf, stateAt, wordOf } from './happenings.ts'
import { policyOf } from './policy.ts'
import type { Subject } from './records.ts'

/** A merge of merges is followed so far. */
const MOST_MERGES = 5

/** What is written in the log of a subject, and what else is known of it. */
export interface Logged {
  readonly subject: Subject
  readonly log: TicketLog
  /** The ticket's number, or what the visitor was told. */
  readonly number: string
  /** Id of its form, or null. */
  readonly form: string | null
  readonly conversation: Conversation | null
  /** Null before it was read for the first time. */
  readonly facts: TicketFacts | null
  /** Why it was late: the first tag `late-…` by name, without that; null where none is given. */
  readonly reason: string | null
}

export interface LogDeps {
  readonly conversations: Pick<Conversations, 'byId' | 'ofTickets'>
  readonly submissions: Pick<Submissions, 'byId'>
  readonly replies: Pick<Replies, 'ofConversation' | 'byId'>
  readonly ledger: Pick<Ledger, 'madeOn'>
  readonly followed: Pick<FollowedTickets, 'byIds'>
  readonly routings: Pick<Routings, 'ofConversation'>
  readonly facts: Pick<FactsStore, 'of' | 'mergedInto'>
  readonly rulebook: () => Rulebook
  /** Whose tickets answers are relayed on: those of our forms, or all. */
  readonly relay: 'webform' | 'all'
}

/**
 * What is written in the log of a subject: all that its promise depends on, by what is known here. Zammad is asked
 * nothing. Null where nothing is known of it.
 */
export async function logOf(deps: LogDeps, subject: Subject): Promise<Logged | null> {
  const gathered = await gather(deps, subject, [])
  if (!gathered) return null
  const { words: _, conversations: __, ...logged } = gathered
  return logged
}

interface Gathered extends Logged {
  /** What visitors said on pages to staff of this ticket: its own, and of those that were merged into it. */
  readonly words: readonly Happening[]
  /** Ids of the conversations whose words these are. */
  readonly conversations: readonly string[]
}

/** All that is known of one ticket, before what was merged into it. */
interface Known {
  readonly conversation: Conversation | null
  readonly submission: Submission | null
  readonly ticketId: number | null
  readonly facts: TicketFacts | null
  readonly followed: FollowedTicket | null
  readonly entries: readonly LedgerEntry[]
  readonly replies: readonly Reply[]
}

async function gather(deps: LogDeps, subject: Subject, path: readonly number[]): Promise<Gathered | null> {
  const known = await knownOf(deps, subject)
  if (!known) return null
  const { conversation, submission, ticketId, facts } = known
  const { units } = deps.rulebook()
  const merged = ticketId === null ? NOTHING : await mergedInto(deps, ticketId, path)
  const words = new Map(
    [...ownWords(known), ...merged.words, ...(await foreignWords(deps, known, merged))].map((word) => [
      word.key,
      word,
    ]),
  )
  const isRelayed = conversation !== null || deps.relay === 'all'
  return {
    subject: subjectOf(known),
    log: {
      start: await startOf(deps, known),
      happenings: [
        ...(submission ? [requestOf(submission)] : []),
        ...solved(known),
        ...words.values(),
        ...articlesOf(known.entries, { isOfForm: conversation !== null, isRelayed }),
        ...(facts ? changesOf(facts, units) : lastSeen(known)),
        ...givenUp(conversation),
        ...merged.inherited,
      ],
    },
    number: conversation?.ticketNumber ?? conversation?.reference ?? numberOf(known),
    form: submission?.form ?? null,
    conversation,
    facts,
    reason: reasonOf(facts),
    words: [...words.values()],
    conversations: [...(conversation ? [conversation.id] : []), ...merged.conversations],
  }
}

const subjectOf = ({ conversation, ticketId }: Known): Subject => {
  if (conversation) return { conversation: conversation.id, ticketId: conversation.ticketId }
  if (ticketId === null) throw new Error('a subject is a conversation or a ticket')
  return { conversation: null, ticketId }
}

const numberOf = ({ facts, followed }: Known): string => facts?.number ?? followed?.number ?? ''

const LATE = 'late-'

const reasonOf = (facts: TicketFacts | null): string | null =>
  facts?.now.tags
    .filter((tag) => tag.startsWith(LATE))
    .toSorted()[0]
    ?.slice(LATE.length) ?? null

async function knownOf(deps: LogDeps, subject: Subject): Promise<Known | null> {
  const conversation =
    subject.conversation === null
      ? ((await deps.conversations.ofTickets([subject.ticketId])).get(subject.ticketId) ?? null)
      : await deps.conversations.byId(subject.conversation)
  if (subject.conversation !== null && !conversation) return null
  const ticketId = conversation ? conversation.ticketId : subject.ticketId
  const facts = ticketId === null ? null : await deps.facts.of(ticketId)
  const followed = ticketId === null ? null : ((await deps.followed.byIds([ticketId])).get(ticketId) ?? null)
  if (!conversation && !facts && !followed) return null
  return {
    conversation,
    submission: conversation && (await deps.submissions.byId(conversation.submission)),
    ticketId,
    facts: facts && isOf(conversation, facts) ? facts : null,
    followed,
    entries: ticketId === null ? [] : await deps.ledger.madeOn(ticketId),
    replies: conversation ? await deps.replies.ofConversation(conversation.id) : [],
  }
}

/** Zammad may have been restored, and have given the id to another ticket. */
const isOf = (conversation: Conversation | null, { createdAt }: TicketFacts): boolean =>
  !conversation?.ticketCreatedAt || conversation.ticketCreatedAt.getTime() === createdAt.getTime()

/** Before Zammad's own is known, where we put it. */
async function startOf(deps: LogDeps, { conversation, facts, followed }: Known): Promise<Standing> {
  const { units } = deps.rulebook()
  if (facts) return standingOf(facts.opened, units)
  const routing = conversation && (await deps.routings.ofConversation(conversation.id))
  return {
    unit: conversation?.unit ?? (followed && unitOfGroup(units, followed.group)),
    priority: routing?.priority ?? null,
    state: 'new',
    tags: routing?.tags ?? [],
  }
}

/** What the last reading told of a ticket of which nothing else is known yet. */
function lastSeen({ followed }: Known): readonly Happening[] {
  if (!followed) return []
  const { updatedAt, lookedAt, stateType, sight } = followed
  const state = { at: updatedAt, key: 'seen:state', kind: 'state', state: stateType } as const
  const lost = { at: lookedAt, key: 'seen:sight', kind: 'sight', sight } as const
  return [...(stateType === 'new' ? [] : [state]), ...(sight === 'seen' ? [] : [lost])]
}

/** A request whose ticket nobody opens any more is gone, like one whose ticket was deleted. */
const givenUp = (conversation: Conversation | null): readonly Happening[] =>
  conversation?.closedAt && isGivenUp(conversation)
    ? [{ at: conversation.closedAt, key: 'given-up', kind: 'sight', sight: 'gone' }]
    : []

const requestOf = ({ sentAt }: Submission): Happening => ({
  at: sentAt,
  key: 'request',
  kind: 'asked',
  by: 'visitor',
  how: 'request',
})

const solved = ({ replies }: Known): readonly Happening[] =>
  replies
    .filter(({ act }) => act === 'solved')
    .map(({ id, sentAt }) => ({ at: sentAt, key: `reply:${id}`, kind: 'solved' }))

/** The id of a visitor's word on the page, by the Message-ID under which we brought it to Zammad. */
const wordIn = ({ because, messageId }: LedgerEntry): string | null =>
  because === 'ours' ? (/^<([^<>@\s]+)@/.exec(messageId ?? '')?.[1] ?? null) : null

/** What was said on its own page, but for what went on in another request. */
const ownWords = (known: Known): readonly Happening[] =>
  known.replies
    .filter((reply) => reply.act === 'reply' && !isRequest(known, reply) && !wentOn(known, reply))
    .map(wordOf)

/** The first word of a request that goes on with a closed one is that request. */
const isRequest = ({ submission }: Known, { sentAt }: Reply): boolean =>
  submission?.sentAt.getTime() === sentAt.getTime()

/** Whether Zammad has the word on the ticket of another request, in which staff go on with this closed one. */
function wentOn({ conversation, facts, entries }: Known, { id, sentAt, postedAt }: Reply): boolean {
  if (!conversation?.continuedIn || postedAt === null) return false
  if (entries.some((entry) => wordIn(entry) === id)) return false
  if (facts) return stateAt(facts, sentAt) === 'closed'
  return conversation.closedAt !== null && conversation.closedAt <= sentAt
}

interface Merged {
  readonly words: readonly Happening[]
  readonly conversations: readonly string[]
  readonly inherited: readonly Happening[]
}

const NOTHING: Merged = { words: [], conversations: [], inherited: [] }

/** What was said on the page of a closed request, and is here as this one goes on with it. */
async function foreignWords(deps: LogDeps, known: Known, merged: Merged): Promise<readonly Happening[]> {
  const own = new Set([known.submission?.id, ...known.replies.map(({ id }) => id)])
  const words: Happening[] = []
  for (const entry of known.entries) {
    const id = wordIn(entry)
    const reply = id === null || own.has(id) ? null : await deps.replies.byId(id)
    if (reply?.act !== 'reply' || merged.conversations.includes(reply.conversation)) continue
    const before = await deps.conversations.byId(reply.conversation)
    if (before?.continuedIn) words.push(wordOf(reply))
  }
  return words
}

/** What tickets that were merged into this one bring along: what was promised there, and what is said there since. */
async function mergedInto(deps: LogDeps, ticketId: number, path: readonly number[]): Promise<Merged> {
  if (path.length >= MOST_MERGES) return NOTHING
  const all: Merged[] = []
  for (const source of await deps.facts.mergedInto(ticketId)) {
    const at = mergedAt(source)
    if (at === null || source.ticketId === ticketId || path.includes(source.ticketId)) continue
    const subject = { conversation: null, ticketId: source.ticketId }
    const gathered = await gather(deps, subject, [...path, ticketId])
    if (gathered) all.push(broughtBy(deps, gathered, source.ticketId, at))
  }
  return {
    words: all.flatMap(({ words }) => words),
    conversations: all.flatMap(({ conversations }) => conversations),
    inherited: all.flatMap(({ inherited }) => inherited),
  }
}

function broughtBy(deps: LogDeps, source: Gathered, ticketId: number, at: Date): Merged {
  const before = after(at, -1)
  const { running } = reckon(source.log, policyOf(deps.rulebook()), before)
  const inherited: readonly Happening[] =
    running?.kind === 'visitor'
      ? [
          {
            at,
            key: `merged:${ticketId}`,
            kind: 'inherited',
            from: source.number,
            startedAt: running.startedAt,
            due: dueAfter(running, before),
          },
        ]
      : []
  return {
    words: source.words.filter((word) => word.at >= at),
    conversations: source.conversations,
    inherited,
  }
}

/** What stands still on its own ticket goes on where it was merged into, with the time that was left. */
function dueAfter({ due, passed, targetMs }: TicketClock, now: Date): ByReading<Date> {
  const left = after(now, Math.max(0, targetMs - passed.wall))
  return { wall: due.wall ?? left, business: due.business ?? due.wall ?? left }
}
