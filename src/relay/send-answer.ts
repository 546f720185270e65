import { type Clock, DAY_MS, MINUTE_MS } from '../clock.ts'
import type { TouchDeps } from '../clocks/touching.ts'
import type { Conversation, Conversations, Messages, OutgoingMessage } from '../conversation/conversation.ts'
import { linkToken } from '../conversation/link.ts'
import { mailHold } from '../conversation/mail-hold.ts'
import { renderedOnce } from '../conversation/rendered-once.ts'
import type { Desk } from '../desk.ts'
import { Failure } from '../failure.ts'
import type { Files } from '../files.ts'
import type { Hints } from '../followed.ts'
import { readEmailAddress } from '../forms/email-address.ts'
import type { Log } from '../log.ts'
import type { Mailer } from '../mailer.ts'
import type { JobStore } from '../outbox/job-store.ts'
import type { Begin, ClaimedJob, Kind, Settlement } from '../outbox/job.ts'
import { soon } from '../outbox/soon.ts'
import { newId, type Random } from '../random.ts'
import type { Atomically, Write } from '../writes.ts'
import { AnswerPayload, answersSerial, IN_TURN } from './answer-job.ts'
import { answerWords, type AnswerWordsDeps } from './answer-words.ts'
import { chosen, handOver, type HandOverDeps } from './follow-customer.ts'
import { createDeskTrouble, type DeskTrouble } from './desk-trouble.ts'
import { type FreshAnswer, lastLook, type LastLook, type LastLookDeps, OUT_OF_SIGHT } from './last-look.ts'
import type { ArticleKey, Ledger } from './ledger.ts'
import { withdraw } from './withdraw.ts'

/** After so many attempts, an hour or so, an answer goes without a file that Zammad does not hand over. */
const PATIENT_ATTEMPTS = 12
/** So long an answer waits for its turn to be seen; then staff decide, and those behind it go. */
const HIDDEN_MS = DAY_MS

