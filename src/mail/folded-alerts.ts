import { oneLine } from '../forms/clean-text.ts'
import type { Language } from '../language.ts'
import type { AlertMessage, FoldedAlerts, PromiseAlert } from '../mailer.ts'
import { ALERT_TEXTS } from './alert-texts.ts'
import { textOf } from './alert-wording.ts'
import { PROMISE_TEXTS } from './promise-alert-texts.ts'
import { doubtsOf, isLate, timeLeft } from './promise-alert.ts'
import { NUMBER } from './thread.ts'
import { type Entry, tellDue, UNSAID, type Wording } from './wording.ts'

/** So many alerts are told in full; of the rest there is the number. */
const MOST_ENTRIES = 100

/** What alerts have in common, in the order in which they are told. */
const GROUPS = ['urgent', 'late', 'soon', 'other'] as const
type Group = (typeof GROUPS)[number]
type One = FoldedAlerts['alerts'][number]

interface FoldedTexts {
  /** No number stands behind a colon, which may be what Zammad looks for before one. */
  readonly subject: (counts: Readonly<Record<Group, number>>, all: number) => string
  readonly heading: (all: number) => string
  readonly lead: string
  readonly groups: Readonly<Record<Group, string>>
  readonly answer: string
  readonly due: (at: string) => string
  readonly board: string
  readonly more: (count: number) => string
  readonly onBoard: string
  readonly inZammad: string
}

const en: FoldedTexts = {
  subject({ urgent, late, soon, other }, all) {
    const rest = all - urgent
    const more = rest === 0 ? '' : `, and ${rest} more ${rest === 1 ? 'alert' : 'alerts'}`
    if (urgent > 0) return `${urgent} urgent ${urgent === 1 ? 'request' : 'requests'}${more}`
    const counts = [
      ...(late > 0 ? [`${late} late`] : []),
      ...(soon > 0 ? [`${soon} due soon`] : []),
      ...(other > 0 && other < all ? [`${other} other`] : []),
    ]
    return counts.length === 0 ? `${all} alerts` : `${all} alerts (${counts.join(', ')})`
  },
  heading: (all) => `${all} alerts in one mail`,
  lead: 'They come together, so that you are not written to all day. What presses most stands first.',
  groups: { urgent: 'Urgent', late: 'Late', soon: 'Due soon', other: 'Other' },
  answer: 'Answer in Zammad: a reply to this mail reaches no visitor.',
  due: (at) => `Due: ${at}`,
  board: 'Open the staff board',
  more: (count) => `And ${count} more`,
  onBoard: 'The staff board tells how each of them stands.',
  inZammad: 'Zammad finds each of them by its number.',
}

const es: FoldedTexts = {
  subject({ urgent, late, soon, other }, all) {
    const rest = all - urgent
    const more = rest === 0 ? '' : ` y ${rest} ${rest === 1 ? 'aviso' : 'avisos'} más`
    if (urgent > 0) return `${urgent} ${urgent === 1 ? 'solicitud urgente' : 'solicitudes urgentes'}${more}`
    const counts = [
      ...(late > 0 ? [`${late} con retraso`] : []),
      ...(soon > 0 ? [`${soon} por vencer`] : []),
      ...(other > 0 && other < all ? [`${other} de otro tipo`] : []),
    ]
    return counts.length === 0 ? `${all} avisos` : `${all} avisos (${counts.join(', ')})`
  },
  heading: (all) => `${all} avisos en un solo correo`,
  lead: 'Van juntos para no escribirle todo el día. Lo más apremiante va primero.',
  groups: { urgent: 'Urgentes', late: 'Con retraso', soon: 'Por vencer', other: 'Otros' },
  answer: 'Responda en Zammad: las respuestas a este correo no llegan a ningún visitante.',
  due: (at) => `Plazo: ${at}`,
  board: 'Abrir el panel del personal',
  more: (count) => `Y ${count} más`,
  onBoard: 'En el panel del personal se ve cómo está cada uno.',
  inZammad: 'En Zammad puede buscar cada uno por su número.',
}

const FOLDED_TEXTS: Readonly<Record<Language, FoldedTexts>> = { en, es }

function groupOf(one: One): Group {
  if (one.kind === 'promise-alert') return isLate(one) ? 'late' : 'soon'
  if (one.about === 'late') return 'late'
  return one.about === 'arrival' && one.urgent ? 'urgent' : 'other'
}

