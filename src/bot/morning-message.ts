import type { UnitDigest } from '../clocks/digest.ts'
import type { MonthReport } from '../clocks/monthly.ts'
import type { WeekDigest } from '../clocks/weekly.ts'
import type { Site } from '../forms/form.ts'
import { inLanguage } from '../language.ts'
import type { Digest, ReportMessage, WeekMessage } from '../morning-messages.ts'
import { ticketLink, zammadFrontPage } from '../outbox/ticket-link.ts'
import type { AskedRange } from '../promise/report-range.ts'
import type { Unit } from '../routing/units.ts'

/** What the mails of a morning are put in words with. */
export interface MorningNames {
  readonly site: Site
  /** The units as the rules name them now. */
  readonly units: () => { readonly units: readonly Pick<Unit, 'id' | 'name'>[] }
  /** The form's title as staff read it, or null. */
  readonly topicOf: (form: string) => string | null
  /** Where people open Zammad. */
  readonly zammadWebUrl: string
  /** The staff board, or null where there is none. */
  readonly boardLink: string | null
  /** The report of these days on the staff board, or null where there is none. */
  readonly reportLink: (range: AskedRange) => string | null
  /** The site's. */
  readonly timeZone: string
}

const siteWords = ({ site, zammadWebUrl }: MorningNames) => {
  const [language] = site.languages
  return { language, site: inLanguage(site.name, language), zammadLink: zammadFrontPage(zammadWebUrl) }
}

function nameOf({ site, units }: MorningNames, id: string): string {
  const unit = units().units.find((one) => one.id === id)
  return unit ? inLanguage(unit.name, site.languages[0]) : id
}

const linkWords = ({ zammadWebUrl }: MorningNames, id: number | null) => ({
  link: id === null ? zammadFrontPage(zammadWebUrl) : ticketLink(zammadWebUrl, id),
  opensTicket: id !== null,
})

function ticketWords(
  names: MorningNames,
  { id, number, form, dueAt, internal }: UnitDigest['due']['told'][number],
) {
  return {
    number,
    topic: form === null ? null : names.topicOf(form),
    dueAt: dueAt === null ? null : new Date(dueAt),
    internal,
    ...linkWords(names, id),
  }
}

const each = <From, To>(
  { told, more }: { readonly told: readonly From[]; readonly more: number },
  of: (one: From) => To,
) => ({ told: told.map(of), more })

/** What a unit is told. */
export const digestMessage = (names: MorningNames, digest: UnitDigest): Digest => ({
  kind: 'digest',
  ...siteWords(names),
  timeZone: digest.zone,
  at: new Date(digest.at),
  until: new Date(digest.until),
  unit: nameOf(names, digest.unit),
  asOf: digest.asOf === null ? null : new Date(digest.asOf),
  silenceMs: digest.silenceMs,
  late: each(digest.late, (one) => ticketWords(names, one)),
  due: each(digest.due, (one) => ticketWords(names, one)),
  noted: each(digest.noted, (one) => ({ ...ticketWords(names, one), level: one.level })),
  quiet: each(digest.quiet, (one) => ({ ...ticketWords(names, one), since: new Date(one.since) })),
  assigned: each(digest.assigned, ({ id, number, rule, decidedAt }) => ({
    number,
    rule,
    decidedAt: new Date(decidedAt),
    ...linkWords(names, id),
  })),
  boardLink: names.boardLink,
})

/** What the coordination is told of a week. */
export const weekMessage = (
  names: MorningNames,
  { at, from, to, figures, load }: WeekDigest,
): WeekMessage => ({
  kind: 'week',
  ...siteWords(names),
  timeZone: names.timeZone,
  at: new Date(at),
  from,
  to,
  figures,
  load: load.map((one) => ({ ...one, unit: one.unit === null ? null : nameOf(names, one.unit) })),
  reportLink: names.reportLink({ from, to }),
})

/** What the coordination is told of a month. */
export const reportMessage = (
  names: MorningNames,
  { month, at, figures, page }: MonthReport,
): ReportMessage => ({
  kind: 'report',
  ...siteWords(names),
  timeZone: names.timeZone,
  at: new Date(at),
  month,
  figures,
  page: page === null ? null : new TextEncoder().encode(page),
  reportLink: names.reportLink({ month }),
})
