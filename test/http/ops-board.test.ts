import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS } from '../../src/clock.ts'
import type { ClockRow } from '../../src/clocks/records.ts'
import { createRoutings } from '../../src/store/routings.ts'
import { aClockRow, ofTicket } from '../store/clock-samples.ts'
import { anEntry, hours, keepConversations } from '../store/records.ts'
import { aJob, NOON } from '../support/samples.ts'
import { sectionOf, serveBoard, wordsOf } from './ops-served.ts'
import { headingOf, LEFT, linkIn, MIXED, withPromises } from './promised-board.ts'

test('each unit has its load, with the way to its tickets', async () => {
  const page = await (await withPromises(MIXED)).board()
  const section = sectionOf(page, 'Units’ load')
  expect(wordsOf(section)).toBe(
    [
      'Units’ load (3) Unit Late Soon Waiting Open Next due',
      'No unit’s group 0 1 1 1 in 2 hours',
      'catalogue 1 0 2 2 late by 1 hour',
      'technical 0 1 2 3 in 1 hour',
    ].join(' '),
  )
  expect(linkIn(section, 'catalogue')).toBe('?unit=catalogue#tickets')
  expect(linkIn(section, 'No unit’s group')).toBe('?unit=-#tickets')
})

const answered = (ticketId: number, endedAt: Date, kept: boolean): ClockRow =>
  aClockRow({
    subject: `t:${ticketId}`,
    clock: {
      key: `article:${ticketId}`,
      outcome: 'answered',
      startedAt: after(endedAt, -HOUR_MS),
      endedAt,
      kept: { wall: kept, business: !kept },
    },
  })

test('what was kept over 30 days is told in words, as a picture, and day by day; what is older is not', async () => {
  const rows = [1, 2, 3, 4].map((id) => ofTicket(id, { running: null, isOpen: false }))
  const board = await withPromises(rows, {
    clocks: [
      answered(1, NOON, true),
      answered(2, NOON, false),
      // There it is midnight, in summer time.
      answered(3, after(NOON, -29 * DAY_MS - 14 * HOUR_MS), true),
      answered(4, after(NOON, -29 * DAY_MS - 14 * HOUR_MS - 1), false),
    ],
  })
  const page = await board.board()
  const section = sectionOf(page, 'Kept over 30 days')
  expect(wordsOf(section)).toContain('66.6% : 2 of 3 answers of all units came in time.')
  expect(wordsOf(section)).toContain('Sat 21 Nov 2 1 50.0% Fri 20 Nov 0 0 –')
  expect(wordsOf(section)).toMatch(/Fri 23 Oct 1 1 100%$/)
  expect(section).toMatch(
    /<svg [^>]*role="img" aria-label="Part of each day’s answers[^"]+Fri 23 Oct to Sat 21 Nov"/,
  )
  expect(section.match(/class="kept"/g)).toHaveLength(2)
  expect(section.match(/class="missed"/g)).toHaveLength(1)
  expect(section.match(/<tr>/g)).toHaveLength(31)
  expect(wordsOf(page)).toContain('66.6% kept in 30 days')
})

test('with nothing promised, every part of the board says so', async () => {
  const page = await (await serveBoard()).board()
  expect(wordsOf(sectionOf(page, LEFT))).toBe('Tickets by time left Nobody waits for an answer.')
  expect(wordsOf(sectionOf(page, 'Units’ load'))).toBe('Units’ load No unit has an open ticket.')
  expect(wordsOf(sectionOf(page, 'Kept over 30 days'))).toBe(
    'Kept over 30 days No unit answered anything in that time.',
  )
  expect(page).not.toContain('Acts observed (')
})

test('one search looks in every list, and each says how many of how many it found', async () => {
  const board = await withPromises(MIXED)
  await board.atomically([
    ...['78011', 'other'].map((reference, n) =>
      board.jobs.add(aJob({ id: `job-${n}`, kind: `kind-${reference}`, createdAt: NOON })),
    ),
    ...[1, 2, 3].map((id) =>
      board.ledger.keep(
        anEntry({ id, ticketId: 78_010 + id, disposition: 'held', because: 'copy', side: null }),
      ),
    ),
    board.suspensions.suspend('duty@hospital.example', 78_011, NOON),
    board.suspensions.suspend('other@hospital.example', 67, NOON),
  ])
  await keepConversations(board.db, [
    { id: 'a', reference: '78011', unreachableAt: NOON },
    { id: 'b', reference: '78012', unreachableAt: NOON },
    { id: 'c', reference: '78012x', frozenAt: NOON },
  ])
  for (const lane of ['zammad', 'zammad'] as const) {
    const held = await board.jobs.claim(lane, { now: NOON, lease: 'lease', leaseMs: HOUR_MS })
    if (!held) throw new Error('no job to park')
    await board.atomically([board.jobs.park(held, { code: 'refused', reason: 'why', now: NOON })])
  }
  const page = await board.board('?q=78011')
  const headings = [
    [LEFT, '(1 of 5)'],
    ['Units’ load', '(0 of 3)'],
    ['Parked jobs', '(1 of 2)'],
    ['Held articles', '(1 of 3)'],
    ['Suspended addresses', '(1 of 2)'],
    ['Visitors who cannot be reached', '(1 of 2)'],
    ['Frozen conversations', '(0 of 1)'],
    ['Routing rules, version 1', '(0 of 1)'],
  ] as const
  for (const [section, count] of headings) expect(headingOf(page, section)).toBe(`${section} ${count}`)
  expect(wordsOf(sectionOf(page, 'Frozen conversations'))).toContain('Nothing here matches the search.')
  expect(page).not.toContain('Decide on all of them')
  expect(page).toContain('value="78011"')
})

