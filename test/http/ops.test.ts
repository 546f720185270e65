import { inArray } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { HOUR_MS } from '../../src/clock.ts'
import { PAGE } from '../../src/outbox/job-store.ts'
import { jobs as jobRows } from '../../src/store/schema.ts'
import { aJob } from '../support/samples.ts'
import { asJson, filledForm, pageToken, type Served, serveForTest, submission } from './served.ts'

const TOKEN = 'ops-token-of-twenty-characters'
const OPS = { OPS_TOKEN: TOKEN }
const BEARER = { Authorization: `Bearer ${TOKEN}` }

const signIn = (served: Served, token: string, headers: Readonly<Record<string, string>> = {}, base = '') =>
  served.ask(`${base}/ops`, { method: 'POST', headers, body: new URLSearchParams({ token }) })

/** The cookie of a fresh session, as a browser sends it back. */
async function session(served: Served): Promise<{ readonly Cookie: string }> {
  const answer = await signIn(served, TOKEN)
  return { Cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' }
}

const board = async (served: Served, headers: Readonly<Record<string, string>>): Promise<string> =>
  (await served.ask('/ops', { headers })).text()

/** A service with one job that staff must decide on. */
async function withParkedJob(settings: Readonly<Record<string, string>> = OPS) {
  const served = await serveForTest({ settings })
  await served.ask('/api/v1/submissions', asJson(submission()))
  const { jobs } = served.service
  const claim = { now: served.now(), lease: 'lease', leaseMs: HOUR_MS }
  const held = await jobs.claim('zammad', claim)
  if (!held) throw new Error('no job to park')
  await served.db.atomically([
    jobs.park(held, { code: 'refused', reason: 'Zammad refuses the group', now: served.now() }),
  ])
  const stateOf = async () => (await served.kept()).jobs.find(({ id }) => id === held.job)?.state
  return { served, job: held.job, stateOf }
}

const decide = (
  served: Served,
  path: string,
  headers: Readonly<Record<string, string>>,
  fields: Readonly<Record<string, string>>,
) => served.ask(`/ops/jobs/${path}`, { method: 'POST', headers, body: new URLSearchParams(fields) })

const formTokenIn = (page: string): string => /name="_token" value="([^"]+)"/.exec(page)?.[1] ?? ''

test.for([
  ['GET', '/ops'],
  ['POST', '/ops'],
  ['POST', '/ops/jobs/x/retry'],
  ['GET', '/ops/api/outbox'],
  ['POST', '/ops/api/outbox/x/retry'],
  ['POST', '/ops/api/outbox/x/discard'],
  ['GET', '/metrics'],
] as const)('%s %s is not there where no OPS_TOKEN is set', async ([method, path]) => {
  const served = await serveForTest()
  const answer = await served.ask(path, { method, headers: BEARER })
  expect(answer.status).toBe(404)
  expect(await answer.text()).not.toMatch(/token/i)
})

test.for([
  ['http://127.0.0.1:8787', '', 'HttpOnly; SameSite=Strict', '/ops'],
  ['https://help.example', '', 'HttpOnly; Secure; SameSite=Strict', '/ops'],
  ['https://help.example/desk', '/desk', 'HttpOnly; Secure; SameSite=Strict', '/desk/ops'],
] as const)(
  'a session at %s is kept from scripts, other sites and other paths',
  async ([url, base, flags, path]) => {
    const served = await serveForTest({ settings: { ...OPS, PUBLIC_URL: url } })
    const answer = await signIn(served, TOKEN, {}, base)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(path)
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect(cookie.replace(/^firstline_ops=[0-9a-z]+\.[0-9a-z]{32}; /, '')).toBe(
      `Max-Age=28800; Path=${path}; ${flags}`,
    )
    expect(cookie).not.toContain(TOKEN)
  },
)

test.for([
  ['another token', 'wrong-token-of-twenty-characters'],
  ['no token', ''],
  ['the token and a blank', `${TOKEN} `],
  ['a token of 20 000 characters', 'x'.repeat(20_000)],
])('%s opens nothing', async ([, token]) => {
  const served = await serveForTest({ settings: OPS })
  const answer = await signIn(served, token ?? '')
  expect(answer.status).toBe(401)
  expect(answer.headers.get('set-cookie')).toBeNull()
  expect(await answer.text()).toContain('This one does not open the board')
})

