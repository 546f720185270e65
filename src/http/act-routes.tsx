import { type Context, Hono } from 'hono'
import { ANSWER_WORDS } from '../forms/answer-words.ts'
import type { AnswerError, Answers } from '../forms/answers.ts'
import { maskedAddress, type View } from '../conversation/view.ts'
import type { Language } from '../language.ts'
import { type Act, ACTS, ACT_FORMS, judgedBy } from './act-forms.ts'
import { type Addresses, conversationPath } from './addresses.ts'
import type { Fields } from './body.ts'
import { conversationLanguage, purposeOf } from './conversation-routes.tsx'
import type { HttpDeps } from './deps.ts'
import { failurePage, RETRY_AFTER_SECONDS } from './failing.tsx'
import { FILE_LIMITS } from './multipart.ts'
import type { ActNotice } from './pages/act-form.tsx'
import { ActPage } from './pages/act-page.tsx'
import { textsIn } from './pages/texts/texts.ts'
import {
  genuineToken,
  guarded,
  keptToken,
  type NotRead,
  type Posted,
  receive,
  type Terms,
  unanswered,
} from './posted.ts'
import { createShedder } from './shedding.ts'
import { answerPage, placeOf } from './speaking.ts'
import { acceptedBy, countsOf, rawOf, readFilled } from './uploads.ts'

/** Replies with files under way at once; each holds some hundred kilobytes. */
const MOST_AT_ONCE = 40

/** One thing that is done about one conversation. */
interface Doing {
  readonly act: Act
  readonly token: string
  readonly view: View
}

/** What visitors do about their requests: a page that asks, and the POST that does it. */
export function actRoutes(deps: HttpDeps, addresses: Addresses): Hono {
  const app = new Hono()
  const shedder = createShedder(MOST_AT_ONCE)
  for (const act of ACTS) {
    const doing = async (c: Context): Promise<Doing | null> => {
      const token = c.req.param('token') ?? ''
      const view = await deps.views.byToken(token)
      return view && { act, token, view }
    }
    app.get(`/c/:token/${act}`, async (c) => {
      const it = await doing(c)
      if (!it) return c.notFound()
      const score = c.req.query('score')
      const typed = act === 'rating' && score !== undefined ? new Map([['score', [score]]]) : new Map()
      const notice = mayDo(it) ? {} : { notice: 'not-now' as const }
      return actPage(c, deps, addresses, it, { status: 200, typed, ...notice })
    })
    app.post(`/c/:token/${act}`, async (c) => {
      const it = await doing(c)
      if (!it) return c.notFound()
      return receive(c, deps, termsOf(deps, it), shedder, {
        unread: (posted, reason) => unreadPage(c, deps, addresses, it, posted, reason),
        settle: (posted) => settle(c, deps, addresses, it, posted),
        tooLong: () => failurePage(c, deps, addresses, 413),
        failed(posted, error) {
          deps.log.error('reply.failed', { conversation: it.view.conversation.id, kind: act, error })
          return actPage(c, deps, addresses, it, {
            status: 503,
            typed: posted.typed,
            notice: 'unavailable',
            filesWereChosen: posted.uploads.taken.length > 0,
            ...(posted.key === null ? {} : genuineToken(posted)),
          })
        },
      })
    })
  }
  return app
}

function mayDo({ act, view: { can } }: Doing): boolean {
  return { replies: can.reply, solved: can.solve, rating: can.rate, address: can.correctAddress }[act]
}

const termsOf = ({ say }: HttpDeps, { act, view }: Doing): Terms => ({
  purpose: purposeOf(view, act),
  isUsed: say.isUsed,
  accept: (field) => acceptedBy(ACT_FORMS[act], field),
  // A correction makes a mail to whatever was typed: that is the address that may have had too many.
  arriving: (typed) => ({
    form: view.submission.form,
    address: (act === 'address' && typed.get('email')?.[0]?.trim()) || view.conversation.recipient,
  }),
})

interface ActAnswer {
  readonly status: 200 | 409 | 413 | 422 | 429 | 503
  readonly typed?: Fields
  readonly errors?: readonly AnswerError[]
  readonly notice?: ActNotice
  readonly filesWereChosen?: boolean
  /** The token of the page that was sent, where a repeat must stay one. */
  readonly token?: string
}

