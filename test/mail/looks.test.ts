import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LANGUAGES, type Language } from '../../src/language.ts'
import { htmlText } from '../../src/mail/messages.tsx'
import { wordingOf } from '../../src/mail/texts.ts'
import { ACCENT } from '../../src/mail/tokens.ts'
import type { Message } from '../../src/mailer.ts'
import { accessibilityFaults, openBrowser, screenshot } from '../support/browser.ts'
import {
  aContent,
  anAnswer,
  anEnclosed,
  everyAlert,
  everyPromiseMail,
  everyVisitorMail,
} from './mail-samples.ts'
import { everyMorningMail } from './morning-samples.ts'

const PHONE = { width: 320, height: 640 }
const DESK = { width: 1100, height: 900 }
const VIEWS = [
  { view: 'phone-light', viewport: PHONE, colorScheme: 'light' },
  { view: 'desk-dark', viewport: DESK, colorScheme: 'dark' },
] as const

/** A picture that needs no other file: 1200 by 300, so wider than any mail. */
const CHART = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="300"><rect width="1200" height="300" fill="#0b5f79"/><path d="M0 280L400 150 800 200 1200 20" stroke="#fff" stroke-width="8" fill="none"/></svg>',
)}`

/** Every tag that a person's words may have, with lines, cells and words that are too long for a phone. */
const EVERY_TAG = `
<p>Thank you for the log. The node was <strong>restarted</strong> this morning; could you try again and tell
us whether it still stops at <em>63 %</em>? The steps are in the
<a href="https://docs.example.org/upload?step=2">upload guide</a>:</p>
<ol><li>Stop the client.</li><li>Run this, and wait until it ends:
<pre><code>rclone copy --checksum --transfers 2 /data/study-01 node:upload/study-01 --log-file=/var/log/upload.log</code></pre></li>
<li>Look into <code>/var/log/upload.log</code>.</li></ol>
<h3>What we saw</h3>
<table><thead><tr><th>Node</th><th>Since</th><th>State</th></tr></thead>
<tbody><tr><td>UPV</td><td>09:10</td><td>answers</td></tr>
<tr><td>Umeå</td><td>09:25</td><td>connection.reset.by.peer.while.reading.response.header.from.upstream</td></tr></tbody></table>
<p><img src="${CHART}" alt="Uploads in the last hour" width="1200" height="300" /></p>
<blockquote><p>The upload stops at 63 % with “connection reset”.</p></blockquote>
<ul><li>One</li><li>Two<ul><li>Two and a half</li></ul></li></ul>
<hr />
<p style="color: #000000; background-color: #ffffff">Best regards<br />Anna</p>
<p>https://portal.example.org/${'a-very-long-path-'.repeat(8)}</p>`

const full = (language: Language): Message =>
  anAnswer({
    language,
    dueAt: new Date('2026-11-23T09:14:00Z'),
    content: aContent({
      html: EVERY_TAG,
      enclosed: [anEnclosed(), anEnclosed({ name: `${'protocol-of-the-upload-'.repeat(4)}.pdf` })],
      left: [{ name: 'scan.zip', size: 32_715_571 }],
    }),
  })

const mails = LANGUAGES.flatMap((language) =>
  [
    { what: 'answer with everything', message: full(language) },
    ...everyVisitorMail(language),
    ...everyAlert(language)
      .filter(({ what }) => ['late', 'undelivered', 'frozen'].includes(what))
      .map(({ what, message }) => ({ what: `alert ${what}`, message })),
    ...everyPromiseMail(language).filter(({ what }) => !what.startsWith('promise without')),
    ...everyMorningMail(language),
  ].map((mail) => ({ language, ...mail })),
)

let browser: Browser

beforeAll(async () => {
  browser = await openBrowser()
}, 60_000)

afterAll(async () => {
  await browser.close()
})

test.for(VIEWS)(
  'every mail can be read without faults and without scrolling sideways: $view',
  { timeout: 120_000 },
  async ({ view, viewport, colorScheme }) => {
    const context = await browser.newContext({ viewport, colorScheme })
    const page = await context.newPage()
    for (const { language, what, message } of mails) {
      await page.setContent(htmlText(wordingOf(message, 'Ticket#'), language, ACCENT))
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect({ what, wider }).toEqual({ what, wider: 0 })
      // The languages differ in words alone, and axe takes most of the time.
      const faults = language === 'en' ? await accessibilityFaults(page) : []
      expect({ what, faults }).toEqual({ what, faults: [] })
      await screenshot(page, `mail-${what.replaceAll(' ', '-')}-${language}-${view}`)
    }
    await context.close()
  },
)

test('in the dark no word of a person’s stays ink on ink, whatever colour it was given', async () => {
  const context = await browser.newContext({ viewport: DESK, colorScheme: 'dark' })
  const page = await context.newPage()
  await page.setContent(htmlText(wordingOf(full('en'), 'Ticket#'), 'en', ACCENT))
  const looks = await page.evaluate(() =>
    Array.from(document.querySelectorAll('.content p, .content td, .content a, .content code'), (each) => {
      const { color, backgroundColor } = getComputedStyle(each)
      return `${color} on ${backgroundColor}`
    }),
  )
  const ink = 'rgb(232, 237, 242)'
  expect(new Set(looks)).toEqual(
    new Set([
      `${ink} on rgba(0, 0, 0, 0)`,
      `${ink} on rgb(11, 16, 21)`,
      'rgb(99, 195, 223) on rgba(0, 0, 0, 0)',
      'rgb(169, 182, 195) on rgba(0, 0, 0, 0)',
    ]),
  )
  await context.close()
})
