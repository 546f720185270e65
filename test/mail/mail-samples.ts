import type { Language } from '../../src/language.ts'
import type {
  AlertMessage,
  Answer,
  Enclosed,
  FoldedAlerts,
  Headers,
  Links,
  Message,
  NewNumber,
  Notice,
  PromiseAlert,
  Receipt,
  StaffMessage,
} from '../../src/mailer.ts'

const LINK = 'https://desk.example.org/helpdesk/c/0123456789abcdefghjkmnpqrstvwxyz'
const DUE = new Date('2026-11-23T09:14:00Z')

/** A conversation whose ticket is open, and whose mail nobody reads. */
const conversation = {
  language: 'en',
  site: 'Cancer Image Europe helpdesk',
  reference: '65432101234567',
  number: '65432101234567',
  link: LINK,
  replyTo: null,
  references: ['<9k2m4q@desk.example.org>'],
} as const

export const aReceipt = (changes: Partial<Receipt> = {}): Receipt => ({
  ...conversation,
  kind: 'receipt',
  number: null,
  references: [],
  dueAt: DUE,
  timeZone: 'Europe/Madrid',
  ...changes,
})

export const aNewNumber = (changes: Partial<NewNumber> = {}): NewNumber => ({
  ...conversation,
  kind: 'new-number',
  number: '65432107654321',
  ticketNumber: '65432107654321',
  ...changes,
})

type Content = NonNullable<Answer['content']>

export const aContent = (changes: Partial<Content> = {}): Content => ({
  html: '<p>Thank you for the log.</p>',
  text: 'Thank you for the log.',
  enclosed: [],
  left: [],
  ...changes,
})

export const anEnclosed = (changes: Partial<Enclosed> = {}): Enclosed => ({
  cid: null,
  name: 'node.log',
  type: 'text/plain',
  bytes: new TextEncoder().encode('63 %: connection reset\n'),
  ...changes,
})

export const anAnswer = (changes: Partial<Answer> = {}): Answer => ({
  ...conversation,
  kind: 'answer',
  agent: 'Anna Agent',
  team: 'Technical support',
  content: aContent(),
  dueAt: null,
  isLate: false,
  timeZone: 'Europe/Madrid',
  opensZammad: false,
  ...changes,
})

export const aNotice = (changes: Partial<Notice> = {}): Notice => ({
  ...conversation,
  kind: 'moved',
  team: 'Technical support',
  dueAt: changes.kind === 'late' ? DUE : null,
  timeZone: 'Europe/Madrid',
  raisedTo: changes.kind === 'late' ? ['Technical support', 'Coordination'] : [],
  raisedToCoordination: false,
  isHeld: false,
  ...changes,
})

export const someLinks = (changes: Partial<Links> = {}): Links => ({
  kind: 'links',
  language: 'en',
  site: 'Cancer Image Europe helpdesk',
  requests: [
    { number: '65432101234567', link: LINK },
    { number: 'FL-7K3M9QXZ', link: `${LINK.slice(0, -1)}y` },
  ],
  ...changes,
})

export const NOTICES = ['moved', 'closed', 'merged', 'late'] as const

/** One mail of each kind that visitors get, under a name of its own. */
export const everyVisitorMail = (language: Language): readonly { what: string; message: Message }[] => [
  { what: 'receipt', message: aReceipt({ language }) },
  { what: 'new number', message: aNewNumber({ language }) },
  { what: 'answer', message: anAnswer({ language, dueAt: DUE }) },
  { what: 'answer by the team', message: anAnswer({ language, agent: null }) },
  { what: 'answer that can be answered', message: anAnswer({ language, replyTo: 'nodes@example.org' }) },
  { what: 'answer as a link alone', message: anAnswer({ language, content: null }) },
  {
    what: 'answer in Zammad',
    message: anAnswer({ language, opensZammad: true, link: 'https://help.example.org/#ticket/zoom/4711' }),
  },
  ...NOTICES.map((kind) => ({ what: kind, message: aNotice({ language, kind }) })),
  { what: 'the rest late', message: aNotice({ language, kind: 'late', isHeld: true }) },
  { what: 'links', message: someLinks({ language }) },
]

