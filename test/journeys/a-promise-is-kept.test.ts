import { expect, test } from 'vitest'
import { lives, openTown, type Town, type TownOptions } from '../support/town.ts'
import { promised } from './promised.ts'
import { uploadTrouble } from './requests.ts'

const PROMISE = `target: 48h
levels:
  - { at: 50%, digest: true }
  - { at: 75%, to: [unit] }
  - { at: 90%, to: [unit, duty] }
  - { at: 100%, to: [unit, duty, coordination], then: daily }
coordination: [coordinator@example.org]
`

/** A helpdesk with the units that ship, of which the reference nodes get what is about uploads. */
async function aTown(options: TownOptions = {}): Promise<Town> {
  const rules = promised(PROMISE, 'unit: reference-nodes, tags: [upload]')
  const town = await openTown({ ...options, rules })
  await town.tick()
  return town.at('+10s')
}

/** What staff were mailed about one promise: to whom, and what the subject says. */
const warnings = async (town: Town): Promise<readonly string[]> =>
  (await town.mails())
    .filter(({ text }) => text?.includes('https://desk.example/seen/'))
    .map(({ to, subject }) => `${to.join()}: ${subject}`)

const toVisitor = async (town: Town): Promise<readonly string[]> =>
  (await town.mails())
    .filter(({ to }) => to.includes('ann.lee@hospital.example'))
    .map(({ subject }) => subject)

const promiseTags = async (town: Town): Promise<readonly string[]> =>
  (await town.onlyTicket()).tags.filter((tag) => tag.startsWith('promise-'))

test('a request without an answer warns the unit, those on duty and the coordination, then tells the visitor', async () => {
  const town = await aTown()
  await town.visitor.sends(uploadTrouble())
  await lives(town, '+1m', '+35h')
  expect([await warnings(town), await promiseTags(town)]).toEqual([[], []])
  await lives(town, '+37h')
  expect((await warnings(town)).map((one) => one.split(':')[0])).toEqual(['nodes@example.org'])
  expect(await promiseTags(town)).toEqual(['promise-soon'])
  await lives(town, '+44h')
  expect(
    (await warnings(town))
      .map((one) => one.split(':')[0])
      .slice(1)
      .toSorted(),
  ).toEqual(['duty@example.org', 'nodes@example.org'])
  expect(await toVisitor(town)).not.toContainEqual(expect.stringMatching(/late/i))
  await lives(town, '+49h', '+50h')
  expect(
    (await warnings(town))
      .slice(3)
      .map((one) => one.split(':')[0])
      .toSorted(),
  ).toEqual(['coordinator@example.org', 'duty@example.org', 'nodes@example.org'])
  expect(await promiseTags(town)).toEqual(['promise-broken'])
  const late = (await town.mails()).filter(
    ({ to, text }) => to.includes('ann.lee@hospital.example') && text?.includes('Our answer is late'),
  )
  expect(late).toHaveLength(1)
  expect(late[0]?.text).toContain('Raised to: Reference nodes, First Line support and our coordination')
})

test('an answer ends the warnings and takes the tag away', async () => {
  const town = await aTown()
  await town.visitor.sends(uploadTrouble())
  await lives(town, '+1m', '+37h')
  const { id } = await town.onlyTicket()
  await town.agent.writes(id, 'Try it again now.')
  await lives(town, '+38h', '+44h', '+49h', '+80h')
  expect(await warnings(town)).toHaveLength(1)
  expect(await promiseTags(town)).toEqual([])
})

test('a further question of the visitor’s is warned of, and its lateness told, as the first one', async () => {
  const town = await aTown()
  const sent = await town.visitor.sends(uploadTrouble())
  await lives(town, '+1m')
  const { id } = await town.onlyTicket()
  await town.agent.writes(id, 'Try it again now.')
  await lives(town, '+1h')
  await town.agent.calls('POST', '/ticket_articles', {
    ticket_id: id,
    type: 'web',
    sender: 'Customer',
    body: 'It still fails.',
    origin_by_id: await customerOf(town, id),
  })
  await lives(town, '+2h', '+39h', '+46h', '+51h', '+52h')
  expect((await warnings(town)).filter((one) => one.startsWith('nodes@'))).toHaveLength(3)
  expect((await town.mails()).filter(({ text }) => text?.includes('Our answer is late'))).toHaveLength(1)
  expect(sent.page.status).toBe(200)
})

async function customerOf(town: Town, ticket: number): Promise<number> {
  const found = await town.agent.calls('GET', `/tickets/${ticket}`)
  return Number(Object(found).customer_id)
}

