import { z } from 'zod'
import { SECOND_MS } from './clock.ts'
import { LOG_LEVELS } from './log.ts'
import { Secret } from './secret.ts'
import { isTimeZone } from './time-zone.ts'

/** Everything an owner can set, read once at start. */
export interface Config {
  readonly sandbox: boolean
  /** Origin and base path, without a slash at the end. */
  readonly publicUrl: URL
  readonly host: string
  readonly port: number
  readonly databasePath: string
  readonly secrets: readonly [Secret, ...Secret[]]
  readonly zammad: {
    readonly url: string
    readonly webUrl: string
    readonly token: Secret
    /** By any of them a webhook may be signed; where there is none, webhooks are refused. */
    readonly webhookSecrets: readonly Secret[]
  }
  readonly mail: {
    readonly smtpUrl: Secret
    readonly from: string
    readonly replyTo: string | null
  }
  readonly opsToken: Secret | null
  readonly formsDir: string
  readonly routingDir: string
  readonly ticketNumbers: 'own' | 'zammad'
  readonly ticketPrefix: string | null
  /** What Zammad looks for before a number in a subject. */
  readonly ticketHook: string
  readonly instance: string | null
  readonly act: 'act' | 'observe'
  readonly pollMs: number
  /** Whose tickets answers are relayed on: those of our forms, or all. */
  readonly relay: 'webform' | 'all'
  /** How long a public article may still be taken back. */
  readonly undoMs: number
  /** Who stands under an answer. */
  readonly agentNames: 'person' | 'team'
  readonly timeZone: string | null
  readonly logLevel: (typeof LOG_LEVELS)[number]
}

/** One setting that cannot be used: its name and what would be right, never its value. */
export interface SettingProblem {
  readonly setting: string
  readonly message: string
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly SettingProblem[]

  constructor(problems: readonly SettingProblem[]) {
    super(problems.map(({ setting, message }) => `${setting}: ${message}`).join('\n'))
    this.problems = problems
  }
}

/** The host of an address at which this machine reaches what listens on `host`. */
export function hostInUrl(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1'])

/** An address of http or https, with a path at most. */
const url = (example: string) =>
  z
    .url({ protocol: /^https?$/, error: `give an address like ${example}` })
    .transform((text) => new URL(text))
    .refine(({ username, password, search, hash }) => username + password + search + hash === '', {
      error: `give an address like ${example}, without a password, ? or #`,
    })

const secret = z.string().transform((text) => new Secret(text))

const required = (purpose: string) => ({
  error: (issue: { input?: unknown }) => (issue.input === undefined ? `is missing: ${purpose}` : undefined),
})

const secrets = z
  .string(required('a comma list of random texts of 32 characters or more'))
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine((parts) => parts.every((part) => part.length >= 32), {
    error: 'each secret needs 32 characters or more',
  })
  .transform(([first = '', ...rest]): readonly [Secret, ...Secret[]] => [
    new Secret(first),
    ...rest.map((part) => new Secret(part)),
  ])

/** An IP address, or a network of them like 10.0.0.0/8. */
const Network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])

const networks = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine((parts) => parts.every((part) => Network.safeParse(part).success), {
    error: 'is a comma list of IP addresses and networks like 10.0.0.0/8',
  })

const PORT_WORDS = 'give a port number from 0 to 65535'
/** What can stand in a header after `Bearer `. */
const TOKEN = /^[\x21-\x7e]+$/

