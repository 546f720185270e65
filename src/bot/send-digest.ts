import { after, type Clock, DAY_MS, MINUTE_MS } from '../clock.ts'
import { DigestPayload, ReportPayload } from '../clocks/mornings.ts'
import type { Log } from '../log.ts'
import type { Mailer, Message } from '../mailer.ts'
import { alertMessageId } from '../outbox/alert.ts'
import type { Begin, ClaimedJob, Kind, Settlement } from '../outbox/job.ts'
import type { Suspensions } from '../outbox/suspensions.ts'
import { digestMessage, type MorningNames, reportMessage, weekMessage } from './morning-message.ts'

/** What could not be mailed for so long is no news any more. */
const STALE_MS = { unit: DAY_MS, week: 3 * DAY_MS, month: 14 * DAY_MS } as const

export interface SendDigestDeps extends MorningNames {
  readonly mailer: Mailer
  readonly suspensions: Pick<Suspensions, 'isSuspended'>
  /** What stands behind the @ of a Message-ID. */
  readonly mailHost: string
  readonly clock: Clock
  readonly log: Log
}

/** A mail that was frozen when its job was made. */
interface Frozen {
  readonly to: string
  /** Its date, and the moment of which it speaks. */
  readonly at: Date
  readonly staleMs: number
  readonly message: Message
}

/**
 * Mails what was frozen for a morning, in the site's first language, under one Message-ID and date: while nobody knows
 * whether it was taken, it is the same mail that is repeated, once. An address from which our alerts came back as
 * tickets gets none. What surely did not go out before it was stale is no news: the log says so.
 */
const mailing = (deps: SendDigestDeps, frozenIn: (payload: unknown) => Frozen): Kind => ({
  lane: 'mail',
  leaseMs: 12 * MINUTE_MS,
  prepareMs: 5 * MINUTE_MS,
  // RFC 5321 4.5.3.2.6: a server may take ten minutes to answer the final dot.
  uncertainMs: 15 * MINUTE_MS,
  maxUncertain: 1,
  giveUpMs: 5 * DAY_MS,
  act: (job, begin) => mail(deps, job, frozenIn(job.payload), begin),
})

async function mail(
  { mailer, suspensions, mailHost, clock, log }: SendDigestDeps,
  job: ClaimedJob,
  { to, at, staleMs, message }: Frozen,
  begin: Begin,
): Promise<Settlement> {
  if (await suspensions.isSuspended(to)) {
    log.warn('morning.suspended', { job: job.job, kind: message.kind })
    return { outcome: 'done', writes: [], reason: 'its address is suspended' }
  }
  if (job.uncertain === 0 && clock() > after(job.createdAt, staleMs)) {
    log.warn('morning.stale', { job: job.job, kind: message.kind })
    return { outcome: 'done', writes: [], reason: 'it is no news any more' }
  }
  const headers = { messageId: alertMessageId(job.job, mailHost), date: at, to }
  const mime = await mailer.render(message, headers)
  await begin()
  await mailer.send(to, mime)
  return { outcome: 'done', writes: [] }
}

/** Mails a unit's digest, or the coordination's of the week. */
export const sendDigest = (deps: SendDigestDeps): Kind =>
  mailing(deps, (payload) => {
    const { to, told } = DigestPayload.parse(payload)
    const message = told.of === 'unit' ? digestMessage(deps, told) : weekMessage(deps, told)
    return { to, at: message.at, staleMs: STALE_MS[told.of], message }
  })

/** Mails the report of a month to the coordination. */
export const sendReport = (deps: SendDigestDeps): Kind =>
  mailing(deps, (payload) => {
    const { to, told } = ReportPayload.parse(payload)
    const message = reportMessage(deps, told)
    return { to, at: message.at, staleMs: STALE_MS.month, message }
  })
