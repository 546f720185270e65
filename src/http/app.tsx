import { type Context, Hono } from 'hono'
import { actRoutes } from './act-routes.tsx'
import { type Addresses, addressesOf } from './addresses.ts'
import { apiRoutes } from './api-routes.ts'
import { conversationRoutes } from './conversation-routes.tsx'
import type { HttpDeps } from './deps.ts'
import { failurePage } from './failing.tsx'
import { fileRoutes } from './file-routes.ts'
import { findRoutes } from './find-routes.tsx'
import { formRoutes } from './form-routes.tsx'
import { secureHeaders } from './headers.ts'
import { hookRoutes } from './hook-routes.ts'
import { openApiDocument } from './openapi.ts'
import { opsRoutes } from './ops-routes.tsx'
import { DocsPage } from './pages/docs.tsx'
import { FailurePage } from './pages/failure-page.tsx'
import { problem } from './problem.ts'
import { promiseApi } from './promise-api.ts'
import { reportRoutes } from './report-routes.tsx'
import { seenRoutes } from './seen-routes.tsx'
import { ownSiteOnly } from './same-site.ts'
import { answerPage, placeOf } from './speaking.ts'

const VERSION = '1'
const FOR_GOOD = 'public, max-age=31536000, immutable'

/** Everything that people and programs reach, below the path of `PUBLIC_URL`. */
export function createApp(deps: HttpDeps): Hono {
  const addresses = addressesOf(deps.publicUrl)
  // Below a path, the front page is reached with the slash at its end and without.
  const app = new Hono({ strict: false })
  app.use(secureHeaders(deps.publicUrl.protocol === 'https:'))
  app.use(ownSiteOnly(deps.publicUrl, (c) => fromElsewhere(c, deps, addresses)))
  const inside = new Hono()
  inside.route('/', formRoutes(deps, addresses))
  inside.route('/', conversationRoutes(deps, addresses))
  inside.route('/', fileRoutes(deps, addresses))
  inside.route('/', actRoutes(deps, addresses))
  inside.route('/', findRoutes(deps, addresses))
  inside.route('/', apiRoutes(deps, addresses))
  inside.route('/', opsRoutes(deps, addresses))
  inside.route('/', promiseApi(deps))
  inside.route('/', reportRoutes(deps, addresses))
  inside.route('/', seenRoutes(deps, addresses))
  inside.route('/', hookRoutes(deps))
  inside.route('/', aboutRoutes(deps, addresses))
  inside.route('/', healthRoutes(deps))
  app.route(addresses.base === '' ? '/' : addresses.base, inside)
  // What watches the process asks it directly, whatever path the world reaches it by.
  app.route('/', healthRoutes(deps))
  app.notFound((c) =>
    isForPrograms(c, addresses)
      ? problem(c, 404, 'not-found', 'No route has this address.')
      : failurePage(c, deps, addresses, 404),
  )
  app.onError((error, c) => {
    deps.log.error('request.failed', { method: c.req.method, error })
    return isForPrograms(c, addresses)
      ? problem(c, 500, 'broken', 'We made a mistake. The same request never makes a second ticket.')
      : failurePage(c, deps, addresses, 500)
  })
  return app
}

/** The page's words are those for what did not come from our form: that is what happened. */
const fromElsewhere = (c: Context, deps: HttpDeps, addresses: Addresses): Response =>
  isForPrograms(c, addresses)
    ? problem(c, 403, 'from-elsewhere', 'A page of another site sent this.')
    : answerPage(
        c,
        <FailurePage place={placeOf(c, deps, addresses)} kind={415} retryAfterSeconds={null} />,
        403,
      )

const isForPrograms = (c: Context, { base }: Addresses): boolean => {
  const path = c.req.path.slice(base.length)
  return ['/api/', '/ops/api/', '/hooks/'].some((start) => path.startsWith(start))
}

function healthRoutes(deps: HttpDeps): Hono {
  const app = new Hono()
  app.get('/healthz', (c) => c.text('ok'))
  app.get('/readyz', async (c) => {
    const { serving, status, checks } = await deps.health.readiness()
    return c.json({ status, checks }, serving ? 200 : 503)
  })
  return app
}

/** What the service says of itself, and the files that its pages need. */
function aboutRoutes(deps: HttpDeps, addresses: Addresses): Hono {
  const app = new Hono()
  const document = openApiDocument(addresses.absolute(''), VERSION)
  for (const asset of [deps.assets.style, deps.assets.script, deps.assets.board]) {
    app.get(asset.path, (c) =>
      c.body(asset.body, 200, { 'Content-Type': asset.type, 'Cache-Control': FOR_GOOD }),
    )
  }
  app.get('/openapi.json', (c) => c.json(document))
  app.get('/docs', (c) => answerPage(c, <DocsPage place={placeOf(c, deps, addresses)} document={document} />))
  app.get('/metrics', async (c) => {
    const [, bearer = ''] = /^Bearer (\S+)$/i.exec(c.req.header('Authorization') ?? '') ?? []
    if (!deps.staff || !(await deps.staff.isToken(bearer))) return c.notFound()
    return c.text(await deps.health.metrics(), 200, { 'Content-Type': 'text/plain; version=0.0.4' })
  })
  return app
}
