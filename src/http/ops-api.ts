import type { Context, Hono } from 'hono'
import { z } from 'zod'
import type { Decided } from '../conversation/decisions.ts'
import type { LinkTold } from '../conversation/links.ts'
import { printedJob } from '../outbox/job-store.ts'
import type { JobState } from '../outbox/job.ts'
import { isBearer } from './bearer.ts'
import { readJson } from './body.ts'
import type { HttpDeps } from './deps.ts'
import { problem } from './problem.ts'
import type { Staff } from './staff.ts'

const SMALL_BODY = 16 * 1024

const RetryBody = z.strictObject({ unit: z.string().optional(), address: z.string().optional() })
const DiscardBody = z.strictObject({ reason: z.string().trim().min(1).max(500) })

/** What the command line and other programs of staff speak to, with `OPS_TOKEN` as a bearer token. */
export function opsApi(app: Hono, deps: Pick<HttpDeps, 'wake'>, staff: Staff): void {
  app.use('/ops/api/*', async (c, next) => {
    if (!(await isBearer(c, staff))) {
      return problem(c, 401, 'unauthorized', 'Send OPS_TOKEN as a bearer token.')
    }
    return next()
  })
  app.get('/ops/api/outbox', async (c) => {
    const all: readonly JobState[] = ['ready', 'running', 'unknown', 'parked']
    return c.json((await staff.decisions.listAll(all)).map(printedJob))
  })
  app.post('/ops/api/outbox/:job/retry', async (c) => {
    const body = RetryBody.safeParse(await smallJson(c))
    if (!body.success) return problem(c, 422, 'invalid', 'A retry takes unit and address, or nothing.')
    const { unit, address } = body.data
    const change = { ...(unit === undefined ? {} : { unit }), ...(address === undefined ? {} : { address }) }
    const decided = await staff.decisions.retry(c.req.param('job'), change)
    deps.wake()
    return tell(c, decided)
  })
  app.post('/ops/api/outbox/:job/discard', async (c) => {
    const body = DiscardBody.safeParse(await smallJson(c))
    if (!body.success) return problem(c, 422, 'invalid', 'A discard needs a reason.')
    return tell(c, await staff.decisions.discard(c.req.param('job'), body.data.reason))
  })
  for (const act of ['link', 'revoke'] as const) {
    app.post(`/ops/api/conversations/:reference/${act}`, async (c) => {
      c.header('Cache-Control', 'no-store')
      return tellLink(c, await staff.links[act](c.req.param('reference')))
    })
  }
}

function tellLink(c: Context, told: LinkTold): Response {
  switch (told.told) {
    case 'link': {
      const { reference, ticketNumber, link } = told
      return c.json({ reference, ticket_number: ticketNumber, link })
    }
    case 'unknown':
      return problem(c, 404, 'unknown-conversation', 'No conversation has this reference or ticket number.')
    case 'over':
      return problem(
        c,
        409,
        'link-over',
        'The conversation was closed more than 90 days ago: no link opens it.',
      )
    case 'lost':
      return problem(c, 409, 'link-lost', 'The secret of the link is no longer set. Revoke it for a new one.')
  }
}

async function smallJson(c: Context): Promise<unknown> {
  const { headers, body } = c.req.raw
  const read = await readJson({ headers, body }, SMALL_BODY)
  return read.ok ? read.value : undefined
}

function tell(c: Context, decided: Decided): Response {
  switch (decided) {
    case 'done':
      return c.json({ decided })
    case 'not-parked':
      return problem(c, 409, 'not-parked', 'No parked job has this id.')
    case 'unknown-unit':
      return problem(c, 422, 'unknown-unit', 'No unit has this id.')
    case 'bad-address':
      return problem(c, 422, 'bad-address', 'This is no address that mail can go to.')
  }
}