/** An urgent arrival whose ticket is open. */
export const anAlert = (changes: Partial<AlertMessage> = {}): AlertMessage => ({
  kind: 'alert',
  language: 'en',
  site: 'Cancer Image Europe helpdesk',
  timeZone: 'Europe/Madrid',
  about: 'arrival',
  number: '65432101234567',
  topic: 'Report personal data',
  unit: 'Catalogue',
  wanted: null,
  group: null,
  dueAt: new Date('2026-11-23T09:14:00Z'),
  urgent: true,
  count: null,
  reason: null,
  link: 'https://help.example.org/#ticket/zoom/4711',
  opensTicket: true,
  ...changes,
})

const aboutNoTicket = {
  number: null,
  topic: null,
  dueAt: null,
  urgent: false,
  link: 'https://help.example.org/',
  opensTicket: false,
}

/** One alert of each kind, under a name of its own. */
export const everyAlert = (language: Language): readonly { what: string; message: AlertMessage }[] => [
  { what: 'urgent arrival', message: anAlert({ language }) },
  { what: 'arrival', message: anAlert({ language, urgent: false }) },
  {
    what: 'arrival without ticket',
    message: anAlert({ language, link: 'https://help.example.org/', opensTicket: false }),
  },
  { what: 'fallback', message: anAlert({ language, about: 'fallback', wanted: 'Reference nodes' }) },
  { what: 'unrouted', message: anAlert({ language, about: 'unrouted', count: 8 }) },
  { what: 'out-of-sight', message: anAlert({ language, about: 'out-of-sight' }) },
  { what: 'handed-over', message: anAlert({ language, about: 'handed-over', count: 3 }) },
  { what: 'late', message: anAlert({ language, about: 'late' }) },
  { what: 'undelivered', message: anAlert({ language, about: 'undelivered', count: 15 }) },
  { what: 'unwatched', message: anAlert({ language, about: 'unwatched' }) },
  { what: 'frozen', message: anAlert({ language, about: 'frozen' }) },
  {
    what: 'unusable-unit',
    message: anAlert({
      language,
      ...aboutNoTicket,
      about: 'unusable-unit',
      group: 'Catalogue team',
      reason: 'its group is inactive',
    }),
  },
  { what: 'stranger', message: anAlert({ language, ...aboutNoTicket, about: 'stranger', unit: null }) },
]

/** A promise of which a quarter of the time is left, to the unit that has the ticket. */
export const aPromiseAlert = (changes: Partial<PromiseAlert> = {}): PromiseAlert => ({
  kind: 'promise-alert',
  language: 'en',
  site: 'Cancer Image Europe helpdesk',
  timeZone: 'Europe/Madrid',
  at: new Date('2026-11-22T21:14:00Z'),
  number: '65432101234567',
  topic: 'Report personal data',
  unit: 'Catalogue',
  share: 0.75,
  repeat: 0,
  late: false,
  covers: [],
  dueAt: DUE,
  internal: false,
  unseen: false,
  held: false,
  asOf: null,
  link: 'https://help.example.org/#ticket/zoom/4711',
  opensTicket: true,
  seenLink:
    'https://desk.example.org/helpdesk/seen/0123456789abcdefghjkmnpqr.0123456789abcdefghjkmnpqrstvwxyz',
  ...changes,
})

/** The same, three hours after its end. */
export const aLateAlert = (changes: Partial<PromiseAlert> = {}): PromiseAlert =>
  aPromiseAlert({ share: 1, late: true, at: new Date('2026-11-23T12:14:00Z'), ...changes })

const UNITS = ['Catalogue', 'Technical support', 'Reference nodes']

