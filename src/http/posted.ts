import type { Context } from 'hono'
import type { FileType } from '../forms/file-types.ts'
import { isTooLong, readUrlencoded, type Fields } from './body.ts'
import type { Arriving, HttpDeps } from './deps.ts'
import { readMultipart, UPLOAD_LIMITS, type Excess, type Unread } from './multipart.ts'
import { placeIn, type Place, type Shedder } from './shedding.ts'
import { createUploads, type Uploads } from './uploads.ts'

/** What a visitor's POST brought, whatever became of it. */
export interface Posted {
  readonly typed: Map<string, string[]>
  readonly uploads: Uploads
  key: string | null
  /** Whether a text was cut at the limit, so that it must not be kept. */
  cut: boolean
  /** `not-yet`: no token has been read. */
  token: 'not-yet' | 'forged' | 'expired' | 'used' | 'fresh'
  /** The guard's, once it was asked. */
  verdict: 'pass' | 'too-many' | null
  /** What went wrong with the store while the body was read: the text is read on all the same. */
  failure: unknown
}

/** By what a POST to one page is judged while it is read. */
export interface Terms {
  /** What the token of the page is bound to. */
  readonly purpose: string
  /** Whether something was sent under the key before. */
  readonly isUsed: (key: string) => Promise<boolean>
  /** What a field takes, or null where it takes no files. */
  readonly accept: (field: string) => readonly FileType[] | null
  readonly arriving: (typed: Fields) => Arriving
}

/** Why a body could not be read whole. */
export type NotRead = Excess | Unread | 'token-missing' | 'no-room'

/** How a POST is answered. */
export interface Answers {
  readonly unread: (posted: Posted, reason: NotRead) => Response | Promise<Response>
  /** Judges what was read, and accepts it or brings it back. */
  readonly settle: (posted: Posted) => Promise<Response>
  /** The store refuses a text that is too long for a row. */
  readonly tooLong: () => Response
  readonly failed: (posted: Posted, error: unknown) => Promise<Response>
}

/** How a page brings back what could not be read whole. */
export interface Unanswered {
  readonly status: 413 | 422 | 503
  readonly notice: 'files-too-large' | 'too-many-files' | 'unavailable' | 'token-expired'
  readonly typed: Fields
  readonly filesWereChosen: true
  readonly token?: string
}

/** What the page says that brings it back, or the status of the page that stands for it where nothing can be kept. */
export function unanswered(posted: Posted, reason: NotRead): Unanswered | 413 | 415 {
  const kept = { typed: posted.typed, filesWereChosen: true, ...keptToken(posted) } as const
  switch (reason) {
    case 'files-too-large':
    case 'too-many-files':
      return { ...kept, status: 413, notice: reason }
    case 'no-room':
      return { ...kept, ...genuineToken(posted), status: 503, notice: 'unavailable' }
    case 'token-missing':
      return { ...kept, status: 422, notice: 'token-expired' }
    case 'field-too-long':
    case 'text-too-large':
    case 'too-many-fields':
    case 'body-too-large':
      return 413
    case 'wrong-type':
    case 'malformed':
    case 'interrupted':
    case 'stopped':
      return 415
  }
}

/** Reads what a visitor sent and answers it; files that nothing was accepted with are removed. */
export async function receive(
  c: Context,
  deps: HttpDeps,
  terms: Terms,
  shedder: Shedder,
  answers: Answers,
): Promise<Response> {
  // Text is small and bounded, so that slow senders of it keep nobody out: a place is for files.
  const place = placeIn(shedder)
  const uploads = createUploads({ files: deps.files, random: deps.random, limits: UPLOAD_LIMITS })
  const posted: Posted = {
    typed: new Map(),
    uploads,
    key: null,
    cut: false,
    token: 'not-yet',
    verdict: null,
    failure: null,
  }
  try {
    const unread = await Promise.race([read(c, deps, terms, posted, place), place.shed])
    if (posted.failure !== null) throw posted.failure
    return await (unread ? answers.unread(posted, unread) : answers.settle(posted))
  } catch (error) {
    return isTooLong(error) ? answers.tooLong() : await answers.failed(posted, error)
  } finally {
    await uploads.discard()
    place.leave()
  }
}

/** Reads the body into `posted`; resolves to why it could not be read whole. */
async function read(
  c: Context,
  deps: HttpDeps,
  terms: Terms,
  posted: Posted,
  place: Place,
): Promise<NotRead | null> {
  const { typed, uploads } = posted
  const { headers, body } = c.req.raw
  let tokenMissing = false
  const result = await readMultipart({ headers, body }, UPLOAD_LIMITS, {
    async onField(name, value) {
      const values = typed.get(name)
      if (values) values.push(value)
      else typed.set(name, [value])
      if (name === '_token' && posted.token === 'not-yet') await readToken(deps, terms, posted, value)
    },
    async onFile(part) {
      if (posted.failure !== null) return 'stop'
      if (posted.token === 'not-yet' || posted.token === 'forged') {
        tokenMissing = true
        return 'stop'
      }
      if (posted.token === 'expired' || (await guarded(deps, terms, posted)) === 'too-many') return 'stop'
      if (!place.take()) return 'stop'
      await uploads.take(part, terms.accept(part.field), posted.token === 'used' ? 'compare' : 'keep')
      return undefined
    },
  })
  if (tokenMissing) return 'token-missing'
  // Mostly such a text is longer than its field takes, and its own error says so.
  posted.cut = !result.ok && result.reason === 'field-too-long'
  if (result.ok || result.reason === 'stopped' || posted.cut) return null
  if (result.reason !== 'wrong-type') return result.reason
  const plain = await readUrlencoded({ headers, body }, UPLOAD_LIMITS)
  if (!plain.ok) return plain.reason === 'too-large' ? 'text-too-large' : plain.reason
  for (const [name, values] of plain.fields) typed.set(name, [...values])
  await readToken(deps, terms, posted, typed.get('_token')?.[0] ?? '')
  return null
}

/** The key is looked up before its age is judged: one that was used is known for 30 days. */
async function readToken(deps: HttpDeps, terms: Terms, posted: Posted, token: string): Promise<void> {
  const reading = await deps.tokens.read(token, terms.purpose, deps.clock())
  if (reading.outcome === 'forged') {
    posted.token = 'forged'
    return
  }
  posted.key = reading.key
  try {
    const used = await terms.isUsed(reading.key)
    posted.token = used ? 'used' : reading.expired ? 'expired' : 'fresh'
  } catch (error) {
    posted.failure = error
  }
}

/** What the guard says, asked once: a repeat of a request that was taken passes. */
export async function guarded(
  deps: Pick<HttpDeps, 'guard'>,
  terms: Pick<Terms, 'arriving'>,
  posted: Posted,
): Promise<'pass' | 'too-many'> {
  if (posted.token === 'used') return 'pass'
  posted.verdict ??= await deps.guard(terms.arriving(posted.typed))
  return posted.verdict
}

/** The same token again, so that sending once more never makes a second request. */
export const keptToken = (posted: Posted): { readonly token?: string } =>
  posted.token === 'fresh' ? genuineToken(posted) : {}

/** The token as it came. */
export function genuineToken({ typed }: Posted): { readonly token?: string } {
  const token = typed.get('_token')?.[0]
  return token === undefined ? {} : { token }
}
