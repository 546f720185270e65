import { openPlatform } from '#platform'
import { expect, test } from 'vitest'
import { after, DAY_MS } from '../../src/clock.ts'
import { Failure } from '../../src/failure.ts'
import type { LedgerEntry } from '../../src/relay/ledger.ts'
import { createFollowedTickets } from '../../src/store/followed.ts'
import { createLedger } from '../../src/store/ledger.ts'
import { createMessages } from '../../src/store/messages.ts'
import { NOON } from '../support/samples.ts'
import { aFollowedTicket, aMessage, anEntry, heldJob, hours, keepConversations } from './records.ts'

async function open(entries: readonly LedgerEntry[] = []) {
  const { db } = await openPlatform()
  const ledger = createLedger(db)
  await db.atomically(entries.map((entry) => ledger.keep(entry)))
  return { db, ledger, atomically: db.atomically }
}

const ids = (entries: readonly LedgerEntry[]): readonly number[] => entries.map(({ id }) => id)

test('an entry comes back as it was put down, and as it was put down last', async () => {
  const { ledger, atomically } = await open([anEntry()])
  expect(await ledger.byIds([501])).toEqual([anEntry()])
  const changed = anEntry({
    ticketId: 67,
    bornOn: 68,
    updatedAt: hours(1),
    sender: 'Customer',
    type: 'email',
    internal: true,
    messageId: '<m@x>',
    disposition: 'not-for-visitor',
    because: 'internal',
    side: null,
    name: '',
    html: '',
    text: '',
    files: [],
    publication: 2,
    asked: true,
    mailed: true,
    automatic: true,
  })
  await atomically([ledger.keep(changed)])
  expect(await ledger.byIds([501])).toEqual([changed])
})

test('how an article came to be known stays as it was put down first', async () => {
  const { ledger, atomically } = await open([anEntry({ seenBy: 'poll', firstSeenAt: hours(1) })])
  await atomically([ledger.keep(anEntry({ seenBy: 'hook', firstSeenAt: hours(2) }))])
  expect(await ledger.byIds([501])).toMatchObject([{ seenBy: 'poll', firstSeenAt: hours(1) }])
})

test('what was judged before an article was mailed takes nothing of it back', async () => {
  const mailed = anEntry({ mailed: true, publication: 2 })
  const { ledger, atomically } = await open([mailed])
  const stale = anEntry({
    disposition: 'not-for-visitor',
    because: 'internal',
    side: null,
    html: '',
    text: '',
    name: '',
    files: [],
    internal: true,
  })
  await atomically([ledger.keep(stale)])
  expect(await ledger.byIds([501])).toEqual([{ ...mailed, internal: true }])
})

test('of two rounds at once the one that read earlier makes nothing public that is internal since', async () => {
  const { ledger, atomically } = await open()
  const read = (hour: number, internal: boolean) =>
    anEntry({ updatedAt: hours(hour), internal, side: internal ? null : 'desk' })
  const now = async () => (await ledger.byIds([read(0, true).id]))[0]?.internal
  await atomically([ledger.keep(read(2, true)), ledger.keep(read(1, false))])
  expect(await now()).toBe(true)
  await atomically([ledger.keep(read(3, false))])
  expect(await now()).toBe(false)
  await atomically([ledger.keep(read(1, true))])
  expect(await now()).toBe(true)
})

test('an id that Zammad gave twice has two entries', async () => {
  const twice = [anEntry(), anEntry({ createdAt: hours(1), html: 'another' })]
  const { ledger } = await open(twice)
  expect(await ledger.byIds([501])).toEqual(twice)
  expect(await ledger.ofTicket(66)).toEqual(twice)
})

