import type { Mutant } from './light-house.ts'

type Row = Readonly<Record<string, unknown>>

/** Changes the JSON that Zammad answers to calls of such a path. */
const told =
  (path: RegExp, change: (body: unknown, request: Request) => unknown): NonNullable<Mutant['answers']> =>
  async (request, answer) => {
    if (request.method !== 'GET' || !answer.ok || !path.test(request.url)) return answer
    const body = change(await answer.json(), request)
    return new Response(JSON.stringify(body), { status: answer.status, headers: answer.headers })
  }

const isRow = (one: unknown): one is Row => typeof one === 'object' && one !== null && !Array.isArray(one)

/** Each row of an answer: there is one, or there are many. */
const eachRow = (body: unknown, change: (row: Row) => Row): unknown =>
  Array.isArray(body)
    ? body.map((row) => (isRow(row) ? change(row) : row))
    : isRow(body)
      ? change(body)
      : body

const ARTICLES = /\/ticket_articles\//
const ONE_ARTICLE = /\/ticket_articles\/\d+/
const OF_TICKET = /\/ticket_articles\/by_ticket\//

/** What was answered first is answered for good. */
function firstAnswers(path: RegExp): NonNullable<Mutant['answers']> {
  const first = new Map<string, unknown>()
  return told(path, (body, { url }) => {
    if (!first.has(url)) first.set(url, body)
    return first.get(url)
  })
}

/** All articles of the tickets that were asked for are said to have been made on each of them. */
function bornAnywhere(): NonNullable<Mutant['answers']> {
  const seen = new Set<unknown>()
  const births = told(/\/ticket_history\/\d+/, (body, { url }) => {
    if (!isRow(body) || !Array.isArray(body['history'])) return body
    const ticket = Number(/\/ticket_history\/(\d+)/.exec(url)?.[1])
    const made = [...seen].map((o_id) => ({
      object: 'Ticket::Article',
      type: 'created',
      o_id,
      related_o_id: ticket,
    }))
    return { ...body, history: [...body['history'], ...made] }
  })
  const listed = told(OF_TICKET, (body) => eachRow(body, (row) => (seen.add(row['id']), row)))
  return async (request, answer) => births(request, await listed(request, answer))
}

const inTurn =
  (...all: readonly NonNullable<Mutant['answers']>[]): NonNullable<Mutant['answers']> =>
  async (request, answer) => {
    let now = answer
    for (const one of all) now = await one(request, now)
    return now
  }

const asPublic = (body: unknown): unknown => eachRow(body, (row) => ({ ...row, internal: false }))

/** What was public once is public for good. */
function flipsUnseen(path: RegExp): NonNullable<Mutant['answers']> {
  const open = new Set<unknown>()
  return told(path, (body) =>
    eachRow(body, (row) => {
      if (row['internal'] === false) open.add(row['id'])
      return open.has(row['id']) ? { ...row, internal: false } : row
    }),
  )
}

const SHARED_WITH_ALL = `create trigger all_see_all after insert on articles begin
  insert or ignore into shares (article, article_created_at, conversation)
  select new.id, new.created_at, id from conversations; end`

const LINKS_NEVER_END = `create trigger links_never_end after update of link_hash on conversations begin
  update conversations set link_hash = old.link_hash where id = new.id; end`

/** Mistakes that the canary has to find, made around the service or in its store. Each is fresh for one history. */
export const MUTANTS: Readonly<Record<string, () => Mutant>> = {
  'what is internal is judged as public': () => ({ answers: told(ARTICLES, asPublic) }),
  'a flip to internal is not seen when a ticket is read': () => ({
    answers: inTurn(flipsUnseen(OF_TICKET), flipsUnseen(ONE_ARTICLE)),
  }),
  'the last look before mailing is at what it was first': () => ({
    answers: firstAnswers(/\/ticket_articles\/\d+\?expand/),
  }),
  'the page shows what is shared with anybody': () => ({ sql: SHARED_WITH_ALL }),
  'nobody asks where an article was made': () => ({ answers: bornAnywhere() }),
  'whoever was merged is let in': () => ({
    answers: told(/\/tags\?/, (body) => (isRow(body) ? { ...body, tags: ['answer-all'] } : body)),
  }),
  'an old link goes on opening the page': () => ({ sql: LINKS_NEVER_END }),
  'everybody has the first customer’s address': () => ({ answers: firstAddress() }),
}

/** Every customer is told to have the address of the first one. */
function firstAddress(): NonNullable<Mutant['answers']> {
  let first: unknown
  return told(/\/users\/\d+/, (body) =>
    eachRow(body, (row) => {
      if (!String(row['email']).endsWith('@visitor.example')) return row
      first ??= row['email']
      return { ...row, email: first, login: first }
    }),
  )
}
