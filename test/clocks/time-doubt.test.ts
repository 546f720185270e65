import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { createTimeDoubt, doubtOf, standingDoubt } from '../../src/clocks/time-doubt.ts'
import { createStores } from '../../src/furnish.ts'
import { createLog } from '../../src/log.ts'
import { openPlatform } from '../support/platform.node.ts'
import { NOON } from '../support/samples.ts'

const ago = (ms: number): Date => after(NOON, -ms)
const NOTHING = { now: NOON, lastTick: null, zammadDate: null, monotonic: null }

test.for([
  { why: 'nothing is known', witness: NOTHING, because: null },
  { why: 'the last round was a week ago', witness: { ...NOTHING, lastTick: ago(7 * DAY_MS) }, because: null },
  { why: 'five minutes back', witness: { ...NOTHING, lastTick: after(NOON, 5 * MINUTE_MS) }, because: null },
  {
    why: 'more than five minutes back',
    witness: { ...NOTHING, lastTick: after(NOON, 5 * MINUTE_MS + 1) },
    because: 'went-back',
  },
  {
    why: 'back to what the count says',
    witness: {
      ...NOTHING,
      lastTick: after(NOON, DAY_MS),
      monotonic: { wallMs: MINUTE_MS, uptimeMs: MINUTE_MS },
    },
    because: null,
  },
  {
    why: 'a day in a minute',
    witness: { ...NOTHING, monotonic: { wallMs: DAY_MS, uptimeMs: MINUTE_MS } },
    because: 'leapt',
  },
  {
    why: 'minus a day in a minute',
    witness: { ...NOTHING, monotonic: { wallMs: -DAY_MS, uptimeMs: MINUTE_MS } },
    because: 'leapt',
  },
  {
    why: 'a clock that was moved by four minutes',
    witness: { ...NOTHING, monotonic: { wallMs: 5 * MINUTE_MS, uptimeMs: MINUTE_MS } },
    because: null,
  },
  {
    why: 'Zammad is six minutes behind',
    witness: { ...NOTHING, zammadDate: { said: ago(7 * MINUTE_MS), at: ago(MINUTE_MS) } },
    because: 'zammad',
  },
  {
    why: 'Zammad is six minutes ahead',
    witness: { ...NOTHING, zammadDate: { said: after(NOON, 6 * MINUTE_MS), at: NOON } },
    because: 'zammad',
  },
  {
    why: 'Zammad is four minutes ahead',
    witness: { ...NOTHING, zammadDate: { said: after(NOON, 4 * MINUTE_MS), at: NOON } },
    because: null,
  },
  {
    why: 'a leap that Zammad contradicts',
    witness: {
      ...NOTHING,
      zammadDate: { said: ago(DAY_MS), at: NOON },
      monotonic: { wallMs: DAY_MS, uptimeMs: MINUTE_MS },
    },
    because: 'zammad',
  },
  {
    why: 'Zammad said so an hour ago',
    witness: { ...NOTHING, zammadDate: { said: ago(2 * HOUR_MS), at: ago(HOUR_MS) } },
    because: null,
  },
])('our clock is doubted rightly: $why', ({ witness, because }) => {
  expect(doubtOf(witness)?.because ?? null).toBe(because)
})

/** Processes that share a store, on a clock that somebody sets. */
async function aWatch({ counts = true }: { readonly counts?: boolean } = {}) {
  const { db } = await openPlatform()
  const { memory } = createStores(db)
  const time = { now: NOON, uptimeMs: 0 }
  const lines: string[] = []
  const deps = {
    memory,
    ...(counts ? { uptimeMs: () => time.uptimeMs } : {}),
    atomically: db.atomically,
    clock: () => time.now,
    log: createLog('debug', (line) => lines.push(line)),
  }
  const started = () => createTimeDoubt(deps)
  let watch = started()
  /** What Zammad's clock shows beside ours, in milliseconds ahead of it; null where it says nothing. */
  let zammadAheadMs: number | null = null
  return {
    memory,
    standing: () => standingDoubt({ memory }),
    events: () => lines.map((line): unknown => Object(JSON.parse(line)).event),
    set: (ms: number) => void (time.now = after(time.now, ms)),
    zammadIsAhead: (ms: number | null) => void (zammadAheadMs = ms),
    restart: () => void (watch = started()),
    /** Time goes by, and then there is a round. */
    async round(ms = MINUTE_MS): Promise<boolean> {
      time.now = after(time.now, ms)
      time.uptimeMs += ms
      if (zammadAheadMs !== null) watch.heard(after(time.now, zammadAheadMs))
      const trusted = await watch.isTrusted()
      await db.atomically([memory.remember('last-tick', time.now.toISOString())])
      return trusted
    },
  }
}