test('a ticket’s entries come oldest first, and those of no other', async () => {
  const { ledger } = await open([
    anEntry({ id: 3, createdAt: hours(2) }),
    anEntry({ id: 2, createdAt: hours(1) }),
    anEntry({ id: 1, createdAt: hours(2) }),
    anEntry({ id: 4, createdAt: hours(0), ticketId: 67, bornOn: 66 }),
  ])
  expect(ids(await ledger.ofTicket(66))).toEqual([2, 1, 3])
  expect(ids(await ledger.ofTicket(67))).toEqual([4])
  expect(await ledger.ofTicket(68)).toEqual([])
})

test('more entries than a statement takes are found at once', async () => {
  const many = Array.from({ length: 205 }, (_, index) => anEntry({ id: index + 1, html: '', text: '' }))
  const { ledger } = await open(many)
  expect(ids(await ledger.byIds(ids(many)))).toEqual(ids(many))
  expect(await ledger.byIds([])).toEqual([])
})

test('a conversation sees what is shared with it and has a side, wherever it is moved', async () => {
  const { db, ledger, atomically } = await open([
    anEntry({ id: 1, createdAt: hours(3) }),
    anEntry({ id: 2, createdAt: hours(1), side: 'visitor' }),
    anEntry({ id: 3, createdAt: hours(2), side: null }),
    anEntry({ id: 4, createdAt: hours(2) }),
    anEntry({ id: 4, createdAt: hours(4) }),
  ])
  await keepConversations(db, [{ id: 'ann' }, { id: 'bob' }])
  const shared = [
    [1, 3],
    [2, 1],
    [3, 2],
    [4, 2],
  ] as const
  await atomically(shared.map(([id, hour]) => ledger.share({ id, createdAt: hours(hour) }, 'ann')))
  await atomically([
    ledger.share({ id: 4, createdAt: hours(2) }, 'ann'),
    ledger.share({ id: 4, createdAt: hours(2) }, 'bob'),
  ])
  await atomically([ledger.keep(anEntry({ id: 1, createdAt: hours(3), ticketId: 99 }))])
  expect((await ledger.sharedWith('ann')).map(({ id, createdAt }) => [id, createdAt])).toEqual([
    [2, hours(1)],
    [4, hours(2)],
    [1, hours(3)],
  ])
  expect(ids(await ledger.sharedWith('bob'))).toEqual([4])
  expect(await ledger.conversationsOf({ id: 4, createdAt: hours(2) })).toEqual(['ann', 'bob'])
  expect(await ledger.conversationsOf({ id: 4, createdAt: hours(4) })).toEqual([])
})

test('what waits for staff is found by what became of it and why, oldest first, so many at a time', async () => {
  const held = { disposition: 'held', because: 'copy', side: null } as const
  const forwarded = { disposition: 'not-for-visitor', because: 'forwarded', side: null } as const
  const internal = { disposition: 'not-for-visitor', because: 'internal', side: null } as const
  const { ledger } = await open([
    anEntry({ id: 1, createdAt: hours(2), ...held }),
    anEntry({ id: 2, createdAt: hours(1), ...held }),
    anEntry({ id: 3, createdAt: hours(1), ...forwarded }),
    anEntry({ id: 4, createdAt: hours(0), ...internal }),
    anEntry({ id: 5 }),
  ])
  expect(ids(await ledger.awaiting({ disposition: 'held' }, 9))).toEqual([2, 1])
  expect(ids(await ledger.awaiting({ disposition: 'held' }, 1))).toEqual([2])
  expect(ids(await ledger.awaiting({ disposition: 'not-for-visitor' }, 9))).toEqual([4, 3])
  expect(ids(await ledger.awaiting({ disposition: 'not-for-visitor', because: 'forwarded' }, 9))).toEqual([3])
  expect(await ledger.awaiting({ disposition: 'undecided' }, 9)).toEqual([])
})

