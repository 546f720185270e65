import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import type { Files } from '../../src/files.ts'
import { seeded } from '../support/samples.ts'

const stream = (...chunks: Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })

async function namesOf(files: Files): Promise<string[]> {
  const names = []
  for await (const { name } of files.list()) names.push(name)
  return names.sort()
}

async function bytesOf(files: Files, name: string): Promise<Uint8Array> {
  const found = await files.get(name)
  if (!found) throw new Error(`nothing is kept as ${name}`)
  return new Uint8Array(await new Response(found).arrayBuffer())
}

test.for([0, 1, 65_537, 5 * 1024 * 1024, 11_000_003])(
  '%i bytes come back as they went in',
  async (length) => {
    const { files } = await openPlatform()
    const body = seeded(7)(length)
    const chunks = [
      body.subarray(0, length / 3),
      body.subarray(length / 3, length / 2),
      body.subarray(length / 2),
    ]
    const print = await files.put('one', stream(...chunks))
    const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(body)))
    expect(print).toEqual({
      size: length,
      sha256: Array.from(sum, (b) => b.toString(16).padStart(2, '0')).join(''),
    })
    expect(Buffer.compare(await bytesOf(files, 'one'), body)).toBe(0)
    expect(await files.fingerprint(stream(...chunks))).toEqual(print)
  },
)

test('a body that fails half way leaves nothing, and its error comes through', async () => {
  const { files } = await openPlatform()
  const broken = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(seeded(3)(6 * 1024 * 1024))
    },
    pull(controller) {
      controller.error(new Error('the visitor went away'))
    },
  })
  await expect(files.put('half', broken)).rejects.toThrow('the visitor went away')
  expect(await files.get('half')).toBeNull()
  expect(await namesOf(files)).toEqual([])
})

test('what is removed is gone, and removing it again is no error', async () => {
  const { files } = await openPlatform()
  await files.put('one', stream(new Uint8Array([1])))
  await files.put('two', stream(new Uint8Array([2])))
  expect(await namesOf(files)).toEqual(['one', 'two'])
  await files.remove('one')
  await files.remove('one')
  expect(await namesOf(files)).toEqual(['two'])
  expect(await files.get('one')).toBeNull()
})
