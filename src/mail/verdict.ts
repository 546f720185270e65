import { Failure, type FailureCode } from '../failure.ts'

/** What nodemailer tells about a step that went wrong; of its texts only codes are read. */
interface Trouble {
  readonly code?: string
  /** The system's or OpenSSL's own code, where nodemailer put its name over it. */
  readonly originalCode?: string
  readonly command?: string
  readonly response?: string
  readonly responseCode?: number
}

const troubleOf = (error: unknown): Trouble => (typeof error === 'object' && error !== null ? error : {})

/** The step of the session at which a reply came. */
type Step = 'session' | 'login' | 'sender' | 'recipient' | 'body'

function stepOf(command: string): Step {
  if (command.startsWith('AUTH')) return 'login'
  if (command === 'MAIL FROM') return 'sender'
  if (command === 'RCPT TO') return 'recipient'
  return command === 'DATA' ? 'body' : 'session'
}

const SIZE_EXCEEDED = 552
/** RFC 4954: authentication required, mechanism too weak, credentials invalid, encryption required. */
const LOGIN_REPLIES = [530, 534, 535, 538]

function verdictOnReply(reply: number, step: Step): FailureCode {
  if (reply < 500) return 'unavailable'
  if (LOGIN_REPLIES.includes(reply)) return 'misconfigured'
  if (step === 'recipient' || step === 'body') return 'refused'
  return step === 'sender' && reply === SIZE_EXCEEDED ? 'refused' : 'misconfigured'
}

/** Names that Node and OpenSSL give to a certificate they do not trust, or to a server that speaks no TLS. */
const TLS_CODE = /CERT|SIGNATURE|CRL|ISSUER|HOSTNAME_MISMATCH|^ERR_SSL_|^ERR_TLS_/

function verdictWithoutReply(trouble: Trouble, consumed: boolean): FailureCode {
  if (consumed) return 'uncertain'
  if (trouble.code === 'EAUTH') return 'misconfigured'
  if (trouble.code === 'EMESSAGE') return 'refused'
  return TLS_CODE.test(trouble.originalCode ?? trouble.code ?? '') ? 'misconfigured' : 'unavailable'
}

const isReply = (code: number | undefined): code is number => code !== undefined && code >= 400 && code < 600

const SENTENCES: Readonly<Record<FailureCode, string>> = {
  unavailable: 'The mail server did not take the mail',
  uncertain: 'The mail server may have taken the mail: it went away before it said so',
  refused: 'The mail server refuses this mail for good',
  misconfigured: 'The mail server refuses to work with our settings',
}

/** A reply's two codes, without its words: servers repeat addresses there. */
function codesOf({ response, responseCode }: Trouble): string {
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1]
  return [responseCode, enhanced].filter((code) => code !== undefined).join(' ')
}

/**
 * What a failed session means: a reply decides where there is one; else a body not wholly handed over
 * was not taken, and one handed over may have been (nodemailer calls every cut ECONNECTION).
 * Neither the message nor the cause holds an address, a password or the server's words.
 */
export function failureOf(error: unknown, consumed: boolean): Failure {
  if (error instanceof Failure) return error
  const trouble = troubleOf(error)
  const command = trouble.command ?? 'CONN'
  const replied = isReply(trouble.responseCode)
  const code = replied
    ? verdictOnReply(trouble.responseCode, stepOf(command))
    : verdictWithoutReply(trouble, consumed)
  const detail = replied ? codesOf(trouble) : (trouble.originalCode ?? trouble.code ?? 'no reply')
  return new Failure(code, `${SENTENCES[code]} (${command}: ${detail})`, {
    cause: { command, detail, code: trouble.code },
  })
}
