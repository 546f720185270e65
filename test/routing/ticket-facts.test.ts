import { expect, test } from 'vitest'
import type { Article, Ticket } from '../../src/desk.ts'
import { factsOfTicket } from '../../src/routing/facts.ts'
import { htmlText } from '../../src/routing/html-text.ts'
import { NOON } from '../support/samples.ts'

const aTicket: Pick<Ticket, 'title' | 'firstArticleType' | 'createdAt' | 'mark'> = {
  title: 'Upload stops',
  firstArticleType: 'email',
  createdAt: NOON,
  mark: null,
}
type First = Pick<Article, 'type' | 'sender' | 'from' | 'contentType' | 'body'>
const aMail: First = {
  type: 'email',
  sender: 'Customer',
  from: 'Ada Lovelace <ada@Lab.UPV.es>',
  contentType: 'text/plain',
  body: 'It stops at <63 %>',
}

test('what Zammad knows of a ticket is told, and nothing that it does not', () => {
  expect(factsOfTicket(aTicket, aMail)).toEqual({
    source: 'email',
    form: null,
    answers: {},
    title: 'Upload stops',
    body: 'It stops at <63 %>',
    language: null,
    domain: 'lab.upv.es',
    organisation: null,
    at: NOON,
  })
})

test.for([
  ['a mail', 'email', null, 'email'],
  ['a call', 'phone', null, 'phone'],
  ['a note of an agent', 'note', null, 'zammad-ui'],
  ['a ticket from Zammad’s own page for customers', 'web', null, 'zammad-ui'],
  ['a ticket of ours', 'web', { instance: 'here', submission: 's' }, 'web-form'],
] as const)('%s is known by how it came', ([, type, mark, source]) => {
  expect(factsOfTicket({ ...aTicket, mark }, { ...aMail, type })).toMatchObject({ source })
})

test('a ticket whose articles are gone is still told', () => {
  expect(factsOfTicket(aTicket, null)).toMatchObject({ source: 'email', body: '', domain: null })
})

test.for([
  ['a bare address', 'Customer', 'ada@lab.example', 'lab.example'],
  ['an address beside a name with an @', 'Customer', '"Ada @ home" <ada@lab.example> ', 'lab.example'],
  ['a name without an address', 'Customer', 'Ada Lovelace', null],
  ['nothing', 'Customer', '', null],
  ['the desk’s own address', 'Agent', 'Helpdesk <help@desk.example>', null],
] as const)('the domain of %s is the customer’s or none', ([, sender, from, domain]) => {
  expect(factsOfTicket(aTicket, { ...aMail, sender, from }).domain).toBe(domain)
})

test('an HTML body is told as a reader sees it', () => {
  const body = '<p>My <b>mapping</b>&nbsp;table</p>\n<ul><li>is empty</li></ul>'
  const facts = factsOfTicket(aTicket, { ...aMail, contentType: 'text/HTML; charset=utf-8', body })
  expect(facts.body).toBe('My mapping table\nis empty')
})

test.for([
  ['words that only tags part', 'up<b>load</b>', 'upload'],
  ['words that lines part', 'one<br>two<div>three</div>four', 'one\ntwo\nthree\nfour'],
  ['cells of a table', '<table><tr><td>node</td><td>UPV</td></tr><tr><td>x</td></tr></table>', 'node UPV\nx'],
  ['what nobody reads', 'a<style>b{}</style><script>if (1 < 2) c()</script><!-- d -->e', 'a e'],
  ['what is never closed', 'a<!-- b', 'a'],
  ['a script that is never closed', 'a<script>b', 'a'],
  ['signs that are no tags', '1 < 2 and 3 > 2 <3', '1 < 2 and 3 > 2 <3'],
  ['entities', '&lt;b&gt; &amp;amp; &#241; &#xF1; &ntilde; &Aacute; &iquest;&quot;', '<b> &amp; ñ ñ ñ Á ¿"'],
  ['what is no entity', '&nothing; &#0; &#xD800; &#1114112; & x;', '&nothing; &#0; &#xD800; &#1114112; & x;'],
  ['attributes', '<a href="https://x.example/?a=1&b=2" title="no">link</a>', 'link'],
  ['blanks of the source', '  a\n\n   b\t<p>\n c </p>', 'a b\nc'],
] as const)('of HTML with %s the text is left', ([, html, text]) => {
  expect(htmlText(html)).toBe(text)
})

test.for([
  ['<'],
  ['<a '],
  ['<!--'],
  ['<script'],
  ['<script>'],
  ['</script '],
  ['&#'],
  [' '],
  ['<p>'],
  ['<td'],
])('a long body of %j is read in time that grows with its length alone', ([part]) => {
  const text = (count: number): string => htmlText((part ?? '').repeat(count))
  // Quadratic work on this much would outlast every patience.
  expect(text(400_000).length).toBeLessThanOrEqual(4_000_000)
})
