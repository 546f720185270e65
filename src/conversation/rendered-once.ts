import { Failure } from '../failure.ts'
import type { Files } from '../files.ts'
import type { Mailer, Message } from '../mailer.ts'
import { hex } from '../secret.ts'
import type { Atomically, Held } from '../writes.ts'
import type { Conversation, Messages, OutgoingMessage } from './conversation.ts'

export interface RenderedOnceDeps {
  readonly mailer: Pick<Mailer, 'render'>
  readonly files: Files
  readonly messages: Pick<Messages, 'byId' | 'rendered'>
  readonly atomically: Atomically
}

/** A message on its way. */
export interface Outgoing {
  readonly message: OutgoingMessage
  readonly recipient: string
  /** The conversation whose link it holds, as it was read for it; null where it holds none of a single one. */
  readonly opens: Pick<Conversation, 'id' | 'link'> | null
}

/**
 * The bytes of a message for a recipient: those that were kept, else rendered from the words and kept before
 * anything is sent. Throws `Failure` `unavailable` where the job's lease has ended meanwhile, or another link has taken
 * the place of the one that they hold, and what rendering throws.
 */
export async function renderedOnce(
  deps: RenderedOnceDeps,
  held: Held,
  outgoing: Outgoing,
  words: () => Promise<Message>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { recipient } = outgoing
  // Read after the conversation was: what a link takes away as it comes is not taken for what that link was made for.
  const message = (await deps.messages.byId(outgoing.message.id)) ?? outgoing.message
  const { id, messageId, createdAt, rendered } = message
  // What was rendered for another address holds a link that no longer opens anything.
  if (rendered && message.recipient === recipient) {
    const mime = await keptBytes(deps.files, rendered)
    await keep(deps, held, outgoing, rendered)
    return mime
  }
  const mime = await deps.mailer.render(await words(), { messageId, date: createdAt, to: recipient })
  // Named by the attempt: a runner that was overtaken never changes the bytes that another one sends.
  const storedAs = `${id}.${held.lease}.eml`
  const { sha256 } = await deps.files.put(storedAs, streamOf(mime))
  await keep(deps, held, outgoing, { storedAs, sha256 })
  return mime
}

/** Puts the bytes down that are to be sent, only while what they say is so. */
async function keep(
  { messages, atomically }: RenderedOnceDeps,
  held: Held,
  { message, recipient, opens }: Outgoing,
  bytes: NonNullable<OutgoingMessage['rendered']>,
): Promise<void> {
  const standing = opens ? { conversation: opens.id, generation: opens.link.generation } : undefined
  const [kept] = await atomically([messages.rendered(message.id, { ...bytes, recipient }, held, standing)])
  if (kept !== 1) throw new Failure('unavailable', 'the lease of the job, or the link in the mail, has ended')
}

async function keptBytes(
  files: Files,
  { storedAs, sha256 }: NonNullable<OutgoingMessage['rendered']>,
): Promise<Uint8Array<ArrayBuffer>> {
  const kept = await files.get(storedAs)
  const mime = kept && new Uint8Array(await new Response(kept).arrayBuffer())
  if (!mime || hex(new Uint8Array(await crypto.subtle.digest('SHA-256', mime))) !== sha256) {
    throw new Error('the bytes of a rendered message are not as they were kept')
  }
  return mime
}

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      controller.close()
    },
  })
