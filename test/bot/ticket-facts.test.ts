import { expect, test } from 'vitest'
import { historyOf, keepFacts, type TicketFactsDeps } from '../../src/bot/ticket-facts.ts'
import { SECOND_MS } from '../../src/clock.ts'
import type { Ticket } from '../../src/desk.ts'
import { createStores } from '../../src/furnish.ts'
import { createLog } from '../../src/log.ts'
import { BOT_ID, memoryDesk, PERSON_ID } from '../intake/memory-desk.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
import { NOON } from '../support/samples.ts'

const ID = 1
/** Zammad's own account, under which its triggers act. */
const SYSTEM_ID = 1

/** One ticket of somebody else's making in First Line's group, and what is kept of it in a real store. */
async function aTicket() {
  const { db } = await openPlatform()
  const stores = createStores(db)
  const time = virtualTime(NOON)
  const world = memoryDesk(time.clock)
  world.addForeign('78001')
  const deps = (bot: number): TicketFactsDeps => ({
    ...stores,
    botId: async () => bot,
    log: createLog('debug', () => {}),
  })
  const shown = (): Ticket => {
    const row = world.tickets.find(({ ticket }) => ticket.id === ID)
    if (!row) throw new Error('the ticket is there')
    return row.ticket
  }
  return {
    facts: stores.facts,
    atomically: db.atomically,
    move(group: string, by = PERSON_ID) {
      time.turn(SECOND_MS)
      world.byHand(ID, { group, by })
    },
    /** The group of the ticket is called otherwise from now on. */
    rename(group: string) {
      time.turn(SECOND_MS)
      const row = world.tickets.find(({ ticket }) => ticket.id === ID)
      if (row) Object.assign(row, { ticket: { ...shown(), group, updatedAt: time.clock() } })
    },
    async read({ bot = BOT_ID, isRefused = false } = {}) {
      const writes = await keepFacts(
        deps(bot),
        { ticket: shown(), conversation: null },
        {
          history: async () =>
            isRefused ? null : historyOf({ desk: world, log: createLog('debug', () => {}) }, ID),
          tags: () => world.tags(ID),
          heir: null,
          now: time.clock(),
        },
      )
      await db.atomically(writes)
    },
    /** The changes of group that are kept, and whose they are. */
    async moves(): Promise<readonly string[]> {
      const changes = (await stores.facts.of(ID))?.changes ?? []
      return changes.flatMap((fact) => (fact.what === 'group' ? [`${fact.to}: ${fact.by ?? 'unnamed'}`] : []))
    },
  }
}

test.for([
  ['an agent', PERSON_ID, 'people'],
  ['our own account', BOT_ID, 'bot'],
  ['a trigger of Zammad’s', SYSTEM_ID, 'system'],
] as const)('of a ticket that %s moved it is kept who did', async ([, by, mover]) => {
  const ticket = await aTicket()
  await ticket.read()
  ticket.move('Catalogue', by)
  await ticket.read()
  expect(await ticket.moves()).toEqual([`Catalogue: ${mover}`])
})

test('moves before the first reading are told of, and so are those there and back between two readings', async () => {
  const ticket = await aTicket()
  ticket.move('Catalogue', BOT_ID)
  ticket.move('Technical support')
  await ticket.read()
  const first = ['Catalogue: bot', 'Technical support: people']
  expect(await ticket.moves()).toEqual(first)
  ticket.move('Catalogue')
  ticket.move('Technical support')
  await ticket.read()
  expect(await ticket.moves()).toEqual([...first, 'Catalogue: people', 'Technical support: people'])
})

test('while the history cannot be read nobody is named, and who was named stays; once it can, all are named', async () => {
  const ticket = await aTicket()
  ticket.move('Catalogue', BOT_ID)
  await ticket.read()
  ticket.move('Technical support')
  await ticket.read({ isRefused: true })
  expect(await ticket.moves()).toEqual(['Catalogue: bot', 'Technical support: unnamed'])
  await ticket.read()
  expect(await ticket.moves()).toEqual(['Catalogue: bot', 'Technical support: people'])
})

test('what was kept before anybody was named is named at the next reading', async () => {
  const ticket = await aTicket()
  ticket.move('Catalogue', BOT_ID)
  ticket.move('Technical support')
  await ticket.read()
  const known = await ticket.facts.of(ID)
  if (!known) throw new Error('the ticket is known')
  const changes = known.changes.map((fact) => {
    if (fact.what !== 'group') return fact
    const { by: _, ...unnamed } = fact
    return unnamed
  })
  await ticket.atomically([ticket.facts.keep({ ...known, changes })])
  expect(await ticket.moves()).toEqual(['Catalogue: unnamed', 'Technical support: unnamed'])
  await ticket.read()
  expect(await ticket.facts.of(ID)).toEqual(known)
})

test('a group that is called otherwise from now on was changed by nobody', async () => {
  const ticket = await aTicket()
  await ticket.read()
  ticket.rename('Front office')
  await ticket.read()
  expect(await ticket.moves()).toEqual(['Front office: nobody'])
  ticket.move('Catalogue')
  await ticket.read()
  expect((await ticket.moves()).filter((move) => move.endsWith('people'))).toEqual(['Catalogue: people'])
})

test('a move of ours stays ours where we have another account by now', async () => {
  const ticket = await aTicket()
  ticket.move('Catalogue', BOT_ID)
  await ticket.read()
  const next = BOT_ID + 100
  ticket.move('Technical support', next)
  await ticket.read({ bot: next })
  expect(await ticket.moves()).toEqual(['Catalogue: bot', 'Technical support: bot'])
})
