import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  agentName,
  articleText,
  CUT,
  MOST_SHOWN,
  MOST_SHOWN_BYTES,
  withPictures,
} from '../../src/relay/article-text.ts'
import { grammarFaults } from './harmless-grammar.ts'
import { hostileHtml } from '../fixtures/hostile-html.ts'

const FILES = [
  { id: 6, name: 'image1.png', type: 'image/png', size: 70 },
  { id: 7, name: 'r.pdf', type: 'application/pdf', size: 4 },
]
const PICTURE = '/api/v1/ticket_attachment/60/88/6?view=inline'

const ofHtml = (body: string) => articleText({ contentType: 'text/html', body, files: FILES })
const ofText = (body: string) => articleText({ contentType: 'text/plain', body, files: FILES })

/** Pictures as Zammad would name them. */
const asZammads = (html: string): string =>
  withPictures(html, (id) => `/api/v1/ticket_attachment/60/88/${id}?view=inline`)

interface Row {
  readonly why: string
  readonly body: string
  readonly html: string
  readonly text?: string
}

const REL = 'rel="noopener noreferrer nofollow"'

const kept: readonly Row[] = [
  {
    why: 'what agents write',
    body: '<p>Try <b>again</b>.</p>',
    html: '<p>Try <b>again</b>.</p>',
    text: 'Try again.',
  },
  {
    why: 'lists, numbered and not',
    body: '<ul><li>one</li><li>two</li></ul><ol start="3"><li>three</li></ol>',
    html: '<ul><li>one</li><li>two</li></ul><ol start="3"><li>three</li></ol>',
    text: '- one\n- two\n\n 3. three',
  },
  {
    why: 'a table',
    body: '<table style="x"><thead><tr><th scope="col">Node</th><th>State</th></tr></thead><tbody><tr><td colspan="2">UPV</td><td>down</td></tr></tbody></table>',
    html: '<table><thead><tr><th scope="col">Node</th><th>State</th></tr></thead><tbody><tr><td colspan="2">UPV</td><td>down</td></tr></tbody></table>',
    text: 'Node | State\nUPV | down',
  },
  {
    why: 'a span of cells that would fill the memory',
    body: '<table><tr><td colspan="99999999" rowspan="21">x</td></tr></table>',
    html: '<table><tr><td>x</td></tr></table>',
    text: 'x',
  },
  {
    why: 'a link',
    body: 'See <a href="https://docs.example/a?b=1&amp;c=2" title="t" target="_blank">the guide</a>.',
    html: `See <a href="https://docs.example/a?b=1&amp;c=2" ${REL}>the guide</a>.`,
    text: 'See the guide (https://docs.example/a?b=1&c=2).',
  },
  {
    why: 'a link that shows its address',
    body: '<a href="https://docs.example">https://docs.example</a>, <a href="mailto:desk@desk.example">desk@desk.example</a>',
    html: `<a href="https://docs.example/" ${REL}>https://docs.example</a>, <a href="mailto:desk@desk.example" ${REL}>desk@desk.example</a>`,
    text: 'https://docs.example, desk@desk.example',
  },
  {
    why: 'a link with somebody else’s name before its host',
    body: '<a href="https://bank.example@evil.example/">bank</a>',
    html: `<a href="https://evil.example/" ${REL}>bank</a>`,
    text: 'bank (https://evil.example)',
  },
  {
    why: 'a link to a page of ours',
    body: '<a href="/c/x/erase">a</a> <a href="//evil.example">b</a> <a href="#top">c</a> <a href="erase">d</a>',
    html: 'a b c d',
    text: 'a b c d',
  },
  {
    why: 'a mention of a colleague',
    body: 'Ask <a href="https://desk.example/#user/profile/4" data-mention-user-id="4">Anna Agent</a>.',
    html: 'Ask Anna Agent.',
    text: 'Ask Anna Agent.',
  },
  {
    why: 'headings, lowered in their order',
    body: '<h2>a</h2><h5>b</h5><h1>c</h1>',
    html: '<h3>a</h3><h4>b</h4><h3>c</h3>',
    text: 'a\n\nb\n\nc',
  },
  {
    why: 'what looks alike',
    body: '<section>a</section><del>b</del><kbd>c</kbd><dl><dt>d</dt><dd>e</dd></dl>',
    html: '<div>a</div><s>b</s><code>c</code><div><div>d</div><div>e</div></div>',
    text: 'a\nbc\nd\ne',
  },
  {
    why: 'a signature and what parts it',
    body: 'Hello<div data-signature="true" data-signature-id="1">-- <br>Anna</div>',
    html: 'Hello<div>-- <br />Anna</div>',
    text: 'Hello\n--\nAnna',
  },
  {
    why: 'text that looks like tags, and entities',
    body: '&lt;script&gt; a &amp; b &nbsp;&euro; &#x3c;img&#62;',
    html: '&lt;script&gt; a &amp; b \u00a0€ &lt;img&gt;',
    text: '<script> a & b \u00a0€ <img>',
  },
  {
    why: 'no class, id, style or handler',
    body: '<p class="a" id="b" style="color:red" onclick="x()" dir="RTL">c</p>',
    html: '<p dir="rtl">c</p>',
    text: 'c',
  },
  {
    why: 'what reads in another order than it is stored in',
    body: 'a\u202eb&#x202e;c\u2066d\u0000e',
    html: 'abcde',
    text: 'abcde',
  },
]

