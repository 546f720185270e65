import type { Language } from '../../src/language.ts'
import type { StaffMessage } from '../../src/mailer.ts'
import type {
  Digest,
  DigestTicket,
  KeyFigures,
  ReportMessage,
  WeekMessage,
} from '../../src/morning-messages.ts'

const AT = new Date('2026-11-23T07:00:00Z')
const HOUR_MS = 3_600_000
const hours = (count: number): Date => new Date(AT.getTime() + count * HOUR_MS)

export const aDigestTicket = (n: number, changes: Partial<DigestTicket> = {}): DigestTicket => ({
  number: String(65_432_101_234_500 + n),
  topic: 'Upload trouble',
  dueAt: hours(n),
  internal: false,
  link: `https://help.example.org/#ticket/zoom/${4700 + n}`,
  opensTicket: true,
  ...changes,
})

const none = { told: [], more: 0 } as const

/** One ticket in each list. */
export const aDigest = (changes: Partial<Digest> = {}): Digest => {
  const { language = 'en' } = changes
  return {
    kind: 'digest',
    language,
    site: 'Cancer Image Europe helpdesk',
    timeZone: 'Europe/Madrid',
    at: AT,
    until: hours(24),
    unit: language === 'en' ? 'Catalogue' : 'Catálogo',
    asOf: null,
    silenceMs: 120 * HOUR_MS,
    late: { told: [aDigestTicket(-3)], more: 0 },
    due: { told: [aDigestTicket(5), aDigestTicket(9, { topic: null, internal: true })], more: 0 },
    noted: { told: [{ ...aDigestTicket(24), level: '50%' }], more: 0 },
    quiet: { told: [{ ...aDigestTicket(60, { dueAt: null }), since: hours(-130) }], more: 0 },
    assigned: {
      told: [
        {
          number: '65432101234599',
          link: 'https://help.example.org/#ticket/zoom/4799',
          opensTicket: true,
          rule: 'Mapping tables for the ETL',
          decidedAt: hours(-7),
        },
      ],
      more: 0,
    },
    boardLink: 'https://desk.example.org/helpdesk/ops',
    zammadLink: 'https://help.example.org/',
    ...changes,
  }
}

/** The one that is late, and nothing else. */
export const aShortDigest = (changes: Partial<Digest> = {}): Digest =>
  aDigest({ due: none, noted: none, quiet: none, assigned: none, ...changes })

const times = <One>(make: (n: number) => One): { told: One[]; more: number } => ({
  told: Array.from({ length: 50 }, (_, n) => make(n)),
  more: 12,
})

/** Lists that are as long as lists get. */
export const aFullDigest = (changes: Partial<Digest> = {}): Digest => {
  const [quiet] = aDigest().quiet.told
  const [assigned] = aDigest().assigned.told
  if (!quiet || !assigned) throw new Error('each list has one')
  return aDigest({
    late: times((n) => aDigestTicket(n - 60)),
    due: times((n) => aDigestTicket((n + 1) / 3)),
    noted: times((n) => ({ ...aDigestTicket(30 + n), level: '50%' })),
    quiet: times((n) => ({ ...quiet, number: `6543210333${1000 + n}`, since: hours(n - 200) })),
    assigned: times((n) => ({ ...assigned, number: `6543210444${1000 + n}` })),
    ...changes,
  })
}

export const someFigures = (changes: Partial<KeyFigures> = {}): KeyFigures => ({
  received: 41,
  carriedIn: 6,
  answered: 38,
  closed: 2,
  open: 7,
  openLate: 1,
  kept: {
    promised: { inTime: 35, late: 3, overdue: 1 },
    wall: { inTime: 35, late: 3, overdue: 1 },
    business: { inTime: 38, late: 0, overdue: 0 },
  },
  medianMs: 18.5 * HOUR_MS,
  p90Ms: 46 * HOUR_MS + 10 * 60_000,
  handOvers: 4,
  ...changes,
})

/** Of a week or a month in which nothing happened. */
export const noFigures: KeyFigures = {
  received: 0,
  carriedIn: 0,
  answered: 0,
  closed: 0,
  open: 0,
  openLate: 0,
  kept: {
    promised: { inTime: 0, late: 0, overdue: 0 },
    wall: { inTime: 0, late: 0, overdue: 0 },
    business: { inTime: 0, late: 0, overdue: 0 },
  },
  medianMs: null,
  p90Ms: null,
  handOvers: 0,
}

const ofFigures = {
  site: 'Cancer Image Europe helpdesk',
  timeZone: 'Europe/Madrid',
  at: AT,
  figures: someFigures(),
  zammadLink: 'https://help.example.org/',
} as const

export const aWeek = (changes: Partial<WeekMessage> = {}): WeekMessage => ({
  kind: 'week',
  language: 'en',
  ...ofFigures,
  from: '2026-11-16',
  to: '2026-11-22',
  load: [
    { unit: 'Catalogue', open: 7, late: 2 },
    { unit: 'Reference nodes', open: 3, late: 0 },
    { unit: 'Dashboard', open: 0, late: 0 },
    { unit: null, open: 1, late: 1 },
  ],
  reportLink: 'https://desk.example.org/helpdesk/ops/report?from=2026-11-16&to=2026-11-22',
  ...changes,
})

export const aReport = (changes: Partial<ReportMessage> = {}): ReportMessage => ({
  kind: 'report',
  language: 'en',
  ...ofFigures,
  month: '2026-10',
  page: new TextEncoder().encode('<!doctype html><title>The promise, October 2026</title>'),
  reportLink: 'https://desk.example.org/helpdesk/ops/report?month=2026-10',
  ...changes,
})

/** What is mailed of a morning, one mail of each kind, under a name of its own. */
export const everyMorningMail = (language: Language): readonly { what: string; message: StaffMessage }[] => [
  { what: 'digest', message: aDigest({ language, asOf: hours(-9) }) },
  { what: 'digest of one', message: aShortDigest({ language, boardLink: null }) },
  { what: 'digest with everything', message: aFullDigest({ language }) },
  { what: 'week', message: aWeek({ language }) },
  { what: 'week of nothing', message: aWeek({ language, figures: noFigures, load: [], reportLink: null }) },
  { what: 'report', message: aReport({ language }) },
  { what: 'report of nothing', message: aReport({ language, figures: noFigures, page: null }) },
]
