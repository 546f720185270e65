import { expect, test } from 'vitest'
import { z } from 'zod'
import { BUNDLED } from '../../src/runtime/worker/bundled.ts'
import type { Source } from '../../src/sources/source.ts'
import { openTown, type Town, type TownOptions } from '../support/town.ts'
import { uploadTrouble } from './requests.ts'

const RULES = `rules:
  - name: incidents
    owner: first-line
    when: { words: [data leak] }
    then: { unit: first-line, priority: 3 high, tags: [incident] }
    examples: { yes: [A data leak] }
  - name: uploads
    owner: reference-nodes
    when: { form: upload-trouble }
    then: { unit: reference-nodes, tags: [upload] }
    examples: { yes: [{ form: upload-trouble }] }
  - name: catalogue words
    owner: catalogue
    when: { words: [catalogue] }
    then: { unit: catalogue, tags: [by-words] }
    examples: { yes: [The catalogue is wrong] }
`

const owned = BUNDLED.routing.filter(({ path }) => /(?:(?:units|promise)\.yaml|\.ics)$/.test(path))
const filesWith = (rules: string, units: (text: string) => string = (text) => text): readonly Source[] => [
  ...owned.map((source) =>
    source.path.endsWith('units.yaml') ? { ...source, text: units(source.text) } : source,
  ),
  { path: 'routing-rules/10-test.yaml', text: rules },
]

const Account = z.object({ group_ids: z.record(z.string(), z.array(z.string())) })

async function aTown(options: TownOptions = {}, files = filesWith(RULES)): Promise<Town> {
  const town = await openTown({ ...options, rules: files })
  await town.tick()
  return town.at('+10s')
}

/** A ticket that somebody writes in Zammad itself. */
const written = (town: Town, title: string, over: object = {}) =>
  town.agent.calls('POST', '/tickets', {
    title,
    group: 'First Line support',
    customer: 'nicole.braun@zammad.org',
    article: { type: 'web', sender: 'Customer', body: 'A question in her own words.' },
    ...over,
  })

const notesOf = async (town: Town): Promise<readonly string[]> =>
  (await town.onlyTicket()).articles.filter(({ sender }) => sender === 'System').map(({ body }) => body)

const staffMails = async (town: Town) =>
  (await town.mails())
    .filter(({ to }) => to.every((address) => address.endsWith('@example.org')))
    .map(({ to, subject }) => ({ to: to.join(), subject }))

const later = async (town: Town, ...times: readonly string[]): Promise<void> => {
  for (const time of times) await town.at(time).tick()
}

test('a form’s ticket stands in its unit’s group, tagged, with one note that explains it', async () => {
  const town = await aTown()
  const sent = await town.visitor.sends(uploadTrouble())
  await later(town, '+1m', '+2m', '+2h')
  expect((await town.pageOf(sent)).text).toContain('With Reference nodes')
  expect(await town.onlyTicket()).toMatchObject({ group: 'Reference nodes', tags: ['upload'], state: 'new' })
  const notes = await notesOf(town)
  expect(notes).toHaveLength(1)
  expect(notes[0]).toContain('The rule “uploads” sends it to Reference nodes: form is upload-trouble.')
  expect(notes[0]).toContain('To be answered by Monday 23 November, 13:00 (Europe/Madrid).')
  expect(await staffMails(town)).toEqual([])
})

test('a decision is that of the moment of sending, whatever the rules say when the ticket is opened', async () => {
  const town = await aTown()
  await town.fault({ zammad: 'down' })
  await town.visitor.sends(uploadTrouble())
  await town.tick()
  town.rules(filesWith(RULES.replaceAll('reference-nodes', 'technical')))
  await later(town, '+1m')
  await town.fault({ zammad: 'up' })
  await later(town, '+1h')
  expect(await town.onlyTicket()).toMatchObject({ group: 'Reference nodes' })
})

test.for(['up', 'dropped'] as const)(
  'a ticket written in Zammad is routed once, with hooks %s',
  async (hooks) => {
    const town = await aTown()
    await town.fault({ hooks })
    await written(town, 'A wrong entry in the Catalogue')
    await later(town, '+1m', '+2m', '+3m', '+3h')
    expect(await town.onlyTicket()).toMatchObject({ group: 'Catalogue', tags: ['by-words'], state: 'new' })
    const notes = await notesOf(town)
    expect(notes).toHaveLength(1)
    expect(notes[0]).toContain('The rule “catalogue words” sends it to Catalogue')
    expect(town.callsToZammad.filter((call) => call.startsWith('PUT '))).toHaveLength(1)
  },
)

