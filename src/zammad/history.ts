import { z } from 'zod'
import type { Change } from '../desk.ts'
import { aboutTicket } from './articles.ts'
import type { Client } from './client.ts'
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

const historyPath = (ticketId: number): string => `/ticket_history/${ticketId}`

/** Changes of group, owner, priority and state, oldest first; the owner of what nobody owns is the user 1, called "-". */
export async function readHistory(client: Client, ticketId: number): Promise<readonly Change[] | null> {
  const answer = await aboutTicket(client, historyPath(ticketId), 'a history')
  if (!answer) return null
  return readAs(ChangesRow, answer, 'a history').toSorted(
    (a, b) => a.at.getTime() - b.at.getTime() || a.id - b.id,
  )
}

/** Ids of the articles that were made on a ticket, whether they are there still, elsewhere or nowhere. */
export async function readBornOn(client: Client, ticketId: number): Promise<ReadonlySet<number> | null> {
  const answer = await aboutTicket(client, historyPath(ticketId), 'a history')
  if (!answer) return null
  const births = readAs(BirthsRow, answer, 'a history')
  return new Set(births.flatMap(({ article, ticket }) => (ticket === ticketId ? [article] : [])))
}
