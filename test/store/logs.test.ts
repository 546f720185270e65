import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, MINUTE_MS } from '../../src/clock.ts'
import type { Fact, TicketFacts } from '../../src/clocks/facts.ts'
import { createReckoner } from '../../src/clocks/reckoned.ts'
import { createStores } from '../../src/furnish.ts'
import type { LedgerEntry } from '../../src/relay/ledger.ts'
import { rulebookOf, PROMISE } from '../support/sample-rules.ts'
import { NOON } from '../support/samples.ts'
import { aRouting, FIRST_LINE, UNITS } from '../intake/opening.ts'
import { aFollowedTicket, anEntry, aReply, hours, keepConversations } from './records.ts'

const VERSION = 'of these rules'

/** A store, and a reckoner on it at a moment that tests choose. */
async function aStore(relay: 'webform' | 'all' = 'webform') {
  const { db } = await openPlatform()
  const stores = createStores(db)
  let now = hours(10)
  const rulebook = () => ({ ...rulebookOf(UNITS), promise: PROMISE, version: VERSION })
  const reckoner = createReckoner({ ...stores, rulebook, relay, clock: () => now })
  return {
    ...stores,
    db,
    reckoner,
    at: (moment: Date) => void (now = moment),
    keep: (...entries: readonly LedgerEntry[]) => db.atomically(entries.map(stores.ledger.keep)),
    know: (...facts: readonly TicketFacts[]) => db.atomically(facts.map(stores.facts.keep)),
    say: async (reply: Parameters<typeof aReply>[0]) => {
      const said = aReply(reply)
      await db.atomically(stores.replies.add(said, { key: said.id, content: 'c' }, []))
    },
    clocksOf: async (ticketId: number) =>
      (await reckoner.ofTicket(ticketId))?.reckoning.clocks.map(
        ({ key, because, outcome }) => `${key} ${because} ${outcome}`,
      ),
  }
}

const factsOf = (ticketId: number, over: Partial<TicketFacts> = {}): TicketFacts => ({
  ticketId,
  number: `780${ticketId}`,
  createdAt: NOON,
  opened: { group: FIRST_LINE.group, priority: '2 normal', state: 'new', tags: [] },
  now: { group: FIRST_LINE.group, priority: '2 normal', state: 'open', tags: [] },
  changes: [],
  heir: null,
  ...over,
})

const state = (at: Date, to: TicketFacts['now']['state']): Fact => ({
  id: `history:${at.getTime()}`,
  at,
  what: 'state',
  to,
})

const merged = (at: Date, heir: number): Partial<TicketFacts> => ({
  changes: [state(at, 'merged')],
  now: { ...factsOf(1).now, state: 'merged' },
  heir,
})

const aCall = (id: number, ticketId: number, at: Date): LedgerEntry =>
  anEntry({
    id,
    ticketId,
    bornOn: ticketId,
    createdAt: at,
    sender: 'Customer',
    type: 'phone',
    disposition: 'not-for-visitor',
    because: 'visitor',
    side: 'visitor',
  })

const anAnswer = (id: number, ticketId: number, at: Date): LedgerEntry =>
  anEntry({ id, ticketId, bornOn: ticketId, createdAt: at })

test('of what is in no store nothing is reckoned', async () => {
  const { reckoner } = await aStore()
  expect(await reckoner.ofTicket(7)).toBeNull()
  expect(await reckoner.of({ conversation: 'nobody', ticketId: null })).toBeNull()
})

test('a request counts from when it was sent, with the unit and priority that rules chose, before it has a ticket', async () => {
  const store = await aStore()
  await keepConversations(store.db, [{ unit: 'nodes' }])
  await store.db.atomically([store.routings.add(aRouting({ unit: 'nodes', priority: '3 high' }))])
  const found = await store.reckoner.of({ conversation: 'conversation-1', ticketId: null })
  expect(found).toMatchObject({
    number: 'R-conversation-1',
    form: 'upload-trouble',
    facts: null,
    reason: null,
  })
  expect(found?.reckoning.running).toMatchObject({
    key: 'request',
    startedAt: NOON,
    unit: 'nodes',
    priority: '3 high',
    dueAt: hours(48),
  })
})

test('a ticket is of its conversation, and of another ticket with the same id nothing is taken over', async () => {
  const store = await aStore()
  await keepConversations(store.db, [{ ticketId: 7, ticketCreatedAt: NOON }])
  await store.know(factsOf(7, { createdAt: hours(5), number: 'another' }))
  const found = await store.reckoner.ofTicket(7)
  expect(found?.subject).toEqual({ conversation: 'conversation-1', ticketId: 7 })
  expect(found?.facts).toBeNull()
})

