import { type Context, Hono } from 'hono'
import type { AnswerError } from '../forms/answers.ts'
import type { Form } from '../forms/form.ts'
import { isTimeZone } from '../time-zone.ts'
import { type Addresses, conversationPath } from './addresses.ts'
import type { Fields } from './body.ts'
import type { HttpDeps } from './deps.ts'
import { failurePage, RETRY_AFTER_SECONDS } from './failing.tsx'
import { FILE_LIMITS } from './multipart.ts'
import { FormPage, type FormNotice } from './pages/form-page.tsx'
import { Home } from './pages/home.tsx'
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
import { createShedder, type Shedder } from './shedding.ts'
import { answerPage, languageOf, placeOf } from './speaking.ts'
import { acceptedBy, countsOf, rawOf, readFilled } from './uploads.ts'

/** Uploads under way at once; each holds some hundred kilobytes. */
const MOST_AT_ONCE = 40

/** The first page, and the forms to fill in. */
export function formRoutes(deps: HttpDeps, addresses: Addresses): Hono {
  const app = new Hono()
  const shedder = createShedder(MOST_AT_ONCE)
  const formOf = (c: Context): Form | undefined => deps.forms.find(({ id }) => id === c.req.param('form'))

  app.get('/', (c) => answerPage(c, <Home place={placeOf(c, deps, addresses)} forms={deps.forms} />))

  app.get('/forms/:form', async (c) => {
    const form = formOf(c)
    if (!form) return c.notFound()
    // Back must bring the same page with its token, so that sending once more stays a repeat. It may be kept
    // for that, being empty, and is sent to another address, as a POST removes what is kept under its own.
    c.header('Cache-Control', 'private, no-cache')
    return formPage(c, deps, addresses, { form, status: 200 })
  })

  app.post('/forms/:form', async (c) => {
    const form = formOf(c)
    if (!form) return c.notFound()
    return post(c, deps, addresses, form, shedder)
  })
  return app
}

interface FormAnswer {
  readonly form: Form
  readonly status: 200 | 409 | 413 | 422 | 429 | 503
  readonly typed?: Fields
  readonly errors?: readonly AnswerError[]
  readonly notice?: FormNotice
  readonly filesWereChosen?: boolean
  /** The token of the page that was sent, where a repeat must stay one. */
  readonly token?: string
}

async function formPage(
  c: Context,
  deps: HttpDeps,
  addresses: Addresses,
  answer: FormAnswer,
): Promise<Response> {
  const { form, typed = new Map<string, string[]>() } = answer
  const place = placeOf(c, deps, addresses)
  const token = answer.token ?? (await deps.tokens.issue(`form:${form.id}`, deps.clock()))
  if (answer.status === 503 || answer.status === 429) c.header('Retry-After', String(RETRY_AFTER_SECONDS))
  const page = (
    <FormPage
      place={place}
      form={form}
      typed={typedOf(form, typed)}
      errors={answer.errors ?? []}
      notice={answer.notice ?? null}
      action={`${addresses.path(`/forms/${form.id}`)}?lang=${place.language}&step=send`}
      token={token}
      zone={typed.get('_zone')?.[0] ?? ''}
      fileLimits={FILE_LIMITS}
      filesWereChosen={answer.filesWereChosen ?? false}
    />
  )
  return answerPage(c, page, answer.status)
}

/** What was typed into the form's own fields, as the page shows it again. */
const typedOf = (form: Form, typed: Fields) =>
  Object.fromEntries(
    form.fields.flatMap((field) => {
      const values = typed.get(field.id)
      if (!values) return []
      return [[field.id, field.kind === 'checkboxes' ? values : (values[0] ?? '')]]
    }),
  )

function post(
  c: Context,
  deps: HttpDeps,
  addresses: Addresses,
  form: Form,
  shedder: Shedder,
): Promise<Response> {
  const terms = termsOf(deps, form)
  return receive(c, deps, terms, shedder, {
    unread: (posted, reason) => unreadPage(c, deps, addresses, form, posted, reason),
    settle: (posted) => settle(c, deps, addresses, form, posted),
    tooLong: () => failurePage(c, deps, addresses, 413),
    failed(posted, error) {
      deps.log.error('submission.failed', { form: form.id, error })
      return formPage(c, deps, addresses, {
        form,
        status: 503,
        typed: posted.typed,
        notice: 'unavailable',
        filesWereChosen: posted.uploads.taken.length > 0,
        ...(posted.key === null ? {} : genuineToken(posted)),
      })
    },
  })
}

const termsOf = ({ intake }: HttpDeps, form: Form): Terms => ({
  purpose: `form:${form.id}`,
  isUsed: intake.isUsed,
  accept: (field) => acceptedBy(form, field),
  arriving: (typed) => ({ form: form.id, address: typed.get('email')?.[0]?.trim() || null }),
})

function unreadPage(
  c: Context,
  deps: HttpDeps,
  addresses: Addresses,
  form: Form,
  posted: Posted,
  reason: NotRead,
): Response | Promise<Response> {
  const answer = unanswered(posted, reason)
  return typeof answer === 'number'
    ? failurePage(c, deps, addresses, answer)
    : formPage(c, deps, addresses, { form, ...answer })
}

/** Judges what was read, and accepts it or brings it back. */
async function settle(
  c: Context,
  deps: HttpDeps,
  addresses: Addresses,
  form: Form,
  posted: Posted,
): Promise<Response> {
  const { typed, uploads } = posted
  const language = languageOf(c, deps)
  const filesWereChosen = uploads.taken.length > 0 || uploads.refused.length > 0
  const back = (answer: Omit<FormAnswer, 'form'>): Promise<Response> =>
    formPage(c, deps, addresses, { form, typed, filesWereChosen, ...answer })
  if (posted.key === null) return back({ status: 422, notice: 'token-expired' })
  if ((typed.get('_email2')?.[0] ?? '') !== '') {
    return back({ status: 422, notice: 'filled-by-program', ...keptToken(posted) })
  }
  if (posted.token !== 'expired' && (await guarded(deps, termsOf(deps, form), posted)) === 'too-many') {
    return back({ status: 429, notice: 'too-many-requests', ...keptToken(posted) })
  }
  const reading = readFilled(form, rawOf(typed), language, { uploads, counts: countsOf(uploads) })
  if (!reading.ok) return back({ status: 422, errors: reading.errors, ...keptToken(posted) })
  if (posted.cut) return failurePage(c, deps, addresses, 413)
  if (posted.token === 'expired') return back({ status: 422, notice: 'token-expired' })
  const zone = typed.get('_zone')?.[0] ?? ''
  const filled = {
    key: posted.key,
    form,
    language,
    timeZone: isTimeZone(zone) ? zone : null,
    answers: reading.answers,
    files: uploads.taken,
  }
  const outcome = await uploads.goWith(() => deps.intake.accept(filled))
  if (outcome.outcome === 'other-content') return back({ status: 409, notice: 'already-sent-other' })
  deps.wake()
  const to = `${addresses.path(conversationPath(outcome.token))}?lang=${language}`
  return c.redirect(to, 303)
}
