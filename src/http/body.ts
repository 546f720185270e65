import { Failure } from '../failure.ts'

const MIB = 1024 * 1024

/** What is read and thrown away at most, so that an answer reaches a browser that is still sending. */
export const MOST_BYTES_READ = 64 * MIB

/** The largest JSON body of the API: files of 1 MB in base64, and the answers. */
export const JSON_BYTES = Math.floor(1.6 * MIB)

/** Far above what a form of 40 fields needs, even one whose answers hold JSON themselves. */
const MOST_JSON_NAMES = 20_000

export interface TextLimits {
  /** Different names: 40 fields of a form, and hidden ones. */
  readonly names: number
  /** Values in all: one for each ticked box. */
  readonly values: number
  /** Of one value, decoded. */
  readonly valueBytes: number
  /** Of all text together. */
  readonly textBytes: number
}

export const TEXT_LIMITS: TextLimits = { names: 50, values: 400, valueBytes: 64 * 1024, textBytes: MIB }

/** The part of a `Request` that is read here. */
export interface Incoming {
  readonly headers: Headers
  readonly body: ReadableStream<Uint8Array> | null
}

/** Values by name, in wire order: a name stands for several ticked boxes. */
export type Fields = ReadonlyMap<string, readonly string[]>

/** `interrupted`: the body ended before it was whole, so that nobody waits for an answer. */
export type BodyRefusal = 'malformed' | 'wrong-type' | 'interrupted'

export type FieldsRead =
  | { readonly ok: true; readonly fields: Fields }
  /** `fields`: what was read within the limits, for a page that keeps it. */
  | { readonly ok: false; readonly reason: 'too-large'; readonly fields: Fields }
  | { readonly ok: false; readonly reason: BodyRefusal }

export type JsonRead =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: 'too-large' | BodyRefusal }

/** Reads `application/x-www-form-urlencoded` in UTF-8. A body of another type, or that says it is too large, is left unread. */
export async function readUrlencoded(request: Incoming, limits: TextLimits): Promise<FieldsRead> {
  if (!isMediaType(request.headers, 'application/x-www-form-urlencoded')) return refused('wrong-type')
  if (saysMoreThan(request.headers, limits.textBytes)) {
    return { ok: false, reason: 'too-large', fields: new Map() }
  }
  const read = await readBytes(request.body, limits.textBytes)
  if (read === null) return refused('interrupted')
  const parsed = parsePairs(read.bytes, limits)
  if (read.whole && parsed.end === 'complete') return { ok: true, fields: parsed.fields }
  if (read.whole && parsed.end === 'malformed') return refused('malformed')
  return { ok: false, reason: 'too-large', fields: parsed.fields }
}

/** Reads `application/json` in UTF-8. The value is what `JSON.parse` makes: its shape is not looked at. */
export async function readJson(request: Incoming, maxBytes: number): Promise<JsonRead> {
  if (!isMediaType(request.headers, 'application/json')) return refused('wrong-type')
  if (saysMoreThan(request.headers, maxBytes)) return { ok: false, reason: 'too-large' }
  const read = await readBytes(request.body, maxBytes)
  if (read === null) return refused('interrupted')
  if (!read.whole) return { ok: false, reason: 'too-large' }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(read.bytes)
    if (hasMoreNames(text, MOST_JSON_NAMES)) return { ok: false, reason: 'too-large' }
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return refused('malformed')
  }
}

/** Whether a JSON text may name more members than that: told without the cost of making them. */
function hasMoreNames(text: string, most: number): boolean {
  let count = 0
  for (let at = text.indexOf('":'); at >= 0 && count <= most; at = text.indexOf('":', at + 2)) count += 1
  return count > most
}

/** Whether the body is of that type, in UTF-8 where a charset is named, and with no other parameter. */
function isMediaType(headers: Headers, type: string): boolean {
  const [told = '', ...parameters] = (headers.get('content-type') ?? '').split(';')
  return (
    told.trim().toLowerCase() === type &&
    parameters.every((parameter) => /^\s*(?:charset="?utf-?8"?)?\s*$/i.test(parameter))
  )
}

/** Whether `Content-Length` announces more; without one the bytes are counted as they come. */
export function saysMoreThan(headers: Headers, maxBytes: number): boolean {
  const length = headers.get('content-length')
  return length !== null && /^\d+$/.test(length) && Number(length) > maxBytes
}

/** Reads on and keeps nothing until `maxBytes`; what comes after is left unread. Never fails. */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<void> {
  let left = maxBytes
  try {
    while (left >= 0) {
      const { done, value } = await reader.read()
      if (done) break
      left -= value.length
    }
  } catch {
    // The sender has left: there is nothing more to throw away.
  }
  reader.releaseLock()
}

const refused = (reason: BodyRefusal): { ok: false; reason: BodyRefusal } => ({ ok: false, reason })

/** The body up to `maxBytes`, or null where it was interrupted. What is above is thrown away. */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly whole: boolean } | null> {
  const reader = body?.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    while (reader && length <= maxBytes) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      length += value.length
    }
  } catch {
    return null
  }
  if (reader && length > maxBytes) await discard(reader, MOST_BYTES_READ - length)
  return { bytes: join(chunks, Math.min(length, maxBytes)), whole: length <= maxBytes }
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk.subarray(0, length - at), at)
    at += Math.min(chunk.length, length - at)
  }
  return bytes
}

interface Pairs {
  readonly fields: Map<string, string[]>
  readonly end: 'complete' | 'malformed' | 'too-many'
}

/** Stops at the first pair that is over a limit or cannot be decoded, and keeps those before it. */
function parsePairs(bytes: Uint8Array, limits: TextLimits): Pairs {
  const fields = new Map<string, string[]>()
  const text = new TextDecoder().decode(bytes)
  let values = 0
  let cut = false
  for (let at = 0; at < text.length;) {
    const ampersand = text.indexOf('&', at)
    const end = ampersand < 0 ? text.length : ampersand
    const pair = text.slice(at, end)
    at = end + 1
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    const value = decode(equals < 0 ? '' : pair.slice(equals + 1))
    if (name === null || value === null) return { fields, end: 'malformed' }
    const known = fields.get(name)
    values += 1
    if (values > limits.values || (!known && fields.size === limits.names)) return { fields, end: 'too-many' }
    const kept = upTo(value, limits.valueBytes)
    cut ||= kept !== value
    if (known) known.push(kept)
    else fields.set(name, [kept])
  }
  return { fields, end: cut ? 'too-many' : 'complete' }
}

/** The text up to that many bytes of UTF-8, without half a character at its end. */
export function upTo(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxBytes))
  return text.slice(0, read)
}

function decode(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '))
  } catch {
    return null
  }
}

/** Whether the store refused a submission because all of its text together is longer than a row may be. */
export const isTooLong = (error: unknown): boolean => error instanceof Failure && error.code === 'refused'
