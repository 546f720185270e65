import { pino } from 'pino'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** All that a line of the log may hold. Nothing personal: no addresses, names, answers, tokens. */
export interface LogFields {
  readonly job?: string
  readonly kind?: string
  readonly lane?: string
  readonly conversation?: string
  readonly submission?: string
  readonly ticket?: number
  readonly form?: string
  readonly unit?: string
  readonly code?: string
  readonly check?: string
  readonly route?: string
  readonly method?: string
  readonly status?: number
  readonly count?: number
  readonly attempts?: number
  readonly durationMs?: number
  readonly requestId?: string
  readonly path?: string
  /** Words of our own for operators. */
  readonly detail?: string
  /** Only its name and stack are kept: a message may quote what a visitor typed. */
  readonly error?: unknown
}

export interface Log {
  readonly debug: (event: string, fields?: LogFields) => void
  readonly info: (event: string, fields?: LogFields) => void
  readonly warn: (event: string, fields?: LogFields) => void
  readonly error: (event: string, fields?: LogFields) => void
}

const TEXTS = [
  'job',
  'kind',
  'lane',
  'conversation',
  'submission',
  'form',
  'unit',
  'code',
  'check',
  'route',
  'method',
  'requestId',
  'path',
  'detail',
] as const
const NUMBERS = ['ticket', 'status', 'count', 'attempts', 'durationMs'] as const

/** The allowed fields of the right type, and nothing else that somebody put in. */
function allowed(fields: LogFields): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const key of TEXTS) if (typeof fields[key] === 'string') kept[key] = fields[key]
  for (const key of NUMBERS) if (typeof fields[key] === 'number') kept[key] = fields[key]
  if (fields.error instanceof Error) {
    kept['error'] = fields.error.name
    kept['stack'] = placesOf(fields.error)
  }
  return kept
}

/** A line of the message may look like a place, so the places are looked for behind it, or not at all. */
function placesOf({ stack = '', message }: Error): string[] {
  const at = stack.indexOf(message)
  if (at < 0) return []
  return stack
    .slice(at + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim())
}

/** One JSON line per event, to `write` where given, else to the console of the runtime. */
export function createLog(level: LogLevel, write?: (line: string) => void): Log {
  // Where pino has no stream to write to, as on Workers, it hands over objects.
  const browser = { write: (line: object) => (write ?? console.log)(JSON.stringify(line)) }
  const options = { level, base: null, browser }
  const logger = write ? pino(options, { write }) : pino(options)
  const at =
    (method: 'debug' | 'info' | 'warn' | 'error') =>
    (event: string, fields: LogFields = {}) =>
      logger[method]({ event, ...allowed(fields) })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
