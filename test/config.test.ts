import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { type Config, ConfigError, hostInUrl, readConfig, wantsSandbox } from '../src/config.ts'

const CANARY = 'canary'

/** Settings of a real set-up, the secret ones marked. */
const REAL = {
  SECRET: `${CANARY}-${'s'.repeat(32)},${CANARY}-${'t'.repeat(32)}`,
  ZAMMAD_URL: 'https://zammad.example/',
  ZAMMAD_TOKEN: `${CANARY}-token`,
  SMTP_URL: `smtps://desk:${CANARY}-password@mail.example`,
  MAIL_FROM: 'Helpdesk <desk@example.org>',
  OPS_TOKEN: `${CANARY}-ops-token-0123456789`,
} as const

function problemsOf(env: Readonly<Record<string, unknown>>): ConfigError {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('the settings were taken')
}

test('everything that is not required has its documented default', () => {
  const { SECRET, ZAMMAD_URL, ZAMMAD_TOKEN, SMTP_URL, MAIL_FROM } = REAL
  const config = readConfig({ SECRET, ZAMMAD_URL, ZAMMAD_TOKEN, SMTP_URL, MAIL_FROM })
  expect(config).toMatchObject({
    sandbox: false,
    publicUrl: new URL('http://127.0.0.1:8787'),
    host: '127.0.0.1',
    port: 8787,
    databasePath: 'data/firstline.sqlite',
    zammad: { url: 'https://zammad.example', webUrl: 'https://zammad.example' },
    mail: { from: 'Helpdesk <desk@example.org>', replyTo: null },
    opsToken: null,
    formsDir: 'forms',
    routingDir: 'routing-rules',
    ticketNumbers: 'own',
    ticketPrefix: null,
    ticketHook: 'Ticket#',
    instance: null,
    act: 'act',
    pollMs: 30_000,
    relay: 'webform',
    undoMs: 60_000,
    agentNames: 'person',
    timeZone: null,
    logLevel: 'info',
  } satisfies Partial<Record<keyof Config, unknown>>)
})

test('answers are relayed as they are asked for', () => {
  const asked = { ...REAL, RELAY: 'all', UNDO_SECONDS: '5', AGENT_NAMES: 'team' }
  expect(readConfig(asked)).toMatchObject({ relay: 'all', undoMs: 5000, agentNames: 'team' })
})

test('a setting that is empty counts as not set', () => {
  const config = readConfig({ ...REAL, PORT: '', OPS_TOKEN: '', TIME_ZONE: '', PUBLIC_URL: '' })
  expect([config.port, config.opsToken, config.timeZone]).toEqual([8787, null, null])
  expect(problemsOf({ ...REAL, SECRET: '' }).problems.map(({ setting }) => setting)).toEqual(['SECRET'])
})

test('the public address follows the port', () => {
  expect(readConfig({ ...REAL, PORT: '9000' }).publicUrl.href).toBe('http://127.0.0.1:9000/')
  const given = readConfig({ ...REAL, PORT: '9000', PUBLIC_URL: 'https://help.example/desk' })
  expect(given.publicUrl.href).toBe('https://help.example/desk')
})

test.for([
  ['::1', '[::1]'],
  ['::', '[::1]'],
  ['localhost', 'localhost'],
  ['0.0.0.0', '127.0.0.1'],
  ['10.0.0.1', '10.0.0.1'],
] as const)('what listens on %s is reached at %s', ([host, reached]) => {
  expect(hostInUrl(host)).toBe(reached)
})

test('a public address that is not set can be opened where IPv6 alone is listened on', () => {
  expect(readConfig({ ...REAL, HOST: '::1' }).publicUrl.href).toBe('http://[::1]:8787/')
  expect(readConfig({ ...REAL, HOST: '0.0.0.0' }).publicUrl.href).toBe('http://127.0.0.1:8787/')
})

