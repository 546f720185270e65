import type { Language } from '../../src/language.ts'
import type { AlertMessage, Headers, NewNumber, Receipt } from '../../src/mailer.ts'

export const aReceipt = (changes: Partial<Receipt> = {}): Receipt => ({
  kind: 'receipt',
  language: 'en',
  site: 'Cancer Image Europe helpdesk',
  reference: '65432101234567',
  link: 'https://desk.example.org/helpdesk/c/0123456789abcdefghjkmnpqrstvwxyz',
  dueAt: new Date('2026-11-23T09:14:00Z'),
  timeZone: 'Europe/Madrid',
  ...changes,
})

export const aNewNumber = (changes: Partial<NewNumber> = {}): NewNumber => ({
  kind: 'new-number',
  language: 'en',
  site: 'Cancer Image Europe helpdesk',
  reference: '65432101234567',
  ticketNumber: '65432107654321',
  link: 'https://desk.example.org/helpdesk/c/0123456789abcdefghjkmnpqrstvwxyz',
  ...changes,
})

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

export const someHeaders = (changes: Partial<Headers> = {}): Headers => ({
  messageId: '<receipt.9k2m4q@desk.example.org>',
  date: new Date('2026-11-21T09:14:00Z'),
  to: 'ana.torres@visitors.example.org',
  ...changes,
})