test('the board opens with a session alone', async () => {
  const served = await serveForTest({ settings: OPS })
  const signedIn = await session(served)
  expect(await board(served, signedIn)).toContain('Parked jobs')
  const forged = [
    {},
    { Cookie: 'firstline_ops=' },
    { Cookie: `firstline_ops=${TOKEN}` },
    { Cookie: signedIn.Cookie.replace(/=[^.]+/, '=zzzzzzzz') },
    { Cookie: signedIn.Cookie.slice(0, -1) },
    BEARER,
  ]
  for (const headers of forged) expect(await board(served, headers)).toContain('Open the board')
})

test('a session ends after eight hours', async () => {
  const served = await serveForTest({ settings: OPS })
  const signedIn = await session(served)
  served.turn(8 * HOUR_MS - 1)
  expect(await board(served, signedIn)).toContain('Parked jobs')
  served.turn(1)
  expect(await board(served, signedIn)).toContain('Open the board')
})

test('changing OPS_TOKEN ends all sessions, and so does changing SECRET', async () => {
  const signedIn = await session(await serveForTest({ settings: OPS }))
  const same = await serveForTest({ settings: OPS })
  expect(await board(same, signedIn)).toContain('Parked jobs')
  const token = await serveForTest({ settings: { OPS_TOKEN: 'another-token-of-twenty-chars' } })
  expect(await board(token, signedIn)).toContain('Open the board')
  const secret = await serveForTest({ settings: { ...OPS, SECRET: 'n'.repeat(32) } })
  expect(await board(secret, signedIn)).toContain('Open the board')
})

test('staff see why a job stands still, and nothing of the visitor', async () => {
  const { served, job } = await withParkedJob()
  const page = await board(served, await session(served))
  expect(page).toContain(job)
  expect(page).toContain('Zammad refuses the group')
  expect(page).not.toMatch(/Ann Lee|ann\.lee|63 %/)
})

test('the board says how many jobs stand still in all, and the API names each', async () => {
  const { served } = await withParkedJob()
  const { jobs } = served.service
  const extra = Array.from({ length: PAGE }, (_, n) => `more-${n}`)
  await served.db.atomically(extra.map((id) => jobs.add(aJob({ id, createdAt: served.now() }))))
  await served.db.q
    .update(jobRows)
    .set({ state: 'parked' })
    .where(inArray(jobRows.lane, ['zammad']))
  expect(await board(served, await session(served))).toContain(`the oldest ${PAGE} of ${PAGE + 1}`)
  const answer = await served.ask('/ops/api/outbox', { headers: BEARER })
  const listed = z.array(z.object({ id: z.string() })).parse(await answer.json())
  expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining(extra))
})

test('staff retry a job', async () => {
  const { served, job, stateOf } = await withParkedJob()
  const signedIn = await session(served)
  const _token = formTokenIn(await board(served, signedIn))
  expect((await decide(served, `${job}/retry`, signedIn, { _token })).status).toBe(303)
  expect(await stateOf()).toBe('ready')
})

test('staff discard a job with a reason, and never without', async () => {
  const { served, job, stateOf } = await withParkedJob()
  const signedIn = await session(served)
  const _token = formTokenIn(await board(served, signedIn))
  await decide(served, `${job}/discard`, signedIn, { _token, reason: '  ' })
  expect(await stateOf()).toBe('parked')
  await decide(served, `${job}/discard`, signedIn, { _token, reason: 'a test' })
  expect(await stateOf()).toBe('discarded')
})

test('a decision without its session or without its form token is none', async () => {
  const { served, job, stateOf } = await withParkedJob()
  const signedIn = await session(served)
  const _token = formTokenIn(await board(served, signedIn))
  served.turn(1000)
  const other = await session(served)
  const attempts = [
    [{}, { _token }],
    [signedIn, {}],
    [signedIn, { _token: 'forged' }],
    [other, { _token }],
    [BEARER, { _token }],
  ] as const
  for (const [headers, fields] of attempts) {
    expect((await decide(served, `${job}/retry`, headers, { ...fields })).status).toBe(303)
    expect(await stateOf()).toBe('parked')
  }
})

