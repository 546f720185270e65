import type { Context } from 'hono'
import { readUrlencoded, TEXT_LIMITS } from './body.ts'

const SMALL_BODY = 16 * 1024

/** Reads a small form of ours; what is missing reads as empty. Null where it is no such form. */
export async function smallForm(c: Context): Promise<((name: string) => string) | null> {
  const { headers, body } = c.req.raw
  const read = await readUrlencoded({ headers, body }, { ...TEXT_LIMITS, textBytes: SMALL_BODY })
  return read.ok ? (name) => read.fields.get(name)?.[0] ?? '' : null
}
