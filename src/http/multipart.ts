import busboy, { type Busboy } from 'busboy'
import type { Readable } from 'node:stream'
import { UploadRefused } from '../intake/file-inspection.ts'
import { MOST_BYTES_READ, saysMoreThan, TEXT_LIMITS, upTo, type Incoming, type TextLimits } from './body.ts'
import { bytesOf, chunksOf, throwAway, type Taken } from './multipart-file.ts'

const MIB = 1024 * 1024
/** Parts are counted between two slices of this size, so that no body costs more than its limits allow. */
const SLICE_BYTES = 64 * 1024
/** Headers and boundaries of some parts, and the text of a small field behind a file. */
const FRAME_BYTES = 256 * 1024
/** RFC 2046, 5.1.1. */
const LONGEST_BOUNDARY = 70

export interface UploadLimits extends TextLimits {
  readonly files: number
  readonly fileBytes: number
  readonly allFilesBytes: number
  /** Of the whole body; what is above is left unread. */
  readonly bodyBytes: number
}

export const UPLOAD_LIMITS: UploadLimits = {
  ...TEXT_LIMITS,
  textBytes: 40 * TEXT_LIMITS.valueBytes,
  files: 5,
  fileBytes: 25 * MIB,
  allFilesBytes: 25 * MIB,
  bodyBytes: MOST_BYTES_READ,
}

/** What pages tell of these limits. */
export const FILE_LIMITS = { count: UPLOAD_LIMITS.files, bytes: UPLOAD_LIMITS.allFilesBytes }

/** A file as the browser told it: name and type prove nothing. */
export interface FilePart {
  readonly field: string
  /** Without folders; not yet safe to store or show. */
  readonly name: string
  readonly type: string
  /** Fails with `UploadRefused` once the files are too large or the body is interrupted. */
  readonly bytes: ReadableStream<Uint8Array>
}

/** `stop`: no further part is wanted, the rest is thrown away. */
export type Wish = 'stop' | void

export interface PartReaders {
  readonly onField: (name: string, value: string) => Wish | Promise<Wish>
  /** What it leaves of the bytes is thrown away. A failure that follows from failed bytes need not be caught. */
  readonly onFile: (file: FilePart) => Wish | Promise<Wish>
}

/** A limit that was passed. The text before it was handed over, and after it too except for the last three. */
export type Excess =
  'files-too-large' | 'too-many-files' | 'field-too-long' | 'text-too-large' | 'too-many-fields' | 'stopped'

/**
 * `body-too-large`: the rest is left unread. `malformed`: no multipart, or one without its end.
 * `interrupted`: the sender has left.
 */
export type Unread = 'wrong-type' | 'malformed' | 'interrupted' | 'body-too-large'

export type MultipartRead = { readonly ok: true } | { readonly ok: false; readonly reason: Excess | Unread }

/**
 * Reads `multipart/form-data` as it comes, part by part in wire order: a part waits until the one before it
 * has been dealt with, and a file's bytes wait for their reader, so little is ever held. File inputs
 * left empty are no parts. Over a limit no further file is handed over. A body of another type is not
 * touched. What a reader of parts throws on its own account comes through.
 */
export async function readMultipart(
  request: Incoming,
  limits: UploadLimits,
  readers: PartReaders,
): Promise<MultipartRead> {
  const parser = parserFor(request.headers, limits)
  if (typeof parser === 'string') return { ok: false, reason: parser }
  if (saysMoreThan(request.headers, limits.bodyBytes)) return { ok: false, reason: 'body-too-large' }
  const length = request.headers.get('content-length')
  const left = length !== null && /^\d+$/.test(length) ? Number(length) : null
  const course: Course = { parser, limits, left, excess: null, unread: null }
  const queue = partsOf(course)
  const feeding = feed(request.body, queue, course)
  await handOver(queue, readers, course)
  await feeding
  const reason = course.unread ?? course.excess
  return reason === null ? { ok: true } : { ok: false, reason }
}

/** How the reading of one body goes. Once its parser is destroyed, what comes is thrown away. */
interface Course {
  readonly parser: Busboy
  readonly limits: UploadLimits
  /** Bytes of the body that are still to come, where its sender has told. */
  left: number | null
  excess: Excess | null
  unread: Unread | null
}

function parserFor(headers: Headers, limits: UploadLimits): Busboy | 'wrong-type' | 'malformed' {
  const type = headers.get('content-type') ?? ''
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(type)) return 'wrong-type'
  const boundary = /;\s*boundary=(?:"([^"]*)"|([^\s;]*))/i.exec(type)
  const length = (boundary?.[1] ?? boundary?.[2] ?? '').length
  if (length === 0 || length > LONGEST_BOUNDARY) return 'malformed'
  try {
    return busboy({
      headers: { 'content-type': type },
      defParamCharset: 'utf8',
      highWaterMark: SLICE_BYTES,
      fileHwm: SLICE_BYTES,
      limits: {
        // One more than allowed: busboy calls a value of exactly the limit truncated.
        fieldSize: limits.valueBytes + 1,
        fields: limits.values,
        parts: limits.values + limits.files + limits.names,
      },
    })
  } catch {
    return 'malformed'
  }
}

interface FieldArrival {
  readonly kind: 'field'
  readonly name: string
  readonly value: string
}

interface FileArrival {
  readonly kind: 'file'
  readonly field: string
  readonly name: string
  readonly type: string
  readonly stream: Readable
}

/** Parts that the parser has found and nobody has taken yet: those of one slice at most. */
interface PartQueue {
  readonly take: () => Promise<FieldArrival | FileArrival | undefined>
  /** Resolves once all have been taken, or none will come. */
  readonly emptied: () => Promise<void>
}

