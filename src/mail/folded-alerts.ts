import { oneLine } from '../forms/clean-text.ts'
import type { Language } from '../language.ts'
import type { AlertMessage, FoldedAlerts, PromiseAlert } from '../mailer.ts'
import { ALERT_TEXTS } from './alert-texts.ts'
import { textOf } from './alert-wording.ts'
import { PROMISE_TEXTS } from './promise-alert-texts.ts'
import { doubtsOf, isLate, shortWhyOf, timeLeft } from './promise-alert.ts'
import { NUMBER } from './thread.ts'
import { type Entry, tellDue, UNSAID, type Wording } from './wording.ts'

/** So many alerts are told in full; of the rest there is the number. */
const MOST_ENTRIES = 100

/** Mail programs cut what is longer than about 100 kB: so many characters of it are left to what is told in full. */
const MOST_CHARACTERS = 90_000

/** What an entry takes in HTML beside its words, and each of its lines. */
const ENTRY_CHARACTERS = 425
const LINE_CHARACTERS = 47

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
  /** What to do: about promises, where a first answer promised more, where there is no ticket yet, and about the rest. */
  readonly todo: Readonly<Record<'promises' | 'held' | 'unopened' | 'others', string>>
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
  todo: {
    promises:
      'Open what is late or due soon and answer publicly (an internal note does not count), or hand it to the unit that can.',
    held: 'Where a first answer said that more follows, take the tag “holding” away before you answer: under it no answer counts.',
    unopened:
      'Where the ticket is not opened yet, look for its number in Zammad; if it is not there within an hour, tell whoever runs Firstline.',
    others: 'Under any other alert stands what to do about it.',
  },
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
  todo: {
    promises:
      'Abra lo que lleva retraso o está por vencer y responda públicamente (una nota interna no cuenta), o páselo al equipo que pueda hacerlo.',
    held: 'Donde una primera respuesta anunció que habría más, quite la etiqueta «holding» antes de responder: mientras esté puesta, ninguna respuesta cuenta.',
    unopened:
      'Donde el ticket aún no esté abierto, busque su número en Zammad; si en una hora no aparece, avise a quien administra Firstline.',
    others: 'En cualquier otro aviso figura qué hacer.',
  },
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
    lines: [placeOf(one), due, shortWhyOf(one), ...doubtsOf(one)].filter(isTold),
    links: [
      { label: one.opensTicket ? link.ticket : link.zammad, url: one.link },
      { label: texts.seen.label, url: one.seenLink },
    ],
  }
}

function alertEntry(one: AlertMessage): Entry {
  const { link } = ALERT_TEXTS[one.language]
  const { subject, lead, todo } = textOf(one)
  const wrong = [one.group, one.reason].map((each) => each && oneLine(each)).filter(isTold)
  return {
    name: named(one.number),
    what: subject,
    lines: [placeOf(one), lead, wrong.join(': '), todo.join(' ')].filter(isTold),
    links: [{ label: one.opensTicket ? link.ticket : link.zammad, url: one.link }],
  }
}

const entryOf = (one: One): Entry => (one.kind === 'promise-alert' ? promiseEntry(one) : alertEntry(one))

function charactersOf({ name, what, lines, links }: Entry): number {
  const words = [name ?? '', what, ...lines, ...links.map(({ url }) => url)].join('')
  return ENTRY_CHARACTERS + LINE_CHARACTERS * lines.length + words.length
}

/** What is told in full, of what stands in the order in which it presses. */
function entriesOf(pressing: readonly One[]): ReadonlyMap<One, Entry> {
  const entries = new Map<One, Entry>()
  let characters = 0
  for (const one of pressing.slice(0, MOST_ENTRIES)) {
    const entry = entryOf(one)
    characters += charactersOf(entry)
    if (characters > MOST_CHARACTERS) break
    entries.set(one, entry)
  }
  return entries
}

/** What to do about all of them, in one paragraph. */
function todoOf(alerts: readonly One[], language: Language): string {
  const { todo } = FOLDED_TEXTS[language]
  const promises = alerts.filter((one) => one.kind === 'promise-alert')
  const sentences = [
    ...(promises.some(({ opensTicket }) => opensTicket) ? [todo.promises] : []),
    ...(promises.some(({ held }) => held) ? [todo.held] : []),
    ...(promises.some(({ opensTicket }) => !opensTicket) ? [todo.unopened] : []),
    ...(alerts.length > promises.length ? [todo.others] : []),
  ]
  return `${ALERT_TEXTS[language].todo}: ${sentences.join(' ')}`
}

/** What is not told in full: the numbers, in the same order, and where to look for them. */
function restOf(rest: readonly One[], texts: FoldedTexts, opensBoard: boolean): Wording['sections'] {
  if (rest.length === 0) return []
  const numbers = new Set(rest.map(({ number }) => named(number)).filter(isTold))
  const lines = [[...numbers].join(', '), opensBoard ? texts.onBoard : texts.inZammad]
  return [{ title: texts.more(rest.length), lines: lines.filter(isTold) }]
}

/**
 * What several alerts say in one mail: what to do, then what is urgent, what is late, and what is due next, each by its due,
 * then the rest. At most a hundred are told in full, fewer where there is more to say of each; what belongs to no ticket
 * always is.
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
  const full = entriesOf(pressing)
  const count = (of: Group): number => groups.find(({ group }) => group === of)?.all.length ?? 0
  const counts = { urgent: count('urgent'), late: count('late'), soon: count('soon'), other: count('other') }
  return {
    ...UNSAID,
    subject: texts.subject(counts, alerts.length),
    answer: null,
    heading: texts.heading(alerts.length),
    lead: texts.lead,
    closing: `${todoOf(alerts, language)} ${texts.answer}`,
    link: { label: opensBoard ? texts.board : ALERT_TEXTS[language].link.zammad, url: message.link },
    lists: groups.flatMap(({ group, all }) => {
      const entries = all.flatMap((one) => full.get(one) ?? [])
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
