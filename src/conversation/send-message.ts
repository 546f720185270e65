import { z } from 'zod'
import { after, type Clock, DAY_MS, MINUTE_MS } from '../clock.ts'
import type { Files } from '../files.ts'
import type { FollowedTickets } from '../followed.ts'
import { isHeld } from '../clocks/holding-answers.ts'
import type { Reckoned, Reckoner } from '../clocks/reckoned.ts'
import { latestDueTold } from '../clocks/told-due.ts'
import { awaitsAlerts, dueToVisitor, raisedTo, type VisitorPromiseDeps } from '../clocks/visitor-promise.ts'
import { GOING_ON_MS, MAY_GO_ON, type TicketClock } from '../promise/clock.ts'
import { inLanguage } from '../language.ts'
import type { Links, Mailer, Message } from '../mailer.ts'
import type { JobStore } from '../outbox/job-store.ts'
import type { Begin, ClaimedJob, Kind, Settlement } from '../outbox/job.ts'
import { soon } from '../outbox/soon.ts'
import type { Atomically } from '../writes.ts'
import type { Conversation, Conversations, Messages, OutgoingMessage } from './conversation.ts'
import { LinksFacts } from './find.ts'
import { linkToken } from './link.ts'
import { hasAnotherCustomer, mailHold, wait, type Waiting } from './mail-hold.ts'
import { messageWords, type MessageWordsDeps, unitIn } from './message-words.ts'
import { renderedOnce } from './rendered-once.ts'
import type { Replies } from './reply.ts'

export const MessagePayload = z.object({ message: z.string() })

/**
 * What a notice about a missed promise keeps: which clock was missed, by its key, and when it was due, or null where
 * that is the due that was told at once.
 */
export const NoticeFacts = z.object({
  clock: z.string().default('request'),
  dueAt: z.iso.datetime().nullable().default(null),
})
export type NoticeFacts = z.infer<typeof NoticeFacts>

const NOTICES: ReadonlySet<OutgoingMessage['kind']> = new Set(['moved', 'closed', 'merged', 'late'])

export interface SendMessageDeps extends MessageWordsDeps, Pick<VisitorPromiseDeps, 'records' | 'rulebook'> {
  readonly mailer: Mailer
  readonly files: Files
  readonly messages: Pick<Messages, 'byId' | 'rendered' | 'sent' | 'messageIdsOf' | 'ofArticle'>
  readonly conversations: Pick<Conversations, 'byId' | 'change'>
  readonly replies: Pick<Replies, 'ofConversation'>
  readonly followed: Pick<FollowedTickets, 'byIds'>
  readonly jobs: Pick<JobStore, 'isUnfinished'>
  readonly reckoner: Pick<Reckoner, 'of' | 'ofConversation'>
  readonly atomically: Atomically
  readonly clock: Clock
  /** What is written along when one is parked. */
  readonly parked: NonNullable<Kind['parked']>
}

/**
 * Sends one message: rendered once, kept, and sent byte for byte as it was on every repeat, to the address that the
 * conversation has. After an outcome that nobody knows it is repeated once, as the visitor's page says the same. A
 * notice of what is no longer so is not sent, and none overtakes an answer. That a promise was missed waits up to 15
 * minutes for the mails to those whom it names, and never goes before the latest time that a mail of ours had told.
 */
export function sendMessage(deps: SendMessageDeps): Kind {
  return {
    lane: 'mail',
    leaseMs: 12 * MINUTE_MS,
    prepareMs: 5 * MINUTE_MS,
    // RFC 5321 4.5.3.2.6: a server may take ten minutes to answer the final dot.
    uncertainMs: 15 * MINUTE_MS,
    maxUncertain: 1,
    giveUpMs: 5 * DAY_MS,
    parked: deps.parked,
    async act(job, begin) {
      const { message: id } = MessagePayload.parse(job.payload)
      const message = await deps.messages.byId(id)
      if (!message) throw new Error('a message without its row')
      const conversation = message.conversation && (await deps.conversations.byId(message.conversation))
      if (!conversation) throw new Error('a message without its conversation')
      return message.kind === 'links'
        ? sendLinks(deps, { job, begin }, message, conversation)
        : send(deps, { job, begin }, message, conversation)
    },
  }
}

/** One attempt, and the word that it begins. */
interface Attempt {
  readonly job: ClaimedJob
  readonly begin: Begin
}

