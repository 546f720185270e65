import type { FileOnPage } from '../conversation/thread.ts'
import type { Desk } from '../desk.ts'
import { CONTENT } from '../intake/file-content.ts'
import { endingOf } from '../intake/file-name.ts'
import type { Files } from '../files.ts'

/** What a browser may be told that a file from Zammad is: pictures and PDF by what they begin with. */
const BY_CONTENT = [
  ['image/png', CONTENT.png],
  ['image/jpeg', CONTENT.jpeg],
  ['image/gif', (head: Uint8Array) => /^GIF8[79]a/.test(String.fromCharCode(...head.subarray(0, 6)))],
  ['image/webp', CONTENT.webp],
  ['application/pdf', CONTENT.pdf],
] as const

const TEXT_ENDINGS: ReadonlySet<string> = new Set(['txt', 'log', 'csv', 'md'])

/** Of a file that comes from Zammad so much is looked at before its type is told. */
const HEAD_BYTES = 512

/** The media type of a file from Zammad, whose own word proves nothing. */
export function mediaTypeOf(name: string, head: Uint8Array): string {
  const known = BY_CONTENT.find(([, isIt]) => isIt(head))
  if (known) return known[0]
  return TEXT_ENDINGS.has(endingOf(name)) && CONTENT.txt(head) ? 'text/plain' : 'application/octet-stream'
}

/** A file on its way to a browser. */
export interface ServedFile {
  readonly type: string
  /** In bytes, or null where nobody told. */
  readonly size: number | null
  readonly bytes: ReadableStream<Uint8Array>
}

/** A file that is kept here, or null where it is gone. */
export async function servedFromHere(
  files: Pick<Files, 'get'>,
  file: FileOnPage,
  kept: string,
): Promise<ServedFile | null> {
  const bytes = await files.get(kept)
  return bytes && { type: file.type, size: file.size, bytes }
}

/**
 * A file of an article, or null where the article is not the one that was shown, was taken back, or is gone.
 * Throws `Failure` like the desk.
 */
export async function servedFromDesk(
  desk: Pick<Desk, 'article' | 'file'>,
  name: string,
  at: {
    readonly ticketId: number
    readonly articleId: number
    readonly createdAt: Date
    readonly id: number
  },
): Promise<ServedFile | null> {
  const sight = await desk.article(at.articleId)
  if (sight.seen !== 'article') return null
  const { article } = sight
  // A Zammad that was restored gives an id once more, to somebody else's words.
  const isSame = article.createdAt.getTime() === at.createdAt.getTime()
  if (!isSame || article.internal || !article.files.some(({ id }) => id === at.id)) return null
  const found = await desk.file({ ticketId: article.ticketId, articleId: at.articleId, id: at.id })
  if (!found) return null
  const reader = found.bytes.getReader()
  const beginning = await readBeginning(reader)
  return { type: mediaTypeOf(name, headOf(beginning)), size: found.size, bytes: rest(beginning, reader) }
}

type Reader = ReadableStreamDefaultReader<Uint8Array>

async function readBeginning(reader: Reader): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  let length = 0
  while (length < HEAD_BYTES) {
    const { done, value } = await reader.read()
    if (done) break
    chunks.push(value)
    length += value.length
  }
  return chunks
}

function headOf(chunks: readonly Uint8Array[]): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES)
  let length = 0
  for (const chunk of chunks) {
    const part = chunk.subarray(0, HEAD_BYTES - length)
    head.set(part, length)
    length += part.length
  }
  return head.subarray(0, length)
}

/** What was read already, then the rest, one chunk at a time and only when asked for. */
function rest(beginning: Uint8Array[], reader: Reader): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = beginning.shift() ?? (await reader.read()).value
        if (chunk) controller.enqueue(chunk)
        else controller.close()
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

/**
 * The same bytes; `over` is called once when they have ended, failed, or nobody wants them any more. Whoever has not
 * taken them all within `mostMs` gets an error.
 */
export function watched(
  bytes: ReadableStream<Uint8Array>,
  mostMs: number,
  over: () => void,
): ReadableStream<Uint8Array> {
  const reader = bytes.getReader()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false
  const end = (): void => {
    if (isOver) return
    isOver = true
    clearTimeout(timer)
    over()
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        timer = setTimeout(() => {
          end()
          const late = new Error('the file was taken too slowly')
          controller.error(late)
          void reader.cancel(late).catch(() => undefined)
        }, mostMs)
      },
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (!done) return controller.enqueue(value)
          end()
          controller.close()
        } catch (error) {
          end()
          controller.error(error)
        }
      },
      cancel(reason) {
        end()
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}
