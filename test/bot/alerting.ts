import { eq } from 'drizzle-orm'
import { onTestFinished } from 'vitest'
import { sendAlert, type SendAlertDeps } from '../../src/bot/send-alert.ts'
import { after, DAY_MS, HOUR_MS } from '../../src/clock.ts'
import type { LevelMark } from '../../src/clocks/records.ts'
import type { Site } from '../../src/forms/form.ts'
import { createLog } from '../../src/log.ts'
import { createMailer } from '../../src/mail/smtp.ts'
import { type Alert, alertJobs, type NamedTicket, type PromiseAlarm } from '../../src/outbox/alert.ts'
import type { Kind } from '../../src/outbox/job.ts'
import { runDue } from '../../src/outbox/run.ts'
import { newId } from '../../src/random.ts'
import { createMailbox } from '../../src/sandbox/mailbox/mailbox.tsx'
import { createClockRecords } from '../../src/store/clock-records.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { jobs as jobRows } from '../../src/store/schema.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { createSuspensions } from '../../src/store/suspensions.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openInMemory } from '../support/in-memory.ts'
import { sampleSite } from '../support/sample-forms.ts'
import { aConversation, aJob, aSubmission, NOON, seeded } from '../support/samples.ts'

export const DUTY = 'duty@example.org'

const units = [
  { id: 'first-line', name: { en: 'First Line support', es: 'Primera línea de ayuda' } },
  { id: 'catalogue', name: { en: 'Catalogue', es: 'Catálogo' } },
]

/** Stands in everything that the visitor gave. */
export const MARK = 'visitorword'

export const aNamedTicket = (over: Partial<NamedTicket> = {}): NamedTicket => ({
  id: 4711,
  number: '7801234567890',
  topic: 'Upload trouble',
  unit: 'catalogue',
  dueAt: after(NOON, 2 * DAY_MS).toISOString(),
  ...over,
})

export const anArrival = (over: Partial<Extract<Alert, { about: 'arrival' }>> = {}): Alert => ({
  about: 'arrival',
  ticket: aNamedTicket(),
  conversation: null,
  urgent: true,
  ...over,
})

/** A promise of which three quarters of the time are gone: twelve hours are left at noon. */
export const aPromise = (n: number, over: Partial<PromiseAlarm> = {}): PromiseAlarm => ({
  about: 'promise',
  ticket: aNamedTicket({
    id: n,
    number: String(7_800_000_000_000 + n),
    dueAt: after(NOON, 12 * HOUR_MS).toISOString(),
    ...over.ticket,
  }),
  level: '75%',
  share: 0.75,
  repeat: 0,
  late: false,
  covers: [],
  kind: 'visitor',
  unseen: false,
  held: false,
  asOf: null,
  ack: `ack${n}`,
  ...over,
})

/** The same at its end. */
export const aLatePromise = (n: number, over: Partial<PromiseAlarm> = {}): PromiseAlarm =>
  aPromise(n, { level: '100%', share: 1, late: true, ...over })

/** All is so but what is told to be over or unknown; a ticket's alerts are about one promise. */
export const standing =
  (
    isOver: (alert: Alert) => boolean = () => false,
    isUnknown: (alert: Alert) => boolean = () => false,
    earlyUntil: (alert: Alert) => Date | null = () => null,
  ): SendAlertDeps['stillTrue'] =>
  async (all) =>
    all.map((alert) => {
      if (isOver(alert)) return { is: 'over' }
      if (isUnknown(alert)) return { is: 'unknown' }
      const until = earlyUntil(alert)
      if (until) return { is: 'early', alert, until }
      return { is: 'so', alert, subject: alert.about === 'promise' ? `t:${alert.ticket.id}` : null }
    })

