import type { Context } from 'hono'
import type { Staff } from './staff.ts'

/** Whether a program of staff asks: with `OPS_TOKEN` as a bearer token. */
export async function isBearer(c: Context, { isToken }: Pick<Staff, 'isToken'>): Promise<boolean> {
  const [, bearer = ''] = /^Bearer (\S+)$/i.exec(c.req.header('Authorization') ?? '') ?? []
  return isToken(bearer)
}
