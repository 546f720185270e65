import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { Fact } from '../../src/clocks/facts.ts'
import { tagTicket } from '../../src/clocks/tag-ticket.ts'
import { runDue } from '../../src/outbox/run.ts'
import { memoryDesk } from '../intake/memory-desk.ts'
import { seeded } from '../support/samples.ts'
import { ANSWER, aSweep, LEVELS, tagged, WORD } from './sweeping.ts'

/** A ticket of somebody's in a helpdesk in memory, which is read again, with its tags, whenever it changed. */
async function aTaggedTicket() {
  const town = await aSweep()
  const { time, jobs, deps } = town
  const desk = memoryDesk(time.now)
  const { id } = desk.addForeign('78001')
  await town.ticket(id)
  const name = `t:${id}`
  const kind = tagTicket({ desk, reckoner: town.reckoner, rulebook: deps.rulebook, clock: time.now })
  const outbox = { jobs, kinds: { 'tag-promise': kind }, atomically: town.db.atomically, log: deps.log }
  let known = ''
  let changes = 0
  /** As the bot does when a ticket changed in Zammad. */
  const read = async (): Promise<void> => {
    const tags = await desk.tags(id)
    if (known === tags.join()) return
    const isMore = tags.length > known.split(',').filter(Boolean).length
    known = tags.join()
    changes += 1
    const what = isMore ? 'tagged' : 'untagged'
    const change: Fact = { id: `history:${changes}`, at: time.now(), what, tag: 'promise-soon' }
    await town.shows(name, tags, change)
  }
  return {
    ...town,
    desk,
    id,
    name,
    kind,
    read,
    work: () =>
      runDue({ ...outbox, clock: time.now, random: seeded(8) }, 'zammad', {
        width: 1,
        until: after(time.now(), 1),
      }),
    tags: () => desk.tags(id),
    /** Time goes by with all that the bot does in it. */
    async live(ms: number): Promise<void> {
      await town.passes(ms)
      for (const _ of [1, 2]) {
        await this.work()
        await read()
        await town.round()
      }
    },
  }
}

test('a ticket is tagged from the first level that tells anybody, anew when it is due, and not after the answer', async () => {
  const town = await aTaggedTicket()
  await town.live(35 * HOUR_MS)
  expect(await town.tags()).toEqual([])
  await town.live(2 * HOUR_MS)
  expect(await town.tags()).toEqual(['promise-soon'])
  await town.live(12 * HOUR_MS)
  expect(await town.tags()).toEqual(['promise-broken'])
  await town.happens(town.name, ANSWER)
  await town.live(HOUR_MS)
  expect(await town.tags()).toEqual([])
  expect(await town.jobs.list(['parked'])).toEqual([])
})

test('other tags are left alone', async () => {
  const town = await aTaggedTicket()
  town.desk.tagByHand(town.id, 'federated', 'promise-broken')
  await town.read()
  await town.live(37 * HOUR_MS)
  expect([...(await town.tags())].toSorted()).toEqual(['federated', 'promise-soon'])
})

test('a tag that somebody took away is put back once, and again when it is taken away again', async () => {
  const town = await aTaggedTicket()
  await town.live(37 * HOUR_MS)
  const before = (await town.tagJobs()).length
  for (const times of [1, 2]) {
    town.desk.untagByHand(town.id, 'promise-soon')
    await town.read()
    for (const _ of [1, 2, 3]) await town.round()
    expect(await town.tagJobs()).toHaveLength(before + times)
    await town.live(MINUTE_MS)
    expect(await town.tags()).toEqual(['promise-soon'])
  }
})

test('a tag of ours that somebody put on without reason is taken away', async () => {
  const town = await aTaggedTicket()
  await town.live(HOUR_MS)
  town.desk.tagByHand(town.id, 'promise-broken')
  await town.read()
  await town.live(MINUTE_MS)
  expect(await town.tags()).toEqual([])
})

test('what Zammad could not be told for days is right at once when it can', async () => {
  const town = await aTaggedTicket()
  await town.passes(3 * DAY_MS)
  await town.happens(town.name, ANSWER)
  await town.passes(HOUR_MS)
  await town.happens(town.name, WORD)
  await town.passes(37 * HOUR_MS)
  for (let jobs = 0; jobs < 9; jobs += 1) await town.work()
  expect(await town.tags()).toEqual(['promise-soon'])
})

test('each further wait is tagged anew, although nobody read the ticket in between', async () => {
  const town = await aTaggedTicket()
  for (let wait = 0; wait < 2; wait += 1) {
    await town.passes(37 * HOUR_MS)
    await town.work()
    expect(await town.tags()).toEqual(['promise-soon'])
    await town.happens(town.name, ANSWER)
    await town.round()
    await town.work()
    expect(await town.tags()).toEqual([])
    town.time.turn(HOUR_MS)
    await town.happens(town.name, WORD)
  }
})

test('a promise that stands still keeps the tag that it came to', async () => {
  const town = await aTaggedTicket()
  const { promise } = town.world.rules
  town.world.rules = {
    ...town.world.rules,
    promise: { ...promise, pauses: { states: [], tags: ['waiting'] } },
  }
  await town.live(37 * HOUR_MS)
  await town.happens(town.name, tagged('waiting'))
  await town.live(5 * DAY_MS)
  expect(await town.tags()).toEqual(['promise-soon'])
})

test.for(['hidden', 'removed'] as const)(
  'a ticket that is %s is not tagged, and nothing is parked',
  async (how) => {
    const town = await aTaggedTicket()
    await town.passes(37 * HOUR_MS)
    town.desk[how].add(town.id)
    await town.work()
    expect(await town.jobs.list(['parked', 'ready', 'unknown'])).not.toContainEqual(
      expect.objectContaining({ kind: 'tag-promise' }),
    )
  },
)

test('a Zammad that refuses the tag of a ticket in sight leaves it to staff', async () => {
  const town = await aTaggedTicket()
  await town.passes(37 * HOUR_MS)
  town.desk.refused.add('tag')
  await town.work()
  expect(await town.jobs.list(['parked'])).toMatchObject([{ kind: 'tag-promise', code: 'refused' }])
})

test('where no level tells anybody a ticket is tagged when it is due', async () => {
  const town = await aTaggedTicket()
  const { promise } = town.world.rules
  const levels = LEVELS.filter(({ to }) => to.length === 0)
  town.world.rules = { ...town.world.rules, promise: { ...promise, levels } }
  await town.live(47 * HOUR_MS)
  expect(await town.tags()).toEqual([])
  await town.live(2 * HOUR_MS)
  expect(await town.tags()).toEqual(['promise-broken'])
})
