import type { Person } from '../desk.ts'
import { Failure } from '../failure.ts'
import { errorText, isSuccess, type Answer, type Client } from './client.ts'
import { verdictOf } from './refusal.ts'
import { assureAccount, granted, said } from './rights.ts'
import { PersonRow, PersonRows, readAs } from './schemas.ts'
import { clean, splitName } from './wording.ts'

/** Null for somebody whom nobody is, or whom the token may not see. */
export async function readPerson(client: Client, id: number): Promise<Person | null> {
  const answer = await client.get(`/users/${id}?expand=true`)
  if (answer.status === 403 || answer.status === 404) {
    await assureAccount(client, answer)
    return null
  }
  return readAs(PersonRow, await granted(client, answer, 'a user'), 'a user')
}

/** As many as contain an address in theirs. */
const MOST_HITS = 50

/** A search finds what resembles, too (contract 7.3): the address is compared (L43). */
async function findPerson(client: Client, email: string, search: object): Promise<Person | null> {
  const answer = await client.search('/users/search', { ...search, expand: true, per_page: MOST_HITS })
  const found = readAs(PersonRows, await granted(client, answer, 'a search for a user'), 'users')
  return found.find((person) => person.email === email) ?? null
}

function made(answer: Answer): Person {
  const read = PersonRow.safeParse(answer.body)
  if (read.success) return read.data
  throw new Failure('uncertain', 'the customer was made, but cannot be read', { cause: read.error })
}

/**
 * The person of exactly this address; where there is none, a customer is made: roles and groups are not an
 * agent's to give. Throws `Failure` with `unavailable` where somebody has the address and cannot be found yet:
 * two creations race (L40), or the search engine is behind.
 */
export async function personOf(client: Client, address: string, name: string): Promise<Person> {
  const email = clean(address).trim().toLowerCase()
  if (email === '') throw new Error('a person needs an address')
  const known = await findPerson(client, email, { query: email })
  if (known) return known
  const answer = await client.write('POST', '/users?expand=true', { ...splitName(name), email })
  if (isSuccess(answer)) return made(answer)
  await assureAccount(client, answer)
  if (answer.status !== 422 || verdictOf(errorText(answer) ?? '') !== 'masked') {
    throw new Failure('refused', `Zammad refuses a customer: ${said(answer, [email, ...name.split(/\s+/u)])}`)
  }
  // The database may answer what the search engine misses; 6.2 knows no condition here and fails: later, then.
  const other =
    (await findPerson(client, email, { query: email })) ??
    (await findPerson(client, email, { condition: { 'user.email': { operator: 'is', value: email } } }))
  if (other) return other
  throw new Failure('unavailable', 'the customer cannot be found, and another has the address')
}
