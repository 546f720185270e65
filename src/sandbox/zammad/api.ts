import { Hono } from 'hono'
import { authenticate, broken, may, Refusal, refusalBody, type Caller } from './access.ts'
import { deskRoutes, gettingStarted } from './desk-routes.ts'
import { settleEvents } from './events.ts'
import type { Answer, ApiContext, Deed, Exchange, Routes } from './exchange.ts'
import type { Core } from './model.ts'
import { draftTicket, storeTicket } from './opening.ts'
import { isObject, readQuery, type Params } from './params.ts'
import { ticketObject } from './rendering.ts'
import { showTicket, ticketRoutes } from './ticket-routes.ts'

type Bindings = { maintenance?: boolean }

/** How long a create waits for the others that came with it, at most. */
const TOGETHER_MS = 50

/** Lets creates that are under way together decide together, as a database's transactions would. */
function createGate(wait: (ms: number) => Promise<void>) {
  let deciding = 0
  let waiting: (() => void)[] = []
  const leave = (): void => {
    deciding -= 1
    if (deciding > 0) return
    for (const go of waiting) go()
    waiting = []
  }
  const decided = (): Promise<void> =>
    deciding === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))
  return {
    enter: (): void => void (deciding += 1),
    leave,
    /** Resolves once everybody who had entered has left, or after a short while. */
    settled: (): Promise<void> =>
      deciding === 0 ? Promise.resolve() : Promise.race([decided(), wait(TOGETHER_MS)]),
  }
}

async function readParams(request: Request): Promise<Params> {
  const query = readQuery(new URL(request.url).searchParams)
  const text = request.method === 'GET' ? '' : await request.text()
  if (text.trim() === '') return query
  try {
    const body: unknown = JSON.parse(text)
    return isObject(body) ? { ...query, ...body } : query
  } catch {
    throw broken('unexpected token')
  }
}

const FRESH = 'max-age=0, private, must-revalidate'

const json = (status: number, body: unknown, headers: Record<string, string>): Response =>
  new Response(body === undefined ? null : JSON.stringify(body), {
    status,
    headers: {
      'content-type': body === undefined ? 'application/json' : 'application/json; charset=utf-8',
      ...headers,
    },
  })

const render = (answer: Answer | Response): Response =>
  answer instanceof Response
    ? answer
    : json(answer.status, answer.body, { 'cache-control': answer.body === undefined ? 'no-cache' : FRESH })

function refuse(core: Core, caller: Caller | null, error: unknown, accept: string): Response {
  if (!(error instanceof Refusal)) throw error
  const body = refusalBody(core, caller, error)
  const failure = error.status === 401 || error.status === 403 ? { 'x-failure': error.message } : {}
  const headers = { 'cache-control': 'no-cache', ...failure }
  if (!accept.includes('text/html') || accept.includes('json')) return json(error.status, body, headers)
  return new Response(`<!DOCTYPE html><title>${error.status}</title><h1>${error.status}</h1>`, {
    status: error.status,
    headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  })
}

interface ApiOptions {
  readonly wait: (ms: number) => Promise<void>
  /** Called after every request that wrote something. */
  readonly changed: () => void
  /** How long a create takes between looking around and storing. */
  readonly createMs: number
}

/** Zammad's REST API below `/api/v1`. */
export function createApi(core: Core, { wait, changed, createMs }: ApiOptions) {
  const app = new Hono<{ Bindings: Bindings }>()
  const gate = createGate(wait)

  const authorized = (c: ApiContext): Caller => {
    const caller = authenticate(core, c.req.raw.headers)
    if (c.env?.maintenance === true && !may(core, caller, 'admin.maintenance'))
      throw new Refusal(403, 'Maintenance mode enabled!')
    return caller
  }

  /** One request from its headers to its answer; what is thrown on the way is answered as Zammad does. */
  async function answer(
    c: ApiContext,
    work: (exchange: Exchange) => Promise<Answer | Response> | Answer | Response,
  ): Promise<Response> {
    let caller: Caller | null = null
    try {
      caller = authorized(c)
      const params = await readParams(c.req.raw)
      const path = (name: string): string => c.req.param(name) ?? ''
      const done = await work({ core, caller, params, path })
      if (c.req.method !== 'GET') changed()
      return render(done)
    } catch (error) {
      core.events.length = 0
      return refuse(core, caller, error, c.req.header('accept') ?? '')
    }
  }

  const route: Routes = (method, path, deed: Deed) =>
    app[method](`/api/v1${path}`, (c) =>
      answer(c, (exchange) => {
        const done = deed(exchange)
        settleEvents(core)
        return done
      }),
    )

  app.get('/api/v1/getting_started', () => json(200, gettingStarted(core), { 'cache-control': FRESH }))
  app.post('/api/v1/tickets', async (c) => {
    gate.enter()
    let decided = false
    const leave = (): void => {
      if (!decided) gate.leave()
      decided = true
    }
    const response = await answer(c, async (exchange) => {
      const draft = draftTicket(core, exchange.caller, exchange.params)
      leave()
      await gate.settled()
      if (createMs > 0) await wait(createMs)
      const ticket = storeTicket(core, exchange.caller, draft)
      settleEvents(core)
      return { status: 201, body: showTicket(exchange, ticket, (row) => ticketObject(core, row)) }
    })
    leave()
    return response
  })
  ticketRoutes(route)
  deskRoutes(route)
  app.all('/api/v1/*', (c) => {
    const text =
      core.profile === '6.2'
        ? `No route matches [${c.req.method}] ${new URL(c.req.url).pathname}`
        : "This page doesn't exist."
    return refuse(core, null, new Refusal(404, text), c.req.header('accept') ?? '')
  })
  return app
}
