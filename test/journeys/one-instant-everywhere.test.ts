import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS } from '../../src/clock.ts'
import { unitDigest } from '../../src/clocks/digest.ts'
import { createStores } from '../../src/furnish.ts'
import { tellTime } from '../../src/language.ts'
import { AlertPayload } from '../../src/outbox/alert.ts'
import { createNotedLevels } from '../../src/store/noted-levels.ts'
import { jobs as jobRows } from '../../src/store/schema.ts'
import { openTown, type Town } from '../support/town.ts'
import type { Sent } from '../support/visitor.ts'
import { promised } from './promised.ts'
import { ANN, openedRequest, OPS_TOKEN, type Request } from './relaying.ts'
import { uploadTrouble } from './requests.ts'

/** The catalogue team keeps the hours of an office, and what is urgent is answered in a day. */
const PROMISE = `target: 48h
targets: [{ priority: 3 high, target: 24h }]
levels: [{ at: 75%, to: [unit] }, { at: 100%, to: [unit, coordination], then: daily }]
coordination: [coordinator@example.org]
calendars:
  office: { zone: Europe/Madrid, week: { mon-fri: '09:00-17:00' } }
`

const routing = promised(PROMISE).map(({ path, text }) => ({
  path,
  text: text.replace('group: Catalogue\n', 'group: Catalogue\n    calendar: office\n'),
}))

const BEARER = { Authorization: `Bearer ${OPS_TOKEN}` }
const ZONE = 'Europe/Madrid'

/** Noon of a Thursday in Madrid is 11:00 in UTC. */
const THURSDAY = new Date('2026-11-19T11:00:00Z')

async function aTown(): Promise<Town> {
  const town = await openTown({ settings: { OPS_TOKEN }, opensAt: THURSDAY, rules: routing })
  await town.passes('2s')
  return town
}

/** One ticket of the test, with the instant that every surface is to tell. */
interface Case {
  readonly what: string
  readonly number: string
  /** Null for a ticket that came from no form. */
  readonly request: Request | null
  readonly due: Date
}

async function answerOf(town: Town, path: string): Promise<Response> {
  return town.service.app.request(town.publicUrl + path, { headers: BEARER })
}

async function boardOf(town: Town): Promise<string> {
  const entered = await town.service.app.request(`${town.publicUrl}/ops`, {
    method: 'POST',
    headers: { Origin: town.publicUrl },
    body: new URLSearchParams({ token: OPS_TOKEN }),
  })
  const Cookie = entered.headers.get('Set-Cookie')?.split(';', 1)[0] ?? ''
  return (await town.service.app.request(`${town.publicUrl}/ops`, { headers: { Cookie } })).text()
}

const grouped = (number: string): RegExp => new RegExp([...number].join('(?:<[^>]*>|[\\s\u00a0])*'))

/** The row of the board that names the ticket. */
const boardRow = (board: string, number: string): string =>
  [...board.matchAll(/<tr>.*?<\/tr>/gs)]
    .map(([row]) => row)
    .find((row) => row.includes('class="left') && grouped(number).test(row)) ?? ''

const datetimeIn = (html: string): string | null => /<time datetime="([^"]+)"/.exec(html)?.[1] ?? null

/** What a page that is polled says, and what a program reads at the same address. */
async function toldToVisitor(town: Town, request: Request): Promise<Readonly<Record<string, unknown>>> {
  const { html, address } = await request.page()
  const [, term = ''] = /<dt>(?:Answer|The rest) (?:by|was due)<\/dt>(.*?)<\/dd>/s.exec(html) ?? []
  const token = /\/c\/([0-9a-z]{32})/.exec(address)?.[1] ?? ''
  const api: unknown = await (await answerOf(town, `/api/v1/conversations/${token}`)).json()
  return { page: datetimeIn(term), api: Object(api).due_at }
}

