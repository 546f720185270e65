import type { Clock } from '../clock.ts'
import type { ClockRecords } from '../clocks/records.ts'
import type { Conversation, Conversations, Messages } from '../conversation/conversation.ts'
import { newLink } from '../conversation/link.ts'
import { promisedMessage } from '../conversation/promised-message.ts'
import type { Repeatable, Submission, SubmittedFile, Submissions } from '../conversation/submission.ts'
import type { Log } from '../log.ts'
import type { NewJob } from '../outbox/job.ts'
import { dueAt } from '../promise/promise.ts'
import type { Random } from '../random.ts'
import { newId } from '../random.ts'
import type { Routing, Routings } from '../routing/routings.ts'
import { placeOf, type Rulebook } from '../routing/rule.ts'
import { tellOfArrival } from '../routing/tell-staff.ts'
import { termsAt } from '../routing/units.ts'
import type { Signer } from '../secret.ts'
import type { Held, Write } from '../writes.ts'
import { ownNumber, ownReference } from './numbers.ts'

export interface NewRequestDeps {
  readonly submissions: Submissions
  readonly conversations: Conversations
  readonly messages: Pick<Messages, 'add'>
  readonly routings: Routings
  readonly records: Pick<ClockRecords, 'touch'>
  readonly addJob: (job: NewJob, held?: Held) => Write
  /** The prefix of our own numbers, or null while none is known. */
  readonly prefix: () => Promise<string | null>
  readonly signer: Signer
  readonly numbers: 'own' | 'zammad'
  /** The host that our Message-IDs name. */
  readonly mailHost: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** A submission that is to become a ticket, with where it belongs. */
export interface NewRequest {
  /** Id that the conversation is to have. */
  readonly id: string
  readonly submission: Submission
  readonly files: readonly SubmittedFile[]
  readonly repeatable: Repeatable
  readonly routing: Routing
  readonly rulebook: Rulebook
  /** Title of its form as staff read it, or null where there is no such form any more. */
  readonly topic: string | null
  /** Zammad's id of the ticket that it continues, or null. */
  readonly continues: number | null
}

/**
 * The conversation of a new request with its link, and the writes that keep it: all rows, the ticket to open, the
 * receipt to send, and who is to hear of it at once. With `held`, only while that job's lease stands.
 */
export async function newRequest(
  deps: NewRequestDeps,
  request: NewRequest,
  held?: Held,
): Promise<{
  readonly conversation: Conversation
  readonly token: string
  readonly writes: readonly Write[]
}> {
  const { id, submission, routing, rulebook } = request
  const { token, kept } = await newLink(deps.signer, id, submission.email)
  const unit = placeOf(routing, rulebook.units)
  const conversation: Conversation = {
    ...BLANK,
    id,
    submission: submission.id,
    ...(await identity(deps)),
    unit,
    dueAt: dueAt(submission.sentAt, termsAt(rulebook, { unit, priority: routing.priority })),
    recipient: submission.email,
    link: kept,
  }
  return {
    conversation,
    token,
    writes: [
      ...deps.submissions.add(submission, request.repeatable, request.files, held),
      deps.conversations.add(conversation, held),
      deps.routings.add(routing, held),
      deps.records.touch({ conversation: id, ticketId: null }, submission.sentAt, held),
      ...(await arrival(deps, request, conversation, held)),
      ...promised(deps, request, conversation, held),
    ],
  }
}

/** What of a conversation nobody knows before there is a ticket. */
const BLANK = {
  ticketId: null,
  ticketCreatedAt: null,
  openedAt: null,
  formerRecipients: [],
  customerId: null,
  mergedInto: null,
  answeredAt: null,
  closedAt: null,
  frozenAt: null,
  unreachableAt: null,
  toldMovedAt: null,
  toldLateAt: null,
  continuedIn: null,
} as const satisfies Partial<Conversation>

/** The reference and, wherever we allot it, the ticket's number: then the two are one. */
async function identity(deps: NewRequestDeps): Promise<Pick<Conversation, 'reference' | 'ticketNumber'>> {
  const prefix = deps.numbers === 'own' ? await deps.prefix() : null
  if (prefix === null) return { reference: ownReference(deps.random), ticketNumber: null }
  const number = ownNumber(prefix, deps.random)
  return { reference: number, ticketNumber: number }
}

/** Who is to hear of the request at once, hears of it: also while Zammad is down. */
const arrival = (
  deps: NewRequestDeps,
  { rulebook, routing, topic }: NewRequest,
  conversation: Conversation,
  held: Held | undefined,
): Promise<readonly Write[]> =>
  tellOfArrival(
    deps,
    rulebook.units,
    {
      ticket: {
        id: null,
        number: conversation.ticketNumber ?? conversation.reference,
        topic,
        unit: conversation.unit,
        dueAt: conversation.dueAt.toISOString(),
      },
      conversation: conversation.id,
      priority: routing.priority,
      occasion: conversation.id,
    },
    held,
  )

/** Of one customer's tickets one is opened after another. */
export const customerSerial = (email: string): string => `customer:${email.toLowerCase()}`

/** The ticket to open and the receipt to send, in the same write as their cause. */
function promised(
  deps: NewRequestDeps,
  { submission, continues }: NewRequest,
  conversation: Conversation,
  held: Held | undefined,
): readonly Write[] {
  const now = deps.clock()
  return [
    deps.addJob(
      {
        id: newId(deps.random),
        kind: 'open-ticket',
        lane: 'zammad',
        conversation: conversation.id,
        serial: customerSerial(submission.email),
        naturalKey: null,
        payload: { maskedTries: 0, ...(continues === null ? {} : { continues }) },
        nextAt: now,
        createdAt: now,
      },
      held,
    ),
    ...promisedMessage(
      deps,
      {
        conversation: conversation.id,
        recipient: conversation.recipient,
        kind: 'receipt',
        messageId: `<receipt.${submission.id}@${deps.mailHost}>`,
        at: now,
      },
      held,
    ),
  ]
}
