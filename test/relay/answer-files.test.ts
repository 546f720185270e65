import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { Desk } from '../../src/desk.ts'
import { uploadForm } from '../support/sample-forms.ts'
import { answering } from './answering.ts'

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])
const SVG = new TextEncoder().encode('<svg onload="alert(1)"></svg>')

test('a form that mails links alone lets no word, name of a file or picture travel', async () => {
  const a = await answering({ forms: [{ ...uploadForm, mail: 'link-only' }] })
  const own = await a.opened()
  await a.answer(own, { body: 'secret-word' })
  await a.round()
  expect(a.answers()).toMatchObject([{ content: null }])
  expect(JSON.stringify(a.rendered)).not.toContain('secret-word')
})

test('a form that is no longer there lets nothing but the link travel', async () => {
  const a = await answering({ forms: [] })
  await a.answer(await a.opened())
  await a.round()
  expect(a.answers()).toMatchObject([{ content: null }])
})

test('pictures travel inside of the text, files beside it, and what is no picture is none', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  const shot = a.desk.attach(article.id, { name: 'shot.png', type: 'image/png', bytes: PNG })
  const drawing = a.desk.attach(article.id, { name: 'drawing.png', type: 'image/png', bytes: SVG })
  const log = a.desk.attach(article.id, { name: 'log.txt', type: 'text/plain', bytes: new Uint8Array([65]) })
  const picture = (id: number): string =>
    `<img src="/api/v1/ticket_attachment/${own.ticketId}/${article.id}/${id}?view=inline">`
  const body = `<p>See ${picture(shot.id)} and ${picture(drawing.id)}</p>`
  withBody(a, article.id, body)
  await a.round()
  const cid = `picture.${article.id}.${shot.id}@desk.example`
  const content = a.answers()[0]?.content
  expect(content?.html).toContain(`<img src="cid:${cid}"`)
  expect(content?.html.match(/<img/g)).toHaveLength(1)
  expect(content?.enclosed).toEqual([
    { cid, name: 'shot.png', type: 'image/png', bytes: PNG },
    { cid: null, name: 'drawing.png', type: 'image/png', bytes: SVG },
    { cid: null, name: 'log.txt', type: 'text/plain', bytes: new Uint8Array([65]) },
  ])
  expect([shot, drawing, log].map(({ id }) => id)).toEqual([1, 2, 3].map((n) => shot.id + n - 1))
})

/** An agent's HTML, as it is once its pictures are stored. */
function withBody(a: Awaited<ReturnType<typeof answering>>, id: number, body: string): void {
  const { article } = a.desk
  const asHtml: typeof article = async (asked) => {
    const sight = await article(asked)
    return asked === id && sight.seen === 'article'
      ? { seen: 'article', article: { ...sight.article, contentType: 'text/html', body } }
      : sight
  }
  Object.assign(a.desk, { article: asHtml })
}

test('what is too much for a mail stays on the page, and is named', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  const megabytes = (n: number) => new Uint8Array(n * 1024 * 1024)
  a.desk.attach(article.id, { name: 'five.bin', bytes: megabytes(5) })
  a.desk.attach(article.id, { name: 'four.bin', bytes: megabytes(4) })
  a.desk.attach(article.id, { name: 'two.bin', bytes: megabytes(2) })
  await a.round()
  const content = a.answers()[0]?.content
  expect(content?.enclosed.map(({ name }) => name)).toEqual(['five.bin', 'two.bin'])
  expect(content?.left).toEqual([{ name: 'four.bin', size: 4 * 1024 * 1024 }])
})

/** What becomes of every file that is asked for. */
const handOver = ({ desk }: Awaited<ReturnType<typeof answering>>, file: Desk['file']): void =>
  void Object.assign(desk, { file })

test('a file that is larger than it was said to be stays on the page', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  a.desk.attach(article.id, { name: 'log.txt', bytes: new Uint8Array(10) })
  handOver(a, async () => ({ size: null, bytes: new Blob([new Uint8Array(8 * 1024 * 1024)]).stream() }))
  await a.round()
  expect(a.answers()[0]?.content).toMatchObject({ enclosed: [], left: [{ name: 'log.txt', size: 10 }] })
})

test('a file that is gone is left out without a word', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  a.desk.attach(article.id, { name: 'log.txt', bytes: new Uint8Array(10) })
  handOver(a, async () => null)
  await a.round()
  expect(a.answers()[0]?.content).toMatchObject({ enclosed: [], left: [] })
})

test('a file that breaks off is waited for, and in the end named as one to be had on the page', async () => {
  const a = await answering()
  const own = await a.opened()
  const article = await a.answer(own)
  a.desk.attach(article.id, { name: 'log.txt', bytes: new Uint8Array(10) })
  handOver(a, async () => ({
    size: 10,
    bytes: new ReadableStream({ pull: (controller) => controller.error(new TypeError('terminated')) }),
  }))
  await a.pass(10 * MINUTE_MS, MINUTE_MS)
  expect(a.rendered).toEqual([])
  await a.pass(6 * HOUR_MS, 15 * MINUTE_MS)
  expect(a.answers()[0]?.content).toMatchObject({ enclosed: [], left: [{ name: 'log.txt', size: 10 }] })
  expect(a.sent).toHaveLength(1)
})