test('what was only looked at is open, closed or gone as it was read', async () => {
  const store = await aStore()
  await store.keep(aCall(1, 66, hours(0)))
  const outcome = async (over: Parameters<typeof aFollowedTicket>[0]) => {
    await store.db.atomically([store.followed.keep(aFollowedTicket(over))])
    return (await store.clocksOf(66))?.map((one) => one.split(' ').at(-1))
  }
  expect(await outcome({})).toEqual(['running'])
  expect(await outcome({ stateType: 'closed', closed: true })).toEqual(['closed'])
  expect(await outcome({ stateType: 'open', sight: 'gone' })).toEqual(['gone'])
})

test('why it was late is the first tag of that kind', async () => {
  const store = await aStore()
  await store.know(factsOf(7, { now: { ...factsOf(7).now, tags: ['x', 'late-vendor', 'late-absence'] } }))
  expect((await store.reckoner.ofTicket(7))?.reason).toBe('absence')
})

test('a word on the page counts from when it was said, and Zammad’s copy of it is no second one', async () => {
  const store = await aStore()
  await keepConversations(store.db, [{ ticketId: 7, ticketCreatedAt: NOON }])
  await store.know(factsOf(7))
  await store.keep(anAnswer(1, 7, hours(1)))
  await store.say({ id: 'word', sentAt: hours(2) })
  await store.say({ id: 'stars', act: 'rating', score: 5, sentAt: hours(3) })
  const copy = { sender: 'Customer', disposition: 'not-for-visitor', because: 'ours', side: null } as const
  await store.keep(
    anEntry({ id: 2, ticketId: 7, bornOn: 7, createdAt: hours(3), messageId: '<word@x>', ...copy }),
  )
  expect(await store.clocksOf(7)).toEqual(['request request answered', 'reply:word further-word running'])
  await store.say({ id: 'done', act: 'solved', sentAt: hours(4) })
  expect(await store.clocksOf(7)).toEqual(['request request answered', 'reply:word further-word not-needed'])
})

/** A closed request that was answered, in which staff go on with another one from hour 5 on. */
async function aContinuation() {
  const store = await aStore()
  await keepConversations(store.db, [
    { id: 'closed', ticketId: 7, ticketCreatedAt: NOON, continuedIn: 'next' },
    { id: 'next', ticketId: 8, ticketCreatedAt: hours(5) },
  ])
  const closed = {
    changes: [state(hours(2), 'closed')],
    now: { ...factsOf(7).now, state: 'closed' as const },
  }
  await store.know(factsOf(7, closed), factsOf(8, { createdAt: hours(5) }))
  await store.keep(anAnswer(1, 7, hours(1)))
  // As the store has it: the submission of the next one is a minute old by then.
  const sentAt = after(NOON, MINUTE_MS)
  await store.say({ id: 'further', conversation: 'closed', sentAt: hours(5), postedAt: hours(6) })
  await store.say({ id: 'copy', conversation: 'next', sentAt, postedAt: hours(6) })
  return store
}

test('a further word that went on in a new request starts the clock of that one alone', async () => {
  const store = await aContinuation()
  expect(await store.clocksOf(7)).toEqual(['request request answered'])
  expect(await store.clocksOf(8)).toEqual(['request request running'])
})

test('what is said on the closed page later, and is answered on the new ticket, is waited for there', async () => {
  const store = await aContinuation()
  await store.keep(anAnswer(2, 8, hours(7)))
  await store.say({ id: 'more', conversation: 'closed', sentAt: hours(8), postedAt: hours(8) })
  const copy = { sender: 'Customer', disposition: 'not-for-visitor', because: 'ours', side: null } as const
  await store.keep(
    anEntry({ id: 3, ticketId: 8, bornOn: 8, createdAt: hours(8), messageId: '<more@x>', ...copy }),
  )
  expect(await store.clocksOf(7)).toEqual(['request request answered'])
  expect(await store.clocksOf(8)).toEqual(['request request answered', 'reply:more further-word running'])
})

test('a word that Zammad does not have yet is waited for where it was said', async () => {
  const store = await aContinuation()
  await store.say({ id: 'fresh', conversation: 'closed', sentAt: hours(9), postedAt: null })
  expect(await store.clocksOf(7)).toEqual(['request request answered', 'reply:fresh further-word running'])
})

