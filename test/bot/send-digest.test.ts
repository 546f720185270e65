import { eq } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { sendDigest, sendReport } from '../../src/bot/send-digest.ts'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { UnitDigest } from '../../src/clocks/digest.ts'
import type { MonthReport } from '../../src/clocks/monthly.ts'
import type { WeekDigest } from '../../src/clocks/weekly.ts'
import { createLog } from '../../src/log.ts'
import { createMailer } from '../../src/mail/smtp.ts'
import { alertMessageId, isOwnAlert } from '../../src/outbox/alert.ts'
import { runDue } from '../../src/outbox/run.ts'
import { newId } from '../../src/random.ts'
import { createMailbox } from '../../src/sandbox/mailbox/mailbox.tsx'
import { createJobs } from '../../src/store/jobs.ts'
import { jobs as jobRows } from '../../src/store/schema.ts'
import { createSuspensions } from '../../src/store/suspensions.ts'
import { noFigures } from '../mail/morning-samples.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
import { sampleSite } from '../support/sample-forms.ts'
import { aJob, NOON, seeded } from '../support/samples.ts'

const UNIT = 'catalogue@staff.example'
const none = { told: [], more: 0 }

const digest: UnitDigest = {
  of: 'unit',
  unit: 'catalogue',
  zone: 'Europe/Lisbon',
  at: NOON.toISOString(),
  until: after(NOON, DAY_MS).toISOString(),
  asOf: null,
  silenceMs: 5 * DAY_MS,
  late: {
    told: [
      {
        id: 4711,
        number: '7801234567890',
        form: 'upload-trouble',
        dueAt: after(NOON, -3 * HOUR_MS).toISOString(),
        internal: false,
      },
    ],
    more: 0,
  },
  due: none,
  noted: none,
  quiet: none,
  assigned: {
    told: [
      {
        id: null,
        number: 'FL-7K3M9QXZ',
        rule: 'mapping tables',
        decidedAt: after(NOON, -HOUR_MS).toISOString(),
      },
    ],
    more: 0,
  },
}

const week: WeekDigest = {
  of: 'week',
  at: NOON.toISOString(),
  from: '2026-11-09',
  to: '2026-11-15',
  figures: noFigures,
  load: [
    { unit: 'catalogue', open: 3, late: 1 },
    { unit: 'gone', open: 1, late: 0 },
  ],
}

const month: MonthReport = {
  month: '2026-10',
  at: NOON.toISOString(),
  figures: noFigures,
  page: '<!doctype html><title>Informe ñ</title>',
}

type Told = UnitDigest | WeekDigest | MonthReport

/** Mails of mornings on a real store, by SMTP to a mailbox in this process. */
async function mailing(over: { readonly isStaffed?: boolean } = {}) {
  const { db } = await openPlatform()
  const time = virtualTime(NOON)
  const mailbox = createMailbox({ clock: time.clock, base: '' })
  const port = await mailbox.listen()
  onTestFinished(() => mailbox.close())
  const jobs = createJobs(db)
  const suspensions = createSuspensions(db)
  const lines: string[] = []
  const log = createLog('debug', (line) => lines.push(line))
  const board = over.isStaffed === false ? null : 'https://desk.example/ops'
  const deps = {
    mailer: createMailer({ url: `smtp://127.0.0.1:${port}`, from: 'Our desk <desk@example.org>' }),
    suspensions,
    site: sampleSite,
    units: () => ({ units: [{ id: 'catalogue', name: { en: 'Catalogue', es: 'Catálogo' } }] }),
    topicOf: (form: string) => `Title of ${form}`,
    zammadWebUrl: 'https://help.example.org',
    boardLink: board,
    reportLink: ({
      month,
      from,
      to,
    }: {
      month?: string | undefined
      from?: string | undefined
      to?: string | undefined
    }) => board && `${board}/report?${month ?? `${from} ${to}`}`,
    timeZone: 'Europe/Madrid',
    mailHost: 'desk.example',
    clock: time.clock,
    log,
  }
  const random = seeded(5)
  const kinds = { 'send-digest': sendDigest(deps), 'send-report': sendReport(deps) }
  const outbox = { jobs, kinds, atomically: db.atomically, clock: time.clock, random, log }
  return {
    mailbox,
    time,
    jobs,
    lines,
    suspend: (address: string) => db.atomically([suspensions.suspend(address, 4711, time.clock())]),
    add: (told: Told, to = UNIT) =>
      db.atomically([
        jobs.add(
          aJob({
            id: newId(random),
            kind: 'month' in told ? 'send-report' : 'send-digest',
            lane: 'mail',
            payload: { to, told },
          }),
        ),
      ]),
    round: () => runDue(outbox, 'mail', { width: 2, until: after(time.clock(), 1) }),
    recover: () => db.atomically([jobs.recover(time.clock())]),
    claim: () => jobs.claim('mail', { now: time.clock(), lease: 'dead', leaseMs: HOUR_MS }),
    rows: () => db.q.select().from(jobRows),
    row: async (id: string) => (await db.q.select().from(jobRows).where(eq(jobRows.id, id)))[0],
  }
}

