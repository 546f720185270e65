import { Hono } from 'hono'
import { maskedAddress, tellAnswers, type View } from '../conversation/view.ts'
import { inLanguage } from '../language.ts'
import { type Addresses, conversationPath } from './addresses.ts'
import type { HttpDeps } from './deps.ts'
import { ConversationPage } from './pages/conversation-page.tsx'
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
    return answerPage(c, await page(deps, place, view, link))
  })

  app.get('/c/:token/files/:id', async (c) => {
    const view = await deps.views.byToken(c.req.param('token'))
    const file = view?.files.find(({ id }) => id === c.req.param('id'))
    const bytes = file && (await deps.files.get(file.storedAs))
    if (!file || !bytes) return c.notFound()
    return c.body(bytes, 200, {
      'Content-Type': file.type,
      'Content-Length': String(file.size),
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'Content-Security-Policy': "default-src 'none'; sandbox",
    })
  })
  return app
}

async function page(deps: HttpDeps, place: Place, view: View, link: string) {
  const { conversation, submission, files } = view
  const form = deps.forms.find(({ id }) => id === submission.form)
  const unit = deps.units.units.find(({ id }) => id === conversation.unit)
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
      now={deps.clock()}
      timeZone={submission.timeZone ?? deps.timeZone}
      zoneIsVisitors={submission.timeZone !== null}
      maskedEmail={maskedAddress(conversation.recipient)}
      sent={{
        at: submission.sentAt,
        formTitle: form ? here(form.title) : submission.title,
        answers: form ? tellAnswers(form, submission, here) : [],
        files: files.map(({ name, size }) => ({ name, size })),
      }}
      link={link}
      delayed={(await deps.isDelayed(view)) ? 'desk-unreachable' : null}
    />
  )
}
