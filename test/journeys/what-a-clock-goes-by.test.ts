import { expect, test } from 'vitest'
import { z } from 'zod'
import { HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { Reckoned } from '../../src/clocks/reckoned.ts'
import type { Town } from '../support/town.ts'
import { aRequest, aTown, DESK } from './relaying.ts'

/** How Firstline learns of what happens: both have to come to the same. */
const WAYS = ['up', 'dropped'] as const

async function aTownOf(hooks: (typeof WAYS)[number]): Promise<Town> {
  const town = await aTown()
  await town.fault({ hooks })
  return town
}

async function reckoned(town: Town, ticket: number): Promise<Reckoned> {
  const found = await town.service.reckoner.ofTicket(ticket)
  if (!found) throw new Error(`nothing is known of ${ticket}`)
  return found
}

/** A ticket's clocks: whose, why, and how each stands. */
const clocksOf = async (town: Town, ticket: number): Promise<readonly string[]> =>
  (await reckoned(town, ticket)).reckoning.clocks.map(
    ({ kind, because, unit, outcome }) => `${kind} ${because} ${unit}: ${outcome}`,
  )

const untag = (town: Town, ticket: number, item: string): Promise<unknown> =>
  town.agent.calls('DELETE', '/tags/remove', { object: 'Ticket', o_id: ticket, item })

const settle = (town: Town): Promise<void> => town.passes('10s', '2m', '10s')

test.for(WAYS)(
  'hooks %s: an answer under the tag holding leaves the clock running, the one after it ends it',
  async (hooks) => {
    const town = await aTownOf(hooks)
    const { id } = await aRequest(town)
    expect(await clocksOf(town, id)).toEqual(['visitor request technical: running'])
    await town.agent.tags(id, 'holding')
    await settle(town)
    await town.agent.writes(id, 'We are looking into it.')
    await settle(town)
    const held = await reckoned(town, id)
    expect(held.reckoning.running?.segments.at(-1)?.because).toBe('holding')
    expect(held.reckoning.lastStaffWord).toBe('public')
    await untag(town, id, 'holding')
    await settle(town)
    await town.agent.writes(id, 'Here is the answer.')
    await settle(town)
    expect(await clocksOf(town, id)).toEqual(['visitor request technical: answered'])
  },
)

test.for(WAYS)(
  'hooks %s: a hand-over after the answer starts the other unit’s clock, an internal note does not end it',
  async (hooks) => {
    const town = await aTownOf(hooks)
    const { id } = await aRequest(town)
    await town.agent.writes(id, 'An answer')
    await settle(town)
    await town.agent.changes(id, { group: 'Catalogue' })
    await settle(town)
    await town.agent.writes(id, 'For colleagues alone', { internal: true })
    await settle(town)
    const answered = 'visitor request technical: answered'
    expect(await clocksOf(town, id)).toEqual([answered, 'internal handed-over catalogue: running'])
    expect((await reckoned(town, id)).reckoning.lastStaffWord).toBe('internal')
    await town.agent.writes(id, 'An answer of the catalogue')
    await settle(town)
    expect(await clocksOf(town, id)).toEqual([answered, 'internal handed-over catalogue: answered'])
  },
)

test.for(WAYS)(
  'hooks %s: a ticket that is closed without an answer and opened again goes on with what was left',
  async (hooks) => {
    const town = await aTownOf(hooks)
    const { id } = await aRequest(town)
    const before = (await reckoned(town, id)).reckoning.running?.dueAt
    await town.agent.changes(id, { state: 'closed' })
    await settle(town)
    expect(await clocksOf(town, id)).toEqual(['visitor request technical: closed'])
    expect((await reckoned(town, id)).reckoning.isOpen).toBe(false)
    await town.passes('5h')
    await town.agent.changes(id, { state: 'open' })
    await settle(town)
    const after = (await reckoned(town, id)).reckoning.running?.dueAt
    expect(await clocksOf(town, id)).toEqual(['visitor request technical: running'])
    const later = (after?.getTime() ?? 0) - (before?.getTime() ?? 0)
    expect(later).toBeGreaterThan(5 * HOUR_MS)
    expect(later).toBeLessThan(5 * HOUR_MS + 10 * MINUTE_MS)
  },
)

test.for(WAYS)(
  'hooks %s: the ticket that another was merged into has the earlier due, until that is taken back',
  async (hooks) => {
    const town = await aTownOf(hooks)
    const source = await aRequest(town)
    await town.passes('3h')
    const target = await aRequest(town, { email: 'bob.ray@clinic.example', name: 'Bob Ray' })
    const dueOf = async (id: number) => (await reckoned(town, id)).reckoning.running?.dueAt
    const [early, late] = [await dueOf(source.id), await dueOf(target.id)]
    expect(early?.getTime()).toBeLessThan(late?.getTime() ?? 0)
    await town.agent.merges(source.id, target.number)
    await settle(town)
    expect(await clocksOf(town, source.id)).toEqual(['visitor request technical: merged'])
    expect(await dueOf(target.id)).toEqual(early)
    await town.agent.changes(source.id, { state: 'open' })
    await settle(town)
    expect(await dueOf(target.id)).toEqual(late)
    expect(await dueOf(source.id)).toEqual(early)
  },
)

const Made = z.object({ id: z.number() })

const aTicket = async (town: Town, article: object): Promise<number> => {
  const made = await town.agent.calls('POST', '/tickets', {
    title: 'Something else',
    group: 'Technical support',
    customer: 'nicole.braun@zammad.org',
    article: { body: 'Some words', ...article },
  })
  return Made.parse(made).id
}

test.for(WAYS)(
  'hooks %s: a ticket of an agent’s has no clock before its customer calls, and a call of ours ends it',
  async (hooks) => {
    const town = await aTownOf(hooks)
    const id = await aTicket(town, { type: 'note', sender: 'Agent', internal: false })
    await settle(town)
    expect(await clocksOf(town, id)).toEqual([])
    await town.agent.writes(id, 'She calls.', { type: 'phone', sender: 'Customer' })
    await settle(town)
    expect(await clocksOf(town, id)).toEqual(['visitor request technical: running'])
    expect((await reckoned(town, id)).log.happenings.filter(({ kind }) => kind === 'asked')).toMatchObject([
      { by: 'visitor', how: 'call' },
    ])
    await town.agent.writes(id, 'Called her back.', { type: 'phone', sender: 'Agent' })
    await settle(town)
    expect(await clocksOf(town, id)).toEqual(['visitor request technical: answered'])
  },
)

test.for(WAYS)(
  'hooks %s: of mails only the customer’s own start a clock: no stranger’s, and no machine’s',
  async (hooks) => {
    const town = await aTownOf(hooks)
    const from = 'Carla Paz <carla.paz@clinic.example>'
    const mail = { from, to: DESK, subject: 'A question by mail', text: 'How do I upload?' }
    town.mailToDesk({ ...mail, headers: { 'message-id': '<first@clinic.example>' } })
    await settle(town)
    const { id, number } = await town.onlyTicket()
    await town.agent.writes(id, 'Like this.')
    await settle(town)
    const answered = 'visitor request technical: answered'
    expect(await clocksOf(town, id)).toEqual([answered])
    const subject = `Re: [Ticket#${number}] A question by mail`
    town.mailToDesk({ ...mail, subject, text: 'I am away.', headers: { 'auto-submitted': 'auto-replied' } })
    town.mailToDesk({ ...mail, subject, from: 'stranger@elsewhere.example', text: 'Me too.' })
    await settle(town)
    expect(await clocksOf(town, id)).toEqual([answered])
    town.mailToDesk({ ...mail, subject, text: 'And what then?' })
    await settle(town)
    expect(await clocksOf(town, id)).toEqual([answered, 'visitor further-word technical: running'])
  },
)

test('two tickets of others’ making that are merged: what was waited for longest is what the other one is due by', async () => {
  const town = await aTown()
  const source = await aTicket(town, { type: 'phone', sender: 'Customer' })
  await town.passes('10s', '3h')
  const target = await aTicket(town, { type: 'phone', sender: 'Customer' })
  await settle(town)
  const [early, late] = [await reckoned(town, source), await reckoned(town, target)]
  await town.agent.merges(source, late.number)
  await settle(town)
  const after = await reckoned(town, target)
  expect(after.reckoning.running?.key).toBe(late.reckoning.running?.key)
  expect(after.reckoning.running?.dueAt).toEqual(early.reckoning.running?.dueAt)
  expect(await clocksOf(town, source)).toEqual(['visitor request technical: merged'])
})

test('what the visitor says on the page starts a clock at once, their "solved" ends it, and Zammad’s copy starts no second one', async () => {
  const town = await aTown()
  const request = await aRequest(town)
  await town.agent.writes(request.id, 'An answer')
  await settle(town)
  const page = await request.page()
  await town.visitor.sendsFrom(page, { answers: { body: 'And what then?' } })
  const answered = 'visitor request technical: answered'
  expect(await clocksOf(town, request.id)).toEqual([answered, 'visitor further-word technical: running'])
  await settle(town)
  const { reckoning } = await reckoned(town, request.id)
  expect(reckoning.clocks.map(({ key }) => key)).toEqual(['request', expect.stringMatching(/^reply:/)])
  const solving = await town.visitor.follows(await request.page(), '/solved')
  await town.visitor.sendsFrom(solving, { answers: {} })
  expect(await clocksOf(town, request.id)).toEqual([answered, 'visitor further-word technical: not-needed'])
})

const Account = z.object({ group_ids: z.record(z.string(), z.array(z.string())) })

test('what is deleted is waited for no longer, and what the bot may not see is', async () => {
  const town = await aTown()
  const [gone, hidden] = [await aRequest(town), await aRequest(town, { email: 'bob.ray@clinic.example' })]
  await town.agent.deletes(gone.id)
  const { group_ids: rights } = Account.parse(await town.agent.administers('GET', '/users/5?expand=true'))
  const technical = '5'
  await town.agent.administers('PUT', '/users/5', { group_ids: { ...rights, [technical]: [] } })
  await town.passes('2h', '10s')
  expect(await clocksOf(town, gone.id)).toEqual(['visitor request technical: gone'])
  expect(await clocksOf(town, hidden.id)).toEqual(['visitor request technical: running'])
  expect((await reckoned(town, hidden.id)).reckoning.running?.segments.at(-1)?.because).toBe('out-of-sight')
  await town.agent.administers('PUT', '/users/5', { group_ids: rights })
  await town.passes('2h', '10s')
  expect((await reckoned(town, hidden.id)).reckoning.running?.segments.at(-1)?.because).toBe('waiting')
})

test('a tag of ours on a ticket is looked at once more, and that is the end of it', async () => {
  const town = await aTown()
  await aRequest(town)
  await town.passes('37h', '10s', '10s')
  expect((await town.onlyTicket()).tags).toContain('promise-soon')
  await town.passes('10s', '10s')
  const before = town.callsToZammad.length
  await town.passes('10s')
  const calls = town.callsToZammad.slice(before)
  expect(calls.filter((call) => /history|tags|ticket_articles/.test(call))).toEqual([])
})
