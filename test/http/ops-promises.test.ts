import { expect, test } from 'vitest'
import { DAY_MS } from '../../src/clock.ts'
import { WHOLE_BOARD } from '../../src/http/board-query.ts'
import { createPromiseBoard, MOST_SORTED, TICKETS_A_PAGE } from '../../src/http/promise-board.ts'
import { createToldLevels } from '../../src/store/told-levels.ts'
import { aMark, aPromise, ofTicket } from '../store/clock-samples.ts'
import { hours, keepConversations } from '../store/records.ts'
import { NOON } from '../support/samples.ts'
import { sectionOf, serveBoard, wordsOf, ZAMMAD } from './ops-served.ts'
import { headingOf, LEFT, linkIn, MIXED, numbersIn, withPromises } from './promised-board.ts'

test('a ticket is listed by its number, its time left, its due, its unit and its form, the least time first', async () => {
  const board = await withPromises([
    ofTicket(1, { running: { startedAt: hours(-24), dueAt: hours(24) }, form: 'upload-trouble' }),
    ofTicket(2, { running: { startedAt: hours(-46), dueAt: hours(2) }, tag: 'promise-soon', unit: null }),
    ofTicket(3, { running: { startedAt: hours(-60), dueAt: hours(-12) }, tag: 'promise-broken' }),
    ofTicket(4, { running: { dueAt: null } }),
    ofTicket(5, { running: null }),
    ofTicket(6, { running: { kind: 'internal', key: 'history:9', dueAt: hours(40) } }),
  ])
  const page = await board.board()
  expect(numbersIn(page)).toEqual(['78003', '78002', '78001', '78006', '78004'])
  const section = sectionOf(page, LEFT)
  expect(wordsOf(section)).toBe(
    [
      'Tickets by time left (5) Times are those of Europe/Madrid.',
      'Ticket Time left Answer by Unit Form Told last',
      '78003 late by 12 hours Sat 21 Nov, 01:00 technical Opened in Zammad –',
      '78002 soon: 2 hours Sat 21 Nov, 15:00 No unit’s group Opened in Zammad –',
      '78001 1 day Sun 22 Nov, 13:00 technical Upload is failing –',
      '78006 1 day 16 hours no visitor waits Mon 23 Nov, 05:00 technical Opened in Zammad –',
      '78004 paused – technical Opened in Zammad –',
    ].join(' '),
  )
  expect(section).toContain(`href="${ZAMMAD}/#ticket/zoom/3"`)
  expect(section).toContain('<rect class="gone" width="50.0" height="6"')
  expect(section).toContain('<rect class="gone" width="100.0" height="6"')
})

test('a request whose ticket is not opened yet is listed without a link', async () => {
  const board = await serveBoard()
  await keepConversations(board.db, [{ id: 'ann', reference: 'FL-7K3M9QXZ', recipient: 'canary@x.example' }])
  const subject = { conversation: 'ann', ticketId: null }
  const row = aPromise({ id: 'c:ann', subject, number: 'FL-7K3M9QXZ', form: 'upload-trouble' })
  await board.atomically([board.records.touch(subject, NOON), ...board.records.keep(row, [], 1)])
  const page = await board.board()
  expect(numbersIn(page)).toEqual(['FL-7K3M9QXZ'])
  expect(linkIn(sectionOf(page, LEFT), 'FL-7K3M9QXZ')).toBe('no link FL-7K3M9QXZ')
  expect(page).not.toContain('canary')
})

