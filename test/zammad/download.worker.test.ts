import { expect, test } from 'vitest'
import { Secret } from '../../src/secret.ts'
import { createClient } from '../../src/zammad/client.ts'
import { createDesk } from '../../src/zammad/desk.ts'

const PLACE = { ticketId: 2, articleId: 3, id: 4 }

/** A Zammad that answers each call like this. */
const deskOf = (answer: (request: Request) => Response) =>
  createDesk(
    createClient({
      url: 'http://zammad.test',
      token: new Secret('token'),
      timeoutMs: 50,
      uploadTimeoutMs: 1_000,
      fetch: async (input, init) => answer(new Request(input, init)),
    }),
  )

function inPieces(pieces: readonly Uint8Array[], end: 'closed' | 'silent' = 'closed') {
  const left = [...pieces]
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = left.shift()
      if (piece) controller.enqueue(piece)
      else if (end === 'closed') controller.close()
    },
  })
}

test('on workerd the bytes of a file come as they are, in a stream', async () => {
  const pieces = [new Uint8Array([0x7b, 0xff]), new Uint8Array([0x00, 0xfe])]
  const desk = deskOf(
    () => new Response(inPieces(pieces), { headers: { 'content-type': 'application/json' } }),
  )
  const file = await desk.file(PLACE)
  const bytes = await new Response(file?.bytes).arrayBuffer()
  expect([...new Uint8Array(bytes)]).toEqual([0x7b, 0xff, 0x00, 0xfe])
})

test('on workerd a file that belongs elsewhere is none, and a redirect is not followed', async () => {
  const error = 'The file does not belong to the specified article.'
  const away = deskOf((request) =>
    request.url.endsWith('/users/me') ? Response.json({ id: 5 }) : Response.json({ error }, { status: 403 }),
  )
  expect(await away.file(PLACE)).toBeNull()
  const moved = deskOf((request) => {
    expect(request.redirect).toBe('manual')
    return new Response(null, { status: 302, headers: { location: 'http://elsewhere.test' } })
  })
  await expect(moved.file(PLACE)).rejects.toMatchObject({ code: 'misconfigured' })
})

test('on workerd a file that stops in the middle may be asked for again', async () => {
  const desk = deskOf(() => new Response(inPieces([new Uint8Array(3)], 'silent')))
  const file = await desk.file(PLACE)
  await expect(new Response(file?.bytes).arrayBuffer()).rejects.toMatchObject({ code: 'unavailable' })
})
