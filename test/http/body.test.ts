import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JSON_BYTES, readJson, readUrlencoded, TEXT_LIMITS, type TextLimits } from '../../src/http/body.ts'

const URLENCODED = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'

interface Sent {
  readonly type?: string
  readonly length?: number
  readonly broken?: boolean
}

/** A request whose body comes in chunks of ten bytes or a thousandth, and how much of it was read. */
function request(content: string | Uint8Array, { type = URLENCODED, length, broken = false }: Sent = {}) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const step = Math.max(10, Math.ceil(bytes.length / 1000))
  const seen = { read: 0 }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (seen.read < bytes.length) controller.enqueue(bytes.slice(seen.read, seen.read + step))
        else if (broken) controller.error(new TypeError('terminated'))
        else controller.close()
        seen.read = Math.min(bytes.length, seen.read + step)
      },
    },
    { highWaterMark: 0 },
  )
  const headers = new Headers({ 'content-type': type })
  if (length !== undefined) headers.set('content-length', String(length))
  return { headers, body, seen }
}

const SMALL: TextLimits = { names: 3, values: 5, valueBytes: 10, textBytes: 60 }
const told = (fields: ReadonlyMap<string, readonly string[]>) => [...fields]

test.for([
  ['nothing', '', []],
  ['a pair', 'a=1', [['a', ['1']]]],
  [
    'ticked boxes',
    'a=1&b=x&a=2',
    [
      ['a', ['1', '2']],
      ['b', ['x']],
    ],
  ],
  [
    'escapes and blanks',
    'a=%C3%BC+%26%3D%2B&b+c=%0D%0A',
    [
      ['a', ['ü &=+']],
      ['b c', ['\r\n']],
    ],
  ],
  [
    'a name without a value',
    'a&b=',
    [
      ['a', ['']],
      ['b', ['']],
    ],
  ],
  ['a value with the sign of equality', 'a=b=c', [['a', ['b=c']]]],
  ['empty pairs', '&&a=1&&', [['a', ['1']]]],
  [
    'names that objects know',
    '__proto__=1&constructor=2',
    [
      ['__proto__', ['1']],
      ['constructor', ['2']],
    ],
  ],
  ['a question mark', '?a=1', [['?a', ['1']]]],
] as const)('%s is read', async ([, content, fields]) => {
  const read = await readUrlencoded(request(content), TEXT_LIMITS)
  expect(read.ok && told(read.fields)).toEqual(fields)
})

test('any text comes back as it was encoded', async () => {
  const pairs = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), {
    maxLength: 20,
  })
  await fc.assert(
    fc.asyncProperty(pairs, async (sent) => {
      const read = await readUrlencoded(request(new URLSearchParams(sent).toString()), TEXT_LIMITS)
      const wanted = new Map<string, string[]>()
      for (const [name, value] of sent) wanted.set(name, [...(wanted.get(name) ?? []), value])
      expect(read.ok && told(read.fields)).toEqual([...wanted])
    }),
    { numRuns: 300 },
  )
})

test.for([
  ['a broken escape', 'a=%'],
  ['an escape that is none', 'a=%zz'],
  ['an escape that is no UTF-8', 'a=%ff'],
  ['a broken escape in a name', '%e4=1'],
] as const)('%s is malformed', async ([, content]) => {
  expect(await readUrlencoded(request(content), TEXT_LIMITS)).toEqual({ ok: false, reason: 'malformed' })
})

test.for([
  ['a value', 'a=12345678901', [['a', ['1234567890']]]],
  ['a value of two-byte characters', 'a=%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC%C3%BC', [['a', ['üüüüü']]]],
  [
    'the names',
    'a=1&b=2&c=3&d=4',
    [
      ['a', ['1']],
      ['b', ['2']],
      ['c', ['3']],
    ],
  ],
  ['the values', 'a=1&a=2&a=3&a=4&a=5&a=6', [['a', ['1', '2', '3', '4', '5']]]],
  [
    'the whole',
    `a=1&b=${'2'.repeat(60)}`,
    [
      ['a', ['1']],
      ['b', ['2'.repeat(10)]],
    ],
  ],
] as const)('over the limit of %s what is within is kept', async ([, content, fields]) => {
  const read = await readUrlencoded(request(content), SMALL)
  expect(read).toMatchObject({ ok: false, reason: 'too-large' })
  expect('fields' in read && told(read.fields)).toEqual(fields)
})

test('exactly the limits are within them', async () => {
  const content = 'a=1234567890&a=1234567890&b=1234567890&c=1234567890&c=123456'
  expect(content.length).toBe(SMALL.textBytes)
  expect(await readUrlencoded(request(content), SMALL)).toMatchObject({ ok: true })
})

test('an escape cut by the limit of the whole is too large, not malformed', async () => {
  const read = await readUrlencoded(request(`a=1&b=${'%C3%BC'.repeat(20)}`), SMALL)
  expect(read).toMatchObject({ ok: false, reason: 'too-large' })
})