test('settings whose work is still to come are taken where they are right', () => {
  const later = {
    CHALLENGE: 'altcha',
    RATE_LIMITS: 'on',
    TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.7,2001:db8::/32, ::1',
  }
  expect(readConfig({ ...REAL, ...later })).toEqual(readConfig(REAL))
})

test('the first secret signs and all of them are kept', () => {
  expect(readConfig(REAL).secrets.map((secret) => secret.reveal())).toEqual(REAL.SECRET.split(','))
})

test('every secret of a webhook is kept, and there is none by default', () => {
  const { zammad } = readConfig({ ...REAL, ZAMMAD_WEBHOOK_SECRET: `${CANARY}-one, ${CANARY}-two` })
  expect(zammad.webhookSecrets.map((secret) => secret.reveal())).toEqual([`${CANARY}-one`, `${CANARY}-two`])
  expect(inspect(zammad, { depth: 9, showHidden: true }) + JSON.stringify(zammad)).not.toContain(CANARY)
  expect(readConfig(REAL).zammad.webhookSecrets).toEqual([])
})

test('with nothing set, all that is missing is named at once', () => {
  const { problems } = problemsOf({})
  expect(problems.map(({ setting }) => setting)).toEqual([
    'SECRET',
    'ZAMMAD_URL',
    'ZAMMAD_TOKEN',
    'SMTP_URL',
    'MAIL_FROM',
  ])
  for (const { message } of problems) expect(message).toMatch(/^is missing: /)
})

const WRONG = {
  PUBLIC_URL: `ftp://${CANARY}.example`,
  PORT: CANARY,
  OPS_TOKEN: CANARY,
  TICKET_NUMBERS: CANARY,
  TICKET_PREFIX: CANARY,
  TICKET_HOOK: `${CANARY} ${CANARY}`,
  INSTANCE: CANARY.toUpperCase(),
  ACT: CANARY,
  POLL_SECONDS: CANARY,
  TIME_ZONE: `Europe/${CANARY}`,
  LOG_LEVEL: CANARY,
  SECRET: `${REAL.SECRET},${CANARY}`,
  ZAMMAD_URL: CANARY,
  ZAMMAD_WEB_URL: `https://bot:${CANARY}@zammad.example`,
  ZAMMAD_TOKEN: `${CANARY} ${CANARY}`,
  SMTP_URL: `imap://${CANARY}`,
  MAIL_FROM: CANARY,
  MAIL_REPLY_TO: CANARY,
  RELAY: CANARY,
  UNDO_SECONDS: CANARY,
  AGENT_NAMES: CANARY,
  CHALLENGE: CANARY,
  RATE_LIMITS: CANARY,
  TRUSTED_PROXIES: CANARY,
  ZAMMAD_WEBHOOK_SECRET: `${CANARY} ${CANARY}`,
} as const

test('everything that is wrong is named at once, each in a sentence, and no value is shown', () => {
  const error = problemsOf(WRONG)
  expect(error.problems.map(({ setting }) => setting).sort()).toEqual(Object.keys(WRONG).sort())
  expect(`${error.message}${inspect(error)}${JSON.stringify(error)}`.toLowerCase()).not.toContain(CANARY)
  for (const { message } of error.problems) expect(message).not.toMatch(/invalid|expected/i)
})

test.for([
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['PORT', '80.5'],
  ['POLL_SECONDS', '0'],
  ['POLL_SECONDS', '3601'],
  ['TICKET_PREFIX', '0780'],
  ['TICKET_PREFIX', '1234567890123456789'],
  ['PUBLIC_URL', 'https://help.example/?a=1'],
  ['PUBLIC_URL', 'https://help.example/#a'],
  ['PUBLIC_URL', 'https://user:password@help.example'],
  ['PUBLIC_URL', 'help.example'],
  ['ZAMMAD_URL', 'https://user:password@zammad.example'],
  ['ZAMMAD_TOKEN', 'token\nX-Evil: 1'],
  ['OPS_TOKEN', 'fifteen-letters'],
  ['OPS_TOKEN', 'sixteen letters and blanks'],
  ['SECRET', `${'s'.repeat(32)},short`],
  ['UNDO_SECONDS', '-1'],
  ['UNDO_SECONDS', '3601'],
  ['TRUSTED_PROXIES', '10.0.0.0/8,'],
  ['TRUSTED_PROXIES', '10.0.0.0/33'],
  ['ZAMMAD_WEBHOOK_SECRET', 'one,,two'],
  ['MAIL_FROM', 'Desk <desk@example.org>\r\nBcc: all@example.org'],
] as const)('%s is not taken when it is %j', ([setting, value]) => {
  const { problems } = problemsOf({ ...REAL, [setting]: value })
  expect(problems.map((problem) => problem.setting)).toEqual([setting])
  expect(problems[0]?.message).not.toMatch(/invalid|too (?:big|small)|expected/i)
})