test('what no rule foresaw stays with First Line, and the note says so', async () => {
  const town = await aTown()
  await written(town, 'Good morning')
  await later(town, '+1m', '+2m')
  expect(await town.onlyTicket()).toMatchObject({ group: 'First Line support', tags: [] })
  expect((await notesOf(town))[0]).toContain('No rule matched, so it goes to First Line support.')
  expect(town.callsToZammad.filter((call) => call.startsWith('PUT '))).toEqual([])
})

test('a ticket from before the start line is left alone', async () => {
  const town = await openTown({ rules: filesWith(RULES) })
  await written(town, 'An old entry in the catalogue')
  await later(town, '+1m', '+2m')
  expect(await town.onlyTicket()).toMatchObject({ group: 'First Line support', tags: [] })
  expect(await notesOf(town)).toEqual([])
})

test.for<[string, (town: Town, id: number) => Promise<unknown>, string]>([
  ['moved it', (town, id) => town.agent.calls('PUT', `/tickets/${id}`, { group: 'Dashboard' }), 'Dashboard'],
  ['took it', (town, id) => town.agent.calls('PUT', `/tickets/${id}`, { owner_id: 4 }), 'First Line support'],
  [
    'wrote in it',
    (town, id) =>
      town.agent.calls('POST', '/ticket_articles', {
        ticket_id: id,
        type: 'note',
        internal: true,
        body: 'I am on it.',
      }),
    'First Line support',
  ],
  [
    'closed it',
    (town, id) => town.agent.calls('PUT', `/tickets/${id}`, { state: 'closed' }),
    'First Line support',
  ],
])('a ticket is left alone where an agent %s first', async ([, act, group]) => {
  const town = await aTown()
  await written(town, 'A wrong entry in the catalogue')
  await act(town, (await town.onlyTicket()).id)
  await later(town, '+1m', '+2m', '+1h')
  expect(await town.onlyTicket()).toMatchObject({ group, tags: [] })
  expect(await notesOf(town)).toEqual([])
  expect(town.callsToZammad.filter((call) => call.startsWith('PUT '))).toEqual([])
})

test.for<[string, object, { group: string; ownerId?: number }]>([
  ['the group', { group: 'Dashboard' }, { group: 'Dashboard' }],
  ['the owner', { owner_id: 4 }, { group: 'First Line support', ownerId: 4 }],
])('an agent who chooses %s between our read and our write has the last word', async ([, choice, end]) => {
  let raced = false
  const town = await aTown({
    async meanwhile(call, agent) {
      if (!call.startsWith('PUT ') || raced) return
      raced = true
      await agent.calls('PUT', call.slice(4).replace('/api/v1', ''), choice)
    },
  })
  await written(town, 'A wrong entry in the catalogue')
  await later(town, '+1m', '+2m', '+1h')
  expect(raced).toBe(true)
  const ticket = await town.onlyTicket()
  expect(ticket).toMatchObject({ group: end.group, tags: [] })
  if (end.ownerId) {
    expect(await town.agent.calls('GET', `/tickets/${ticket.id}`)).toMatchObject({ owner_id: end.ownerId })
  }
  const notes = await notesOf(town)
  expect(notes).toHaveLength(1)
  expect(notes[0]).toContain('Somebody chose otherwise at the same moment, and that choice stands.')
})

test('a ticket that changed while it was decided is decided on what it says then', async () => {
  let changes = 0
  const town = await aTown({
    async meanwhile(call, agent) {
      const id = /^GET \/api\/v1\/ticket_history\/(\d+)$/.exec(call)?.[1]
      if (id === undefined || changes > 0) return
      changes += 1
      await agent.calls('PUT', `/tickets/${id}`, { title: 'It is about the catalogue after all' })
    },
  })
  await written(town, 'A question')
  await later(town, '+1m', '+2m', '+10m')
  expect(changes).toBe(1)
  expect(await notesOf(town)).toHaveLength(1)
})

test('a group that vanished: the ticket goes along the fallbacks, tagged, and staff hear within one tick', async () => {
  const town = await aTown()
  await town.agent.administers('PUT', '/groups/4', { name: 'Renamed nodes' })
  await town.visitor.sends(uploadTrouble())
  await later(town, '+1m', '+2m', '+3m')
  expect(await town.onlyTicket()).toMatchObject({
    group: 'Technical support',
    tags: ['upload', 'firstline-fallback'],
  })
  const [note] = await notesOf(town)
  expect(note).toMatch(/Reference nodes could not take it \(.+\), so Technical support has it\./)
  const mails = await staffMails(town)
  expect(mails).toHaveLength(1)
  expect(mails[0]).toMatchObject({ to: 'first-line@example.org' })
})

