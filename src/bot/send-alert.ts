import { after, DAY_MS, MINUTE_MS, SECOND_MS } from '../clock.ts'
import type { ClockRecords } from '../clocks/records.ts'
import type { Standing, StillTrue } from '../clocks/still-true.ts'
import type { Conversations } from '../conversation/conversation.ts'
import { Failure } from '../failure.ts'
import type { Mailer } from '../mailer.ts'
import { type Alert, alertMessageId, AlertPayload, alertSerial } from '../outbox/alert.ts'
import { highestOfEach } from '../outbox/alert-highest.ts'
import type { AlertJobs, WaitingAlert } from '../outbox/alert-jobs.ts'
import { CALM_MS, heldUntil } from '../outbox/alert-pace.ts'
import { raise, type RaiseDeps } from '../outbox/raise.ts'
import type { Begin, ClaimedJob, Kind, Settlement } from '../outbox/job.ts'
import type { Suspensions } from '../outbox/suspensions.ts'
import type { Atomically } from '../writes.ts'
import { type AlertNames, messageOf } from './alert-message.ts'

/** How long an arrival waits for its ticket, and how soon it looks again. */
const PATIENCE_MS = 2 * MINUTE_MS
const LOOK_MS = 10 * SECOND_MS

/** How soon all promises that are due will have been reckoned. */
const ROUND_MS = MINUTE_MS

/** What nobody tried to mail for so long, as where nothing was to be sent, is no news any more. */
const STALE_MS = 3 * DAY_MS

/** What one mail takes up at most: rows are bounded in size, and each alert is looked at before it goes. */
const MOST_FOLDED = 300
const MOST_CHARACTERS = 400_000

export interface SendAlertDeps extends AlertNames, RaiseDeps {
  readonly mailer: Mailer
  readonly jobs: AlertJobs
  readonly conversations: Pick<Conversations, 'byId'>
  readonly suspensions: Pick<Suspensions, 'isSuspended'>
  readonly stillTrue: StillTrue
  readonly marks: Pick<ClockRecords, 'mailed'>
  readonly atomically: Atomically
  /** What stands behind the @ of a Message-ID. */
  readonly mailHost: string
}

/** What a mail tells, and the moment of which it speaks: frozen before it may go, so that a repeat is the same mail. */
interface Told {
  readonly at: Date
  readonly alerts: readonly Alert[]
  /** The levels of which it tells, by their `ack`: with those that a higher one stands for. */
  readonly acks: readonly string[]
  /** What the job holds and is early: it gets a job of its own. */
  readonly later: readonly Alert[]
}

/** What is known of a job's alerts as it begins. */
interface Case {
  readonly job: ClaimedJob
  readonly payload: AlertPayload
  readonly serial: string
  readonly now: Date
}

/**
 * Mails alerts to one address, in the site's first language: the job's own one, and with it all that wait for the same
 * address, in one mail. It goes at the pace of `heldUntil`. What is not so any more is left out, and where nothing is
 * left no mail goes. While nobody knows whether a mail was taken, it is the same mail that is repeated, under one
 * Message-ID and date. An arrival waits for its ticket up to two minutes, then goes without a link to it. An address
 * from which our alerts came back as tickets gets none. What is early waits, or has a job of its own once the others went.
 * But for promises, one that is three days old before its first attempt is no news: the log says so, and what is urgent is
 * left to staff.
 */
export function sendAlert(deps: SendAlertDeps): Kind {
  return {
    lane: 'mail',
    leaseMs: 12 * MINUTE_MS,
    prepareMs: 5 * MINUTE_MS,
    // RFC 5321 4.5.3.2.6: a server may take ten minutes to answer the final dot.
    uncertainMs: 15 * MINUTE_MS,
    maxUncertain: 1,
    giveUpMs: 5 * DAY_MS,
    async act(job, begin) {
      const payload = AlertPayload.parse(job.payload)
      if (await deps.suspensions.isSuspended(payload.to)) {
        deps.log.warn('alert.suspended', { job: job.job, kind: payload.alert.about })
        return unsent('its address is suspended')
      }
      const serial = await alertSerial(payload.to)
      const found = { job, payload, serial, now: deps.clock() }
      const told = job.uncertain > 0 ? await toldBefore(deps, found) : await tellNow(deps, found)
      return 'outcome' in told ? told : mail(deps, found, told, begin)
    },
  }
}

const UNKNOWN: Standing = { is: 'unknown' }

const unsent = (reason: string): Settlement => ({ outcome: 'done', writes: [], reason })

const unreckoned = (now: Date): Settlement => ({
  outcome: 'wait',
  until: after(now, ROUND_MS),
  reason: 'a promise in it is to be reckoned first',
})