const Common = z.object({
  PUBLIC_URL: url('https://desk.example.org').optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce
    .number({ error: PORT_WORDS })
    .int({ error: PORT_WORDS })
    .min(0, { error: PORT_WORDS })
    .max(65_535, { error: PORT_WORDS })
    .default(8787),
  DATABASE_PATH: z.string().default('data/firstline.sqlite'),
  OPS_TOKEN: z
    .string()
    .min(16, { error: 'needs 16 characters or more' })
    .regex(TOKEN, { error: 'is visible ASCII characters, without blanks' })
    .transform((text) => new Secret(text))
    .optional(),
  FORMS_DIR: z.string().default('forms'),
  ROUTING_DIR: z.string().default('routing-rules'),
  TICKET_NUMBERS: z.enum(['own', 'zammad'], { error: 'is own or zammad' }).default('own'),
  TICKET_PREFIX: z
    .string()
    .regex(/^[1-9]\d{0,17}$/, { error: 'is 1 to 18 digits, like 780' })
    .optional(),
  TICKET_HOOK: z
    .string()
    .regex(/^[\x21-\x7e]{1,40}$/, { error: 'is up to 40 visible ASCII characters, like Ticket#' })
    .default('Ticket#'),
  INSTANCE: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, { error: 'is up to 40 lower-case letters, digits and dashes' })
    .optional(),
  ACT: z.enum(['act', 'observe'], { error: 'is act or observe' }).default('act'),
  POLL_SECONDS: z.coerce
    .number({ error: 'give a number of seconds' })
    .min(1, { error: 'is 1 or more' })
    .max(3600, { error: 'is 3600 or less' })
    .optional(),
  RELAY: z.enum(['webform', 'all'], { error: 'is webform or all' }).default('webform'),
  UNDO_SECONDS: z.coerce
    .number({ error: 'give a number of seconds' })
    .min(0, { error: 'is 0 or more' })
    .max(3600, { error: 'is 3600 or less' })
    .optional(),
  AGENT_NAMES: z.enum(['person', 'team'], { error: 'is person or team' }).default('person'),
  TIME_ZONE: z.string().refine(isTimeZone, { error: 'give a time zone like Europe/Madrid' }).optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `is one of ${LOG_LEVELS.join(', ')}` }).default('info'),
})

/** Settings whose work is still to come: a misspelt value is told already. */
const Later = z.object({
  CHALLENGE: z.enum(['altcha', 'off'], { error: 'is altcha or off' }).optional(),
  RATE_LIMITS: z.enum(['on', 'off'], { error: 'is on or off' }).optional(),
  TRUSTED_PROXIES: networks.optional(),
})

const Far = z.object({
  SECRET: secrets,
  ZAMMAD_URL: z.string(required('the address of your Zammad')).pipe(url('https://help.example.org')),
  ZAMMAD_WEB_URL: url('https://help.example.org').optional(),
  ZAMMAD_TOKEN: z
    .string(required('an access token of the bot'))
    .regex(TOKEN, { error: 'is visible ASCII characters, without blanks' })
    .pipe(secret),
  ZAMMAD_WEBHOOK_SECRET: z
    .string()
    .regex(/^\s*[\x21-\x2b\x2d-\x7e]+\s*(?:,\s*[\x21-\x2b\x2d-\x7e]+\s*)*$/, {
      error: 'is a comma list of texts of visible ASCII characters, without blanks',
    })
    .transform((text) => text.split(',').map((part) => new Secret(part.trim())))
    .optional(),
  SMTP_URL: z
    .string(required('where mails are handed in'))
    .regex(/^smtps?:\/\/[^\s/]+/, { error: 'give an address like smtps://user:password@mail.example.org' })
    .pipe(secret),
  MAIL_FROM: z
    .string(required('the address that mails come from'))
    .regex(/^(?:[^<>\r\n"]+ )?<?[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>?$/, {
      error: 'give an address like helpdesk@example.org or Helpdesk <helpdesk@example.org>',
    }),
  MAIL_REPLY_TO: z
    .string()
    .regex(/^[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+$/, { error: 'give an address like helpdesk@example.org' })
    .optional(),
})

type Far = z.output<typeof Far>

/** Where the sandbox's own Zammad and mailbox are; they stand in for the settings that are not given. */
export interface SandboxAddresses {
  readonly zammadUrl: string
  readonly zammadWebUrl: string
  readonly zammadToken: string
  readonly smtpUrl: string
  readonly secret: string
  /** By which the sandbox's webhooks are signed. */
  readonly webhookSecret: string
}

type Environment = Readonly<Record<string, unknown>>

const FAR_SIDE = [
  'ZAMMAD_URL',
  'ZAMMAD_TOKEN',
  'ZAMMAD_WEB_URL',
  'ZAMMAD_WEBHOOK_SECRET',
  'SMTP_URL',
] as const

const given = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))

