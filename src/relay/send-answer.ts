import { type Clock, DAY_MS, MINUTE_MS, SECOND_MS } from '../clock.ts'
import type { Conversation, Conversations, Messages, OutgoingMessage } from '../conversation/conversation.ts'
import { linkToken, newLink } from '../conversation/link.ts'
import { mailHold, wait } from '../conversation/mail-hold.ts'
import { renderedOnce } from '../conversation/rendered-once.ts'
import type { Desk } from '../desk.ts'
import { Failure } from '../failure.ts'
import type { Files } from '../files.ts'
import type { Hints } from '../followed.ts'
import { readEmailAddress } from '../forms/email-address.ts'
import type { Log } from '../log.ts'
import type { Mailer } from '../mailer.ts'
import type { JobStore } from '../outbox/job-store.ts'
import type { ClaimedJob, Kind, Settlement } from '../outbox/job.ts'
import { newId, type Random } from '../random.ts'
import type { Atomically, Write } from '../writes.ts'
import { AnswerPayload, answersSerial, IN_TURN } from './answer-job.ts'
import { answerWords, type AnswerWordsDeps } from './answer-words.ts'
import { type FreshAnswer, lastLook, type LastLook, type LastLookDeps } from './last-look.ts'
import type { ArticleKey, Ledger } from './ledger.ts'
import { withdraw } from './withdraw.ts'

/** How soon it looks again whether the answers before it have gone. */
const IN_TURN_MS = 5 * SECOND_MS
/** After so many attempts, an hour or so, an answer goes without a file that Zammad does not hand over. */
const PATIENT_ATTEMPTS = 12

export interface SendAnswerDeps
  extends
    Omit<LastLookDeps, 'desk' | 'conversations' | 'ledger'>,
    Omit<AnswerWordsDeps, 'desk' | 'messages'> {
  readonly desk: Pick<Desk, 'article' | 'read' | 'bornOn' | 'person' | 'tags' | 'file'>
  readonly mailer: Mailer
  readonly files: Files
  readonly ledger: Pick<Ledger, 'byIds' | 'keep' | 'mailed' | 'sharedWith' | 'conversationsOf'>
  readonly messages: Pick<Messages, 'add' | 'ofArticle' | 'rendered' | 'sent' | 'messageIdsOf'>
  readonly conversations: Pick<Conversations, 'byId' | 'ofTickets' | 'change' | 'relink'>
  readonly hints: Pick<Hints, 'add'>
  readonly jobs: Pick<JobStore, 'isUnfinished' | 'unfinishedBefore' | 'nextInTurn'>
  readonly atomically: Atomically
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** What is written along when one is parked. */
  readonly parked: NonNullable<Kind['parked']>
}

/** An answer on its way to one reader. */
interface Sending {
  readonly job: ClaimedJob
  readonly key: ArticleKey
  /** Null for the customer of a ticket that came from no form. */
  readonly conversation: Conversation | null
}

/** What there is to hand to the mail server, or why there is nothing. */
type Made =
  | { readonly message: OutgoingMessage; readonly recipient: string; readonly mime: Uint8Array<ArrayBuffer> }
  | { readonly settled: Settlement }
  | { readonly unreadable: true }

/**
 * Mails one public article to the visitor, in the order of the articles. Article, ticket and customer are read again
 * just before: what was withdrawn is not sent, and where staff have chosen another address it goes there, under a link
 * of its own. Rendered once and sent byte for byte on every repeat; an answer that is lost is worse than one that comes
 * twice, so after an unknown outcome it is repeated twice. While Zammad does not answer it waits, without end.
 */
export function sendAnswer(deps: SendAnswerDeps): Kind {
  return {
    lane: 'mail',
    leaseMs: 12 * MINUTE_MS,
    // RFC 5321 4.5.3.2.6: a server may take ten minutes to answer the final dot.
    uncertainMs: 15 * MINUTE_MS,
    maxUncertain: 2,
    giveUpMs: 5 * DAY_MS,
    parked: deps.parked,
    async act(job) {
      const { article: id, createdAt, ticket: ticketId } = AnswerPayload.parse(job.payload)
      const key = { id, createdAt: new Date(createdAt) }
      const conversation = job.conversation === null ? null : await deps.conversations.byId(job.conversation)
      if (job.conversation !== null && !conversation) throw new Error('an answer without its conversation')
      const tooEarly = conversation && (await mailHold(deps, conversation))
      if (tooEarly) return tooEarly
      const reader = { conversation: job.conversation, ticketId }
      if (await deps.jobs.unfinishedBefore(reader, key)) {
        return wait(deps.clock, IN_TURN_MS, IN_TURN)
      }
      const settled = await send(deps, { job, key, conversation })
      if (settled.outcome !== 'done') return settled
      const next = deps.jobs.nextInTurn(answersSerial(job.conversation, ticketId), IN_TURN, deps.clock())
      return { ...settled, writes: [...settled.writes, next] }
    },
  }
}

async function send(deps: SendAnswerDeps, sending: Sending): Promise<Settlement> {
  const { job, key, conversation } = sending
  const made = await makeOrWait(deps, sending)
  if ('settled' in made) return made.settled
  if ('unreadable' in made) throw new Failure('refused', 'the customer has no address that we write to')
  const { message, recipient, mime } = made
  await deps.mailer.send(recipient, mime)
  return {
    outcome: 'done',
    writes: [
      deps.messages.sent(message.id, deps.clock(), job),
      deps.ledger.mailed(key, job),
      ...(conversation ? [deps.conversations.change(conversation.id, { unreachableAt: null }, job)] : []),
    ],
  }
}