const tooEarly = ({ until }: Extract<Standing, { is: 'early' }>): Settlement => ({
  outcome: 'wait',
  until,
  reason: 'its clock stands still, or was given more time',
})

async function mail(
  deps: SendAlertDeps,
  { job, payload, serial }: Case,
  { at, alerts, acks, later }: Told,
  begin: Begin,
): Promise<Settlement> {
  const headers = { messageId: alertMessageId(job.job, deps.mailHost), date: at, to: payload.to }
  const mime = await deps.mailer.render(await messageOf(deps, alerts, at), headers)
  await begin()
  await deps.mailer.send(payload.to, mime)
  const mailed = acks.length === 0 ? [] : [deps.marks.mailed(acks, { to: serial, at: deps.clock() })]
  const raised = await Promise.all(
    later.map((alert, nth) => raise(deps, alert, { occasion: `later:${job.job}:${nth}`, to: [payload.to] })),
  )
  return { outcome: 'done', writes: [...mailed, ...raised.flat()] }
}

/** What may have been told already; a row of an earlier version holds nothing but its alert. */
async function toldBefore(deps: SendAlertDeps, { job, payload: { told, alert } }: Case): Promise<Told> {
  if (told) return { ...told, at: new Date(told.at) }
  return { at: job.createdAt, alerts: [await withTicket(deps, alert)], acks: [], later: [] }
}

/** What is to be told now, frozen; or how the job goes on where nothing is. */
async function tellNow(deps: SendAlertDeps, found: Case): Promise<Told | Settlement> {
  const { job, payload, now } = found
  // Where it was to go before, and surely did not, its time has come already.
  const isFirst = job.attempts === 0 && payload.folded === undefined
  const own = isFirst ? await firstOf(deps, found) : null
  if (own && 'outcome' in own) return own
  const standings = await gather(deps, found, own)
  await raiseElsewhere(deps, standings)
  if (standings.some(({ is }) => is === 'unknown')) return unreckoned(now)
  const alerts: Alert[] = []
  const tellings = standings.filter((one) => one.is === 'so')
  const early = standings.filter((one) => one.is === 'early')
  for (const alert of highestOfEach(tellings)) alerts.push(await withTicket(deps, alert))
  if (alerts.length === 0) return early[0] ? tooEarly(early[0]) : unsent('nothing of it is so any more')
  if (alerts.some(awaitsTicket)) deps.log.warn('alert.without-ticket', { job: job.job })
  const acks = tellings.flatMap(({ alert }) => (alert.about === 'promise' ? [alert.ack] : []))
  const told = { alerts, acks, later: early.map(({ alert }) => alert) }
  const [frozen] = await deps.atomically([deps.jobs.freezeAlerts(job, { ...told, at: now.toISOString() })])
  if (frozen !== 1) throw leaseEnded()
  return { ...told, at: now }
}

/** Raises for the people of the unit that has a ticket now what was raised for another one's. */
async function raiseElsewhere(deps: SendAlertDeps, standings: readonly Standing[]): Promise<void> {
  const handedOn = standings.flatMap((one) =>
    (one.is === 'so' || one.is === 'over') && one.handedOn ? [one.handedOn] : [],
  )
  const writes = await Promise.all(handedOn.map(({ alert, ...told }) => raise(deps, alert, told)))
  if (writes.length > 0) await deps.atomically(writes.flat())
}

/** How the job's own alert stands, of which nothing was tried yet; or how the job goes on where it is not mailed now. */
async function firstOf(
  deps: SendAlertDeps,
  { job, payload: { alert, to }, serial, now }: Case,
): Promise<Standing | Settlement> {
  if (isStale(alert, job.createdAt, now)) {
    deps.log.warn('alert.stale', { job: job.job, kind: alert.about })
    return isUrgent(alert)
      ? { outcome: 'parked', reason: 'an urgent arrival that could be told to nobody for three days' }
      : unsent('it is no news any more')
  }
  if (awaitsTicket(await withTicket(deps, alert)) && isPatient(job.createdAt, now)) {
    return { outcome: 'wait', until: after(now, LOOK_MS), reason: 'the ticket is not opened yet' }
  }
  const [standing = UNKNOWN] = await deps.stillTrue([alert], to)
  if (standing.is === 'over') {
    await raiseElsewhere(deps, [standing])
    return unsent('it is not so any more')
  }
  if (standing.is === 'unknown') return unreckoned(now)
  if (standing.is === 'early') return tooEarly(standing)
  const mails = await deps.jobs.alertsMailed(serial, { from: after(now, -CALM_MS), to: now })
  const until = heldUntil(standing.alert, mails, now)
  return until ? { outcome: 'wait', until, reason: 'it goes with the next mail to this address' } : standing
}

