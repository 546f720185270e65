import { z } from 'zod'
import type { KeptMail } from '../../../src/sandbox/mailbox/kept.ts'
import { OPS_TOKEN, PUBLIC_URL } from './light-house.ts'
import { charactersOf, type Mark, marksIn, type Said } from './marks.ts'
import { openBoard } from './mishaps.ts'
import { type Link, personAt, type Request_, type Tale } from './tale.ts'
import { learnLink } from './visitor-acts.ts'

/** When the article has to be public: at this moment, or when the bot could look last. */
type Strictness = 'now' | 'as-known'

/** Why a mark may not be seen by the visitor of a request, or null where it may. */
function objection(tale: Tale, request: Request_, { said, person }: Mark, strict: Strictness): string | null {
  if (said) {
    const standing = tale.standing.get(said)
    const isPublic = standing !== undefined && !standing.internal
    const mayBeKnown = strict === 'as-known' && tale.known.has(said)
    if (!isPublic && !mayBeKnown) return standing ? 'is internal' : 'is deleted'
  }
  if (person === null) return 'is of a stranger'
  if (person !== undefined) return request.owners.has(person) ? null : 'is of another visitor'
  return said && !isFor(tale, request, said) ? 'is for another visitor' : null
}

function isFor(
  { spans }: Tale,
  { ticket, owners }: Request_,
  { born, at, isForwarded, customer }: Said,
): boolean {
  if (isForwarded) return false
  // Whom staff chose is told apart from whom it was before, unless the ticket was merged away before anybody looked.
  if (born === ticket)
    return customer === null || owners.has(customer) || spans.some(({ source }) => source === ticket)
  return spans.some(
    ({ source, target, from, to, isOpenTo }) =>
      isOpenTo && source === ticket && target === born && at >= from && (to === null || at <= to),
  )
}

function judge(tale: Tale, place: string, request: Request_, text: string, strict: Strictness): void {
  for (const mark of marksIn(tale.marks, text)) {
    const why = objection(tale, request, mark, strict)
    if (why === null) tale.counts.words += 1
    else find(tale, `${place} of request ${request.n}`, mark, why)
  }
}

function find(tale: Tale, place: string, { where, said, person }: Mark, why: string): void {
  const whose = said ? `article ${said.n}` : `person ${person?.n}`
  tell(tale, `${place}: the ${where} of ${whose} ${why}`)
}

const tell = ({ findings, happened }: Tale, finding: string): void =>
  void findings.push(`after step ${happened.length}: ${finding}`)

/** Nothing that is marked may stand here, whosever it is. */
function judgeBare(tale: Tale, place: string, text: string): void {
  for (const mark of marksIn(tale.marks, text)) find(tale, place, mark, 'stands there')
}

// — mail —

const asText = (mail: KeptMail): string =>
  [
    mail.subject,
    JSON.stringify(mail.headers),
    mail.text,
    mail.html,
    charactersOf(mail.bytes).replaceAll('=\r\n', ''),
    ...mail.attachments.map(({ name, bytes }) => `${name} ${charactersOf(bytes)}`),
  ].join('\n')

/** Every mail that came since the last time: to whom it went, and what it says. */
export async function watchMails(tale: Tale, staff: ReadonlySet<string>): Promise<void> {
  for (const mail of tale.house.newMails()) {
    tale.counts.mails += 1
    const [to = '', ...others] = mail.to.map((address) => address.toLowerCase())
    if (others.length > 0) tell(tale, 'a mail to several')
    if (staff.has(to)) judgeBare(tale, 'a mail to staff', asText(mail))
    else await watchMail(tale, mail, to)
  }
}

async function watchMail(tale: Tale, mail: KeptMail, to: string): Promise<void> {
  const { requests } = tale
  const request = requests.find(({ number }) => mail.subject.includes(number))
  const isLinks = mail.headers['message-id']?.startsWith('<links.') === true
  if (!request && !isLinks) return tell(tale, `a mail about nothing: ${mail.subject}`)
  const about = request ? [request] : requests.filter(({ addresses }) => addresses.has(to))
  if (about.length === 0) tell(tale, 'a mail of links to somebody who never asked')
  for (const one of about) {
    if (!one.addresses.has(to)) tell(tale, `a mail of request ${one.n} to an address that was never its own`)
  }
  if (isLinks) await watchToldLinks(tale, about, mail)
  else if (request) follow(tale, request, mail, to)
  const strict = tale.isDisturbed ? 'as-known' : 'now'
  for (const mark of marksIn(tale.marks, asText(mail))) {
    const why = about.map((one) => objection(tale, one, mark, strict))
    if (mark.said && request?.isLinkOnly)
      find(tale, `a mail of request ${request.n}`, mark, 'is not for mail')
    if (why.every((one) => one !== null)) find(tale, `a mail of request ${about[0]?.n}`, mark, why[0] ?? '')
  }
}

