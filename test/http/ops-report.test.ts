import { expect, test } from 'vitest'
import { HOUR_MS } from '../../src/clock.ts'
import { aClock } from '../promise/report-samples.ts'
import { keepClocks } from '../support/kept-clocks.ts'
import { type Served, serveForTest } from './served.ts'

const TOKEN = 'ops-token-of-twenty-characters'
const BEARER = { Authorization: `Bearer ${TOKEN}` }

/** A service at 21 November, noon, with three clocks of its November and one of its October. */
async function aService(settings: Readonly<Record<string, string>> = {}): Promise<Served> {
  const served = await serveForTest({
    settings: { OPS_TOKEN: TOKEN, TIME_ZONE: 'Europe/Madrid', ...settings },
  })
  await keepClocks(served.db, [
    aClock({ number: '7801', startedAt: '2026-11-03T09:00:00Z', took: 20, form: 'upload-trouble' }),
    aClock({ number: '7802', startedAt: '2026-11-04T09:00:00Z', took: 60, reason: '=holiday' }),
    aClock({ number: '7803', startedAt: '2026-11-05T09:00:00Z' }),
    aClock({ number: '7804', startedAt: '2026-10-05T09:00:00Z', took: 1 }),
  ])
  return served
}

async function session(served: Served, base = ''): Promise<{ readonly Cookie: string }> {
  const body = new URLSearchParams({ token: TOKEN })
  const answer = await served.ask(`${base}/ops`, { method: 'POST', body })
  return { Cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' }
}

const wordsOf = (html: string): string =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')

const inputIn = (page: string, name: string): string =>
  new RegExp(`<input[^>]* name="${name}"[^>]*>`).exec(page)?.[0] ?? ''

test('neither page nor API is there where no OPS_TOKEN is set', async () => {
  const served = await serveForTest()
  expect((await served.ask('/ops/report')).status).toBe(404)
  expect((await served.ask('/ops/api/report', { headers: BEARER })).status).toBe(404)
})

test('without a session the page asks for the token and tells nothing', async () => {
  const served = await aService()
  for (const headers of [{}, { Cookie: 'firstline_ops=x.y' }, BEARER]) {
    const page = await (await served.ask('/ops/report?month=2026-11', { headers })).text()
    expect(page).toContain('Open the board')
    expect(page).not.toContain('7802')
  }
  expect((await served.ask('/ops/api/report')).status).toBe(401)
  const wrong = { Authorization: 'Bearer another-token-of-twenty' }
  expect((await served.ask('/ops/api/report', { headers: wrong })).status).toBe(401)
})

test('the page tells of the present month, so far, where nothing else is asked for', async () => {
  const served = await aService()
  const answer = await served.ask('/ops/report', { headers: await session(served) })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const page = await answer.text()
  const words = wordsOf(page)
  expect(words).toContain('The promise, November 2026, so far')
  expect(words).toContain('As of 2026-11-21 13:00; days and times are those of Europe/Madrid.')
  expect(words).toContain('Kept 33.3% 1 of 3')
  expect(words).toContain('7802 Team first-line 2026-11-06 10:00 12 hours 2026-11-06 22:00 =holiday')
  expect(words).toContain('7803 Team first-line 2026-11-07 10:00 14 days 3 hours not yet not given')
  expect(words).not.toMatch(/7804/)
  expect(inputIn(page, 'from')).toContain('value="2026-11-01"')
  expect(inputIn(page, 'to')).toContain('value="2026-11-30"')
})

test('the style of the page is let through by its hash, and nothing else is', async () => {
  const served = await aService()
  const answer = await served.ask('/ops/report', { headers: await session(served) })
  const style = /<style>(.*?)<\/style>/s.exec(await answer.text())?.[1] ?? ''
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style))
  const hash = Buffer.from(digest).toString('base64')
  expect(answer.headers.get('content-security-policy')).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  )
})

test.for([
  ['from=2026-11-31&to=2026-12-01', 'from', '2026-11-31', 'Write the first day like 2026-10-01.'],
  ['from=2026-11-02&to=2026-11-01', 'to', '2026-11-01', 'The last day is before the first.'],
  ['from=%22%3E%3Cscript%3E&to=', 'from', '&quot;&gt;&lt;script&gt;', 'Write the first day like 2026-10-01.'],
] as const)(
  'of %s the page keeps what was typed and says what is wrong',
  async ([query, field, typed, told]) => {
    const served = await aService()
    const answer = await served.ask(`/ops/report?${query}`, { headers: await session(served) })
    expect(answer.status).toBe(422)
    const page = await answer.text()
    expect(wordsOf(page)).toContain(told)
    expect(inputIn(page, field)).toContain(`value="${typed}"`)
    expect(inputIn(page, field)).toContain('aria-invalid="true"')
    expect(page).not.toContain('<script')
  },
)

test('of what was typed without end the page keeps the beginning', async () => {
  const served = await aService()
  const answer = await served.ask(`/ops/report?from=${'9'.repeat(5000)}`, { headers: await session(served) })
  expect(answer.status).toBe(422)
  expect(inputIn(await answer.text(), 'from')).toContain(`value="${'9'.repeat(40)}"`)
})

test('a month that is none is told with what was asked for', async () => {
  const served = await aService()
  const answer = await served.ask('/ops/report?month=Octember', { headers: await session(served) })
  expect(answer.status).toBe(422)
  expect(wordsOf(await answer.text())).toContain(
    'Write the month like 2026-10. What was asked for: Octember.',
  )
})