test('a clock that leaps is doubted until it comes back, and the log says so once', async () => {
  const watch = await aWatch()
  expect(await watch.round()).toBe(true)
  watch.set(DAY_MS)
  for (const _ of [1, 2, 3]) expect(await watch.round()).toBe(false)
  expect(await watch.standing()).toMatchObject({ because: 'leapt', aheadMs: DAY_MS })
  watch.set(-DAY_MS)
  expect(await watch.round()).toBe(true)
  expect(await watch.standing()).toBeNull()
  expect(watch.events()).toEqual(['clock.doubted'])
})

test('a clock that is steady for an hour after a leap is trusted, and doubted at the next', async () => {
  const watch = await aWatch()
  await watch.round()
  watch.set(-DAY_MS)
  for (let minute = 0; minute < 60; minute += 1) expect(await watch.round()).toBe(false)
  expect(await watch.round()).toBe(true)
  expect(await watch.standing()).toBeNull()
  expect(await watch.round()).toBe(true)
  watch.set(DAY_MS)
  expect(await watch.round()).toBe(false)
})

test('a leap begins the hour anew', async () => {
  const watch = await aWatch()
  await watch.round()
  watch.set(DAY_MS)
  expect(await watch.round(50 * MINUTE_MS)).toBe(false)
  watch.set(DAY_MS)
  expect(await watch.round(50 * MINUTE_MS)).toBe(false)
  expect(await watch.round(50 * MINUTE_MS)).toBe(false)
  expect(await watch.round(50 * MINUTE_MS)).toBe(true)
})

test('a process that starts on a clock that leapt goes on doubting it', async () => {
  const watch = await aWatch()
  await watch.round()
  watch.set(DAY_MS)
  expect(await watch.round()).toBe(false)
  watch.restart()
  expect(await watch.round()).toBe(false)
  watch.set(-DAY_MS)
  watch.restart()
  // One round for the clock that shows less than in the last one.
  await watch.round()
  expect(await watch.round()).toBe(true)
})

test.for([{ counts: true }, { counts: false }])(
  'while Zammad contradicts our clock no time ends the doubt, however often we start (counts: $counts)',
  async ({ counts }) => {
    const watch = await aWatch({ counts })
    await watch.round()
    watch.set(DAY_MS)
    watch.zammadIsAhead(-DAY_MS)
    for (let quarter = 0; quarter < 12; quarter += 1) {
      if (quarter % 3 === 0) watch.restart()
      expect(await watch.round(15 * MINUTE_MS)).toBe(false)
    }
    watch.set(-DAY_MS)
    watch.zammadIsAhead(0)
    // One round for the clock that shows less than in the last one.
    await watch.round()
    expect(await watch.round()).toBe(true)
    expect(await watch.standing()).toBeNull()
  },
)

test('what Zammad contradicted is not trusted as it falls silent, and is as it agrees', async () => {
  const watch = await aWatch()
  await watch.round()
  watch.set(DAY_MS)
  watch.zammadIsAhead(-DAY_MS)
  expect(await watch.round()).toBe(false)
  watch.zammadIsAhead(null)
  for (let minute = 0; minute < 90; minute += 1) expect(await watch.round()).toBe(false)
  watch.zammadIsAhead(-DAY_MS)
  expect(await watch.round()).toBe(false)
  watch.set(-DAY_MS)
  watch.zammadIsAhead(0)
  expect(await watch.round()).toBe(true)
})

test('a leap is not trusted for a single round where Zammad is heard again within the hour', async () => {
  const watch = await aWatch()
  await watch.round()
  watch.set(DAY_MS)
  for (let minute = 0; minute < 59; minute += 1) expect(await watch.round()).toBe(false)
  watch.zammadIsAhead(-DAY_MS)
  for (let minute = 0; minute < 5; minute += 1) expect(await watch.round()).toBe(false)
})

test('a doubt that Zammad raised stands while Zammad says nothing', async () => {
  const watch = await aWatch({ counts: false })
  await watch.round()
  watch.set(DAY_MS)
  watch.zammadIsAhead(-DAY_MS)
  expect(await watch.round()).toBe(false)
  watch.zammadIsAhead(null)
  expect(await watch.round(20 * MINUTE_MS)).toBe(false)
  watch.zammadIsAhead(0)
  expect(await watch.round()).toBe(true)
})

test.for([-40 * MINUTE_MS, 40 * MINUTE_MS])(
  'a Zammad that is %i ms off for good holds alerts for an hour, and no longer',
  async (ahead) => {
    const watch = await aWatch()
    watch.zammadIsAhead(ahead)
    for (let minute = 0; minute < 59; minute += 1) expect(await watch.round()).toBe(false)
    await watch.round(2 * MINUTE_MS)
    for (let minute = 0; minute < 90; minute += 1) expect(await watch.round()).toBe(true)
    watch.zammadIsAhead(3 * ahead)
    expect(await watch.round()).toBe(false)
  },
)

test('a long pause between rounds raises no doubt', async () => {
  const watch = await aWatch()
  await watch.round()
  expect(await watch.round(3 * DAY_MS)).toBe(true)
  watch.restart()
  expect(await watch.round(3 * DAY_MS)).toBe(true)
})
