import type { Ticket } from '../desk.ts'
import { randomCode } from '../random.ts'
import {
  aWord,
  bytesOf,
  fileOf,
  must,
  NO_TICKET,
  openNew,
  seen,
  TEST_TAG,
  written,
  type Bench,
  type ContractPromise,
} from './contract-bench.ts'
import { LinksRow, readAs } from './schemas.ts'

async function closed(bench: Bench, ticket: Ticket): Promise<Ticket> {
  const change = await bench.desk.change(ticket.id, { state: 'closed' })
  must(change.outcome === 'changed', `closing came to "${change.outcome}"`)
  return change.ticket
}

/** What visitors say, and how it is known again. */
export const WORDS: readonly ContractPromise[] = [
  {
    name: 'a visitor’s word is the customer’s, public, by web and found by its Message-ID',
    needs: 'agent',
    async run(bench) {
      const [, ticket] = await openNew(bench)
      const word = await aWord(bench)
      const article = await written(bench, ticket.id, word, 'add')
      must(
        article.sender === 'Customer' && article.type === 'web' && !article.internal,
        'it is of another kind',
      )
      must(article.originById === ticket.customerId, 'it is not in the name of the customer')
      must(article.createdById === (await bench.desk.account()).id, 'it is told as made by somebody else')
      must(article.ticketId === ticket.id && article.body === word.body, 'place or text are other')
      must((await bench.desk.byMessageId(word.messageId))?.id === ticket.id, 'its Message-ID finds another')
      must((await seen(bench, ticket.id)).stateType === ticket.stateType, 'the state is another')
    },
  },
  {
    name: 'files of a word arrive whole, small or streamed, and are had again byte by byte',
    needs: 'agent',
    async run(bench) {
      const [, ticket] = await openNew(bench)
      const attachments = [fileOf('small.bin', 10), fileOf('large.bin', 3_000_001)]
      const article = await written(bench, ticket.id, await aWord(bench, { attachments }), 'add')
      for (const { name, size, open } of attachments) {
        const file = article.files.find((one) => one.name === name)
        must(file?.size === size, `of ${size} bytes ${file?.size ?? 'nothing'} is told`)
        const place = { ticketId: ticket.id, articleId: article.id, id: file.id }
        const had = await bench.desk.file(place)
        must(
          had !== null && (had.size === null || had.size === size),
          'it is not to be had, or of another size',
        )
        must((await bytesOf(had.bytes)) === (await bytesOf(await open())), 'it is had with other bytes')
      }
    },
  },
  {
    name: 'a word alone leaves a closed ticket closed; in the change that opens it, both are done',
    needs: 'agent',
    async run(bench) {
      const [, ticket] = await openNew(bench)
      must(ticket.closedAt === null, 'a new ticket was closed once')
      const { stateType, closedAt } = await closed(bench, ticket)
      must(stateType === 'closed' && closedAt !== null, 'it is not told as closed, or not since when')
      await written(bench, ticket.id, await aWord(bench), 'add')
      must((await seen(bench, ticket.id)).closed, 'a word alone opened it')
      const attachments = [fileOf('small.bin', 10)]
      const { files } = await written(bench, ticket.id, await aWord(bench, { attachments }), 'reopen')
      must(files.length === 1, 'the file is lost')
      const now = await seen(bench, ticket.id)
      must(now.stateType === 'open' && now.closedAt?.getTime() === closedAt.getTime(), 'it is not open')
      const told = await bench.desk.history(ticket.id)
      const states = told?.changes.filter((line) => line.attribute === 'state') ?? []
      must(states.length === 2, 'the history does not tell two states')
    },
  },
  {
    name: 'a word for a ticket that never was comes to nothing, and there is no article or file of it',
    needs: 'agent',
    async run(bench) {
      for (const how of ['add', 'reopen'] as const) {
        const { outcome } = await bench.desk.reply(NO_TICKET, await aWord(bench), how)
        must(outcome === 'gone', `it came to "${outcome}"`)
      }
      must((await bench.desk.article(NO_TICKET)).seen === 'gone', 'an article is seen')
      must((await bench.desk.bornOn(NO_TICKET)) === null, 'articles were born on it')
      const place = { ticketId: NO_TICKET, articleId: NO_TICKET, id: NO_TICKET }
      must((await bench.desk.file(place)) === null, 'a file is to be had')
    },
  },
  {
    name: 'the markup of a mention in a word is taken like any other text',
    needs: 'agent',
    async run(bench) {
      const [, ticket] = await openNew(bench)
      const body = `<a data-mention-user-id="${NO_TICKET}">nobody</a>`
      const article = await written(bench, ticket.id, await aWord(bench, { body }), 'add')
      must(!/data-mention-user-id/iu.test(article.body), 'the markup arrived unbroken')
    },
  },
]

