import { expect, test } from 'vitest'
import PostalMime from 'postal-mime'
import type { MailJson } from '../../src/sandbox/mailbox/kept.ts'
import { lives, openTown, type Town, type TownOptions } from '../support/town.ts'
import { promised } from './promised.ts'
import { OPS_TOKEN } from './relaying.ts'
import { uploadTrouble } from './requests.ts'

const PROMISE = `target: 48h
digest: '08:00'
levels:
  - { at: 50%, digest: true }
  - { at: 75%, to: [unit] }
  - { at: 100%, to: [unit, duty, coordination] }
coordination: [coordinator@example.org]
silence: 5d
`

const NODES = 'nodes@example.org'
const COORDINATION = 'coordinator@example.org'

/** A helpdesk of which the reference nodes get what is about uploads; it opens on a Saturday, at one o'clock in Madrid. */
async function aTown(options: TownOptions = {}, promise = PROMISE): Promise<Town> {
  const town = await openTown({ ...options, rules: promised(promise) })
  await town.tick()
  return town.at('+10s')
}

const to = async (town: Town, address: string): Promise<readonly MailJson[]> =>
  (await town.mails()).filter((mail) => mail.to.includes(address))

const digests = async (town: Town, address = NODES): Promise<readonly MailJson[]> =>
  (await to(town, address)).filter(({ subject }) => / today: /.test(subject))

test('a request is in the digests of its unit: sent by a rule, due next, late, and then no more', async () => {
  const town = await aTown({ settings: { OPS_TOKEN } })
  await town.visitor.sends(uploadTrouble())
  await lives(town, '+1m', '+19h', '+20h')
  const { id, number } = await town.onlyTicket()
  const link = `/#ticket/zoom/${id}\n`
  const [sunday, ...others] = await digests(town)
  expect(others).toEqual([])
  expect(sunday?.subject).toBe('Reference nodes today: 1 sent to you by a rule')
  expect(sunday?.text).toContain(`${number}: By the rule “uploads”\n`)
  expect(sunday?.text).toContain(link)
  expect(sunday?.text).toContain('https://desk.example/ops\n')
  expect(sunday?.text).not.toContain('ann.lee')

  await lives(town, '+25h', '+43h', '+44h')
  const [, monday, ...more] = await digests(town)
  expect(more).toEqual([])
  expect(monday?.subject).toBe('Reference nodes today: 1 due')
  expect(monday?.text).toContain(`${number}: 5 hours left\n`)
  expect(monday?.text).toContain(link)

  await lives(town, '+49h', '+67h')
  expect((await digests(town)).map(({ subject }) => subject).slice(2)).toEqual([
    'Reference nodes today: 1 late',
  ])

  await town.agent.writes(id, 'Try it again now.')
  await lives(town, '+68h', '+91h', '+115h')
  expect(await digests(town)).toHaveLength(3)
})

test('half of the time gone is told once in the morning, where nothing presses yet', async () => {
  const town = await aTown({}, PROMISE.replace('48h', '96h'))
  await town.visitor.sends(uploadTrouble())
  await lives(town, '+1m', '+19h', '+43h', '+49h', '+67h', '+91h')
  const mails = await digests(town)
  expect(mails.map(({ subject }) => subject)).toEqual([
    'Reference nodes today: 1 sent to you by a rule',
    'Reference nodes today: 1 to keep an eye on',
    'Reference nodes today: 1 due',
  ])
  expect(mails[1]?.text).toContain('1 day 5 hours left\n  Upload is failing\n  50 % of the time is gone\n')
})

/** Staff open a ticket for themselves: nobody is written to, and nobody asked. */
async function madeByStaff(
  town: Town,
  title: string,
): Promise<{ readonly id: number; readonly number: string }> {
  await town.agent.calls('POST', '/tickets', {
    title,
    group: 'Reference nodes',
    customer: 'nicole.braun@zammad.org',
    article: { type: 'note', internal: true, body: 'She wants a second node: to be looked into.' },
  })
  const found = (await town.agent.tickets()).find((one) => one.title === title)
  if (!found) throw new Error(`no ticket ${title}`)
  return found
}

