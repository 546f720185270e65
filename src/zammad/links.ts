import { aboutTicket } from './articles.ts'
import type { Client } from './client.ts'
import { LinksRow, readAs } from './schemas.ts'

/** Ids of the tickets that a ticket calls its parents (L25); none for one that is gone or out of sight. */
export async function readParents(client: Client, ticketId: number): Promise<readonly number[]> {
  const path = `/links?link_object=Ticket&link_object_value=${ticketId}`
  const answer = await aboutTicket(client, path, 'links')
  const links = answer ? readAs(LinksRow, answer, 'links').links : []
  return links
    .filter(({ link_type: type, link_object: object }) => type === 'parent' && object === 'Ticket')
    .map(({ link_object_value: id }) => id)
}
