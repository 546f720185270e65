import { MINUTE_MS } from '../clock.ts'
import { oneLine } from '../forms/clean-text.ts'
import { type Language, tellDuration } from '../language.ts'
import type { PromiseAlert } from '../mailer.ts'
import { readLevelName } from '../promise/levels.ts'
import { ALERT_TEXTS } from './alert-texts.ts'
import { PROMISE_TEXTS } from './promise-alert-texts.ts'
import { NUMBER } from './thread.ts'
import { tellDue, UNSAID, type Wording } from './wording.ts'

/** Whether its time is up at the moment of which the mail speaks. */
export const isLate = ({ late, dueAt, at }: PromiseAlert): boolean => late || (dueAt !== null && at > dueAt)

/** "75 %". */
const tellShare = (share: number): string => `${Math.round(share * 100)} %`

const leftOf = ({ dueAt, at, language }: PromiseAlert): string | null =>
  dueAt === null ? null : tellDuration(dueAt.getTime() - at.getTime(), language)

/** By how much it is late, or null where that is less than a minute or nobody can say. */
function lateBy({ dueAt, at, language }: PromiseAlert): string | null {
  const ms = dueAt === null ? 0 : at.getTime() - dueAt.getTime()
  return ms < MINUTE_MS ? null : tellDuration(ms, language)
}

/** What is to be known at a glance: "Late by 3 hours", "12 hours left". */
export function timeLeft(message: PromiseAlert): string {
  const texts = PROMISE_TEXTS[message.language]
  if (isLate(message)) return texts.late(lateBy(message))
  const left = leftOf(message)
  return left === null ? texts.gone(tellShare(message.share)) : texts.left(left)
}

/** What else matters: what the visitor does not see, and what nobody can see from here. */
export function doubtsOf({ language, unseen, asOf, opensTicket, timeZone }: PromiseAlert): readonly string[] {
  const texts = PROMISE_TEXTS[language]
  return [
    ...(opensTicket ? [] : [texts.unopened]),
    ...(unseen ? [texts.unseen] : []),
    ...(asOf === null ? [] : [texts.asOf(tellDue(asOf, timeZone, language))]),
  ]
}

/** "50 % and 75 %": levels from the lowest on, not the repeats of one. */
function tellCovered(covers: readonly string[], language: Language): string {
  const levels = covers
    .map((level) => readLevelName(oneLine(level)))
    .filter(({ plain }) => !plain.includes('+'))
    .toSorted((one, other) => one.share - other.share)
  return new Intl.ListFormat(language).format(levels.map(({ plain }) => plain.replace(/%$/, ' %')))
}

type Why = (typeof PROMISE_TEXTS)[Language]['why']

function whyOfVisitor(message: PromiseAlert, why: Why): string {
  const gone = tellShare(message.share)
  if (message.held) return isLate(message) ? why.heldLate : why.heldSoon(gone)
  return isLate(message) ? why.late : why.soon(gone)
}

function whyOfUnit(message: PromiseAlert, why: Why): string {
  const [unit, gone] = [oneLine(message.unit), tellShare(message.share)]
  const level = isLate(message) ? why.internalLate(unit) : why.internalSoon({ unit, gone })
  return message.held ? `${level} ${why.internalHeld}` : level
}

function whyIn(message: PromiseAlert, why: Why): string {
  const { language, internal, repeat } = message
  const covered = tellCovered(message.covers, language)
  return [
    internal ? whyOfUnit(message, why) : whyOfVisitor(message, why),
    ...(covered === '' ? [] : [why.covers(covered)]),
    ...(repeat > 0 ? [why.repeat] : []),
  ].join(' ')
}

const whyOf = (message: PromiseAlert): string => whyIn(message, PROMISE_TEXTS[message.language].why)

/** Why it comes now, as one of several alerts in a mail says it. */
export function shortWhyOf(message: PromiseAlert): string {
  const { why, inShort } = PROMISE_TEXTS[message.language]
  return whyIn(message, { ...why, ...inShort })
}

function factsOf(message: PromiseAlert, number: string | null): Wording['facts'] {
  const { language, dueAt, topic, timeZone, internal } = message
  const { facts } = ALERT_TEXTS[language]
  const own = PROMISE_TEXTS[language].facts
  const late = isLate(message)
  const told: readonly (readonly [string, string | null])[] = [
    [facts.number, number],
    [facts.topic, topic === null ? null : oneLine(topic)],
    [facts.unit, oneLine(message.unit)],
    [late ? own.late : own.left, late ? lateBy(message) : leftOf(message)],
    [internal ? own.internalDue : own.due, dueAt && tellDue(dueAt, timeZone, language)],
  ]
  return told.flatMap(([name, value]) => (value === null || value === '' ? [] : [{ name, value }]))
}

function todoOf(message: PromiseAlert): readonly string[] {
  const { todo } = PROMISE_TEXTS[message.language]
  if (!message.opensTicket) return todo.unopened
  if (message.held) return todo.held
  if (message.internal) return todo.internal
  return isLate(message) ? todo.late : todo.soon
}

/**
 * What an alert about one promise says: why now, what to do, and what time is left. Its number stands in brackets, as in
 * every alert.
 */
export function promiseWording(message: PromiseAlert): Wording {
  const { language, share, opensTicket } = message
  const shared = ALERT_TEXTS[language]
  const texts = PROMISE_TEXTS[language]
  const number = NUMBER.test(message.number) ? message.number : null
  const subject = isLate(message)
    ? timeLeft(message)
    : texts.soon({ gone: tellShare(share), left: leftOf(message) })
  const doubts = doubtsOf(message)
  return {
    ...UNSAID,
    subject: number === null ? subject : `${subject} (${number})`,
    answer: shared.answer.aboutTicket,
    heading: timeLeft(message),
    lead: whyOf(message),
    facts: factsOf(message, number),
    closing: doubts.length === 0 ? null : doubts.join(' '),
    link: { label: opensTicket ? shared.link.ticket : shared.link.zammad, url: message.link },
    aside: {
      text: opensTicket ? texts.seen.opened : texts.seen.unopened,
      link: { label: texts.seen.label, url: message.seenLink },
    },
    sections: [{ title: shared.todo, lines: todoOf(message) }],
    foot: shared.foot,
    site: message.site,
  }
}