test('the level that was mailed last is told, and whether anybody saw it; none of an earlier clock or due', async () => {
  const soon = { tag: 'promise-soon' } as const
  const board = await withPromises([
    ofTicket(1, { ...soon, running: { key: 'article:9:1' } }),
    ofTicket(2, soon),
    ofTicket(3, { tag: 'promise-broken', running: { startedAt: hours(-60), dueAt: hours(-12) } }),
    ofTicket(4, soon),
    ofTicket(5, soon),
    ofTicket(6),
  ])
  const mailed = (over: Parameters<typeof aMark>[0]) => board.records.mark(aMark(over))
  await board.atomically([
    mailed({ subject: 't:1', ack: 'a', level: '90%', mailedAt: hours(-1) }),
    mailed({ subject: 't:2', ack: 'b', level: '75%', mailedAt: hours(-3) }),
    mailed({ subject: 't:2', ack: 'c', level: '90%@2', mailedAt: hours(-1) }),
    mailed({ subject: 't:2', ack: 'f', level: '100%', at: hours(-1) }),
    mailed({ subject: 't:3', ack: 'd', level: '100%+2d', mailedAt: hours(-2), acknowledgedAt: NOON }),
    mailed({ subject: 't:5', ack: 'g', level: '100%', mailedAt: hours(-2) }),
    mailed({ subject: 't:6', ack: 'h', level: '75%', mailedAt: hours(-2) }),
    board.records.mark(aMark({ subject: 't:4', ack: 'e', level: '50%', how: 'digest' })),
  ])
  const section = wordsOf(sectionOf(await board.board(), LEFT))
  expect(section).toMatch(/78005 [^%]*Opened in Zammad –/)
  expect(section).toMatch(/78006 [^%]*Opened in Zammad –/)
  expect(section).toMatch(/78001 [^%]*Opened in Zammad –/)
  expect(section).toMatch(/78002 [^%]*Opened in Zammad 90 %, 1 hour ago not seen yet/)
  expect(section).toMatch(/78003 [^%]*Opened in Zammad 100 %\+2d, 2 hours ago seen/)
  expect(section).toMatch(/78004 [^%]*Opened in Zammad –/)
})

test('what a ticket was told of before it was known to be a conversation’s is told still', async () => {
  const board = await serveBoard()
  await keepConversations(board.db, [{ id: 'ann', reference: '78066', ticketId: 66, ticketNumber: '78066' }])
  const subject = { conversation: 'ann', ticketId: 66 }
  await board.atomically([
    board.records.touch(subject, NOON),
    ...board.records.keep(aPromise({ id: 'c:ann', subject, tag: 'promise-soon' }), [], 1),
    board.records.mark(aMark({ subject: 't:66', mailedAt: hours(-1) })),
  ])
  expect(wordsOf(sectionOf(await board.board(), LEFT))).toContain('75 %, 1 hour ago not seen yet')
})

test.for([
  ['?unit=catalogue', ['78011', '78014'], '2 of 5'],
  ['?unit=-', ['78013'], '1 of 5'],
  ['?form=question', ['78013', '78014'], '2 of 5'],
  ['?only=late', ['78011'], '1 of 5'],
  ['?only=soon', ['78012', '78013'], '2 of 5'],
  ['?unit=catalogue&form=question', ['78014'], '1 of 5'],
  ['?q=780+13', ['78013'], '1 of 5'],
  ['?q=TECH', ['78012', '78016'], '2 of 5'],
  ['?q=nothing', [], '0 of 5'],
  ['?unit=nobody', [], '0 of 5'],
] as const)('%s shows %j', async ([search, numbers, count]) => {
  const board = await withPromises(MIXED)
  const page = await board.board(search)
  expect(numbersIn(page)).toEqual(numbers)
  expect(headingOf(page, LEFT)).toBe(`${LEFT} (${count})`)
})

test('silent tickets are listed with a clock and without, the longest silence first, where silence is asked for', async () => {
  const board = await withPromises(MIXED, { silenceMs: 5 * DAY_MS })
  const page = await board.board('?only=quiet')
  expect(numbersIn(page, 'Silent tickets')).toEqual(['78016', '78015'])
  expect(wordsOf(sectionOf(page, 'Silent tickets'))).toContain('Silent since')
  expect(wordsOf(page)).toContain('2 silent')
  const careless = await withPromises(MIXED, { silenceMs: null })
  const all = await careless.board('?only=quiet')
  expect(numbersIn(all)).toHaveLength(5)
  expect(wordsOf(all)).not.toContain('silent')
})

test('the figures at the top are links to what they count', async () => {
  const page = await (await withPromises(MIXED)).board('?unit=catalogue&refresh=60')
  const glance = page.slice(
    page.indexOf('class="glance"'),
    page.indexOf('</nav>', page.indexOf('class="glance"')),
  )
  expect(wordsOf(glance)).toContain('1 late 2 due soon 2 silent 0 to decide 0.0% kept in 30 days')
  expect(linkIn(glance, '1 late')).toBe('?only=late&refresh=60#tickets')
  expect(linkIn(glance, '2 due soon')).toBe('?only=soon&refresh=60#tickets')
  expect(linkIn(glance, 'Report')).toBe('/report')
})