export interface SendAnswerDeps
  extends
    Omit<LastLookDeps, 'desk' | 'conversations' | 'ledger'>,
    Omit<TouchDeps, 'conversations'>,
    Omit<AnswerWordsDeps, 'desk' | 'messages'> {
  readonly desk: Pick<Desk, 'article' | 'read' | 'bornOn' | 'person' | 'tags' | 'file'>
  readonly mailer: Mailer
  readonly files: Files
  readonly ledger: Pick<Ledger, 'byIds' | 'keep' | 'mailed' | 'unshare' | 'sharedWith' | 'conversationsOf'>
  readonly messages: HandOverDeps['messages'] &
    Pick<Messages, 'add' | 'byId' | 'ofArticle' | 'rendered' | 'sent' | 'messageIdsOf'>
  readonly conversations: Pick<Conversations, 'byId' | 'ofTickets' | 'around' | 'change' | 'relink'>
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
  readonly begin: Begin
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
 * twice, so after an unknown outcome it is repeated twice. While Zammad does not answer it waits, without end; what
 * Zammad refuses to show is parked, and so is what was out of sight for a day.
 */
export function sendAnswer(deps: SendAnswerDeps): Kind {
  const trouble = createDeskTrouble(deps.clock)
  return {
    lane: 'mail',
    leaseMs: 12 * MINUTE_MS,
    prepareMs: 5 * MINUTE_MS,
    // RFC 5321 4.5.3.2.6: a server may take ten minutes to answer the final dot.
    uncertainMs: 15 * MINUTE_MS,
    maxUncertain: 2,
    giveUpMs: 5 * DAY_MS,
    parked: deps.parked,
    async act(job, begin) {
      const { article: id, createdAt, ticket: ticketId } = AnswerPayload.parse(job.payload)
      const key = { id, createdAt: new Date(createdAt) }
      const conversation = job.conversation === null ? null : await deps.conversations.byId(job.conversation)
      if (job.conversation !== null && !conversation) throw new Error('an answer without its conversation')
      const tooEarly = conversation && (await mailHold(deps, conversation, 'answer'))
      if (tooEarly) return tooEarly
      const reader = { conversation: job.conversation, ticketId }
      if (await deps.jobs.unfinishedBefore(reader, key)) return soon(deps.clock, job, IN_TURN)
      const settled = await send({ ...deps, trouble }, { job, begin, key, conversation })
      if (settled.outcome !== 'done') return settled
      const next = deps.jobs.nextInTurn(answersSerial(job.conversation, ticketId), IN_TURN, deps.clock())
      return { ...settled, writes: [...settled.writes, next] }
    },
  }
}

type SendingDeps = SendAnswerDeps & { readonly trouble: DeskTrouble }

async function send(deps: SendingDeps, sending: Sending): Promise<Settlement> {
  const { job, begin, key, conversation } = sending
  const made = await makeOrWait(deps, sending)
  if ('settled' in made) return made.settled
  if ('unreadable' in made) throw new Failure('refused', 'the customer has no address that we write to')
  const { message, recipient, mime } = made
  await begin()
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
async function makeOrWait(deps: SendingDeps, sending: Sending): Promise<Made> {
  const until = deps.trouble.waitUntil()
  if (until) return { settled: { outcome: 'wait', until, reason: 'Zammad does not answer' } }
  try {
    return await make(deps, sending)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { settled: unmade(deps, sending.job, error) }
  }
}

function unmade(
  { clock, log }: SendingDeps,
  { job, kind, attempts, payload }: ClaimedJob,
  { code, message: reason }: Failure,
): Settlement {
  log.warn('answer.waits', { job, kind, code, attempts: attempts + 1, detail: reason })
  // The mail server has refused nothing: nobody is out of reach.
  const parked = { outcome: 'parked', code: 'unavailable', reason } as const
  if (code === 'refused') return parked
  if (reason !== OUT_OF_SIGHT) return { outcome: 'again', payload, reason }
  const now = clock()
  const { hiddenSince = now.toISOString(), ...answer } = AnswerPayload.parse(payload)
  if (now.getTime() - Date.parse(hiddenSince) > HIDDEN_MS) return parked
  return { outcome: 'again', payload: { ...answer, hiddenSince }, reason }
}

/** The last look, from which the answers behind this one learn whether Zammad answers at all. */
async function lookAgain(deps: SendingDeps, { key, conversation }: Sending): Promise<LastLook> {
  try {
    const seen = await lastLook(deps, key, conversation)
    deps.trouble.answered()
    return seen
  } catch (error) {
    const isOfThisOne = !(error instanceof Failure) || error.code === 'refused'
    if (isOfThisOne || error.message === OUT_OF_SIGHT) deps.trouble.answered()
    else deps.trouble.failed()
    throw error
  }
}

async function make(deps: SendingDeps, sending: Sending): Promise<Made> {
  const { job, key } = sending
  const earlier = await deps.messages.ofArticle(key, job.conversation)
  if (earlier.some(({ sentAt }) => sentAt !== null)) return nothing([])
  const look = await lookAgain(deps, sending)
  if (look.seen !== 'answer') return unsent(deps, sending, look)
  const conversation = await addressed(deps, sending, look)
  if (conversation === 'unreachable') return { unreadable: true }
  const recipient = conversation?.recipient ?? (await customersAddress(deps, look))
  if (recipient === null) return nothing([])
  if (readEmailAddress(recipient) === null) return { unreadable: true }
  const messageId = messageIdOf(key, { conversation, isOwn: look.isOwn }, deps.mailHost)
  const known = earlier.find((message) => message.messageId === messageId)
  const message = known ?? (await promised(deps, { ...sending, conversation }, { messageId, recipient }))
  const isPatient = job.attempts < PATIENT_ATTEMPTS
  const mime = await renderedOnce(deps, job, { message, recipient, opens: conversation }, () =>
    answerWords(deps, conversation, { answer: look, messageId, isPatient }),
  )
  return { message, recipient, mime }
}

const nothing = (writes: readonly Write[]): Made => ({ settled: { outcome: 'done', writes } })

/** Nothing is sent; the ledger, and with it the page, says at once what became of the article. */
async function unsent(
  deps: SendAnswerDeps,
  { job, conversation }: Sending,
  look: Exclude<LastLook, FreshAnswer>,
): Promise<Made> {
  const about = { job: job.job, ticket: look.entry.ticketId }
  if (look.seen === 'another') {
    deps.log.error('answer.of-another-birth', about)
    // Whoever looks at tickets freezes the conversation, and tells staff.
    return nothing([deps.hints.add(look.entry.ticketId, deps.clock())])
  }
  deps.log.info('answer.withdrawn', about)
  if (look.seen === 'withdrawn') return nothing(await withdraw(deps, look, job))
  const { entry } = look
  const isOthers = conversation !== null && entry.bornOn !== conversation.ticketId
  return nothing([
    ...(isOthers ? [deps.ledger.unshare(entry, conversation.id, job)] : []),
    // Where they are let in again, it is promised again.
    deps.hints.add(entry.ticketId, deps.clock()),
  ])
}

/**
 * The conversation as it is mailed to: staff may have chosen another customer, and a link that cannot be made ends. Null
 * where it came from no form, `unreachable` where staff chose somebody without an address.
 */
async function addressed(
  deps: SendAnswerDeps,
  { job, conversation }: Sending,
  { customer }: FreshAnswer,
): Promise<Conversation | 'unreachable' | null> {
  if (!conversation || !customer) return null
  switch (customer.is) {
    case 'another':
      return handOver(deps, conversation, chosen(customer), job)
    case 'unreachable':
      return customer.is
    case 'unsettled':
      throw new Failure('unavailable', 'the address is being corrected')
    case 'visitor': {
      const { recipient } = conversation
      const isKept = (await linkToken(deps.signer, conversation)) !== null
      return isKept ? conversation : handOver(deps, conversation, { recipient }, job)
    }
  }
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
