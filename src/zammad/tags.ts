import type { Client } from './client.ts'
import { granted } from './rights.ts'
import { readAs, TagsRow } from './schemas.ts'
import { clean, tagName } from './wording.ts'

/** Adds tags one after another; adding one twice is harmless, and none starts a trigger (contract 7.4). */
export async function addTags(client: Client, ticketId: number, tags: readonly string[]): Promise<void> {
  for (const item of new Set(tags.map(tagName))) {
    if (item === '') continue
    const row = { object: 'Ticket', o_id: ticketId, item }
    await granted(client, await client.write('POST', '/tags/add', row), 'a tag')
  }
}

/** Takes a tag away by the name that it has; one that is not there is none (contract 7.4). */
export async function removeTag(client: Client, ticketId: number, tag: string): Promise<void> {
  const row = { object: 'Ticket', o_id: ticketId, item: clean(tag).trim() }
  await granted(client, await client.write('DELETE', '/tags/remove', row), 'the end of a tag')
}

/** A ticket's tags; Zammad asks nobody whether they may see the ticket (contract 7.4). */
export async function readTags(client: Client, ticketId: number): Promise<readonly string[]> {
  const answer = await client.get(`/tags?object=Ticket&o_id=${ticketId}`)
  return readAs(TagsRow, await granted(client, answer, 'tags'), 'tags').tags
}
