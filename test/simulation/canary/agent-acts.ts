import { SEALED } from './light-house.ts'
import { mark, type Person, type Said } from './marks.ts'
import { customerOf, groupOf, isMerged, personAt, type Tale } from './tale.ts'

/** Does one thing, told in words; null where there is nothing to do it to. */
export type Act = (tale: Tale) => Promise<string | null>

const FIRST_TICKET = 2
const GROUPS = ['First Line support', 'Technical support', 'Users', 'Dashboard']
const STRANGER = 'somebody@elsewhere.example'
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])

const tickets = ({ state }: Tale): readonly number[] =>
  [...state.tickets.keys()].filter((id) => id >= FIRST_TICKET)
/** Often the one that was merged into last: what is said there is whose it is hardest to tell. */
function aTicket(tale: Tale): number | undefined {
  const { dice, merges, requests, state } = tale
  const target = [...merges.values()].at(-1)
  if (target !== undefined && state.tickets.has(target) && dice.happens(0.3)) return target
  const own = requests.flatMap(({ ticket }) => (ticket !== null && state.tickets.has(ticket) ? [ticket] : []))
  return dice.pick(dice.happens(0.85) && own.length > 0 ? own : tickets(tale))
}

/** Often the newest: it may not be mailed yet. */
function anArticle({ dice, standing }: Tale): [Said, number] | undefined {
  const all = [...standing]
  const found = dice.happens(0.4) ? all.at(-1) : dice.pick(all)
  return found && [found[0], found[1].id]
}

/** What an article is made with: its words, a file and its name, a picture inside of the text, a subject. */
function filled(tale: Tale, said: Said, person: Person | null | undefined): object {
  const { marks, dice } = tale
  const word = (where: string): string => mark(marks, dice, { where, said, person })
  const picture = dice.happens(0.2)
    ? `<img src="data:image/png;base64,${Buffer.concat([PNG, Buffer.from(word('picture'))]).toString('base64')}">`
    : ''
  const file = {
    filename: `${word('file name')}.txt`,
    data: Buffer.from(`of ${word('file')} bytes\n`).toString('base64'),
    'mime-type': 'text/plain',
  }
  return {
    body: `<p>About <b>${said.key}</b>.</p>${picture}`,
    content_type: 'text/html',
    subject: word('subject'),
    ...(dice.happens(0.3) ? { attachments: [file] } : {}),
  }
}

export function newSaid(
  tale: Tale,
  born: number,
  more: {
    readonly by: Said['by']
    readonly isForwarded: boolean
    readonly person: Person | null | undefined
  },
): Said {
  const { said, marks, dice, house } = tale
  const { person, ...rest } = more
  const one: Said = {
    n: said.length + 1,
    born,
    customer: personAt(tale, customerOf(tale, born)),
    at: house.now(),
    key: '',
    wasPublic: false,
    isDeleted: false,
    ...rest,
  }
  const key = mark(marks, dice, { where: 'text', said: one, person })
  Object.assign(one, { key })
  said.push(one)
  return one
}

const writes: Act = async (tale) => {
  const { dice, house } = tale
  const ticket = aTicket(tale)
  if (ticket === undefined) return null
  const type = dice.pick(['note', 'note', 'note', 'phone', 'web', 'sms', 'email', 'email'] as const) ?? 'note'
  const internal = dice.happens(0.4)
  const isForwarded = type === 'email' && dice.happens(0.4)
  const to = isForwarded ? STRANGER : customerOf(tale, ticket)
  const said = newSaid(tale, ticket, { by: 'agent', isForwarded, person: undefined })
  const words = filled(tale, said, undefined)
  await house.agent.calls('POST', '/ticket_articles', {
    ...words,
    ticket_id: ticket,
    type,
    internal,
    sender: 'Agent',
    ...(type === 'email' ? { to } : {}),
  })
  return `article ${said.n}: ${internal ? 'internal' : 'public'} ${type} on ticket ${ticket}${isForwarded ? ' to others' : ''}`
}

/** A call that an agent puts down in the name of the customer, or of a stranger. */
const putsDown: Act = async (tale) => {
  const { dice, house, people } = tale
  const ticket = aTicket(tale)
  const person = dice.pick(people)
  if (ticket === undefined || !person) return null
  const internal = dice.happens(0.3)
  const said = newSaid(tale, ticket, { by: 'others', isForwarded: false, person })
  const words = filled(tale, said, person)
  await house.agent.calls('POST', '/ticket_articles', {
    ...words,
    ticket_id: ticket,
    type: 'phone',
    sender: 'Customer',
    internal,
    origin_by: person.address,
  })
  return `article ${said.n}: ${internal ? 'internal' : 'public'} call of person ${person.n} on ticket ${ticket}`
}

