import { Failure } from '../failure.ts'
import type { Files } from '../files.ts'
import type { Mailer, Message } from '../mailer.ts'
import { hex } from '../secret.ts'
import type { Atomically, Held } from '../writes.ts'
import type { Messages, OutgoingMessage } from './conversation.ts'

export interface RenderedOnceDeps {
  readonly mailer: Pick<Mailer, 'render'>
  readonly files: Files
  readonly messages: Pick<Messages, 'rendered'>
  readonly atomically: Atomically
}

/**
 * The bytes of a message for a recipient: those that were kept, else rendered from the words and kept before
 * anything is sent. Throws `Failure` `unavailable` where the job's lease has ended meanwhile, and what rendering
 * throws.
 */
export async function renderedOnce(
  deps: RenderedOnceDeps,
  held: Held,
  sent: { readonly message: OutgoingMessage; readonly recipient: string },
  words: () => Promise<Message>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { message, recipient } = sent
  // What was rendered for another address holds a link that no longer opens anything.
  if (message.rendered && message.recipient === recipient) return keptBytes(deps.files, message.rendered)
  const { id, messageId, createdAt } = message
  const mime = await deps.mailer.render(await words(), { messageId, date: createdAt, to: recipient })
  // Named by the attempt: a runner that was overtaken never changes the bytes that another one sends.
  const storedAs = `${id}.${held.lease}.eml`
  const { sha256 } = await deps.files.put(storedAs, streamOf(mime))
  const [kept] = await deps.atomically([deps.messages.rendered(id, { storedAs, sha256, recipient }, held)])
  if (kept !== 1) throw new Failure('unavailable', 'the lease of the job has ended')
  return mime
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