test('gaps count each article once, by how it came to be known, and none from before our time', async () => {
  const seen = (id: number, seenBy: 'hook' | 'poll', lagMs: number) =>
    anEntry({ id, seenBy, firstSeenAt: after(NOON, lagMs) })
  const { ledger, atomically } = await open([
    seen(1, 'hook', 1000),
    seen(2, 'hook', 4000),
    seen(3, 'poll', 30_000),
    seen(4, 'poll', -5000),
    {
      ...seen(5, 'poll', 400 * DAY_MS),
      disposition: 'before-us',
      because: 'start-line',
      side: null,
    },
  ])
  await atomically([ledger.keep(seen(1, 'poll', 99_000))])
  expect(await ledger.gaps()).toEqual([
    { seenBy: 'hook', count: 2, lagSumMs: 5000, lagMaxMs: 4000 },
    { seenBy: 'poll', count: 2, lagSumMs: 30_000, lagMaxMs: 30_000 },
  ])
})

test('an empty ledger has no gaps', async () => {
  const { ledger } = await open()
  expect(await ledger.gaps()).toEqual([])
})

test('an entry that is longer than D1 takes is refused on every store', async () => {
  const { ledger } = await open()
  expect(() => ledger.keep(anEntry({ html: 'ñ'.repeat(950_001) }))).toThrow(Failure)
})

test('that an answer was mailed is put down by the attempt that holds its job, and changes nothing else', async () => {
  const { db, ledger, atomically } = await open([anEntry(), anEntry({ createdAt: hours(1) })])
  const { standing, stale } = await heldJob(db)
  expect(await atomically([ledger.mailed(anEntry(), stale)])).toEqual([0])
  expect(await ledger.ofTicket(66)).toEqual([anEntry(), anEntry({ createdAt: hours(1) })])
  expect(await atomically([ledger.mailed(anEntry(), standing)])).toEqual([1])
  expect(await ledger.ofTicket(66)).toEqual([anEntry({ mailed: true }), anEntry({ createdAt: hours(1) })])
})

test('articles are counted by what became of them, and why', async () => {
  const held = { disposition: 'held', side: null } as const
  const { ledger } = await open([
    anEntry({ id: 1 }),
    anEntry({ id: 2 }),
    anEntry({ id: 3, ...held, because: 'copy' }),
    anEntry({ id: 4, ...held, because: 'left' }),
  ])
  expect(await ledger.count({ disposition: 'held' })).toBe(2)
  expect(await ledger.count({ disposition: 'held', because: 'left' })).toBe(1)
  expect(await ledger.count({ disposition: 'relay', because: 'answer' })).toBe(2)
  expect(await ledger.count({ disposition: 'undecided' })).toBe(0)
})

test('what a conversation may not see any more is none of its, unless its visitor has it by mail', async () => {
  const all = [1, 2, 3, 4].map((id) => anEntry({ id }))
  const { db, ledger, atomically } = await open(all)
  await keepConversations(db, [{ id: 'ann' }, { id: 'bob' }, { id: 'cleo', recipient: 'cleo@x.example' }])
  const shared = all.flatMap((entry) => ['ann', 'bob', 'cleo'].map((id) => ledger.share(entry, id)))
  await atomically(shared)
  const messages = createMessages(db)
  const { standing, stale } = await heldJob(db)
  const mail = (id: number, recipient: string) =>
    aMessage({
      id: `m${id}`,
      messageId: `<${id}>`,
      conversation: 'bob',
      article: { id, createdAt: NOON },
      recipient,
    })
  await atomically([
    messages.add(mail(1, 'Ann.Lee@example.org')),
    messages.add(mail(2, 'bob@old.example')),
    messages.add(mail(3, 'ann.lee@example.org')),
    messages.sent('m1', NOON, standing),
    messages.sent('m2', NOON, standing),
  ])
  for (const entry of all) {
    await atomically([ledger.unshare(entry, 'ann', stale)])
    await atomically(['ann', 'bob', 'cleo'].map((id) => ledger.unshare(entry, id, standing)))
  }
  expect(ids(await ledger.sharedWith('ann'))).toEqual([1])
  expect(ids(await ledger.sharedWith('bob'))).toEqual([1, 2])
  expect(ids(await ledger.sharedWith('cleo'))).toEqual([])
})

