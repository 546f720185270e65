import { type Context, Hono } from 'hono'
import type { Addresses } from './addresses.ts'
import { boardPage } from './board-page.tsx'
import { type BoardQuery, boardSearch, readBoardQuery, REFRESH_SECONDS } from './board-query.ts'
import type { HttpDeps } from './deps.ts'
import { opsApi } from './ops-api.ts'
import { smallForm } from './small-form.ts'
import { answerPage, type PlaceDeps, placeOf } from './speaking.ts'
import { staffDoor } from './staff-door.tsx'
import type { Staff } from './staff.ts'
import { staffSession } from './staff-session.ts'

export type OpsDeps = PlaceDeps &
  Pick<HttpDeps, 'staff' | 'publicUrl' | 'clock' | 'wake' | 'timeZone' | 'units' | 'forms'>

/** The staff board, and what the command line speaks to. Nothing is here where no `OPS_TOKEN` is set. */
export function opsRoutes(deps: OpsDeps, addresses: Addresses): Hono {
  const app = new Hono()
  const { staff } = deps
  if (!staff) return app
  const board = addresses.path('/ops')
  const door = staffDoor(deps, staff, addresses)
  const sessionOf = (c: Context): Promise<string | null> => staffSession(c, staff)

  app.get('/ops', async (c) => {
    const session = await sessionOf(c)
    const query = queryIn(c)
    if (session === null) return door.ask(c, { path: '/ops', search: boardSearch(query) })
    // By a header, so that it is nothing of the page's: whoever did not ask for it keeps what they type.
    if (query.refreshes) c.header('Refresh', String(REFRESH_SECONDS))
    const token = await staff.formToken(session)
    const place = placeOf(c, deps, addresses)
    return answerPage(c, await boardPage(deps, staff, addresses, { place, query, token }))
  })
  app.post('/ops', (c) => door.enter(c, { path: '/ops', search: boardSearch(queryIn(c)) }))

  const decides = (path: string, act: (of: Decided) => Promise<unknown>): void => {
    app.post(path, async (c) => {
      const session = await sessionOf(c)
      const fields = await smallForm(c)
      if (session !== null && fields?.('_token') === (await staff.formToken(session))) {
        await act({ param: (name) => c.req.param(name) ?? '', fields })
        deps.wake()
      }
      return c.redirect(board + whereFrom(fields?.('_back') ?? ''), 303)
    })
  }
  boardDecisions(decides, staff)
  opsApi(app, deps, staff)
  return app
}

const queryIn = (c: Context): BoardQuery => readBoardQuery((name) => c.req.query(name))

/** The board as it was where something was pressed, and the section of it: nothing else is read from the text. */
function whereFrom(back: string): string {
  const [search = '', section = ''] = back.split('#')
  const parameters = new URLSearchParams(search)
  const query = readBoardQuery((name) => parameters.get(name) ?? undefined)
  return boardSearch(query) + (/^[a-z-]{1,30}$/.test(section) ? `#${section}` : '')
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
