import { expect, test } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../src/clock.ts'
import { MOST_LISTED } from '../../src/http/awaiting-staff.ts'
import type { LedgerEntry } from '../../src/relay/ledger.ts'
import { aFollowedTicket, anEntry, hours, keepConversations } from '../store/records.ts'
import { NOON } from '../support/samples.ts'
import { type Board, sectionOf, serveBoard, wordsOf, ZAMMAD } from './ops-served.ts'

const HELD: Partial<LedgerEntry> = { disposition: 'held', because: 'copy', side: null, html: '', text: '' }
const FORWARDED: Partial<LedgerEntry> = {
  type: 'email',
  disposition: 'not-for-visitor',
  because: 'forwarded',
  side: null,
}

async function withArticles(entries: readonly LedgerEntry[]): Promise<Board> {
  const board = await serveBoard()
  await board.atomically([
    board.followed.keep(aFollowedTicket()),
    ...entries.map((entry) => board.ledger.keep(entry)),
  ])
  return board
}

const entryOf = async ({ ledger }: Board, id: number) => (await ledger.byIds([id]))[0]
const path = ({ id, createdAt }: LedgerEntry, verb: string) => `articles/${id}/${createdAt.getTime()}/${verb}`

test('with nothing to decide, every section says so', async () => {
  const { board } = await serveBoard()
  const page = await board()
  const said = [
    ['Held articles', 'No article is held.'],
    ['Sent to others only', 'No mail of staff’s went to others only.'],
    ['Visitors who cannot be reached', 'Mail reaches every visitor.'],
    ['Frozen conversations', 'No conversation is frozen.'],
    ['Tickets out of sight', 'The bot may look at every ticket that it follows.'],
    ['Suspended addresses', 'Alerts go to every address.'],
  ] as const
  for (const [section, words] of said) {
    expect(wordsOf(sectionOf(page, section))).toBe(`${section} ${words}`)
  }
})

test('an article that waits is named by its ticket, its kind and its age, and by no word of it', async () => {
  const secret = { name: 'Agnes Agent', html: '<p>canary</p>', text: 'canary', messageId: '<canary@x>' }
  const board = await withArticles([
    anEntry({ id: 1, ...HELD, ...secret, createdAt: hours(-3) }),
    anEntry({ id: 2, ...FORWARDED, ...secret, createdAt: hours(-2), ticketId: 99 }),
    anEntry({ id: 3, ...secret }),
    anEntry({ id: 4, ...secret, disposition: 'not-for-visitor', because: 'internal', side: null }),
  ])
  const page = await board.board()
  const held = sectionOf(page, 'Held articles')
  expect(held).toContain(`<a href="${ZAMMAD}/#ticket/zoom/66">78066</a>`)
  expect(wordsOf(held)).toContain('Held articles (1)')
  expect(wordsOf(held)).toContain(
    '78066 note 3 hours Send to the visitor the note of ticket 78066 Do not send',
  )
  const forwarded = wordsOf(sectionOf(page, 'Sent to others only'))
  expect(forwarded).toContain('Sent to others only (1)')
  expect(forwarded).toContain('99 email 2 hours Send to the visitor')
  expect(page).not.toMatch(/canary|Agnes/)
})

test.for([
  ['held', HELD],
  ['forwarded', FORWARDED],
] as const)('what is sent of the %s is judged anew at once, and stays on no list', async ([, what]) => {
  const entry = anEntry({ ...what })
  const board = await withArticles([entry])
  const answer = await board.press(path(entry, 'send'))
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/help/ops'])
  expect(await entryOf(board, 501)).toEqual({ ...entry, disposition: 'undecided', because: 'released' })
  expect(await board.hints.oldest(9)).toEqual([{ ticket: 66, at: NOON }])
  expect(board.woken()).toBe(1)
  expect(wordsOf(await board.board())).not.toContain('78066')
})

