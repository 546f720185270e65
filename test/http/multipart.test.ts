import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  readMultipart,
  UPLOAD_LIMITS,
  type FilePart,
  type UploadLimits,
  type Wish,
} from '../../src/http/multipart.ts'
import { UploadRefused } from '../../src/intake/file-inspection.ts'

const FULL = Boolean(process.env['FULL'])
const KIB = 1024
const MIB = 1024 * KIB
const BOUNDARY = 'firstline-boundary'
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

function join(...parts: (string | Uint8Array)[]): Uint8Array {
  const pieces = parts.map((part) => (typeof part === 'string' ? new TextEncoder().encode(part) : part))
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  pieces.reduce((at, piece) => {
    whole.set(piece, at)
    return at + piece.length
  }, 0)
  return whole
}

const part = (headers: string, content: string | Uint8Array = '') =>
  join(`--${BOUNDARY}\r\n${headers}\r\n\r\n`, content, '\r\n')
const field = (name: string, value: string) => part(`Content-Disposition: form-data; name="${name}"`, value)
const file = (
  name: string,
  fileName: string,
  content: string | Uint8Array,
  type = 'application/octet-stream',
) =>
  part(
    `Content-Disposition: form-data; name="${name}"; filename="${fileName}"\r\nContent-Type: ${type}`,
    content,
  )
const END = `--${BOUNDARY}--\r\n`

interface Sent {
  readonly chunk?: number
  readonly type?: string
  readonly headers?: Record<string, string>
  /** The connection breaks after the last byte. */
  readonly broken?: boolean
}

/** A request whose body comes in chunks of one size, and how many bytes of it were read. */
function request(body: Uint8Array | null, sent: Sent = {}) {
  const { chunk = 16 * KIB, type = TYPE, broken = false } = sent
  const seen = { read: 0 }
  const stream =
    body &&
    new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (seen.read < body.length) controller.enqueue(body.slice(seen.read, seen.read + chunk))
          else if (broken) controller.error(new TypeError('terminated'))
          else controller.close()
          seen.read = Math.min(body.length, seen.read + chunk)
        },
      },
      { highWaterMark: 0 },
    )
  return { headers: new Headers({ 'content-type': type, ...sent.headers }), body: stream, seen }
}

/** A body made while it is read, for sizes that no test should hold. */
function endless(beginning: Uint8Array, filler: Uint8Array, limit: number) {
  const seen = { read: 0 }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (seen.read >= limit) return controller.close()
        const chunk = seen.read === 0 ? beginning : filler
        seen.read += chunk.length
        controller.enqueue(chunk)
      },
    },
    { highWaterMark: 0 },
  )
  return { headers: new Headers({ 'content-type': TYPE }), body, seen }
}

const readAll = async (bytes: ReadableStream<Uint8Array>) =>
  new Uint8Array(await new Response(bytes).arrayBuffer())

type Told = [name: string, value: string] | [field: string, name: string, type: string, content: Uint8Array]

/** Reads everything, and notes the parts in the order in which they were handed over. */
async function readParts(
  incoming: { headers: Headers; body: ReadableStream<Uint8Array> | null },
  limits: UploadLimits = UPLOAD_LIMITS,
  onFile?: (file: FilePart) => Wish | Promise<Wish>,
) {
  const told: Told[] = []
  const read = await readMultipart(incoming, limits, {
    onField: (name, value) => void told.push([name, value]),
    onFile:
      onFile ??
      (async ({ field, name, type, bytes }) => void told.push([field, name, type, await readAll(bytes)])),
  })
  return { read, told }
}

test('parts are handed over one after another in wire order, a file before what follows it', async () => {
  const body = join(
    field('a', '1'),
    file('f', 'x.bin', 'X'),
    field('b', '2'),
    file('f', 'y.bin', 'Y'),
    field('a', '3'),
    END,
  )
  const steps: string[] = []
  const pause = async () => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
  }
  const read = await readMultipart(request(body), UPLOAD_LIMITS, {
    async onField(name, value) {
      steps.push(`${name}=${value}`)
      await pause()
      steps.push(`${name} done`)
    },
    async onFile({ name, bytes }) {
      steps.push(name)
      await pause()
      steps.push(`${name} ${(await readAll(bytes)).length}`)
    },
  })
  expect(read).toEqual({ ok: true })
  expect(steps).toEqual([
    'a=1',
    'a done',
    'x.bin',
    'x.bin 1',
    'b=2',
    'b done',
    'y.bin',
    'y.bin 1',
    'a=3',
    'a done',
  ])
})

