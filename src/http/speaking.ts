import type { Context } from 'hono'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { type Language, pickLanguage } from '../language.ts'
import type { Addresses } from './addresses.ts'
import type { HttpDeps } from './deps.ts'
import { renderPage } from './pages/layout.tsx'
import type { Place } from './pages/place.ts'

/** The language of an answer: what the address asks for, then what the browser prefers. */
export const languageOf = (c: Context, deps: Pick<HttpDeps, 'site'>): Language =>
  pickLanguage(deps.site.languages, c.req.query('lang'), c.req.header('Accept-Language'))

/** What every page is made with. */
export type PlaceDeps = Pick<HttpDeps, 'site' | 'assets' | 'answerWithinHours' | 'sandbox'>

/** Where a page stands that answers this request. */
export function placeOf(c: Context, deps: PlaceDeps, addresses: Addresses): Place {
  return {
    site: deps.site,
    language: languageOf(c, deps),
    path: addresses.path,
    assets: deps.assets,
    answerWithinHours: deps.answerWithinHours(),
    sandbox: deps.sandbox,
    posted: c.req.method === 'POST',
  }
}

type PageStatus = 200 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503

export function answerPage(c: Context, page: JSX.Element, status: PageStatus = 200): Response {
  c.header('Vary', 'Accept-Language')
  return c.html(renderPage(page), status)
}