/** Links of the tickets that the board lists as silent. */
async function silentOnBoard(town: Town): Promise<readonly string[]> {
  const ask = (path: string, init: RequestInit) => town.service.app.request(town.publicUrl + path, init)
  const headers = { Origin: town.publicUrl }
  const body = new URLSearchParams({ token: OPS_TOKEN })
  const entered = await ask('/ops', { method: 'POST', headers, body })
  const Cookie = entered.headers.get('Set-Cookie')?.split(';', 1)[0] ?? ''
  const html = await (await ask('/ops?only=quiet', { headers: { Cookie } })).text()
  const [, list = ''] = /<section aria-label="Silent tickets"(.*?)<\/section>/s.exec(html) ?? []
  return Array.from(list.matchAll(/href="([^"]*#ticket\/zoom\/\d+)"/g), ([, link = '']) => link)
}

test('what staff opened for themselves and leave open without a public word is told as silent after five days, and no more once they spoke', async () => {
  const town = await aTown({ settings: { OPS_TOKEN } })
  const [forgotten, done] = [await madeByStaff(town, 'A second node'), await madeByStaff(town, 'Seen to')]
  await lives(town, '+1m', '+20h')
  await town.agent.changes(done.id, { state: 'closed' })
  await lives(town, '+91h', '+115h')
  expect(await digests(town)).toEqual([])
  expect(await silentOnBoard(town)).toEqual([])

  await lives(town, '+187h', '+192h')
  const [digest, ...others] = await digests(town)
  expect(others).toEqual([])
  expect(digest?.subject).toBe('Reference nodes today: 1 silent')
  expect(digest?.text).toContain(`${forgotten.number}: Silent for 7 days`)
  expect(digest?.text).not.toContain(done.number)
  expect(await silentOnBoard(town)).toEqual([expect.stringMatching(`/#ticket/zoom/${forgotten.id}$`)])

  await town.agent.writes(forgotten.id, 'The second node is on its way.')
  await lives(town, '+193h', '+211h')
  expect(await digests(town)).toHaveLength(1)
  expect(await silentOnBoard(town)).toEqual([])
})

test('the coordination hears every Monday, also of an empty week, and of nothing on other days', async () => {
  const town = await aTown({ settings: { OPS_TOKEN } })
  await lives(town, '+20h', '+43h', '+67h', '+211h')
  const mails = await to(town, COORDINATION)
  expect(mails.map(({ subject }) => subject)).toEqual([
    'The week: 0 received, 0 late now',
    'The week: 0 received, 0 late now',
  ])
  expect(mails[0]?.text).toContain('No mail means that the bot is down')
  expect(mails[0]?.text).toContain('https://desk.example/ops/report?from=2026-11-16&to=2026-11-22\n')
})

test('on the first working day the coordination gets the report of the month, with the page that the board shows', async () => {
  const town = await aTown({ settings: { OPS_TOKEN } })
  await town.visitor.sends(uploadTrouble())
  await lives(town, '+1m')
  const { id } = await town.onlyTicket()
  town.at('+30h')
  await town.agent.writes(id, 'Try it again now.')
  await lives(town, '+30h', '+235h')
  const reports = (await to(town, COORDINATION)).filter(({ subject }) => subject.startsWith('The promise'))
  expect(reports.map(({ subject }) => subject)).toEqual(['The promise in November 2026: 100% kept'])
  const [report] = reports
  expect(report?.text).toContain('Received: 1\nAnswered: 1\nKept: 100% (1 of 1)\n')
  const { attachments } = await PostalMime.parse(report?.raw ?? '')
  expect(attachments.map(({ filename, mimeType }) => [filename, mimeType])).toEqual([
    ['promise-2026-11.html', 'text/html'],
  ])
  const [attached] = attachments
  const page =
    typeof attached?.content === 'string' ? attached.content : new TextDecoder().decode(attached?.content)
  expect(page).toContain('The promise, November 2026')
  expect(page).not.toContain('<script')
  await lives(town, '+236h', '+260h')
  const all = (await to(town, COORDINATION)).filter(({ subject }) => subject.startsWith('The promise'))
  expect(all).toHaveLength(1)
})

test('rounds at once and starts in between make each mail of a morning once', async () => {
  const town = await aTown()
  await town.visitor.sends(uploadTrouble())
  await lives(town, '+1m', '+20h', '+42h')
  town.at('+43h')
  await Promise.all([town.service.bot.tick(), town.service.bot.tick(), town.service.bot.tick()])
  const back = await town.copiesStore()
  await back()
  for (const _ of [1, 2, 3]) await town.tick()
  await lives(town, '+44h')
  const mondays = (await digests(town)).filter(({ subject }) => subject.endsWith('1 due'))
  expect(mondays).toHaveLength(1)
  expect(await to(town, COORDINATION)).toHaveLength(1)
})

test('who only observes mails nothing of a morning', async () => {
  const town = await aTown({ settings: { ACT: 'observe' } })
  await town.visitor.sends(uploadTrouble())
  await lives(town, '+1m', '+20h', '+43h', '+67h')
  expect(await town.mails()).toEqual([])
})

test('a site whose first language is Spanish is told in Spanish', async () => {
  const town = await aTown({
    forms: (source) =>
      source.path.endsWith('site.yaml')
        ? { ...source, text: source.text.replace(/languages: \[en, es\]/, 'languages: [es, en]') }
        : source,
  })
  await town.visitor.sends(uploadTrouble())
  await lives(town, '+1m', '+20h', '+43h')
  expect((await to(town, COORDINATION)).map(({ subject }) => subject)).toEqual([
    expect.stringMatching(/^La semana: 1 recibidas/),
  ])
})