async function actPage(
  c: Context,
  deps: HttpDeps,
  addresses: Addresses,
  { act, token, view }: Doing,
  answer: ActAnswer,
): Promise<Response> {
  const { conversation } = view
  const language = conversationLanguage(c, deps, view)
  const place = { ...placeOf(c, deps, addresses), language }
  const own = addresses.path(conversationPath(token))
  if (answer.status === 503 || answer.status === 429) c.header('Retry-After', String(RETRY_AFTER_SECONDS))
  const page = (
    <ActPage
      place={place}
      act={act}
      action={`${own}/${act}?lang=${language}`}
      token={answer.token ?? (await deps.tokens.issue(purposeOf(view, act), deps.clock()))}
      typed={Object.fromEntries(Array.from(answer.typed ?? [], ([name, [first = '']]) => [name, first]))}
      errors={answer.errors ?? []}
      notice={answer.notice ?? null}
      fileLimits={FILE_LIMITS}
      filesWereChosen={answer.filesWereChosen ?? false}
      number={conversation.ticketNumber ?? conversation.reference}
      maskedEmail={maskedAddress(conversation.recipient)}
      back={`${own}?lang=${language}`}
    />
  )
  return answerPage(c, page, answer.status)
}

function unreadPage(
  c: Context,
  deps: HttpDeps,
  addresses: Addresses,
  it: Doing,
  posted: Posted,
  reason: NotRead,
): Response | Promise<Response> {
  const answer = unanswered(posted, reason)
  return typeof answer === 'number'
    ? failurePage(c, deps, addresses, answer)
    : actPage(c, deps, addresses, it, answer)
}

/** Judges what was read, and does it or brings it back. */
async function settle(
  c: Context,
  deps: HttpDeps,
  addresses: Addresses,
  it: Doing,
  posted: Posted,
): Promise<Response> {
  const { typed, uploads } = posted
  const language = conversationLanguage(c, deps, it.view)
  const filesWereChosen = uploads.taken.length > 0 || uploads.refused.length > 0
  const back = (answer: ActAnswer): Promise<Response> =>
    actPage(c, deps, addresses, it, { typed, filesWereChosen, ...answer })
  if (posted.key === null) return back({ status: 422, notice: 'token-expired' })
  // What was done is told again to whoever repeats it, also where it can be done but once.
  if (posted.token !== 'used' && !mayDo(it)) return back({ status: 409, notice: 'not-now' })
  if (posted.token !== 'expired' && (await guarded(deps, termsOf(deps, it), posted)) === 'too-many') {
    return back({ status: 429, notice: 'too-many-requests', ...keptToken(posted) })
  }
  const counts = countsOf(uploads)
  const form = judgedBy(it.act, counts['files'] ?? 0)
  const reading = readFilled(form, rawOf(typed), language, { uploads, counts })
  if (!reading.ok) return back({ status: 422, errors: reading.errors, ...keptToken(posted) })
  if (posted.cut) return failurePage(c, deps, addresses, 413)
  if (posted.token === 'expired') return back({ status: 422, notice: 'token-expired' })
  const done = await perform(deps, it, { key: posted.key, answers: reading.answers, uploads })
  if (done.outcome !== 'done') return back(refusalOf(done.outcome, language))
  deps.wake()
  const own = addresses.path(conversationPath(done.token))
  return c.redirect(`${own}?lang=${language}&done=${it.act}${it.act === 'address' ? '' : '#last'}`, 303)
}

/** How a page tells that something was in order and yet was not done. */
function refusalOf(outcome: Exclude<Done['outcome'], 'done'>, language: Language): ActAnswer {
  switch (outcome) {
    case 'other-content':
      return { status: 409, notice: 'already-sent-other' }
    case 'too-late':
      return { status: 409, notice: 'not-now' }
    case 'same':
      return wrongAddress(textsIn(language).acts.address.same)
    case 'bad-address':
      return wrongAddress(ANSWER_WORDS[language].email)
  }
}

const wrongAddress = (message: string): ActAnswer => ({ status: 422, errors: [{ field: 'email', message }] })

type Done =
  | { readonly outcome: 'done'; readonly token: string }
  | { readonly outcome: 'other-content' | 'too-late' | 'same' | 'bad-address' }

interface Filled {
  readonly key: string
  readonly answers: Answers
  readonly uploads: Posted['uploads']
}

/** Does it, once for each key. */
async function perform(deps: HttpDeps, it: Doing, { key, answers, uploads }: Filled): Promise<Done> {
  const { act, view, token } = it
  const { conversation } = view
  const text = (id: string): string => {
    const answer = answers[id]
    return typeof answer === 'string' ? answer : ''
  }
  if (act === 'address') {
    const changed = await deps.changeAddress(conversation, text('email'))
    return changed.outcome === 'changed' ? { outcome: 'done', token: changed.token } : changed
  }
  const word = {
    replies: { act: 'reply', body: text('body'), score: null, files: uploads.taken },
    solved: { act: 'solved', body: '', score: null, files: [] },
    rating: { act: 'rating', body: text('comment'), score: Number(text('score')), files: [] },
  } as const
  const said = await uploads.goWith(() => deps.say.say({ key, conversation, ...word[act] }))
  return said.outcome === 'other-content' ? { outcome: 'other-content' } : { outcome: 'done', token }
}
