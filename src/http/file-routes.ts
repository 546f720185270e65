import { type Context, Hono } from 'hono'
import { MINUTE_MS } from '../clock.ts'
import type { FileOnPage } from '../conversation/thread.ts'
import { fileOnPage } from '../conversation/view.ts'
import { Failure } from '../failure.ts'
import type { Addresses } from './addresses.ts'
import type { HttpDeps } from './deps.ts'
import { failurePage } from './failing.tsx'
import { servedFromDesk, servedFromHere, watched, type ServedFile } from './served-file.ts'
import { createFairShedder } from './shedding.ts'

/** Files that are fetched from Zammad at once; each holds a connection there and a few chunks here. */
const MOST_FETCHED_AT_ONCE = 20
/** Of one conversation no more, as a browser opens no more for one page. */
const MOST_FETCHED_EACH = 4
/** So long a reader may take: 25 MB at 42 kB a second. What is slower gives its place up. */
const MOST_FETCHED_MS = 10 * MINUTE_MS

/** The files on the page of a conversation: our own, and those of articles, which come through us. */
export function fileRoutes(deps: HttpDeps, addresses: Addresses): Hono {
  const app = new Hono()
  const shedder = createFairShedder({ most: MOST_FETCHED_AT_ONCE, mostEach: MOST_FETCHED_EACH })
  app.get('/c/:token/files/:id', async (c) => {
    const view = await deps.views.byToken(c.req.param('token'))
    const file = view && fileOnPage(view, c.req.param('id'))
    if (!file) return c.notFound()
    // Of what nobody reads nothing may be opened.
    if (c.req.method === 'HEAD') return told(c, file)
    try {
      const served = await fetched(deps, file, () => shedder.enter(view.conversation.id))
      if (served === 'no-room') return failurePage(c, deps, addresses, 503, 'file')
      return served ? sent(c, file, served) : c.notFound()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      deps.log.warn('file.unavailable', { conversation: view.conversation.id, code: error.code, error })
      return failurePage(c, deps, addresses, 503, 'file')
    }
  })
  return app
}

async function fetched(
  deps: HttpDeps,
  { name, place, ...file }: FileOnPage,
  enter: () => (() => void) | null,
): Promise<ServedFile | 'no-room' | null> {
  if ('kept' in place) return servedFromHere(deps.files, { name, place, ...file }, place.kept)
  const leave = enter()
  if (!leave) return 'no-room'
  try {
    const served = await servedFromDesk(deps.desk, name, place.article)
    if (served) return { ...served, bytes: watched(served.bytes, MOST_FETCHED_MS, leave) }
  } catch (error) {
    leave()
    throw error
  }
  leave()
  return null
}

/** What is known of a file without opening it. Of a file in Zammad neither type nor size is proven. */
const told = (c: Context, file: FileOnPage): Response =>
  c.body('', 200, {
    ...headersOf(file),
    ...('kept' in file.place ? { 'Content-Type': file.type, 'Content-Length': String(file.size) } : {}),
  })

const sent = (c: Context, file: FileOnPage, { type, size, bytes }: ServedFile): Response =>
  c.body(bytes, 200, {
    ...headersOf(file),
    'Content-Type': type,
    ...(size === null ? {} : { 'Content-Length': String(size) }),
  })

const headersOf = ({ name }: FileOnPage) => ({
  'Content-Disposition': `attachment; filename*=UTF-8''${extendedValue(name)}`,
  'Content-Security-Policy': "default-src 'none'; sandbox",
})

/** RFC 8187: letters, digits and few signs stand for themselves. */
const extendedValue = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