/**
 * How all stands that the job has and takes up, its own alert first. What waits in a job of its own and is unknown stays
 * there for the next mail, as does what is early.
 */
async function gather(deps: SendAlertDeps, found: Case, own: Standing | null): Promise<readonly Standing[]> {
  const { job, payload, serial, now } = found
  const held = [...(own ? [] : [{ job: job.job, alert: payload.alert }]), ...(payload.folded ?? [])]
  const waiting = fitting(await deps.jobs.waitingAlerts(serial, job.job, MOST_FOLDED), payload, now)
  const asked = [...held, ...waiting.flatMap(({ alerts }) => alerts)]
  const answers = await deps.stillTrue(
    asked.map(({ alert }) => alert),
    payload.to,
  )
  const known = new Map(asked.map((one, at) => [one.job, answers[at] ?? UNKNOWN]))
  const standingIn = (one: { readonly job: string }): Standing => known.get(one.job) ?? UNKNOWN
  const is = held.map((one) => standingIn(one).is)
  // A mail that does not go now takes up nothing.
  const goes = own !== null || (is.includes('so') && !is.includes('unknown'))
  const isTold = ({ alerts }: Waiting): boolean =>
    alerts.map(standingIn).every((each) => each.is === 'so' || each.is === 'over')
  const folded = await takeUp(deps, found, goes ? waiting.filter(isTold).map((one) => one.job) : [])
  return [own ?? standingIn(job), ...folded.map(standingIn)]
}

/** What the job took up from others that wait for the same address, now and before. */
async function takeUp(
  { jobs, atomically, log }: SendAlertDeps,
  { job, payload, serial, now }: Case,
  names: readonly string[],
): Promise<NonNullable<AlertPayload['folded']>> {
  if (names.length === 0) return payload.folded ?? []
  const [held, folded] = await atomically(jobs.foldAlerts(job, { serial, jobs: names, now }))
  if (held !== 1) throw leaseEnded()
  log.info('alert.folded', { job: job.job, count: folded ?? 0 })
  return AlertPayload.parse(await jobs.payloadOf(job)).folded ?? []
}

/** A job that waits, and what it would bring along: its own alert and what it took up, by the jobs that had them. */
interface Waiting {
  readonly job: string
  readonly alerts: readonly { readonly job: string; readonly alert: Alert }[]
}

/** Of what waits, the oldest that can be told now and fit into one row. */
function fitting(waiting: readonly WaitingAlert[], payload: AlertPayload, now: Date): readonly Waiting[] {
  const fit: Waiting[] = []
  let characters = JSON.stringify(payload).length
  for (const each of waiting) {
    characters += JSON.stringify(each.payload).length
    if (characters > MOST_CHARACTERS) break
    const { data } = AlertPayload.safeParse(each.payload)
    if (!data || !isFit(each, data.alert, now)) continue
    const { job } = each
    fit.push({ job, alerts: [{ job, alert: data.alert }, ...(data.folded ?? [])] })
  }
  return fit
}

/** Whether an alert can be told with another: what is to be left to staff, or waits for its ticket, has a mail of its own. */
function isFit({ attempts, createdAt, conversation }: WaitingAlert, alert: Alert, now: Date): boolean {
  if (conversation === 'gone' || (attempts === 0 && isStale(alert, createdAt, now))) return false
  return conversation !== 'unopened' || !awaitsTicket(alert) || !isPatient(createdAt, now)
}

/** A promise is told of as it stands, however long nobody could be told. */
const isStale = ({ about }: Alert, createdAt: Date, now: Date): boolean =>
  about !== 'promise' && now > after(createdAt, STALE_MS)
const isPatient = (createdAt: Date, now: Date): boolean => now < after(createdAt, PATIENCE_MS)
const isUrgent = (alert: Alert): boolean => alert.about === 'arrival' && alert.urgent
const awaitsTicket = (alert: Alert): boolean => alert.about === 'arrival' && alert.ticket.id === null
const leaseEnded = (): Failure => new Failure('unavailable', 'the lease of the job has ended')

/** The alert with the ticket of its conversation, where that was opened since it was raised. */
async function withTicket(deps: SendAlertDeps, alert: Alert): Promise<Alert> {
  if (alert.about !== 'arrival' || alert.conversation === null) return alert
  const conversation = await deps.conversations.byId(alert.conversation)
  if (!conversation) throw new Error('an alert without its conversation')
  const number = conversation.ticketNumber ?? alert.ticket.number
  const { ticketId: id, unit } = conversation
  // What was decided is where it goes; only an opened ticket tells where it went.
  const ticket = { ...alert.ticket, number, ...(id === null ? {} : { id, unit }) }
  return { ...alert, ticket }
}
