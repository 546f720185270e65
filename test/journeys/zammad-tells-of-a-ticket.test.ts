import { expect, test } from 'vitest'
import { openTown, type Town } from '../support/town.ts'
import { uploadTrouble } from './requests.ts'

/** A ticket that an agent types in for somebody who called. */
const byPhone = (town: Town, title: string) =>
  town.agent.calls('POST', '/tickets', {
    title,
    group: 'Catalogue',
    customer: 'nicole.braun@zammad.org',
    article: { type: 'phone', sender: 'Customer', body: 'She calls about her secret marker.' },
  })

const post = (town: Town, body: string, signature: string | null) =>
  town.service.app.request(`${town.publicUrl}/hooks/zammad`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(signature ? { 'X-Hub-Signature': signature } : {}) },
    body,
  })

/** A search is a question, though it is posted. */
const changesOf = ({ callsToZammad }: Town) => callsToZammad.filter((call) => !/^GET |\/search$/.test(call))

test.for([
  ['6.2', (id: number) => `{"ticket":"${id}"}`],
  ['6.6', (id: number) => `{"ticket":${id}}`],
] as const)('Zammad %s tells of each ticket by a signed id, and nothing else', async ([profile, payload]) => {
  const town = await openTown({ profile })
  await town.tick()
  await byPhone(town, 'A call')
  await town.at('+1m').tick()
  const ticket = await town.onlyTicket()
  expect(town.hooks.length).toBeGreaterThan(0)
  for (const hook of town.hooks) expect(hook).toMatchObject({ body: payload(ticket.id), status: 202 })
  expect(JSON.stringify(town.log)).not.toContain('marker')
})

test('Zammad hears of no failure, below a path as well', async () => {
  const town = await openTown({ settings: { PUBLIC_URL: 'https://desk.example/help' } })
  await town.tick()
  await town.visitor.sends(uploadTrouble())
  await town.at('+1m').tick()
  expect(town.hooks.map(({ status }) => status)).toContain(202)
  expect(new Set(town.hooks.map(({ status }) => status))).toEqual(new Set([202]))
})

test('forged, old, repeated and reordered hooks change nothing', async () => {
  const town = await openTown()
  await town.tick()
  await town.visitor.sends(uploadTrouble())
  await byPhone(town, 'A call')
  await town.at('+1m').tick()
  await town.at('+2m').tick()
  await town.at('+3m').tick()
  const tickets = await town.tickets()
  const changes = [...changesOf(town)]
  const calls = town.callsToZammad.length
  const mails = await town.mails()
  expect(tickets).toHaveLength(2)

  const heard = [...town.hooks]
  for (const { body, signature } of [...heard.toReversed(), ...heard, ...heard]) {
    expect((await post(town, body, signature)).status).toBe(202)
  }
  const [one, other] = tickets.map(({ id }) => heard.find(({ body }) => body === `{"ticket":${id}}`))
  expect((await post(town, one?.body ?? '', other?.signature ?? null)).status).toBe(401)
  expect((await post(town, '{"ticket":1}', null)).status).toBe(401)
  await town.at('+4m').tick()
  await town.at('+5m').tick()

  const looked = tickets.map(({ id }) => `GET /api/v1/tickets/${id}`)
  expect(town.callsToZammad.slice(calls)).toEqual(expect.arrayContaining(looked))
  expect(await town.tickets()).toEqual(tickets)
  expect(changesOf(town)).toEqual(changes)
  expect(await town.mails()).toEqual(mails)
})

test('dropped hooks reach nobody, and the request becomes a ticket all the same', async () => {
  const town = await openTown()
  await town.fault({ hooks: 'dropped' })
  await town.tick()
  await town.visitor.sends(uploadTrouble())
  await town.at('+1m').tick()
  await town.at('+10m').tick()
  expect(await town.onlyTicket()).toMatchObject({ customer: 'ann.lee@hospital.example' })
  expect(town.hooks).toEqual([])
})