const flips: Act = async (tale) => {
  const found = anArticle(tale)
  if (!found) return null
  const [said, id] = found
  const to = tale.standing.get(said)?.internal ? 'public' : 'internal'
  await tale.house.agent.flips(id, to)
  return `article ${said.n} flipped to ${to}`
}

const deletes: Act = async (tale) => {
  const found = anArticle(tale)
  if (!found) return null
  const [said, id] = found
  await tale.house.agent.calls('DELETE', `/ticket_articles/${id}`)
  said.isDeleted = true
  return `article ${said.n} deleted`
}

const merges: Act = async (tale) => {
  const { dice, house } = tale
  const source = aTicket(tale)
  const target = aTicket(tale)
  const row = tale.state.tickets.get(target ?? 0)
  if (source === undefined || !row || source === row.id || isMerged(tale, source)) return null
  await house.agent.merges(source, row.number)
  tale.merges.set(source, row.id)
  if (dice.happens(0.15)) await house.agent.tags(row.id, 'answer-all')
  return `ticket ${source} merged into ${row.id}`
}

const unmerges: Act = async (tale) => {
  const source = tale.dice.pick([...tale.merges.keys()])
  if (source === undefined) return null
  await tale.house.agent.changes(source, { state: 'open' })
  return `ticket ${source} un-merged`
}

const closes: Act = async (tale) => {
  const ticket = aTicket(tale)
  if (ticket === undefined || isMerged(tale, ticket)) return null
  const state = tale.dice.pick(['closed', 'closed', 'open']) ?? 'open'
  await tale.house.agent.changes(ticket, { state })
  return `ticket ${ticket}: ${state}`
}

const choosesCustomer: Act = async (tale) => {
  const { dice, house, people, requests } = tale
  const ticket = aTicket(tale)
  const person = dice.pick(people)
  if (ticket === undefined || !person) return null
  await house.agent.changes(ticket, { customer: person.address })
  for (const one of requests) if (one.ticket === ticket) one.addresses.add(person.address)
  return `ticket ${ticket}: customer is person ${person.n}`
}

const tags: Act = async (tale) => {
  const ticket = aTicket(tale)
  const tag = tale.dice.pick(['answer-all', 'holding', 'revoke-link', 'revoke-link', 'no-answer-needed'])
  if (ticket === undefined || tag === undefined) return null
  await tale.house.agent.tags(ticket, tag)
  for (const one of tale.requests) {
    if (one.ticket === ticket && tag === 'revoke-link') one.revoking = [...one.links]
  }
  return `ticket ${ticket}: tagged ${tag}`
}

const untags: Act = async (tale) => {
  const ticket = tale.dice.pick([...tale.state.tags].filter(([, all]) => all.includes('answer-all')))?.[0]
  if (ticket === undefined) return null
  await tale.house.agent.calls('DELETE', `/tags/remove`, {
    object: 'Ticket',
    o_id: ticket,
    item: 'answer-all',
  })
  return `ticket ${ticket}: answer-all taken away`
}

const moves: Act = async (tale) => {
  const { dice, house } = tale
  const sealed = tickets(tale).filter((id) => groupOf(tale, id) === SEALED)
  const ticket = sealed.length > 0 && dice.happens(0.6) ? dice.pick(sealed) : aTicket(tale)
  if (ticket === undefined) return null
  const isSealed = groupOf(tale, ticket) === SEALED
  const group = isSealed || dice.happens(0.5) ? (dice.pick(GROUPS) ?? 'Users') : SEALED
  await house.agent.changes(ticket, { group })
  return `ticket ${ticket}: moved to ${group}`
}

/** A ticket that came from no form, of a visitor or of somebody else. */
const opens: Act = async (tale) => {
  const { dice, house } = tale
  const person = dice.happens(0.5) ? dice.pick(tale.people) : undefined
  const internal = dice.happens(0.3)
  const next = (tale.state.sequences.tickets ?? 0) + 1
  const said = newSaid(tale, next, { by: 'agent', isForwarded: false, person: undefined })
  await house.agent.calls('POST', '/tickets', {
    title: 'By hand',
    group: dice.pick(GROUPS) ?? 'Users',
    customer_id: `guess:${person?.address ?? STRANGER}`,
    article: { ...filled(tale, said, undefined), type: 'note', internal, sender: 'Agent' },
  })
  return `ticket ${next} opened by hand for ${person ? `person ${person.n}` : 'a stranger'}, with article ${said.n}`
}

export const AGENT_ACTS: readonly (readonly [number, Act])[] = [
  [16, writes],
  [2, putsDown],
  [9, flips],
  [2, deletes],
  [7, merges],
  [3, unmerges],
  [3, closes],
  [3, choosesCustomer],
  [4, tags],
  [1, untags],
  [3, moves],
  [2, opens],
]