test.for([
  ['signing in', '/ops'],
  ['a decision', '/ops/jobs/x/retry'],
  ['an order of a program', '/ops/api/outbox/x/retry'],
] as const)('%s from a page of another site is refused', async ([, path]) => {
  const served = await serveForTest({ settings: OPS })
  const headers = { Origin: 'https://evil.example', ...BEARER }
  const answer = await served.ask(path, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ token: TOKEN }),
  })
  expect(answer.status).toBe(403)
  expect(answer.headers.get('set-cookie')).toBeNull()
})

test('staff sign in from our own page, by whatever name they reach us', async () => {
  const served = await serveForTest({ settings: { ...OPS, PUBLIC_URL: 'https://help.example' } })
  for (const Origin of ['https://help.example', served.url]) {
    const headers = { Origin, 'Sec-Fetch-Site': 'same-origin' }
    expect((await signIn(served, TOKEN, headers)).status).toBe(303)
  }
})

test.for([
  {},
  { Authorization: 'Bearer wrong' },
  { Authorization: `Basic ${TOKEN}` },
  { Authorization: TOKEN },
])('programs of staff need the token: %j', async (headers: Readonly<Record<string, string>>) => {
  const { served, job, stateOf } = await withParkedJob()
  const signedIn = await session(served)
  const answer = await served.ask('/ops/api/outbox', { headers: { ...headers, ...signedIn } })
  expect(answer.status).toBe(401)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const retry = asJson({}, headers)
  expect((await served.ask(`/ops/api/outbox/${job}/retry`, retry)).status).toBe(401)
  expect(await stateOf()).toBe('parked')
  expect((await served.ask('/metrics', { headers })).status).toBe(404)
})

test('programs of staff list the outbox, retry and discard', async () => {
  const { served, job, stateOf } = await withParkedJob()
  const listed: unknown = await (await served.ask('/ops/api/outbox', { headers: BEARER })).json()
  expect(listed).toContainEqual({
    id: job,
    kind: 'open-ticket',
    state: 'parked',
    attempts: expect.any(Number),
    next_at: '2026-11-21T12:00:00.000Z',
    reason: 'Zammad refuses the group',
    reference: expect.any(String),
  })
  const order = async (path: string, body: object) =>
    (await served.ask(`/ops/api/outbox/${path}`, asJson(body, BEARER))).status
  expect(await order(`${job}/retry`, { unit: 'nobody' })).toBe(422)
  expect(await order(`${job}/retry`, { address: 'nobody' })).toBe(422)
  expect(await order(`${job}/retry`, { more: 1 })).toBe(422)
  expect(await order(`${job}/discard`, { reason: ' ' })).toBe(422)
  expect(await order('unknown/retry', {})).toBe(409)
  expect(await stateOf()).toBe('parked')
  expect(await order(`${job}/retry`, { unit: 'technical', address: 'ann@new.example' })).toBe(200)
  expect(await stateOf()).toBe('ready')
  expect((await served.kept()).conversations[0]?.recipient).toBe('ann@new.example')
  expect(await order(`${job}/discard`, { reason: 'too late' })).toBe(409)
})

test('what is counted is told to whoever has the token, by lane, kind and state', async () => {
  const { served } = await withParkedJob()
  const answer = await served.ask('/metrics', { headers: BEARER })
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  const lines = (await answer.text()).split('\n')
  expect(lines).toContain('firstline_jobs{lane="zammad",kind="open-ticket",state="parked"} 1')
  expect(lines).toContain('firstline_jobs{lane="mail",kind="send-message",state="ready"} 1')
  expect(lines).toContain('firstline_lane_paused{lane="mail"} 0')
})

test('a visitor’s form token opens nothing of staff', async () => {
  const { served, job, stateOf } = await withParkedJob()
  const signedIn = await session(served)
  const _token = await pageToken(served)
  await decide(served, `${job}/retry`, signedIn, { _token })
  expect(await stateOf()).toBe('parked')
  const page = formTokenIn(await board(served, signedIn))
  const sent = await served.ask('/forms/upload-trouble', { method: 'POST', body: filledForm(page) })
  expect(sent.status).toBe(422)
})
