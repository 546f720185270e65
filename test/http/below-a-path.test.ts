import { expect, test } from 'vitest'
import { filledForm, pageToken, serveForTest } from './served.ts'

test.for(['/healthz', '/readyz', '/helpdesk/healthz', '/helpdesk/readyz'])(
  '%s is answered where PUBLIC_URL carries a path',
  async (path) => {
    const served = await serveForTest({ settings: { PUBLIC_URL: 'https://desk.example/helpdesk' } })
    expect((await served.ask(path)).status).toBe(200)
  },
)

test.for([
  ['http://[::1]:8787', 'firstline.invalid'],
  ['http://127.0.0.1:8787', '127.0.0.1'],
  ['https://desk-1.example.org', 'desk-1.example.org'],
] as const)('mails of %s are named at %s', async ([PUBLIC_URL, host]) => {
  const served = await serveForTest({ settings: { PUBLIC_URL } })
  await served.ask('/forms/upload-trouble', { method: 'POST', body: filledForm(await pageToken(served)) })
  expect((await served.kept()).messages[0]?.messageId).toMatch(
    new RegExp(`^<[^@<>]+@${host.replaceAll('.', '\\.')}>$`),
  )
})