test('what is typed into the search is text, whatever it is', async () => {
  const board = await withPromises(MIXED)
  const hostile = `"><script>alert(1)</script>%_' or 1=1`
  const page = await board.board(`?${new URLSearchParams({ q: hostile, unit: hostile, form: hostile })}`)
  expect(page.match(/<script/g)).toHaveLength(1)
  expect(headingOf(page, LEFT)).toBe(`${LEFT} (0 of 5)`)
  const wild = await board.board('?q=%25')
  expect(headingOf(wild, LEFT)).toBe(`${LEFT} (0 of 5)`)
})

test('the page comes anew by itself only where that was chosen, and keeps what else was', async () => {
  const board = await withPromises(MIXED)
  const Cookie = board.session.Cookie
  const ask = (search: string) => board.ask(`/ops${search}`, { headers: { Cookie } })
  expect((await ask('?unit=catalogue')).headers.get('refresh')).toBeNull()
  const page = await board.board('?unit=catalogue')
  expect(linkIn(page, 'Refresh every minute')).toBe('?unit=catalogue&refresh=60')
  const refreshing = await ask('?unit=catalogue&refresh=60')
  expect(refreshing.headers.get('refresh')).toBe('60')
  const html = await refreshing.text()
  expect(linkIn(html, 'Comes anew every minute: stop')).toBe('?unit=catalogue')
  expect(html).toContain('<input type="hidden" name="refresh" value="60"/>')
  expect((await board.ask('/ops?refresh=60')).headers.get('refresh')).toBeNull()
})

test('whoever has to sign in again comes to the board that they asked for', async () => {
  const board = await serveBoard()
  const page = await (await board.ask('/ops?only=late&q=a%26b')).text()
  expect(page).toContain('action="/help/ops?q=a%26b&amp;only=late"')
  const entered = await board.ask('/ops?q=a%26b&only=late', {
    method: 'POST',
    body: new URLSearchParams({ token: 'ops-token-of-twenty-characters' }),
  })
  expect(entered.headers.get('location')).toBe('/help/ops?q=a%26b&only=late')
})

test('a decision comes back to the board and the section where it was pressed', async () => {
  const board = await serveBoard()
  await board.atomically([board.ledger.keep(anEntry({ disposition: 'held', because: 'copy', side: null }))])
  const page = await board.board('?q=note&only=late&refresh=60')
  const [, back = ''] = /name="_back" value="([^"]*)"/.exec(sectionOf(page, 'Held articles')) ?? []
  const fields = { _token: await board.formToken(), _back: back.replaceAll('&amp;', '&') }
  const answer = await board.press(`articles/501/${anEntry().createdAt.getTime()}/leave`, fields)
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/help/ops?q=note&only=late&refresh=60#held')
})

test.for([
  'https://evil.example/',
  '//evil.example',
  '?next=//evil.example#x"y',
  '?q=a\r\nSet-Cookie: b',
  '#<b>',
])('a decision that says it comes from %j leads nowhere but to the board', async (_back) => {
  const board = await serveBoard()
  const answer = await board.press('articles/held/leave', { _token: await board.formToken(), _back })
  expect(answer.headers.get('location')).toMatch(/^\/help\/ops(?:\?q=a[^/\r\n]*)?$/)
  expect(answer.headers.get('set-cookie')).toBeNull()
})

test('what rules decided past First Line within a day is told while nothing is done, and only then', async () => {
  for (const act of ['observe', 'act'] as const) {
    const board = await serveBoard({ act })
    const decided = (id: string, unit: string, at: Date) =>
      createRoutings(board.db).add({
        id,
        conversation: null,
        ticket: 66,
        source: 'email',
        unit,
        rule: 'mapping tables',
        priority: null,
        tags: [],
        mode: 'assign',
        because: 'words',
        version: '1',
        decidedAt: at,
        placed: null,
        feedback: 'open',
      })
    await board.atomically([decided('a', 'catalogue', hours(-2))])
    await board.atomically([decided('b', 'technical', hours(-30))])
    await board.atomically([decided('c', 'first-line', hours(-1))])
    const page = await board.board()
    if (act === 'act') expect(page).not.toContain('Decided past First Line')
    else {
      const section = wordsOf(sectionOf(page, 'Decided past First Line within a day'))
      expect(section).toMatch(/\(1\) Ticket Unit Rule Decided .*catalogue mapping tables 2 hours$/)
    }
  }
})