/** What lists tell of all tickets now. */
async function listsOf(town: Town) {
  const { lists, memory } = createStores(town.db)
  const report = '/ops/api/report?from=2026-11-01&to=2026-11-30'
  const csv = await (await answerOf(town, `${report}&format=csv`)).text()
  const [names = [], ...lines] = csv.split('\r\n').map((line) => line.split(','))
  const rows = lines.map((cells) => new Map(cells.map((cell, at) => [names[at], cell])))
  const digests = await Promise.all(
    ['reference-nodes', 'catalogue'].map((unit) =>
      unitDigest(
        { lists, memory, notedLevels: createNotedLevels(town.db) },
        {
          unit,
          defaultUnit: 'first-line',
          zone: ZONE,
          since: after(town.now(), -DAY_MS),
          now: town.now(),
          until: after(town.now(), 30 * DAY_MS),
          silenceMs: null,
        },
      ),
    ),
  )
  return {
    board: await boardOf(town),
    open: rows.filter((row) => row.get('outcome') === 'open'),
    digest: digests.flatMap((one) => [...(one?.late.told ?? []), ...(one?.due.told ?? [])]),
    tickets: await town.tickets(),
    breaches: Object(await (await answerOf(town, report)).json()).breaches as readonly {
      readonly number: string
      readonly due_at: string
    }[],
  }
}

