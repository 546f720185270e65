import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync } from 'node:fs'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Files } from '../../files.ts'

const NAME = /^[a-z0-9][a-z0-9.-]{0,99}$/
const ARRIVING = '.arriving'

/** Keeps bodies as files in a folder, which is made where it is missing. */
export function createFolder(folder: string): Files {
  mkdirSync(folder, { recursive: true })
  const pathOf = (name: string): string => {
    if (!NAME.test(name)) throw new Error('a name for a body that is not ours')
    return join(folder, name)
  }
  return {
    async put(name, bytes) {
      const path = pathOf(name)
      const arriving = path + ARRIVING
      const file = await open(arriving, 'w', 0o600)
      try {
        const print = await digest(bytes, async (chunk) => {
          await file.writeFile(chunk)
        })
        await file.sync()
        await file.close()
        await rename(arriving, path)
        await syncFolder(folder)
        return print
      } catch (error) {
        await file.close().catch(() => undefined)
        await rm(arriving, { force: true })
        throw error
      }
    },
    async get(name) {
      const path = pathOf(name)
      const found = await stat(path).catch(() => null)
      if (!found) return null
      // Node types its web streams apart from the DOM's; they are the same objects.
      return Readable.toWeb(createReadStream(path)) as unknown as ReadableStream<Uint8Array>
    },
    remove: (name) => rm(pathOf(name), { force: true }),
    async *list() {
      for (const name of await readdir(folder)) {
        const found = await stat(join(folder, name)).catch(() => null)
        if (found?.isFile()) yield { name, storedAt: found.mtime }
      }
    },
    fingerprint: (bytes) => digest(bytes, async () => undefined),
  }
}

async function digest(bytes: ReadableStream<Uint8Array>, use: (chunk: Uint8Array) => Promise<void>) {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of bytes) {
    hash.update(chunk)
    size += chunk.byteLength
    await use(chunk)
  }
  return { size, sha256: hash.digest('hex') }
}

/** A new name is durable only once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