/** Who is written to is the visitor from now on; the links that were told to somebody else are over. */
function follow(tale: Tale, request: Request_, mail: KeptMail, to: string): void {
  const person = personAt(tale, to)
  if (person) request.owners.add(person)
  const before = [...request.links]
  const link = learnLink(request, mail.text ?? '')
  if (to === request.mailedTo || !link || before.includes(link)) return
  for (const one of before) one.isOver = true
  request.mailedTo = to
}

/** Each link of a mail that lists them opens a request of that address. */
async function watchToldLinks(tale: Tale, about: readonly Request_[], { text }: KeptMail): Promise<void> {
  for (const [, token = ''] of text?.matchAll(/\/c\/([0-9a-z]{32})/g) ?? []) {
    const api = await ask(tale, `/api/v1/conversations/${token}`)
    if (api.status !== 200) continue
    const opens = about.find(({ number }) => number === conversationIn(api.text).reference)
    if (opens) learnLink(opens, `/c/${token}`)
    else tell(tale, 'a mail of links tells one of another visitor')
  }
}

// — pages —

const Conversation = z.object({
  reference: z.string(),
  articles: z.array(z.object({ attachments: z.array(z.object({ url: z.url() })) })),
})

const conversationIn = (text: string) =>
  Conversation.parse(JSON.parse(Buffer.from(text, 'latin1').toString()))

const ask = async ({ house }: Tale, path: string, headers: Record<string, string> = {}) => {
  const answer = await house.ask(new Request(path.startsWith('/') ? PUBLIC_URL + path : path, { headers }))
  return { status: answer.status, text: charactersOf(new Uint8Array(await answer.arrayBuffer())) }
}

const ACT_PAGES = ['solved', 'rating', 'address', 'replies']

/** What one link opens: page, API, the pages of acts, and every file. */
async function watchLink(
  tale: Tale,
  request: Request_,
  { token, isOver, isForgotten }: Link,
): Promise<boolean> {
  const page = await ask(tale, `/c/${token}`)
  const api = await ask(tale, `/api/v1/conversations/${token}`)
  const act = await ask(tale, `/c/${token}/${tale.dice.pick(ACT_PAGES)}`)
  if (page.status !== api.status || page.status !== act.status)
    tell(tale, `a link that is half open: ${page.status}, ${api.status}, ${act.status}`)
  for (const [place, { text }] of Object.entries({ page, api, act }))
    judge(tale, place, request, text, 'as-known')
  if (isOver && !isForgotten && page.status !== 404)
    tell(tale, `a link of request ${request.n} opens, and is over`)
  if (page.status !== 200) {
    if (page.status !== 404) tell(tale, `a page of ${page.status}`)
    return false
  }
  tale.counts.pages += 1
  const { reference, articles } = conversationIn(api.text)
  if (reference !== request.number) tell(tale, `a link of request ${request.n} opens another`)
  const files = articles.flatMap(({ attachments }) => attachments.map(({ url }) => url))
  for (const url of new Set([...files, ...someFiles(tale, token)])) {
    const file = await ask(tale, url)
    judge(tale, 'a file', request, file.text, 'now')
  }
  return true
}

/** Files that Zammad has, whether or not this visitor was told of them. */
function someFiles({ state, dice }: Tale, token: string): readonly string[] {
  const all = [...state.files.values()].map(({ id, article_id }) => `/c/${token}/files/${article_id}-${id}`)
  return all.filter(() => dice.happens(Math.min(1, 6 / all.length)))
}

/** One link, chosen at random. */
export async function glance(tale: Tale): Promise<void> {
  const request = tale.dice.pick(tale.requests)
  const link = tale.dice.pick(request?.links ?? [])
  if (request && link) await watchLink(tale, request, link)
}

/** All that can be seen of Firstline, by all links that were ever told. */
export async function watchAll(tale: Tale): Promise<void> {
  for (const request of tale.requests) {
    let open = 0
    for (const link of request.links) if (await watchLink(tale, request, link)) open += 1
    if (open > 1) tell(tale, `request ${request.n} opens by ${open} links`)
  }
  const bearer = { Authorization: `Bearer ${OPS_TOKEN}` }
  judgeBare(tale, 'the metrics', (await ask(tale, '/metrics', bearer)).text)
  judgeBare(tale, 'readyz', (await ask(tale, '/readyz')).text)
  judgeBare(tale, 'the outbox', (await ask(tale, '/ops/api/outbox', bearer)).text)
  judgeBare(tale, 'the board', (await openBoard(tale)).html)
  watchInside(tale)
}

/** Log and jobs are for operators; of an article that never was public the store has no word. */
function watchInside(tale: Tale): void {
  const { house, marks } = tale
  judgeBare(tale, 'the log', house.log.join('\n'))
  judgeBare(tale, 'the reason of a job', JSON.stringify(house.store().rows('select reason from jobs')))
  const kept = [
    ['the store', house.store().bytes()] as const,
    ...Array.from(house.bodies(), ([, { bytes }]) => ['a body', bytes] as const),
  ]
  for (const [place, bytes] of kept) {
    for (const mark of marksIn(marks, charactersOf(bytes))) {
      if (mark.said && !mark.said.wasPublic) find(tale, place, mark, 'was never public')
    }
  }
}
