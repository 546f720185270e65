import type { Context } from 'hono'
import type { Addresses } from './addresses.ts'
import type { HttpDeps } from './deps.ts'
import { FailurePage, type FailureKind, type FailureStatus } from './pages/failure-page.tsx'
import { answerPage, placeOf } from './speaking.ts'

export const RETRY_AFTER_SECONDS = 30

/** A page that tells of a failure, where nothing of what was typed could be read. */
export function failurePage(
  c: Context,
  deps: HttpDeps,
  addresses: Addresses,
  status: FailureStatus,
  kind: FailureKind = status,
): Response {
  const retryAfterSeconds = status === 503 || status === 429 ? RETRY_AFTER_SECONDS : null
  if (retryAfterSeconds !== null) c.header('Retry-After', String(retryAfterSeconds))
  const place = placeOf(c, deps, addresses)
  return answerPage(
    c,
    <FailurePage place={place} kind={kind} retryAfterSeconds={retryAfterSeconds} />,
    status,
  )
}
