import { FILE_TYPES, isFileType, type FileType } from '../forms/file-types.ts'
import { CONTENT } from './file-content.ts'
import { endingOf } from './file-name.ts'
import { isMedicalImage } from './medical-image.ts'

/** First bytes of a file that `inspectFile` looks at; of a shorter file all of them. */
export const HEAD_BYTES = 16 * 1024

/** Why a file is not taken on account of what it is. */
export type InspectionRefusal = 'empty' | 'medical-image' | 'kind-not-accepted' | 'name-and-content-differ'

/** Why an upload is not taken. `interrupted`: its bytes ended before the file did. */
export type UploadRefusal = InspectionRefusal | 'too-large' | 'interrupted'

/** What a stream of an upload fails with once its beginning has passed. */
export class UploadRefused extends Error {
  override readonly name = 'UploadRefused'
  readonly reason: UploadRefusal

  constructor(reason: UploadRefusal, options?: { cause?: unknown }) {
    super(`upload refused: ${reason}`, options)
    this.reason = reason
  }
}

export type Inspection =
  | { readonly ok: true; readonly type: FileType; readonly mediaType: string }
  | { readonly ok: false; readonly reason: InspectionRefusal }

/** Accepts a file only where its name and its first `HEAD_BYTES` bytes both say a kind that is asked for. */
export function inspectFile(name: string, accept: readonly FileType[], head: Uint8Array): Inspection {
  if (head.length === 0) return { ok: false, reason: 'empty' }
  if (isMedicalImage(name, head)) return { ok: false, reason: 'medical-image' }
  const ending = endingOf(name)
  if (!isFileType(ending) || !isAsked(ending, accept)) return { ok: false, reason: 'kind-not-accepted' }
  if (!CONTENT[ending](head)) return { ok: false, reason: 'name-and-content-differ' }
  return { ok: true, type: ending, mediaType: FILE_TYPES[ending] }
}

/** A form that asks for `jpg` means `jpeg` too, and the other way round. */
const isAsked = (type: FileType, accept: readonly FileType[]): boolean =>
  accept.includes(type) ||
  (FILE_TYPES[type] === 'image/jpeg' && accept.some((a) => FILE_TYPES[a] === 'image/jpeg'))

export interface Expected {
  readonly name: string
  readonly accept: readonly FileType[]
  readonly maxBytes: number
}

export type Upload =
  | {
      readonly ok: true
      readonly type: FileType
      readonly mediaType: string
      /** The whole file. Fails with `UploadRefused` when it grows over `maxBytes` or is interrupted. */
      readonly bytes: ReadableStream<Uint8Array>
    }
  | { readonly ok: false; readonly reason: UploadRefusal }

/**
 * Reads the beginning of an upload and decides by it: a refused file is cancelled and none of it goes
 * further. At most `HEAD_BYTES` and one chunk are held. Other failures of `bytes` come through.
 */
export async function inspectUpload(bytes: ReadableStream<Uint8Array>, expected: Expected): Promise<Upload> {
  const reader = bytes.getReader()
  const beginning = await readBeginning(reader)
  if (beginning === 'interrupted') return { ok: false, reason: 'interrupted' }
  const inspection = inspectFile(expected.name, expected.accept, headOf(beginning))
  if (!inspection.ok) {
    await reader.cancel()
    return inspection
  }
  return { ...inspection, bytes: guarded(beginning, reader, expected.maxBytes) }
}

type Reader = ReadableStreamDefaultReader<Uint8Array>

async function readBeginning(reader: Reader): Promise<Uint8Array[] | 'interrupted'> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    while (length < HEAD_BYTES) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      length += value.length
    }
  } catch (error) {
    if (error instanceof UploadRefused) return 'interrupted'
    throw error
  }
  return chunks
}

function headOf(chunks: readonly Uint8Array[]): Uint8Array {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const head = new Uint8Array(Math.min(HEAD_BYTES, length))
  let at = 0
  for (const chunk of chunks) {
    head.set(chunk.subarray(0, head.length - at), at)
    at += Math.min(chunk.length, head.length - at)
  }
  return head
}

/** What was read already, then the rest, one chunk at a time and only when asked for. */
function guarded(beginning: Uint8Array[], reader: Reader, maxBytes: number): ReadableStream<Uint8Array> {
  let passed = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = beginning.shift() ?? (await reader.read()).value
        if (!chunk) return controller.close()
        passed += chunk.length
        if (passed <= maxBytes) return controller.enqueue(chunk)
        controller.error(new UploadRefused('too-large'))
        await reader.cancel()
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
