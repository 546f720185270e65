import { Failure } from '../failure.ts'
import { errorText, isSuccess, type Answer, type Client } from './client.ts'
import { tellable, tokenLacksRight } from './refusal.ts'

/**
 * After a 403 or 404: throws `Failure` with `misconfigured` when the token or the address is what is wrong,
 * returns when the account is fine and the answer was about the one thing that was asked for.
 */
export async function assureAccount(client: Client, answer: Answer): Promise<void> {
  if (answer.status !== 403 && answer.status !== 404) return
  if (answer.status === 403 && tokenLacksRight(errorText(answer))) {
    throw new Failure('misconfigured', 'the Zammad token lacks the permission ticket.agent')
  }
  const me = await client.get('/users/me')
  if (isSuccess(me)) return
  throw new Failure('misconfigured', `Zammad does not tell whose token it is: ${said(me)}`)
}

/** "403 Not authorized", without what was sent. */
export function said(answer: Answer, typed: readonly string[] = []): string {
  const text = errorText(answer)
  return text === null ? String(answer.status) : `${answer.status} ${tellable(text, typed)}`
}

/** The answer if it is a success; else throws `Failure`: `misconfigured` for the account, `refused` for all else. */
export async function granted(client: Client, answer: Answer, what: string): Promise<Answer> {
  if (isSuccess(answer)) return answer
  await assureAccount(client, answer)
  throw new Failure('refused', `Zammad refuses ${what}: ${said(answer)}`)
}
