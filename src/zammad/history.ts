import { z } from 'zod'
import type { Change, History, StateType, TagChange } from '../desk.ts'
import { aboutTicket } from './articles.ts'
import type { Answer, Client } from './client.ts'
import { Id, Instant, readAs } from './schemas.ts'

const ATTRIBUTES = ['group', 'owner', 'priority', 'state'] as const
const attributes: ReadonlySet<unknown> = new Set(ATTRIBUTES)

const ChangeRow = z
  .looseObject({
    id: Id,
    object: z.literal('Ticket'),
    type: z.literal('updated'),
    attribute: z.enum(ATTRIBUTES),
    id_from: z.int().nonnegative(),
    id_to: z.int().nonnegative(),
    value_from: z.string().nullish(),
    value_to: z.string().nullish(),
    created_by_id: Id,
    created_at: Instant,
  })
  .transform((row): Change => ({
    id: row.id,
    attribute: row.attribute,
    from: { id: row.id_from, name: row.value_from ?? '' },
    to: { id: row.id_to, name: row.value_to ?? '' },
    by: row.created_by_id,
    at: row.created_at,
  }))

/** What else a history holds: creation, articles, other attributes. */
const OtherLine = z
  .looseObject({ object: z.string(), attribute: z.string().nullish() })
  .refine(({ object, attribute }) => object !== 'Ticket' || !attributes.has(attribute))
  .transform(() => null)

/** `GET /ticket_history/:id`: who changed group, owner, priority and state (L28, L52). */
const ChangesRow = z
  .looseObject({ history: z.array(z.union([ChangeRow, OtherLine])) })
  .transform(({ history }) => history.filter((line) => line !== null))

/** A tag has no ids: its name is what it came to, also where it was taken away (Zammad's Tag::WritesToTicketHistory). */
const TagLine = z
  .looseObject({
    id: Id,
    object: z.literal('Ticket'),
    type: z.enum(['added', 'removed']),
    attribute: z.literal('tag'),
    value_to: z.string().min(1),
    created_by_id: Id,
    created_at: Instant,
  })
  .transform((row): TagChange => ({
    id: row.id,
    tag: row.value_to,
    isAdded: row.type === 'added',
    by: row.created_by_id,
    at: row.created_at,
  }))

/** The same, as far as it tells of tags: a line of another shape is none, as the tags themselves can be asked for. */
const TagsRow = z
  .looseObject({ history: z.array(z.union([TagLine, z.unknown().transform(() => null)])) })
  .transform(({ history }) => history.filter((line) => line !== null))

const BirthRow = z
  .looseObject({
    object: z.literal('Ticket::Article'),
    type: z.literal('created'),
    o_id: Id,
    related_o_id: Id,
  })
  .transform(({ o_id: article, related_o_id: ticket }) => ({ article, ticket }))

const NoBirth = z
  .looseObject({ object: z.string(), type: z.string() })
  .refine(({ object, type }) => object !== 'Ticket::Article' || type !== 'created')
  .transform(() => null)

/** The same, as far as it tells of articles that were made: `related_o_id` stays what it was over a merge. */
const BirthsRow = z
  .looseObject({ history: z.array(z.union([BirthRow, NoBirth])) })
  .transform(({ history }) => history.filter((line) => line !== null))

const ask = (client: Client, ticketId: number): Promise<Answer | null> =>
  aboutTicket(client, `/ticket_history/${ticketId}`, 'a history')

const byTime = (a: Change | TagChange, b: Change | TagChange): number =>
  a.at.getTime() - b.at.getTime() || a.id - b.id

/**
 * Changes of group, owner, priority and state, of tags, and which articles were made there. The owner of what nobody
 * owns is the user 1, called "-". `typesOf` tells what Zammad makes of its states, by their ids.
 */
export async function readHistory(
  client: Client,
  ticketId: number,
  typesOf: (ids: readonly number[]) => Promise<ReadonlyMap<number, StateType>>,
): Promise<History | null> {
  const answer = await ask(client, ticketId)
  if (!answer) return null
  const changes = readAs(ChangesRow, answer, 'a history').toSorted(byTime)
  const ofState = changes.filter(({ attribute }) => attribute === 'state')
  const types =
    ofState.length === 0 ? new Map() : await typesOf(ofState.flatMap(({ from, to }) => [from.id, to.id]))
  return {
    changes: changes.map((change) => (change.attribute === 'state' ? typed(change, types) : change)),
    tags: readAs(TagsRow, answer, 'a history').toSorted(byTime),
    born: bornIn(answer, ticketId),
  }
}

const typed = (change: Change, types: ReadonlyMap<number, StateType>): Change => ({
  ...change,
  types: { from: types.get(change.from.id) ?? 'open', to: types.get(change.to.id) ?? 'open' },
})

function bornIn(answer: Answer, ticketId: number): ReadonlySet<number> {
  const births = readAs(BirthsRow, answer, 'a history')
  return new Set(births.flatMap(({ article, ticket }) => (ticket === ticketId ? [article] : [])))
}

/** Ids of the articles that were made on a ticket, whether they are there still, elsewhere or nowhere. */
export async function readBornOn(client: Client, ticketId: number): Promise<ReadonlySet<number> | null> {
  const answer = await ask(client, ticketId)
  return answer && bornIn(answer, ticketId)
}