/** Every instant that is told of one ticket now, by where it is told. */
async function surfaces(
  town: Town,
  { board, open, digest, tickets }: Awaited<ReturnType<typeof listsOf>>,
  { number, request }: Pick<Case, 'number' | 'request'>,
): Promise<Readonly<Record<string, unknown>>> {
  const id = tickets.find((one) => one.number === number)?.id ?? 0
  const explained: unknown = await (await answerOf(town, `/ops/api/promises/${number}`)).json()
  const row = (await createStores(town.db).records.ofTickets([id])).get(id)
  return {
    ...(request ? await toldToVisitor(town, request) : {}),
    explain: Object(explained).due_at,
    row: row?.running?.dueAt?.toISOString(),
    board: datetimeIn(boardRow(board, number).replace(/^.*?class="left/s, '')),
    csv: open.find((one) => one.get('number') === number)?.get('due_at'),
    digest: digest.find((one) => one.number === number)?.dueAt,
  }
}

/** What the alerts about a promise name, by number of the ticket. */
async function alertedDues(town: Town, number: string): Promise<ReadonlySet<string | null>> {
  const rows = await town.db.q.select().from(jobRows).where(eq(jobRows.kind, 'send-alert'))
  const alerts = rows.flatMap(({ payload }) => {
    const { alert, folded = [] } = AlertPayload.parse(JSON.parse(payload))
    return [alert, ...folded.map((one) => one.alert)]
  })
  return new Set(
    alerts.flatMap((one) =>
      one.about === 'promise' && one.ticket.number === number ? [one.ticket.dueAt] : [],
    ),
  )
}

const mailsWith = async (town: Town, number: string, words: string): Promise<readonly string[]> =>
  (await town.mails())
    .filter(({ to, text }) => to.includes(ANN) && text?.includes(number) && text.includes(words))
    .map(({ text }) => text ?? '')

/** Tickets in every condition that a promise knows, four hours after the first one. */
async function aDesk() {
  const town = await aTown()
  const sent: { readonly at: Date; readonly what: Sent }[] = []
  for (let asked = 0; asked < 7; asked += 1) {
    sent.push({ at: town.now(), what: await town.visitor.sends(uploadTrouble()) })
    town.at(`+${10 + asked}s`)
  }
  await town.passes('10s', '10s', '10s')
  const requests = await Promise.all(sent.map(({ what }) => openedRequest(town, what)))
  const [fresh, further, holding, urgent, moved, source, target] = requests
  if (!fresh || !further || !holding || !urgent || !moved || !source || !target)
    throw new Error('seven were sent')
  const due = ({ sent: { page } }: Request, hours: number): Date =>
    after(sent.find(({ what }) => what.page === page)?.at ?? THURSDAY, hours * HOUR_MS)
  const madeAt = town.now()
  await town.agent.calls('POST', '/tickets', {
    title: 'Good morning',
    group: 'Reference nodes',
    customer: 'nicole.braun@zammad.org',
    article: { type: 'web', sender: 'Customer', body: 'A question in her own words.' },
  })
  const made = (await town.tickets()).at(-1)
  await town.passes('10s', '1h')
  await town.agent.writes(further.id, 'The first answer')
  await town.agent.tags(holding.id, 'holding')
  await town.passes('10s')
  await town.agent.writes(holding.id, 'We are looking into it')
  await town.agent.changes(urgent.id, { priority: '3 high' })
  await town.agent.changes(moved.id, { group: 'Catalogue' })
  await town.agent.merges(source.id, target.number)
  await town.passes('10s', '2m', '1h')
  const askedAt = town.now()
  await town.visitor.sendsFrom(await further.page(), { answers: { body: 'And one thing more' } })
  await town.passes('10s', '10s', '2m', '1h')
  const row = (what: string, request: Request, at: Date): Case => ({
    what,
    request,
    number: request.number,
    due: at,
  })
  const cases: readonly Case[] = [
    row('fresh', fresh, due(fresh, 48)),
    row('a second question', further, after(askedAt, 48 * HOUR_MS)),
    row('an answer that only holds', holding, due(holding, 48)),
    row('another priority', urgent, due(urgent, 24)),
    { what: 'merged into it', request: source, number: target.number, due: due(source, 48) },
    row('with another merged into it', target, due(source, 48)),
    { what: 'made in Zammad', request: null, number: made?.number ?? '', due: after(madeAt, 48 * HOUR_MS) },
  ]
  return { town, cases, fresh, holding, moved }
}

test('page, API, mails, command line, row, board, report, digest and alerts tell one instant of one ticket', async () => {
  const { town, cases, fresh, holding, moved } = await aDesk()
  const lists = await listsOf(town)
  for (const one of cases) {
    const told = await surfaces(town, lists, one)
    const instants = Object.fromEntries(Object.keys(told).map((name) => [name, one.due.toISOString()]))
    expect({ of: one.what, ...told }).toEqual({ of: one.what, ...instants })
  }
  // By open hours: of the 48 an hour or so passed by the wall clock with the other unit.
  const byOffice = await surfaces(town, lists, { request: moved, number: moved.number })
  const [office] = Object.values(byOffice)
  expect(byOffice).toEqual(Object.fromEntries(Object.keys(byOffice).map((name) => [name, office])))
  expect(new Date(String(office)) > after(town.now(), 5 * DAY_MS)).toBe(true)

  const words = (request: Request): string =>
    tellTime(cases.find(({ number }) => number === request.number)?.due ?? THURSDAY, ZONE, 'en')
  expect(await mailsWith(town, fresh.number, 'We have your request')).toEqual([
    expect.stringContaining(words(fresh)),
  ])
  expect(await mailsWith(town, holding.number, 'We are looking into it')).toEqual([
    expect.stringContaining(words(holding)),
  ])
  const note = (await fresh.ticket()).articles.find(({ body }) => body.includes('To be answered by'))
  expect(note?.body).toContain(words(fresh))

  await town.passes('21h', '1m', '24h', '1m', '20m')
  const later = await listsOf(town)
  const late = cases.filter(({ due }) => due < town.now())
  expect(late.map(({ what }) => what)).toEqual([
    'fresh',
    'an answer that only holds',
    'another priority',
    'merged into it',
    'with another merged into it',
    'made in Zammad',
  ])
  for (const one of late) {
    const due = one.due.toISOString()
    const told = await surfaces(town, later, one)
    const breach = later.breaches.find(({ number }) => number === one.number)?.due_at
    const all = { ...told, breach, alerts: [...(await alertedDues(town, one.number))].join() }
    const instants = Object.fromEntries(Object.keys(all).map((name) => [name, due]))
    expect({ of: one.what, ...all }).toEqual({ of: one.what, ...instants })
    if (one.request?.number !== one.number) continue
    const page = (await one.request.page()).text
    expect(page).toContain('It has been raised to Reference nodes and our coordination.')
    const mails = await mailsWith(town, one.number, 'Our answer is late')
    expect(mails).toEqual([expect.stringContaining(tellTime(one.due, ZONE, 'en'))])
  }
})
