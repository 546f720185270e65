import fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { base64Length, base64Pieces, oneAtATime, textOf, upload, type Body } from '../../src/zammad/body.ts'
import { inChunks } from './recorded.ts'

async function encoded(chunks: AsyncIterable<Uint8Array>, size: number): Promise<string> {
  return textOf({ length: base64Length(size), pieces: () => base64Pieces(chunks, size) })
}

async function* chunked(chunks: readonly Uint8Array[]) {
  yield* chunks
}

test('base64 does not depend on where the chunks end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 20 }), async (chunks) => {
      const whole = Buffer.concat(chunks)
      const text = await encoded(chunked(chunks), whole.length)
      expect(text).toBe(whole.toString('base64'))
      expect(text).toHaveLength(base64Length(whole.length))
    }),
  )
})

test.for([
  ['one byte short of a piece', 48 * 1024 - 1],
  ['one piece', 48 * 1024],
  ['one byte more than a piece', 48 * 1024 + 1],
  ['several pieces in one chunk', 200_001],
] as const)('base64 of %s is whole', async ([, size]) => {
  const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) & 255)
  for (const chunkBytes of [size, 1_000, 65_536]) {
    expect(await encoded(inChunks(bytes, chunkBytes), size)).toBe(Buffer.from(bytes).toString('base64'))
  }
})

test.for([
  ['shorter', 9],
  ['longer', 11],
] as const)('a file that is %s than announced is refused before its last byte', async ([, size]) => {
  await expect(encoded(chunked([new Uint8Array(size)]), 10)).rejects.toMatchObject({
    name: 'Failure',
    code: 'refused',
  })
})

test('a body of 25 MB is never held: pieces of 64 KiB, and no chunk read before it is asked for', async () => {
  const size = 25 * 1024 * 1024
  const chunkBytes = 64 * 1024
  let read = 0
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (read === size) return controller.close()
        read += chunkBytes
        controller.enqueue(new Uint8Array(chunkBytes))
      },
    },
    { highWaterMark: 0 },
  )
  const body: Body = { length: base64Length(size), pieces: () => base64Pieces(source, size) }
  const sent = upload(body)
  await new Promise(setImmediate)
  expect(read).toBe(0)
  let taken = 0
  let largest = 0
  let aheadBytes = 0
  for await (const piece of sent.stream) {
    taken += piece.length
    largest = Math.max(largest, piece.length)
    aheadBytes = Math.max(aheadBytes, read - Math.floor((taken / 4) * 3))
  }
  expect(taken).toBe(body.length)
  expect(sent.headers).toEqual({ 'content-length': String(body.length) })
  expect(largest).toBe(64 * 1024)
  expect(aheadBytes).toBeLessThanOrEqual(2 * chunkBytes)
})

test('a source that breaks is told apart from a broken network', async () => {
  const broken: Body = {
    length: 8,
    async *pieces() {
      yield new Uint8Array(4)
      throw new Error('disk')
    },
  }
  const sent = upload(broken)
  await expect(new Response(sent.stream).arrayBuffer()).rejects.toThrow('could not be read')
  expect(sent.failure()).toMatchObject({ code: 'unavailable', cause: new Error('disk') })
})

test('a stream that nobody reads to its end closes the file behind it', async () => {
  let closed = false
  const file = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(48 * 1024)),
    cancel: () => {
      closed = true
    },
  })
  const size = 48 * 1024 * 100
  const reader = upload({
    length: base64Length(size),
    pieces: () => base64Pieces(file, size),
  }).stream.getReader()
  await reader.read()
  await reader.cancel()
  expect(closed).toBe(true)
})

test('tasks run one at a time, in order, and a failing one stops nobody', async () => {
  const inTurn = oneAtATime(60_000)
  const seen: string[] = []
  const task = (name: string) => async () => {
    seen.push(`${name} begins`)
    await Promise.resolve()
    seen.push(`${name} ends`)
    if (name === 'a') throw new Error('a fails')
    return name
  }
  const [a, b, c] = await Promise.allSettled([inTurn(task('a')), inTurn(task('b')), inTurn(task('c'))])
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  expect([a.status, b.status, c.status]).toEqual(['rejected', 'fulfilled', 'fulfilled'])
})

test('a task that never ends holds the next one up for so long and no longer', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const inTurn = oneAtATime(60_000)
  void inTurn(() => new Promise(() => undefined))
  const next = vi.fn<() => Promise<string>>(async () => 'done')
  const result = inTurn(next)
  await vi.advanceTimersByTimeAsync(59_999)
  expect(next).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(await result).toBe('done')
})
