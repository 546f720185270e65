import type { Day } from './answers-day.ts'
import { isClosed, isHandedOver } from './answers-plan.ts'
import { type Outcome, outcomeOf } from './far-side.ts'
import { OPS_TOKEN } from './house.ts'

type Mail = Outcome['mails'][number]

const kindOf = ({ headers }: Mail): string => /^<([a-z]+)\./.exec(headers['message-id'] ?? '')?.[1] ?? '?'
const marksIn = (text: string, kind: string): readonly string[] =>
  text.match(new RegExp(`${kind}-\\d{5}`, 'g')) ?? []
const wordsOf = ({ subject, text, html }: Mail): string => `${subject}\n${text ?? ''}\n${html ?? ''}`

/** What staff wrote for visitors, as they wrote it. */
const answersOf = ({ done }: Day) =>
  done.flatMap(({ deed, article, at }) =>
    deed.what === 'answer' && article !== null ? [{ ...deed, article, at }] : [],
  )

/** First words of a visitor's that were carried out late, while a second one, sent at once, waited. */
export function overtakenWords({ done, lateBodies }: Day): readonly string[] {
  const saidAt = new Map(
    done.flatMap(({ deed }) => (deed.what === 'reply' ? [[deed.mark, deed.atMs] as const] : [])),
  )
  return lateBodies
    .flatMap((body) => marksIn(body, 'reply'))
    .filter((mark) => {
      const then = `reply-${String(Number(mark.slice(-5)) + 1).padStart(5, '0')}`
      return saidAt.get(then) === (saidAt.get(mark) ?? 0) + 1
    })
}

/** Everything that is not as it was promised of the mails, in words. */
export function mailFaults(day: Day): readonly string[] {
  const { mails } = outcomeOf(day.house.far)
  const faults: string[] = []
  for (const [about, { visit }] of day.told) {
    const own = mails.filter(({ to }) => to.includes(visit.email))
    const answers = answersOf(day).filter((one) => one.about === about && one.type !== 'email')
    const expected = [
      ...answers.map(({ article, at, mark }) => `answer.${article}.${at.getTime().toString(36)} ${mark}`),
      'receipt',
      ...(isHandedOver(about) ? ['moved'] : []),
      ...(isClosed(about) ? ['closed'] : []),
    ]
    const there = own.map((mail) => (kindOf(mail) === 'answer' ? tellAnswer(mail) : kindOf(mail)))
    faults.push(...differences(visit.mark, expected, there))
    const order = own.filter((mail) => kindOf(mail) === 'answer').map(articleOf)
    if (order.some((id, n) => id < (order[n - 1] ?? 0))) faults.push(`${visit.mark}: out of order ${order}`)
  }
  const telling = mails.filter((mail) => marksIn(wordsOf(mail), 'internal').length > 0)
  return [...faults, ...telling.map(({ to }) => `an internal note went to ${to}`), ...zammadsOwn(day)]
}

const articleOf = ({ headers }: Mail): number =>
  Number(/^<answer\.(\d+)\./.exec(headers['message-id'] ?? '')?.[1])

/** Which article its Message-ID names, and which its words are, in both of its parts. */
function tellAnswer(mail: Mail): string {
  const [, name] = /^<(answer\.\d+\.[0-9a-z]+)\.1@/.exec(mail.headers['message-id'] ?? '') ?? []
  const marks = [mail.text, mail.html].map((part) => marksIn(part ?? '', 'answer').join())
  return `${name} ${[...new Set(marks)].join(' and ')}`
}

/** What Zammad mails itself it mails once, and we do not. */
function zammadsOwn(day: Day): readonly string[] {
  const sent = day.house.far.mailsOfZammad.flatMap(({ to, text }) =>
    marksIn(text, 'answer').map((mark) => `${mark} to ${to}`),
  )
  const expected = answersOf(day).flatMap(({ type, mark, about }) =>
    type === 'email' ? [`${mark} to ${day.told.get(about)?.visit.email}`] : [],
  )
  return differences('mails of Zammad', expected, sent)
}

function differences(of: string, expected: readonly string[], there: readonly string[]): readonly string[] {
  const [wanted, found] = [expected.toSorted(), there.toSorted()]
  if (wanted.join('\n') === found.join('\n')) return []
  const missing = wanted.filter((one) => !found.includes(one))
  const beyond = found.filter((one, n) => !wanted.includes(one) || found.indexOf(one) !== n)
  return [`${of}: missing ${JSON.stringify(missing)}, too many ${JSON.stringify(beyond)}`]
}

/** Everything that is not as it was promised of what visitors said, in words. */
export function replyFaults(day: Day): readonly string[] {
  const { state } = outcomeOf(day.house.far)
  const articles = [...state.articles.values()].toSorted((a, b) => a.id - b.id)
  return [...day.tickets].flatMap(([about, ticket]) => {
    const own = articles.filter(({ ticket_id }) => ticket_id === ticket)
    const said = own.flatMap(({ body, internal }) => (internal ? [] : marksIn(body, 'reply')))
    const deeds = day.done.filter(({ deed }) => deed.about === about).map(({ deed }) => deed)
    const expected = deeds.flatMap((deed) => (deed.what === 'reply' ? [deed.mark] : []))
    const ratings = own.filter(({ body }) => body.includes('Rated 4 of 5')).length
    return [
      ...(said.join() === expected.join() ? [] : [`request ${about}: ${said} in place of ${expected}`]),
      ...(ratings === deeds.filter(({ what }) => what === 'rate').length
        ? []
        : [`request ${about}: ${ratings} ratings`]),
    ]
  })
}

