import type { Article, Change, Desk, Ticket } from '../desk.ts'
import { handlingOf, isUntouched, type Past } from '../routing/backtest.ts'
import { type Facts, factsOfTicket } from '../routing/facts.ts'
import type { Decider } from '../routing/rule.ts'

/** How many tickets are asked for at once: a live Zammad has people to serve. */
const WIDTH = 4

/** The account by which Zammad itself acts, as its triggers do. */
const ZAMMAD_ITSELF = 1

export interface PastDeps {
  readonly desk: Pick<Desk, 'account' | 'createdSince' | 'articles' | 'history'>
  readonly decide: Decider['decide']
  /** Id of the unit whose group it is, or null. */
  readonly unitOf: (group: string) => string | null
  /** The facts of a submission of ours, or null where it is not in the store here. */
  readonly factsOfOurs: (submission: string) => Promise<Facts | null>
  /** Whether a message is an alert of ours. */
  readonly isOwnAlert: (first: Article) => boolean
  /** Called once for each ticket that has been looked at. */
  readonly looked: () => void
}

/**
 * Every readable ticket made since then, decided by the rules, oldest first. Only reads. Throws `Failure`
 * as the desk does.
 */
export async function readPast(deps: PastDeps, since: Date): Promise<readonly Past[]> {
  const bot = (await deps.desk.account()).id
  const past: Past[] = []
  for await (const page of deps.desk.createdSince(since)) {
    const looked = await each(page, async (ticket) => {
      const one = await look(deps, ticket, { since, bot })
      deps.looked()
      return one
    })
    past.push(...looked)
  }
  return past
}

/** Works on the items, a few at once, and starts no other once one has failed. */
async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = []
  const queue = items.entries()
  let failed = false
  const worker = async (): Promise<void> => {
    for (const [at, item] of queue) {
      if (failed) return
      results[at] = await work(item).catch((error: unknown) => {
        failed = true
        throw error
      })
    }
  }
  await Promise.all(Array.from({ length: WIDTH }, worker))
  return results
}

const leftOut = (why: Extract<Past, { seen: 'left-out' }>['why']): Past => ({ seen: 'left-out', why })

async function look(
  deps: PastDeps,
  ticket: Ticket,
  { since, bot }: { readonly since: Date; readonly bot: number },
): Promise<Past> {
  if (ticket.createdAt < since) return leftOut('before-since')
  // A merged ticket is empty: its request is with the ticket that it was merged into.
  if (ticket.state === 'merged') return leftOut('merged')
  const articles = await deps.desk.articles(ticket.id)
  if (!articles) return leftOut('out-of-sight')
  const [first] = articles
  if (first && deps.isOwnAlert(first)) return leftOut('own-alert')
  const changes = (await deps.desk.history(ticket.id))?.changes
  if (!changes) return leftOut('out-of-sight')
  return { seen: 'ticket', ticket: await decided(deps, { ticket, articles, changes, bot }) }
}

async function decided(
  deps: PastDeps,
  seen: {
    readonly ticket: Ticket
    readonly articles: readonly Article[]
    readonly changes: readonly Change[]
    readonly bot: number
  },
): Promise<Extract<Past, { seen: 'ticket' }>['ticket']> {
  const { ticket, articles, changes, bot } = seen
  const { mark, number, group } = ticket
  const ours = mark ? await deps.factsOfOurs(mark.submission) : null
  const { unit, rule, mode } = deps.decide(ours ?? factsOfTicket(ticket, articles[0] ?? null))
  const accounts = { bot, machines: new Set([bot, ZAMMAD_ITSELF]) }
  const now = { ...ticket, opened: mark !== null }
  return {
    number,
    group,
    decision: { unit, rule, mode },
    handling: handlingOf(now, { unit, mode }, changes, { accounts, unitOf: deps.unitOf }),
    isUntouched: isUntouched(ticket, articles, changes, accounts),
    isByTextOnly: mark !== null && ours === null,
  }
}