async function send(
  deps: SendMessageDeps,
  { job, begin }: Attempt,
  message: OutgoingMessage,
  conversation: Conversation,
): Promise<Settlement> {
  const missed = message.kind === 'late' ? await missedClock(deps, conversation, message.facts) : null
  const notLate = message.kind === 'late' ? await notLateYet(deps, job, conversation, missed) : null
  if (notLate) return notLate
  if (await isOutdated(deps, message, conversation)) return DONE
  const tooEarly = await heldBack(deps, { job, missed }, message, conversation)
  if (tooEarly) return tooEarly
  const { recipient } = conversation
  const words = (): Promise<Message> => wordsOf(deps, message, { conversation, missed })
  const mime = await renderedOnce(deps, job, { message, recipient, opens: conversation }, words)
  await begin()
  await deps.mailer.send(recipient, mime)
  return {
    outcome: 'done',
    writes: [
      deps.messages.sent(message.id, deps.clock(), job),
      deps.conversations.change(conversation.id, { unreachableAt: null }, job),
    ],
  }
}

const DONE: Settlement = { outcome: 'done', writes: [] }

/** A job, and the clock of which it tells that it was missed, where it does. */
interface Late {
  readonly job: ClaimedJob
  readonly missed: MissedClock | null
}

async function heldBack(
  deps: SendMessageDeps,
  { job, missed }: Late,
  message: OutgoingMessage,
  conversation: Conversation,
): Promise<Settlement | null> {
  const held = await mailHold(deps, conversation, message.kind)
  if (held || message.kind === 'receipt') return held
  if (!(await hasAnotherCustomer(deps, conversation))) {
    return behindOthers(deps, { job, missed }, message, conversation)
  }
  // It is no news to whoever is the customer by then.
  const isStale = deps.clock() > after(job.createdAt, NEWS_MS)
  return isStale ? DONE : soon(deps.clock, job, 'the ticket has another customer')
}

/** How long a notice waits for staff to say who is to have it. */
const NEWS_MS = DAY_MS

/** Whether what a notice tells is no longer so. */
async function isOutdated(
  deps: SendMessageDeps,
  { kind }: OutgoingMessage,
  conversation: Conversation,
): Promise<boolean> {
  if (kind === 'closed') return goesOn(deps, conversation)
  return kind === 'merged' && conversation.mergedInto === null
}

/** A clock that was missed, and what it is of. */
interface MissedClock {
  readonly clock: TicketClock
  readonly reckoned: Reckoned
  /** Not while it is paused, was given more time, or ended as by a closing. */
  readonly isLate: boolean
}

/** Null once it has ended for good. */
async function missedClock(
  { reckoner }: SendMessageDeps,
  { id, ticketId }: Conversation,
  facts: unknown,
): Promise<MissedClock | null> {
  const reckoned = await reckoner.of({ conversation: id, ticketId })
  const { clock: key } = NoticeFacts.parse(facts)
  const clock = reckoned?.reckoning.clocks.find((one) => one.key === key)
  if (!reckoned || !clock || (clock.endedAt !== null && !MAY_GO_ON.has(clock.outcome))) return null
  const isLate = clock.endedAt === null && clock.dueAt !== null && clock.dueAt <= reckoned.reckoning.asOf
  return { clock, reckoned, isLate }
}

/** What becomes of the word that we are late while it would not be true to the visitor; null where it is. */
async function notLateYet(
  deps: SendMessageDeps,
  { createdAt }: ClaimedJob,
  conversation: Conversation,
  missed: MissedClock | null,
): Promise<Settlement | null> {
  if (!missed) return DONE
  const now = deps.clock()
  const told = await latestDueTold(deps, conversation, missed.reckoned, missed.clock)
  if (told !== null && now < told) {
    return { outcome: 'wait', until: told, reason: 'the visitor was told a later time' }
  }
  if (missed.isLate) return null
  const since = told !== null && told > createdAt ? told : createdAt
  const mayComeBack = now < after(since, GOING_ON_MS)
  return mayComeBack ? wait(deps.clock, LOOK_MS, 'it is not late as the promise stands now') : DONE
}

/** How often the word that we are late looks whether its clock goes on. */
const LOOK_MS = 10 * MINUTE_MS

/** It is open, or its visitor has written since it was closed: on the same ticket, or on another that continues it. */
async function goesOn(
  { replies }: SendMessageDeps,
  { id, closedAt, continuedIn }: Conversation,
): Promise<boolean> {
  if (closedAt === null || continuedIn !== null) return true
  const said = await replies.ofConversation(id)
  return said.some(({ act, sentAt }) => act === 'reply' && sentAt > closedAt)
}

