import type { Context } from 'hono'
import { setCookie } from 'hono/cookie'
import type { Addresses } from './addresses.ts'
import type { HttpDeps } from './deps.ts'
import { OpsGoOn, OpsSignIn } from './pages/ops-sign-in.tsx'
import { smallForm } from './small-form.ts'
import { answerPage, type PlaceDeps, placeOf } from './speaking.ts'
import type { Staff } from './staff.ts'
import { SESSION_COOKIE } from './staff-session.ts'

export type DoorDeps = PlaceDeps & Pick<HttpDeps, 'publicUrl'>

/**
 * A page of staff that an address asks for. It is a path of ours with a query that we wrote anew from what was
 * understood, never a text out of the address, so that no link can make the sign-in lead elsewhere.
 */
export interface StaffPage {
  readonly path: '/ops' | '/ops/report'
  /** With its `?`; empty where nothing was chosen. */
  readonly search: string
}

/** What staff meet who come without a session. */
export interface StaffDoor {
  /** Asks for the token; first sends on, once, whoever comes by another site's link and so without their cookie. */
  readonly ask: (c: Context, page: StaffPage) => Response
  /** Takes the token of a posted form: opens a session and leads to the page, or asks again with 401. */
  readonly enter: (c: Context, page: StaffPage) => Promise<Response>
}

/** A parameter of an address that we sent a browser on to: there it is never sent on again, whatever it says. */
const SENT_ON = 'via'

export function staffDoor(deps: DoorDeps, staff: Staff, addresses: Addresses): StaffDoor {
  const addressOf = ({ path, search }: StaffPage): string => addresses.path(path) + search
  return {
    ask(c, page) {
      const place = placeOf(c, deps, addresses)
      const asked = addressOf(page)
      if (!mayBeSentOn(c)) return answerPage(c, <OpsSignIn place={place} action={asked} refused={false} />)
      const onward = `${asked}${page.search === '' ? '?' : '&'}${SENT_ON}=link`
      c.header('Refresh', `0; url=${onward}`)
      return answerPage(c, <OpsGoOn place={place} onward={onward} />)
    },
    async enter(c, page) {
      const asked = addressOf(page)
      const fields = await smallForm(c)
      if (fields === null || !(await staff.isToken(fields('token')))) {
        const place = placeOf(c, deps, addresses)
        return answerPage(c, <OpsSignIn place={place} action={asked} refused />, 401)
      }
      const { session, maxAgeSeconds } = await staff.openSession()
      setCookie(c, SESSION_COOKIE, session, {
        httpOnly: true,
        sameSite: 'Strict',
        path: addresses.path('/ops'),
        secure: deps.publicUrl.protocol === 'https:',
        maxAge: maxAgeSeconds,
      })
      return c.redirect(asked, 303)
    },
  }
}

/**
 * Whether a browser came by a link on another site: it then keeps a strict cookie to itself, but sends it with the
 * step that a page of ours leads to (RFC 6265bis, 5.2). Browsers say so (Fetch Metadata) over https and on loopback.
 */
const mayBeSentOn = (c: Context): boolean =>
  c.req.header('Sec-Fetch-Site') === 'cross-site' &&
  c.req.header('Sec-Fetch-Dest') === 'document' &&
  c.req.query(SENT_ON) === undefined
