import { after, DAY_MS, HOUR_MS } from '../../src/clock.ts'
import { type BoardQuery, type Sought, WHOLE_BOARD } from '../../src/http/board-query.ts'
import type { BoardLists, OpsBoard } from '../../src/http/pages/ops.tsx'
import type { Place } from '../../src/http/pages/place.ts'
import type { SeenPage } from '../../src/http/pages/seen-page.tsx'
import type { BoardTicket, KeptDay, PromisesView, Standing } from '../../src/http/promise-board.ts'

type Board = Parameters<typeof OpsBoard>[0]

const NOW = new Date('2026-11-21T11:10:00Z')
const UNITS = [
  { id: 'first-line', name: 'First Line support' },
  { id: 'reference-nodes', name: 'Reference nodes' },
  { id: 'federated-search', name: 'Federated search' },
]
const FORMS = [
  { id: 'upload-trouble', name: 'Upload is failing' },
  { id: 'question', name: 'A question about the catalogue, the data sets in it, or how to ask for them' },
]

const listed = <T>(rows: readonly T[], inAll = rows.length): Sought<T> => ({ rows, inAll, lookedIn: null })
const hours = (count: number): Date => after(NOW, count * HOUR_MS)
const sampleTicket = { number: '7804821773026', link: 'https://help.example/#ticket/zoom/66' }

const aTicket = (over: Partial<BoardTicket> = {}): BoardTicket => ({
  id: 'c:1',
  ...sampleTicket,
  unit: 'first-line',
  form: 'upload-trouble',
  standing: 'running',
  isInternal: false,
  dueAt: hours(30),
  gone: 18 / 48,
  quietSince: null,
  told: null,
  ...over,
})

const tickets: readonly BoardTicket[] = [
  aTicket({
    standing: 'late',
    dueAt: hours(-50),
    gone: 1,
    told: { level: '100%+2d', at: hours(-2), acknowledgedAt: null },
    unit: null,
    form: null,
  }),
  aTicket({
    standing: 'soon',
    dueAt: hours(4.5),
    gone: 0.906,
    told: { level: '90%', at: hours(-0.3), acknowledgedAt: hours(-0.1) },
  }),
  aTicket({ unit: 'reference-nodes', isInternal: true }),
  aTicket({ number: 'FL-7K3M9QXZ', link: null, form: 'question', dueAt: hours(47.9), gone: 0.002 }),
  aTicket({ standing: 'paused', dueAt: null, gone: null, unit: 'federated-search' }),
]

const noLists: BoardLists = {
  loads: listed([]),
  parked: listed([]),
  paused: listed([]),
  observed: listed([]),
  decided: null,
  rules: listed([{ name: 'No rule matched', unit: 'the default unit', open: 0, kept: 0, moved: 0 }]),
  held: listed([]),
  forwarded: listed([]),
  unreachable: listed([]),
  frozen: listed([]),
  outOfSight: listed([]),
  suspended: listed([]),
}

const nothingPromised: PromisesView = {
  tickets: { rows: [], found: 0, inAll: 0, page: 1, pages: 1, sort: 'left', maySort: true },
  counts: { late: 0, soon: 0, quiet: 0 },
  loads: [],
  kept: { kept: 0, answered: 0, overdue: 0, days: [] },
  assigned: null,
}

/** A board with nothing on it. */
export const calmBoard = (place: Place): Board => ({
  place,
  now: NOW,
  timeZone: 'Europe/Madrid',
  unitName: (id) => (id === null ? 'No unit’s group' : (UNITS.find((unit) => unit.id === id)?.name ?? id)),
  formName: (id) => (id === null ? 'none' : (FORMS.find((form) => form.id === id)?.name ?? id)),
  query: WHOLE_BOARD,
  link: (query: BoardQuery) => `/helpdesk/ops?only=${query.only}`,
  promises: nothingPromised,
  lists: noLists,
  rules: { version: '3f2a9c1b7d10', rules: [], trouble: null, tally: [] },
  units: UNITS,
  forms: FORMS,
  decide: (path) => `/helpdesk/ops/${path}`,
  back: '',
  token: 'signed-token',
})

const days: readonly KeptDay[] = Array.from({ length: 30 }, (_, at) => ({
  day: after(NOW, (at - 29) * DAY_MS)
    .toISOString()
    .slice(0, 10),
  answered: at % 7 > 4 ? 0 : 3 + (at % 4),
  kept: at % 7 > 4 ? 0 : 3 + (at % 4) - (at % 9 === 4 ? 2 : 0),
}))

const kept = {
  days,
  kept: days.reduce((sum, day) => sum + day.kept, 0),
  answered: days.reduce((sum, day) => sum + day.answered, 0),
  overdue: 1,
}

const LOADS = [
  { unit: 'first-line', open: 14, running: 6, soon: 2, late: 1, nextDueAt: hours(-50) },
  { unit: 'reference-nodes', open: 3, running: 1, soon: 0, late: 0, nextDueAt: hours(30) },
  { unit: null, open: 1, running: 0, soon: 0, late: 0, nextDueAt: null },
]

