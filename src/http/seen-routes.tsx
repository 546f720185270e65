import { type Context, Hono } from 'hono'
import type { Seen } from '../clocks/acknowledge.ts'
import { readLevelName } from '../promise/levels.ts'
import type { Addresses } from './addresses.ts'
import { failurePage } from './failing.tsx'
import type { HttpDeps } from './deps.ts'
import { SeenPage } from './pages/seen-page.tsx'
import { smallForm } from './small-form.ts'
import { answerPage, placeOf } from './speaking.ts'

/** The page behind the link of an alert: opening it changes nothing, its button says that it was seen. */
export function seenRoutes(deps: HttpDeps, addresses: Addresses): Hono {
  const app = new Hono()
  const { seen } = deps

  app.get('/seen/:token', async (c) => {
    const alert = await seen.find(c.req.param('token'))
    return alert ? alertPage(c, deps, addresses, alert) : c.notFound()
  })
  app.post('/seen/:token', async (c) => {
    const token = c.req.param('token')
    if ((await seen.find(token)) === null) return c.notFound()
    if ((await smallForm(c)) === null) return failurePage(c, deps, addresses, 415)
    if (await seen.acknowledge(token)) deps.wake()
    return c.redirect(addresses.path(`/seen/${token}`), 303)
  })
  return app
}

const alertPage = (c: Context, deps: HttpDeps, addresses: Addresses, alert: Seen): Response =>
  answerPage(
    c,
    <SeenPage
      place={placeOf(c, deps, addresses)}
      action={addresses.path(`/seen/${c.req.param('token')}`)}
      number={alert.number}
      link={alert.link}
      level={readLevelName(alert.mark.level).plain}
      toldAt={alert.mark.at}
      dueAt={alert.dueAt}
      acknowledgedAt={alert.mark.acknowledgedAt}
      isOver={alert.isOver}
      now={deps.clock()}
      timeZone={deps.timeZone}
    />,
  )