test('no secret shows, however the settings are printed', () => {
  const config = readConfig(REAL)
  const printed = [
    inspect(config, { depth: 9, showHidden: true }),
    JSON.stringify(config),
    String(config.opsToken),
    `${config.mail.smtpUrl}`,
  ]
  for (const text of printed) expect(text).not.toContain(CANARY)
  expect(config.zammad.token.reveal()).toBe(REAL.ZAMMAD_TOKEN)
})

test.for([
  [true, {}],
  [true, { HOST: '127.0.0.1' }],
  [true, { HOST: 'localhost' }],
  [true, { HOST: '::1' }],
  [true, { HOST: '' }],
  [true, { PORT: '9000', OPS_TOKEN: 'x'.repeat(16), SECRET: 's'.repeat(32), DATABASE_PATH: '/tmp/x' }],
  [true, { ZAMMAD_URL: '', ZAMMAD_TOKEN: '', SMTP_URL: '' }],
  [true, { SANDBOX: '1', HOST: '0.0.0.0' }],
  [true, { SANDBOX: '1', ZAMMAD_URL: 'https://zammad.example' }],
  [false, { HOST: '0.0.0.0' }],
  [false, { HOST: '10.0.0.1' }],
  [false, { ZAMMAD_URL: 'https://zammad.example' }],
  [false, { ZAMMAD_TOKEN: 'token' }],
  [false, { ZAMMAD_WEB_URL: 'https://zammad.example' }],
  [false, { ZAMMAD_WEBHOOK_SECRET: 'secret' }],
  [false, { SMTP_URL: 'smtp://mail.example' }],
] as const)('a sandbox is brought: %s, with %j', ([expected, env]) => {
  expect(wantsSandbox(env)).toBe(expected)
})

test('a sandbox needs no settings, takes those of its own side, and never the far ones', () => {
  const sandbox = {
    zammadUrl: 'http://127.0.0.1:8787/sandbox/zammad',
    zammadWebUrl: 'https://help.example/sandbox/zammad',
    zammadToken: 'sandbox-bot',
    smtpUrl: 'smtp://127.0.0.1:2525',
    secret: 'k'.repeat(64),
    webhookSecret: 'w'.repeat(64),
  }
  const config = readConfig({ ZAMMAD_URL: 'https://real.example', PORT: '9000' }, sandbox)
  expect(config).toMatchObject({ sandbox: true, port: 9000, pollMs: 2000 })
  expect(config.zammad.url).toBe(sandbox.zammadUrl)
  expect(readConfig({ MAIL_REPLY_TO: 'help@desk.example' }, sandbox).mail.replyTo).toBe('help@desk.example')
  expect(() => readConfig({ MAIL_REPLY_TO: 'nonsense' }, sandbox)).toThrow('MAIL_REPLY_TO')
  expect(config.mail.smtpUrl.reveal()).toBe(sandbox.smtpUrl)
  expect(config.secrets[0].reveal()).toBe(sandbox.secret)
  expect(config.zammad.webhookSecrets.map((secret) => secret.reveal())).toEqual([sandbox.webhookSecret])
  expect(readConfig({ SECRET: 'o'.repeat(32) }, sandbox).secrets[0].reveal()).toBe('o'.repeat(32))
})
