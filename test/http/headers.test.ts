import { expect, test } from 'vitest'
import { asJson, filledForm, pageToken, type Served, serveForTest, submission } from './served.ts'

const OPS_TOKEN = 'ops-token-of-twenty-characters'

/** One answer of each kind. */
const kinds: readonly (readonly [
  kind: string,
  status: number,
  ask: (served: Served) => Promise<Response>,
])[] = [
  ['the first page', 200, (served) => served.ask('/')],
  ['a form', 200, (served) => served.ask('/forms/upload-trouble')],
  [
    'a form with mistakes',
    422,
    async (served) => {
      const body = filledForm(await pageToken(served), { name: '' })
      return served.ask('/forms/upload-trouble', { method: 'POST', body })
    },
  ],
  ['a redirect', 303, (served) => sent(served)],
  ['a conversation', 200, async (served) => served.ask((await sent(served)).headers.get('location') ?? '')],
  ['a file', 200, async (served) => served.ask(await filePath(served))],
  ['a page of an act', 200, async (served) => served.ask(`${await conversationPath(served)}/solved`)],
  [
    'an act that is refused',
    422,
    async (served) =>
      served.ask(`${await conversationPath(served)}/replies`, { method: 'POST', body: new FormData() }),
  ],
  ['the page that finds links', 200, (served) => served.ask('/find')],
  [
    'links that were asked for',
    303,
    (served) =>
      served.ask('/find', { method: 'POST', body: new URLSearchParams({ email: 'ann@example.org' }) }),
  ],
  ['a page that is not there', 404, (served) => served.ask('/nothing')],
  ['a link that opens nothing', 404, (served) => served.ask('/c/nothing')],
  ['a body that cannot be read', 415, (served) => served.ask('/forms/upload-trouble', { method: 'POST' })],
  [
    'a page of another site',
    403,
    (served) => served.ask('/ops', { method: 'POST', headers: { Origin: 'https://evil.example' } }),
  ],
  ['JSON', 200, (served) => served.ask('/api/v1/forms')],
  ['a receipt', 201, (served) => served.ask('/api/v1/submissions', asJson(submission()))],
  ['a problem', 404, (served) => served.ask('/api/v1/forms/nothing')],
  ['the description', 200, (served) => served.ask('/openapi.json')],
  ['the page of the description', 200, (served) => served.ask('/docs')],
  ['the sign-in', 200, (served) => served.ask('/ops')],
  ['a sign-in that fails', 401, (served) => served.ask('/ops', { method: 'POST' })],
  ['the health', 200, (served) => served.ask('/healthz')],
  ['the readiness', 200, (served) => served.ask('/readyz')],
  ['a HEAD', 200, (served) => served.ask('/', { method: 'HEAD' })],
  [
    'a mistake of our own',
    500,
    async (served) => {
      const { location } = Object.fromEntries((await sent(served)).headers)
      served.db.close()
      return served.ask(location ?? '')
    },
  ],
]

async function sent(served: Served): Promise<Response> {
  const body = filledForm(await pageToken(served), {}, [{ name: 'a.txt', bytes: 'x' }])
  return served.ask('/forms/upload-trouble', { method: 'POST', body })
}

async function conversationPath(served: Served): Promise<string> {
  const { location = '' } = Object.fromEntries((await sent(served)).headers)
  return location.split('?')[0] ?? ''
}

async function filePath(served: Served): Promise<string> {
  const { location = '' } = Object.fromEntries((await sent(served)).headers)
  return `${location.split('?')[0]}/files/${(await served.kept()).attachments[0]?.id}`
}

test.for(kinds)('%s (%i) carries every header that keeps a browser safe', async ([kind, status, ask]) => {
  const served = await serveForTest({ settings: { OPS_TOKEN } })
  const answer = await ask(served)
  expect(answer.status).toBe(status)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-frame-options': 'DENY',
    // Kept in the browser of one visitor, so that Back brings the text.
    'cache-control': kind === 'a form' ? 'private, no-cache' : 'no-store',
  })
  const policy = answer.headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/^default-src 'none'/)
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
  expect(policy).toContain(kind === 'a file' ? 'sandbox' : "frame-ancestors 'none'")
  expect(answer.headers.get('permissions-policy')).toContain('geolocation=()')
  for (const name of ['server', 'x-powered-by', 'strict-transport-security', 'access-control-allow-origin']) {
    expect(answer.headers.get(name)).toBeNull()
  }
})

test.for(kinds)('%s (%i) tells browsers to stay on https where PUBLIC_URL is', async ([, , ask]) => {
  const served = await serveForTest({ settings: { OPS_TOKEN, PUBLIC_URL: 'https://help.example' } })
  const answer = await ask(served)
  expect(answer.headers.get('strict-transport-security')).toBe('max-age=63072000; includeSubDomains')
})

test('the files of a page may be kept for good, and change their name with their content', async () => {
  const served = await serveForTest()
  const page = await (await served.ask('/')).text()
  const paths = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '')
  expect(paths).toHaveLength(2)
  for (const path of paths) {
    const answer = await served.ask(path)
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-type')).toMatch(/^text\/(css|javascript); charset=utf-8$/)
  }
  const stale = await served.ask('/assets/style-0000000000000000.css')
  expect([stale.status, stale.headers.get('cache-control')]).toEqual([404, 'no-store'])
})

test('what depends on the language says so', async () => {
  const served = await serveForTest()
  for (const path of ['/', '/forms/upload-trouble', '/nothing']) {
    expect((await served.ask(path)).headers.get('vary')).toBe('Accept-Language')
  }
})

test('a mistake of our own is told to the log and not to the visitor', async () => {
  const served = await serveForTest()
  const { location = '' } = Object.fromEntries((await sent(served)).headers)
  served.db.close()
  const page = await (await served.ask(location)).text()
  expect(page).toContain('Something went wrong on our side')
  expect(page).not.toMatch(/database|sqlite|Error:.*at /i)
  expect(served.log()).toContain('request.failed')
  expect(served.log()).not.toContain(location.slice(3, 35))
})
