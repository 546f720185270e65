import type { Article, Desk, Sight, Ticket } from '../../src/desk.ts'
import { type createRecords, PRIORITIES } from './desk-records.ts'

const PAGE = 2

export interface Unseen {
  readonly hidden: ReadonlySet<number>
  readonly removed: ReadonlySet<number>
  readonly blind: ReadonlySet<string>
  /** Called before each look. */
  readonly arrive: () => void
}

const inTime = (a: Article, b: Article): number =>
  a.createdAt.getTime() - b.createdAt.getTime() || a.id - b.id

/** What can be seen of the records, less what is hidden or gone. */
export function createView(records: ReturnType<typeof createRecords>, unseen: Unseen) {
  const { tickets, articles, history, taggings, persons, contents, parentsOf } = records
  const { hidden, removed, blind, arrive } = unseen

  /** A question, asked of what is there by then. */
  const asked =
    <A extends readonly unknown[], R>(answer: (...asked: A) => R) =>
    async (...about: A): Promise<R> => {
      arrive()
      return answer(...about)
    }

  const all = (): readonly Ticket[] =>
    tickets.map(({ ticket }) => ticket).filter(({ id }) => sightOf(id).seen === 'ticket')

  function sightOf(id: number): Sight {
    const ticket = tickets.find((kept) => kept.ticket.id === id)?.ticket
    if (!ticket || removed.has(id)) return { seen: 'gone' }
    return hidden.has(id) || blind.has(ticket.group) ? { seen: 'out-of-sight' } : { seen: 'ticket', ticket }
  }

  async function* since(column: 'createdAt' | 'updatedAt', then: Date): AsyncGenerator<readonly Ticket[]> {
    arrive()
    const found = all()
      .filter((ticket) => ticket[column] >= then)
      .toSorted((a, b) => a[column].getTime() - b[column].getTime() || a.id - b.id)
    for (let from = 0; from < found.length; from += PAGE) yield found.slice(from, from + PAGE)
  }

  const isSeen = (id: number): boolean => sightOf(id).seen === 'ticket'
  const ofTicket = <T>(id: number, rows: () => T): T | null => (isSeen(id) ? rows() : null)
  const articlesOn = (id: number): readonly Article[] =>
    articles
      .map(({ article }) => article)
      .filter(({ ticketId }) => ticketId === id)
      .toSorted(inTime)
  const bornOn = (id: number): ReadonlySet<number> =>
    new Set(articles.filter((one) => one.bornOn === id).map(({ article }) => article.id))
  const holderOf = (messageId: string): Ticket | undefined =>
    all().find(({ id }) => articlesOn(id).some((article) => article.messageId === messageId))

  const port = {
    byNumber: asked((number: string) => all().find((ticket) => ticket.number === number) ?? null),
    byMessageId: asked((id: string) => holderOf(id) ?? null),
    read: asked(sightOf),
    hasArticle: asked(
      (id: number, messageId: string) =>
        isSeen(id) && articlesOn(id).some((article) => article.messageId === messageId),
    ),
    articles: asked((id: number) => ofTicket(id, () => articlesOn(id))),
    article: asked((id: number) => {
      const article = articles.find((kept) => kept.article.id === id)?.article
      const seen = article ? sightOf(article.ticketId).seen : 'gone'
      return article && seen === 'ticket'
        ? ({ seen: 'article', article } as const)
        : { seen: seen === 'out-of-sight' ? seen : ('gone' as const) }
    }),
    bornOn: asked((id: number) => ofTicket(id, () => bornOn(id))),
    async file({ ticketId, articleId, id }) {
      arrive()
      const article = articles.find((kept) => kept.article.id === articleId)?.article
      if (article?.ticketId !== ticketId || !isSeen(ticketId)) return null
      const file = article.files.find((one) => one.id === id)
      const open = contents.get(id)
      return file && open ? { size: file.size, bytes: await open() } : null
    },
    history: asked((id: number) =>
      ofTicket(id, () => ({
        changes: history.filter(({ ticket }) => ticket === id).map(({ entry }) => entry),
        tags: taggings.filter(({ ticket }) => ticket === id).map(({ entry }) => entry),
        born: bornOn(id),
      })),
    ),
    parents: asked((id: number) => (isSeen(id) ? parentsOf(id) : [])),
    tags: asked((id: number) => tickets.find(({ ticket }) => ticket.id === id)?.tags ?? []),
    updatedSince: (then) => since('updatedAt', then),
    createdSince: (then) => since('createdAt', then),
    newest: asked((limit: number) => all().toReversed().slice(0, limit)),
    lowest: asked(() => all()[0] ?? null),
    latestUpdate: asked(() => {
      const instants = all().map(({ updatedAt }) => updatedAt.getTime())
      return instants.length === 0 ? null : new Date(Math.max(...instants))
    }),
    person: asked((id: number) => persons.find((person) => person.id === id) ?? null),
    priorities: asked(() => PRIORITIES),
  } satisfies Partial<Desk>

  return { sightOf, port }
}