/** How long the word that we are late waits for the mails to those whom it names. */
const RAISING_MS = 15 * MINUTE_MS

async function behindOthers(
  deps: SendMessageDeps,
  { job, missed }: Late,
  { kind }: OutgoingMessage,
  { id }: Conversation,
): Promise<Waiting | null> {
  const { jobs, clock } = deps
  const isBehind = NOTICES.has(kind) && (await jobs.isUnfinished(id, 'send-answer'))
  if (isBehind) return soon(clock, job, 'an answer goes first')
  if (!missed || clock() > after(job.createdAt, RAISING_MS)) return null
  const isEarly = await awaitsAlerts(deps, missed.reckoned, missed.clock)
  return isEarly ? soon(clock, job, 'those whom it names are told first') : null
}

async function wordsOf(
  deps: SendMessageDeps,
  { kind, messageId, facts }: OutgoingMessage,
  { conversation, missed }: { readonly conversation: Conversation; readonly missed: MissedClock | null },
): Promise<Message> {
  const { common, team, timeZone } = await messageWords(deps, conversation, messageId)
  switch (kind) {
    case 'receipt':
      return { kind, ...common, dueAt: await dueNow(deps, conversation), timeZone }
    case 'new-number':
      return { kind, ...common, ticketNumber: conversation.ticketNumber ?? conversation.reference }
    case 'late': {
      const { dueAt: told } = NoticeFacts.parse(facts)
      const since = missed?.clock.dueAt ?? (told === null ? conversation.dueAt : new Date(told))
      const raised = missed && (await raisedTo(deps, missed.reckoned, missed.clock))
      const names = raised?.units.map((one) => unitIn(deps.units(), one, common.language)) ?? []
      const raisedToCoordination = raised?.coordination ?? false
      const held = missed !== null && isHeld(missed.reckoned, missed.clock, deps.rulebook().promise)
      const late = { dueAt: since, raisedTo: names, raisedToCoordination, isHeld: held }
      return { kind, ...common, team, timeZone, ...late }
    }
    case 'moved':
    case 'closed':
    case 'merged':
      return { kind, ...common, team, timeZone, ...NOT_LATE }
    case 'answer':
    case 'links':
      throw new Error(`a message of kind ${kind} has words of its own`)
  }
}

const NOT_LATE = { dueAt: null, raisedTo: [], raisedToCoordination: false, isHeld: false } as const

const dueNow = async ({ reckoner }: SendMessageDeps, conversation: Conversation): Promise<Date | null> =>
  dueToVisitor((await reckoner.ofConversation(conversation)).reckoning)

/** Goes to the address that asked for it, and opens only what is still that address's when it is rendered. */
async function sendLinks(
  deps: SendMessageDeps,
  { job, begin }: Attempt,
  message: OutgoingMessage,
  newest: Conversation,
): Promise<Settlement> {
  const { recipient } = message
  const requests = message.rendered ? [] : await requestsOf(deps, message)
  if (!message.rendered && requests.length === 0) return DONE
  const words = async (): Promise<Message> => {
    const submission = await deps.submissions.byId(newest.submission)
    if (!submission) throw new Error('a conversation without its submission')
    const { language } = submission
    return { kind: 'links', language, site: inLanguage(deps.site.name, language), requests }
  }
  const mime = await renderedOnce(deps, job, { message, recipient, opens: null }, words)
  await begin()
  await deps.mailer.send(recipient, mime)
  return { outcome: 'done', writes: [deps.messages.sent(message.id, deps.clock(), job)] }
}

async function requestsOf(
  deps: SendMessageDeps,
  { facts, recipient }: OutgoingMessage,
): Promise<Links['requests']> {
  const { conversations } = LinksFacts.parse(facts)
  const requests = await Promise.all(
    conversations.map(async (id) => {
      const conversation = await deps.conversations.byId(id)
      const isTheirs = conversation?.recipient.toLowerCase() === recipient.toLowerCase()
      if (!conversation || !isTheirs || (await hasAnotherCustomer(deps, conversation))) return []
      const token = await linkToken(deps.signer, conversation)
      if (token === null) return []
      return [{ number: conversation.ticketNumber ?? conversation.reference, link: deps.linkTo(token) }]
    }),
  )
  return requests.flat()
}
