import type { IncomingMessage } from 'node:http'
import { inspect } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { Secret } from '../../src/secret.ts'
import { base64Length, base64Pieces, LARGE_BODY_BYTES, type Body } from '../../src/zammad/body.ts'
import { createClient } from '../../src/zammad/client.ts'
import { freePort } from '../simulation/process.ts'
import { inChunks, TOKEN } from './recorded.ts'
import { type Listener, serving } from './serving.ts'

const clientAt = (url: string, timeoutMs = 5_000) =>
  createClient({ url, token: new Secret(TOKEN), timeoutMs, uploadTimeoutMs: timeoutMs })

const failureOf = async (call: Promise<unknown>): Promise<Failure> => {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof Failure) return error
  throw new Error(`a Failure was expected, not ${inspect(error)}`)
}

const VISITOR = 'The lamp in hall three is dark'
const json = { 'content-type': 'application/json' }

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const NETWORK: readonly {
  readonly name: string
  readonly listener: Listener
  readonly timeoutMs?: number
  readonly read: string
  readonly write: string
}[] = [
  {
    name: 'cut before an answer',
    listener: (request) => request.socket.destroy(),
    read: 'unavailable',
    write: 'uncertain',
  },
  {
    name: 'cut after the request was read',
    listener: (request) => void request.resume().on('end', () => request.socket.destroy()),
    read: 'unavailable',
    write: 'uncertain',
  },
  {
    name: 'cut within the answer',
    listener: (_, response) => {
      response.writeHead(201, { ...json, 'content-length': '100' })
      response.write('{"id":', () => response.destroy())
    },
    read: 'unavailable',
    write: 'uncertain',
  },
  {
    name: 'no answer in time',
    listener: (request) => void request.resume(),
    timeoutMs: 50,
    read: 'unavailable',
    write: 'uncertain',
  },
  {
    name: 'an answer that never ends',
    listener: (_, response) => {
      response.writeHead(201, json)
      response.write('{"id":')
    },
    timeoutMs: 200,
    read: 'unavailable',
    write: 'uncertain',
  },
]

test.for(NETWORK)('$name: a question may be asked again, a write is uncertain', async (row) => {
  const client = clientAt(await serving(row.listener), row.timeoutMs)
  expect(await failureOf(client.get('/tickets/1'))).toMatchObject({ code: row.read })
  expect(await failureOf(client.write('POST', '/tickets', { title: VISITOR }))).toMatchObject({
    code: row.write,
  })
})

test('a refused connection and an unknown host never took a write', async () => {
  const closed = clientAt(`http://127.0.0.1:${await freePort()}`)
  expect(await failureOf(closed.write('POST', '/tickets', { title: VISITOR }))).toMatchObject({
    code: 'unavailable',
    message: 'Zammad cannot be reached (ECONNREFUSED)',
  })
  const nowhere = createClient({
    url: 'https://zammad.invalid',
    token: new Secret(TOKEN),
    timeoutMs: 5_000,
    uploadTimeoutMs: 5_000,
    fetch: () => Promise.reject(lookupFailed()),
  })
  expect(await failureOf(nowhere.write('POST', '/tickets', {}))).toMatchObject({ code: 'unavailable' })
})

/** As Node's fetch says it: the reason lies in the cause. */
const lookupFailed = () =>
  new TypeError('fetch failed', {
    cause: Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }),
  })

const withCause = (properties: object) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('below'), properties) })

