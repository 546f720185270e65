import { z } from 'zod'
import { type Act, newSaid } from './agent-acts.ts'
import { PUBLIC_URL } from './light-house.ts'
import { mark, type Person } from './marks.ts'
import { type Link, newPerson, type Request_, type Tale } from './tale.ts'

const Receipt = z.object({ reference: z.string(), conversation_url: z.url() })
const TOKEN = /\/c\/([0-9a-z]{32})/
const DESK_ADDRESS = 'tech@helpdesk.example'

const post = (path: string, body: BodyInit, headers: Record<string, string> = {}): Request =>
  new Request(PUBLIC_URL + path, { method: 'POST', body, headers: { Origin: PUBLIC_URL, ...headers } })

/** Somebody sends a form: new here, or with a further request. */
export const asks: Act = async (tale) => {
  const { dice, house, marks, people, requests } = tale
  if (requests.length > 4) return null
  const person = people.length > 2 || dice.happens(0.15) ? dice.pick(people) : newPerson(tale)
  if (!person) return null
  const word = (where: string): string => mark(marks, dice, { where, said: null, person })
  const file = {
    field: 'attachments',
    name: `${word('file name')}.txt`,
    type: 'text/plain',
    base64: Buffer.from(`of ${word('file')}\n`).toString('base64'),
  }
  const form = dice.happens(0.8) ? 'general-question' : 'private-matter'
  const answers = {
    name: person.name,
    email: person.address,
    subject: word('subject'),
    question: `What of ${word('question')}?`,
    consent: true,
  }
  const body = JSON.stringify({ form, answers, ...(dice.happens(0.4) ? { files: [file] } : {}) })
  const sent = await house.ask(post('/api/v1/submissions', body, { 'Content-Type': 'application/json' }))
  if (sent.status !== 201) throw new Error(`not accepted: ${sent.status} ${await sent.text()}`)
  const { reference, conversation_url } = Receipt.parse(await sent.json())
  const request: Request_ = {
    n: requests.length + 1,
    number: reference,
    isLinkOnly: form === 'private-matter',
    ticket: null,
    owners: new Set([person]),
    addresses: new Set([person.address]),
    mailedTo: person.address,
    links: [],
    revoking: null,
  }
  learnLink(request, conversation_url)
  requests.push(request)
  return `request ${request.n} of person ${person.n} by ${form}`
}

/** Puts down the link that an address or a text tells. */
export function learnLink(request: Request_, text: string): Link | null {
  const [, token] = TOKEN.exec(text) ?? []
  if (token === undefined) return null
  const known = request.links.find((link) => link.token === token)
  if (known) return known
  const link: Link = { token, isOver: false, isForgotten: false }
  request.links.push(link)
  return link
}

/** Opens the page of a request by the newest link that opens it. */
async function opened(tale: Tale) {
  const request = tale.dice.pick(tale.requests)
  for (const link of request?.links.toReversed() ?? []) {
    const page = await tale.house.visitor.opens(`/c/${link.token}?lang=en`)
    if (request && page.status === 200) return { request, link, page }
  }
  return null
}

const personOf = (request: Request_): Person | undefined => [...request.owners][0]

const says: Act = async (tale) => {
  const { dice, house, marks } = tale
  const found = await opened(tale)
  if (!found?.page.html.includes('/replies')) return null
  const { request, page } = found
  const person = personOf(request)
  const word = (where: string): string => mark(marks, dice, { where, said: null, person })
  const file = {
    field: 'files',
    name: `${word('file name')}.txt`,
    type: 'text/plain',
    bytes: new TextEncoder().encode(`of ${word('file')}\n`),
  }
  const filled = {
    answers: { body: `And ${word('reply')}.` },
    ...(dice.happens(0.3) ? { files: [file] } : {}),
  }
  const { status } = await house.visitor.sendsFrom(page, filled)
  return `reply on request ${request.n}: ${status}`
}

const does =
  (act: 'solved' | 'rating'): Act =>
  async (tale) => {
    const { dice, house, marks } = tale
    const found = await opened(tale)
    if (!found) return null
    const { request, link } = found
    const page = await house.visitor.opens(`/c/${link.token}/${act}?lang=en`)
    if (!page.html.includes(`/${act}?`) || !page.html.includes('name="_token"')) return null
    const comment = mark(marks, dice, { where: 'comment', said: null, person: personOf(request) })
    const answers = act === 'rating' ? { score: '4', comment } : {}
    const { status } = await house.visitor.sendsFrom(page, { answers })
    return `${act} on request ${request.n}: ${status}`
  }

const correctsAddress: Act = async (tale) => {
  const { dice, house, marks } = tale
  const found = await opened(tale)
  if (!found) return null
  const { request, link } = found
  const person = personOf(request)
  const page = await house.visitor.opens(`/c/${link.token}/address?lang=en`)
  if (!person || !page.html.includes('name="email"')) return null
  const email = `${mark(marks, dice, { where: 'address', said: null, person })}@visitor.example`
  const before = [...request.links]
  const { status, location } = await house.visitor.sendsFrom(page, { answers: { email } })
  if (status !== 303 || location === null) return `request ${request.n}: address not corrected, ${status}`
  person.address = email
  request.addresses.add(email)
  request.mailedTo = email
  for (const one of before) one.isOver = true
  learnLink(request, location)
  return `request ${request.n}: address corrected`
}

const findsLinks: Act = async (tale) => {
  const person = tale.dice.pick(tale.people)
  if (!person) return null
  const { status } = await tale.house.ask(post('/find', new URLSearchParams({ email: person.address })))
  return `person ${person.n} asks for links: ${status}`
}

/** A mail into a ticket by its number, of its own visitor or of another one. */
const mailsIn: Act = async (tale) => {
  const { dice, house, people, state } = tale
  const request = dice.pick(tale.requests)
  const person = dice.pick(people)
  const row = state.tickets.get(request?.ticket ?? 0)
  if (!row || !person) return null
  const lands = tale.merges.get(row.id) ?? row.id
  const said = newSaid(tale, lands, { by: 'others', isForwarded: false, person })
  house.mailToDesk({
    from: `${person.name} <${person.address}>`,
    to: DESK_ADDRESS,
    subject: `Re: [Ticket#${row.number}]`,
    text: `By mail: ${said.key}`,
    headers: { 'message-id': `<${said.key}@program.example>` },
  })
  return `person ${person.n} mails into ticket ${row.id}, article ${said.n}`
}

export const VISITOR_ACTS: readonly (readonly [number, Act])[] = [
  [2, asks],
  [4, says],
  [1, does('solved')],
  [1, does('rating')],
  [2, correctsAddress],
  [1, findsLinks],
  [2, mailsIn],
]
