import { expect, test } from 'vitest'
import { choiceOfAgent, overriddenBy } from '../../src/bot/overridden.ts'
import type { Article, Change, Ticket } from '../../src/desk.ts'
import { NOON } from '../support/samples.ts'

const BOT = 3
const AGENT = 4
const NOBODY = 1

const TICKET: Ticket = {
  id: 7,
  number: '7800007',
  title: 'A question',
  group: 'First Line support',
  groupId: 2,
  state: 'new',
  closed: false,
  priority: '2 normal',
  ownerId: null,
  customerId: 9,
  firstArticleType: 'email',
  createdAt: NOON,
  updatedAt: NOON,
  mark: null,
}

const ARTICLE: Article = {
  id: 1,
  sender: 'Customer',
  type: 'email',
  internal: false,
  createdById: 9,
  createdAt: NOON,
  messageId: null,
  from: 'ann@example.org',
  subject: '',
  contentType: 'text/plain',
  body: '',
}

const group = (id: number, by: number, from: string, to: string): Change => ({
  id,
  attribute: 'group',
  from: { id: from.length, name: from },
  to: { id: to.length, name: to },
  by,
  at: NOON,
})

const owner = (id: number, by: number, from: number, to: number): Change => ({
  id,
  attribute: 'owner',
  from: { id: from, name: '' },
  to: { id: to, name: '' },
  by,
  at: NOON,
})

test.for<[string, { ticket?: Partial<Ticket>; articles?: Article[]; changes?: Change[] }, string | null]>([
  ['nobody has touched it', {}, null],
  ['it is closed', { ticket: { closed: true } }, 'it is closed'],
  ['somebody owns it', { ticket: { ownerId: AGENT } }, 'it has an owner'],
  ['it is in another group', { ticket: { group: 'Catalogue' } }, 'somebody chose another group'],
  [
    'an agent wrote a note',
    { articles: [ARTICLE, { ...ARTICLE, sender: 'Agent', internal: true, createdById: AGENT }] },
    'an agent wrote in it',
  ],
  [
    'an agent logged a call of the visitor',
    { articles: [{ ...ARTICLE, type: 'phone', createdById: AGENT }] },
    null,
  ],
  ['the bot itself wrote', { articles: [ARTICLE, { ...ARTICLE, sender: 'Agent', createdById: BOT }] }, null],
  [
    'an agent moved it to First Line',
    { changes: [group(1, AGENT, 'Catalogue', 'First Line support')] },
    'somebody changed its group or owner',
  ],
  [
    'an agent took it and gave it back',
    { changes: [owner(1, AGENT, NOBODY, AGENT), owner(2, AGENT, AGENT, NOBODY)] },
    'somebody changed its group or owner',
  ],
])('a ticket is free to be routed only while nobody chose: %s', ([, over, choice]) => {
  const found = {
    ticket: { ...TICKET, ...over.ticket },
    articles: over.articles ?? [ARTICLE],
    changes: over.changes ?? [],
  }
  expect(choiceOfAgent(found, BOT, 'First Line support')).toBe(choice)
})

test.for<[string, Change[], unknown]>([
  ['we moved it and nobody else did', [group(5, BOT, 'First Line support', 'Catalogue')], null],
  ['nobody moved it', [], null],
  ['an agent moved it and we did not', [group(4, AGENT, 'First Line support', 'Dashboard')], null],
  [
    'an agent moved it just before us',
    [group(4, AGENT, 'First Line support', 'Dashboard'), group(5, BOT, 'Dashboard', 'Catalogue')],
    { group: 'Dashboard' },
  ],
  [
    'an agent took it just before us, and lost it by our move',
    [
      owner(4, AGENT, NOBODY, AGENT),
      group(5, BOT, 'First Line support', 'Catalogue'),
      owner(6, BOT, AGENT, NOBODY),
    ],
    { group: 'First Line support', ownerId: AGENT },
  ],
  [
    'an agent moved it after us',
    [group(4, BOT, 'First Line support', 'Catalogue'), group(5, AGENT, 'Catalogue', 'Dashboard')],
    null,
  ],
  [
    'it was put back already',
    [
      group(4, AGENT, 'First Line support', 'Dashboard'),
      group(5, BOT, 'Dashboard', 'Catalogue'),
      group(6, BOT, 'Catalogue', 'Dashboard'),
    ],
    null,
  ],
  [
    'an agent moved it before us and once more after us',
    [
      group(4, AGENT, 'First Line support', 'Dashboard'),
      group(5, BOT, 'Dashboard', 'Catalogue'),
      group(6, AGENT, 'Catalogue', 'Federated search'),
    ],
    null,
  ],
])('what an agent chose is put back where our move overrode it: %s', ([, changes, restored]) => {
  expect(overriddenBy(changes, BOT)).toEqual(restored)
})
