import { createHash } from 'node:crypto'
import type { Files } from '../../files.ts'

/** R2 takes parts of a multipart upload from 5 MiB on; only the last may be smaller. */
const PART_BYTES = 5 * 1024 * 1024

/**
 * Keeps bodies in an R2 bucket. R2 refuses streams of unknown length, so a body goes in whole where it is
 * smaller than one part, and in parts where it is not.
 */
export function createBucket(bucket: R2Bucket): Files {
  return {
    async put(name, bytes) {
      const parts: R2UploadedPart[] = []
      let upload: R2MultipartUpload | null = null
      try {
        const print = await digest(bytes, async (part, place) => {
          if (place === 'last' && !upload) return void (await bucket.put(name, part))
          upload ??= await bucket.createMultipartUpload(name)
          parts.push(await upload.uploadPart(parts.length + 1, part))
        })
        await completed(upload, parts)
        return print
      } catch (error) {
        await aborted(upload)
        throw error
      }
    },
    async get(name) {
      const found = await bucket.get(name)
      return found ? found.body : null
    },
    remove: (name) => bucket.delete(name),
    async *list() {
      let cursor: string | undefined
      do {
        const page: R2Objects = await bucket.list(cursor ? { cursor } : {})
        for (const object of page.objects) yield { name: object.key, storedAt: object.uploaded }
        cursor = page.truncated ? page.cursor : undefined
      } while (cursor)
    },
    fingerprint: (bytes) => digest(bytes, async () => undefined),
  }
}

const completed = async (upload: R2MultipartUpload | null, parts: R2UploadedPart[]): Promise<void> =>
  void (await upload?.complete(parts))

/** The failure that led here is told, not that of the abort: R2 forgets an open upload by itself. */
const aborted = async (upload: R2MultipartUpload | null): Promise<void> =>
  upload?.abort().catch(() => undefined)

/** Reads to the end, handing on whole parts of `PART_BYTES`, and what is left as the last. */
async function digest(
  bytes: ReadableStream<Uint8Array>,
  use: (part: Uint8Array, place: 'whole' | 'last') => Promise<void>,
) {
  const hash = createHash('sha256')
  let held: Uint8Array[] = []
  let heldBytes = 0
  let size = 0
  for await (const chunk of bytes) {
    size += chunk.byteLength
    hash.update(chunk)
    for (let at = 0; at < chunk.byteLength;) {
      const piece = chunk.slice(at, at + PART_BYTES - heldBytes)
      held.push(piece)
      heldBytes += piece.byteLength
      at += piece.byteLength
      if (heldBytes === PART_BYTES) {
        await use(joined(held, heldBytes), 'whole')
        held = []
        heldBytes = 0
      }
    }
  }
  if (heldBytes > 0 || size === 0) await use(joined(held, heldBytes), 'last')
  return { size, sha256: hash.digest('hex') }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.byteLength
  }
  return whole
}