/** So many promises, some of them late, with an hour between one due and the next. */
export const promiseAlerts = (count: number, language: Language): readonly PromiseAlert[] =>
  Array.from({ length: count }, (_, n) =>
    aPromiseAlert({
      language,
      number: String(65_432_101_000_000 + n),
      unit: UNITS[n % UNITS.length] ?? '',
      topic: n % 4 === 0 ? null : 'Upload trouble',
      late: n < count / 4,
      dueAt: new Date(Date.UTC(2026, 10, 22, 21, 14) + (n - count / 4) * 3_600_000),
      link: `https://help.example.org/#ticket/zoom/${4000 + n}`,
      seenLink: aPromiseAlert().seenLink.replace('0123', String(1000 + n)),
    }),
  )

/** Two promises: one that a first answer holds, and one that is late by a day and stands for earlier levels. */
export const heldAndLate = (language: Language): readonly PromiseAlert[] => [
  aPromiseAlert({ language, share: 0.9, covers: ['75%'], held: true, unseen: true }),
  aLateAlert({
    language,
    number: '65432101111111',
    unit: 'Technical support',
    topic: null,
    repeat: 1,
    covers: ['90%', '75%'],
    dueAt: new Date('2026-11-22T09:14:00Z'),
    at: new Date('2026-11-23T09:14:00Z'),
    link: 'https://help.example.org/#ticket/zoom/4712',
    seenLink: aPromiseAlert().seenLink.replace('0123', '1123'),
  }),
]

export const someFolded = (changes: Partial<FoldedAlerts> = {}): FoldedAlerts => {
  const { language = 'en' } = changes
  return {
    kind: 'folded-alerts',
    language,
    site: 'Cancer Image Europe helpdesk',
    timeZone: 'Europe/Madrid',
    alerts: [
      ...promiseAlerts(6, language),
      aPromiseAlert({ language, unseen: true, internal: true, number: '65432101111111' }),
      aPromiseAlert({
        language,
        asOf: new Date('2026-11-22T18:00:00Z'),
        number: '65432102222222',
        opensTicket: false,
        link: 'https://help.example.org/',
      }),
      ...everyAlert(language).map(({ message }) => message),
    ],
    link: 'https://desk.example.org/helpdesk/ops',
    opensBoard: true,
    ...changes,
  }
}

/** What staff are told of promises, one mail of each kind, under a name of its own. */
export const everyPromiseMail = (language: Language): readonly { what: string; message: StaffMessage }[] => [
  { what: 'promise soon', message: aPromiseAlert({ language }) },
  { what: 'promise late', message: aLateAlert({ language, covers: ['75%', '90%'], unseen: true }) },
  { what: 'promise just late', message: aLateAlert({ language, at: DUE }) },
  {
    what: 'promise late for days',
    message: aLateAlert({ language, repeat: 2, at: new Date('2026-11-25T09:14:00Z') }),
  },
  {
    what: 'promise to another unit',
    message: aPromiseAlert({
      language,
      internal: true,
      unseen: true,
      asOf: new Date('2026-11-22T18:00:00Z'),
    }),
  },
  { what: 'promise to another unit late', message: aLateAlert({ language, internal: true }) },
  {
    what: 'promise without ticket',
    message: aPromiseAlert({ language, opensTicket: false, link: 'https://help.example.org/' }),
  },
  { what: 'promise that holds', message: aPromiseAlert({ language, held: true }) },
  { what: 'promise that holds late', message: aLateAlert({ language, held: true, unseen: true }) },
  {
    what: 'promise that holds, to another unit',
    message: aLateAlert({ language, held: true, internal: true }),
  },
  { what: 'promise without due', message: aPromiseAlert({ language, dueAt: null, topic: null }) },
  { what: 'folded promises', message: someFolded({ language, alerts: heldAndLate(language) }) },
  { what: 'folded', message: someFolded({ language }) },
  {
    what: 'folded storm',
    message: someFolded({
      language,
      alerts: promiseAlerts(300, language),
      link: 'https://help.example.org/',
      opensBoard: false,
    }),
  },
]

export const someHeaders = (changes: Partial<Headers> = {}): Headers => ({
  messageId: '<receipt.9k2m4q@desk.example.org>',
  date: new Date('2026-11-21T09:14:00Z'),
  to: 'ana.torres@visitors.example.org',
  ...changes,
})
