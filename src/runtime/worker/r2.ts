import type { Files } from '../../files.ts'

/** R2 takes parts of a multipart upload from 5 MiB on; only the last may be smaller. */
const PART_BYTES = 5 * 1024 * 1024

/** Keeps bodies in an R2 bucket, in parts: R2 refuses streams of unknown length. */
export function createBucket(bucket: R2Bucket): Files {
  return {
    async put(name, bytes) {
      const upload = await bucket.createMultipartUpload(name)
      try {
        const parts: R2UploadedPart[] = []
        const print = await digest(bytes, async (part) => {
          parts.push(await upload.uploadPart(parts.length + 1, part))
        })
        if (print.size === 0) {
          await upload.abort()
          await bucket.put(name, new Uint8Array())
        } else await upload.complete(parts)
        return print
      } catch (error) {
        await upload.abort().catch(() => undefined)
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

/** Reads to the end, handing on parts of `PART_BYTES` and a last, shorter one. */
async function digest(bytes: ReadableStream<Uint8Array>, use: (part: Uint8Array) => Promise<void>) {
  const hash = new crypto.DigestStream('SHA-256')
  const writer = hash.getWriter()
  let held: Uint8Array[] = []
  let heldBytes = 0
  let size = 0
  for await (const chunk of bytes) {
    size += chunk.byteLength
    await writer.write(chunk)
    for (let at = 0; at < chunk.byteLength;) {
      const piece = chunk.slice(at, at + PART_BYTES - heldBytes)
      held.push(piece)
      heldBytes += piece.byteLength
      at += piece.byteLength
      if (heldBytes === PART_BYTES) {
        await use(joined(held, heldBytes))
        held = []
        heldBytes = 0
      }
    }
  }
  if (heldBytes > 0) await use(joined(held, heldBytes))
  await writer.close()
  const sha256 = Array.from(new Uint8Array(await hash.digest), (b) => b.toString(16).padStart(2, '0')).join(
    '',
  )
  return { size, sha256 }
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
