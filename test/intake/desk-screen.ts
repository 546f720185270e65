import type { Article, ArticleFile, Delivery, NewTicket, Person, Ticket } from '../../src/desk.ts'
import { type createRecords, type HandChange, PERSON_ID } from './desk-records.ts'

/** What people do at Zammad's screen, and what befalls it. */
export interface ByHand {
  /** Puts a ticket there that somebody else made, by an article of the customer's unless told otherwise. */
  readonly addForeign: (number: string, more?: Partial<NewTicket>, article?: Partial<Article>) => Ticket
  /** A person changes a ticket: closes it, gives it to another customer, writes a state of any name. */
  readonly byHand: (ticketId: number, change: HandChange) => Ticket
  /** Puts an article into a ticket: a person's public note unless told otherwise. */
  readonly addArticle: (ticketId: number, article?: Partial<Article>) => Article
  /** Turns an article internal or public: no hook tells of it. */
  readonly flip: (articleId: number, internal: boolean) => Article
  /** Takes an article away for good. */
  readonly removeArticle: (articleId: number) => void
  /** Puts down what became of Zammad's own mail, of which the ticket itself shows nothing. */
  readonly deliver: (articleId: number, delivery: Delivery) => Article
  /** Adds a file to an article. */
  readonly attach: (
    articleId: number,
    file: { readonly name: string; readonly type?: string; readonly bytes: Uint8Array<ArrayBuffer> },
  ) => ArticleFile
  /** A person merges a ticket into another one. */
  readonly mergeByHand: (sourceId: number, targetId: number, by?: number) => void
  readonly tagByHand: (ticketId: number, ...tags: readonly string[]) => void
  readonly untagByHand: (ticketId: number, tag: string) => void
  /** Adds somebody whom Zammad knows: a customer unless told otherwise. */
  readonly addPerson: (email: string, more?: Partial<Person>) => Person
  /** Corrects the address of somebody. */
  readonly readdress: (personId: number, email: string) => void
  /** Keeps a copy of all; what it returns is the restore: ids are given again from then on. */
  readonly backup: () => () => void
}

type Records = ReturnType<typeof createRecords>

const bytesOf = (bytes: Uint8Array<ArrayBuffer>) => async () => new Blob([bytes]).stream()

/** What is done at the screen goes straight into the records. */
export function atTheScreen(records: Records): ByHand {
  const { make, apply, add, articles, persons, keep, get, retag, revise, store, backup } = records

  function articleOf(id: number): Article {
    const kept = articles.find(({ article }) => article.id === id)
    if (!kept) throw new Error(`there is no article ${id}`)
    return kept.article
  }

  function replacePerson(id: number, change: Partial<Person>): Person {
    const index = persons.findIndex((person) => person.id === id)
    const known = persons[index]
    if (!known) throw new Error(`there is nobody ${id}`)
    return (persons[index] = { ...known, ...change })
  }

  return {
    addForeign: (number, more, article) => make({ ...foreign(number), ...more }, null, article),
    byHand: (id, { by = PERSON_ID, ...wanted }) => apply(id, wanted, by),
    addArticle: (id, more = {}) => add(id, more),
    flip: (id, internal) => revise(id, { internal }),
    removeArticle(id) {
      const { ticketId } = articleOf(id)
      articles.splice(
        articles.findIndex(({ article }) => article.id === id),
        1,
      )
      keep(ticketId, {})
    },
    deliver: (id, delivery) => revise(id, { delivery }, 'left'),
    attach(id, { name, type = 'application/octet-stream', bytes }) {
      const [file] = store([{ name, type, size: bytes.length, open: bytesOf(bytes) }])
      if (!file) throw new Error('nothing was attached')
      revise(id, { files: [...articleOf(id).files, file] })
      return file
    },
    mergeByHand: (source, target, by = PERSON_ID) => records.merge(source, target, by),
    tagByHand: (id, ...tags) => retag(id, [...new Set([...get(id).tags, ...tags])], PERSON_ID),
    untagByHand: (id, tag) =>
      retag(
        id,
        get(id).tags.filter((one) => one !== tag),
        PERSON_ID,
      ),
    addPerson(email, more = {}) {
      const { id } = records.personOf(email, 'Somebody')
      return replacePerson(id, more)
    },
    readdress(id, email) {
      replacePerson(id, { email: email.toLowerCase() })
    },
    backup,
  }
}

/** A ticket that no form of ours asked for. */
export const foreign = (number: string): NewTicket => ({
  number,
  title: 'Somebody else’s',
  group: 'First Line support',
  priority: null,
  tags: [],
  customer: { name: 'Other', email: 'other@example.org' },
  body: 'Not ours',
  messageId: `<${number}@elsewhere.example>`,
  mark: { instance: 'another', submission: 'another' },
  attachments: [],
  continues: null,
})
