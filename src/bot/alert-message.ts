import type { Site } from '../forms/form.ts'
import { inLanguage } from '../language.ts'
import type { AlertMessage, FoldedAlerts, PromiseAlert } from '../mailer.ts'
import type { Alert, NamedTicket, PromiseAlarm } from '../outbox/alert.ts'
import { ticketLink, zammadFrontPage } from '../outbox/ticket-link.ts'
import type { Unit } from '../routing/units.ts'

/** What alerts are put in words with. */
export interface AlertNames {
  readonly site: Site
  /** The units as the rules name them now. */
  readonly units: () => { readonly units: readonly Pick<Unit, 'id' | 'name'>[] }
  /** Where people open Zammad. */
  readonly zammadWebUrl: string
  /** The staff board, or null where there is none. */
  readonly boardLink: string | null
  /** The page on which staff say that they have seen what `ack` names. */
  readonly seenLink: (ack: string) => Promise<string>
  readonly timeZone: string
}

type Told = AlertMessage | PromiseAlert

/** The one alert, or all of them in one mail, as it stood at `at`: what is left of a promise counts from there. */
export async function messageOf(
  names: AlertNames,
  alerts: readonly Alert[],
  at: Date,
): Promise<Told | FoldedAlerts> {
  const told: Told[] = []
  for (const alert of alerts) told.push(await toldOf(names, alert, at))
  const [only] = told
  if (only && told.length === 1) return only
  return {
    kind: 'folded-alerts',
    ...siteWords(names),
    alerts: told,
    link: names.boardLink ?? zammadFrontPage(names.zammadWebUrl),
    opensBoard: names.boardLink !== null,
  }
}

const toldOf = async (names: AlertNames, alert: Alert, at: Date): Promise<Told> =>
  alert.about === 'promise'
    ? promiseMessage(names, alert, await names.seenLink(alert.ack), at)
    : alertMessage(names, alert)

const siteWords = ({ site, timeZone }: AlertNames) => {
  const [language] = site.languages
  return { language, site: inLanguage(site.name, language), timeZone }
}

function nameOf({ site, units }: AlertNames, id: string): string {
  const unit = units().units.find((one) => one.id === id)
  return unit ? inLanguage(unit.name, site.languages[0]) : id
}

/** What an alert says of a ticket; a link to it only where there is one. */
const ticketWords = (names: AlertNames, { id, number, topic, unit, dueAt }: NamedTicket) => ({
  number,
  topic,
  unit: nameOf(names, unit),
  dueAt: dueAt === null ? null : new Date(dueAt),
  link: id === null ? zammadFrontPage(names.zammadWebUrl) : ticketLink(names.zammadWebUrl, id),
  opensTicket: id !== null,
})

const promiseMessage = (
  names: AlertNames,
  { ticket, share, repeat, late, covers, kind, unseen, held, asOf }: PromiseAlarm,
  seenLink: string,
  at: Date,
): PromiseAlert => ({
  kind: 'promise-alert',
  ...siteWords(names),
  ...ticketWords(names, ticket),
  at,
  share,
  repeat,
  late,
  covers,
  internal: kind === 'internal',
  unseen,
  held,
  asOf: asOf === null ? null : new Date(asOf),
  seenLink,
})

function alertMessage(names: AlertNames, alert: Exclude<Alert, PromiseAlarm>): AlertMessage {
  const blank = {
    kind: 'alert',
    ...siteWords(names),
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
    link: zammadFrontPage(names.zammadWebUrl),
    opensTicket: false,
  } as const satisfies AlertMessage
  if (alert.about === 'stranger') return blank
  if (alert.about === 'unusable-unit') {
    return { ...blank, unit: nameOf(names, alert.unit), group: alert.group, reason: alert.reason }
  }
  const message = { ...blank, ...ticketWords(names, alert.ticket) }
  switch (alert.about) {
    case 'arrival':
      return { ...message, urgent: alert.urgent }
    case 'fallback':
      return { ...message, wanted: nameOf(names, alert.wanted) }
    case 'unrouted':
      return { ...message, count: alert.hours }
    case 'handed-over':
      return { ...message, count: alert.times }
    case 'undelivered':
      return { ...message, count: alert.minutes }
    case 'out-of-sight':
    case 'late':
    case 'frozen':
    case 'unwatched':
      return message
  }
}
