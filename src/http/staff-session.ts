import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Staff } from './staff.ts'

export const SESSION_COOKIE = 'firstline_ops'

/** The session that a request of the board comes with, or null where it comes with none that is good. */
export async function staffSession(c: Context, staff: Staff): Promise<string | null> {
  const session = getCookie(c, SESSION_COOKIE)
  return session !== undefined && (await staff.isSession(session)) ? session : null
}
