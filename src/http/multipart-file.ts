import type { Readable } from 'node:stream'
import { UploadRefused } from '../intake/file-inspection.ts'

/** What the files of one body have used up of their limits. */
export interface Taken {
  files: number
  bytes: number
}

export interface Chunks {
  /** Null at the end, also where the end came too early. */
  readonly next: () => Promise<Uint8Array | null>
  readonly isWhole: () => boolean
}

export function chunksOf(stream: Readable): Chunks {
  const iterator: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]()
  let whole = true
  return {
    async next() {
      try {
        const { done, value } = await iterator.next()
        return done ? null : value
      } catch {
        whole = false
        return null
      }
    },
    isWhole: () => whole,
  }
}

/** The parser goes on only when a file has been read to its end. */
export async function throwAway(chunks: Chunks): Promise<void> {
  while ((await chunks.next()) !== null);
}

type Failing = 'too-large' | 'interrupted'

export interface Source {
  readonly bytes: ReadableStream<Uint8Array>
  /** With what the bytes have failed so far. */
  readonly failed: () => Failing | null
  /** From here on a late reader gets nothing. */
  readonly end: () => void
}

/** A file's bytes, read from the body only when somebody asks, and counted. */
export function bytesOf(
  first: Uint8Array | null,
  chunks: Chunks,
  taken: Taken,
  limits: { readonly fileBytes: number; readonly allFilesBytes: number },
): Source {
  let held = first
  let size = 0
  let failing: Failing | null = null
  let ended = false
  const fail = (controller: ReadableStreamDefaultController, reason: Failing): void => {
    failing = reason
    controller.error(new UploadRefused(reason))
  }
  const bytes = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = held ?? (await chunks.next())
        held = null
        if (ended || !chunks.isWhole()) return fail(controller, 'interrupted')
        if (chunk === null) return controller.close()
        size += chunk.length
        taken.bytes += chunk.length
        if (size > limits.fileBytes || taken.bytes > limits.allFilesBytes)
          return fail(controller, 'too-large')
        controller.enqueue(chunk)
      },
    },
    { highWaterMark: 0 },
  )
  return { bytes, failed: () => failing, end: () => void (ended = true) }
}
