import { Hono } from 'hono'
import { z } from 'zod'
import { DRIFT_BECAUSE, type DriftPage } from '../clocks/drift.ts'
import { Failure } from '../failure.ts'
import { isBearer } from './bearer.ts'
import type { HttpDeps } from './deps.ts'
import { problem } from './problem.ts'

export type PromiseApiDeps = Pick<HttpDeps, 'staff' | 'explainPromise' | 'drift'>

/** Tickets that are read for one request: an isolate has few calls, and whoever asks sees how far it is. */
const DRIFT_PAGE = 20

const instant = z.iso.datetime().nullable()

/** A page of the comparison with Zammad's own times, as programs read it. */
export const DriftPageJson = z.object({
  compared: z.int(),
  timed: z.int(),
  out_of_sight: z.int(),
  tickets: z.array(
    z.object({ number: z.string(), due_at: instant, zammad_at: instant, because: z.enum(DRIFT_BECAUSE) }),
  ),
  next: z.string().nullable(),
})

export const driftPageJson = ({
  compared,
  timed,
  outOfSight,
  drifts,
  next,
}: DriftPage): z.infer<typeof DriftPageJson> => ({
  compared,
  timed,
  out_of_sight: outOfSight,
  tickets: drifts.map(({ number, dueAt, zammadAt, because }) => ({
    number,
    due_at: dueAt?.toISOString() ?? null,
    zammad_at: zammadAt?.toISOString() ?? null,
    because,
  })),
  next,
})

/** What `firstline promise explain` and `promise drift` ask a running service. Nothing is here without `OPS_TOKEN`. */
export function promiseApi({ staff, explainPromise, drift }: PromiseApiDeps): Hono {
  const app = new Hono()
  if (!staff) return app
  app.use('/ops/api/promises/*', async (c, next) => {
    if (await isBearer(c, staff)) return next()
    return problem(c, 401, 'unauthorized', 'Send OPS_TOKEN as a bearer token.')
  })
  app.get('/ops/api/promises/drift', async (c) => {
    const behind = c.req.query('behind') || null
    try {
      return c.json(driftPageJson(await drift(behind, DRIFT_PAGE)))
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      return problem(c, 503, 'desk-unreachable', error.message)
    }
  })
  app.get('/ops/api/promises/:ticket', async (c) => {
    const explained = await explainPromise(c.req.param('ticket'))
    if (!explained) {
      return problem(c, 404, 'unknown-ticket', 'No ticket has this number, and no request this reference.')
    }
    return c.req.query('format') === 'text' ? c.text(explained.lines.join('\n')) : c.json(explained.json)
  })
  return app
}