const busyLists: BoardLists = {
  ...noLists,
  loads: listed(LOADS),
  parked: listed([
    {
      id: '01jd3',
      kind: 'open-ticket',
      reference: '7801234567890',
      since: new Date('2026-11-21T08:02:00Z'),
      reason: 'Zammad refuses the group "Reference nodes": it is inactive.',
      attempts: 6,
    },
    { id: '01jd9', kind: 'mail', reference: null, since: hours(-49), reason: 'gave up', attempts: 41 },
  ]),
  paused: listed([{ lane: 'mail', since: hours(-0.1), reason: '535 authentication failed' }]),
  observed: listed([{ at: hours(-0.2), kind: 'note', what: 'ticket 4711' }]),
  decided: listed([
    {
      ticketId: 4711,
      number: '7804821773026',
      unit: 'federated-search',
      rule: 'A federated provider',
      at: hours(-3),
    },
  ]),
  rules: listed([
    { name: 'Mapping tables for the ETL', unit: 'First Line support', open: 0, kept: 31, moved: 2 },
    {
      name: 'A provider of the federated search, with a name that takes more than one line',
      unit: 'Federated search',
      open: 0,
      kept: 0,
      moved: 0,
    },
    { name: 'No rule matched', unit: 'the default unit', open: 4, kept: 0, moved: 0 },
  ]),
  held: listed([{ key: { id: 501, createdAt: hours(-25) }, ticket: sampleTicket, type: 'note' }]),
  forwarded: listed([{ key: { id: 502, createdAt: hours(-1) }, ticket: sampleTicket, type: 'email' }], 120),
  unreachable: listed([
    { id: 'c1', reference: '7804821773026', since: hours(-2), ticket: sampleTicket },
    { id: 'c2', reference: 'FL-7K3M9QXZ', since: hours(-1.5), ticket: null },
  ]),
  frozen: listed([{ id: 'c3', reference: '7804821773027', since: hours(-3), ticket: sampleTicket }]),
  outOfSight: listed([{ ticket: sampleTicket, group: 'Users', since: hours(-49) }]),
  suspended: listed([
    { id: 'a1', masked: 'd•••••@hospital.example', since: hours(-73), ticket: sampleTicket },
  ]),
}

/** A board with something of everything on it. */
export const busyBoard = (place: Place): Board => ({
  ...calmBoard(place),
  promises: {
    ...nothingPromised,
    tickets: { ...nothingPromised.tickets, rows: tickets, found: tickets.length, inAll: tickets.length },
    counts: { late: 1, soon: 1, quiet: 2 },
    kept,
  },
  lists: busyLists,
  rules: {
    version: '3f2a9c1b7d10',
    rules: [],
    trouble: {
      since: '2026-11-21T10:40:00.000Z',
      problems: [
        'routing-rules/40-nodes.yaml:12: rules[3].then.unit: no unit is called refrence-nodes; did you mean reference-nodes?',
      ],
    },
    tally: [],
  },
})

const standingAt = (left: number): Standing => (left < 0 ? 'late' : left < 12 ? 'soon' : 'running')

/** The first of four pages, by the unit, of two hundred tickets. */
export function fullBoard(place: Place): Board {
  const rows = Array.from({ length: 50 }, (_, at) => {
    const left = at * 1.1 - 4
    return aTicket({
      id: `t:${at}`,
      number: String(7_804_821_773_026 + at * 7919),
      unit: UNITS[at % 3]?.id ?? null,
      form: at % 5 === 0 ? 'question' : 'upload-trouble',
      standing: standingAt(left),
      dueAt: hours(left),
      gone: Math.min(1, Math.max(0, 1 - left / 48)),
      told:
        left < 12
          ? { level: left < 0 ? '100%' : '75%', at: hours(-1), acknowledgedAt: at % 2 ? NOW : null }
          : null,
    })
  })
  return {
    ...calmBoard(place),
    query: { ...WHOLE_BOARD, sort: 'unit', unit: 'first-line', refreshes: true },
    promises: {
      ...nothingPromised,
      tickets: { ...nothingPromised.tickets, rows, found: 200, inAll: 212, pages: 4, sort: 'unit' },
      counts: { late: 4, soon: 11, quiet: null },
      kept,
    },
    lists: { ...noLists, loads: listed(LOADS) },
  }
}

/** A board on which something is sought that none of its lists has. */
export function boardWithoutHit(place: Place): Board {
  const { lists, ...busy } = busyBoard(place)
  const sought = <T>({ inAll }: Sought<T>): Sought<T> => ({ rows: [], inAll, lookedIn: Math.min(inAll, 100) })
  return {
    ...busy,
    query: { ...WHOLE_BOARD, search: '780482177302699' },
    promises: {
      ...busy.promises,
      tickets: { ...nothingPromised.tickets, inAll: tickets.length },
    },
    lists: {
      loads: sought(lists.loads),
      parked: sought(lists.parked),
      paused: sought(lists.paused),
      observed: sought(lists.observed),
      decided: lists.decided && sought(lists.decided),
      rules: sought(lists.rules),
      held: sought(lists.held),
      forwarded: sought(lists.forwarded),
      unreachable: sought(lists.unreachable),
      frozen: sought(lists.frozen),
      outOfSight: sought(lists.outOfSight),
      suspended: sought(lists.suspended),
    },
  }
}

/** The page behind the link of an alert, as it is opened. */
export const freshSeen = (place: Place): Parameters<typeof SeenPage>[0] => ({
  place,
  action: '/helpdesk/seen/9h4k7m2q8r5t1w3x6y0z9h4k7.signed',
  ...sampleTicket,
  level: '90%',
  toldAt: hours(-0.3),
  dueAt: hours(4.5),
  acknowledgedAt: null,
  isOver: false,
  now: NOW,
  timeZone: 'Europe/Madrid',
})
