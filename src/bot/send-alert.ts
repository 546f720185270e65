import { after, type Clock, DAY_MS, MINUTE_MS, SECOND_MS } from '../clock.ts'
import type { Conversations } from '../conversation/conversation.ts'
import type { Site } from '../forms/form.ts'
import { inLanguage } from '../language.ts'
import type { Log } from '../log.ts'
import type { AlertMessage, Mailer } from '../mailer.ts'
import { type Alert, alertMessageId, AlertPayload, type NamedTicket } from '../outbox/alert.ts'
import type { ClaimedJob, Kind } from '../outbox/job.ts'
import type { Suspensions } from '../outbox/suspensions.ts'
import { ticketLink, zammadFrontPage } from '../outbox/ticket-link.ts'
import type { Unit } from '../routing/units.ts'

/** How long an arrival waits for its ticket, and how soon it looks again. */
const PATIENCE_MS = 2 * MINUTE_MS
const LOOK_MS = 10 * SECOND_MS

/** What nobody tried to mail for so long, as where nothing was to be sent, is no news any more. */
const STALE_MS = 3 * DAY_MS

export interface SendAlertDeps {
  readonly mailer: Mailer
  readonly conversations: Pick<Conversations, 'byId'>
  readonly suspensions: Pick<Suspensions, 'isSuspended'>
  readonly site: Site
  /** The units as the rules name them now. */
  readonly units: () => { readonly units: readonly Pick<Unit, 'id' | 'name'>[] }
  /** Where people open Zammad. */
  readonly zammadWebUrl: string
  readonly timeZone: string
  /** What stands behind the @ of a Message-ID. */
  readonly mailHost: string
  readonly clock: Clock
  readonly log: Log
}

/**
 * Mails one alert to one address, in the site's first language. It is rendered again on each repeat, under
 * one Message-ID and date. An arrival waits for its ticket up to two minutes, then goes without a link to it.
 * An address from which our alerts came back as tickets gets none. One that is three days old before its first attempt
 * is no news: the log says so, and what is urgent is left to staff.
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
      const { to, alert: raised } = AlertPayload.parse(job.payload)
      const now = deps.clock()
      if (await deps.suspensions.isSuspended(to)) {
        deps.log.warn('alert.suspended', { job: job.job, kind: raised.about })
        return { outcome: 'done', writes: [] }
      }
      if (isUntried(job) && now > after(job.createdAt, STALE_MS)) {
        deps.log.warn('alert.stale', { job: job.job, kind: raised.about })
        return raised.about === 'arrival' && raised.urgent
          ? { outcome: 'parked', reason: 'an urgent arrival that could be told to nobody for three days' }
          : { outcome: 'done', writes: [] }
      }
      const alert = await withTicket(deps, raised)
      if (awaitsTicket(alert)) {
        if (now < after(job.createdAt, PATIENCE_MS)) {
          return { outcome: 'wait', until: after(now, LOOK_MS), reason: 'the ticket is not opened yet' }
        }
        deps.log.warn('alert.without-ticket', { job: job.job })
      }
      const mime = await deps.mailer.render(messageOf(deps, alert), headersOf(deps, job, to))
      await begin()
      await deps.mailer.send(to, mime)
      return { outcome: 'done', writes: [] }
    },
  }
}

const isUntried = ({ attempts, uncertain }: ClaimedJob): boolean => attempts === 0 && uncertain === 0

const headersOf = (deps: SendAlertDeps, job: ClaimedJob, to: string) => ({
  messageId: alertMessageId(job.job, deps.mailHost),
  date: job.createdAt,
  to,
})

const awaitsTicket = (alert: Alert): boolean => alert.about === 'arrival' && alert.ticket.id === null

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

function messageOf(deps: SendAlertDeps, alert: Alert): AlertMessage {
  const [language] = deps.site.languages
  const nameOf = (id: string): string => {
    const unit = deps.units().units.find((one) => one.id === id)
    return unit ? inLanguage(unit.name, language) : id
  }
  const blank = {
    kind: 'alert',
    language,
    site: inLanguage(deps.site.name, language),
    timeZone: deps.timeZone,
    about: alert.about,
    number: null,
    topic: null,
    unit: null,
    wanted: null,
    group: null,
    dueAt: null,
    urgent: false,
    count: null,
    reason: null,
    link: zammadFrontPage(deps.zammadWebUrl),
    opensTicket: false,
  } as const satisfies AlertMessage
  if (alert.about === 'stranger') return blank
  if (alert.about === 'unusable-unit') {
    return { ...blank, unit: nameOf(alert.unit), group: alert.group, reason: alert.reason }
  }
  const message = { ...blank, ...ticketWords(deps, alert.ticket), unit: nameOf(alert.ticket.unit) }
  switch (alert.about) {
    case 'arrival':
      return { ...message, urgent: alert.urgent }
    case 'fallback':
      return { ...message, wanted: nameOf(alert.wanted) }
    case 'unrouted':
      return { ...message, count: alert.hours }
    case 'handed-over':
      return { ...message, count: alert.times }
    case 'undelivered':
      return { ...message, count: alert.minutes }
    case 'out-of-sight':
    case 'late':
    case 'frozen':
      return message
  }
}

/** What an alert says of a ticket; a link to it only where there is one. */
const ticketWords = ({ zammadWebUrl }: SendAlertDeps, { id, number, topic, dueAt }: NamedTicket) => ({
  number,
  topic,
  dueAt: dueAt === null ? null : new Date(dueAt),
  ...(id === null ? {} : { link: ticketLink(zammadWebUrl, id), opensTicket: true }),
})