/**
 * Whether `serve --or-sandbox` brings its own Zammad and mailbox: `SANDBOX=1`, or nothing of a far side
 * is set and only this machine can reach us.
 */
export function wantsSandbox(env: Environment): boolean {
  const set = given(env)
  if (set['SANDBOX'] === '1') return true
  const host = typeof set['HOST'] === 'string' ? set['HOST'] : '127.0.0.1'
  return FAR_SIDE.every((name) => set[name] === undefined) && LOOPBACK.has(host)
}

/**
 * Reads every setting at once. Throws `ConfigError` with all problems. With `sandbox`, the far side is
 * the sandbox's own and needs no settings.
 */
export function readConfig(env: Environment, sandbox: SandboxAddresses | null = null): Config {
  const set = given(env)
  const common = Common.safeParse(set)
  const far = Far.safeParse(sandbox ? { ...farOfSandbox(sandbox), ...kept(set) } : set)
  const later = Later.safeParse(set)
  if (!common.success || !far.success || !later.success) {
    const issues = [common, far, later].flatMap(({ error }) => error?.issues ?? [])
    const first = new Map(issues.map((issue) => [String(issue.path[0] ?? 'settings'), issue.message]))
    throw new ConfigError(Array.from(first, ([setting, message]) => ({ setting, message })))
  }
  return assemble(common.data, far.data, sandbox !== null)
}

/** What holds beside the sandbox, too. */
const kept = (set: Environment): Environment =>
  Object.fromEntries(Object.entries(set).filter(([name]) => name === 'SECRET' || name === 'MAIL_REPLY_TO'))

const farOfSandbox = (sandbox: SandboxAddresses): Environment => ({
  SECRET: sandbox.secret,
  ZAMMAD_URL: sandbox.zammadUrl,
  ZAMMAD_WEB_URL: sandbox.zammadWebUrl,
  ZAMMAD_TOKEN: sandbox.zammadToken,
  ZAMMAD_WEBHOOK_SECRET: sandbox.webhookSecret,
  SMTP_URL: sandbox.smtpUrl,
  MAIL_FROM: 'Helpdesk <no-reply@helpdesk.example>',
})

const withoutSlash = (address: URL): string => address.href.replace(/\/+$/, '')

/** `PUBLIC_URL` where it is not set: this machine alone, by the kind of address that is listened on. */
const ownHost = (host: string): string => (host.includes(':') ? hostInUrl(host) : '127.0.0.1')

function assemble(common: z.output<typeof Common>, far: Far, sandbox: boolean): Config {
  const pollSeconds = common.POLL_SECONDS ?? (sandbox ? 2 : 30)
  return {
    sandbox,
    publicUrl: common.PUBLIC_URL ?? new URL(`http://${ownHost(common.HOST)}:${common.PORT}`),
    host: common.HOST,
    port: common.PORT,
    databasePath: common.DATABASE_PATH,
    secrets: far.SECRET,
    zammad: {
      url: withoutSlash(far.ZAMMAD_URL),
      webUrl: withoutSlash(far.ZAMMAD_WEB_URL ?? far.ZAMMAD_URL),
      token: far.ZAMMAD_TOKEN,
      webhookSecrets: far.ZAMMAD_WEBHOOK_SECRET ?? [],
    },
    mail: { smtpUrl: far.SMTP_URL, from: far.MAIL_FROM, replyTo: far.MAIL_REPLY_TO ?? null },
    opsToken: common.OPS_TOKEN ?? null,
    formsDir: common.FORMS_DIR,
    routingDir: common.ROUTING_DIR,
    ticketNumbers: common.TICKET_NUMBERS,
    ticketPrefix: common.TICKET_PREFIX ?? null,
    ticketHook: common.TICKET_HOOK,
    instance: common.INSTANCE ?? null,
    act: common.ACT,
    pollMs: pollSeconds * SECOND_MS,
    relay: common.RELAY,
    undoMs: (common.UNDO_SECONDS ?? (sandbox ? 1 : 60)) * SECOND_MS,
    agentNames: common.AGENT_NAMES,
    timeZone: common.TIME_ZONE ?? null,
    logLevel: common.LOG_LEVEL,
  }
}