const pictures: readonly Row[] = [
  {
    why: 'a picture of Zammad’s, as recorded',
    body: `<p>see <img src="${PICTURE}" style="max-width:100%;"></p>x`,
    html: '<p>see <img src="file:6" alt="image1.png" /></p>x',
    text: 'see [image1.png]\n\nx',
  },
  {
    why: 'a picture with words, of another host',
    body: `<img alt=" A &quot;chart&quot; " src="https://desk.example/zammad${PICTURE}">`,
    html: '<img src="file:6" alt="A &quot;chart&quot;" />',
    text: '[A "chart"]',
  },
  {
    why: 'a file of another article',
    body: '<img src="/api/v1/ticket_attachment/60/88/8?view=inline">',
    html: '',
  },
  { why: 'a picture from outside', body: 'a<img src="https://track.example/p.gif">', html: 'a' },
  { why: 'a picture in an address', body: 'a<img src="data:image/png;base64,iVBORw0KGgo=">', html: 'a' },
  { why: 'a picture of a part of the mail', body: 'a<img src="cid:6">', html: 'a' },
  {
    why: 'a source that looks like ours',
    body: 'a<img src="file:6"><img src="file:///etc/passwd">',
    html: 'a',
  },
  { why: 'an address with more behind', body: `a<img src="${PICTURE}/../../../tickets">`, html: 'a' },
  { why: 'an id that is none', body: 'a<img src="/api/v1/ticket_attachment/60/88/6e0">', html: 'a' },
]

const QUOTE = '<blockquote type="cite">On Monday, Maria Sanz wrote:<br><br>It stops.<br></blockquote>'

