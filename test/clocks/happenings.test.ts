import { expect, test } from 'vitest'
import { articlesOf, mergedAt, stateAt } from '../../src/clocks/happenings.ts'
import type { TicketFacts } from '../../src/clocks/facts.ts'
import { type Because, type Disposition } from '../../src/relay/disposition.ts'
import type { LedgerEntry } from '../../src/relay/ledger.ts'
import { anEntry, hours } from '../store/records.ts'
import { NOON } from '../support/samples.ts'

const judged = (disposition: Disposition, because: Because, more: Partial<LedgerEntry> = {}): LedgerEntry =>
  anEntry({ disposition, because, side: null, ...more })

const FORM = { isOfForm: true, isRelayed: true }
const UNRELAYED = { isOfForm: false, isRelayed: false }
const customers = { sender: 'Customer', type: 'email' } as const

const CASES: readonly (readonly [
  name: string,
  entry: LedgerEntry,
  ofForm: object | null,
  unrelayed: object | null,
])[] = [
  ['an answer', judged('relay', 'answer'), { kind: 'answered', how: 'answer' }, { kind: 'answered' }],
  [
    'a call of ours',
    judged('relay', 'answer', { type: 'phone' }),
    { kind: 'answered', how: 'call' },
    { how: 'call' },
  ],
  ['an answer that Zammad sent', judged('zammad-sent', 'answer'), { kind: 'answered' }, { kind: 'answered' }],
  ['a mail on its way', judged('undecided', 'sending'), null, { kind: 'answered' }],
  ['a mail to others', judged('not-for-visitor', 'forwarded'), null, { kind: 'answered' }],
  [
    'a public word of a kind nobody knows',
    judged('not-for-visitor', 'unknown-type'),
    null,
    { kind: 'answered' },
  ],
  [
    'an internal note',
    judged('not-for-visitor', 'internal', { internal: true }),
    { kind: 'noted' },
    { kind: 'noted' },
  ],
  ['a note of ours', judged('not-for-visitor', 'internal', { internal: true, sender: 'System' }), null, null],
  ['a word of the bot’s', judged('not-for-visitor', 'bot'), null, null],
  ['the merge note', judged('not-for-visitor', 'merge-note'), null, null],
  ['what was made elsewhere', judged('not-for-visitor', 'elsewhere'), null, null],
  ['what was deleted', judged('not-for-visitor', 'deleted'), null, null],
  ['what was before us', judged('before-us', 'start-line'), null, null],
  ['the visitor’s word that we posted', judged('not-for-visitor', 'ours', customers), null, null],
  ['a held answer', judged('held', 'copy'), null, { kind: 'answered' }],
  [
    'an agent’s note of absence, which has no end as a mail',
    judged('undecided', 'sending', { type: 'email', automatic: true }),
    null,
    null,
  ],
  [
    'an agent’s note of absence to others',
    judged('not-for-visitor', 'forwarded', { type: 'email', automatic: true }),
    null,
    null,
  ],
  ['a held note of absence', judged('held', 'copy', { type: 'email', automatic: true }), null, null],
  [
    'a note of absence that staff gave the visitor on the board',
    judged('relay', 'released', { type: 'email', automatic: true }),
    { kind: 'answered' },
    { kind: 'answered' },
  ],
  [
    'an answer that Zammad sent under an address postmaster@',
    judged('zammad-sent', 'answer', { type: 'email', automatic: true }),
    { kind: 'answered' },
    { kind: 'answered' },
  ],
  [
    'the visitor’s mail',
    judged('not-for-visitor', 'visitor', customers),
    { kind: 'asked', by: 'visitor', how: 'word' },
    { kind: 'asked', by: 'visitor' },
  ],
  [
    'the visitor’s call',
    judged('not-for-visitor', 'visitor', { sender: 'Customer', type: 'phone' }),
    { kind: 'asked', by: 'visitor', how: 'call' },
    { kind: 'asked', how: 'call' },
  ],
  [
    'a machine’s mail',
    judged('not-for-visitor', 'visitor', { ...customers, automatic: true }),
    { kind: 'asked', by: 'machine' },
    { kind: 'asked', by: 'machine' },
  ],
]

test.for(CASES)(
  '%s, on a ticket that came by a form and on one that nobody relays',
  ([, entry, form, unrelayed]) => {
    const common = { at: NOON, key: `article:501:${NOON.getTime()}` }
    const expected = (one: object | null) => (one === null ? [] : [{ ...common, ...one }])
    expect(articlesOf([entry], FORM)).toMatchObject(expected(form))
    expect(articlesOf([entry], UNRELAYED)).toMatchObject(expected(unrelayed))
  },
)

test('the first word of a customer’s counts whoever typed it, but a later stranger’s does not, nor any on a form’s ticket', () => {
  const stranger = (id: number) => judged('not-for-visitor', 'stranger', { ...customers, id })
  const by = (ticket: typeof FORM) =>
    articlesOf([stranger(1), stranger(2)], ticket).map((one) => (one.kind === 'asked' ? one.by : one.kind))
  expect(by(UNRELAYED)).toEqual(['visitor', 'stranger'])
  expect(by(FORM)).toEqual(['stranger', 'stranger'])
})

const FACTS: TicketFacts = {
  ticketId: 7,
  number: '78007',
  createdAt: NOON,
  opened: { group: 'Users', priority: '2 normal', state: 'new', tags: [] },
  now: { group: 'Users', priority: '2 normal', state: 'merged', tags: [] },
  changes: [
    { id: 'history:1', at: hours(1), what: 'state', to: 'merged' },
    { id: 'history:2', at: hours(2), what: 'state', to: 'open' },
    { id: 'history:3', at: hours(3), what: 'state', to: 'merged' },
  ],
  heir: 8,
}

test('a state holds from its change on, and a merge is the last one while it lasts', () => {
  expect([0, 1, 2.5, 9].map((at) => stateAt(FACTS, hours(at)))).toEqual(['new', 'merged', 'open', 'merged'])
  expect(mergedAt(FACTS)).toEqual(hours(3))
  expect(mergedAt({ ...FACTS, now: { ...FACTS.now, state: 'open' } })).toBeNull()
})
