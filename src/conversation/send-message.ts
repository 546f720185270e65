import { z } from 'zod'
import { type Clock, DAY_MS, MINUTE_MS } from '../clock.ts'
import { Failure } from '../failure.ts'
import type { Site } from '../forms/form.ts'
import type { Files } from '../files.ts'
import type { Submissions } from './submission.ts'
import { inLanguage } from '../language.ts'
import type { Mailer, Message } from '../mailer.ts'
import type { ClaimedJob, Kind } from '../outbox/job.ts'
import { hex, type Signer } from '../secret.ts'
import type { Atomically } from '../writes.ts'
import type { Conversation, Conversations, Messages, OutgoingMessage } from './conversation.ts'
import { linkToken } from './link.ts'

const Payload = z.object({ message: z.string() })

export interface SendMessageDeps {
  readonly mailer: Mailer
  readonly files: Files
  readonly messages: Messages
  readonly conversations: Conversations
  readonly submissions: Submissions
  readonly atomically: Atomically
  readonly signer: Signer
  readonly clock: Clock
  readonly site: Site
  readonly timeZone: string
  /** The absolute address of a conversation's page. */
  readonly linkTo: (token: string) => string
}

/**
 * Sends one message: rendered once, kept, and sent byte for byte as it was on every repeat. After an
 * outcome that nobody knows it is repeated once, as the visitor's page says the same.
 */
export function sendMessage(deps: SendMessageDeps): Kind {
  return {
    lane: 'mail',
    leaseMs: 12 * MINUTE_MS,
    // RFC 5321 4.5.3.2.6: a server may take ten minutes to answer the final dot.
    uncertainMs: 15 * MINUTE_MS,
    maxUncertain: 1,
    giveUpMs: 5 * DAY_MS,
    async act(job) {
      const { message: id } = Payload.parse(job.payload)
      const message = await deps.messages.byId(id)
      if (!message) throw new Error('a message without its row')
      const mime = await mimeOf(deps, job, message)
      await deps.mailer.send(message.recipient, mime)
      return { outcome: 'done', writes: [deps.messages.sent(id, deps.clock(), job)] }
    },
  }
}

async function mimeOf(
  deps: SendMessageDeps,
  job: ClaimedJob,
  message: OutgoingMessage,
): Promise<Uint8Array<ArrayBuffer>> {
  if (message.rendered) {
    const kept = await deps.files.get(message.rendered.storedAs)
    const mime = kept && new Uint8Array(await new Response(kept).arrayBuffer())
    if (!mime || hex(await digest(mime)) !== message.rendered.sha256) {
      throw new Error('the bytes of a rendered message are not as they were kept')
    }
    return mime
  }
  const conversation = await deps.conversations.byId(message.conversation)
  if (!conversation) throw new Error('a message without its conversation')
  const { messageId, recipient, createdAt } = message
  const words = await wordsOf(deps, message, conversation)
  const mime = await deps.mailer.render(words, { messageId, date: createdAt, to: recipient })
  // Named by the attempt: a runner that was overtaken never changes the bytes that another one sends.
  const storedAs = `${message.id}.${job.lease}.eml`
  const { sha256 } = await deps.files.put(storedAs, streamOf(mime))
  const [kept] = await deps.atomically([deps.messages.rendered(message.id, { storedAs, sha256 }, job)])
  if (kept !== 1) throw new Failure('unavailable', 'the lease of the job has ended')
  return mime
}

const digest = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })

async function wordsOf(
  deps: SendMessageDeps,
  message: OutgoingMessage,
  conversation: Conversation,
): Promise<Message> {
  const submission = await deps.submissions.byId(conversation.submission)
  const token = await linkToken(deps.signer, conversation)
  if (!submission || token === null) throw new Error('a message whose link cannot be made any more')
  const common = {
    language: submission.language,
    site: inLanguage(deps.site.name, submission.language),
    reference: conversation.reference,
    link: deps.linkTo(token),
  }
  if (message.kind === 'new-number') {
    return {
      kind: 'new-number',
      ...common,
      ticketNumber: conversation.ticketNumber ?? conversation.reference,
    }
  }
  const timeZone = submission.timeZone ?? deps.timeZone
  return { kind: 'receipt', ...common, dueAt: conversation.dueAt, timeZone }
}
