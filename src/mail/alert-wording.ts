import { HOUR_MS, MINUTE_MS } from '../clock.ts'
import { oneLine } from '../forms/clean-text.ts'
import { tellDuration } from '../language.ts'
import type { AlertMessage } from '../mailer.ts'
import { ALERT_TEXTS } from './alert-texts.ts'
import { NUMBER } from './thread.ts'
import { tellDue, UNSAID, type Wording } from './wording.ts'

const oneLineOrNull = (text: string | null): string | null => (text === null ? null : oneLine(text))

/** What an amount of time counts: minutes where a mail is waited for, else hours. */
const unitOfCount = (about: AlertMessage['about']): number => (about === 'undelivered' ? MINUTE_MS : HOUR_MS)

/** The words of an alert with its names put in. */
export function textOf(message: AlertMessage) {
  const texts = ALERT_TEXTS[message.language]
  const unit = oneLineOrNull(message.unit) ?? texts.someUnit
  const { about, urgent, opensTicket, count } = message
  if (about === 'arrival') return texts.arrival({ unit, urgent, opened: opensTicket })
  return texts.about[about]({
    unit,
    wanted: oneLineOrNull(message.wanted) ?? texts.someUnit,
    times: count ?? 0,
    waited: count === null || count <= 0 ? null : tellDuration(count * unitOfCount(about), message.language),
  })
}

function factsOf(message: AlertMessage, number: string | null): Wording['facts'] {
  const { facts } = ALERT_TEXTS[message.language]
  const { dueAt, timeZone, language } = message
  const told: readonly (readonly [string, string | null])[] = [
    [facts.number, number],
    [facts.topic, oneLineOrNull(message.topic)],
    [message.about === 'out-of-sight' ? facts.lastUnit : facts.unit, oneLineOrNull(message.unit)],
    [facts.wanted, oneLineOrNull(message.wanted)],
    [facts.group, oneLineOrNull(message.group)],
    [facts.due, dueAt && tellDue(dueAt, timeZone, language)],
    [facts.reason, oneLineOrNull(message.reason)],
  ]
  return told.flatMap(([name, value]) => (value === null || value === '' ? [] : [{ name, value }]))
}

/**
 * What an alert says to staff. Its number stands in brackets, never behind what Zammad looks for before a
 * number: a reply or a bounce must not find the visitor's ticket (contract L38).
 */
export function alertWording(message: AlertMessage): Wording {
  const texts = ALERT_TEXTS[message.language]
  const number = message.number !== null && NUMBER.test(message.number) ? message.number : null
  const { subject, heading, lead, todo } = textOf(message)
  return {
    ...UNSAID,
    subject: number === null ? subject : `${subject} (${number})`,
    answer: message.number === null ? texts.answer.aboutUs : texts.answer.aboutTicket,
    heading,
    lead,
    facts: factsOf(message, number),
    link: { label: message.opensTicket ? texts.link.ticket : texts.link.zammad, url: message.link },
    sections: [{ title: texts.todo, lines: todo }],
    foot: texts.foot,
    site: message.site,
  }
}