test('tickets come in pages that lead to each other and keep what was chosen', async () => {
  const many = Array.from({ length: 2 * TICKETS_A_PAGE + 3 }, (_, at) =>
    ofTicket(at + 1, { running: { dueAt: hours(at + 1) } }),
  )
  const board = await withPromises([...many, ofTicket(900, { unit: 'catalogue' })])
  const first = await board.board('?unit=technical')
  expect(headingOf(first, LEFT)).toBe(`${LEFT} (1–50 of 103, 104 in all)`)
  expect(numbersIn(first)).toEqual(many.slice(0, 50).map(({ number }) => number))
  const next = linkIn(sectionOf(first, LEFT), 'Later due')
  expect(next).toBe('?unit=technical&page=2#tickets')
  const second = await board.board(next.replace('#tickets', ''))
  expect(numbersIn(second)).toEqual(many.slice(50, 100).map(({ number }) => number))
  expect(linkIn(sectionOf(second, LEFT), 'Earlier due')).toBe('?unit=technical#tickets')
  const beyond = await board.board('?unit=technical&page=99')
  expect(numbersIn(beyond)).toEqual(many.slice(100).map(({ number }) => number))
  expect(headingOf(beyond, LEFT)).toBe(`${LEFT} (101–103 of 103, 104 in all)`)
  expect(linkIn(sectionOf(beyond, LEFT), 'Later due')).toMatch(/^no link/)
})

test.for([
  ['number', ['78011', '78012', '78013', '78014', '78016'], 'Ticket'],
  ['unit', ['78011', '78014', '78012', '78016', '78013'], 'Unit'],
  ['form', ['78013', '78014', '78011', '78012', '78016'], 'Form'],
] as const)(
  'a click on a heading sorts by the %s, equal ones by time left',
  async ([sort, numbers, column]) => {
    const board = await withPromises([...MIXED].reverse())
    const plain = await board.board('?refresh=60')
    expect(linkIn(sectionOf(plain, LEFT), column)).toBe(`?sort=${sort}&refresh=60#tickets`)
    const page = await board.board(`?sort=${sort}`)
    expect(numbersIn(page)).toEqual(numbers)
    expect(sectionOf(page, LEFT)).toContain(`aria-sort="ascending">${column}<`)
    expect(linkIn(sectionOf(page, LEFT), 'Time left')).toBe('#tickets')
  },
)

test('more tickets than can be sorted at once come by time left, and the page says so', async () => {
  const board = await serveBoard()
  const rows = Array.from({ length: MOST_SORTED + 1 }, (_, at) =>
    ofTicket(at + 1, { number: String(9000 - at), running: { dueAt: hours(at) } }),
  )
  const { records } = board
  await board.atomically(
    rows.flatMap((row) => [records.touch(row.subject, NOON), ...records.keep(row, [], 1)]),
  )
  const page = await board.board('?sort=number')
  expect(numbersIn(page).slice(0, 2)).toEqual(['9000', '8999'])
  expect(wordsOf(sectionOf(page, LEFT))).toContain('are sorted by time left alone')
  expect(sectionOf(page, LEFT)).not.toContain('aria-sort')
})

test('a page of the board asks for no more tickets than it shows', async () => {
  const { lists, db, clock } = await withPromises(MIXED)
  const limits: number[] = []
  const promises = createPromiseBoard({
    lists: {
      ...lists,
      list: (query, now) => {
        limits.push(query.limit)
        return lists.list(query, now)
      },
    },
    toldLevels: createToldLevels(db),
    zammadWebUrl: ZAMMAD,
    silenceMs: () => DAY_MS,
    defaultUnit: () => 'first-line',
    act: 'act',
    timeZone: 'Europe/Madrid',
    clock,
  })
  await promises.view({ ...WHOLE_BOARD, unit: 'technical', search: '78' })
  expect(Math.max(...limits)).toBe(TICKETS_A_PAGE)
  expect(limits.length).toBeLessThanOrEqual(3)
})
