import { type Context, Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { JobState } from '../outbox/job.ts'
import type { Addresses } from './addresses.ts'
import { readUrlencoded, TEXT_LIMITS } from './body.ts'
import type { HttpDeps } from './deps.ts'
import { opsApi } from './ops-api.ts'
import { OpsBoard, OpsSignIn } from './pages/ops.tsx'
import { answerPage, type PlaceDeps, placeOf } from './speaking.ts'
import type { Staff } from './staff.ts'

const COOKIE = 'firstline_ops'
const SMALL_BODY = 16 * 1024

export type OpsDeps = PlaceDeps & Pick<HttpDeps, 'staff' | 'publicUrl' | 'clock' | 'wake'>

/** The staff board, and what the command line speaks to. Nothing is here where no `OPS_TOKEN` is set. */
export function opsRoutes(deps: OpsDeps, addresses: Addresses): Hono {
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

  const decides = (path: string, act: (of: Decided) => Promise<unknown>): void => {
    app.post(path, async (c) => {
      const session = await sessionOf(c)
      const fields = await smallForm(c)
      if (session !== null && fields('_token') === (await staff.formToken(session))) {
        await act({ param: (name) => c.req.param(name) ?? '', fields })
        deps.wake()
      }
      return c.redirect(board, 303)
    })
  }
  boardDecisions(decides, staff)
  opsApi(app, deps, staff)
  return app
}

/** A decision of staff's on the board: what it is about is in the path, what is said along in the form. */
interface Decided {
  readonly param: (name: string) => string
  readonly fields: (name: string) => string
}

/** What stands still or waits for staff is decided on; what was decided meanwhile stays as it is. */
function boardDecisions(
  decides: (path: string, act: (of: Decided) => Promise<unknown>) => void,
  { decisions, awaiting }: Staff,
): void {
  decides('/ops/jobs/:job/retry', ({ param }) => decisions.retry(param('job'), {}))
  decides('/ops/jobs/:job/discard', async ({ param, fields }) => {
    const reason = fields('reason').trim().slice(0, 500)
    if (reason !== '') await decisions.discard(param('job'), reason)
  })
  for (const verb of ['send', 'leave'] as const) {
    decides(`/ops/articles/held/${verb}`, () => awaiting.decideAll(verb))
    decides(`/ops/articles/:id{[0-9]{1,15}}/:createdAt{[0-9]{1,15}}/${verb}`, ({ param }) =>
      awaiting.decide({ id: Number(param('id')), createdAt: new Date(Number(param('createdAt'))) }, verb),
    )
  }
  decides('/ops/conversations/:id/go-on', ({ param }) => awaiting.goOn(param('id')))
  decides('/ops/suspensions/:id/lift', ({ param }) => awaiting.lift(param('id')))
}

async function boardPage(deps: OpsDeps, staff: Staff, addresses: Addresses, c: Context, session: string) {
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
        reference: job.reference,
        since: job.createdAt,
        reason: job.reason ?? '',
        attempts: job.attempts,
      }))}
      observed={waiting.map((job) => ({ at: job.createdAt, kind: job.kind, what: job.reference ?? job.id }))}
      inAll={inAll}
      paused={await staff.pauses()}
      rules={await staff.rules()}
      awaiting={await staff.awaiting.list()}
      decide={(path) => addresses.path(`/ops/${path}`)}
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
