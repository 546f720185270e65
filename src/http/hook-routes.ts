import { Hono } from 'hono'
import { readBytes, saysMoreThan } from './body.ts'
import type { HttpDeps } from './deps.ts'
import { problem } from './problem.ts'

/** Above Zammad's own payload for all but the longest articles; what is refused is found by reading the ticket. */
const MOST_BYTES = 1024 * 1024

/**
 * Where Zammad tells of tickets. A hook is a hint: of what it says the ticket's id alone is kept, and that only
 * where the body is signed. Zammad tries again whatever is not answered by 2xx, and 6.2 sends a payload on to
 * wherever it is redirected, so nothing here redirects.
 */
export function hookRoutes({ hook, log }: Pick<HttpDeps, 'hook' | 'log'>): Hono {
  const app = new Hono()
  app.post('/hooks/zammad', async (c) => {
    if (!hook) return problem(c, 503, 'no-secret', 'No ZAMMAD_WEBHOOK_SECRET is set, so no webhook is taken.')
    const { headers, body } = c.req.raw
    const signature = headers.get('X-Hub-Signature')
    const refused = (status: 401 | 413): Response => {
      log.warn('hook.refused', { status })
      return status === 413
        ? problem(c, status, 'too-large', 'A webhook has 1 MB at most.')
        : problem(c, status, 'not-signed', 'The webhook is not signed by a secret that is known here.')
    }
    if (signature === null) return refused(401)
    if (saysMoreThan(headers, MOST_BYTES)) return refused(413)
    const read = await readBytes(body, MOST_BYTES)
    if (read?.whole === false) return refused(413)
    if (!read || !(await hook.isSigned(read.bytes, signature))) return refused(401)
    const ticket = hook.ticketIn(read.bytes)
    if (ticket === null) {
      log.info('hook.without-ticket')
      return c.body(null, 202)
    }
    await hook.hint(ticket)
    log.debug('hook.taken', { ticket })
    return c.body(null, 202)
  })
  return app
}
