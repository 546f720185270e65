import { Failure } from '../failure.ts'

/** What a call was to do: asking twice is harmless, writing twice is not. */
export type Intent = 'read' | 'write'

/** Codes of Node's network layer that mean: no byte of the request left. */
const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Codes of a certificate that was not accepted: the request is never sent, and waiting does not help. */
const CERTIFICATE = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

interface Trace {
  readonly code: string
  readonly syscall: string
}

/** The codes along the chain of causes, each network layer wrapping the one below. */
function tracesOf(error: unknown, depth = 0): Trace[] {
  if (typeof error !== 'object' || error === null || depth > 6) return []
  const text = (key: string): string => {
    const value: unknown = Reflect.get(error, key)
    return typeof value === 'string' ? value : ''
  }
  const tried: unknown = Reflect.get(error, 'errors')
  const below: unknown[] = [Reflect.get(error, 'cause'), ...(Array.isArray(tried) ? tried : [])]
  return [
    { code: text('code'), syscall: text('syscall') },
    ...below.flatMap((cause) => tracesOf(cause, depth + 1)),
  ]
}

const neverLeft = ({ code, syscall }: Trace): boolean =>
  syscall === 'connect' || syscall === 'getaddrinfo' || (NEVER_LEFT.has(code) && syscall === '')

/** The word for a call whose answer never came: it may have been carried out, unless it was only a question. */
export const lostCode = (intent: Intent): 'uncertain' | 'unavailable' =>
  intent === 'write' ? 'uncertain' : 'unavailable'

/**
 * What a call without an answer means. Where the network layer gives no code, as on workerd, a write is
 * `uncertain`. The request itself, which holds the token and a visitor's words, stays out of the cause.
 */
export function networkFailure(error: unknown, intent: Intent): Failure {
  const cause = error instanceof Error && error.name === 'FetchError' ? error.cause : error
  const traces = tracesOf(cause)
  const certificate = traces.find(({ code }) => CERTIFICATE.has(code))
  if (certificate) {
    return new Failure('misconfigured', `Zammad's certificate is not accepted (${certificate.code})`, {
      cause,
    })
  }
  const code = traces.find((trace) => trace.code !== '')?.code
  const told = code === undefined ? '' : ` (${code})`
  if (traces.some(neverLeft)) {
    return new Failure('unavailable', `Zammad cannot be reached${told}`, { cause })
  }
  return new Failure(lostCode(intent), `Zammad's answer did not arrive${told}`, { cause })
}
