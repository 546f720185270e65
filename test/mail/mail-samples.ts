import type { Headers, NewNumber, Receipt } from '../../src/mailer.ts'

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

export const someHeaders = (changes: Partial<Headers> = {}): Headers => ({
  messageId: '<receipt.9k2m4q@desk.example.org>',
  date: new Date('2026-11-21T09:14:00Z'),
  to: 'ana.torres@visitors.example.org',
  ...changes,
})
