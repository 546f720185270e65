import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { createMornings } from '../../src/clocks/mornings.ts'
import { Failure } from '../../src/failure.ts'
import { aUnit } from '../support/sample-rules.ts'
import { aHouse, BOSS, FIRST, LISBON, NODES, SATURDAY } from './morning.ts'

const LATE = { running: { dueAt: after(SATURDAY, -DAY_MS) } }
const TO_NODES = 'unit nodes → nodes@staff.example'
const WEEK = `week → ${BOSS}`

/** A house that has known its mornings for an hour, with one late ticket. */
async function aKnownHouse(over: Parameters<typeof aHouse>[0] = {}) {
  const house = await aHouse(over)
  await house.round()
  await house.keeps(1, LATE)
  return house
}

test('what began after a morning is told with the next one', async () => {
  const house = await aHouse({ at: new Date('2026-11-21T07:00:01Z') })
  await house.keeps(1, LATE)
  await house.round()
  await house.livesTo('2026-11-22T06:59:59Z')
  expect(await house.made()).toEqual([])
  await house.livesTo('2026-11-22T07:00:00Z')
  expect(await house.made()).toEqual([TO_NODES])
})

test('each unit is told at its own morning: in the zone of its calendar, on its open days, else in the site’s', async () => {
  const house = await aHouse({
    promise: { calendars: { lisbon: LISBON } },
    units: [NODES, aUnit({ id: 'far', calendar: 'lisbon' })],
  })
  await house.round()
  await house.keeps(1, LATE)
  await house.keeps(2, { ...LATE, unit: 'far' })
  const days: string[][] = []
  // Saturday to Tuesday, at the two mornings of each day.
  for (const day of ['21', '22', '23', '24']) {
    for (const hour of ['07', '08']) {
      await house.livesTo(`2026-11-${day}T${hour}:00:00Z`)
      days.push([`${day} ${hour}`, ...(await house.made())])
    }
  }
  const TO_FAR = 'unit far → far@staff.example'
  expect(days).toEqual([
    ['21 07', TO_NODES],
    ['21 08'],
    ['22 07', TO_NODES],
    ['22 08'],
    ['23 07', expect.any(String), expect.any(String)],
    ['23 08', TO_FAR],
    ['24 07', TO_NODES],
    ['24 08', TO_FAR],
  ])
})

test('a calendar that is the promise is every unit’s, but for one that is always there', async () => {
  const house = await aHouse({
    promise: { calendar: 'lisbon', calendars: { lisbon: LISBON } },
    units: [NODES, aUnit({ id: 'round', calendar: 'always' })],
  })
  await house.round()
  await house.keeps(1, LATE)
  await house.keeps(2, { ...LATE, unit: 'round' })
  await house.livesTo('2026-11-22T23:00:00Z')
  expect(await house.made()).toEqual(['unit round → round@staff.example', 'unit round → round@staff.example'])
})

test('a unit with nothing to tell is told nothing, while the coordination hears of an empty week as well', async () => {
  const house = await aHouse()
  await house.round()
  await house.livesTo('2026-12-01T00:00:00Z')
  expect(await house.made()).toEqual([WEEK, WEEK])
  expect((await house.rows()).map(({ createdAt }) => new Date(createdAt).toISOString())).toEqual([
    '2026-11-23T07:00:00.000Z',
    '2026-11-30T07:00:00.000Z',
  ])
})

test('where nobody coordinates there is neither week nor month', async () => {
  const house = await aHouse({ promise: { coordination: [] } })
  await house.round()
  await house.livesTo('2027-01-05T00:00:00Z', 6 * HOUR_MS)
  expect(await house.made()).toEqual([])
})

test('rounds that follow each other, a restart and other processes at once make each mail once', async () => {
  const house = await aKnownHouse()
  house.at('2026-11-23T07:00:00Z')
  const others = [2, 3, 4].map((seed) => house.another(seed))
  await Promise.all([house.round(), ...others.map((round) => round())])
  house.restarts()
  await house.round()
  await house.livesTo('2026-11-23T12:00:00Z')
  expect([...(await house.made())].sort()).toEqual([TO_NODES, WEEK])
})

