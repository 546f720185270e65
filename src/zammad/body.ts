import { Failure } from '../failure.ts'

/** Bodies above this size, in bytes, are streamed, one at a time; the others are sent as one text. */
export const LARGE_BODY_BYTES = 2_000_000

/** A request body whose length is known before its bytes are. */
export interface Body {
  /** In bytes. */
  readonly length: number
  /** The bytes from the beginning, attachments in pieces of at most 64 KiB; throws `Failure` when they cannot be had. */
  readonly pieces: () => AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>
}

/** Bytes that are encoded at once: a multiple of three, so that padding comes only at the end. */
const PIECE_BYTES = 48 * 1024

const ALPHABET = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const PADDING = 61

/** Length of the base64 of that many bytes. */
export const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4

function base64Of(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new Uint8Array(base64Length(bytes.length))
  const digit = (value: number): number => ALPHABET[value & 63] ?? PADDING
  let to = 0
  for (let from = 0; from < bytes.length; from += 3) {
    const left = bytes.length - from
    const three = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0)
    text[to++] = digit(three >> 18)
    text[to++] = digit(three >> 12)
    text[to++] = left > 1 ? digit(three >> 6) : PADDING
    text[to++] = left > 2 ? digit(three) : PADDING
  }
  return text
}

/**
 * Base64 of the bytes in pieces of at most 64 KiB, whatever the chunks they come in. Throws `Failure` with
 * `refused` as soon as there are more or fewer bytes than `size`: the announced length would be wrong.
 */
export async function* base64Pieces(
  bytes: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const piece = new Uint8Array(PIECE_BYTES)
  let held = 0
  let seen = 0
  for await (const chunk of bytes) {
    seen += chunk.length
    if (seen > size) throw new Failure('refused', 'an attachment is longer than it was when it was stored')
    for (let from = 0; from < chunk.length;) {
      const part = chunk.subarray(from, from + PIECE_BYTES - held)
      piece.set(part, held)
      from += part.length
      held += part.length
      if (held === PIECE_BYTES) {
        yield base64Of(piece)
        held = 0
      }
    }
  }
  if (seen < size) throw new Failure('refused', 'an attachment is shorter than it was when it was stored')
  if (held > 0) yield base64Of(piece.subarray(0, held))
}

/** The whole body as one text; for small ones. */
export async function textOf(body: Body): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of body.pieces()) text += decoder.decode(piece, { stream: true })
  return text + decoder.decode()
}

/** A body on its way: what the network takes, and what went wrong on our side of it. */
export interface Upload {
  readonly stream: ReadableStream<Uint8Array>
  /** Header that announces the length, where the runtime does not announce it itself. */
  readonly headers: Readonly<Record<string, string>>
  /**
   * What to do on a redirect, without following it. Node keeps a copy of all that was streamed wherever it
   * might have to send it again, and only `error` rules that out; workerd knows only `manual`, and keeps none.
   */
  readonly redirect: 'manual' | 'error'
  readonly failure: () => Failure | null
}

/** A runtime's stream that announces its length: workerd has it, Node takes the header instead. */
interface LengthAnnouncing {
  readonly FixedLengthStream?: new (length: number) => {
    readonly readable: ReadableStream<Uint8Array>
    readonly writable: WritableStream<Uint8Array>
  }
}

/** Opens a body for sending: bytes are made only as fast as they are taken. */
export function upload(body: Body): Upload {
  const pieces = body.pieces()
  let failure: Failure | null = null
  const source = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await pieces.next()
          if (next.done) controller.close()
          else controller.enqueue(next.value)
        } catch (error) {
          failure = asFailure(error)
          controller.error(failure)
        }
      },
      async cancel() {
        await pieces.return()
      },
    },
    { highWaterMark: 0 },
  )
  // Only workerd has it, so the common types do not know it.
  const { FixedLengthStream } = globalThis as LengthAnnouncing
  if (!FixedLengthStream) {
    const headers = { 'content-length': String(body.length) }
    return { stream: source, headers, redirect: 'error', failure: () => failure }
  }
  const fixed = new FixedLengthStream(body.length)
  // A broken pipe shows in the call that reads the other end.
  source.pipeTo(fixed.writable).catch(() => undefined)
  return { stream: fixed.readable, headers: {}, redirect: 'manual', failure: () => failure }
}

/** Our own side broke before the body was complete: whoever receives it cannot have acted on it. */
const asFailure = (error: unknown): Failure =>
  error instanceof Failure
    ? error
    : new Failure('unavailable', 'an attachment could not be read', { cause: error })

/**
 * Runs what it is given one after another, in the order of asking. Nobody waits longer than `longestMs`
 * for the one before: a task on Workers may be ended without a word, and would never let go.
 */
export function oneAtATime(longestMs: number): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const run = atMost(last, longestMs).then(task)
    last = run.catch(() => undefined)
    return run
  }
}

const atMost = (turn: Promise<unknown>, longestMs: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, longestMs)
    void turn.finally(() => {
      clearTimeout(timer)
      resolve()
    })
  })