test.for([
  ['both addresses of a name refuse', withCause({ code: 'ECONNREFUSED', errors: [] }), 'unavailable'],
  ['a slow connect', withCause({ code: 'UND_ERR_CONNECT_TIMEOUT' }), 'unavailable'],
  ['a connect that times out below', withCause({ code: 'ETIMEDOUT', syscall: 'connect' }), 'unavailable'],
  ['the name server is away', withCause({ code: 'EAI_AGAIN', syscall: 'getaddrinfo' }), 'unavailable'],
  ['the route is lost while reading', withCause({ code: 'EHOSTUNREACH', syscall: 'read' }), 'uncertain'],
  ['a reset connection', withCause({ code: 'ECONNRESET', syscall: 'read' }), 'uncertain'],
  ['the other side closes', withCause({ code: 'UND_ERR_SOCKET' }), 'uncertain'],
  ['a runtime without codes', new Error('Network connection lost.'), 'uncertain'],
  ['an expired certificate', withCause({ code: 'CERT_HAS_EXPIRED' }), 'misconfigured'],
  ['a certificate of another host', withCause({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), 'misconfigured'],
] as const)('a write that met "%s"', async ([, error, code]) => {
  const client = createClient({
    url: 'https://zammad.test',
    token: new Secret(TOKEN),
    timeoutMs: 5_000,
    uploadTimeoutMs: 5_000,
    fetch: () => Promise.reject(error),
  })
  const failure = await failureOf(client.write('POST', '/tickets', { title: VISITOR }))
  expect(failure.code).toBe(code)
  // The error of the HTTP library carries the whole request; the runtime's own below it does not.
  expect(failure.cause).toBe(error)
  expect(inspect(failure, { depth: 10, showHidden: true })).not.toMatch(
    new RegExp(`${TOKEN}|${VISITOR}`, 'u'),
  )
})

test.for([301, 302, 303, 307, 308])(
  'a redirect (%i) is not followed, so the token does not travel',
  async (status) => {
    const visits: string[] = []
    const elsewhere = await serving((request, response) => {
      visits.push(request.headers.authorization ?? '')
      response.end('{}')
    })
    const client = clientAt(
      await serving((_, response) =>
        response.writeHead(status, { location: `${elsewhere}/api/v1/users/me` }).end(),
      ),
    )
    expect(await failureOf(client.get('/users/me'))).toMatchObject({ code: 'misconfigured' })
    expect(await failureOf(client.write('POST', '/tickets', {}))).toMatchObject({ code: 'misconfigured' })
    expect(visits).toEqual([])
  },
)

test('a call carries the token, asks for JSON, and brings no cookie back', async () => {
  const seen: IncomingMessage['headers'][] = []
  const client = clientAt(
    await serving((request, response) => {
      seen.push(request.headers)
      response.writeHead(200, { ...json, 'set-cookie': 'session=1' }).end('{}')
    }),
  )
  await client.get('/users/me')
  await client.search('/tickets/search', { condition: {} })
  expect(seen[1]).toMatchObject({
    accept: 'application/json',
    authorization: `Token token=${TOKEN}`,
    'content-type': 'application/json',
  })
  expect(seen[1]).not.toHaveProperty('cookie')
})

test.for([
  ['the root', '', '/api/v1/users/me'],
  ['a slash at the end', '/', '/api/v1/users/me'],
  ['a path', '/desk/', '/desk/api/v1/users/me'],
  ['the API itself', '/desk/api/v1', '/desk/api/v1/users/me'],
] as const)('an address with %s leads to the API below it', async ([, path, expected]) => {
  let url: string | undefined
  const server = await serving((request, response) => {
    url = request.url
    response.end('{}')
  })
  await clientAt(server + path).get('/users/me')
  expect(url).toBe(expected)
})

test('nothing outside of the API is ever called', async () => {
  let calls = 0
  const client = clientAt(
    await serving((_, response) => {
      calls += 1
      response.end('{}')
    }),
  )
  for (const path of ['/../../admin', '@evil.test/', '/../v2/users']) {
    await expect(client.get(path)).rejects.toThrow('is not below the API')
  }
  expect(calls).toBe(0)
})

test.for(['zammad.test', 'ftp://zammad.test', 'https://user:pass@zammad.test', ''])(
  'the address "%s" is refused at once',
  (url) => {
    expect(() => clientAt(url)).toThrow(expect.objectContaining({ code: 'misconfigured' }))
  },
)

test('a token with a line break is refused without being shown', () => {
  const create = () =>
    createClient({
      url: 'https://zammad.test',
      token: new Secret(`${TOKEN}\n`),
      timeoutMs: 1,
      uploadTimeoutMs: 1,
    })
  expect(create).toThrow(expect.objectContaining({ code: 'misconfigured' }))
  expect(create).not.toThrow(TOKEN)
})

/** A body of zeros over the limit; its bytes are made while they are sent. */
const largeBody = (): Body => {
  const size = LARGE_BODY_BYTES
  return {
    length: base64Length(size),
    pieces: () => base64Pieces(inChunks(new Uint8Array(size), 70_000), size),
  }
}

test('a large body arrives whole, with its length announced', async () => {
  let headers: IncomingMessage['headers'] = {}
  let received = 0
  const client = clientAt(
    await serving(async (request, response) => {
      headers = request.headers
      received = (await bytesOf(request)).length
      response.writeHead(201, json).end('{"id":1}')
    }),
  )
  const body = largeBody()
  expect(await client.write('POST', '/tickets', body)).toEqual({ status: 201, body: { id: 1 } })
  expect(received).toBe(body.length)
  expect(headers['content-length']).toBe(String(body.length))
  expect(headers).not.toHaveProperty('transfer-encoding')
})

test('a large body is not kept in memory while it is sent', async () => {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('this runtime has no way to collect garbage')
  const heldBytes = (): number => {
    // Freed buffers are counted until their sweep ends, and a second collection waits for the sweep of the first.
    collect()
    collect()
    return process.memoryUsage().arrayBuffers
  }
  let heldAtTheEnd = Infinity
  const client = clientAt(
    await serving((request, response) => {
      request.resume().on('end', () => {
        heldAtTheEnd = heldBytes()
        response.writeHead(201, json).end('{"id":1}')
      })
    }),
  )
  const size = 25 * 1024 * 1024
  const chunk = new Uint8Array(64 * 1024)
  async function* file() {
    for (let sent = 0; sent < size; sent += chunk.length) yield chunk
  }
  const heldBefore = heldBytes()
  await client.write('POST', '/tickets', {
    length: base64Length(size),
    pieces: () => base64Pieces(file(), size),
  })
  expect(heldAtTheEnd - heldBefore).toBeLessThan(size / 5)
})

test('a redirect is told as one before a large body leaves', async () => {
  const methods: (string | undefined)[] = []
  const client = clientAt(
    await serving((request, response) => {
      methods.push(request.method)
      response.writeHead(308, { location: 'https://elsewhere.test/' }).end()
    }),
  )
  expect(await failureOf(client.write('POST', '/tickets', largeBody()))).toMatchObject({
    code: 'misconfigured',
  })
  expect(methods).toEqual(['GET'])
})

test('a redirect that meets only the large body leaves the token here, and the outcome uncertain', async () => {
  let visits = 0
  const elsewhere = await serving((_, response) => {
    visits += 1
    response.end('{}')
  })
  const client = clientAt(
    await serving((request, response) => {
      if (request.method === 'GET') response.writeHead(200, json).end('{"id":5}')
      else request.resume().on('end', () => response.writeHead(307, { location: elsewhere }).end())
    }),
  )
  expect(await failureOf(client.write('POST', '/tickets', largeBody()))).toMatchObject({ code: 'uncertain' })
  expect(visits).toBe(0)
})

test('one large body is on its way at a time, small ones are not held up', async () => {
  let large = 0
  let most = 0
  const waiting: (() => void)[] = []
  const client = clientAt(
    await serving(async (request, response) => {
      const isLarge = Number(request.headers['content-length']) > LARGE_BODY_BYTES
      if (isLarge) most = Math.max(most, ++large)
      await bytesOf(request)
      const answer = () => {
        if (isLarge) large -= 1
        response.writeHead(201, json).end('{"id":1}')
      }
      if (isLarge && waiting.length === 0) waiting.push(answer)
      else answer()
    }),
  )
  const uploads = [1, 2, 3].map(() => client.write('POST', '/tickets', largeBody()))
  await client.write('POST', '/ticket_articles', { body: 'small' })
  await expect.poll(() => waiting.length).toBe(1)
  waiting[0]?.()
  await Promise.all(uploads)
  expect(most).toBe(1)
})

test('a file that breaks on the way says so, and the cut body was no create', async () => {
  const complete: number[] = []
  const client = clientAt(
    await serving(async (request, response) => {
      await bytesOf(request).then(
        (bytes) => request.method === 'POST' && complete.push(bytes.length),
        () => undefined,
      )
      response.end('{}')
    }),
  )
  const broken: Body = {
    length: LARGE_BODY_BYTES + 1,
    async *pieces() {
      yield new Uint8Array(1_000)
      throw new Failure('refused', 'an attachment is shorter than it was when it was stored')
    },
  }
  expect(await failureOf(client.write('POST', '/tickets', broken))).toMatchObject({ code: 'refused' })
  expect(complete).toEqual([])
})

test('what Zammad’s clock shows is heard, unless the answer comes from a cache or says nothing of it', async () => {
  const said = 'Sat, 21 Nov 2026 12:00:00 GMT'
  const answers: Record<string, string>[] = [{ date: said }, { date: said, age: '60' }, { date: 'soon' }]
  const heard: Date[] = []
  const client = createClient({
    url: 'https://help.example',
    token: new Secret(TOKEN),
    timeoutMs: 5_000,
    uploadTimeoutMs: 5_000,
    fetch: async () => new Response('{}', { headers: answers.shift() ?? {} }),
    heard: (at) => heard.push(at),
  })
  for (let calls = 0; calls < 4; calls += 1) await client.get('/users/me')
  expect(heard).toEqual([new Date('2026-11-21T12:00:00Z')])
})
