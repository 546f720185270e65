import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { createMailer } from '../../src/mail/smtp.ts'
import { createMailbox, type Mailbox, type MailboxOptions } from '../../src/sandbox/mailbox/mailbox.tsx'

const at = new Date('2026-11-21T09:15:00Z')

const WITH_ATTACHMENT = [
  'From: =?utf-8?Q?Atenci=C3=B3n?= <desk@example.org>',
  'To: ana@b.test',
  'Subject: =?utf-8?Q?Informe_<script>alert(1)</script>?=',
  'Message-ID: <one@example.org>',
  'Received: from a',
  'Received: from b',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b1',
  '',
  '--b1',
  'Content-Type: multipart/alternative; boundary=b2',
  '',
  '--b2',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'See https://desk.example.org/c/abc <b>now</b>',
  '--b2',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<!DOCTYPE html><html><head><title>t</title></head><body><script>alert(1)</script><p>Hello</p></body></html>',
  '--b2--',
  '--b1',
  'Content-Type: text/html',
  'Content-Disposition: attachment; filename="report \'1\'.html"',
  'Content-Transfer-Encoding: base64',
  '',
  'PHNjcmlwdD4=',
  '--b1--',
  '',
].join('\r\n')

interface Post extends AsyncDisposable {
  readonly mailbox: Mailbox
  readonly send: (mime: string, to?: string) => Promise<void>
  readonly page: (path: string) => Promise<Response>
  readonly port: number
}

async function openPost(options: Partial<MailboxOptions> = {}): Promise<Post> {
  const mailbox = createMailbox({ clock: () => at, base: '/sandbox/mail', ...options })
  const port = await mailbox.listen()
  const mailer = createMailer({ url: `smtp://127.0.0.1:${port}`, from: 'desk@example.org' })
  return {
    mailbox,
    port,
    send: (mime, to = 'ana@b.test') => mailer.send(to, new TextEncoder().encode(mime)),
    page: async (path) => mailbox.app.request(path),
    [Symbol.asyncDispose]: () => mailbox.close(),
  }
}

test('mail.json tells a mail in exactly these words', async () => {
  await using post = await openPost()
  await post.send(WITH_ATTACHMENT)
  expect(JSON.parse(JSON.stringify(post.mailbox.json()))).toEqual([
    {
      at: '2026-11-21T09:15:00.000Z',
      from: 'desk@example.org',
      to: ['ana@b.test'],
      subject: 'Informe <script>alert(1)</script>',
      headers: {
        from: 'Atención <desk@example.org>',
        to: 'ana@b.test',
        subject: 'Informe <script>alert(1)</script>',
        'message-id': '<one@example.org>',
        received: 'from a\nfrom b',
        'mime-version': '1.0',
        'content-type': 'multipart/mixed; boundary=b1',
      },
      text: 'See https://desk.example.org/c/abc <b>now</b>\n',
      html: expect.stringContaining('<p>Hello</p>'),
      raw: WITH_ATTACHMENT,
    },
  ])
})

test('a mailbox opened on a snapshot is the mailbox it was taken of, and goes on counting', async () => {
  let changes = 0
  await using before = await openPost({ onChange: () => changes++ })
  await before.send(WITH_ATTACHMENT)
  await before.send('Subject: two\r\n\r\nText\r\n', 'eva@b.test')
  expect(changes).toBe(2)
  await using after = await openPost({ state: before.mailbox.snapshot() })
  expect(after.mailbox.messages()).toEqual(before.mailbox.messages())
  await after.send('Subject: three\r\n\r\nText\r\n')
  expect(after.mailbox.messages().map(({ id, subject }) => [id, subject])).toEqual([
    [1, 'Informe <script>alert(1)</script>'],
    [2, 'two'],
    [3, 'three'],
  ])
})

test('a state that is no snapshot is refused', () => {
  expect(() => createMailbox({ clock: () => at, base: '/m', state: '{"mails":"none"}' })).toThrow()
})

test('only the newest mails are kept', async () => {
  await using post = await openPost({ max: 2 })
  for (const subject of ['one', 'two', 'three']) await post.send(`Subject: ${subject}\r\n\r\nText\r\n`)
  expect(post.mailbox.json().map(({ subject }) => subject)).toEqual(['two', 'three'])
  expect((await post.page('/1')).status).toBe(404)
})

test('mails that come at the same time are all kept, each under its own number', async () => {
  await using post = await openPost()
  await Promise.all(Array.from({ length: 12 }, (_, index) => post.send(`Subject: ${index}\r\n\r\nText\r\n`)))
  const mails = post.mailbox.messages()
  expect(new Set(mails.map(({ id }) => id)).size).toBe(12)
  expect(mails.map(({ subject }) => Number(subject)).toSorted((a, b) => a - b)).toEqual([...Array(12).keys()])
})

test('a mail of bytes that are no text is kept as it came', async () => {
  await using post = await openPost()
  const bytes = new Uint8Array([0x53, 0x3a, 0x20, 0xff, 0xfe, 0x00, 0x80, 0x0d, 0x0a])
  const mailer = createMailer({ url: `smtp://127.0.0.1:${post.port}`, from: 'desk@example.org' })
  await mailer.send('ana@b.test', bytes)
  expect(post.mailbox.messages()[0]?.bytes).toEqual(bytes)
})

