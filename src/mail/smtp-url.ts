import { Failure } from '../failure.ts'

/** How a session is protected that does not begin in TLS. */
export type StartTls = 'required' | 'offered' | 'none'

export interface SmtpServer {
  readonly host: string
  readonly port: number
  /** TLS from the first byte. */
  readonly secure: boolean
  readonly startTls: StartTls
  readonly login: { readonly user: string; readonly pass: string } | null
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.')

const wrong = (what: string): Failure => new Failure('misconfigured', `SMTP_URL ${what}`)

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw wrong('has a user or password with a stray %: write it as %25')
  }
}

function startTlsOf(url: URL, host: string): StartTls {
  const { secure, login } = { secure: url.protocol === 'smtps:', login: url.username !== '' }
  const asked = url.searchParams.get('tls')
  if (asked === null) return secure || isLoopback(host) ? 'none' : login ? 'required' : 'offered'
  if (secure) throw wrong('is smtps, which leaves nothing for ?tls= to say')
  if (asked === 'required' || asked === 'offered' || asked === 'none') return asked
  throw wrong('has a ?tls= that is none of required, offered, none')
}

/**
 * Reads `smtp://user:pass@host:587` or `smtps://user:pass@host:465`. Over `smtp`, STARTTLS is required
 * where there is a password to protect, used where it is offered, and left out on loopback;
 * `?tls=required|offered|none` says otherwise. Throws `Failure` `misconfigured`, which never shows the value.
 */
export function readSmtpUrl(text: string): SmtpServer {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol !== 'smtp:' && url?.protocol !== 'smtps:') {
    throw wrong('must read smtp://user:password@host:port or smtps://…')
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (host === '') throw wrong('names no host')
  if (url.pathname.length > 1 || url.hash !== '') {
    throw wrong('has something after the port: write / # ? in a password as %2F %23 %3F')
  }
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'tls')
  if (unknown !== undefined) throw wrong('knows no setting but ?tls=')
  const secure = url.protocol === 'smtps:'
  const login = url.username === '' ? null : { user: decoded(url.username), pass: decoded(url.password) }
  if (login?.pass === '') throw wrong('has a user without a password')
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    startTls: startTlsOf(url, host),
    login,
  }
}
