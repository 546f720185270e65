import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import type { Fact, TicketFacts } from '../../src/clocks/facts.ts'
import { createReckoner } from '../../src/clocks/reckoned.ts'
import type { Subject } from '../../src/clocks/records.ts'
import { createStores } from '../../src/furnish.ts'
import type { LedgerEntry } from '../../src/relay/ledger.ts'
import { FIRST_LINE, UNITS } from '../intake/opening.ts'
import { aFollowedTicket, anEntry, hours, keepConversations } from '../store/records.ts'
import { PROMISE, rulebookOf } from '../support/sample-rules.ts'
import { NOON } from '../support/samples.ts'

const TICKET = 66

const FACTS: TicketFacts = {
  ticketId: TICKET,
  number: '78066',
  createdAt: NOON,
  opened: { group: FIRST_LINE.group, priority: '2 normal', state: 'new', tags: [] },
  now: { group: FIRST_LINE.group, priority: '2 normal', state: 'new', tags: [] },
  changes: [],
  heir: null,
}

/** A store in which nobody spoke for a hundred hours, and since when a ticket counts as silent there. */
async function aStore() {
  const { db } = await openPlatform()
  const stores = createStores(db)
  const rulebook = () => ({ ...rulebookOf(UNITS), promise: PROMISE })
  const reckoner = createReckoner({ ...stores, rulebook, relay: 'webform', clock: () => hours(100) })
  return {
    ...stores,
    db,
    keep: (...entries: readonly LedgerEntry[]) => db.atomically(entries.map(stores.ledger.keep)),
    know: (over: Partial<TicketFacts> = {}) => db.atomically([stores.facts.keep({ ...FACTS, ...over })]),
    async quietSince(subject: Subject = { conversation: null, ticketId: TICKET }) {
      const found = await reckoner.of(subject)
      if (!found) throw new Error('nothing is known of it')
      return reckoner.rowOf(found, { tag: 'none' }, null).row.quietSince
    },
  }
}

const unseen = (because: LedgerEntry['because'], at: number, over: Partial<LedgerEntry>): LedgerEntry =>
  anEntry({ id: at, createdAt: hours(at), disposition: 'not-for-visitor', because, side: null, ...over })

const note = (at: number) => unseen('internal', at, { internal: true })
const answer = (at: number) => anEntry({ id: at, createdAt: hours(at) })
const call = (at: number) => unseen('visitor', at, { sender: 'Customer', type: 'phone' })
const machine = (at: number) => unseen('visitor', at, { sender: 'Customer', type: 'email', automatic: true })
const botNote = (at: number) => unseen('system', at, { sender: 'System', internal: true })
const noteBeforeUs = (at: number) => unseen('start-line', at, { internal: true, disposition: 'before-us' })

const SAID: readonly (readonly [what: string, entries: readonly LedgerEntry[], sinceHour: number | null])[] =
  [
    ['nothing but an internal note: since it was made', [note(1)], 0],
    ['a public word of ours, and a note since: since that word', [answer(2), note(3)], 2],
    ['a note, and a public word of ours since: since that word', [note(2), answer(3)], 3],
    ['a public word of ours that came back: since that word', [answer(2), machine(3)], 2],
    ['a note, and a call of the customer’s since: since that call', [note(2), call(3)], 3],
    ['a call of the customer’s, and a note since: since that call', [call(2), note(3)], 2],
    ['a machine’s mail of which staff made a note: since it was made', [machine(1), note(2)], 0],
    ['a machine’s mail alone: nobody is told', [machine(1)], null],
    ['a note of ours alone: nobody is told', [botNote(1)], null],
    ['nothing that we take notice of, as in a mail of ours that came back: nobody is told', [], null],
    ['a note from before the start line alone: nothing is promised', [noteBeforeUs(1)], null],
  ]

test.for(SAID)('silence on a ticket of others’ making with %s', async ([, entries, sinceHour]) => {
  const store = await aStore()
  await store.know()
  await store.keep(...entries)
  expect(await store.quietSince()).toEqual(sinceHour === null ? null : hours(sinceHour))
})

const state = (to: TicketFacts['now']['state']): Partial<TicketFacts> => ({
  now: { ...FACTS.now, state: to },
  changes: [{ id: 'history:1', at: hours(5), what: 'state', to }],
})

const sight = (to: Extract<Fact, { what: 'sight' }>['sight']): Partial<TicketFacts> => ({
  changes: [{ id: 'seen:sight:1', at: hours(5), what: 'sight', sight: to }],
})

const SPAM = { ...FACTS.now, tags: ['spam'] }

const STANDING: readonly (readonly [how: string, over: Partial<TicketFacts>, isSilent: boolean])[] = [
  ['is open is silent', state('open'), true],
  ['is pending is silent', state('pending'), true],
  ['is out of sight is silent', sight('out-of-sight'), true],
  ['is closed is not silent', state('closed'), false],
  ['was merged is not silent', { ...state('merged'), heir: 67 }, false],
  ['is gone is not silent', sight('gone'), false],
  ['is spam is not silent', { opened: SPAM, now: SPAM }, false],
]

test.for(STANDING)('a ticket that staff made for themselves and that %s', async ([, over, isSilent]) => {
  const store = await aStore()
  await store.know(over)
  await store.keep(note(1))
  expect(await store.quietSince()).toEqual(isSilent ? NOON : null)
})

test('of a ticket that staff made, and of which Zammad told nothing more yet, nobody says since when it is silent', async () => {
  const store = await aStore()
  await store.db.atomically([store.followed.keep(aFollowedTicket({ id: TICKET }))])
  await store.keep(note(1))
  expect(await store.quietSince()).toBeNull()
})

test('a request without a ticket is silent since it was sent', async () => {
  const store = await aStore()
  await keepConversations(store.db, [{ id: 'waits' }])
  expect(await store.quietSince({ conversation: 'waits', ticketId: null })).toEqual(NOON)
})