test.for([
  ['held', HELD],
  ['forwarded', FORWARDED],
] as const)(
  'what is left of the %s stays unseen, is looked at by nobody, and stays on no list',
  async ([, what]) => {
    const entry = anEntry({ ...what })
    const board = await withArticles([entry])
    await board.press(path(entry, 'leave'))
    expect(await entryOf(board, 501)).toEqual({ ...entry, because: 'left' })
    expect(await board.hints.oldest(9)).toEqual([])
    expect(wordsOf(await board.board())).not.toContain('78066')
  },
)

test('a decision is on the one article of that id and instant, and only while it waits', async () => {
  const internal = anEntry({ id: 7, disposition: 'not-for-visitor', because: 'internal', side: null })
  const reborn = anEntry({ ...HELD, createdAt: hours(1) })
  const before = [anEntry({ ...HELD }), reborn, internal, anEntry({ id: 8 })]
  const board = await withArticles(before)
  for (const entry of [internal, anEntry({ id: 8 }), anEntry({ id: 9 })]) {
    for (const verb of ['send', 'leave']) expect((await board.press(path(entry, verb))).status).toBe(303)
  }
  expect(await board.ledger.byIds([501, 7, 8])).toEqual(expect.arrayContaining(before))
  await board.press(path(reborn, 'send'))
  await board.press(path(reborn, 'leave'))
  const after = await board.ledger.byIds([501])
  expect(after.map(({ because }) => because)).toEqual(['copy', 'released'])
})

test.for([
  ['send', 'released'],
  ['leave', 'left'],
] as const)(
  '%s all decides on everything that is held, and on nothing that was forwarded',
  async ([verb, because]) => {
    const many = Array.from({ length: MOST_LISTED + 5 }, (_, n) => anEntry({ id: n + 1, ...HELD }))
    const board = await withArticles([...many, anEntry({ id: 900, ...FORWARDED })])
    expect(wordsOf(await board.board())).toContain(
      `Held articles (the oldest ${MOST_LISTED} of ${many.length})`,
    )
    await board.press(`articles/held/${verb}`)
    const { count } = board.ledger
    const disposition = verb === 'leave' ? 'held' : 'undecided'
    expect(await count({ disposition, because })).toBe(many.length)
    expect(await count({ disposition: 'held', because: 'copy' })).toBe(0)
    expect(await count({ disposition: 'not-for-visitor', because: 'forwarded' })).toBe(1)
  },
)

test('a visitor whom mail does not reach is named by the request, since when, and with its ticket', async () => {
  const board = await serveBoard()
  await keepConversations(board.db, [
    { id: 'ann', reference: '7801', ticketNumber: '7802', ticketId: 66, unreachableAt: hours(-5) },
    { id: 'bob', reference: 'FL-7K3M9QXZ', unreachableAt: hours(-6), recipient: 'canary@x.example' },
    { id: 'carol', reference: '7803' },
  ])
  const page = await board.board()
  const section = sectionOf(page, 'Visitors who cannot be reached')
  expect(wordsOf(section)).toBe(
    'Visitors who cannot be reached (2) Request Since Ticket 7801 not reached 5 hours 7802 FL-7K3M9QXZ not reached 6 hours not opened yet',
  )
  expect(section).toContain(`href="${ZAMMAD}/#ticket/zoom/66"`)
  expect(page).not.toMatch(/canary|@/)
})

test('a frozen conversation goes on once staff say so, and its ticket is looked at', async () => {
  const board = await serveBoard()
  await keepConversations(board.db, [
    { id: 'ann', reference: '7801', ticketId: 66, ticketNumber: '7801', frozenAt: hours(-1) },
    { id: 'bob', reference: '7802', frozenAt: hours(-2) },
    { id: 'carol', reference: '7803', unreachableAt: hours(-2) },
  ])
  await board.atomically([board.followed.keep(aFollowedTicket())])
  const frozen = async () => wordsOf(sectionOf(await board.board(), 'Frozen conversations'))
  expect(await frozen()).toContain('7801 frozen 1 hour 7801 Go on with 7801')
  expect((await board.press('conversations/ann/go-on')).status).toBe(303)
  expect(await board.conversations.byId('ann')).toMatchObject({ frozenAt: null })
  expect(await board.hints.oldest(9)).toEqual([{ ticket: 66, at: NOON }])
  expect(await frozen()).not.toContain('7801')
  await board.press('conversations/bob/go-on')
  expect(await frozen()).toBe('Frozen conversations No conversation is frozen.')
  for (const id of ['carol', 'nobody', 'ann']) await board.press(`conversations/${id}/go-on`)
  expect(await board.conversations.byId('carol')).toMatchObject({ unreachableAt: hours(-2) })
  expect(await board.hints.oldest(9)).toHaveLength(1)
})

