import type { Child } from 'hono/jsx'
import { tellSize, tellTime } from '../../language.ts'
import { Strip } from '../frame.tsx'
import type { KeptMail } from './kept.ts'

/** Paths of everything a page leads to. */
export interface Paths {
  readonly base: string
  readonly home: string
  readonly zammad: string
}

/** The pages' neighbours: the mailbox lives at `…/sandbox/mail`, beside `…/sandbox/zammad`. */
export function pathsFrom(base: string): Paths {
  const here = new URL(base.replace(/\/$/, ''), 'http://mailbox.invalid')
  return {
    base: here.pathname === '/' ? '' : here.pathname,
    home: new URL('../', here).pathname,
    zammad: new URL('zammad', here).pathname,
  }
}

const When = ({ at }: { at: Date }) => (
  <time datetime={at.toISOString()}>{tellTime(at, 'UTC', 'en')} (UTC)</time>
)

const Page = ({ title, paths, children }: { title: string; paths: Paths; children: Child }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{title} · Sandbox mailbox</title>
      <link rel="stylesheet" href={`${paths.base}/mailbox.css`} />
    </head>
    <body>
      <header class="top">
        <Strip to={{ form: paths.home, zammad: paths.zammad, mail: paths.base }} here="mail" />
        <div class="bar">
          <p>Sandbox mailbox</p>
        </div>
      </header>
      <main>{children}</main>
    </body>
  </html>
)

const document = (page: { toString: () => string }): string => `<!DOCTYPE html>${page.toString()}`

/** All mails, newest first. */
export function listPage(mails: readonly KeptMail[], paths: Paths): string {
  const newestFirst = mails.toReversed()
  return document(
    <Page title="Mails" paths={paths}>
      <h1>{mails.length === 1 ? '1 mail' : `${mails.length} mails`}</h1>
      {mails.length === 0 ? (
        <p>Nothing has arrived yet. Send a request with the form: its receipt shows up here.</p>
      ) : (
        <ol class="mails">
          {newestFirst.map((mail) => (
            <li>
              <a href={`${paths.base}/${mail.id}`}>{mail.subject || '(no subject)'}</a>
              <span class="soft">
                to {mail.to.join(', ')}, <When at={mail.at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Page>,
  )
}

/** The text with its web addresses as links. */
const Linked = ({ text }: { text: string }) => (
  <>
    {text.split(/(https?:\/\/[^\s<>"]+)/).map((part, index) =>
      index % 2 === 1 ? (
        <a href={part} rel="noreferrer">
          {part}
        </a>
      ) : (
        part
      ),
    )}
  </>
)

const Attachments = ({ mail, base }: { mail: KeptMail; base: string }) => (
  <section aria-labelledby="attachments">
    <h2 id="attachments">Attachments</h2>
    <ul class="files">
      {mail.attachments.map(({ name, type, bytes }, index) => (
        <li>
          <a href={`${base}/${mail.id}/attachments/${index + 1}`} download>
            {name}
          </a>{' '}
          <span class="soft">
            {type}, {tellSize(bytes.length, 'en')}
          </span>
        </li>
      ))}
    </ul>
  </section>
)

const Headers = ({ mail, base }: { mail: KeptMail; base: string }) => (
  <section aria-labelledby="headers">
    <h2 id="headers">Headers</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Text</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(mail.headers).map(([name, text]) => (
          <tr>
            <th scope="row">{name}</th>
            <td>{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
    <p>
      <a href={`${base}/${mail.id}/raw`}>The whole mail as it came</a>
    </p>
  </section>
)

/** One mail: what a reader sees, then what a mail server sees. */
export function mailPage(mail: KeptMail, { base, ...paths }: Paths): string {
  return document(
    <Page title={mail.subject || '(no subject)'} paths={{ base, ...paths }}>
      <h1>{mail.subject || '(no subject)'}</h1>
      <dl>
        <dt>From</dt>
        <dd>{mail.from || '(nobody: a report of a failed delivery)'}</dd>
        <dt>To</dt>
        <dd>{mail.to.join(', ')}</dd>
        <dt>Arrived</dt>
        <dd>
          <When at={mail.at} />
        </dd>
      </dl>
      <section aria-labelledby="text">
        <h2 id="text">Plain text</h2>
        {mail.text === null ? (
          <p>This mail has no plain text.</p>
        ) : (
          <div class="text">
            <Linked text={mail.text.trimEnd()} />
          </div>
        )}
      </section>
      <section aria-labelledby="html">
        <h2 id="html">HTML</h2>
        {mail.html === null ? (
          <p>This mail has no HTML.</p>
        ) : (
          <iframe
            title="The mail as HTML"
            src={`${base}/${mail.id}/html`}
            sandbox="allow-popups allow-popups-to-escape-sandbox"
          />
        )}
      </section>
      {mail.attachments.length > 0 ? <Attachments mail={mail} base={base} /> : null}
      <Headers mail={mail} base={base} />
    </Page>,
  )
}

/** The HTML part for its frame: its links open beside it, as pages of ours refuse to be framed. */
export function framedHtml({ html, attachments }: Pick<KeptMail, 'html' | 'attachments'>): string {
  const target = '<base target="_blank">'
  const shown = withPictures(html ?? '', attachments)
  return /<head[^>]*>/i.test(shown)
    ? shown.replace(/<head[^>]*>/i, (head) => `${head}${target}`)
    : `${target}${shown}`
}

/** Pictures that travel with a mail are shown from the mail itself, as mail programs do. */
const withPictures = (html: string, attachments: KeptMail['attachments']): string =>
  html.replace(/\ssrc="cid:([^"]*)"/g, (whole, id: string) => {
    const picture = attachments.find(({ contentId, type }) => contentId === id && type.startsWith('image/'))
    return picture ? ` src="data:${picture.type};base64,${base64Of(picture.bytes)}"` : whole
  })

const base64Of = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

export function missingPage(paths: Paths): string {
  return document(
    <Page title="No such mail" paths={paths}>
      <h1>This mail is not here</h1>
      <p>
        The mailbox keeps the newest mails only. <a href={paths.base}>See what is in it</a>.
      </p>
    </Page>,
  )
}
