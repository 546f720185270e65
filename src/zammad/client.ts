import { createFetch } from 'ofetch'
import { z } from 'zod'
import { Failure } from '../failure.ts'
import type { Secret } from '../secret.ts'
import { LARGE_BODY_BYTES, oneAtATime, textOf, upload, type Body } from './body.ts'
import { announcedSize, inTime, type Downloaded } from './download.ts'
import { lostCode, networkFailure, type Intent } from './network-failure.ts'
import { tellable } from './refusal.ts'

export interface ClientSettings {
  /** Zammad's address, with a path where it lives below one; nothing outside of it is ever called. */
  readonly url: string
  readonly token: Secret
  /** From the call to the last byte of the answer. */
  readonly timeoutMs: number
  /** The same for a body of more than `LARGE_BODY_BYTES`. */
  readonly uploadTimeoutMs: number
  readonly fetch?: typeof globalThis.fetch
  /** Is told what Zammad's clock shows, by answers that say so and come from no cache. */
  readonly heard?: ((said: Date) => void) | undefined
}

export interface Answer {
  readonly status: number
  /** The parsed JSON; undefined where there was none. */
  readonly body: unknown
}

/**
 * Calls below `/api/v1`. Answers of 2xx, 403 and the other 4xx come back; throws `Failure` for all that
 * never got that far: `misconfigured` (401, redirect), `unavailable` (not reached, 429, maintenance),
 * and for 5xx, time-out, cut and unreadable success `uncertain` after a write, `unavailable` after a question.
 */
export interface Client {
  readonly get: (path: string) => Promise<Answer>
  /** A POST that only asks. */
  readonly search: (path: string, body: object) => Promise<Answer>
  readonly write: (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: Body | object) => Promise<Answer>
  /**
   * A GET whose success is bytes, not JSON: they come as they are taken. `timeoutMs` counts up to the headers, and
   * then for each piece. Anything but a success is an answer as from `get`.
   */
  readonly download: (path: string) => Promise<Downloaded | Answer>
}

interface Call {
  readonly intent: Intent
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: string | ReadableStream<Uint8Array>
  readonly headers?: Readonly<Record<string, string>>
  readonly redirect?: 'manual' | 'error'
  readonly timeoutMs: number
}

const isBody = (body: Body | object): body is Body => 'pieces' in body && typeof body.pieces === 'function'