test('tickets out of sight are listed with the group where they were seen last', async () => {
  const board = await serveBoard()
  const lost = aFollowedTicket({ sight: 'out-of-sight', group: 'Users', updatedAt: hours(-30) })
  await board.atomically([board.followed.keep(lost)])
  const section = wordsOf(sectionOf(await board.board(), 'Tickets out of sight'))
  expect(section).toContain('78066 Users 1 day 6 hours')
})

test('a suspended address is shown masked, and lifted without being named in an address of ours', async () => {
  const board = await serveBoard()
  await board.atomically([
    board.suspensions.suspend('duty@hospital.example', 66, hours(-1)),
    board.suspensions.suspend('other@hospital.example', 67, hours(-2)),
  ])
  const section = sectionOf(await board.board(), 'Suspended addresses')
  expect(wordsOf(section)).toContain('d•••••@hospital.example 1 hour 66 Lift')
  expect(section).not.toMatch(/duty|other/)
  const lifts = [...section.matchAll(/action="\/help\/ops\/(suspensions\/[^"]+)"/g)].map(([, to]) => to)
  expect(lifts).toHaveLength(2)
  await board.press('suspensions/0000000000000000/lift')
  expect(await board.suspensions.list()).toHaveLength(2)
  await board.press(lifts[1] ?? '')
  expect((await board.suspensions.list()).map(({ address }) => address)).toEqual(['other@hospital.example'])
  expect(board.logged()).not.toMatch(/hospital|duty/)
})

test('without its session or its form token, a decision is none', async () => {
  const entry = anEntry({ ...HELD })
  const board = await withArticles([entry])
  await keepConversations(board.db, [{ id: 'ann', frozenAt: hours(-1) }])
  await board.atomically([board.suspensions.suspend('duty@hospital.example', 66, NOON)])
  const section = sectionOf(await board.board(), 'Suspended addresses')
  const lift = /action="\/help\/ops\/(suspensions\/[^"]+)"/.exec(section)?.[1] ?? ''
  const orders = [path(entry, 'send'), path(entry, 'leave'), 'articles/held/send', 'articles/held/leave']
  for (const order of [...orders, 'conversations/ann/go-on', lift]) {
    expect((await board.press(order, {})).status).toBe(303)
    expect((await board.press(order, { _token: 'forged' })).status).toBe(303)
    expect((await board.press(order, undefined, { Cookie: 'firstline_ops=none' })).status).toBe(303)
  }
  board.turn(8 * HOUR_MS)
  for (const order of orders) await board.press(order)
  expect(await entryOf(board, 501)).toEqual(entry)
  expect(await board.conversations.byId('ann')).toMatchObject({ frozenAt: hours(-1) })
  expect(await board.suspensions.list()).toHaveLength(1)
  expect(board.woken()).toBe(0)
})

test('GET decides nothing', async () => {
  const entry = anEntry({ ...HELD })
  const board = await withArticles([entry])
  for (const order of [path(entry, 'send'), 'articles/held/send', 'conversations/ann/go-on']) {
    expect((await board.ask(`/ops/${order}`)).status).toBe(404)
  }
  expect(await entryOf(board, 501)).toEqual(entry)
})

test('an article of long ago says so in days', async () => {
  const board = await withArticles([anEntry({ ...HELD, createdAt: new Date(NOON.getTime() - 9 * DAY_MS) })])
  expect(wordsOf(sectionOf(await board.board(), 'Held articles'))).toContain('9 days')
})
