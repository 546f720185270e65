import { asc } from 'drizzle-orm'
import { clocks, levelMarks, promises } from '../../src/store/schema.ts'
import type { KeptMail } from '../../src/sandbox/mailbox/kept.ts'
import { outcomeOf } from './far-side.ts'
import { waitId } from './promise-oracle.ts'
import type { Month } from './promise-month.ts'

/** What one mail says about one promise. */
export interface Warning {
  readonly about: number
  /** Which of the ticket's waits, by `waitId`; null where the service forgot it since. */
  readonly wait: string | null
  /** `75%`, `100%+1d`; where it came again, `75%@2`. */
  readonly level: string
  readonly percent: number
  readonly repeat: number
}

/** A mail with alerts that arrived at an address of staff's; copies of one Message-ID are one mail. */
export interface AlertMail {
  readonly id: string
  readonly to: string
  readonly at: number
  readonly warnings: readonly Warning[]
  /** What stands in it about something else than a promise. */
  readonly others: number
  readonly text: string
  readonly copies: number
}

/** The other mails of staff's. */
export interface MorningMail {
  readonly to: string
  readonly at: number
  readonly subject: string
  readonly text: string
  readonly attachments: KeptMail['attachments']
}

export interface Mails {
  readonly alerts: readonly AlertMail[]
  readonly digests: readonly MorningMail[]
  readonly weeks: readonly MorningMail[]
  readonly reports: readonly MorningMail[]
  /** That their answer is late: to whom, and when. */
  readonly regrets: readonly { readonly to: string; readonly at: number }[]
  /** What is wrong with the mails as such. */
  readonly faults: readonly string[]
}

const LINK = /\/seen\/([0-9a-z]{25})\.[0-9a-z]{32}/g

interface Mark {
  readonly number: string
  readonly wait: string | null
  readonly level: string
}

/** What each link of an alert stands for, by its name. */
async function marksOf({ house: { db } }: Month): Promise<ReadonlyMap<string, Mark>> {
  const numbers = new Map((await db.q.select().from(promises)).map(({ id, number }) => [id, number]))
  const waits = new Map(
    (await db.q.select().from(clocks)).map((row) => [`${row.subject} ${row.key}`, waitId(row)]),
  )
  const marks = await db.q.select().from(levelMarks).orderBy(asc(levelMarks.at))
  return new Map(
    marks.map(({ ack, subject, clock, level }) => [
      ack,
      { number: numbers.get(subject) ?? '', wait: waits.get(`${subject} ${clock}`) ?? null, level },
    ]),
  )
}

export function readLevel(level: string): { readonly percent: number; readonly repeat: number } {
  const [, percent, repeat = '0'] = /^(\d+)%(?:\+(\d+)d)?(?:@\d+)?$/.exec(level) ?? []
  if (percent === undefined) throw new Error(`${level} is no level`)
  return { percent: Number(percent), repeat: Number(repeat) }
}

/** Every mail that staff got, and what it says. */
export async function mailsOf(month: Month): Promise<Mails> {
  const { mails } = outcomeOf(month.house.far)
  const marks = await marksOf(month)
  const byNumber = new Map([...month.truth.tickets.values()].map(({ number, about }) => [number, about]))
  const faults: string[] = []
  const staff = mails.filter(({ to }) => to.some((one) => one.endsWith('@desk.example')))
  const known = new Map<string, { mail: AlertMail; bytes: string }>()
  const alerts: AlertMail[] = []
  const mornings: MorningMail[] = []
  for (const mail of staff) {
    const id = mail.headers['message-id'] ?? ''
    const before = known.get(id)
    const bytes = Buffer.from(mail.bytes).toString('base64')
    if (before) {
      if (before.bytes !== bytes) faults.push(`${id}: copies that differ`)
      const again = { ...before.mail, copies: before.mail.copies + 1 }
      alerts.splice(alerts.indexOf(before.mail), 1, again)
      known.set(id, { mail: again, bytes })
      continue
    }
    const text = mail.text ?? ''
    const to = mail.to.join()
    const at = mail.at.getTime()
    if (isOfMorning(mail.subject)) {
      mornings.push({ to, at, subject: mail.subject, text, attachments: mail.attachments })
      continue
    }
    const said = `${mail.subject}\n${text}`
    const warnings = [...text.matchAll(LINK)].flatMap(([, ack = '']): readonly Warning[] => {
      const mark = marks.get(ack)
      const about = mark && byNumber.get(mark.number)
      if (!mark || about === undefined) faults.push(`${id}: a link that leads nowhere`)
      else if (!said.includes(mark.number)) faults.push(`${id}: ${mark.number} is not named`)
      return mark && about !== undefined
        ? [{ about, wait: mark.wait, level: mark.level, ...readLevel(mark.level) }]
        : []
    })
    const others = said.match(/without an owner|keeps changing hands|out of sight/gi)?.length ?? 0
    const alert = { id, to, at, warnings, others, text: said, copies: 1 }
    if (warnings.length + others === 0)
      faults.push(`${id} to ${to}: says nothing that is known (${mail.subject})`)
    known.set(id, { mail: alert, bytes })
    alerts.push(alert)
  }
  const isOf = (pattern: RegExp) => mornings.filter(({ subject }) => pattern.test(subject))
  return {
    alerts,
    digests: isOf(DIGEST),
    weeks: isOf(WEEK),
    reports: isOf(REPORT),
    regrets: mails
      .filter(({ text, to }) => text?.includes('Our answer is late') && !to.join().endsWith('@desk.example'))
      .map(({ to, at }) => ({ to: to.join(), at: at.getTime() })),
    faults,
  }
}

const DIGEST = /^Unit .* today: /
const WEEK = /^The week: /
const REPORT = /^The promise in /
const isOfMorning = (subject: string): boolean => [DIGEST, WEEK, REPORT].some((one) => one.test(subject))