/** Throws `Failure` with `misconfigured` where the address or the token cannot be used at all. */
export function createClient(settings: ClientSettings): Client {
  const base = baseOf(settings.url)
  const token = settings.token.reveal()
  // A token that is no header value would be shown in the runtime's own error.
  if (!/^[\u0021-\u007e]+$/u.test(token)) {
    throw new Failure('misconfigured', 'the Zammad token holds characters that no token has')
  }
  const fetcher = createFetch({ fetch: settings.fetch ?? ((...call) => globalThis.fetch(...call)) })
  const inTurn = oneAtATime(settings.uploadTimeoutMs)
  const { timeoutMs } = settings

  const request = <R extends 'text' | 'stream'>(call: Call, responseType: R, signal: AbortSignal) => {
    const target = new URL(base + call.path)
    if (!target.href.startsWith(`${base}/`)) throw new Error(`${call.path} is not below the API`)
    return fetcher
      .raw<unknown, R>(target.href, {
        method: call.method,
        headers: {
          accept: 'application/json',
          authorization: `Token token=${token}`,
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...call.headers,
        },
        ...(call.body === undefined ? {} : { body: call.body }),
        retry: 0,
        redirect: call.redirect ?? 'manual',
        signal,
        responseType,
        ignoreResponseError: true,
      })
      .then((response) => {
        tellDate(response.headers, settings.heard)
        return response
      })
      .catch((error: unknown) => {
        throw networkFailure(error, call.intent)
      })
  }

  async function send(call: Call): Promise<Answer> {
    // ofetch's own timeout ends at the headers; this one lasts to the end of the answer.
    const response = await request(call, 'text', AbortSignal.timeout(call.timeoutMs))
    return judge({ status: response.status, body: parsed(response._data ?? '') }, call)
  }

  async function download(path: string): Promise<Downloaded | Answer> {
    const call = { intent: 'read', method: 'GET', path, timeoutMs } as const
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(), timeoutMs)
    const response = await request(call, 'stream', stop.signal).finally(() => clearTimeout(timer))
    const bytes = inTime(response._data ?? new Blob([]).stream(), timeoutMs, () => stop.abort())
    if (response.ok) return { size: announcedSize(response.headers), bytes }
    return judge({ status: response.status, body: parsed(await new Response(bytes).text()) }, call)
  }

  async function stream(call: Omit<Call, 'timeoutMs'>, body: Body): Promise<Answer> {
    // A wrong address, a wrong token or an absence shows before megabytes travel, and is told as what it is:
    // a redirect of the body itself would look like a cut.
    await send({ intent: 'read', method: 'GET', path: '/users/me', timeoutMs })
    const sent = upload(body)
    try {
      return await send({
        ...call,
        body: sent.stream,
        headers: sent.headers,
        redirect: sent.redirect,
        timeoutMs: settings.uploadTimeoutMs,
      })
    } catch (error) {
      throw sent.failure() ?? error
    }
  }

  return {
    get: (path) => send({ intent: 'read', method: 'GET', path, timeoutMs }),
    download,
    search: (path, body) =>
      send({ intent: 'read', method: 'POST', path, body: JSON.stringify(body), timeoutMs }),
    async write(method, path, body) {
      const call = { intent: 'write', method, path } as const
      if (body === undefined) return send({ ...call, timeoutMs })
      if (!isBody(body)) return send({ ...call, body: JSON.stringify(body), timeoutMs })
      if (body.length > LARGE_BODY_BYTES) return inTurn(() => stream(call, body))
      return send({ ...call, body: await textOf(body), timeoutMs })
    },
  }
}

function tellDate(headers: Headers, heard: ClientSettings['heard']): void {
  const said = new Date(headers.get('date') ?? NaN)
  if (heard && !Number.isNaN(said.getTime()) && !headers.has('age')) heard(said)
}

function baseOf(url: string): string {
  const parsedUrl = URL.parse(url)
  if (!parsedUrl || !/^https?:$/u.test(parsedUrl.protocol) || parsedUrl.username || parsedUrl.password) {
    throw new Failure('misconfigured', 'the Zammad address is no http or https address, or holds a password')
  }
  const path = parsedUrl.pathname.replace(/\/+$/u, '').replace(/\/api\/v1$/u, '')
  return `${parsedUrl.origin}${path}/api/v1`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const ErrorBody = z.looseObject({ error: z.string() })

/** Zammad's own words in an answer that is not a success, or null. They may repeat what was sent. */
export function errorText(answer: Answer): string | null {
  const read = ErrorBody.safeParse(answer.body)
  return read.success ? read.data.error : null
}

export const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300

/** Contract 2: said to everybody but an administrator while maintenance lasts. */
const MAINTENANCE = 'Maintenance mode enabled!'

function judge(answer: Answer, call: Call): Answer {
  const { status } = answer
  const text = errorText(answer)
  if (status === 0 || (status >= 300 && status < 400)) {
    throw new Failure(
      'misconfigured',
      `Zammad's address redirects (${status}): it must be the one that answers`,
    )
  }
  if (status === 401) {
    const said = text === null ? '' : `: ${tellable(text)}`
    throw new Failure('misconfigured', `Zammad does not accept the token (401${said})`)
  }
  if (status === 429) throw new Failure('unavailable', 'Zammad asks for fewer calls (429)')
  if (status === 403 && text === MAINTENANCE) {
    throw new Failure('unavailable', 'Zammad is in maintenance mode')
  }
  if (status >= 500 || status === 408) {
    throw new Failure(lostCode(call.intent), `Zammad failed with ${status}`)
  }
  if (isSuccess(answer) && answer.body === undefined && call.method !== 'DELETE') {
    throw new Failure(lostCode(call.intent), `Zammad answered ${status} without readable JSON`)
  }
  return answer
}
