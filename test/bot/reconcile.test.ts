import { expect, test } from 'vitest'
import { createReckoner } from '../../src/clocks/reckoned.ts'
import { createAttend } from '../../src/bot/attend.ts'
import { succeeds } from '../../src/bot/one-ticket.ts'
import { createReconcile } from '../../src/bot/reconcile.ts'
import { lookForLost } from '../../src/bot/restored-store.ts'
import { tellOfWaiting } from '../../src/bot/waiting.ts'
import { after, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import type { Desk } from '../../src/desk.ts'
import { Failure } from '../../src/failure.ts'
import { createLog } from '../../src/log.ts'
import { createTaker } from '../../src/relay/take-articles.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { createStores } from '../../src/furnish.ts'
import { BOT_ID, memoryDesk } from '../intake/memory-desk.ts'
import { aRouting, UNITS } from '../intake/opening.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
import { sampleForms } from '../support/sample-forms.ts'
import { rulebookOf } from '../support/sample-rules.ts'
import { NOON, seeded } from '../support/samples.ts'

/** The bot's view of a helpdesk in memory, over a real store. `rounds` are long unless told otherwise. */
async function aDesk(change: (desk: Desk) => Partial<Desk> = () => ({}), sweepsAtStart = false) {
  const { db } = await openPlatform()
  const stores = createStores(db)
  const time = virtualTime(NOON)
  const world = memoryDesk(time.clock)
  const read: number[] = []
  const changed = { ...world, ...change(world) }
  const desk: Desk = {
    ...changed,
    read: (id) => {
      read.push(id)
      return changed.read(id)
    },
  }
  const lines: string[] = []
  const log = createLog('debug', (line) => lines.push(line))
  const rulebook = () => rulebookOf(UNITS)
  const common = {
    ...stores,
    desk,
    botId: async () => BOT_ID,
    addJob: stores.jobs.add,
    rulebook,
    reckoner: createReckoner({ ...stores, rulebook, relay: 'webform', clock: time.clock }),
    topicOf: () => null,
    atomically: db.atomically,
    signer: await createSigner([new Secret('s'.repeat(32))]),
    clock: time.clock,
    random: seeded(9),
    log,
    forms: sampleForms,
    relay: 'webform' as const,
    agentNames: 'person' as const,
    undoMs: MINUTE_MS,
    timeZone: 'Europe/Madrid',
    mailHost: 'desk.example',
  }
  const lost = lookForLost(common)
  const attend = createAttend({ ...common, taker: createTaker(common), lookForLost: lost })
  const waiting = (inTime: () => boolean) =>
    tellOfWaiting({ ...common, look: (id) => succeeds(log, id, () => attend.look(id, 'poll')) }, inTime)
  const reconcile = createReconcile({
    ...common,
    attend,
    lookForLost: lost,
    tellOfWaiting: waiting,
    sweepsAtStart,
  })
  await db.atomically([
    stores.memory.remember('instance', 'here'),
    stores.memory.remember('start-line', NOON.toISOString()),
  ])
  const jobs = async (kind: string) => (await stores.jobs.list(['ready'])).filter((job) => job.kind === kind)
  const place = async ({ ticket, groupId }: { ticket: number; groupId: number }) => {
    const routing = aRouting({
      conversation: null,
      unit: 'nodes',
      ticket,
      placed: { unit: 'nodes', groupId, at: time.clock() },
    })
    await db.atomically([stores.routings.add(routing)])
  }
  return {
    ...stores,
    db,
    world,
    place,
    time,
    log: () => lines.map((line): unknown => Object(JSON.parse(line)).event),
    hint: (id: number) => db.atomically([stores.hints.add(id, time.clock())]),
    round: (ms = MINUTE_MS) => reconcile(after(time.clock(), ms)),
    toRoute: async () => (await jobs('route-ticket')).length,
    alerts: async () => (await jobs('send-alert')).length,
    reads: () => read,
    /** What befalls the first ticket has the time of its last reading. */
    async inOneInstant(befalls: () => void) {
      const known = (await stores.followed.byIds([1])).get(1)
      befalls()
      const row = world.tickets.find(({ ticket }) => ticket.id === 1)
      if (!row || !known) throw new Error('the ticket is known')
      Object.assign(row, { ticket: { ...row.ticket, updatedAt: known.updatedAt } })
    },
    known: async (id: number) => (await stores.followed.byIds([id])).get(id),
  }
}

const at = (count: number): string => `780${count}`

test('a ticket that cannot be read holds up no other, told of or not, and is tried again', async () => {
  let broken = false
  const town = await aDesk((desk) => ({
    history: async (id) => {
      if (id === 1 && broken) throw new Failure('unavailable', '500')
      return desk.history(id)
    },
  }))
  town.time.turn(SECOND_MS)
  town.world.addForeign(at(1))
  await town.round()
  expect(await town.toRoute()).toBe(1)
  broken = true
  town.time.turn(SECOND_MS)
  town.world.byHand(1, { group: 'Catalogue' })
  await town.hint(1)
  for (let count = 2; count < 6; count += 1) {
    town.time.turn(SECOND_MS)
    town.world.addForeign(at(count))
    await town.hint(count)
    await town.round()
    expect(await town.toRoute()).toBe(count)
  }
  expect(town.log()).toContain('ticket.unread')
  expect(await town.known(1)).toMatchObject({ group: 'First Line support' })
  broken = false
  await town.round()
  expect(await town.known(1)).toMatchObject({ group: 'Catalogue', handOvers: 1 })
  expect(await town.hints.oldest(9)).toEqual([])
})

test('more updates than a round can read are read in the next ones, and so is what comes meanwhile', async () => {
  const clockPerRead = 2 * SECOND_MS
  let passing = (): void => undefined
  const town = await aDesk((desk) => ({
    updatedSince: async function* (since) {
      for await (const page of desk.updatedSince(since)) {
        passing()
        yield page
      }
    },
  }))
  passing = () => town.time.turn(clockPerRead)
  town.time.turn(HOUR_MS)
  for (let count = 1; count <= 30; count += 1) {
    town.world.addForeign(at(count))
    town.time.turn(1)
  }
  const seen: number[] = []
  for (let round = 0; round < 12; round += 1) {
    await town.round(5 * SECOND_MS)
    seen.push(await town.toRoute())
    if (round === 2) for (let count = 31; count <= 34; count += 1) town.world.addForeign(at(count))
  }
  expect(seen[0]).toBeLessThan(30)
  expect(seen.at(-1)).toBe(34)
})

test('a time of Zammad’s that lies ahead takes no later update from us', async () => {
  const town = await aDesk()
  town.time.turn(SECOND_MS)
  const early = town.world.addForeign(at(1))
  const row = town.world.tickets.find(({ ticket }) => ticket.id === early.id)
  if (!row) throw new Error('the ticket is kept')
  Object.assign(row, { ticket: { ...row.ticket, updatedAt: after(NOON, 2 * HOUR_MS) } })
  await town.round()
  town.time.turn(10 * MINUTE_MS)
  town.world.addForeign(at(2))
  await town.round()
  expect(await town.toRoute()).toBe(2)
})

test('an id that Zammad gave to another ticket is left alone', async () => {
  const town = await aDesk()
  town.time.turn(SECOND_MS)
  town.world.addForeign(at(1))
  await town.round()
  const before = await town.known(1)
  const [row] = town.world.tickets
  if (!row) throw new Error('the ticket is kept')
  town.time.turn(SECOND_MS)
  const now = town.time.clock()
  Object.assign(row, { ticket: { ...row.ticket, number: at(9), createdAt: now, updatedAt: now } })
  await town.round()
  expect(await town.known(1)).toEqual(before)
  expect(town.log()).toContain('ticket.of-another-birth')
})

test('nobody is told of a wait that ended while Zammad was not read', async () => {
  const town = await aDesk()
  town.time.turn(SECOND_MS)
  town.world.addForeign(at(1))
  town.world.addForeign(at(2))
  await town.round()
  town.time.turn(7 * HOUR_MS)
  town.world.byHand(1, { ownerId: 5 })
  town.time.turn(2 * HOUR_MS)
  await town.round()
  expect(await town.alerts()).toBe(1)
})

test('a ticket that comes back into sight is followed again', async () => {
  const town = await aDesk()
  town.time.turn(SECOND_MS)
  town.world.addForeign(at(1))
  await town.round()
  town.world.hidden.add(1)
  town.time.turn(2 * HOUR_MS)
  await town.round()
  expect(await town.known(1)).toMatchObject({ sight: 'out-of-sight' })
  expect(await town.alerts()).toBe(1)
  town.world.hidden.delete(1)
  town.time.turn(2 * HOUR_MS)
  await town.round()
  expect(await town.known(1)).toMatchObject({ sight: 'seen', waitingSince: expect.any(Date) })
  town.time.turn(9 * HOUR_MS)
  await town.round()
  expect(await town.alerts()).toBe(2)
})

test('a Zammad whose token ended says so, and the round ends', async () => {
  const town = await aDesk(() => ({
    read: async () => {
      throw new Failure('misconfigured', 'the token is unknown')
    },
  }))
  await town.hint(1)
  await expect(town.round()).rejects.toMatchObject({ code: 'misconfigured' })
  expect(await town.hints.oldest(9)).toHaveLength(1)
})

test('tickets that can never be read keep nobody from being told of others', async () => {
  const town = await aDesk((desk) => ({
    read: async (id) => {
      if (id <= 7) throw new Failure('refused', 'a row of unknown shape')
      return desk.read(id)
    },
  }))
  town.time.turn(SECOND_MS)
  for (let count = 1; count <= 8; count += 1) {
    town.world.addForeign(at(count))
    await town.hint(count)
  }
  await town.round()
  town.time.turn(9 * HOUR_MS)
  await town.round()
  expect(await town.alerts()).toBe(1)
})

test('a page that was read before our own move does not make it one by hand', async () => {
  const town = await aDesk((desk) => ({
    updatedSince: async function* (since) {
      for await (const page of desk.updatedSince(since)) yield page.map(stale)
    },
  }))
  const stale = <T extends { group: string; groupId: number }>(ticket: T): T => ({
    ...ticket,
    group: 'First Line support',
    groupId: 2,
  })
  town.time.turn(SECOND_MS)
  const ticket = town.world.addForeign(at(1), { group: 'Catalogue' })
  await town.place({ ticket: ticket.id, groupId: ticket.groupId })
  await town.round()
  expect(await town.routings.ofTicket(ticket.id)).toMatchObject({ feedback: 'open' })
})

test('a sweep reads every live ticket once a day, some in each round, behind what it is told of', async () => {
  const town = await aDesk()
  town.time.turn(SECOND_MS)
  for (let id = 1; id <= 60; id += 1) {
    town.world.addForeign(at(id))
    town.world.byHand(id, { ownerId: 5 })
  }
  town.world.byHand(7, { closed: true })
  /** What a round reads; all was looked at less than an hour ago, so that a sweep alone reads unasked. */
  const readInRound = async (): Promise<readonly number[]> => {
    for (let id = 1; id <= 60; id += 1) {
      await town.db.atomically([town.followed.looked(id, town.time.clock())])
    }
    const before = town.reads().length
    await town.round()
    return town.reads().slice(before)
  }
  for (const _ of [1, 2]) await town.round()
  expect(await town.memory.recall('last-sweep')).not.toBeNull()
  expect(await readInRound()).toEqual([])
  town.time.turn(24 * HOUR_MS)
  await town.hint(60)
  const [told, ...first] = await readInRound()
  expect(told).toBe(60)
  expect(first).toHaveLength(50)
  expect(new Set([...first, ...(await readInRound())]).size).toBe(60)
  expect(await readInRound()).toEqual([])
})

test('a sweep goes on where a round without time left it', async () => {
  let passing = (): void => undefined
  const town = await aDesk((desk) => ({
    articles: async (id) => {
      passing()
      return desk.articles(id)
    },
  }))
  town.time.turn(SECOND_MS)
  for (let id = 1; id <= 8; id += 1) {
    town.world.addForeign(at(id))
    town.world.byHand(id, { ownerId: 5 })
  }
  await town.round()
  town.time.turn(24 * HOUR_MS)
  for (let id = 1; id <= 8; id += 1) {
    await town.db.atomically([town.followed.looked(id, town.time.clock())])
  }
  passing = () => town.time.turn(2 * SECOND_MS)
  const before = town.reads().length
  for (let round = 0; round < 3; round += 1) await town.round(5 * SECOND_MS)
  expect(town.reads().slice(before)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

test('a ticket that could not be read when it was found counts as found, not as told of', async () => {
  let broken = true
  const town = await aDesk((desk) => ({
    articles: async (id) => {
      if (broken) throw new Failure('unavailable', '502')
      return desk.articles(id)
    },
  }))
  town.time.turn(SECOND_MS)
  town.world.addForeign(at(1))
  await town.round()
  broken = false
  await town.round()
  expect((await town.ledger.ofTicket(1)).map(({ seenBy }) => seenBy)).toEqual(['poll'])
})

test.for<readonly [string, Parameters<ReturnType<typeof memoryDesk>['byHand']>[1], object]>([
  ['closed', { state: 'closed' }, { state: 'closed' }],
  ['moved', { group: 'Catalogue' }, { group: 'Catalogue' }],
])('a ticket that was %s in the instant of its last reading is read again', async ([, change, now]) => {
  const town = await aDesk()
  town.time.turn(SECOND_MS)
  town.world.addForeign(at(1))
  await town.round()
  await town.inOneInstant(() => town.world.byHand(1, change))
  await town.round()
  expect(await town.facts.of(1)).toMatchObject({ now })
})

test('a ticket that was merged away in the instant of its last reading has no clock', async () => {
  const town = await aDesk()
  town.time.turn(SECOND_MS)
  town.world.addForeign(at(1))
  town.world.addForeign(at(2))
  await town.round()
  await town.inOneInstant(() => town.world.mergeByHand(1, 2))
  await town.round()
  expect(await town.facts.of(1)).toMatchObject({ now: { state: 'merged' } })
})

test('another priority in the instant of the last reading is seen where somebody tells of the ticket', async () => {
  const town = await aDesk()
  town.time.turn(SECOND_MS)
  town.world.addForeign(at(1))
  await town.round()
  await town.inOneInstant(() => town.world.byHand(1, { priority: '3 high' }))
  await town.hint(1)
  await town.round()
  expect(await town.facts.of(1)).toMatchObject({ now: { priority: '3 high' } })
})