const quotes: readonly Row[] = [
  {
    why: 'what Zammad quotes in full',
    body: `Hello<br><br><div data-signature="true">Anna</div><div><br><br/></div><div>${QUOTE}</div><div><br></div>`,
    html: 'Hello<br /><br /><div>Anna</div>',
  },
  {
    why: 'a passage that was chosen, with the signature below',
    body: `Hello<div>${QUOTE}</div><div data-signature="true">Anna</div>`,
    html: 'Hello<div></div><div>Anna</div>',
    text: 'Hello\n\nAnna',
  },
  {
    why: 'what a mail program writes above',
    body: '<div>Hello!<br><br>On Dec 23, 2026, at 04:35 PM, Maria &lt;<a href="mailto:m@x.example">m@x.example</a>&gt; wrote:<br><blockquote type="cite">x</blockquote></div>',
    html: '<div>Hello!</div>',
    text: 'Hello!',
  },
  {
    why: 'such a line in Spanish',
    body: '<p>Hola</p><p>El 3 de mayo de 2026, María escribió:</p><blockquote type="cite">x</blockquote>',
    html: '<p>Hola</p>',
  },
  {
    why: 'a line that ends alike and is the agent’s',
    body: '<p>These 2 lines are wrong:</p><blockquote type="cite">x</blockquote>',
    html: '<p>These 2 lines are wrong:</p>',
  },
  {
    why: 'two originals, one behind the other',
    body: 'Hello<blockquote type="cite">x</blockquote><blockquote type="cite">y</blockquote>',
    html: 'Hello',
  },
  {
    why: 'a quote between the lines',
    body: '<blockquote type="cite">May I?</blockquote>You may.<blockquote type="cite">Later?</blockquote>',
    html: '<blockquote>May I?</blockquote>You may.',
    text: '> May I?\n\nYou may.',
  },
  {
    why: 'a picture below the quote',
    body: `Hello<blockquote type="cite">x</blockquote><img src="${PICTURE}">`,
    html: 'Hello<blockquote>x</blockquote><img src="file:6" alt="image1.png" />',
  },
  {
    why: 'a quote of the agent’s own',
    body: 'The manual says<blockquote>Restart it.</blockquote>',
    html: 'The manual says<blockquote>Restart it.</blockquote>',
    text: 'The manual says\n\n> Restart it.',
  },
  {
    why: 'nothing but a quote',
    body: `<div>${QUOTE}</div><div data-signature="true">Anna</div>`,
    html: '<div><blockquote>On Monday, Maria Sanz wrote:<br /><br />It stops.<br /></blockquote></div><div>Anna</div>',
  },
  {
    why: 'what is forwarded',
    body: `See below.<br><div>---Begin forwarded message:---<br><br></div><div>${QUOTE}</div>`,
    html: 'See below.<br /><div>---Begin forwarded message:---<br /><br /></div><div><blockquote>On Monday, Maria Sanz wrote:<br /><br />It stops.</blockquote></div>',
  },
]

test.for([...kept, ...pictures, ...quotes])('$why comes out as it may be shown', ({ body, html, text }) => {
  const shown = ofHtml(body)
  expect(shown.html).toBe(html)
  if (text !== undefined) expect(shown.text).toBe(text)
  expect(grammarFaults(shown.html)).toEqual([])
})

test('files that are pictures in the text are named once each, and those of a quote not at all', () => {
  const again = `<img src="${PICTURE}"><img src="${PICTURE.replace('/6?', '/7?')}"><img src="${PICTURE}">`
  expect(ofHtml(again).pictures).toEqual([6, 7])
  expect(ofHtml(`Hello<blockquote type="cite">${again}</blockquote>`).pictures).toEqual([])
})

const plain: readonly Row[] = [
  {
    why: 'paragraphs and lines',
    body: 'Hello\r\nMaria,\r\n\r\n\r\n  indented\n',
    html: '<p>Hello<br />Maria,</p><p>\u00a0\u00a0indented</p>',
    text: 'Hello\nMaria,\n\n\n  indented',
  },
  {
    why: 'what would be markup elsewhere',
    body: '<b onclick=x>&amp;</b> "a"',
    html: '<p>&lt;b onclick=x&gt;&amp;amp;&lt;/b&gt; "a"</p>',
    text: '<b onclick=x>&amp;</b> "a"',
  },
  {
    why: 'links, without what ends their sentence',
    body: 'See https://docs.example/a?b=1&c=2. (HTTP://x.example/)',
    html: `<p>See <a href="https://docs.example/a?b=1&amp;c=2" ${REL}>https://docs.example/a?b=1&amp;c=2</a>. (<a href="http://x.example/" ${REL}>HTTP://x.example/</a>)</p>`,
    text: 'See https://docs.example/a?b=1&c=2. (HTTP://x.example/)',
  },
  {
    why: 'a picture that is only written about',
    body: `<img src="${PICTURE}">`,
    html: `<p>&lt;img src="${PICTURE}"&gt;</p>`,
  },
  {
    why: 'the original below, introduced in two lines',
    body: 'Hello\n\nOn 3 May 2026 at 10:00, Maria Sanz <m@x.example>\nwrote:\n\n> It stops.\n>\n> Maria\n',
    html: '<p>Hello</p>',
    text: 'Hello',
  },
  {
    why: 'a quote between the lines',
    body: '> May I?\nYou may.',
    html: '<p>&gt; May I?<br />You may.</p>',
    text: '> May I?\nYou may.',
  },
  { why: 'nothing but a quote', body: '> x', html: '<p>&gt; x</p>', text: '> x' },
  { why: 'nothing', body: ' \n', html: '', text: '' },
]