test('a group that vanished before a ticket of Zammad’s own is moved there: it stays, tagged, and staff hear', async () => {
  const town = await aTown()
  await town.agent.administers('PUT', '/groups/3', { active: false })
  await written(town, 'A wrong entry in the catalogue')
  await later(town, '+1m', '+2m', '+3m', '+4m')
  expect(await town.onlyTicket()).toMatchObject({
    group: 'First Line support',
    tags: ['by-words', 'firstline-fallback'],
  })
  expect((await notesOf(town))[0]).toMatch(
    /Catalogue could not take it \(.+\), so First Line support has it\./,
  )
  expect(await staffMails(town)).toHaveLength(1)
})

test('rules that change on disk decide from the second round on; broken ones change nothing and say so', async () => {
  const town = await aTown({ expectedErrors: ['rulebook.broken'] })
  town.rules(filesWith(RULES.replace('form: upload-trouble', 'form: uplod')))
  await later(town, '+1m', '+2m')
  await town.visitor.sends(uploadTrouble())
  await later(town, '+3m')
  expect((await town.tickets()).map(({ group }) => group)).toEqual(['First Line support'])
  town.rules(filesWith('rules: [{ name: half'))
  await later(town, '+4m', '+5m')
  const ready = await town.service.health.readiness()
  expect(ready).toMatchObject({ serving: true, status: 'degraded' })
  expect(ready.checks).toContainEqual(expect.objectContaining({ name: 'rules', ok: false }))
  town.rules(filesWith(RULES))
  await later(town, '+6m', '+7m')
  await town.visitor.sends(uploadTrouble({ email: 'next@hospital.example' }))
  await later(town, '+8m')
  expect((await town.tickets()).map(({ group }) => group)).toEqual(['First Line support', 'Reference nodes'])
  expect((await town.service.health.readiness()).checks).toContainEqual(
    expect.objectContaining({ name: 'rules', ok: true }),
  )
})

test('a suggestion leaves the ticket with First Line and names the unit', async () => {
  const town = await aTown(
    {},
    filesWith(RULES.replace('    owner: catalogue', '    owner: catalogue\n    mode: suggest')),
  )
  await written(town, 'A wrong entry in the catalogue')
  await later(town, '+1m', '+2m')
  expect(await town.onlyTicket()).toMatchObject({
    group: 'First Line support',
    tags: ['by-words', 'suggest-catalogue'],
  })
  expect((await notesOf(town))[0]).toContain('The rule “catalogue words” suggests Catalogue')
})

test.for(['form', 'Zammad'] as const)(
  'those on duty hear at once, and once, of a ticket of the highest priority from the %s',
  async (way) => {
    const town = await aTown()
    const words = 'We found a data leak'
    if (way === 'Zammad') await written(town, words)
    else await town.visitor.sends({ ...uploadTrouble({ what: `${words}, marker-of-the-visitor` }) })
    await later(town, '+1m', '+2m', '+3h')
    const { number } = await town.onlyTicket()
    const [mail, ...others] = (await town.mails()).filter(({ to }) => to.includes('duty@example.org'))
    expect(others).toEqual([])
    expect(mail?.text).toContain(number)
    expect(mail?.text).toContain('Monday 23 November, 13:0')
    expect(mail?.raw).not.toMatch(/marker|leak/)
  },
)

test('those on duty hear of an incident while Zammad is down, too', async () => {
  const town = await aTown()
  await town.fault({ zammad: 'down' })
  await town.visitor.sends(uploadTrouble({ what: 'We found a data leak' }))
  await later(town, '+1m')
  expect(await staffMails(town)).toEqual([])
  await later(town, '+3m')
  expect(await staffMails(town)).toHaveLength(1)
  await town.fault({ zammad: 'up' })
  await later(town, '+1h', '+2h')
  expect(await staffMails(town)).toHaveLength(1)
})

test('the third hand-over raises one note and one mail to First Line', async () => {
  const town = await aTown()
  const sent = await town.visitor.sends(uploadTrouble())
  await later(town, '+1m', '+2m')
  const { id } = await town.onlyTicket()
  const groups = ['Dashboard', 'Catalogue', 'Federated search', 'Dashboard', 'Catalogue']
  for (const [index, group] of groups.entries()) {
    await town.agent.calls('PUT', `/tickets/${id}`, { group })
    await later(town, `+${10 * (index + 1)}m`, `+${10 * (index + 1) + 5}m`)
    const told = (await notesOf(town)).filter((note) => note.includes('handed this ticket over'))
    expect(told.length).toBe(index < 2 ? 0 : 1)
  }
  expect(await staffMails(town)).toMatchObject([{ to: 'first-line@example.org' }])
  expect((await town.pageOf(sent)).text).toContain('With Catalogue')
})

