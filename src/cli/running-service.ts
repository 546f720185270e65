import { FetchError, ofetch } from 'ofetch'
import { EXIT, Exit } from '../runtime/node/exit.ts'

/** Asks the staff API of a running service; resolves to what it answered. Throws `FetchError`. */
export type AskService = (path: string, order?: { readonly body: object }) => Promise<unknown>

/** Throws `Exit` where OPS_TOKEN is not set, or where the address is none. */
export function serviceAt(url: string): AskService {
  const token = process.env['OPS_TOKEN']
  if (!token) throw new Exit(EXIT.settings, 'OPS_TOKEN: is missing; --url needs it')
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new Exit(EXIT.usage, '--url takes an address')
  const call = ofetch.create({
    baseURL: `${url.replace(/\/+$/, '')}/ops/api`,
    headers: { Authorization: `Bearer ${token}` },
    retry: 0,
    timeout: 30_000,
  })
  return (path, order) => call(path, order ? { method: 'POST', ...order } : {})
}

/** The type of the problem that a service answered with, or null. */
export function problemOf(error: unknown): string | null {
  const type: unknown = error instanceof FetchError ? Object(error.data).type : null
  return typeof type === 'string' ? type : null
}

/** What is wrong with what was asked, in the words of the service that answered so; else empty. */
export function detailOf(error: unknown): string {
  const detail: unknown = error instanceof FetchError ? Object(error.data).detail : null
  return typeof detail === 'string' ? detail : ''
}

/** What a command ends with where a service cannot be asked. */
export function unreachable(error: unknown): Exit {
  const status = error instanceof FetchError ? error.status : undefined
  if (status === 401 || status === 404) {
    return new Exit(EXIT.settings, 'The service does not take this OPS_TOKEN, or has none set.')
  }
  return new Exit(EXIT.unavailable, `The service does not answer${status ? ` (${status})` : ''}.`)
}

/** The option by which a command speaks to a running service. */
export const where = {
  url: { type: 'string', description: 'Address of a running service; needs OPS_TOKEN' },
} as const
