import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { D1Database } from '@cloudflare/workers-types'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/d1'
import { getPlatformProxy } from 'wrangler'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../src/clock.ts'
import { createStores } from '../src/furnish.ts'
import { openSqlite } from '../src/runtime/node/sqlite.ts'
import { createClockLists } from '../src/store/clock-lists.ts'
import { asStatement, type Db } from '../src/store/db.ts'
import { storedSweep } from '../test/store/stored-sweep.ts'
import { aUnit, PROMISE, rulebookOf, unitsOf } from '../test/support/sample-rules.ts'

const MIGRATIONS = 'src/store/migrations'
const NOW = new Date('2026-10-05T12:00:00Z')
const MOST_DUE = 100
/** Rounds before those that are measured. */
const WARM = 2
/** Half of its time is gone as it is reckoned: for the digest alone, so that no mail and no look at Zammad is measured. */
const STARTED = after(NOW, -30 * HOUR_MS)
const RULES = {
  ...rulebookOf(
    unitsOf(aUnit({ id: 'unit-0' }), ...Array.from({ length: 7 }, (_, n) => aUnit({ id: `unit-${n + 1}` }))),
  ),
  promise: {
    ...PROMISE,
    levels: [
      { share: 0.5, digest: true, to: [], repeats: null },
      { share: 0.75, digest: false, to: ['unit'] as const, repeats: null },
      { share: 0.9, digest: false, to: ['unit', 'duty'] as const, repeats: null },
      { share: 1, digest: false, to: ['unit', 'duty', 'coordination'] as const, repeats: 'daily' as const },
    ],
  },
}
const VERSION = RULES.version
const BARE = 'select id from promises where next_at <= ? order by next_at limit ?'

const { values } = parseArgs({
  options: {
    open: { type: 'string', default: '1000,10000,100000' },
    rounds: { type: 'string', default: '20' },
    store: { type: 'string', default: 'better-sqlite3,D1' },
  },
})
const sizes = values.open.split(',').map(Number)
const rounds = Number(values.rounds)

/** A store, and the way around our code to what is in it. */
interface Place {
  readonly name: string
  /** What `now` counts the milliseconds of, and how often a thing is done that is too quick to be counted. */
  readonly counts: string
  readonly often: number
  readonly now: () => number
  readonly db: Db
  readonly run: (text: string, ...parameters: readonly number[]) => Promise<unknown>
  readonly close: () => Promise<void>
}

