import { Hono } from 'hono'
import type { TestProject } from 'vitest/node'
import { listen } from '../../src/runtime/node/http-server.ts'
import { createMailbox, type Mailbox, type SmtpFault } from '../../src/sandbox/mailbox/mailbox.tsx'
import { NOON } from './samples.ts'

/** Mailboxes for tests that cannot listen themselves: opened, read and closed over HTTP. */
export default async function openPostOffices({ provide }: TestProject): Promise<() => Promise<void>> {
  const open = new Map<string, Mailbox>()
  let made = 0
  const app = new Hono()
  app.post('/', async (c) => {
    const mailbox = createMailbox({ clock: () => NOON, base: '' })
    const id = String((made += 1))
    open.set(id, mailbox)
    return c.json({ id, smtpUrl: `smtp://127.0.0.1:${await mailbox.listen()}` })
  })
  app.get('/:id/mails', (c) => c.json(open.get(c.req.param('id'))?.json() ?? c.notFound()))
  app.put('/:id/fault', async (c) => {
    open.get(c.req.param('id'))?.setFault(await c.req.json<SmtpFault>())
    return c.body(null, 204)
  })
  app.delete('/:id', async (c) => {
    await open.get(c.req.param('id'))?.close()
    open.delete(c.req.param('id'))
    return c.body(null, 204)
  })
  const server = await listen((request) => app.fetch(request), { host: '127.0.0.1', port: 0 })
  provide('postOffices', `http://127.0.0.1:${server.port}`)
  return async () => {
    await Promise.all([...open.values()].map((mailbox) => mailbox.close()))
    await server.close(0)
  }
}