test('below a path every address of the page is below it', async () => {
  const served = await aService({ PUBLIC_URL: 'https://help.example/desk' })
  const page = await (
    await served.ask('/desk/ops/report?month=2026-11', { headers: await session(served, '/desk') })
  ).text()
  const addresses = [...page.matchAll(/(?:href|action)="([^"]+)"/g)].map(([, address]) => address ?? '')
  expect(addresses.length).toBeGreaterThan(4)
  expect(addresses.filter((address) => !address.startsWith('/desk/ops'))).toEqual([])
  expect(addresses).toContain('/desk/ops/report?month=2026-10')
})

test('the figures come as files from the page, and no cell is a formula', async () => {
  const served = await aService()
  const headers = await session(served)
  const csv = await served.ask('/ops/report?from=2026-11-01&to=2026-11-30&format=csv', { headers })
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(csv.headers.get('content-disposition')).toBe(
    'attachment; filename="promise-2026-11-01-to-2026-11-30.csv"',
  )
  const lines = (await csv.text()).split('\r\n')
  expect(lines).toHaveLength(5)
  expect(lines[2]).toMatch(/,'=holiday$/)
  const json = await served.ask('/ops/report?month=2026-11&format=json', { headers })
  expect(await json.json()).toMatchObject({ received: 3 })
})

test('programs read the report as JSON, whose names stay', async () => {
  const served = await aService()
  const answer = await served.ask('/ops/api/report?from=2026-11-01&to=2026-11-30', { headers: BEARER })
  expect(answer.status).toBe(200)
  const kept = { in_time: 1, late: 1, overdue: 1, ratio: 1 / 3 }
  const none = { all: 0, carried_in: 0, received: 0, late: 0 }
  const times = (hours: number) => ({ median_ms: hours * HOUR_MS, p90_ms: 60 * HOUR_MS })
  const business = { median_ms: 5 * HOUR_MS, p90_ms: 15 * HOUR_MS }
  expect(await answer.json()).toEqual({
    from: '2026-11-01',
    to: '2026-11-30',
    time_zone: 'Europe/Madrid',
    starts_at: '2026-10-31T23:00:00.000Z',
    ends_at: '2026-11-30T23:00:00.000Z',
    as_of: '2026-11-21T12:00:00.000Z',
    so_far: true,
    received: 3,
    carried_in: 0,
    answered: 2,
    closed: 0,
    open: 1,
    others: { merged: 0, gone: 0, not_needed: 0, spam: 0, handed_over: 0, taken_over: 0 },
    counts: {
      answered: { all: 2, carried_in: 0, received: 2, late: 1 },
      closed: none,
      open: { all: 1, carried_in: 0, received: 1, late: 1 },
      merged: none,
      gone: none,
      not_needed: none,
      spam: none,
      handed_over: none,
      taken_over: none,
    },
    kept: {
      formula: expect.stringContaining('answered in time ÷ (answered + not answered though due'),
      promised: kept,
      wall: kept,
      business: { in_time: 2, late: 0, overdue: 1, ratio: 2 / 3 },
      picked: { wall: 3, business: 0 },
    },
    time_to_answer: {
      percentile: 'nearest-rank',
      wall: times(20),
      business,
      by_unit: [{ unit: 'first-line', answered: 2, kept, wall: times(20), business }],
      by_form: [
        {
          form: 'upload-trouble',
          answered: 1,
          kept: { in_time: 1, late: 0, overdue: 0, ratio: 1 },
          wall: { median_ms: 20 * HOUR_MS, p90_ms: 20 * HOUR_MS },
          business: { median_ms: 5 * HOUR_MS, p90_ms: 5 * HOUR_MS },
        },
        {
          form: null,
          answered: 1,
          kept: { in_time: 0, late: 1, overdue: 1, ratio: 0 },
          wall: times(60),
          business: { median_ms: 15 * HOUR_MS, p90_ms: 15 * HOUR_MS },
        },
      ],
      spread: expect.arrayContaining([
        { from_ms: 8 * HOUR_MS, to_ms: 24 * HOUR_MS, wall: 1, wall_late: 0, business: 1 },
        { from_ms: 240 * HOUR_MS, to_ms: null, wall: 0, wall_late: 0, business: 0 },
      ]),
    },
    hand_overs: 0,
    internal_clocks: 0,
    ratings: [],
    breaches: [
      {
        number: '7802',
        unit: 'first-line',
        form: null,
        due_at: '2026-11-06T09:00:00.000Z',
        answered_at: '2026-11-06T21:00:00.000Z',
        late_ms: 12 * HOUR_MS,
        reason: '=holiday',
      },
      {
        number: '7803',
        unit: 'first-line',
        form: null,
        due_at: '2026-11-07T09:00:00.000Z',
        answered_at: null,
        late_ms: 339 * HOUR_MS,
        reason: null,
      },
    ],
    ended_late: [],
    answered_in: { step: 'day', days: expect.any(Array) },
    kept_in: {
      step: 'week',
      days: [
        { from: '2026-11-01', to: '2026-11-01', in_time: 0, late: 0, overdue: 0, ratio: null },
        { from: '2026-11-02', to: '2026-11-08', ...kept },
        { from: '2026-11-09', to: '2026-11-15', in_time: 0, late: 0, overdue: 0, ratio: null },
        { from: '2026-11-16', to: '2026-11-21', in_time: 0, late: 0, overdue: 0, ratio: null },
      ],
    },
  })
})

test('a program is told which of its parameters is wrong', async () => {
  const served = await aService()
  const answer = await served.ask('/ops/api/report?from=soon', { headers: BEARER })
  expect(answer.status).toBe(422)
  expect(await answer.json()).toMatchObject({
    type: 'about:firstline/invalid',
    detail: 'Write the first day like 2026-10-01.',
    errors: [{ field: 'from', message: 'Write the first day like 2026-10-01.' }],
  })
})
