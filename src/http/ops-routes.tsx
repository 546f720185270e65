import { type Context, Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'
import type { Decided } from '../conversation/decisions.ts'
import { printedJob } from '../outbox/job-store.ts'
import type { JobState } from '../outbox/job.ts'
import type { Addresses } from './addresses.ts'
import { readJson, readUrlencoded, TEXT_LIMITS } from './body.ts'
import type { HttpDeps } from './deps.ts'
import { OpsBoard, OpsSignIn } from './pages/ops.tsx'
import { problem } from './problem.ts'
import { answerPage, placeOf } from './speaking.ts'
import type { Staff } from './staff.ts'

const COOKIE = 'firstline_ops'
const SMALL_BODY = 16 * 1024

/** The staff board, and what the command line speaks to. Nothing is here where no `OPS_TOKEN` is set. */
export function opsRoutes(deps: HttpDeps, addresses: Addresses): Hono {
  const app = new Hono()
  const { staff } = deps
  if (!staff) return app
  const board = addresses.path('/ops')
  const sessionOf = async (c: Context): Promise<string | null> => {
    const session = getCookie(c, COOKIE)
    return session !== undefined && (await staff.isSession(session)) ? session : null
  }

  app.get('/ops', async (c) => {
    const session = await sessionOf(c)
    const place = placeOf(c, deps, addresses)
    if (session === null) return answerPage(c, <OpsSignIn place={place} action={board} refused={false} />)
    return answerPage(c, await boardPage(deps, staff, addresses, c, session))
  })

  app.post('/ops', async (c) => {
    const fields = await smallForm(c)
    if (!(await staff.isToken(fields('token')))) {
      const place = placeOf(c, deps, addresses)
      return answerPage(c, <OpsSignIn place={place} action={board} refused />, 401)
    }
    const { session, maxAgeSeconds } = await staff.openSession()
    setCookie(c, COOKIE, session, {
      httpOnly: true,
      sameSite: 'Strict',
      path: board,
      secure: deps.publicUrl.protocol === 'https:',
      maxAge: maxAgeSeconds,
    })
    return c.redirect(board, 303)
  })

  app.post('/ops/jobs/:job/:decision{retry|discard}', async (c) => {
    const session = await sessionOf(c)
    const fields = await smallForm(c)
    if (session === null || fields('_token') !== (await staff.formToken(session))) {
      return c.redirect(board, 303)
    }
    const job = c.req.param('job')
    const reason = fields('reason').trim().slice(0, 500)
    if (c.req.param('decision') === 'retry') await staff.decisions.retry(job, {})
    else if (reason !== '') await staff.decisions.discard(job, reason)
    deps.wake()
    return c.redirect(board, 303)
  })
  opsApi(app, deps, staff)
  return app
}

async function boardPage(deps: HttpDeps, staff: Staff, addresses: Addresses, c: Context, session: string) {
  const { decisions } = staff
  const waits: readonly JobState[] = staff.act === 'observe' ? ['ready', 'unknown'] : []
  const parked = await decisions.list(['parked'])
  const waiting = waits.length > 0 ? await decisions.list(waits) : []
  const inAll = { parked: await decisions.count(['parked']), observed: await decisions.count(waits) }
  return (
    <OpsBoard
      place={placeOf(c, deps, addresses)}
      now={deps.clock()}
      parked={parked.map((job) => ({
        id: job.id,
        kind: job.kind,
        since: job.createdAt,
        reason: job.reason ?? '',
        attempts: job.attempts,
      }))}
      observed={waiting.map((job) => ({ at: job.createdAt, kind: job.kind, what: job.reference ?? job.id }))}
      inAll={inAll}
      paused={await staff.pauses()}
      rules={await staff.rules()}
      action={(job, decision) => addresses.path(`/ops/jobs/${job}/${decision}`)}
      token={await staff.formToken(session)}
    />
  )
}

/** Reads a small form of ours; what is missing reads as empty. */
async function smallForm(c: Context): Promise<(name: string) => string> {
  const { headers, body } = c.req.raw
  const read = await readUrlencoded({ headers, body }, { ...TEXT_LIMITS, textBytes: SMALL_BODY })
  return (name) => (read.ok ? (read.fields.get(name)?.[0] ?? '') : '')
}

const RetryBody = z.strictObject({ unit: z.string().optional(), address: z.string().optional() })
const DiscardBody = z.strictObject({ reason: z.string().trim().min(1).max(500) })

function opsApi(app: Hono, deps: HttpDeps, staff: Staff): void {
  app.use('/ops/api/*', async (c, next) => {
    const [, bearer] = /^Bearer (\S+)$/i.exec(c.req.header('Authorization') ?? '') ?? []
    if (bearer === undefined || !(await staff.isToken(bearer))) {
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