test.for(plain)('plain text: $why', ({ body, html, text }) => {
  const shown = ofText(body)
  expect(shown.html).toBe(html)
  if (text !== undefined) expect(shown.text).toBe(text)
})

const OVERLONG = {
  words: 'lorem ipsum ',
  elements: '<div>',
  'open angles': '<',
  comments: '<!--',
  'open quotes': '<a title="',
  cells: '<td colspan=20 rowspan=20>x',
  entities: '&amp;',
  pictures: `<img src="${PICTURE}">`,
  quotes: '<blockquote type=cite>x</blockquote>',
}

test.for(Object.entries(OVERLONG))('1,500,000 characters of %s are cut, and say so', ([, piece]) => {
  const body = piece.repeat(Math.floor(1_500_000 / piece.length))
  const { html, text } = ofHtml(body)
  expect(html.endsWith(`<p>${CUT}</p>`)).toBe(true)
  expect(text.endsWith(CUT)).toBe(true)
  expect(text.length).toBeLessThanOrEqual(MOST_SHOWN + CUT.length + 2)
  // A row of the store holds both.
  expect(new TextEncoder().encode(html + text).length).toBeLessThan(1_600_000)
})

test('what is just as long as is shown is whole', () => {
  const body = 'x'.repeat(MOST_SHOWN)
  expect(ofText(body)).toEqual({ html: `<p>${body}</p>`, text: body, pictures: [] })
  expect(ofText(`${body}y`).text).toBe(`${body}\n\n${CUT}`)
})

test('the text gives every address of more links than are shown', () => {
  const { text } = ofHtml(`<a href="https:a">x</a>`.repeat(MOST_SHOWN / 25))
  expect(text.startsWith('x (https://a)x (https://a)')).toBe(true)
})

