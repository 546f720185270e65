import { expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { NoticeFacts } from '../../src/conversation/send-message.ts'
import { messages } from '../../src/store/schema.ts'
import { ANSWER, CLOSING, LEVELS, moved, NOTE, tagged, WORD } from './sweeping.ts'
import { aTown } from './town.ts'

const ALL_LEVELS = [
  '+36.0h 75% of 7801 to first',
  '+43.2h 90% of 7801 to duty',
  '+43.2h 90% of 7801 to first',
  '+48.0h 100% of 7801 to boss',
  '+48.0h 100% of 7801 to duty',
  '+48.0h 100% of 7801 to first',
]

test('each level tells its people once, at its time, and a level for the digest alone tells nobody', async () => {
  const town = await aTown()
  await town.request('ann', 1)
  await town.passes(50 * HOUR_MS, { everyMs: 12 * MINUTE_MS })
  expect(await town.alerts()).toEqual(ALL_LEVELS)
  expect(await town.marks('c:ann')).toEqual(['100% told', '50% digest', '75% told', '90% told'])
})

test('once it is due it is told each day, until the answer', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.passes(4 * DAY_MS)
  const daily = (await town.alerts()).filter((one) => one.includes('to boss'))
  expect(daily).toEqual([
    '+48.0h 100% of 7801 to boss',
    '+72.0h 100%+1d of 7801 to boss',
    '+96.0h 100%+2d of 7801 to boss',
  ])
  await town.happens('t:1', ANSWER)
  await town.passes(3 * DAY_MS)
  expect((await town.alerts()).filter((one) => one.includes('to boss'))).toEqual(daily)
})

test('down across two levels, one alert tells both', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.round()
  town.time.turn(45 * HOUR_MS)
  town.restart()
  await town.round()
  expect(await town.alerts()).toEqual([
    '+45.0h 75% and 90% of 7801 to duty',
    '+45.0h 75% and 90% of 7801 to first',
  ])
  expect(await town.marks('t:1')).toEqual(['50% digest', '75% covered', '90% told'])
})

test('down over several days, only the last daily repeat is told', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.passes(49 * HOUR_MS)
  const before = (await town.alerts()).length
  town.time.turn(5 * DAY_MS)
  town.restart()
  await town.round()
  await town.round()
  expect((await town.alerts()).slice(before)).toEqual([
    '+169.0h 100%+5d of 7801 to boss',
    '+169.0h 100%+5d of 7801 to duty',
    '+169.0h 100%+5d of 7801 to first',
  ])
})

test.for([
  { when: 'before a write', over: false },
  { when: 'after a write', over: true },
])('a process that ends $when, whichever it is, repeats no alert and loses none', async ({ over }) => {
  for (let writes = 1; writes <= 4; writes += 1) {
    const town = await aTown()
    await town.request('ann', 1)
    await town.ticket(2)
    const write = town.world.atomically
    let left = writes
    town.world.atomically = async (one) => {
      left -= 1
      if (left < 0) throw new Error('the process is over')
      if (left > 0) return write(one)
      if (over) await write(one)
      throw new Error('the process is over')
    }
    town.time.turn(48 * HOUR_MS)
    await town.round().catch(() => undefined)
    town.world.atomically = write
    town.restart()
    for (const _ of [1, 2]) {
      town.time.turn(11 * MINUTE_MS)
      await town.round()
    }
    const alerts = (await town.alerts()).map((one) => one.replace(/^\S+ /, ''))
    expect(alerts.toSorted()).toEqual(
      ['7801', '7802'].flatMap((number) =>
        ['boss', 'duty', 'first'].map((to) => `75% and 90% and 100% of ${number} to ${to}`),
      ),
    )
    expect(await town.notices()).toEqual(['late to ann'])
  }
})

test('nobody is told of a promise whose answer is found by the last look', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.round()
  town.time.turn(40 * HOUR_MS)
  town.world.look = async () => {
    await town.happens('t:1', ANSWER)
    return true
  }
  await town.round()
  expect(await town.alerts()).toEqual([])
  expect(await town.records.byId('t:1')).toMatchObject({ running: null, nextAt: null })
})

test('nobody is told of a promise whose answer comes between reckoning and writing', async () => {
  const town = await aTown()
  await town.request('ann', 1)
  await town.round()
  town.time.turn(50 * HOUR_MS)
  const write = town.world.atomically
  town.world.atomically = async (writes) => {
    town.world.atomically = write
    await town.happens('c:ann', ANSWER)
    return write(writes)
  }
  for (const _ of [1, 2]) await town.round()
  expect(await town.alerts()).toEqual([])
  expect(await town.notices()).toEqual([])
  expect(await town.marks('c:ann')).toEqual([])
})

