import { type Context, Hono } from 'hono'
import { after } from '../clock.ts'
import { maskedAddress, tellAnswers, type View } from '../conversation/view.ts'
import { inLanguage } from '../language.ts'
import { sha256 } from '../secret.ts'
import { type Addresses, conversationPath } from './addresses.ts'
import type { HttpDeps } from './deps.ts'
import { ConversationPage } from './pages/conversation-page.tsx'
import { renderPage } from './pages/layout.tsx'
import type { Place } from './pages/place.ts'
import { answerPage, placeOf } from './speaking.ts'

/** The private page of a conversation, and the files on it. Reading changes nothing. */
export function conversationRoutes(deps: HttpDeps, addresses: Addresses): Hono {
  const app = new Hono()
  app.use('/c/*', async (c, next) => {
    await next()
    c.res.headers.set('X-Robots-Tag', 'noindex')
  })

  app.get('/c/:token', async (c) => {
    const token = c.req.param('token')
    const view = await deps.views.byToken(token)
    if (!view) return c.notFound()
    const asked = c.req.query('lang') ?? view.submission.language
    const language = deps.site.languages.find((one) => one === asked) ?? view.submission.language
    const place = { ...placeOf(c, deps, addresses), language }
    const link = addresses.absolute(conversationPath(token))
    const delayed = await deps.delayOf(view)
    const pageAt = (now: Date) => page(deps, { place, view, link, delayed, now })
    const tag = `W/"${(await sha256(renderPage(pageAt(standingMoment(view, deps.clock()))))).slice(0, 32)}"`
    c.header('ETag', tag)
    if (isKnown(c, tag)) return c.body(null, 304, { Vary: 'Accept-Language' })
    return answerPage(c, pageAt(deps.clock()))
  })

  app.get('/c/:token/files/:id', async (c) => {
    const view = await deps.views.byToken(c.req.param('token'))
    const file = view?.files.find(({ id }) => id === c.req.param('id'))
    if (!file) return c.notFound()
    // Of what nobody reads nothing may be opened.
    const bytes = c.req.method === 'HEAD' ? '' : await deps.files.get(file.storedAs)
    if (bytes === null) return c.notFound()
    return c.body(bytes, 200, {
      'Content-Type': file.type,
      'Content-Length': String(file.size),
      'Content-Disposition': `attachment; filename*=UTF-8''${extendedValue(file.name)}`,
      'Content-Security-Policy': "default-src 'none'; sandbox",
    })
  })
  return app
}

/** RFC 8187: letters, digits and few signs stand for themselves. */
const extendedValue = (text: string): string =>
  encodeURIComponent(text).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

/** The page tells how much time is left: of that, only whether any is left makes it another page. */
const standingMoment = ({ conversation }: View, now: Date): Date =>
  now > conversation.dueAt ? after(conversation.dueAt, 1) : conversation.dueAt

const isKnown = (c: Context, tag: string): boolean =>
  (c.req.header('If-None-Match') ?? '')
    .split(',')
    .map((one) => one.trim())
    .some((one) => one === '*' || one === tag || `W/${one}` === tag)

interface Shown {
  readonly place: Place
  readonly view: View
  readonly link: string
  readonly delayed: Awaited<ReturnType<HttpDeps['delayOf']>>
  readonly now: Date
}

function page(deps: HttpDeps, { place, view, link, delayed, now }: Shown) {
  const { conversation, submission, files } = view
  const form = deps.forms.find(({ id }) => id === submission.form)
  const unit = deps.units().units.find(({ id }) => id === conversation.unit)
  const here = (text: Parameters<typeof inLanguage>[0]): string => inLanguage(text, place.language)
  return (
    <ConversationPage
      place={place}
      reference={conversation.reference}
      referenceIsNumber={!conversation.reference.startsWith('FL-')}
      ticketNumber={conversation.ticketNumber}
      status={view.status}
      unitName={unit ? here(unit.name) : null}
      dueAt={conversation.dueAt}
      now={now}
      timeZone={submission.timeZone ?? deps.timeZone}
      zoneIsVisitors={submission.timeZone !== null}
      maskedEmail={maskedAddress(conversation.recipient)}
      sent={{
        at: submission.sentAt,
        formTitle: form ? here(form.title) : submission.title,
        answers: form ? tellAnswers(form, submission, here) : [],
        files: files.map(({ id, name, size }) => ({ name, size, href: `${link}/files/${id}` })),
      }}
      link={link}
      delayed={delayed}
    />
  )
}
