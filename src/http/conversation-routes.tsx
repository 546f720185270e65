import { type Context, Hono } from 'hono'
import { after } from '../clock.ts'
import { unitIn } from '../conversation/message-words.ts'
import { maskedAddress, type View } from '../conversation/view.ts'
import { inLanguage, type Language } from '../language.ts'
import { sha256 } from '../secret.ts'
import { ACTS } from './act-forms.ts'
import { type Addresses, conversationPath } from './addresses.ts'
import type { HttpDeps } from './deps.ts'
import { FILE_LIMITS } from './multipart.ts'
import { ConversationPage } from './pages/conversation-page.tsx'
import { renderPage } from './pages/layout.tsx'
import type { Place } from './pages/place.ts'
import { textsIn } from './pages/texts/texts.ts'
import { shownEntry, shownSubmission } from './shown-thread.ts'
import { answerPage, placeOf } from './speaking.ts'

/** What a token of a conversation's page is bound to. */
export const purposeOf = ({ conversation }: View, act: string): string =>
  `conversation:${conversation.id}:${act}`

/** The language of a conversation: that of its submission, unless the address asks for another. */
export function conversationLanguage(c: Context, deps: HttpDeps, { submission }: View): Language {
  const asked = c.req.query('lang') ?? submission.language
  return deps.site.languages.find((one) => one === asked) ?? submission.language
}

/** The private page of a conversation. Reading changes nothing. */
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
    const place = { ...placeOf(c, deps, addresses), language: conversationLanguage(c, deps, view) }
    const delayed = await deps.delayOf(view)
    const done = ACTS.find((act) => act === c.req.query('done')) ?? null
    const pageAt = (now: Date, formToken: string) =>
      page(deps, addresses, { place, view, token, delayed, done, now, formToken })
    // Tokens are fresh on every page and time goes by: neither makes it another page.
    const standing = renderPage(pageAt(standingMoment(view, deps.clock()), ''))
    const tag = `W/"${(await sha256(standing)).slice(0, 32)}"`
    c.header('ETag', tag)
    if (isKnown(c, tag)) return c.body(null, 304, { Vary: 'Accept-Language' })
    const now = deps.clock()
    return answerPage(c, pageAt(now, await deps.tokens.issue(purposeOf(view, 'replies'), now)))
  })
  return app
}

/** The page tells how much time is left: of that, only whether any is left makes it another page. */
function standingMoment({ dueAt }: View, now: Date): Date {
  if (dueAt === null) return now
  return now > dueAt ? after(dueAt, 1) : dueAt
}

const isKnown = (c: Context, tag: string): boolean =>
  (c.req.header('If-None-Match') ?? '')
    .split(',')
    .map((one) => one.trim())
    .some((one) => one === '*' || one === tag || `W/${one}` === tag)

interface Shown {
  readonly place: Place
  readonly view: View
  readonly token: string
  readonly delayed: Awaited<ReturnType<HttpDeps['delayOf']>>
  readonly done: (typeof ACTS)[number] | null
  readonly now: Date
  readonly formToken: string
}

function page(deps: HttpDeps, addresses: Addresses, shown: Shown) {
  const { place, view, token, done, now } = shown
  const { conversation, submission } = view
  const form = deps.forms.find(({ id }) => id === submission.form)
  const unit = deps.units().units.find(({ id }) => id === conversation.unit)
  const here = (text: Parameters<typeof inLanguage>[0]): string => inLanguage(text, place.language)
  const own = addresses.path(conversationPath(token))
  const to = (act: string): string => `${own}/${act}?lang=${place.language}`
  const fileHref = (id: string): string => `${own}/files/${id}`
  return (
    <ConversationPage
      place={place}
      reference={conversation.reference}
      referenceIsNumber={!conversation.reference.startsWith('FL-')}
      ticketNumber={conversation.ticketNumber}
      status={view.status}
      unitName={unit ? here(unit.name) : null}
      dueAt={view.dueAt}
      isPaused={view.isPaused}
      isHeld={view.isHeld}
      isNotNeeded={view.isNotNeeded}
      raisedTo={raisedTo(deps, view, place)}
      answeredAt={view.answeredAt}
      now={now}
      timeZone={submission.timeZone ?? deps.timeZone}
      zoneIsVisitors={submission.timeZone !== null}
      maskedEmail={maskedAddress(conversation.recipient)}
      sent={shownSubmission(view, form, here, fileHref)}
      entries={view.entries.map((entry) => shownEntry(entry, fileHref))}
      link={addresses.absolute(conversationPath(token))}
      delayed={shown.delayed}
      isFrozen={view.isFrozen}
      isUnreachable={view.isUnreachable}
      correctHref={view.can.correctAddress ? to('address') : null}
      continuedIn={continuedIn(view, addresses, place)}
      reply={view.can.reply ? { action: to('replies'), token: shown.formToken } : null}
      solveHref={view.can.solve ? to('solved') : null}
      rateHref={view.can.rate ? to('rating') : null}
      fileLimits={FILE_LIMITS}
      done={done}
      self={`${own}?lang=${place.language}`}
    />
  )
}

/** The names of those who were told that the answer is late, the coordination last. */
function raisedTo({ units }: HttpDeps, { raised }: View, { language }: Place): readonly string[] {
  const names = raised.units.map((id) => unitIn(units(), id, language))
  return raised.coordination ? [...names, textsIn(language).conversation.coordination] : names
}

const continuedIn = ({ continuedIn: next }: View, addresses: Addresses, { language }: Place) =>
  next && {
    number: next.reference,
    href: `${addresses.path(conversationPath(next.token))}?lang=${language}`,
  }