test('a hundred thousand fields cost no more than the first ones', async () => {
  const content = Array.from({ length: 100_000 }, (_, at) => `f${at}=`).join('&')
  const read = await readUrlencoded(request(content), TEXT_LIMITS)
  expect(read).toMatchObject({ ok: false, reason: 'too-large' })
  expect('fields' in read && read.fields.size).toBe(TEXT_LIMITS.names)
})

test.for([
  ['multipart/form-data; boundary=a'],
  ['text/plain'],
  [''],
  ['application/x-www-form-urlencoded; charset=iso-8859-1'],
  ['application/x-www-form-urlencoded; x=y'],
  ['application/x-www-form-urlencodedx'],
  ['application/json'],
] as const)('a form of type %j is left unread', async ([type]) => {
  const incoming = request('a=1', { type })
  expect(await readUrlencoded(incoming, TEXT_LIMITS)).toEqual({ ok: false, reason: 'wrong-type' })
  expect(incoming.seen.read).toBe(0)
})

test.for([
  [URLENCODED.toUpperCase()],
  [`${URLENCODED};charset=UTF-8`],
  [`${URLENCODED} ; charset="utf-8"`],
] as const)('a form of type %j is read', async ([type]) => {
  expect(await readUrlencoded(request('a=1', { type }), TEXT_LIMITS)).toMatchObject({ ok: true })
})

test('a body that says it is too large is left unread', async () => {
  const form = request('a=1', { length: TEXT_LIMITS.textBytes + 1 })
  expect(await readUrlencoded(form, TEXT_LIMITS)).toEqual({
    ok: false,
    reason: 'too-large',
    fields: new Map(),
  })
  const json = request('{}', { type: JSON_TYPE, length: JSON_BYTES + 1 })
  expect(await readJson(json, JSON_BYTES)).toEqual({ ok: false, reason: 'too-large' })
  expect(form.seen.read + json.seen.read).toBe(0)
})

test('a body that understates its size is counted as it comes', async () => {
  const content = JSON.stringify('x'.repeat(JSON_BYTES))
  expect(await readJson(request(content, { type: JSON_TYPE, length: 10 }), JSON_BYTES)).toEqual({
    ok: false,
    reason: 'too-large',
  })
})

test('of an endless body no more than 64 MiB are read', async () => {
  const seen = { read: 0 }
  const chunk = new Uint8Array(1024 * 1024).fill(65)
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        seen.read += chunk.length
        if (seen.read > 200 * chunk.length) throw new Error('read without end')
        controller.enqueue(chunk)
      },
    },
    { highWaterMark: 0 },
  )
  const headers = new Headers({ 'content-type': URLENCODED })
  expect(await readUrlencoded({ headers, body }, TEXT_LIMITS)).toMatchObject({
    ok: false,
    reason: 'too-large',
  })
  expect(seen.read).toBeLessThanOrEqual(66 * chunk.length)
})

test('a body that is interrupted is told apart', async () => {
  expect(await readUrlencoded(request('a=1', { broken: true }), TEXT_LIMITS)).toEqual({
    ok: false,
    reason: 'interrupted',
  })
  expect(await readJson(request('{}', { type: JSON_TYPE, broken: true }), JSON_BYTES)).toEqual({
    ok: false,
    reason: 'interrupted',
  })
})

test('any JSON comes back as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json({ stringUnit: 'grapheme' }), async (text) => {
      const read = await readJson(request(text, { type: JSON_TYPE }), JSON_BYTES)
      expect(read).toEqual({ ok: true, value: JSON.parse(text) })
    }),
    { numRuns: 200 },
  )
})

test.for([
  ['no body', ''],
  ['half a body', '{"a":'],
  ['two values', '{}{}'],
  ['bytes that are no UTF-8', Uint8Array.of(34, 0xff, 34)],
  ['a page', '<html>'],
] as const)('%s is malformed JSON', async ([, content]) => {
  expect(await readJson(request(content, { type: JSON_TYPE }), JSON_BYTES)).toEqual({
    ok: false,
    reason: 'malformed',
  })
})

test.for([
  ['text/plain'],
  ['application/jsonp'],
  ['application/json; charset=utf-16'],
  [URLENCODED],
] as const)('JSON of type %j is left unread', async ([type]) => {
  const incoming = request('{}', { type })
  expect(await readJson(incoming, JSON_BYTES)).toEqual({ ok: false, reason: 'wrong-type' })
  expect(incoming.seen.read).toBe(0)
})

test('deeply nested JSON is a value or malformed, never a crash', async () => {
  for (const depth of [10_000, 700_000]) {
    const read = await readJson(
      request('['.repeat(depth) + ']'.repeat(depth), { type: JSON_TYPE }),
      JSON_BYTES,
    )
    expect(['value' in read, 'reason' in read && read.reason]).toSatisfy(
      ([isValue, reason]: [boolean, unknown]) => isValue || reason === 'malformed',
    )
  }
})