test('a ticket that nobody takes is told of once, and anew when it comes back', async () => {
  const town = await aTown()
  await written(town, 'Good morning')
  await later(town, '+1m', '+7h')
  expect(await staffMails(town)).toEqual([])
  await later(town, '+8h', '+9h', '+30h')
  expect(await staffMails(town)).toMatchObject([{ to: 'first-line@example.org' }])
  const { id } = await town.onlyTicket()
  await town.agent.calls('PUT', `/tickets/${id}`, { owner_id: 4 })
  await later(town, '+31h')
  await town.agent.calls('PUT', `/tickets/${id}`, { owner_id: 1 })
  await later(town, '+32h', '+38h')
  expect(await staffMails(town)).toHaveLength(1)
  await later(town, '+41h', '+60h')
  const told = (await staffMails(town)).filter(({ subject }) =>
    subject.startsWith('Request without an owner'),
  )
  expect(told).toHaveLength(2)
})

test('a ticket that was moved out of our sight is told of once, and its page stays', async () => {
  const town = await aTown()
  const sent = await town.visitor.sends(uploadTrouble())
  await later(town, '+1m', '+2m')
  const { id, number } = await town.onlyTicket()
  const bot = Account.parse(await town.agent.administers('GET', '/users/5?expand=true')).group_ids
  await town.agent.calls('PUT', `/tickets/${id}`, { group: 'Dashboard' })
  await town.agent.administers('PUT', '/users/5', { group_ids: { ...bot, 7: [] } })
  await later(town, '+70m', '+71m', '+3h')
  // It comes in one mail with what else there is to tell just then.
  const [told, ...others] = (await town.mails()).filter(({ text }) => text?.includes('out of sight'))
  expect(others).toEqual([])
  expect(told?.to).toEqual(['first-line@example.org'])
  expect(told?.text?.split(number)).toHaveLength(2)
  expect((await town.pageOf(sent)).status).toBe(200)
})

test('what staff do with a decision is counted per rule', async () => {
  const town = await aTown({ settings: { OPS_TOKEN: 'a-token-for-operators-only' } })
  for (const name of ['a', 'b', 'c']) {
    await town.visitor.sends(uploadTrouble({ email: `${name}@hospital.example` }))
  }
  await later(town, '+1m', '+2m')
  const [one, two] = await town.tickets()
  await town.agent.calls('PUT', `/tickets/${one?.id}`, { state: 'closed' })
  await town.agent.calls('PUT', `/tickets/${two?.id}`, { group: 'Catalogue' })
  await later(town, '+3m', '+4m')
  const metrics = await town.service.health.metrics()
  expect(metrics).toContain('firstline_routing_kept{rule="uploads"} 1\n')
  expect(metrics).toContain('firstline_routing_moved{rule="uploads"} 1\n')
  const board = await town.service.app.request(`${town.publicUrl}/ops`)
  expect(board.status).toBe(200)
})

test('an alert of ours that comes back as a ticket is neither routed nor told of', async () => {
  const onArrival = (text: string) =>
    text.replace('group: Catalogue', 'group: Catalogue\n    on_arrival: mail')
  const town = await aTown({ expectedErrors: ['alert.suspended'] }, filesWith(RULES, onArrival))
  await written(town, 'A wrong entry', { group: 'Catalogue' })
  await later(town, '+1m', '+2m')
  const [alert, ...others] = await town.mails()
  expect(others).toEqual([])
  expect(alert?.to).toEqual(['catalogue@example.org'])
  for (const group of ['Catalogue', 'First Line support']) {
    await written(town, 'New ticket in the catalogue', {
      group,
      article: { type: 'web', sender: 'Customer', body: 'x', message_id: alert?.headers['message-id'] },
    })
  }
  await later(town, '+3m', '+4m', '+9h', '+10h')
  expect((await town.tickets()).map(({ group, tags }) => ({ group, tags }))).toEqual([
    { group: 'Catalogue', tags: [] },
    { group: 'Catalogue', tags: [] },
    { group: 'First Line support', tags: [] },
  ])
  expect(await town.mails()).toHaveLength(1)
})