/** Bytes that a careless parser takes for boundaries. */
const nasty = fc.constantFrom(
  '\r',
  '\n',
  '-',
  '--',
  '\r\n',
  '\r\n--',
  `\r\n--${BOUNDARY.slice(0, -1)}`,
  `--${BOUNDARY}`,
  '\0',
  '\xff',
  'PK',
)
const content = fc.oneof(
  fc.array(nasty, { maxLength: 30 }).map((pieces) => latin1(pieces.join(''))),
  fc.uint8Array({ maxLength: 400 }),
  fc.nat(200 * KIB).map((length) => Uint8Array.from({ length }, (_, at) => (at * 31) & 255)),
)
/** A sender takes a boundary that the content does not hold. */
const isSendable = (bytes: Uint8Array) =>
  !String.fromCharCode(10, ...bytes.subarray(0, 5000)).includes(`\n--${BOUNDARY}`)

test(
  'files come through byte for byte, wherever the chunks of the body are cut',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(content.filter(isSendable), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 3000 }),
        async (files, chunk) => {
          const size = files.reduce((sum, one) => sum + one.length, 0)
          const body = join(
            field('text', 'before'),
            ...files.map((one, at) => file('f', `${at}.bin`, one)),
            field('text', 'after'),
            END,
          )
          const { read, told } = await readParts(
            request(body, { chunk: Math.max(chunk, Math.floor(size / 300)) }),
          )
          expect(read).toEqual({ ok: true })
          expect(told).toEqual([
            ['text', 'before'],
            ...files.map((one, at) => ['f', `${at}.bin`, 'application/octet-stream', one]),
            ['text', 'after'],
          ])
        },
      ),
      {
        numRuns: FULL ? 150 : 30,
        examples: [[[latin1(`\r\n--${BOUNDARY.slice(0, 5)}\r\n-\r`), latin1('\r\n\r')], 1]],
      },
    )
  },
)

test('what the platform encodes as a form is read back, names and all', async () => {
  const names = [
    'büro 100%.pdf',
    'a"quoted".txt',
    'Información ½.csv',
    '漢字.png',
    "it's; semi=colon.log",
    '%41.txt',
    'a\u0308.txt',
  ]
  const form = new FormData()
  form.append('what', 'Ünïcode "text"\r\nwith lines & 漢字')
  for (const name of names) form.append('files', new Blob([name], { type: 'text/plain' }), name)
  const { headers, body } = new Response(form)
  const { read, told } = await readParts({ headers, body }, { ...UPLOAD_LIMITS, files: 10 })
  expect(read).toEqual({ ok: true })
  expect(told[0]).toEqual(['what', 'Ünïcode "text"\r\nwith lines & 漢字'])
  expect(told.slice(1)).toEqual(
    names.map((name) => ['files', name, 'text/plain', new TextEncoder().encode(name)]),
  )
})

test.for([
  ['curl escapes a quote by a backslash', 'a\\"b.pdf', 'a"b.pdf'],
  ['a browser escapes a quote by a number', 'a%22b.pdf', 'a"b.pdf'],
  ['other numbers are what was meant', 'a%2Fb%00.pdf', 'a%2Fb%00.pdf'],
  ['folders go', 'C:\\Users\\maria\\a.pdf', 'a.pdf'],
  ['a way up goes', '../../a.pdf', 'a.pdf'],
] as const)('a name in the header: %s', async ([, sent, read]) => {
  const { told } = await readParts(request(join(file('f', sent, 'x'), END)))
  expect(told.map((one) => one.slice(0, 2))).toEqual([['f', read]])
})

test('file inputs left empty are no files, and do not count as any', async () => {
  const empty = Array.from({ length: 12 }, () => file('f', '', ''))
  const { read, told } = await readParts(request(join(...empty, file('f', 'a.txt', 'x'), END)))
  expect(read).toEqual({ ok: true })
  expect(told).toEqual([['f', 'a.txt', 'application/octet-stream', latin1('x')]])
})

test('a chosen file of no bytes and a nameless one with bytes are files', async () => {
  const { told } = await readParts(request(join(file('f', 'empty.txt', ''), file('g', '', 'bytes'), END)))
  expect(told).toEqual([
    ['f', 'empty.txt', 'application/octet-stream', latin1('')],
    ['g', '', 'application/octet-stream', latin1('bytes')],
  ])
})

test('field names that objects know are names like others', async () => {
  const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString']
  const { read, told } = await readParts(request(join(...names.map((name) => field(name, 'x')), END)))
  expect(read).toEqual({ ok: true })
  expect(told).toEqual(names.map((name) => [name, 'x']))
})

