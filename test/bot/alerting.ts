import { onTestFinished } from 'vitest'
import { sendAlert } from '../../src/bot/send-alert.ts'
import { after, DAY_MS, HOUR_MS } from '../../src/clock.ts'
import type { Site } from '../../src/forms/form.ts'
import { createLog } from '../../src/log.ts'
import { createMailer } from '../../src/mail/smtp.ts'
import { type Alert, alertJobs, type NamedTicket } from '../../src/outbox/alert.ts'
import { runDue } from '../../src/outbox/run.ts'
import { createMailbox } from '../../src/sandbox/mailbox/mailbox.tsx'
import { createConversations } from '../../src/store/conversations.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { jobs as jobRows } from '../../src/store/schema.ts'
import { createSubmissions } from '../../src/store/submissions.ts'
import { createSuspensions } from '../../src/store/suspensions.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
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

/** Alerts on a real store, mailed by SMTP to a mailbox in this process. */
export async function alerting(over: { readonly site?: Partial<Site>; readonly webUrl?: string } = {}) {
  const { db } = await openPlatform()
  const time = virtualTime(NOON)
  const mailbox = createMailbox({ clock: time.clock, base: '' })
  const port = await mailbox.listen()
  onTestFinished(() => mailbox.close())
  const jobs = createJobs(db)
  const conversations = createConversations(db)
  const suspensions = createSuspensions(db)
  const lines: string[] = []
  const log = createLog('debug', (line) => lines.push(line))
  const kind = sendAlert({
    mailer: createMailer({
      url: `smtp://127.0.0.1:${port}`,
      from: 'Our desk <desk@example.org>',
    }),
    conversations,
    suspensions,
    site: { ...sampleSite, ...over.site },
    units: () => ({ units }),
    zammadWebUrl: over.webUrl ?? 'https://help.example.org',
    timeZone: 'Europe/Madrid',
    mailHost: 'desk.example',
    clock: time.clock,
    log,
  })
  const random = seeded(5)
  const kinds = { 'send-alert': kind }
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
    suspend: (address: string) => db.atomically([suspensions.suspend(address, 4711, time.clock())]),
    raise: async (alert: Alert, to: readonly string[] = [DUTY]) => {
      const raised = await alertJobs(alert, { occasion: 'an-occasion', to, at: time.clock(), random })
      await db.atomically(raised.map((job) => jobs.add(job)))
    },
    round: () => runDue(outbox, 'mail', { width: 2, until: after(time.clock(), 1) }),
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