/** Up to the mail server all that can fail is Zammad: it pauses no mail, and no mail is given up for it. */
async function makeOrWait(deps: SendAnswerDeps, sending: Sending): Promise<Made> {
  try {
    return await make(deps, sending)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const { job, attempts, payload, kind } = { ...sending.job }
    const { code, message: reason } = error
    deps.log.warn('answer.waits', { job, kind, code, attempts: attempts + 1, detail: reason })
    return { settled: { outcome: 'again', payload, reason } }
  }
}

async function make(deps: SendAnswerDeps, sending: Sending): Promise<Made> {
  const { job, key } = sending
  const earlier = await deps.messages.ofArticle(key, job.conversation)
  if (earlier.some(({ sentAt }) => sentAt !== null)) return nothing([])
  const look = await lastLook(deps, key, sending.conversation)
  if (look.seen !== 'answer') return unsent(deps, sending, look)
  const conversation = await addressed(deps, sending, look)
  const recipient = conversation?.recipient ?? (await customersAddress(deps, look))
  if (recipient === null) return nothing([])
  if (readEmailAddress(recipient) === null) return { unreadable: true }
  const messageId = messageIdOf(key, { conversation, isOwn: look.isOwn }, deps.mailHost)
  const known = earlier.find((message) => message.messageId === messageId)
  const message = known ?? (await promised(deps, { ...sending, conversation }, { messageId, recipient }))
  const isPatient = job.attempts < PATIENT_ATTEMPTS
  const mime = await renderedOnce(deps, job, { message, recipient }, () =>
    answerWords(deps, conversation, { answer: look, messageId, isPatient }),
  )
  return { message, recipient, mime }
}

const nothing = (writes: readonly Write[]): Made => ({ settled: { outcome: 'done', writes } })

/** Nothing is sent; the ledger, and with it the page, says at once what became of the article. */
async function unsent(
  deps: SendAnswerDeps,
  { job }: Sending,
  look: Exclude<LastLook, FreshAnswer>,
): Promise<Made> {
  const about = { job: job.job, ticket: look.entry.ticketId }
  if (look.seen === 'another') {
    deps.log.error('answer.of-another-birth', about)
    // Whoever looks at tickets freezes the conversation, and tells staff.
    return nothing([deps.hints.add(look.entry.ticketId, deps.clock())])
  }
  deps.log.info('answer.withdrawn', about)
  if (look.now === null) return nothing([])
  return nothing(await withdraw(deps, { entry: look.entry, now: look.now }, job))
}

/** The conversation as it is mailed to: staff may have chosen another address, and a link that cannot be made ends. */
async function addressed(
  deps: SendAnswerDeps,
  { job, conversation }: Sending,
  { readdressed, ticket }: FreshAnswer,
): Promise<Conversation | null> {
  if (!conversation) return null
  const isKept = readdressed === null && (await linkToken(deps.signer, conversation)) !== null
  if (isKept) return conversation
  const { id, link } = conversation
  const recipient = readdressed ?? conversation.recipient
  const { kept } = await newLink(deps.signer, id, recipient, link.generation + 1)
  const [relinked] = await deps.atomically([
    deps.conversations.relink(id, recipient, kept, job),
    ...(readdressed === null
      ? []
      : [deps.conversations.change(id, { customerId: ticket.customerId, unreachableAt: null }, job)]),
  ])
  const now = await deps.conversations.byId(id)
  if (relinked !== 1 || !now) throw new Failure('unavailable', 'the conversation has just changed')
  deps.log.info('conversation.readdressed', { job: job.job, conversation: id })
  return now
}

const customersAddress = async ({ desk }: SendAnswerDeps, { ticket }: FreshAnswer): Promise<string | null> =>
  (await desk.person(ticket.customerId))?.email ?? null

/** Derives from the article, so that a repeat is known as one; another address has another (design 4.7). */
function messageIdOf(
  { id, createdAt }: ArticleKey,
  to: { readonly conversation: Conversation | null; readonly isOwn: boolean },
  mailHost: string,
): string {
  const { conversation, isOwn } = to
  const generation = conversation ? String(conversation.link.generation) : 't'
  // An article may go to two visitors: to the one whose ticket it was made on, and to one whose own was merged into it.
  const reader = conversation && !isOwn ? `${generation}-${conversation.id.slice(0, 10)}` : generation
  return `<answer.${id}.${createdAt.getTime().toString(36)}.${reader}@${mailHost}>`
}

async function promised(
  deps: SendAnswerDeps,
  { job, key, conversation }: Sending,
  { messageId, recipient }: { readonly messageId: string; readonly recipient: string },
): Promise<OutgoingMessage> {
  const message: OutgoingMessage = {
    id: newId(deps.random),
    conversation: conversation?.id ?? null,
    kind: 'answer',
    article: key,
    facts: {},
    messageId,
    recipient,
    rendered: null,
    createdAt: deps.clock(),
  }
  const [added] = await deps.atomically([deps.messages.add(message, job)])
  if (added !== 1) throw new Failure('unavailable', 'the lease of the job has ended')
  return message
}
