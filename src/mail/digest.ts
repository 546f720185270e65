import { MINUTE_MS } from '../clock.ts'
import { oneLine } from '../forms/clean-text.ts'
import { tellDuration } from '../language.ts'
import type { Digest, DigestTicket, First } from '../morning-messages.ts'
import { ALERT_TEXTS } from './alert-texts.ts'
import { DIGEST_TEXTS } from './digest-texts.ts'
import { PROMISE_TEXTS } from './promise-alert-texts.ts'
import { NUMBER } from './thread.ts'
import { type Entry, tellDue, UNSAID, type Wording } from './wording.ts'

/** Mail programs cut what is longer than about 100 kB: of more than so many tickets each list tells a fifth of these. */
const MOST_ENTRIES = 150

type Linked = Pick<DigestTicket, 'number' | 'link' | 'opensTicket'>

/** "50 %". */
const tellLevel = (level: string): string => oneLine(level).replace(/%$/, ' %')

function entryOf(
  { language }: Digest,
  { number, link, opensTicket }: Linked,
  what: string,
  lines: readonly (string | null)[],
): Entry {
  const labels = ALERT_TEXTS[language].link
  return {
    name: NUMBER.test(number) ? number : null,
    what,
    lines: lines.filter((each): each is string => each !== null && each !== ''),
    links: [{ label: opensTicket ? labels.ticket : labels.zammad, url: link }],
  }
}

const topicOf = ({ topic }: DigestTicket): string | null => topic && oneLine(topic)

const internalLine = ({ language }: Digest, { internal }: DigestTicket): string | null =>
  internal ? PROMISE_TEXTS[language].internal : null

const dueLine = ({ language, timeZone }: Digest, { dueAt }: DigestTicket): string | null =>
  dueAt && DIGEST_TEXTS[language].due(tellDue(dueAt, timeZone, language))

/** "Late by 3 hours", "12 hours left", as it stood when the digest was made. */
function leftOf({ language, at }: Digest, { dueAt }: DigestTicket): string {
  if (dueAt === null) return DIGEST_TEXTS[language].standsStill
  const { late, left } = PROMISE_TEXTS[language]
  const ms = dueAt.getTime() - at.getTime()
  if (ms > 0) return left(tellDuration(ms, language))
  return late(ms > -MINUTE_MS ? null : tellDuration(-ms, language))
}

const dueEntry = (digest: Digest, ticket: DigestTicket): Entry =>
  entryOf(digest, ticket, leftOf(digest, ticket), [
    topicOf(ticket),
    dueLine(digest, ticket),
    internalLine(digest, ticket),
  ])

const notedEntry = (digest: Digest, ticket: Digest['noted']['told'][number]): Entry =>
  entryOf(digest, ticket, leftOf(digest, ticket), [
    topicOf(ticket),
    DIGEST_TEXTS[digest.language].gone(tellLevel(ticket.level)),
    dueLine(digest, ticket),
    internalLine(digest, ticket),
  ])

function quietEntry(digest: Digest, ticket: Digest['quiet']['told'][number]): Entry {
  const { language, timeZone, at } = digest
  const texts = DIGEST_TEXTS[language]
  const silence = tellDuration(at.getTime() - ticket.since.getTime(), language)
  return entryOf(digest, ticket, texts.quiet(silence), [
    topicOf(ticket),
    texts.since(tellDue(ticket.since, timeZone, language)),
    dueLine(digest, ticket),
  ])
}

function assignedEntry(digest: Digest, ticket: Digest['assigned']['told'][number]): Entry {
  const { language, timeZone } = digest
  const texts = DIGEST_TEXTS[language]
  return entryOf(digest, ticket, texts.rule(oneLine(ticket.rule)), [
    texts.decided(tellDue(ticket.decidedAt, timeZone, language)),
  ])
}

/** What a list does not tell one by one: how many there are, and where they are all to be seen. */
function restOf({ language, boardLink }: Digest, more: number): readonly Entry[] {
  if (more === 0) return []
  const texts = DIGEST_TEXTS[language]
  const links = boardLink === null ? [] : [{ label: texts.board, url: boardLink }]
  return [{ name: null, what: texts.more(more), lines: [], links }]
}

type List = Wording['lists'][number]

function listsOf(digest: Digest): readonly List[] {
  const { language, late, due, noted, quiet, assigned, silenceMs } = digest
  const titles = DIGEST_TEXTS[language].lists(tellDuration(silenceMs ?? 0, language))
  const inAll = [late, due, noted, quiet, assigned].reduce((sum, { told }) => sum + told.length, 0)
  const most = inAll > MOST_ENTRIES ? MOST_ENTRIES / 5 : Infinity
  const list = <Item>(title: string, items: First<Item>, entry: (digest: Digest, item: Item) => Entry) => {
    const told = items.told.slice(0, most)
    const entries = told.map((item) => entry(digest, item))
    const more = countOf(items) - told.length
    return { title: `${title} (${countOf(items)})`, entries: [...entries, ...restOf(digest, more)] }
  }
  const lists: readonly List[] = [
    list(titles.late, late, dueEntry),
    list(titles.due, due, dueEntry),
    list(titles.noted, noted, notedEntry),
    list(titles.quiet, quiet, quietEntry),
    list(titles.assigned, assigned, assignedEntry),
  ]
  return lists.filter(({ entries }) => entries.length > 0)
}

const countOf = ({ told, more }: First<unknown>): number => told.length + more

function todoOf({ language, late, quiet, assigned }: Digest): Wording['sections'] {
  const { todo, todoTitle } = DIGEST_TEXTS[language]
  const lines = [
    ...(late.told.length > 0 ? [todo.late] : []),
    ...(quiet.told.length > 0 ? [todo.quiet] : []),
    ...(assigned.told.length > 0 ? [todo.assigned] : []),
  ]
  return lines.length === 0 ? [] : [{ title: todoTitle, lines }]
}

/** What a unit is told of a morning: what presses most stands first. */
export function digestWording(digest: Digest): Wording {
  const { language, timeZone, at, until, asOf, boardLink, zammadLink } = digest
  const { late, due, noted, quiet, assigned } = digest
  const texts = DIGEST_TEXTS[language]
  const unit = oneLine(digest.unit)
  const tell = (instant: Date): string => tellDue(instant, timeZone, language)
  const counts = {
    late: countOf(late),
    due: countOf(due),
    noted: countOf(noted),
    quiet: countOf(quiet),
    assigned: countOf(assigned),
  }
  const doubt = asOf === null ? [] : [PROMISE_TEXTS[language].asOf(tell(asOf))]
  return {
    ...UNSAID,
    subject: texts.subject(unit, counts),
    answer: null,
    heading: texts.heading(unit),
    lead: texts.lead({ at: tell(at), until: tell(until) }),
    closing: [...doubt, texts.answer].join(' '),
    link:
      boardLink === null
        ? { label: ALERT_TEXTS[language].link.zammad, url: zammadLink }
        : { label: texts.board, url: boardLink },
    lists: listsOf(digest),
    sections: todoOf(digest),
    foot: texts.foot,
    site: digest.site,
  }
}