/** By due, then by number; what has none of them comes last. */
function byDue(one: One, other: One): number {
  const [due, otherDue] = [one, other].map(({ dueAt }) => dueAt?.getTime() ?? Infinity)
  if (due !== otherDue && due !== undefined && otherDue !== undefined) return due - otherDue
  return (one.number ?? '~') < (other.number ?? '~') ? -1 : 1
}

const named = (number: string | null): string | null =>
  number !== null && NUMBER.test(number) ? number : null

const isTold = (text: string | null): text is string => text !== null && text !== ''

/** The unit and the form's title: what a ticket is told apart by beside its number. */
const placeOf = ({ unit, topic }: One): string =>
  [unit, topic]
    .map((each) => each && oneLine(each))
    .filter(isTold)
    .join(' · ')

function promiseEntry(one: PromiseAlert): Entry {
  const texts = PROMISE_TEXTS[one.language]
  const { link } = ALERT_TEXTS[one.language]
  const due = one.dueAt && FOLDED_TEXTS[one.language].due(tellDue(one.dueAt, one.timeZone, one.language))
  return {
    name: named(one.number),
    what: timeLeft(one),
    lines: [placeOf(one), due, one.internal ? texts.internal : null, ...doubtsOf(one)].filter(isTold),
    links: [
      { label: one.opensTicket ? link.ticket : link.zammad, url: one.link },
      { label: texts.seen.label, url: one.seenLink },
    ],
  }
}

function alertEntry(one: AlertMessage): Entry {
  const { link } = ALERT_TEXTS[one.language]
  const { subject, lead } = textOf(one)
  const wrong = [one.group, one.reason].map((each) => each && oneLine(each)).filter(isTold)
  return {
    name: named(one.number),
    what: subject,
    lines: [placeOf(one), lead, wrong.join(': ')].filter(isTold),
    links: [{ label: one.opensTicket ? link.ticket : link.zammad, url: one.link }],
  }
}

const entryOf = (one: One): Entry => (one.kind === 'promise-alert' ? promiseEntry(one) : alertEntry(one))

/** What is not told in full: the numbers, in the same order, and where to look for them. */
function restOf(rest: readonly One[], texts: FoldedTexts, opensBoard: boolean): Wording['sections'] {
  if (rest.length === 0) return []
  const numbers = new Set(rest.map(({ number }) => named(number)).filter(isTold))
  const lines = [[...numbers].join(', '), opensBoard ? texts.onBoard : texts.inZammad]
  return [{ title: texts.more(rest.length), lines: lines.filter(isTold) }]
}

/**
 * What several alerts say in one mail: what is urgent, what is late, and what is due next, each by its due, then the
 * rest. At most a hundred are told in full; what belongs to no ticket always is.
 */
export function foldedWording(message: FoldedAlerts): Wording {
  const { language, alerts, opensBoard } = message
  const texts = FOLDED_TEXTS[language]
  const groups = GROUPS.map((group) => ({
    group,
    all: alerts.filter((one) => groupOf(one) === group).toSorted(byDue),
  }))
  const inOrder = groups.flatMap(({ all }) => all)
  const pressing = [
    ...inOrder.filter(({ number }) => number === null),
    ...inOrder.filter(({ number }) => number !== null),
  ]
  const full = new Set(pressing.slice(0, MOST_ENTRIES))
  const count = (of: Group): number => groups.find(({ group }) => group === of)?.all.length ?? 0
  const counts = { urgent: count('urgent'), late: count('late'), soon: count('soon'), other: count('other') }
  return {
    ...UNSAID,
    subject: texts.subject(counts, alerts.length),
    answer: null,
    heading: texts.heading(alerts.length),
    lead: texts.lead,
    closing: texts.answer,
    link: { label: opensBoard ? texts.board : ALERT_TEXTS[language].link.zammad, url: message.link },
    lists: groups.flatMap(({ group, all }) => {
      const entries = all.filter((one) => full.has(one)).map(entryOf)
      return entries.length === 0 ? [] : [{ title: `${texts.groups[group]} (${all.length})`, entries }]
    }),
    sections: restOf(
      inOrder.filter((one) => !full.has(one)),
      texts,
      opensBoard,
    ),
    foot: ALERT_TEXTS[language].foot,
    site: message.site,
  }
}