/** Message-IDs that more than one article has. */
export function doubledArticles({ house }: Day): readonly string[] {
  const ids = [...outcomeOf(house.far).state.articles.values()].flatMap(({ message_id }) => message_id ?? [])
  return ids.filter((id, n) => ids.indexOf(id) !== n)
}

/** From the moment when the service was there again until the last answer was mailed of those given while it was not. */
export function recoveryMs(day: Day): number {
  const before = new Set(answersOf(day).flatMap(({ at, mark }) => (at < day.recoveredAt ? [mark] : [])))
  const late = outcomeOf(day.house.far)
    .mails.filter((mail) => kindOf(mail) === 'answer' && mail.at >= day.recoveredAt)
    .filter(({ text }) => marksIn(text ?? '', 'answer').some((mark) => before.has(mark)))
  if (late.length === 0) throw new Error('nothing was left over for the recovery')
  return Math.max(...late.map(({ at }) => at.getTime() - day.recoveredAt.getTime()))
}

/** The longest that an answer took which was given while the service was there. */
export function longestMs(day: Day): number {
  const given = new Map(answersOf(day).map(({ mark, at }) => [mark, at]))
  const took = outcomeOf(day.house.far).mails.flatMap((mail) => {
    const at = given.get(marksIn(mail.text ?? '', 'answer')[0] ?? '')
    const isIn =
      at !== undefined && kindOf(mail) === 'answer' && (at >= day.recoveredAt || mail.at <= day.downAt)
    return isIn ? [mail.at.getTime() - at.getTime()] : []
  })
  return Math.max(...took)
}

/** What the log calls an error (pino's level 50). */
export const errorsIn = ({ house }: Day): readonly string[] =>
  house.log.filter((line) => Number(/"level":(\d+)/.exec(line)?.[1]) >= 50)

interface Seen {
  readonly count: number
  readonly lagSumMs: number
  readonly lagMaxMs: number
}

/** By what each article came to be known and how late, reckoned from the hooks that arrived and the looks alone. */
export function seenInTruth(day: Day): Readonly<Record<'hook' | 'poll', Seen>> {
  const { state } = outcomeOf(day.house.far)
  const ours = new Set(day.tickets.values())
  const lags = { hook: [] as number[], poll: [] as number[] }
  for (const { ticket_id, created_at } of state.articles.values()) {
    if (!ours.has(ticket_id)) continue
    const madeAt = new Date(created_at)
    const look = day.looks.find(({ at }) => at >= madeAt)
    if (!look) throw new Error('an article that nobody looked at')
    lags[look.hinted.has(ticket_id) ? 'hook' : 'poll'].push(look.at.getTime() - madeAt.getTime())
  }
  const seen = (all: readonly number[]): Seen => ({
    count: all.length,
    lagSumMs: all.reduce((sum, one) => sum + one, 0),
    lagMaxMs: Math.max(0, ...all),
  })
  return { hook: seen(lags.hook), poll: seen(lags.poll) }
}

/** The same as the service's metrics tell it. */
export async function seenByMetrics({ house }: Day): Promise<Readonly<Record<'hook' | 'poll', Seen>>> {
  const headers = { authorization: `Bearer ${OPS_TOKEN}` }
  const answer = await house.door.speak(new Request(`${house.door.url}/metrics`, { headers }))
  const text = await answer.text()
  const value = (name: string, by: string): number => {
    const line = text.split('\n').find((one) => one.startsWith(`${name}{by="${by}"} `))
    if (!line) throw new Error(`no ${name} of ${by}`)
    return Number(line.slice(line.lastIndexOf(' ')))
  }
  const ms = (name: string, by: string): number => Math.round(value(name, by) * 1000)
  const seen = (by: string): Seen => ({
    count: value('firstline_articles_seen_total', by),
    lagSumMs: ms('firstline_article_lag_seconds_sum', by),
    lagMaxMs: ms('firstline_article_lag_seconds_max', by),
  })
  return { hook: seen('hook'), poll: seen('poll') }
}

const pageOf = async ({ visitor }: Day, token: string): Promise<string> =>
  (await visitor.opens(`/c/${token}?lang=en`)).text

/** Everything that a page lacks or tells too much, in words. */
export async function pageFaults(day: Day): Promise<readonly string[]> {
  const faults: string[] = []
  for (const [about, { token, visit }] of day.told) {
    const page = await pageOf(day, token)
    const said = day.done.flatMap(({ deed }) =>
      deed.about === about && (deed.what === 'answer' || deed.what === 'reply') ? [deed.mark] : [],
    )
    const shown = ['answer', 'reply', 'internal'].flatMap((kind) => marksIn(page, kind))
    faults.push(...differences(`page of ${visit.mark}`, said, shown))
  }
  return faults
}

/** The pages and the mails of a day in the end, without what is random in each. */
export async function endOf(day: Day): Promise<readonly string[]> {
  const { mails } = outcomeOf(day.house.far)
  const all: string[] = []
  for (const [about, { token, number, visit }] of [...day.told].toSorted(([a], [b]) => a - b)) {
    const plain = (text: string): string =>
      text
        .replaceAll(/=\r?\n/g, '')
        .replaceAll(token, 'TOKEN')
        .replaceAll(number ?? 'no number', 'NUMBER')
    const page = await pageOf(day, token)
    const own = mails.filter(({ to }) => to.includes(visit.email)).map((mail) => plain(mail.text ?? ''))
    all.push(`page of ${about}\n${plain(page)}`, ...own.toSorted().map((text) => `mail to ${about}\n${text}`))
  }
  return all
}