/** Alerts on a real store, mailed by SMTP to a mailbox in this process. */
export async function alerting(
  over: {
    readonly site?: Partial<Site>
    readonly webUrl?: string
    readonly boardLink?: string
    readonly stillTrue?: SendAlertDeps['stillTrue']
    /** The kind as another process would run it, such as one that is killed. */
    readonly kind?: (kind: Kind) => Kind
  } = {},
) {
  const { db } = openInMemory()
  const time = virtualTime(NOON)
  const mailbox = createMailbox({ clock: time.clock, base: '' })
  const port = await mailbox.listen()
  onTestFinished(() => mailbox.close())
  const jobs = createJobs(db)
  const conversations = createConversations(db)
  const suspensions = createSuspensions(db)
  const records = createClockRecords(db)
  const random = seeded(5)
  const lines: string[] = []
  const log = createLog('debug', (line) => lines.push(line))
  const kind = sendAlert({
    mailer: createMailer({
      url: `smtp://127.0.0.1:${port}`,
      from: 'Our desk <desk@example.org>',
    }),
    jobs,
    conversations,
    suspensions,
    stillTrue: over.stillTrue ?? standing(),
    marks: records,
    addJob: jobs.add,
    random,
    atomically: db.atomically,
    boardLink: over.boardLink ?? null,
    seenLink: async (ack) => `https://desk.example/seen/${ack}`,
    site: { ...sampleSite, ...over.site },
    units: () => ({ units }),
    zammadWebUrl: over.webUrl ?? 'https://help.example.org',
    timeZone: 'Europe/Madrid',
    mailHost: 'desk.example',
    clock: time.clock,
    log,
  })
  const kinds = { 'send-alert': over.kind?.(kind) ?? kind }
  const outbox = { jobs, kinds, atomically: db.atomically, clock: time.clock, random, log }
  const submission = aSubmission({ title: MARK, body: MARK, name: MARK, email: `${MARK}@example.org` })
  await db.atomically([
    ...createSubmissions(db).add(submission, { key: 'k', keyUntil: after(NOON, HOUR_MS), content: 'c' }, []),
    conversations.add(aConversation({ recipient: submission.email })),
  ])
  return {
    mailbox,
    time,
    lines,
    records,
    mark: (mark: LevelMark) => db.atomically([records.mark(mark)]),
    suspend: (address: string) => db.atomically([suspensions.suspend(address, 4711, time.clock())]),
    raise: async (alert: Alert, to: readonly string[] = [DUTY], occasion = 'an-occasion') => {
      const raised = await alertJobs(alert, { occasion, to, at: time.clock(), random })
      await db.atomically(raised.map((job) => jobs.add(job)))
    },
    /** Alerts of occasions of their own, at once. */
    raiseAll: async (alerts: readonly Alert[], to: readonly string[] = [DUTY]) => {
      const raised = await Promise.all(
        alerts.map((alert) => alertJobs(alert, { occasion: newId(random), to, at: time.clock(), random })),
      )
      await db.atomically(raised.flat().map((job) => jobs.add(job)))
    },
    round: (width = 2) => runDue(outbox, 'mail', { width, until: after(time.clock(), 1) }),
    setRows: (values: Partial<typeof jobRows.$inferInsert>) =>
      db.q.update(jobRows).set(values).where(eq(jobRows.kind, 'send-alert')),
    /** A start after a crash. */
    recover: () => db.atomically([jobs.recover(time.clock())]),
    allJobs: async () => (await db.q.select().from(jobRows)).filter((row) => row.kind === 'send-alert'),
    job: async () => (await db.q.select().from(jobRows)).find((row) => row.kind === 'send-alert'),
    /** The conversation's ticket is opened, in a unit that need not be the one decided. */
    open: async (unit: string) => {
      await db.atomically([jobs.add(aJob({ conversation: 'conversation-1' }))])
      const held = await jobs.claim('zammad', { now: time.clock(), lease: 'l', leaseMs: HOUR_MS })
      if (!held) throw new Error('the job that opens the ticket is due')
      const ticket = {
        id: 815,
        number: '7809999999999',
        createdAt: NOON,
        unit,
        openedAt: NOON,
        customerId: 9,
      }
      await db.atomically([conversations.opened('conversation-1', ticket, held)])
    },
  }
}
