import type { Clock } from '../clock.ts'
import { customerSerial } from '../intake/new-request.ts'
import type { JobStore } from '../outbox/job-store.ts'
import { newId, type Random } from '../random.ts'
import type { Standing, Write } from '../writes.ts'
import type { Conversation, Messages } from './conversation.ts'
import { promisedMessage } from './promised-message.ts'
import { serialOf } from './say.ts'
import type { Submissions } from './submission.ts'

export interface CorrectionDeps {
  readonly jobs: JobStore
  readonly submissions: Submissions
  readonly messages: Messages
  readonly clock: Clock
  readonly random: Random
  /** The host that our Message-IDs name. */
  readonly mailHost: string
}

/**
 * What goes with another address of a visitor's, whoever corrects it: mails that wait go there, a receipt of its own
 * goes there, and the customer in Zammad becomes that address's; before there is a ticket, what it will be made of is
 * corrected. `conversation` has the new address and link already; all of it only while `standing` holds, so these
 * writes stand before the one that changes what they rest on.
 */
export async function correction(
  deps: CorrectionDeps,
  conversation: Conversation,
  standing: Standing,
): Promise<readonly Write[]> {
  return [
    deps.messages.readdress(conversation.id, conversation.recipient, standing),
    ...receiptOnceMore(deps, conversation, standing),
    customerChange(deps, conversation, standing),
    ...(await correctedSubmission(deps, conversation, standing)),
  ]
}

/** Where the receipt went to the address of before, the corrected one gets its own, with the new link. */
const receiptOnceMore = (
  { messages, jobs, random, mailHost, clock }: CorrectionDeps,
  { id, submission, recipient, link }: Conversation,
  standing: Standing,
): readonly Write[] =>
  promisedMessage(
    {
      messages: { add: (message) => messages.addReceipt(message, standing) },
      addJob: (job) => jobs.addReceipt(job, id, standing),
      random,
    },
    {
      conversation: id,
      recipient,
      kind: 'receipt',
      messageId: `<receipt.${submission}.${link.generation}@${mailHost}>`,
      at: clock(),
    },
  )

/** While it is unfinished no mail leaves for the conversation. */
function customerChange(
  { jobs, random, clock }: CorrectionDeps,
  conversation: Conversation,
  standing: Standing,
): Write {
  const { id, link } = conversation
  const now = clock()
  return jobs.addCustomerChange(
    {
      id: newId(random),
      kind: 'change-customer',
      lane: 'zammad',
      conversation: id,
      serial: serialOf(conversation),
      naturalKey: `change-customer:${id}:${link.generation}`,
      payload: {},
      nextAt: now,
      createdAt: now,
    },
    id,
    standing,
  )
}

/** What the ticket will be made of, as long as there is none. */
async function correctedSubmission(
  { submissions, jobs }: CorrectionDeps,
  { id, submission: submissionId, recipient: email }: Conversation,
  standing: Standing,
): Promise<readonly Write[]> {
  const submission = await submissions.byId(submissionId)
  if (!submission) return []
  const answers = { ...submission.answers, email }
  // The contact block holds the address on a line of its own; words of the visitor stay as they are.
  const lines = submission.body.split('\n').map((line) => (line === submission.email ? email : line))
  const serial = { from: customerSerial(submission.email), to: customerSerial(email) }
  return [
    submissions.readdress({ ...submission, email, answers, body: lines.join('\n') }, id, standing),
    jobs.reserial(id, serial, standing),
  ]
}
