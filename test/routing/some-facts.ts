import type { Facts } from '../../src/routing/facts.ts'

/** Facts of a ticket without anything in it, but for what is told. */
export const someFacts = (told: Partial<Facts> = {}): Facts => ({
  source: 'zammad-ui',
  form: null,
  answers: {},
  title: '',
  body: '',
  language: null,
  domain: null,
  organisation: null,
  at: new Date('2026-01-07T12:00:00Z'),
  ...told,
})
