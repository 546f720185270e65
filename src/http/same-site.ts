import type { MiddlewareHandler } from 'hono'

const CHANGES_NOTHING = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a browser says that another site's page sent the request. A browser names the origin of a POST, or
 * at least the relation (Fetch Metadata); programs say neither, and are nobody's browser.
 */
export function isFromElsewhere(headers: Headers, ownHosts: readonly string[]): boolean {
  const relation = headers.get('Sec-Fetch-Site')
  if (relation === 'cross-site') return true
  const origin = headers.get('Origin')
  if (origin === null || origin === 'null') return relation === 'same-site'
  return !URL.canParse(origin) || !ownHosts.includes(new URL(origin).host)
}

/** Answers by `refuse` what would change something and was sent by a page of another site. */
export function ownSiteOnly(
  publicUrl: URL,
  refuse: (...[c]: Parameters<MiddlewareHandler>) => Response,
): MiddlewareHandler {
  return async (c, next) => {
    // No page can choose the Host of a visitor's request, so it is ours by whatever name we are reached.
    const own = [publicUrl.host, new URL(c.req.url).host]
    if (!CHANGES_NOTHING.has(c.req.method) && isFromElsewhere(c.req.raw.headers, own)) return refuse(c, next)
    return next()
  }
}
