import { expect, test } from 'vitest'
import { openPlatform } from '../support/platform.node.ts'
import { anArticle, anEntry, openFront } from './front.ts'

const PDF = new TextEncoder().encode('%PDF-1.7 nothing')

test.for([
  ['that turns the text', 'invoice\u202efdp.exe', 'invoicefdp.exe'],
  ['with a line end', 'a\r\nSet-Cookie: x.pdf', 'a Set-Cookie_ x.pdf'],
  ['of an ending alone', '\u0000.pdf', 'file.pdf'],
  ['of nothing', '\u200b', 'file'],
] as const)('a file of staff’s with a name %s is cleaned wherever it is named', async ([, name, shown]) => {
  const desk = await openFront(await openPlatform())
  const opened = await desk.opened()
  const file = { id: 3, name, type: 'application/pdf', size: PDF.length }
  await desk.ledgered(anEntry({ files: [file] }), opened.conversation)
  desk.articles.set(4711, { article: anArticle({ files: [file] }), bytes: new Map([[3, PDF]]) })
  const page = await (await desk.ask(opened.path)).text()
  expect(/<a href="[^"]*\/files\/4711-3">([^<]*)</.exec(page)?.[1]).toBe(shown)
  const told: unknown = await (await desk.ask(`/api/v1/conversations/${opened.path.slice(3)}`)).json()
  expect(told).toMatchObject({ articles: [{}, { attachments: [{ name: shown }] }] })
  const { headers } = await desk.ask(`${opened.path}/files/4711-3`)
  expect(headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''${encodeURIComponent(shown)}`)
})
