import { isSuccess } from './client.ts'
import {
  adminOf,
  articleBy,
  aWord,
  bytesOf,
  draft,
  fileOf,
  foreignGroupOf,
  must,
  NO_TICKET,
  openNew,
  openOn,
  seen,
  written,
  type Bench,
  type ContractPromise,
} from './contract-bench.ts'
import { createDesk } from './desk.ts'

/** Two tickets of one customer, the one merged into the other, and the article that both had. */
async function merged(bench: Bench) {
  const [{ customer }, target] = await openNew(bench)
  const [asked, source] = await openNew(bench, { customer })
  const moved = await articleBy(bench.desk, source.id, asked.messageId)
  const { outcome } = await bench.desk.merge(source.id, target.number)
  must(outcome === 'written', `the merge came to "${outcome}"`)
  return { source, target, moved }
}

/** A picture of one pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

/** What becomes of articles. */
export const ARTICLES: readonly ContractPromise[] = [
  {
    name: 'an article is read as it is now: a flip moves its time of update, not that of its making',
    needs: 'agent',
    async run(bench) {
      const { desk, client } = bench
      const [asked, ticket] = await openNew(bench)
      const before = await articleBy(desk, ticket.id, asked.messageId)
      const flip = await client.write('PUT', `/ticket_articles/${before.id}`, { internal: true })
      must(isSuccess(flip), `the flip was answered with ${flip.status}`)
      const sight = await desk.article(before.id)
      must(sight.seen === 'article', `it is ${sight.seen}`)
      must(sight.article.internal && !before.internal, 'the flip is not told')
      must(sight.article.createdAt.getTime() === before.createdAt.getTime(), 'it was made at another time')
      must(sight.article.updatedAt > before.updatedAt, 'its time of update did not move')
    },
  },
  {
    name: 'a picture in a text of staff’s is among its files, and is had',
    needs: 'agent',
    async run(bench) {
      const { desk, client } = bench
      const [, ticket] = await openNew(bench)
      const row = {
        ticket_id: ticket.id,
        type: 'note',
        sender: 'System',
        internal: true,
        content_type: 'text/html',
        body: `<p>see <img src="data:image/png;base64,${PIXEL}"></p>`,
      }
      const answer = await client.write('POST', '/ticket_articles', row)
      must(isSuccess(answer), `the note was answered with ${answer.status}`)
      const article = (await desk.articles(ticket.id))?.at(-1)
      const [picture, ...more] = article?.files ?? []
      must(article !== undefined && picture !== undefined && more.length === 0, 'it has not exactly one file')
      const had = await desk.file({ ticketId: ticket.id, articleId: article.id, id: picture.id })
      must(had !== null, 'the picture is not to be had')
      const bytes = Uint8Array.from(atob(PIXEL), (character) => character.charCodeAt(0))
      must(
        (await bytesOf(had.bytes)) === (await bytesOf(new Blob([bytes]).stream())),
        'it is had with other bytes',
      )
    },
  },
  {
    name: 'a file is had only where it belongs',
    needs: 'agent',
    async run(bench) {
      const attachments = [fileOf('small.bin', 10)]
      const [asked, ticket] = await openNew(bench, { attachments })
      const { id, files } = await articleBy(bench.desk, ticket.id, asked.messageId)
      const other = await written(bench, ticket.id, await aWord(bench), 'add')
      const [file] = files
      must(file !== undefined, 'the file is not told')
      const place = { ticketId: ticket.id, articleId: id, id: file.id }
      must((await bench.desk.file(place)) !== null, 'it is not had where it is')
      must(
        (await bench.desk.file({ ...place, articleId: other.id })) === null,
        'it is had by another article',
      )
    },
  },
  {
    name: 'a merge moves the articles, which keep ids and where they were born; the target is the parent',
    needs: 'agent',
    async run(bench) {
      const { source, target, moved } = await merged(bench)
      const now = await seen(bench, source.id)
      must(now.stateType === 'merged' && now.closed && now.ownerId === null, 'the source is not merged')
      const sight = await bench.desk.article(moved.id)
      must(sight.seen === 'article' && sight.article.ticketId === target.id, 'the article has not moved')
      must(sight.article.createdAt.getTime() === moved.createdAt.getTime(), 'it is as of another time')
      must((await bench.desk.bornOn(source.id))?.has(moved.id) === true, 'it was not born on the source')
      const own = await bench.desk.bornOn(target.id)
      must(own !== null && own.size === 1 && !own.has(moved.id), 'the target tells other births')
      must((await bench.desk.parents(source.id)).join() === String(target.id), 'the target is not its parent')
      must((await bench.desk.parents(target.id)).length === 0, 'the target has a parent')
      const update = await seen(bench, target.id)
      must(update.updatedAt > target.updatedAt, 'the target’s time of update did not move')
    },
  },
  {
    name: 'what cannot be merged is told: an unknown number, the ticket itself, a ticket that never was',
    needs: 'agent',
    async run(bench) {
      const [, ticket] = await openNew(bench)
      const free = (await draft(bench)).number ?? ''
      for (const [id, number, expected] of [
        [ticket.id, free, 'refused'],
        [ticket.id, ticket.number, 'refused'],
        [NO_TICKET, ticket.number, 'gone'],
      ] as const) {
        const { outcome } = await bench.desk.merge(id, number)
        must(outcome === expected, `it came to "${outcome}", not to "${expected}"`)
      }
      must((await seen(bench, ticket.id)).stateType === ticket.stateType, 'the ticket was changed')
    },
  },
  {
    name: 'a state takes a merge back without a word, and it can be merged again',
    needs: 'agent',
    async run(bench) {
      const { source, target } = await merged(bench)
      const { outcome } = await bench.desk.reply(source.id, await aWord(bench), 'reopen')
      must(outcome === 'written', `a word came to "${outcome}"`)
      must((await seen(bench, source.id)).stateType === 'open', 'it is merged still')
      must((await bench.desk.merge(source.id, target.number)).outcome === 'written', 'it is not merged again')
      must((await seen(bench, source.id)).stateType === 'merged', 'it is open still')
      must((await bench.desk.parents(source.id)).includes(target.id), 'the target is not its parent')
    },
  },
  {
    name: 'articles of a ticket out of sight are out of sight, their files and its history are not told',
    needs: 'admin',
    async run(bench) {
      const group = foreignGroupOf(bench)
      const desk = createDesk(adminOf(bench))
      const [{ customer }] = await openNew(bench)
      const asked = await draft(bench, { group, customer, attachments: [fileOf('small.bin', 10)] })
      const ticket = await openOn(bench, desk, asked)
      const { id, files } = await articleBy(desk, ticket.id, asked.messageId)
      must((await bench.desk.article(id)).seen === 'out-of-sight', 'the article is seen')
      const place = { ticketId: ticket.id, articleId: id, id: files[0]?.id ?? 0 }
      must((await desk.file(place)) !== null, 'the administrator has not its file')
      must((await bench.desk.file(place)) === null, 'its file is had')
      must((await bench.desk.bornOn(ticket.id)) === null, 'its births are told')
      must((await bench.desk.parents(ticket.id)).length === 0, 'its parents are told')
      for (const how of ['add', 'reopen'] as const) {
        const { outcome } = await bench.desk.reply(ticket.id, await aWord(bench), how)
        must(outcome === 'out-of-sight', `a word came to "${outcome}"`)
      }
    },
  },
]