test('an older memory than the last mail’s, as a slower process writes it, makes none again', async () => {
  const house = await aKnownHouse()
  const before = (await house.memory.recall('digests')) ?? ''
  house.at('2026-11-23T07:00:00Z')
  await house.round()
  await house.db.atomically([house.memory.remember('digests', before)])
  house.passes(MINUTE_MS)
  await house.round()
  expect([...(await house.made())].sort()).toEqual([TO_NODES, WEEK])
})

test.for([
  { down: 'an hour', back: '2026-11-23T08:00:00Z', makes: [TO_NODES, WEEK] },
  { down: 'twenty hours', back: '2026-11-24T03:00:00Z', makes: [TO_NODES, WEEK] },
  { down: 'more than twenty hours', back: '2026-11-24T03:00:01Z', makes: [WEEK] },
  { down: 'over two mornings', back: '2026-11-24T09:00:00Z', makes: [TO_NODES, WEEK] },
  { down: 'three days', back: '2026-11-26T07:00:00Z', makes: [TO_NODES, WEEK] },
  { down: 'more than three days', back: '2026-11-26T07:00:01Z', makes: [TO_NODES] },
  { down: 'over two Mondays', back: '2026-11-30T08:00:00Z', makes: [TO_NODES, WEEK] },
])('whoever was down for $down over a morning tells once what is not too old', async ({ back, makes }) => {
  const house = await aKnownHouse()
  house.at('2026-11-23T06:59:00Z')
  await house.round()
  await house.made()
  house.at(back)
  await house.round()
  house.passes(MINUTE_MS)
  await house.round()
  expect([...(await house.made())].sort()).toEqual(makes)
})

test('a morning that was passed over is logged', async () => {
  const house = await aKnownHouse()
  house.at('2026-11-22T05:00:00Z')
  await house.round()
  expect(house.events()).toContain('morning.missed')
})

test.for([
  { why: 'a Sunday is no working day', month: '2026-10', begins: '2026-10-31', at: '2026-11-02T07:00:00Z' },
  { why: 'a Tuesday is one', month: '2026-11', begins: '2026-11-30', at: '2026-12-01T07:00:00Z' },
  { why: 'days of the week count', month: '2026-07', begins: '2026-07-31', at: '2026-08-03T06:00:00Z' },
])('the month is reported on its first working day: $why', async ({ month, begins, at }) => {
  const house = await aHouse({ at: new Date(`${begins}T12:00:00Z`) })
  await house.round()
  await house.livesTo(at)
  expect((await house.made()).filter((one) => one.startsWith('month'))).toEqual([`month ${month} → ${BOSS}`])
  const report = (await house.rows()).find(({ kind }) => kind === 'send-report')
  expect(new Date(report?.createdAt ?? 0).toISOString()).toBe(new Date(at).toISOString())
})

test('a holiday of the hours of business puts the report off', async () => {
  const hours = { ...LISBON, closed: ['2027-01-01', '2027-01-04'] }
  const house = await aHouse({
    at: new Date('2026-12-31T12:00:00Z'),
    promise: { business: 'lisbon', calendars: { lisbon: hours } },
  })
  await house.round()
  await house.livesTo('2027-01-05T06:59:00Z')
  expect((await house.made()).filter((one) => one.startsWith('month'))).toEqual([])
  await house.livesTo('2027-01-05T07:00:00Z')
  expect(await house.made()).toEqual([`month 2026-12 → ${BOSS}`])
})

test.for([
  { why: 'within two weeks', back: '2026-12-15T07:00:00Z', reports: [`month 2026-11 → ${BOSS}`] },
  { why: 'no later', back: '2026-12-15T07:00:01Z', reports: [] },
  { why: 'of two months the last', back: '2027-01-05T09:00:00Z', reports: [`month 2026-12 → ${BOSS}`] },
])('a report that was missed is made late once, $why', async ({ back, reports }) => {
  const house = await aHouse()
  await house.round()
  house.at(back)
  await house.round()
  house.passes(DAY_MS)
  await house.round()
  expect((await house.made()).filter((one) => one.startsWith('month'))).toEqual(reports)
})