/** What else stands around a conversation. */
export const AROUND: readonly ContractPromise[] = [
  {
    name: 'a tag is told, and taken away; one that is not there is none',
    needs: 'agent',
    async run(bench) {
      const { desk } = bench
      const [, ticket] = await openNew(bench)
      await desk.tag(ticket.id, ['firstline-test-a'])
      must(
        (await desk.tags(ticket.id)).toSorted().join() === `${TEST_TAG},firstline-test-a`,
        'tags are other',
      )
      const before = await seen(bench, ticket.id)
      await desk.untag(ticket.id, 'firstline-test-a')
      must((await desk.tags(ticket.id)).join() === TEST_TAG, 'it is there still, or another is gone')
      must((await seen(bench, ticket.id)).updatedAt > before.updatedAt, 'the time of update did not move')
      await desk.untag(ticket.id, 'firstline-test-a')
      must((await desk.tags(ticket.id)).join() === TEST_TAG, 'a tag that is not there took another away')
    },
  },
  {
    name: 'a person is found by exactly their address, else made once, and may be given a ticket',
    needs: 'agent',
    async run(bench) {
      const { desk, settings } = bench
      const [{ customer }, ticket] = await openNew(bench)
      const known = await desk.personOf(customer.email.toUpperCase(), 'Somebody Else')
      must(known.id === ticket.customerId && known.name === customer.name, 'another is found')
      const key = randomCode(settings.random, 16).toLowerCase()
      const email = `firstline-test-${key}@example.org`
      const made = await desk.personOf(`x${email}`, 'Firstline Test')
      const shorter = await desk.personOf(email, 'Firstline Test')
      must(made.id !== shorter.id && shorter.email === email, 'an address that resembles is taken for it')
      must((await desk.personOf(email, 'Else')).id === shorter.id, 'it is made twice')
      const roles = (await desk.person(shorter.id))?.roles ?? []
      must(roles.length > 0 && roles.join() === known.roles.join(), 'the new one has no customer’s role')
      const change = await desk.change(ticket.id, { customerId: shorter.id })
      must(change.outcome === 'changed' && change.ticket.customerId === shorter.id, 'the ticket is not given')
      must((await desk.person(NO_TICKET)) === null, 'somebody is told whom nobody is')
    },
  },
  {
    name: 'a ticket that continues another is linked with it as an equal',
    needs: 'agent',
    async run(bench) {
      const [{ customer }, old] = await openNew(bench)
      const [, next] = await openNew(bench, { customer, continues: old.id })
      for (const [from, to] of [
        [next.id, old.id],
        [old.id, next.id],
      ] as const) {
        const answer = await bench.client.get(`/links?link_object=Ticket&link_object_value=${from}`)
        const told = readAs(LinksRow, answer, 'links').links.map((link) => [
          link.link_type,
          link.link_object_value,
        ])
        must(told.join() === `normal,${to}`, `it is linked otherwise: ${told.join(' ')}`)
        must((await bench.desk.parents(from)).length === 0, 'it is told as a child')
      }
    },
  },
]