const SMALL: UploadLimits = {
  names: 3,
  values: 6,
  valueBytes: 100,
  textBytes: 250,
  files: 2,
  fileBytes: 1000,
  allFilesBytes: 1500,
  bodyBytes: 10_000,
}
const filled = (length: number) => new Uint8Array(length).fill(65)

test.for([
  ['a value of exactly its limit', [field('a', 'x'.repeat(100))]],
  ['all the values of all the names', [...'abcabc'].map((name) => field(name, 'x'))],
  ['all the text', [field('a', 'x'.repeat(100)), field('b', 'x'.repeat(100)), field('c', 'x'.repeat(50))]],
  ['a file of exactly its limit', [file('f', 'a', filled(1000))]],
  ['files of exactly their limit together', [file('f', 'a', filled(1000)), file('f', 'b', filled(500))]],
] as const)('%s is within the limits', async ([, parts]) => {
  expect((await readParts(request(join(...parts, END)), SMALL)).read).toEqual({ ok: true })
})

test.for([
  ['one byte more of a value', [field('a', 'x'.repeat(101))], 'field-too-long'],
  ['a value that is longer in bytes than in characters', [field('a', 'é'.repeat(51))], 'field-too-long'],
  ['one name more', [...'abcd'].map((name) => field(name, 'x')), 'too-many-fields'],
  ['one value more', [...'aaaaaaa'].map((name) => field(name, 'x')), 'too-many-fields'],
  [
    'one byte more of text',
    [field('a', 'x'.repeat(100)), field('b', 'x'.repeat(100)), field('c', 'x'.repeat(51))],
    'text-too-large',
  ],
  ['one byte more of a file', [file('f', 'a', filled(1001))], 'files-too-large'],
  [
    'one byte more of files together',
    [file('f', 'a', filled(1000)), file('f', 'b', filled(501))],
    'files-too-large',
  ],
  ['one file more', [...'abc'].map((name) => file('f', name, 'x')), 'too-many-files'],
] as const)('%s is over a limit, told as such', async ([, parts, reason]) => {
  for (const chunk of [7, 50_000]) {
    const { read } = await readParts(request(join(...parts, END), { chunk }), SMALL)
    expect(read).toEqual({ ok: false, reason })
  }
})

test('over the limit of files the text before and after is kept, and no further file is handed over', async () => {
  const body = join(
    field('a', '1'),
    file('f', 'big', filled(2000)),
    field('b', '2'),
    file('f', 'small', 'x'),
    END,
  )
  const seen: string[] = []
  const { read, told } = await readParts(request(body, { chunk: 100 }), SMALL, async ({ name, bytes }) => {
    seen.push(name)
    await readAll(bytes)
  })
  expect(read).toEqual({ ok: false, reason: 'files-too-large' })
  expect(told).toEqual([
    ['a', '1'],
    ['b', '2'],
  ])
  expect(seen).toEqual(['big'])
})

test('a value that is too long is kept up to its limit, without half a character', async () => {
  const { told } = await readParts(
    request(join(field('a', `x${'é'.repeat(60)}`), field('b', '2'), END)),
    SMALL,
  )
  expect(told).toEqual([
    ['a', `x${'é'.repeat(49)}`],
    ['b', '2'],
  ])
})

test('whoever reads a file that grows too large sees its bytes fail before the end', async () => {
  const failures: unknown[] = []
  await readParts(
    request(join(file('f', 'big', filled(2000)), END), { chunk: 100 }),
    SMALL,
    async ({ bytes }) => {
      await readAll(bytes).catch((error: unknown) => failures.push(error))
    },
  )
  expect(failures).toEqual([new UploadRefused('too-large')])
})

test('an upload refused for its size by its reader counts as too large', async () => {
  const { read } = await readParts(request(join(file('f', 'a', filled(500)), END)), SMALL, () => {
    throw new UploadRefused('too-large')
  })
  expect(read).toEqual({ ok: false, reason: 'files-too-large' })
})

test('a file that nobody reads does not hold up what follows', async () => {
  const body = join(
    file('f', 'a', filled(300 * KIB)),
    file('f', 'b', filled(300 * KIB)),
    field('a', '1'),
    END,
  )
  const { read, told } = await readParts(request(body), UPLOAD_LIMITS, () => {})
  expect(read).toEqual({ ok: true })
  expect(told).toEqual([['a', '1']])
})

test('a file that is cancelled halfway does not hold up what follows', async () => {
  const body = join(file('f', 'a', filled(300 * KIB)), field('a', '1'), END)
  const { read, told } = await readParts(request(body), UPLOAD_LIMITS, async ({ bytes }) => {
    const reader = bytes.getReader()
    await reader.read()
    await reader.cancel()
  })
  expect(read).toEqual({ ok: true })
  expect(told).toEqual([['a', '1']])
})