const DOUBT = JSON.stringify({
  because: 'leapt',
  aheadMs: DAY_MS,
  since: SATURDAY.toISOString(),
  trusted: false,
})

test('while our own clock is in doubt nothing is made, and what is due then comes behind it', async () => {
  const house = await aKnownHouse()
  const { memory } = house
  house.at('2026-11-21T08:00:00Z')
  await house.db.atomically([memory.remember('clock-doubt', DOUBT)])
  const before = await memory.recall('digests')
  await house.round()
  expect([await house.made(), await memory.recall('digests')]).toEqual([[], before])
  await house.db.atomically([memory.forget('clock-doubt')])
  await house.round()
  expect(await house.made()).toEqual([TO_NODES])
})

test('a clock that was ahead for a while makes no mail twice, and mornings go on once it is right', async () => {
  const house = await aKnownHouse()
  await house.livesTo('2026-11-21T09:00:00Z')
  expect(await house.made()).toEqual([TO_NODES])
  // Two days ahead, and somebody trusts it.
  await house.livesTo('2026-11-23T09:00:00Z', 2 * DAY_MS)
  expect([...(await house.made())].sort()).toEqual([TO_NODES, WEEK])
  house.at('2026-11-21T09:10:00Z')
  await house.round()
  expect(await house.made()).toEqual([])
  const days: string[][] = []
  for (const day of ['22', '23', '24']) {
    await house.livesTo(`2026-11-${day}T12:00:00Z`)
    days.push([...(await house.made())])
  }
  expect(days).toEqual([[TO_NODES], [], [TO_NODES]])
})

test('a clock that steps back a second behind a morning makes no mail twice', async () => {
  const house = await aKnownHouse()
  await house.livesTo('2026-11-21T07:00:00Z')
  house.passes(-1000)
  await house.round()
  await house.livesTo('2026-11-21T09:00:00Z')
  expect(await house.made()).toEqual([TO_NODES])
})

test('a unit that the rules gain begins with its next morning, and one that is back after a month likewise', async () => {
  const house = await aKnownHouse({ units: [] })
  house.at('2026-11-21T08:00:00Z')
  house.obeys({ units: [NODES] })
  await house.round()
  expect(await house.made()).toEqual([])
  await house.livesTo('2026-11-22T08:00:00Z')
  expect(await house.made()).toEqual([TO_NODES])
  house.obeys({ units: [] })
  await house.livesTo('2026-12-22T08:00:00Z', 6 * HOUR_MS)
  await house.made()
  house.obeys({ units: [NODES] })
  await house.round()
  expect(await house.made()).toEqual([])
})

test('a process that does not know a new unit yet takes no morning of its away', async () => {
  const house = await aKnownHouse()
  const old = createMornings({
    ...house.deps,
    rulebook: () => ({ ...house.world.rules, units: withoutNodes(house) }),
  })
  house.at('2026-11-22T07:00:00Z')
  await old()
  await house.round()
  expect(await house.made()).toEqual([TO_NODES])
})

const withoutNodes = ({ world }: Awaited<ReturnType<typeof aHouse>>) => ({
  ...world.rules.units,
  units: [FIRST],
})

test('between mornings the store is asked for one value, and nothing else', async () => {
  const house = await aKnownHouse()
  await house.livesTo('2026-11-21T07:00:00Z')
  const asked: string[] = []
  const refuse = (): never => {
    throw new Error('nothing else is to be asked')
  }
  const quiet = createMornings({
    ...house.deps,
    memory: {
      ...house.memory,
      recall: (name) => {
        asked.push(name)
        return house.memory.recall(name)
      },
      remember: refuse,
    },
    lists: { list: refuse, dueBefore: refuse, assigned: refuse, load: refuse },
    notedLevels: refuse,
    report: refuse,
    atomically: refuse,
  })
  house.at('2026-11-22T06:59:59Z')
  await quiet()
  expect(asked).toEqual(['digests'])
})