test('two rounds at once warn of a promise once', async () => {
  const town = await aTown()
  await town.visitor.sends(uploadTrouble())
  await lives(town, '+1m')
  for (const time of ['+37h', '+44h', '+49h', '+73h']) {
    town.at(time)
    await Promise.all([town.service.bot.tick(), town.service.bot.tick()])
    for (const _ of [1, 2]) await town.tick()
  }
  const told = (await warnings(town)).map((one) => one.split(':')[0])
  const count = (who: string): number => told.filter((one) => one === who).length
  expect([count('nodes@example.org'), count('duty@example.org'), count('coordinator@example.org')]).toEqual([
    4, 3, 2,
  ])
})

test('a Zammad that is down while time runs out does not keep staff from being warned', async () => {
  const town = await aTown()
  await town.visitor.sends(uploadTrouble())
  await lives(town, '+1m', '+37h', '+43h')
  const before = await warnings(town)
  await town.fault({ zammad: 'down' })
  town.at('+43h')
  await town.passes('10m', '10m', '10m', '10m', '10m', '10m', '1m', '1m')
  const since = (await town.mails()).filter(({ text }) => text?.includes('Zammad has not answered since'))
  expect((await warnings(town)).length).toBe(before.length + 2)
  expect(since).toHaveLength(2)
  await town.fault({ zammad: 'up' })
  await town.passes('1m', '1m')
  expect((await warnings(town)).length).toBe(before.length + 2)
  expect(await promiseTags(town)).toEqual(['promise-soon'])
})

test('whoever acknowledges an alert by its link leaves one note on the ticket, and ends the daily reminders', async () => {
  const town = await aTown()
  await town.visitor.sends(uploadTrouble())
  await lives(town, '+1m', '+49h')
  const links = (await town.mails()).flatMap(({ to, text }) =>
    to.includes('nodes@example.org') ? (/https:\/\/desk\.example\/seen\/\S+/.exec(text ?? '') ?? []) : [],
  )
  const link = links.at(-1) ?? ''
  for (const _ of [1, 2]) {
    const answer = await town.service.app.request(link, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://desk.example' },
      body: '',
    })
    expect(answer.status).toBe(303)
  }
  const before = await warnings(town)
  await lives(town, '+50h', '+74h', '+98h')
  expect(await warnings(town)).toEqual(before)
  const notes = (await town.onlyTicket()).articles.filter(({ body }) =>
    body.includes('has seen that 100\u00a0%'),
  )
  expect(notes.map(({ internal }) => internal)).toEqual([true])
})

test('after a merge the target keeps the earlier due, and the merged ticket its warnings to itself', async () => {
  const town = await aTown()
  await town.visitor.sends(uploadTrouble())
  await lives(town, '+1m', '+20h')
  await town.visitor.sends(uploadTrouble({ what: 'It fails again.' }))
  await lives(town, '+21h', '+37h')
  const [first, second] = await town.tickets()
  if (!first || !second) throw new Error('two tickets are open')
  expect(first.tags).toContain('promise-soon')
  await town.at('+2230m').agent.merges(first.id, second.number)
  await lives(town, '+38h', '+42h')
  const [merged, target] = await town.tickets()
  expect(merged?.tags).not.toContain('promise-soon')
  expect(target?.tags).toContain('promise-soon')
  await lives(town, '+49h', '+50h')
  const late = (await warnings(town)).filter((one) => one.startsWith('coordinator@'))
  expect(late).toEqual([expect.stringContaining(second.number)])
})

test('a ticket that somebody wrote in Zammad is warned of as any other, and its customer is told nothing', async () => {
  const town = await aTown()
  await town.agent.calls('POST', '/tickets', {
    title: 'Good morning',
    group: 'Reference nodes',
    customer: 'nicole.braun@zammad.org',
    article: { type: 'web', sender: 'Customer', body: 'A question in her own words.' },
  })
  await lives(town, '+1m', '+37h', '+44h', '+49h')
  expect((await warnings(town)).filter((one) => one.startsWith('nodes@'))).toHaveLength(3)
  expect((await town.mails()).filter(({ to }) => to.includes('nicole.braun@zammad.org'))).toEqual([])
  expect(await promiseTags(town)).toEqual(['promise-broken'])
})

test('a hand-over after the answer warns the new unit, and the visitor hears of nothing', async () => {
  const town = await aTown()
  await town.visitor.sends(uploadTrouble())
  await lives(town, '+1m')
  const { id } = await town.onlyTicket()
  await town.agent.writes(id, 'Our catalogue team will look into it.')
  await lives(town, '+1h')
  await town.agent.changes(id, { group: 'Catalogue' })
  await lives(town, '+2h', '+38h', '+45h', '+50h')
  const told = (await warnings(town)).map((one) => one.split(':')[0])
  expect(told.filter((one) => one === 'catalogue@example.org')).toHaveLength(3)
  expect(told).not.toContain('nodes@example.org')
  expect((await town.mails()).filter(({ text }) => text?.includes('Our answer is late'))).toEqual([])
})