test.for([
  { why: 'a day ahead and back', jumps: [DAY_MS, -DAY_MS] },
  { why: 'a day back and ahead', jumps: [-DAY_MS, DAY_MS] },
  { why: 'three days ahead and back', jumps: [3 * DAY_MS, -3 * DAY_MS] },
])('a clock that leaps $why has every level told once, at its true time', async ({ jumps }) => {
  const town = await aTown()
  await town.ticket(1)
  await town.passes(30 * HOUR_MS, { everyMs: 12 * MINUTE_MS })
  for (const jump of jumps) {
    town.time.set(jump)
    await town.passes(30 * MINUTE_MS, { everyMs: 12 * MINUTE_MS })
  }
  await town.passes(19 * HOUR_MS, { everyMs: 12 * MINUTE_MS })
  expect(await town.alerts()).toEqual(ALL_LEVELS)
  expect(town.log().filter((event) => event === 'clock.doubted')).toHaveLength(1)
})

test('a clock that was set right is trusted after an hour, and nothing is lost', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.passes(30 * HOUR_MS)
  town.time.set(10 * HOUR_MS)
  await town.passes(60 * MINUTE_MS, { everyMs: 12 * MINUTE_MS })
  expect(await town.alerts()).toEqual([])
  await town.passes(12 * MINUTE_MS, { everyMs: 12 * MINUTE_MS })
  expect(await town.alerts()).toEqual(['+41.2h 75% of 7801 to first'])
})

test('where a clock is given more time its levels are told again, each once, before the new due', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.passes(40 * HOUR_MS, { everyMs: 12 * MINUTE_MS })
  const { promise } = town.world.rules
  Object.assign(town.world.rules, { version: 'another', promise: { ...promise, targetMs: 96 * HOUR_MS } })
  await town.passes(57 * HOUR_MS, { everyMs: 12 * MINUTE_MS })
  expect(await town.alerts()).toEqual([
    '+36.0h 75% of 7801 to first',
    '+72.0h 75% of 7801 to first',
    '+86.4h 90% of 7801 to duty',
    '+86.4h 90% of 7801 to first',
    '+96.0h 100% of 7801 to boss',
    '+96.0h 100% of 7801 to duty',
    '+96.0h 100% of 7801 to first',
  ])
  expect(await town.marks('t:1')).toEqual([
    '100% told',
    '50% digest',
    '50%@2 digest',
    '75% told',
    '75%@2 told',
    '90% told',
  ])
})

test('other rules are taken up for what is open and answered, too', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.happens('t:1', ANSWER)
  await town.round()
  Object.assign(town.world.rules, { version: 'another' })
  await town.round()
  expect(await town.records.byId('t:1')).toMatchObject({ version: 'another', isOpen: true, running: null })
})

test('a visitor hears once, for each wait, that the answer is late', async () => {
  const town = await aTown()
  await town.request('ann', 1)
  await town.passes(60 * HOUR_MS)
  expect(await town.notices()).toEqual(['late to ann'])
  await town.happens('c:ann', ANSWER)
  await town.passes(HOUR_MS)
  await town.happens('c:ann', WORD)
  await town.passes(60 * HOUR_MS)
  expect(await town.notices()).toEqual(['late to ann', 'late to ann'])
  const facts = (await town.db.q.select().from(messages)).map((one) =>
    NoticeFacts.parse(JSON.parse(one.facts)),
  )
  expect(facts.map(({ clock }) => clock).toSorted()).toEqual(['happening:2', 'request'])
})

test('a visitor hears that the answer is late also where no level is told', async () => {
  const town = await aTown({ levels: [] })
  await town.request('ann', 1)
  await town.passes(49 * HOUR_MS)
  expect(await town.notices()).toEqual(['late to ann'])
  expect(await town.alerts()).toEqual([])
})

test('of a request whose ticket is not opened yet staff and visitor hear without a look', async () => {
  const town = await aTown()
  await town.request('ann')
  town.world.look = () => Promise.reject(new Error('there is nothing to look at'))
  await town.passes(49 * HOUR_MS, { everyMs: 12 * MINUTE_MS })
  expect(await town.alerts()).toEqual(ALL_LEVELS.map((one) => one.replace('7801', '7800')))
  expect(await town.notices()).toEqual(['late to ann'])
  expect((await town.alarms())[0]?.alert.ticket).toMatchObject({ id: null, unit: 'first-line' })
})