test('the ticket that others were merged into, one after another, has the earliest due, and what visitors say there since', async () => {
  const store = await aStore()
  await keepConversations(store.db, [{ ticketId: 1, ticketCreatedAt: NOON, mergedInto: 3 }])
  await store.know(factsOf(1, merged(hours(3), 2)), factsOf(2, merged(hours(4), 3)), factsOf(3))
  await store.keep(aCall(2, 2, hours(1)), aCall(3, 3, hours(2)))
  const found = await store.reckoner.ofTicket(3)
  expect(found?.reckoning.running).toMatchObject({ startedAt: hours(2), dueAt: hours(48) })
  await store.keep(anAnswer(4, 3, hours(5)))
  await store.say({ id: 'word', sentAt: hours(6) })
  expect((await store.clocksOf(3))?.at(-1)).toBe('reply:word further-word running')
  expect((await store.clocksOf(1))?.at(-1)).toBe('request request merged')
})

test('tickets that were merged in a circle, as a restored Zammad may tell, are reckoned all the same', async () => {
  const store = await aStore()
  await store.know(factsOf(1, merged(hours(3), 2)), factsOf(2, merged(hours(4), 1)))
  await store.keep(aCall(1, 1, hours(1)), aCall(2, 2, hours(2)))
  expect(await store.clocksOf(1)).toEqual([expect.stringMatching(/merged$/)])
})

test('a merged request is told as the one that it went into, where its visitor may follow that', async () => {
  const store = await aStore()
  await keepConversations(store.db, [
    { id: 'merged', ticketId: 1, ticketCreatedAt: NOON, mergedInto: 2, customerId: 7 },
    { id: 'target', ticketId: 2, ticketCreatedAt: NOON, recipient: 'bob@clinic.example', customerId: 8 },
  ])
  await store.know(factsOf(1, merged(hours(3), 2)), factsOf(2))
  await store.db.atomically([store.followed.keep(aFollowedTicket({ id: 2, customerId: 8 }))])
  const told = async () => {
    const conversation = await store.conversations.byId('merged')
    if (!conversation) throw new Error('it is there')
    return (await store.reckoner.ofConversation(conversation)).subject.conversation
  }
  expect(await told()).toBe('merged')
  await store.know(factsOf(2, { now: { ...factsOf(2).now, tags: ['answer-all'] } }))
  expect(await told()).toBe('target')
  await store.know(factsOf(2))
  await store.db.atomically([store.followed.keep(aFollowedTicket({ id: 2, customerId: 7 }))])
  expect(await told()).toBe('target')
})

test('on a ticket that nobody relays any public word of staff’s is an answer; where all are relayed it is not', async () => {
  const unsent = anEntry({
    id: 2,
    ticketId: 7,
    bornOn: 7,
    createdAt: hours(2),
    disposition: 'undecided',
    because: 'sending',
  })
  for (const [relay, outcome] of [
    ['webform', 'answered'],
    ['all', 'running'],
  ] as const) {
    const store = await aStore(relay)
    await store.know(factsOf(7))
    await store.keep(aCall(1, 7, hours(1)), unsent)
    expect(await store.clocksOf(7)).toEqual([expect.stringMatching(`${outcome}$`)])
  }
})

test('a row says how it stands, since when nobody spoke, and by which rules; its clocks come with it', async () => {
  const store = await aStore()
  await store.know(factsOf(7, { now: { ...factsOf(7).now, group: 'Reference nodes', tags: ['late-x'] } }))
  const rowOf = async () => {
    const found = await store.reckoner.ofTicket(7)
    if (!found) throw new Error('it is known')
    return store.reckoner.rowOf(found, { tag: 'promise-soon' }, hours(20))
  }
  expect((await rowOf()).row).toMatchObject({ id: 't:7', running: null, quietSince: null, isOpen: true })
  await store.keep(aCall(1, 7, hours(1)))
  const { row, clocks } = await rowOf()
  const startedAt = hours(1)
  expect(row).toEqual({
    id: 't:7',
    subject: { conversation: null, ticketId: 7 },
    number: '7807',
    form: null,
    unit: 'nodes',
    priority: '2 normal',
    isOpen: true,
    running: { key: `article:1:${startedAt.getTime()}`, kind: 'visitor', startedAt, dueAt: hours(49) },
    quietSince: startedAt,
    tag: 'promise-soon',
    nextAt: hours(20),
    version: VERSION,
  })
  expect(clocks).toMatchObject([
    { subject: 't:7', number: '7807', reason: 'x', clock: { outcome: 'running' } },
  ])
  expect(clocks[0]?.clock).not.toHaveProperty('segments')
  await store.keep(anAnswer(2, 7, hours(3)))
  expect((await rowOf()).row).toMatchObject({ running: null, quietSince: hours(3) })
  await store.know(
    factsOf(7, { changes: [state(hours(4), 'closed')], now: { ...factsOf(7).now, state: 'closed' } }),
  )
  expect((await rowOf()).row).toMatchObject({ quietSince: null, isOpen: false })
})