test('a digest arrives in the unit’s zone, with a link to each ticket and to the board', async () => {
  const morning = await mailing()
  await morning.add(digest)
  await morning.round()
  const [mail, ...others] = morning.mailbox.json()
  expect(others).toEqual([])
  expect(mail).toMatchObject({
    to: [UNIT],
    subject: 'Catalogue today: 1 late, 1 sent to you by a rule',
  })
  for (const words of [
    'As it stood on Saturday 21 November, 12:00 (Europe/Lisbon)',
    '7801234567890: Late by 3 hours\n  Title of upload-trouble\n',
    'https://help.example.org/#ticket/zoom/4711\n',
    'FL-7K3M9QXZ: By the rule “mapping tables”',
    'Open Zammad: https://help.example.org/\n',
    'https://desk.example/ops\n',
  ]) {
    expect(mail?.text).toContain(words)
  }
})

test('the week and the month arrive with their report, the month as a page as well', async () => {
  const morning = await mailing()
  await morning.add(week)
  await morning.add(month)
  await morning.round()
  const mails = morning.mailbox.json().toSorted((a, b) => a.subject.length - b.subject.length)
  const [ofWeek, ofMonth] = mails
  expect(ofWeek?.text).toContain('- Catalogue: 1 late, 3 open\n- gone: 0 late, 1 open\n')
  expect(ofWeek?.text).toContain('https://desk.example/ops/report?2026-11-09 2026-11-15\n')
  expect(ofMonth?.text).toContain('https://desk.example/ops/report?2026-10\n')
  expect(ofMonth?.raw).toContain('promise-2026-10.html')
})

test('without a board the links lead to Zammad', async () => {
  const morning = await mailing({ isStaffed: false })
  await morning.add(digest)
  await morning.add(week)
  await morning.round()
  for (const { text } of morning.mailbox.json()) {
    expect(text).toContain('https://help.example.org/\n')
    expect(text).not.toContain('/ops')
  }
})

test.for([
  { what: 'digest', told: digest },
  { what: 'week', told: week },
  { what: 'month', told: month },
])('a $what is known as a mail of ours where it comes back, and its address is found', async ({ told }) => {
  const morning = await mailing()
  await morning.add(told)
  await morning.round()
  const [row] = await morning.rows()
  const [mail] = morning.mailbox.json()
  const messageId = mail?.headers['message-id'] ?? ''
  expect(row?.state).toBe('done')
  expect(messageId).toBe(alertMessageId(row?.id ?? '', 'desk.example'))
  expect(isOwnAlert(messageId, 'desk.example')).toBe(true)
  expect(await morning.jobs.alertAddress(row?.id ?? '')).toBe(UNIT)
  expect(mail?.headers).toMatchObject({ 'auto-submitted': 'auto-generated' })
})

test('an address from which our alerts came back gets none, and the log does not name it', async () => {
  const morning = await mailing()
  await morning.suspend('Catalogue@STAFF.example')
  await morning.add(digest)
  await morning.add(month)
  await morning.round()
  expect(morning.mailbox.json()).toEqual([])
  expect((await morning.rows()).map(({ state, reason }) => [state, reason])).toEqual([
    ['done', 'its address is suspended'],
    ['done', 'its address is suspended'],
  ])
  expect(morning.lines.join('\n').toLowerCase()).not.toContain(UNIT)
})

test.for([
  { what: 'digest', told: digest, staleMs: DAY_MS },
  { what: 'week', told: week, staleMs: 3 * DAY_MS },
  { what: 'month', told: month, staleMs: 14 * DAY_MS },
])(
  'a $what that could not be mailed for too long is no news, and the log says so',
  async ({ told, staleMs }) => {
    const inTime = await mailing()
    await inTime.add(told)
    inTime.time.turn(staleMs)
    await inTime.round()
    expect(inTime.mailbox.json()).toHaveLength(1)
    const late = await mailing()
    await late.add(told)
    late.time.turn(staleMs + 1)
    await late.round()
    expect(late.mailbox.json()).toEqual([])
    expect((await late.rows())[0]).toMatchObject({ state: 'done', reason: 'it is no news any more' })
    expect(late.lines.join('\n')).toContain('morning.stale')
  },
)

test('of the days in which the mail server was away only the last digest goes out', async () => {
  const morning = await mailing()
  morning.mailbox.setFault('down')
  await morning.add(digest)
  for (let hour = 0; hour < 25; hour += 1) {
    await morning.round()
    morning.time.turn(HOUR_MS)
  }
  morning.mailbox.setFault('up')
  morning.time.turn(HOUR_MS)
  await morning.round()
  expect(morning.mailbox.json()).toEqual([])
  expect((await morning.rows())[0]).toMatchObject({ state: 'done', reason: 'it is no news any more' })
})

test('a mail of which nobody knows whether it was taken is repeated once, as the same mail', async () => {
  const morning = await mailing()
  morning.mailbox.setFault('cut')
  await morning.add(month)
  await morning.round()
  expect((await morning.rows())[0]).toMatchObject({ state: 'unknown', uncertain: 1 })
  await morning.round()
  morning.time.turn(16 * MINUTE_MS)
  await morning.round()
  const raw = morning.mailbox.json().map((mail) => mail.raw)
  expect(new Set(raw).size).toBe(1)
  morning.time.turn(DAY_MS)
  await morning.round()
  expect((await morning.rows())[0]).toMatchObject({ state: 'parked', reasonCode: 'uncertain' })
  expect(morning.mailbox.json().length).toBe(raw.length)
})

test('a runner that is killed before the mail may have gone leaves it to the next one', async () => {
  const morning = await mailing()
  await morning.add(digest)
  await morning.claim()
  await morning.recover()
  morning.time.turn(16 * MINUTE_MS)
  await morning.round()
  expect(morning.mailbox.json()).toHaveLength(1)
})