test('a visitor whose conversation is frozen hears nothing before somebody has looked', async () => {
  const town = await aTown()
  await town.request('ann', 1)
  await town.db.atomically([town.conversations.change('ann', { frozenAt: town.time.now() })])
  await town.passes(49 * HOUR_MS)
  expect(await town.notices()).toEqual([])
  await town.db.atomically([
    town.conversations.change('ann', { frozenAt: null }),
    town.records.touch({ conversation: 'ann', ticketId: 1 }, town.time.now()),
  ])
  await town.round()
  expect(await town.notices()).toEqual(['late to ann'])
})

test('an answer that promises more keeps the clock running, and says that the visitor heard of it', async () => {
  const town = await aTown()
  await town.request('ann', 1)
  await town.passes(HOUR_MS)
  await town.happens('c:ann', tagged('holding'), ANSWER)
  await town.passes(36 * HOUR_MS)
  const [told] = await town.alarms()
  expect(told?.alert).toMatchObject({ level: '75%', unseen: false })
})

test('after an internal note the alert says that the visitor saw nothing', async () => {
  const town = await aTown()
  await town.request('ann', 1)
  await town.happens('c:ann', NOTE)
  await town.passes(37 * HOUR_MS)
  expect((await town.alarms()).map(({ alert }) => alert.unseen)).toEqual([true])
})

test('after a hand-over the new unit is told of its own clock, and the visitor of nothing', async () => {
  const town = await aTown()
  await town.request('ann', 1)
  await town.happens('c:ann', ANSWER)
  town.time.turn(MINUTE_MS)
  await town.happens('c:ann', moved('nodes'))
  await town.passes(50 * HOUR_MS)
  const alarms = await town.alarms()
  expect(new Set(alarms.map(({ to }) => to))).toEqual(
    new Set(['nodes@staff.example', 'duty@staff.example', 'boss@staff.example']),
  )
  for (const { alert } of alarms) expect(alert).toMatchObject({ kind: 'internal', ticket: { unit: 'nodes' } })
  expect(await town.notices()).toEqual([])
})

test('after the clock ended nothing is told any more', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.passes(40 * HOUR_MS)
  const before = await town.alerts()
  await town.happens('t:1', CLOSING)
  await town.passes(5 * DAY_MS)
  expect(await town.alerts()).toEqual(before)
})

test('of what nothing is known any more no clock is left, and it is looked at no more', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.round()
  Object.assign(town.world.rules, { version: 'another' })
  await town.another({ reckoner: { ...town.reckoner, of: async () => null } })({ inTime: () => true })
  expect(await town.records.byId('t:1')).toMatchObject({ running: null, isOpen: false, nextAt: null })
  expect(await town.records.behind('another', town.time.now(), 9)).toEqual([])
})

test('other rules are taken up in the next rounds, and what was told stays told', async () => {
  const town = await aTown()
  for (let ticket = 1; ticket <= 60; ticket += 1) await town.ticket(ticket)
  await town.passes(37 * HOUR_MS)
  const { promise } = town.world.rules
  const sooner = { ...promise, targetMs: 40 * HOUR_MS, levels: LEVELS }
  Object.assign(town.world.rules, { version: 'another', promise: sooner })
  for (const _ of [1, 2]) await town.round()
  expect(await town.records.behind('another', town.time.now(), 99)).toEqual([])
  const alerts = await town.alerts()
  expect(alerts.filter((one) => one.includes('75%'))).toHaveLength(60)
  expect(alerts.filter((one) => one.includes('90%') && one.includes('to first'))).toHaveLength(60)
})

test('a level below one that was told is not told, however it comes', async () => {
  const town = await aTown()
  await town.ticket(1)
  await town.passes(49 * HOUR_MS)
  const before = await town.alerts()
  const { promise } = town.world.rules
  const [, ...others] = LEVELS
  const more = [{ share: 0.6, digest: false, to: ['unit'], repeats: null }, ...others] as const
  Object.assign(town.world.rules, { version: 'another', promise: { ...promise, levels: more } })
  await town.passes(HOUR_MS)
  expect(await town.alerts()).toEqual(before)
})

test('a round begins no other row once its time is over', async () => {
  const town = await aTown()
  for (const ticket of [1, 2, 3]) await town.ticket(ticket)
  await town.round()
  town.time.turn(37 * HOUR_MS)
  let rows = 2
  await town.another()({ inTime: () => (rows -= 1) >= 0 })
  expect(await town.alerts()).toHaveLength(2)
})