test('a digest that cannot be made holds up no other, and comes in a later round', async () => {
  const broken = { isBroken: true }
  const house = await aKnownHouse({ units: [aUnit({ id: 'bad' }), NODES] })
  await house.keeps(2, { ...LATE, unit: 'bad' })
  const rounds = createMornings({
    ...house.deps,
    lists: {
      ...house.lists,
      dueBefore: (unit, before, limit) => {
        if (broken.isBroken && unit === 'bad') throw new Failure('unavailable', 'the store is away')
        return house.lists.dueBefore(unit, before, limit)
      },
    },
  })
  house.at('2026-11-21T07:00:00Z')
  await rounds()
  expect(await house.made()).toEqual([TO_NODES])
  expect(house.events()).toContain('morning.broken')
  broken.isBroken = false
  house.passes(MINUTE_MS)
  await rounds()
  expect(await house.made()).toEqual(['unit bad → bad@staff.example'])
})

test('where the write fails nothing is half done: the next round makes it', async () => {
  const house = await aKnownHouse()
  const { atomically } = house.world
  house.at('2026-11-21T07:00:00Z')
  house.world.atomically = async () => {
    throw new Failure('unavailable', 'the store is away')
  }
  await house.round()
  expect(await house.made()).toEqual([])
  house.world.atomically = atomically
  await house.round()
  expect(await house.made()).toEqual([TO_NODES])
})

test('each address is told once, however it is spelt, and stand-ins for a unit without addresses', async () => {
  const house = await aHouse({
    units: [
      aUnit({ id: 'nodes', notify: ['Ann@staff.example', 'bob@staff.example', 'ann@STAFF.example'] }),
      aUnit({ id: 'bare', notify: [] }),
    ],
  })
  await house.round()
  await house.keeps(1, LATE)
  await house.keeps(2, { ...LATE, unit: 'bare' })
  await house.livesTo('2026-11-21T07:00:00Z')
  expect([...(await house.made())].sort()).toEqual([
    'unit bare → first-line@staff.example',
    'unit nodes → ann@STAFF.example',
    'unit nodes → bob@staff.example',
  ])
})

test('what happened between two mornings is told once, also where it was put down in their last minute', async () => {
  const house = await aHouse()
  await house.round()
  const numbers: string[][] = []
  const days = ['2026-11-21T07:00:00Z', '2026-11-22T07:00:00Z', '2026-11-23T07:00:00Z']
  for (const [n, day] of days.entries()) {
    const told = new Date(day)
    for (const [m, before] of [30 * MINUTE_MS, MINUTE_MS + 1, MINUTE_MS - 1, 1].entries()) {
      house.at(after(told, -before))
      await house.decides(10 * (n + 1) + m)
    }
    house.at(told)
    await house.round()
    const digest = await house.toldTo('nodes')
    numbers.push(digest?.assigned.told.map(({ number }) => number) ?? [])
  }
  expect(numbers).toEqual([
    ['78010', '78011'],
    ['78012', '78013', '78020', '78021'],
    ['78022', '78023', '78030', '78031'],
  ])
})

test('what a morning that was passed over did not tell is told by the next', async () => {
  const house = await aHouse()
  await house.round()
  house.at('2026-11-21T06:30:00Z')
  await house.decides(11)
  house.at('2026-11-22T04:00:00Z')
  await house.round()
  house.at('2026-11-22T07:00:00Z')
  await house.round()
  expect((await house.toldTo('nodes'))?.assigned.told.map(({ number }) => number)).toEqual(['78011'])
})

test('the log tells of mornings without an address', async () => {
  const house = await aKnownHouse()
  await house.livesTo('2026-11-23T08:00:00Z')
  expect(house.events()).toContain('morning.made')
  expect(house.lines()).not.toContain('@')
})