function partsOf(course: Course): PartQueue {
  const { parser } = course
  const found: (FieldArrival | FileArrival)[] = []
  const watchers: (() => void)[] = []
  const wake = (): void => watchers.splice(0).forEach((watcher) => watcher())
  const change = (): Promise<void> => new Promise((resolve) => watchers.push(resolve))
  onParts(course, (part) => {
    found.push(part)
    wake()
  })
  parser.once('close', wake)
  return {
    async take() {
      while (found.length === 0 && !parser.closed) await change()
      const part = found.shift()
      wake()
      return part
    },
    async emptied() {
      while (found.length > 0 && !parser.closed) await change()
    },
  }
}

function onParts(course: Course, add: (part: FieldArrival | FileArrival) => void): void {
  const { parser, limits } = course
  const names = new Set<string>()
  let textBytes = 0
  parser.on('field', (name: string | undefined, value, info) => {
    if (parser.destroyed) return
    if (!name) return spoil(course)
    textBytes += new TextEncoder().encode(value).length
    if (names.add(name).size > limits.names) return end(course, 'too-many-fields')
    if (textBytes > limits.textBytes) return end(course, 'text-too-large')
    if (info.valueTruncated) course.excess ??= 'field-too-long'
    add({ kind: 'field', name: unescaped(name), value: upTo(value, limits.valueBytes) })
  })
  parser.on('file', (field: string | undefined, stream, info) => {
    // A destroyed file without a listener would end the process.
    stream.on('error', () => {})
    if (parser.destroyed) return
    if (!field) return spoil(course)
    // What follows the first file is files: a body that tells their size is judged before they are read.
    if (course.left !== null && course.left > limits.allFilesBytes + FRAME_BYTES) {
      return end(course, 'files-too-large')
    }
    const name = unescaped(info.filename ?? '')
    add({ kind: 'file', field: unescaped(field), name, type: info.mimeType, stream })
  })
  parser.on('fieldsLimit', () => end(course, 'too-many-fields'))
  parser.on('partsLimit', () => end(course, 'too-many-fields'))
  parser.on('error', () => spoil(course))
}

function end(course: Course, excess: Excess): void {
  course.excess ??= excess
  course.parser.destroy()
}

/** The parser also complains when it is destroyed on purpose: then the reason is known already. */
function spoil(course: Course): void {
  if (course.excess === null) course.unread ??= 'malformed'
  course.parser.destroy()
}

/** Browsers write these three, and no others, as escapes in names (HTML, multipart/form-data encoding). */
const unescaped = (name: string): string =>
  name.replace(/%(22|0D|0A)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Gives the body to the parser slice by slice, and reads on when the parser wants no more. Never fails. */
async function feed(
  body: ReadableStream<Uint8Array> | null,
  queue: PartQueue,
  course: Course,
): Promise<void> {
  const { parser, limits } = course
  const reader = body?.getReader()
  let length = 0
  try {
    while (reader && length <= limits.bodyBytes) {
      const { done, value } = await reader.read()
      if (done) break
      length += value.length
      if (course.left !== null) course.left -= value.length
      if (length <= limits.bodyBytes) await parse(value, parser, queue)
    }
    if (length > limits.bodyBytes) course.unread ??= 'body-too-large'
    else await settled(parser, (done) => void parser.end(done))
  } catch {
    course.unread = 'interrupted'
  }
  parser.destroy()
  reader?.releaseLock()
}

async function parse(bytes: Uint8Array, parser: Busboy, queue: PartQueue): Promise<void> {
  for (let at = 0; at < bytes.length && !parser.destroyed; at += SLICE_BYTES) {
    await settled(parser, (done) => void parser.write(bytes.subarray(at, at + SLICE_BYTES), done))
    await queue.emptied()
  }
}

/** Resolves when the parser has done an act, or never will: a destroyed parser forgets to say so. */
async function settled(parser: Busboy, act: (done: () => void) => void): Promise<void> {
  if (parser.closed) return
  await new Promise<void>((resolve) => {
    const done = (): void => {
      parser.off('close', done)
      resolve()
    }
    parser.once('close', done)
    act(done)
  })
}

/** Hands each part to its reader and waits for it. Resolves when no part can come any more. */
async function handOver(queue: PartQueue, readers: PartReaders, course: Course): Promise<void> {
  const taken: Taken = { files: 0, bytes: 0 }
  try {
    for (let part = await queue.take(); part; part = await queue.take()) {
      if (course.excess === 'stopped') continue
      const wish =
        part.kind === 'field'
          ? await readers.onField(part.name, part.value)
          : await handOverFile(part, readers, taken, course)
      if (wish === 'stop') end(course, 'stopped')
    }
  } finally {
    course.parser.destroy()
  }
}

async function handOverFile(
  part: FileArrival,
  readers: PartReaders,
  taken: Taken,
  course: Course,
): Promise<Wish> {
  const chunks = chunksOf(part.stream)
  const first = await chunks.next()
  if (first === null && part.name === '') return
  taken.files += 1
  if (taken.files > course.limits.files) course.excess ??= 'too-many-files'
  if (course.excess !== null || course.unread !== null) return throwAway(chunks)
  const source = bytesOf(first, chunks, taken, course.limits)
  try {
    return await readers.onFile({ field: part.field, name: part.name, type: part.type, bytes: source.bytes })
  } catch (error) {
    if (error instanceof UploadRefused && error.reason === 'too-large') course.excess ??= 'files-too-large'
    if (source.failed() === null && !(error instanceof UploadRefused)) throw error
  } finally {
    if (source.failed() === 'too-large') course.excess ??= 'files-too-large'
    source.end()
    await throwAway(chunks)
  }
}
