import { openPlatform } from '#platform'
import { eq } from 'drizzle-orm'
import { after, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { TicketFacts } from '../../src/clocks/facts.ts'
import { policyOf } from '../../src/clocks/policy.ts'
import { type ClockRow, type PromiseRow, type Subject, subjectId } from '../../src/clocks/records.ts'
import type { Reckoned, Reckoner } from '../../src/clocks/reckoned.ts'
import { createSweep, type SweepDeps } from '../../src/clocks/sweep.ts'
import { createTimeDoubt } from '../../src/clocks/time-doubt.ts'
import { createStores } from '../../src/furnish.ts'
import { createLog } from '../../src/log.ts'
import { type Alert, AlertPayload, type PromiseAlarm } from '../../src/outbox/alert.ts'
import type { Happening, TicketLog } from '../../src/promise/log.ts'
import type { AnswerPromise } from '../../src/promise/promise.ts'
import { reckon } from '../../src/promise/reckon.ts'
import { type Db, isUniqueViolation } from '../../src/store/db.ts'
import { jobs as jobRows, messages as messageRows } from '../../src/store/schema.ts'
import type { Write } from '../../src/writes.ts'
import { sampleForms } from '../support/sample-forms.ts'
import { aUnit, PROMISE, rulebookOf, unitsOf } from '../support/sample-rules.ts'
import { aConversation, aSubmission, NOON, seeded } from '../support/samples.ts'

export const UNITS = unitsOf(
  aUnit({ id: 'first-line', notify: ['first@staff.example'], duty: ['duty@staff.example'] }),
  aUnit({ id: 'nodes', notify: ['nodes@staff.example'] }),
)

/** As the example in the design: half of the time for the digest alone, then one after the other. */
export const LEVELS: AnswerPromise['levels'] = [
  { share: 0.5, digest: true, to: [], repeats: null },
  { share: 0.75, digest: false, to: ['unit'], repeats: null },
  { share: 0.9, digest: false, to: ['unit', 'duty'], repeats: null },
  { share: 1, digest: false, to: ['unit', 'duty', 'coordination'], repeats: 'daily' },
]

type News = Omit<Extract<Happening, { kind: Happening['kind'] }>, 'at' | 'key'>

/** What a test may know of a subject: its log, and what Zammad shows of its ticket. */
interface Known {
  subject: Subject
  happenings: Happening[]
  tags: string[]
  changes: TicketFacts['changes'][number][]
}

/** A clock that a test turns, in both directions, and the count that only goes on. */
function aClock() {
  let now = NOON
  let uptimeMs = 0
  return {
    now: () => now,
    uptimeMs: () => uptimeMs,
    turn(ms: number) {
      now = after(now, ms)
      uptimeMs += ms
    },
    /** Somebody sets the clock. */
    set(ms: number) {
      now = after(now, ms)
    },
  }
}

/** Sweeps over a real store, the platform's unless told, of subjects whose logs the test writes. */
export async function aSweep(promise: Partial<AnswerPromise> = {}, store?: Db) {
  const db = store ?? (await openPlatform()).db
  const { records, conversations, submissions, messages, jobs, memory } = createStores(db)
  const time = aClock()
  const known = new Map<string, Known>()
  const lines: string[] = []
  const log = createLog('debug', (line) => lines.push(line))
  const rules = {
    ...rulebookOf(UNITS),
    promise: { ...PROMISE, levels: LEVELS, coordination: ['boss@staff.example'], ...promise },
  }
  const world = {
    rules,
    /** What a look at a ticket comes to. */
    look: async (_ticket: number): Promise<boolean> => true,
    /** Stands around each write of the sweep. */
    atomically: (writes: readonly Write[]): Promise<readonly number[]> => db.atomically(writes),
  }

  const factsOf = ({ subject, tags, changes }: Known): TicketFacts | null => {
    if (subject.ticketId === null) return null
    const shown = { group: 'first-line', priority: '2 normal', state: 'open', tags } as const
    const of = { ticketId: subject.ticketId, number: `780${subject.ticketId}`, createdAt: NOON }
    return { ...of, opened: shown, now: shown, changes, heir: null }
  }
  const logOf = ({ happenings }: Known): TicketLog => ({
    start: { unit: 'first-line', priority: '2 normal', state: 'new', tags: [] },
    happenings,
  })
  async function of(subject: Subject, at = time.now()): Promise<Reckoned | null> {
    const found = known.get(subjectId(subject))
    if (!found) return null
    const { conversation, ticketId } = found.subject
    return {
      subject: found.subject,
      log: logOf(found),
      number: `780${ticketId ?? '0'}`,
      form: conversation === null ? null : 'upload-trouble',
      conversation: conversation === null ? null : await conversations.byId(conversation),
      facts: factsOf(found),
      reason: null,
      reckoning: reckon(logOf(found), policyOf(world.rules), at),
    }
  }
  const rowOf: Reckoner['rowOf'] = (reckoned, { tag }, nextAt) => {
    const { subject, number, form, reckoning, reason } = reckoned
    const { running, isOpen } = reckoning
    const row: PromiseRow = {
      id: subjectId(subject),
      subject,
      number,
      form,
      unit: running?.unit ?? null,
      priority: running?.priority ?? null,
      isOpen,
      running,
      quietSince: null,
      tag,
      nextAt,
      version: world.rules.version,
    }
    const clocks = reckoning.clocks.map((clock): ClockRow => ({
      subject: row.id,
      number,
      form,
      reason,
      clock,
    }))
    return { row, clocks }
  }
  const watched = { memory, uptimeMs: time.uptimeMs, atomically: db.atomically, clock: time.now, log }
  const timeDoubt = createTimeDoubt(watched)
  const deps: SweepDeps = {
    records,
    reckoner: { of, rowOf },
    conversations,
    submissions,
    messages,
    memory,
    addJob: jobs.add,
    look: (ticket) => world.look(ticket),
    timeDoubt,
    isUniqueViolation,
    rulebook: () => world.rules,
    topicOf: () => 'Upload trouble',
    forms: sampleForms,
    undoMs: MINUTE_MS,
    mailHost: 'desk.example',
    atomically: (writes) => world.atomically(writes),
    clock: time.now,
    random: seeded(5),
    log,
  }
  /** Another process, or another isolate: it knows what the store knows. */
  const another = (seed: number, over: Partial<SweepDeps> = {}) =>
    createSweep({ ...deps, random: seeded(seed), timeDoubt: createTimeDoubt(watched), ...over })
  let sweep = createSweep(deps)

  const rowsOf = async (kind: string) => {
    const rows = await db.q.select().from(jobRows).where(eq(jobRows.kind, kind))
    return rows.toSorted((a, b) => a.createdAt - b.createdAt || a.id.localeCompare(b.id))
  }
  const knownAs = (name: string): Known => {
    const found = known.get(name)
    if (!found) throw new Error(`nothing is known of ${name}`)
    return found
  }
  /** Something happens now, and the row is touched, as in the write that tells of it. */
  async function happens(name: string, ...news: readonly News[]): Promise<void> {
    const { subject, happenings } = knownAs(name)
    const at = time.now()
    for (const one of news) {
      const key = happenings.length === 0 ? 'request' : `happening:${happenings.length}`
      // Each kind has what its own type asks for.
      happenings.push({ ...one, at, key } as Happening)
    }
    await db.atomically([records.touch(subject, at)])
  }
  const told = (alert: PromiseAlarm): string =>
    `${[...alert.covers, alert.level].join(' and ')} of ${alert.ticket.number}`

  return {
    db,
    deps,
    records,
    conversations,
    jobs,
    memory,
    time,
    world,
    happens,
    reckoner: { of, rowOf },
    timeDoubt,
    log: () => lines.map((line): unknown => Object(JSON.parse(line)).event),
    /** A request came by a form; its ticket is opened where it has an id. */
    async request(name: string, ticketId: number | null = null) {
      const submission = aSubmission({ id: `submission-${name}`, sentAt: time.now() })
      const repeatable = { key: name, keyUntil: after(NOON, HOUR_MS), content: name }
      const link = { hash: `hash-${name}`, generation: 1, keyId: 'key' }
      const over = { id: name, submission: submission.id, reference: `ref-${name}`, ticketNumber: null, link }
      await db.atomically([
        ...submissions.add(submission, repeatable, []),
        conversations.add(aConversation({ ...over, ticketId })),
      ])
      const subject = { conversation: name, ticketId }
      known.set(subjectId(subject), { subject, happenings: [], tags: [], changes: [] })
      await happens(`c:${name}`, { kind: 'asked', by: 'visitor', how: 'request' } as News)
    },
    /** Somebody asked in Zammad. */
    async ticket(ticketId: number) {
      const subject = { conversation: null, ticketId }
      known.set(subjectId(subject), { subject, happenings: [], tags: [], changes: [] })
      await happens(`t:${ticketId}`, { kind: 'asked', by: 'visitor', how: 'word' } as News)
    },
    /** Zammad shows these tags by now, and that somebody changed them. */
    async shows(name: string, tags: readonly string[], change: TicketFacts['changes'][number]) {
      const found = knownAs(name)
      found.tags = [...tags]
      found.changes.push(change)
      await db.atomically([records.touch(found.subject, time.now())])
    },
    /** One round; `deskIsSilent` where Zammad did not answer in it. */
    round: (over: { readonly deskIsSilent?: boolean } = {}) => sweep({ inTime: () => true, ...over }),
    /** Time goes by with a round each hour, or as often as told. */
    async passes(ms: number, over: { readonly deskIsSilent?: boolean; readonly everyMs?: number } = {}) {
      const { everyMs = HOUR_MS, ...round } = over
      for (let gone = 0; gone < ms; gone += everyMs) {
        time.turn(Math.min(everyMs, ms - gone))
        await sweep({ inTime: () => true, ...round })
      }
    },
    another: (over: Partial<SweepDeps> = {}) => another(6, over),
    restart: () => void (sweep = another(7)),
    alarms: async () =>
      (await rowsOf('send-alert')).flatMap(({ payload, createdAt }) => {
        const { to, alert } = AlertPayload.parse(JSON.parse(payload))
        return alert.about === 'promise' ? [{ to, alert, at: new Date(createdAt) }] : []
      }),
    /** Alerts about something else than a promise's level. */
    raised: async (about: Alert['about']) =>
      (await rowsOf('send-alert'))
        .map(({ payload }) => AlertPayload.parse(JSON.parse(payload)))
        .filter(({ alert }) => alert.about === about),
    /** Who was told of which levels, after how many hours. */
    async alerts(): Promise<readonly string[]> {
      const rows = await this.alarms()
      const words = rows.map(({ to, alert, at }) => {
        const hours = (at.getTime() - NOON.getTime()) / HOUR_MS
        return `+${hours.toFixed(1)}h ${told(alert)} to ${to.split('@')[0]}`
      })
      return words.toSorted((a, b) => Number.parseFloat(a) - Number.parseFloat(b) || a.localeCompare(b))
    },
    notices: async () =>
      (await db.q.select().from(messageRows)).map(({ kind, conversation }) => `${kind} to ${conversation}`),
    tagJobs: () => rowsOf('tag-promise'),
    marks: async (name: string) =>
      (await records.marksOf(name)).map(({ level, how }) => `${level} ${how}`).toSorted(),
  }
}

export const ANSWER = { kind: 'answered', how: 'answer' } as News
export const WORD = { kind: 'asked', by: 'visitor', how: 'word' } as News
export const NOTE = { kind: 'noted' } as News
export const CLOSING = { kind: 'state', state: 'closed' } as News
export const tagged = (tag: string): News => ({ kind: 'tagged', tag }) as News
export const untagged = (tag: string): News => ({ kind: 'untagged', tag }) as News
export const moved = (unit: string): News => ({ kind: 'moved', unit }) as News