test.for(hostileHtml)('harmless: $why', ({ html }) => {
  const shown = ofHtml(html)
  expect(grammarFaults(shown.html)).toEqual([])
  expect(ofText(html).html).not.toMatch(/<(?!\/?p>|br \/>|a href="https?:|\/a>)/)
})

const fragments = hostileHtml.flatMap(({ html }) => html.split(/(?=[<"'\s>])/))
const PIECES = [
  ...'<p> </p> <div> </div> <br> </br> <b> </b> <h1> </h6> <span> </span> <dt> <center> <pre> <hr>'.split(
    ' ',
  ),
  ...'<table> </table> <thead> <tr> </tr> <td> </td> <th> <li> </li> <ul> </ul> <ol> </a> <!-- -->'.split(
    ' ',
  ),
  '<a href="https://x.example">',
  QUOTE,
  '<blockquote type="cite">',
  '</blockquote>',
  '<div data-signature="true">',
  `<img src="${PICTURE}">`,
  `<img src="${PICTURE}" alt="&quot;<">`,
  'words',
  '&lt;',
  '&#0;',
  '<![CDATA[',
]
const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PIECES),
      fc.constantFrom(...fragments),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({ maxLength: 8 }),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''))

test('whatever the body is, what comes out follows the grammar of what may be shown', () => {
  fc.assert(
    fc.property(soup, (body) => {
      for (const { html, pictures } of [ofHtml(body), ofText(body)]) {
        expect(grammarFaults(html)).toEqual([])
        expect(pictures.every((id) => FILES.some((file) => file.id === id))).toBe(true)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('what was made harmless once stays as it is', () => {
  fc.assert(
    fc.property(soup, (body) => {
      const { html } = ofHtml(body)
      expect(ofHtml(asZammads(html)).html).toBe(html)
    }),
    { numRuns: 1_000 },
  )
})

/** Text of HTML that has no attribute with an angle in it. */
const wordsOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')

test('every character of a plain text is on the page', () => {
  fc.assert(
    fc.property(soup, (body) => {
      const { html, text } = ofText(body)
      expect(wordsOf(html).replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
    }),
    { numRuns: 1_000 },
  )
})

test('no address of a picture leaves its place, and a picture without one is none', () => {
  fc.assert(
    fc.property(soup, fc.string({ unit: 'binary' }), (body, address) => {
      const { html, pictures } = ofHtml(`<img src="${PICTURE}">${body}`)
      const placed = withPictures(html, () => address)
      expect(withPictures(html, (id) => `file:${id}`)).toBe(html)
      expect(placed.match(/</g)?.length).toBe(html.match(/</g)?.length)
      expect(pictures).toContain(6)
      expect(withPictures(html, () => null)).not.toContain('<img')
      expect(wordsOf(withPictures(html, () => null))).toBe(wordsOf(html))
    }),
  )
})

test('an address that would be a pattern of replacement is text', () => {
  const { html } = ofHtml(`<img src="${PICTURE}" alt="">`)
  expect(withPictures(html, () => `/a?b="&c=$&$1`)).toBe(
    '<img src="/a?b=&quot;&amp;c=$&amp;$1" alt="image1.png" />',
  )
})

test.for([
  ['Anna Agent', 'Anna Agent'],
  ['Anna Agent via Desk <desk@desk.example>', 'Anna Agent'],
  ['"Anna Agent via Cancer Image Europe" <desk@desk.example>', 'Anna Agent'],
  ['"Agent, Anna" <anna@desk.example>', 'Agent, Anna'],
  ['"Anna \\"Ann\\" Agent" <anna@desk.example>', 'Anna "Ann" Agent'],
  ['Via Romana <via@desk.example>', 'Via Romana'],
  ['Anna via Roma', 'Anna via Roma'],
  ['anna@desk.example', ''],
  ['<anna@desk.example>', ''],
  ['"anna@desk.example" <anna@desk.example>', ''],
  ['', ''],
  ['  ', ''],
  ['Anna\u202e\u2066 \u0000\r\nAgent\u200b <anna@desk.example>', 'Anna Agent'],
  ['A'.repeat(101), 'A'.repeat(100)],
  ['😀'.repeat(101), '😀'.repeat(100)],
] as const)('the sender %j is %j', ([from, name]) => {
  expect(agentName(from)).toBe(name)
})

test('no sender makes a name that is long, has an address or hides something', () => {
  fc.assert(
    fc.property(fc.oneof(soup, fc.string({ unit: 'binary', maxLength: 300 })), (from) => {
      const name = agentName(from)
      expect([...name].length).toBeLessThanOrEqual(100)
      expect(name).not.toMatch(/[@\p{Cc}\u200b\u202a-\u202e\u2066-\u2069]|^\s|\s$/u)
    }),
  )
})

test.for([
  ['addresses in plain text', () => ofText(`http://a.example/${'€'.repeat(99)} `.repeat(1800))],
  ['an address of a link', () => ofHtml(`<a href="https://a.example/${'€'.repeat(199_000)}">a</a>`)],
  ['marks that are escaped', () => ofText('"'.repeat(199_999))],
] as const)('%s take no more room than a row has, and what is cut says so', ([, make]) => {
  const { html, text } = make()
  const bytes = new TextEncoder().encode(html + text).length
  expect(bytes).toBeLessThanOrEqual(MOST_SHOWN_BYTES)
  expect(html.includes(CUT)).toBe(text.includes(CUT))
})