test.for(['/', '/1', '/999', '/nothing'])(
  'the page %s is whole, in a language, and runs nothing',
  async (path) => {
    await using post = await openPost()
    await post.send(WITH_ATTACHMENT)
    const response = await post.page(path)
    const html = await response.text()
    expect(html).toMatch(/^<!DOCTYPE html><html lang="en">/)
    expect(html).toMatch(/<h1>[^<]/)
    expect(html).not.toMatch(/<script|<style|\sstyle=|\son\w+=/)
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'self'; frame-src 'self'; img-src 'self' data:;/,
    )
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    for (const href of ['/sandbox/mail', '/', '/sandbox/zammad', '/sandbox/mail/mailbox.css']) {
      expect(html).toContain(`href="${href}"`)
    }
  },
)

test('pages under a path link within that path', async () => {
  await using post = await openPost({ base: '/helpdesk/sandbox/mail' })
  await post.send(WITH_ATTACHMENT)
  const html = await (await post.page('/')).text()
  for (const href of ['/helpdesk/sandbox/mail/1', '/helpdesk/', '/helpdesk/sandbox/zammad']) {
    expect(html).toContain(`href="${href}"`)
  }
})

test('the list shows the newest mail first', async () => {
  await using post = await openPost()
  for (const subject of ['older', 'newer']) await post.send(`Subject: ${subject}\r\n\r\nText\r\n`)
  const html = await (await post.page('/')).text()
  expect(html.indexOf('newer')).toBeLessThan(html.indexOf('older'))
  expect(html).toContain('Saturday 21 November, 09:15 (UTC)')
})

test('the text of a mail is text, and its link can be followed', async () => {
  await using post = await openPost()
  await post.send(WITH_ATTACHMENT)
  const html = await (await post.page('/1')).text()
  expect(html).toContain('<a href="https://desk.example.org/c/abc" rel="noreferrer">')
  expect(html).toContain('&lt;b&gt;now&lt;/b&gt;')
  expect(html).toMatch(
    /<iframe title="The mail as HTML" src="\/sandbox\/mail\/1\/html" sandbox="allow-popups/,
  )
})

test('the HTML of a mail is served where nothing of it can run or be fetched', async () => {
  await using post = await openPost()
  await post.send(WITH_ATTACHMENT)
  const response = await post.page('/1/html')
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/^sandbox /)
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/allow-scripts|allow-same-origin|script-src/)
  expect(await response.text()).toContain('<head><base target="_blank"><title>t</title>')
})

const WITH_PICTURE = [
  'Subject: A picture',
  'MIME-Version: 1.0',
  'Content-Type: multipart/related; boundary=b',
  '',
  '--b',
  'Content-Type: text/html',
  '',
  '<img src="cid:lamp@desk.example"><img src="cid:other@desk.example"><img src="https://evil.example/x.png">',
  '--b',
  'Content-Type: image/png',
  'Content-ID: <lamp@desk.example>',
  'Content-Transfer-Encoding: base64',
  '',
  'iVBORw0KGgo=',
  '--b--',
  '',
].join('\r\n')

test('a picture that travels with a mail is shown from the mail, and no other is', async () => {
  await using post = await openPost()
  await post.send(WITH_PICTURE)
  const response = await post.page('/1/html')
  const html = await response.text()
  expect(html).toContain('<img src="data:image/png;base64,iVBORw0KGgo=">')
  expect(html).toContain('src="cid:other@desk.example"')
  expect(response.headers.get('content-security-policy')).toContain('img-src data:;')
})

test('an attachment is downloaded, never shown', async () => {
  await using post = await openPost()
  await post.send(WITH_ATTACHMENT)
  const response = await post.page('/1/attachments/1')
  expect(await response.text()).toBe('<script>')
  expect(response.headers.get('content-type')).toBe('application/octet-stream')
  expect(response.headers.get('content-disposition')).toBe(
    `attachment; filename="report _1_.html"; filename*=UTF-8''report%20%271%27.html`,
  )
  expect((await post.page('/1/attachments/2')).status).toBe(404)
})

test('the raw mail is the bytes as plain text', async () => {
  await using post = await openPost()
  await post.send(WITH_ATTACHMENT)
  const response = await post.page('/1/raw')
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
  expect(await response.text()).toBe(WITH_ATTACHMENT)
})

/** What a server says first, and that it hangs up then. */
const greetingOf = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = ''
    const socket = connect(port, '127.0.0.1')
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      said += text
    })
    socket.once('end', () => resolve(said))
    socket.once('error', reject)
  })

test('a mailbox that is down says 421 and hangs up', async () => {
  await using post = await openPost()
  post.mailbox.setFault('down')
  expect(await greetingOf(post.port)).toMatch(/^421 /)
})

test('a port that is taken is an error', async () => {
  await using post = await openPost()
  const second = createMailbox({ clock: () => at, base: '/sandbox/mail' })
  await expect(second.listen(post.port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