test('bytes that are read after their turn fail instead of taking those of the next file', async () => {
  const kept: ReadableStream<Uint8Array>[] = []
  const body = join(file('f', 'a', 'first'), file('f', 'b', 'second'), END)
  await readParts(request(body), UPLOAD_LIMITS, ({ bytes }) => void kept.push(bytes))
  for (const bytes of kept) await expect(readAll(bytes)).rejects.toEqual(new UploadRefused('interrupted'))
})

test('the body waits while a file is not read', async () => {
  const body = join(file('f', 'a', filled(4 * MIB)), END)
  const incoming = request(body, { chunk: 64 * KIB })
  const marks: number[] = []
  await readParts(incoming, UPLOAD_LIMITS, async ({ bytes }) => {
    const reader = bytes.getReader()
    await reader.read()
    for (let turn = 0; turn < 50; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
    marks.push(incoming.seen.read)
  })
  expect(marks[0]).toBeLessThan(400 * KIB)
  expect(incoming.seen.read).toBe(body.length)
})

test('stop ends the handing over at once, and the rest is thrown away', async () => {
  const body = join(field('a', '1'), file('f', 'b', filled(200 * KIB)), field('c', '3'), END)
  const incoming = request(body)
  const { read, told } = await readParts(incoming, UPLOAD_LIMITS, () => 'stop')
  expect(read).toEqual({ ok: false, reason: 'stopped' })
  expect(told).toEqual([['a', '1']])
  expect(incoming.seen.read).toBe(body.length)
})

test('twenty thousand fields cost no more than the first ones', async () => {
  const all = join(...Array.from({ length: 20_000 }, (_, at) => field(`f${at}`, 'x')), END)
  for (const chunk of [16 * KIB, all.length]) {
    const incoming = request(all, { chunk })
    const { read, told } = await readParts(incoming)
    expect(read).toEqual({ ok: false, reason: 'too-many-fields' })
    expect(told.length).toBe(UPLOAD_LIMITS.names)
    expect(incoming.seen.read).toBe(all.length)
  }
})

test('twenty thousand empty file inputs are stopped too', async () => {
  const all = join(...Array.from({ length: 20_000 }, () => file('f', '', '')), END)
  const { read } = await readParts(request(all))
  expect(read).toEqual({ ok: false, reason: 'too-many-fields' })
})

test('above the limit of the body the rest is left unread', async () => {
  const beginning = join(
    field('a', '1'),
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n`,
  )
  const incoming = endless(beginning, filled(MIB), 200 * MIB)
  const failures: unknown[] = []
  const { read, told } = await readParts(incoming, UPLOAD_LIMITS, async ({ bytes }) => {
    await readAll(bytes).catch((error: unknown) => failures.push(error))
  })
  expect(read).toEqual({ ok: false, reason: 'body-too-large' })
  expect(told).toEqual([['a', '1']])
  expect(failures).toEqual([new UploadRefused('too-large')])
  expect(incoming.seen.read).toBeLessThan(66 * MIB)
  expect(incoming.body.locked).toBe(false)
})

test('a body that says it is above the limit is not begun', async () => {
  const incoming = request(join(field('a', '1'), END), {
    headers: { 'content-length': String(64 * MIB + 1) },
  })
  expect(await readParts(incoming)).toEqual({ read: { ok: false, reason: 'body-too-large' }, told: [] })
  expect(incoming.seen.read).toBe(0)
})

test.for([
  ['no type', '', 'wrong-type'],
  ['another type', 'application/x-www-form-urlencoded', 'wrong-type'],
  ['a type that begins alike', 'multipart/form-data-x; boundary=a', 'wrong-type'],
  ['another multipart', `multipart/mixed; boundary=${BOUNDARY}`, 'wrong-type'],
  ['no boundary', 'multipart/form-data', 'malformed'],
  ['an empty boundary', 'multipart/form-data; boundary=""', 'malformed'],
  ['an endless boundary', `multipart/form-data; boundary=${'a'.repeat(71)}`, 'malformed'],
  ['an unfinished parameter', 'multipart/form-data; boundary="a', 'malformed'],
  ['a boundary of another parameter', 'multipart/form-data; x=boundary=a', 'malformed'],
] as const)('with %s the body is not touched', async ([, type, reason]) => {
  const incoming = request(join(field('a', '1'), END), { type })
  expect(await readParts(incoming)).toEqual({ read: { ok: false, reason }, told: [] })
  expect(incoming.seen.read).toBe(0)
})

test.for([
  ['a quoted boundary', `multipart/form-data; boundary="${BOUNDARY}"`],
  ['capitals', `Multipart/Form-Data; Boundary=${BOUNDARY}`],
  ['a charset before', `multipart/form-data; charset=utf-8; boundary=${BOUNDARY}`],
] as const)('a type with %s is understood', async ([, type]) => {
  const { read, told } = await readParts(request(join(field('a', '1'), END), { type }))
  expect({ read, told }).toEqual({ read: { ok: true }, told: [['a', '1']] })
})

test.for([
  ['no body', null],
  ['an empty body', ''],
  ['no boundary at all', 'name=value&other=value'],
  ['another boundary', '--other\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--other--\r\n'],
  ['no end', field('a', '1')],
  ['an end in a header', `--${BOUNDARY}\r\nContent-Disposition: form-da`],
  ['an end in a file', join(field('a', '1'), file('f', 'x', 'half').slice(0, -4))],
  ['a part without a name', join(part('Content-Disposition: form-data', 'x'), END)],
  ['a part with an empty name', join(field('', 'x'), END)],
  [
    'a file without a name of its field',
    join(part('Content-Disposition: form-data; filename="x"', 'x'), END),
  ],
  ['a header that is none', join(part('\0\x01\x02', 'x'), END)],
  ['a header without an end', join(`--${BOUNDARY}\r\nX: ${'a'.repeat(MIB)}`)],
  [
    'a header of a megabyte',
    join(part(`Content-Disposition: form-data; name="a"\r\nX: ${'a'.repeat(MIB)}`, 'x'), END),
  ],
] as const)('a body with %s is malformed, and nothing throws', async ([, body]) => {
  for (const chunk of [3, 16 * KIB]) {
    if (chunk === 3 && body !== null && body.length > 10_000) continue
    const { read } = await readParts(request(body === null ? null : join(body), { chunk }))
    expect(read).toEqual({ ok: false, reason: 'malformed' })
  }
})

test('a file that the body does not finish fails for its reader', async () => {
  const body = join(field('a', '1'), file('f', 'x', filled(300 * KIB)).slice(0, -10))
  for (const broken of [false, true]) {
    const failures: unknown[] = []
    const { read } = await readParts(request(body, { broken }), UPLOAD_LIMITS, async ({ bytes }) => {
      await readAll(bytes).catch((error: unknown) => failures.push(error))
    })
    expect(read).toEqual({ ok: false, reason: broken ? 'interrupted' : 'malformed' })
    expect(failures).toEqual([new UploadRefused('interrupted')])
  }
})

test('a store that passes the failure of the bytes on needs no care of its own', async () => {
  const body = file('f', 'x', filled(300 * KIB)).slice(0, -10)
  const { read } = await readParts(request(body, { broken: true }), UPLOAD_LIMITS, async ({ bytes }) => {
    await readAll(bytes).catch((cause: unknown) => {
      throw new Error('not kept', { cause })
    })
  })
  expect(read).toEqual({ ok: false, reason: 'interrupted' })
})

test('what a reader of parts throws on its own account comes through', async () => {
  const failure = new Error('the disk is full')
  const incoming = request(join(file('f', 'x', filled(5 * MIB)), END))
  await expect(
    readParts(incoming, UPLOAD_LIMITS, () => {
      throw failure
    }),
  ).rejects.toBe(failure)
  const failing = { onField: () => Promise.reject(failure), onFile: () => {} }
  await expect(readMultipart(request(join(field('a', '1'), END)), UPLOAD_LIMITS, failing)).rejects.toBe(
    failure,
  )
})

const fragment = fc.oneof(
  fc.constantFrom(`--${BOUNDARY}\r\n`, `\r\n--${BOUNDARY}`, '--\r\n', '\r\n', '\r\n\r\n', '"', ';', '\0'),
  fc.constantFrom(
    'Content-Disposition: form-data; name="a"',
    '; filename="b"',
    'Content-Type: text/plain',
    "filename*=utf-8''%ff",
  ),
  fc.string({ maxLength: 20 }),
)

test('no body at all makes the reader throw or hang', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fragment, { maxLength: 25 }),
      fc.integer({ min: 1, max: 60 }),
      async (fragments, chunk) => {
        const { read } = await readParts(request(join(fragments.join('')), { chunk }), SMALL)
        if (!read.ok)
          expect(read.reason).toMatch(
            /^(malformed|too-many-fields|field-too-long|text-too-large|too-many-files)$/,
          )
      },
    ),
    { numRuns: FULL ? 1500 : 300 },
  )
})
