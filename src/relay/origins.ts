import type { Conversation } from '../conversation/conversation.ts'
import type { Article, Desk, Ticket } from '../desk.ts'
import { Failure } from '../failure.ts'
import type { LedgerEntry } from './ledger.ts'

/** Stands in the ledger for the ticket that an article was made on while nobody has asked, or where nobody can tell. */
export const UNKNOWN_ORIGIN = 0

export interface OriginsDeps {
  readonly desk: Pick<Desk, 'bornOn'>
}

/** An article with what the ledger has of it. */
export interface Paired {
  readonly article: Article
  readonly before: LedgerEntry | null
}

/**
 * The ticket that each article was made on, by the article's id: a merge moves articles, and Zammad's history alone
 * keeps where they came from. Asked only for what a visitor may come to see and the ledger cannot tell. Throws
 * `Failure` with `unavailable` where the ticket left our sight meanwhile.
 */
export async function originsOf(
  deps: OriginsDeps,
  ticket: Pick<Ticket, 'id'>,
  all: readonly Paired[],
  readers: {
    readonly around: readonly Conversation[]
    readonly isRelayedToAll: boolean
    readonly botId: number
  },
): Promise<ReadonlyMap<number, number>> {
  const origins = new Map(all.map(({ article, before }) => [article.id, before?.bornOn ?? UNKNOWN_ORIGIN]))
  const canMatter = readers.around.length > 0 || readers.isRelayedToAll
  const isOpen = ({ article }: Paired): boolean =>
    origins.get(article.id) === UNKNOWN_ORIGIN &&
    !article.internal &&
    article.sender !== 'System' &&
    article.createdById !== readers.botId
  const open = (): readonly Paired[] => all.filter(isOpen)
  if (!canMatter || open().length === 0) return origins
  const ask = async (id: number): Promise<boolean> => {
    const born = await deps.desk.bornOn(id)
    for (const { article } of open()) if (born?.has(article.id)) origins.set(article.id, id)
    return born !== null
  }
  if (!(await ask(ticket.id))) throw new Failure('unavailable', 'the ticket left our sight while it was read')
  for (const source of sourcesOf(ticket, readers.around)) if (open().length > 0) await ask(source)
  return origins
}

/** The tickets that were merged into this one, as far as conversations tell. */
const sourcesOf = (ticket: Pick<Ticket, 'id'>, around: readonly Conversation[]): readonly number[] =>
  around.flatMap(({ ticketId }) => (ticketId === null || ticketId === ticket.id ? [] : [ticketId]))