test('a stale attempt takes nothing from a page', async () => {
  const { db, ledger, atomically } = await open([anEntry()])
  await keepConversations(db, [{ id: 'ann' }])
  const { stale } = await heldJob(db)
  await atomically([ledger.share(anEntry(), 'ann')])
  expect(await atomically([ledger.unshare(anEntry(), 'ann', stale)])).toEqual([0])
  expect(ids(await ledger.sharedWith('ann'))).toEqual([501])
})

test('of other tickets nothing is a conversation’s any more, hidden or not; of its own all stays', async () => {
  const { db, ledger, atomically } = await open([
    anEntry({ id: 1, bornOn: 66 }),
    anEntry({ id: 2, bornOn: 67 }),
    anEntry({ id: 3, bornOn: 67, side: null }),
    anEntry({ id: 4, bornOn: 0 }),
  ])
  await keepConversations(db, [{ id: 'ann' }, { id: 'bob' }])
  const shared = [1, 2, 3, 4].flatMap((id) =>
    ['ann', 'bob'].map((one) => ledger.share({ id, createdAt: NOON }, one)),
  )
  await atomically([...shared, ledger.unshareOthers('ann', 66)])
  expect(ids(await ledger.sharedWith('ann'))).toEqual([1, 4])
  expect(await ledger.conversationsOf({ id: 3, createdAt: NOON })).toEqual(['bob'])
})

test('tickets with mails without an end are found the longest not looked at first, until staff were asked', async () => {
  const undecided = { disposition: 'undecided', because: 'sending' } as const
  const on = (ticketId: number, over: Partial<LedgerEntry> = {}) =>
    anEntry({ id: 100 + ticketId, ticketId, ...undecided, ...over })
  const { db, ledger, atomically } = await open([
    on(1),
    on(2),
    on(2, { id: 999 }),
    on(3, { side: null }),
    on(4, { asked: true }),
    on(5),
    on(6),
    on(7),
    anEntry({ id: 8, ticketId: 8 }),
  ])
  const followed = createFollowedTickets(db)
  const seen = { 1: 3, 2: 1, 3: 2, 4: 0, 8: 0 }
  await atomically([
    ...Object.entries(seen).map(([id, hour]) =>
      followed.keep(aFollowedTicket({ id: Number(id), lookedAt: hours(hour) })),
    ),
    followed.keep(aFollowedTicket({ id: 5, sight: 'out-of-sight', lookedAt: hours(0) })),
    followed.keep(aFollowedTicket({ id: 6, sight: 'gone', lookedAt: hours(0) })),
  ])
  expect(await ledger.unasked(9)).toEqual([2, 3, 1, 7])
  expect(await ledger.unasked(2)).toEqual([2, 3])
  await atomically([followed.looked(2, hours(4))])
  expect(await ledger.unasked(1)).toEqual([3])
})

test('what was made on a ticket is found wherever it is now, and what is on it of which nobody can tell', async () => {
  const born = anEntry({ id: 1, ticketId: 7, bornOn: 7, createdAt: hours(3) })
  const moved = anEntry({ id: 2, ticketId: 8, bornOn: 7, createdAt: hours(1) })
  const unknown = anEntry({ id: 3, ticketId: 7, bornOn: 0, createdAt: hours(2) })
  const others = [
    anEntry({ id: 4, ticketId: 7, bornOn: 8 }),
    anEntry({ id: 5, ticketId: 8, bornOn: 0 }),
    anEntry({ id: 6, ticketId: 9, bornOn: 9 }),
  ]
  const { ledger } = await open([born, moved, unknown, ...others])
  expect(ids(await ledger.madeOn(7))).toEqual([2, 3, 1])
  expect(ids(await ledger.madeOn(10))).toEqual([])
})