async function onSqlite(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-promises-'))
  const path = join(folder, 'firstline.sqlite')
  const db = openSqlite(path, MIGRATIONS)
  const client = new Database(path)
  client.pragma('busy_timeout = 5000')
  const prepared = new Map<string, Database.Statement>()
  return {
    name: 'better-sqlite3',
    counts: 'CPU of the thread',
    often: 300,
    now: () => {
      const { user, system } = process.threadCpuUsage()
      return (user + system) / 1000
    },
    db,
    run: async (text, ...parameters) => {
      const statement = prepared.get(text) ?? client.prepare(text)
      prepared.set(text, statement)
      return statement.reader ? statement.all(...parameters) : statement.run(...parameters)
    },
    close: async () => {
      client.close()
      db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** As the worker makes it, whose types this program cannot have beside the browser's. */
function dbOn(binding: D1Database): Db {
  const q = drizzle(binding)
  return {
    q,
    async atomically(writes) {
      const [first, ...rest] = writes.map(asStatement)
      if (first) await q.batch([first, ...rest])
      return writes.map(() => 1)
    },
  }
}

async function onD1(): Promise<Place> {
  const { env, dispose } = await getPlatformProxy<{ readonly DB: D1Database }>({ persist: false })
  const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql'))
  for (const name of files.sort()) {
    const statements = readFileSync(join(MIGRATIONS, name), 'utf8').split('--> statement-breakpoint')
    await env.DB.batch(statements.map((text) => env.DB.prepare(text)))
  }
  return {
    name: 'D1',
    counts: 'time: the work is done in another process',
    often: 1,
    now: () => performance.now(),
    db: dbOn(env.DB),
    run: (text, ...parameters) =>
      env.DB.prepare(text)
        .bind(...parameters)
        .all(),
    close: dispose,
  }
}

const numbers = 'with recursive numbers(n) as (select ? union all select n + 1 from numbers where n + 1 < ?)'
const group = `'unit-' || (n % 8)`
const started = STARTED.getTime()

/** What Zammad told of a ticket: five changes by its history, and three articles, of which two are internal notes. */
const LOGS = [
  `insert into tickets (id, number, created_at, updated_at, group_id, "group", owned, closed, state_type, customer_id,
    sight, looked_at, told_waiting, muted, hand_overs)
    ${numbers} select n, '7801' || n, ${started}, ${started} + ${HOUR_MS}, n % 8, ${group}, 1, 0, 'open', 9, 'seen',
    ${started}, 0, 0, 0 from numbers`,
  `insert into ticket_facts (ticket, number, created_at, opened, now, changes)
    ${numbers} select n, '7801' || n, ${started},
    json_object('group', 'unit-0', 'priority', '2 normal', 'state', 'new', 'tags', json_array()),
    json_object('group', ${group}, 'priority', '3 high', 'state', 'open', 'tags', json_array('upload')),
    json_array(
      json_object('id', 'history:1', 'at', ${started} + ${MINUTE_MS}, 'what', 'group', 'to', ${group}),
      json_object('id', 'history:2', 'at', ${started} + ${MINUTE_MS}, 'what', 'tagged', 'tag', 'upload'),
      json_object('id', 'history:3', 'at', ${started} + ${HOUR_MS}, 'what', 'state', 'to', 'pending'),
      json_object('id', 'history:4', 'at', ${started} + ${2 * HOUR_MS}, 'what', 'state', 'to', 'open'),
      json_object('id', 'history:5', 'at', ${started} + ${2 * HOUR_MS}, 'what', 'priority', 'to', '3 high'))
    from numbers`,
  ...[0, 1, 2].map(
    (
      nth,
    ) => `insert into articles (id, created_at, ticket, born_on, updated_at, sender, type, internal, disposition,
    because, name, html, text, files, publication, seen_by, first_seen_at, asked, mailed, automatic)
    ${numbers} select n * 10 + ${nth}, ${started} + ${nth * HOUR_MS}, n, n, ${started} + ${nth * HOUR_MS},
    ${nth === 0 ? `'Customer', 'email', 0, 'not-for-visitor', 'visitor'` : `'Agent', 'note', 1, 'not-for-visitor', 'internal'`},
    '', '', '', '[]', 0, 'hook', ${started}, 0, 0, 0 from numbers`,
  ),
]

/** Open tickets of eight units, due within three days, one of ten late; and as many that are closed. */
const PROMISED = [
  `insert into promises (id, ticket, number, form, unit, priority, is_open, clock, kind, started_at, due_at,
    quiet_since, tag, next_at, version, touched)
    ${numbers} select 't:' || n, n, '7801' || n, 'form-' || (n % 12), ${group}, '2 normal', 1,
    'article:' || (n * 10) || ':${started}', 'visitor', ${started},
    ${NOW.getTime()} - ${7 * HOUR_MS} + (n * 7919) % ${3 * DAY_MS}, ${NOW.getTime()} - n,
    iif(n % 5 = 0, 'promise-soon', 'none'), ${NOW.getTime()} + ${HOUR_MS} + n, '${VERSION}', 0 from numbers`,
  `insert into promises (id, ticket, number, unit, is_open, version)
    ${numbers} select 't:-' || n, -n, '7702' || n, ${group}, 0, '${VERSION}' from numbers`,
  `insert into clocks (subject, key, number, kind, because, started_at, unit, target_ms, picked, passed_wall,
    passed_business, due_wall, due_business, outcome)
    ${numbers} select 't:' || n, 'article:' || (n * 10) || ':${started}', '7801' || n, 'visitor', 'request', ${started},
    ${group}, ${2 * DAY_MS}, 'wall', 0, 0, ${started} + ${2 * DAY_MS}, ${started} + ${2 * DAY_MS}, 'running'
    from numbers`,
]

async function fill(place: Place, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += 10_000) {
    const last = Math.min(to, first + 10_000)
    for (const statement of [...LOGS, ...PROMISED]) await place.run(statement, first, last)
  }
}

/** The sweep as the service makes it; it ends in an error where a ticket cannot be reckoned. */
function sweeper({ db }: Place): () => Promise<void> {
  const failed = (line: string): never => {
    throw new Error(line)
  }
  const sweep = storedSweep(db, { rules: RULES, relay: 'all', clock: () => NOW, failed })
  return () => sweep({ inTime: () => true })
}

const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length

async function timed({ now }: Place, act: () => Promise<unknown>, times = 1): Promise<number> {
  const started = now()
  for (let n = 0; n < times; n += 1) await act()
  return (now() - started) / times
}

interface Took {
  readonly bare: number
  readonly round: number
}

/** Means of a bare query and of a round, taken in turn while as many are due. */
async function measured(place: Place, due: number): Promise<Took> {
  const bare: number[] = []
  const ours: number[] = []
  const sweep = sweeper(place)
  const { records } = createStores(place.db)
  const times = due === MOST_DUE ? Math.ceil(rounds / 5) : rounds
  for (let n = 0; n < times + WARM; n += 1) {
    await place.run(
      'update promises set next_at = ? where id in (select id from promises where next_at > 0 order by next_at limit ?)',
      NOW.getTime(),
      due,
    )
    const { often } = place
    const bareMs = await timed(place, () => place.run(BARE, NOW.getTime(), MOST_DUE), often)
    const before = await records.due(NOW, MOST_DUE + 1)
    const roundMs = await timed(place, sweep, due === 0 ? often : 1)
    const left = await records.due(NOW, 1)
    if (before.length !== due || left.length > 0) throw new Error('the round did not reckon what is due')
    if (n < WARM) continue
    bare.push(bareMs)
    ours.push(roundMs)
  }
  return { bare: mean(bare), round: mean(ours) }
}

/** What the board asks. */
function lists({ db }: Place): Readonly<Record<string, () => Promise<unknown>>> {
  const { list, load, openByLevel, dueBefore } = createClockLists(db)
  return {
    'first page': () => list({ limit: 50 }, NOW),
    'of a unit': () => list({ unit: 'unit-1', limit: 50 }, NOW),
    late: () => list({ only: 'late', limit: 50 }, NOW),
    soon: () => list({ only: 'soon', limit: 50 }, NOW),
    search: () => list({ search: '99', limit: 50 }, NOW),
    digest: () => dueBefore('unit-1', after(NOW, DAY_MS), 50),
    load: () => load(NOW),
    'by level': () => openByLevel(NOW),
  }
}

const ms = (value: number): string => value.toFixed(value < 1 ? 3 : 1).padStart(10)

const PLACES = { 'better-sqlite3': onSqlite, D1: onD1 } as const

for (const [name, open] of Object.entries(PLACES)) {
  if (!values.store.split(',').includes(name)) continue
  const place = await open()
  console.log(`\n${place.name}, means of ${rounds} rounds in ms of ${place.counts}\nbare: ${BARE}`)
  console.log('     open  due       bare      round round/bare    due one')
  const board: string[] = []
  let kept = 0
  for (const size of sizes) {
    await fill(place, 1 + kept, 1 + size)
    kept = size
    let idle = 0
    for (const due of [0, 10, MOST_DUE]) {
      const { bare, round } = await measured(place, due)
      if (due === 0) idle = round
      const each = due === 0 ? '' : ms((round - idle) / due)
      const cells = [ms(bare), ms(round), (round / bare).toFixed(1).padStart(10), each]
      console.log(`${String(size).padStart(9)} ${String(due).padStart(4)} ${cells.join(' ')}`)
    }
    for (const [name, ask] of Object.entries(lists(place))) {
      await ask()
      const took = await timed(place, ask, 9)
      board.push(`${String(size).padStart(9)} ${name.padEnd(12)} ${ms(took)}`)
    }
  }
  console.log(`\n     open list                 ms\n${board.join('\n')}`)
  await place.close()
}
