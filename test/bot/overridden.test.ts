import { expect, test } from 'vitest'
import { choiceOfAgent, isChosenOtherwise, isPriorityChosen, overriddenBy } from '../../src/bot/overridden.ts'
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
  stateType: 'new',
  closed: false,
  closedAt: null,
  priority: '2 normal',
  ownerId: null,
  customerId: 9,
  firstArticleType: 'email',
  escalatesAt: null,
  createdAt: NOON,
  updatedAt: NOON,
  mark: null,
}

const ARTICLE: Article = {
  id: 1,
  ticketId: 7,
  sender: 'Customer',
  type: 'email',
  internal: false,
  createdById: 9,
  originById: null,
  createdAt: NOON,
  updatedAt: NOON,
  messageId: null,
  from: 'ann@example.org',
  to: [],
  delivery: null,
  subject: '',
  contentType: 'text/plain',
  body: '',
  automatic: false,
  answersTo: [],
  files: [],
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

const priority = (id: number, by: number, from: string, to: string): Change => ({
  ...group(id, by, from, to),
  attribute: 'priority',
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
  ['a trigger moved it to First Line', { changes: [group(1, NOBODY, 'Users', 'First Line support')] }, null],
  ['an agent set its priority alone', { changes: [priority(1, AGENT, '2 normal', '3 high')] }, null],
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
  [
    'an agent took it just before us, and a trigger gave it to another after us',
    [
      owner(4, AGENT, NOBODY, AGENT),
      group(5, BOT, 'First Line support', 'Catalogue'),
      owner(6, NOBODY, AGENT, 8),
    ],
    { group: 'First Line support', ownerId: AGENT },
  ],
  [
    'an agent moved it just before us, and took it after us',
    [
      group(4, AGENT, 'First Line support', 'Dashboard'),
      group(5, BOT, 'Dashboard', 'Catalogue'),
      owner(6, AGENT, NOBODY, AGENT),
    ],
    { group: 'Dashboard', ownerId: AGENT },
  ],
  [
    'an agent moved it just before us, and a trigger moved it on after us',
    [
      group(4, AGENT, 'First Line support', 'Dashboard'),
      group(5, BOT, 'Dashboard', 'Catalogue'),
      group(6, NOBODY, 'Catalogue', 'Users'),
    ],
    { group: 'Dashboard' },
  ],
  [
    'a trigger moved it just before us',
    [group(4, NOBODY, 'First Line support', 'Users'), group(5, BOT, 'Users', 'Catalogue')],
    null,
  ],
  [
    'an agent moved it and set its priority just before us',
    [
      group(4, AGENT, 'First Line support', 'Dashboard'),
      priority(5, AGENT, '2 normal', '1 low'),
      priority(6, BOT, '1 low', '3 high'),
      group(7, BOT, 'Dashboard', 'Catalogue'),
    ],
    { group: 'Dashboard', priority: '1 low' },
  ],
  [
    'an agent moved it just before us, and never touched its priority',
    [
      group(4, AGENT, 'First Line support', 'Dashboard'),
      group(5, BOT, 'Dashboard', 'Catalogue'),
      priority(6, BOT, '2 normal', '3 high'),
    ],
    { group: 'Dashboard', priority: '2 normal' },
  ],
  [
    'an agent set its priority just before us, and no more',
    [
      priority(4, AGENT, '2 normal', '1 low'),
      group(5, BOT, 'First Line support', 'Catalogue'),
      priority(6, BOT, '1 low', '3 high'),
    ],
    { priority: '1 low' },
  ],
  [
    'an agent took it just before we set its priority and nothing else',
    [owner(4, AGENT, NOBODY, AGENT), priority(5, BOT, '2 normal', '3 high')],
    { priority: '2 normal' },
  ],
  [
    'an agent set its priority before us and once more after us',
    [
      priority(4, AGENT, '2 normal', '1 low'),
      priority(5, BOT, '1 low', '3 high'),
      priority(6, AGENT, '3 high', '2 normal'),
    ],
    null,
  ],
  [
    'its priority was put back already',
    [
      priority(4, AGENT, '2 normal', '1 low'),
      priority(5, BOT, '1 low', '3 high'),
      priority(6, BOT, '3 high', '1 low'),
    ],
    null,
  ],
])('what an agent chose is put back where our move overrode it: %s', ([, changes, restored]) => {
  expect(overriddenBy(changes, BOT)).toEqual(restored)
})

test.for<[string, Change[], boolean]>([
  ['nobody changed anything', [], false],
  ['we moved it and nobody else did', [group(5, BOT, 'First Line support', 'Catalogue')], false],
  ['an agent took it just before us', [owner(4, AGENT, NOBODY, AGENT), group(5, BOT, 'A', 'Cc')], true],
  ['an agent took it where we had put it', [group(4, BOT, 'A', 'Cc'), owner(5, AGENT, NOBODY, AGENT)], false],
  ['an agent moved it on', [group(4, BOT, 'A', 'Cc'), group(5, AGENT, 'Cc', 'Ddd')], true],
  ['an agent moved it where we would have left it', [group(5, AGENT, 'A', 'Ddd')], true],
  ['a trigger moved it', [group(4, NOBODY, 'A', 'Bb'), group(5, BOT, 'Bb', 'Cc')], false],
  ['an agent set its priority', [priority(4, AGENT, '2 normal', '1 low'), group(5, BOT, 'A', 'Cc')], false],
])('people chose another place than we did, or not: %s', ([, changes, otherwise]) => {
  expect(isChosenOtherwise(changes, BOT)).toBe(otherwise)
})

test.for<[string, Change[], boolean]>([
  ['an agent', [priority(4, AGENT, '2 normal', '1 low')], true],
  ['the bot', [priority(4, BOT, '2 normal', '1 low')], false],
  ['a trigger', [priority(4, NOBODY, '2 normal', '1 low')], false],
  ['nobody', [group(4, AGENT, 'A', 'Bb')], false],
])('a priority is people’s where people set it: set by %s', ([, changes, chosen]) => {
  expect(isPriorityChosen(changes, BOT)).toBe(chosen)
})
