import { type Context, Hono } from 'hono'
import { type AnswerError, readAnswers } from '../forms/answers.ts'
import type { Form } from '../forms/form.ts'
import { tellRefusal } from '../intake/file-words.ts'
import { isTimeZone } from '../time-zone.ts'
import { type Addresses, conversationPath } from './addresses.ts'
import { isTooLong, readUrlencoded, type Fields } from './body.ts'
import type { HttpDeps } from './deps.ts'
import { readMultipart, UPLOAD_LIMITS, type Excess, type Unread } from './multipart.ts'
import { FailurePage, type FailureStatus } from './pages/failure-page.tsx'
import { FormPage, type FormNotice } from './pages/form-page.tsx'
import { Home } from './pages/home.tsx'
import { createShedder, placeIn, type Place as UploadPlace } from './shedding.ts'
import { answerPage, languageOf, placeOf } from './speaking.ts'
import { createUploads, type Uploads } from './uploads.ts'

/** Uploads under way at once; each holds some hundred kilobytes. */
const MOST_AT_ONCE = 40
const RETRY_AFTER_SECONDS = 30

const FILE_LIMITS = { count: UPLOAD_LIMITS.files, bytes: UPLOAD_LIMITS.allFilesBytes }

/** What a visitor's POST brought, whatever became of it. */
interface Posted {
  readonly typed: Map<string, string[]>
  readonly uploads: Uploads
  key: string | null
  /** Whether a text was cut at the limit, so that it must not be kept. */
  cut: boolean
  /** `not-yet`: no token has been read. */
  token: 'not-yet' | 'forged' | 'expired' | 'used' | 'fresh'
  /** The guard's, once it was asked. */
  verdict: 'pass' | 'too-many' | null
  /** What went wrong with the store while the body was read: the text is read on all the same. */
  failure: unknown
}

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
    // Text is small and bounded, so that slow senders of it keep nobody out: a place is for files.
    const place = placeIn(shedder)
    try {
      return await post(c, deps, addresses, form, place)
    } finally {
      place.leave()
    }
  })
  return app
}

/** A page that tells of a failure, where nothing of what was typed could be read. */
export function failurePage(
  c: Context,
  deps: HttpDeps,
  addresses: Addresses,
  status: FailureStatus,
): Response {
  const retryAfterSeconds = status === 503 || status === 429 ? RETRY_AFTER_SECONDS : null
  if (retryAfterSeconds !== null) c.header('Retry-After', String(retryAfterSeconds))
  const place = placeOf(c, deps, addresses)
  return answerPage(
    c,
    <FailurePage place={place} status={status} retryAfterSeconds={retryAfterSeconds} />,
    status,
  )
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

async function post(
  c: Context,
  deps: HttpDeps,
  addresses: Addresses,
  form: Form,
  place: UploadPlace,
): Promise<Response> {
  const uploads = createUploads({ files: deps.files, random: deps.random, limits: UPLOAD_LIMITS })
  const posted: Posted = {
    typed: new Map(),
    uploads,
    key: null,
    cut: false,
    token: 'not-yet',
    verdict: null,
    failure: null,
  }
  try {
    const unread = await Promise.race([read(c, deps, form, posted, place), place.shed])
    if (posted.failure !== null) throw posted.failure
    if (unread) return await unreadPage(c, deps, addresses, form, posted, unread)
    return await settle(c, deps, addresses, form, posted)
  } catch (error) {
    if (isTooLong(error)) return failurePage(c, deps, addresses, 413)
    deps.log.error('submission.failed', { form: form.id, error })
    return await formPage(c, deps, addresses, {
      form,
      status: 503,
      typed: posted.typed,
      notice: 'unavailable',
      filesWereChosen: uploads.taken.length > 0,
      ...(posted.key === null ? {} : genuineToken(posted)),
    })
  } finally {
    await uploads.discard()
  }
}

/** The same token again, so that sending once more never makes a second request. */
const keptToken = (posted: Posted): { readonly token?: string } =>
  posted.token === 'fresh' ? genuineToken(posted) : {}

function genuineToken({ typed }: Posted): { readonly token?: string } {
  const token = typed.get('_token')?.[0]
  return token === undefined ? {} : { token }
}

/** Reads the body into `posted`; resolves to why it could not be read whole. */
async function read(
  c: Context,
  deps: HttpDeps,
  form: Form,
  posted: Posted,
  place: UploadPlace,
): Promise<Excess | Unread | 'token-missing' | null> {
  const { typed, uploads } = posted
  const { headers, body } = c.req.raw
  let tokenMissing = false
  const result = await readMultipart({ headers, body }, UPLOAD_LIMITS, {
    async onField(name, value) {
      const values = typed.get(name)
      if (values) values.push(value)
      else typed.set(name, [value])
      if (name === '_token' && posted.token === 'not-yet') await readToken(deps, form, posted, value)
    },
    async onFile(part) {
      if (posted.failure !== null) return 'stop'
      if (posted.token === 'not-yet' || posted.token === 'forged') {
        tokenMissing = true
        return 'stop'
      }
      if (posted.token === 'expired' || (await guarded(deps, form, posted)) === 'too-many') return 'stop'
      if (!place.take()) return 'stop'
      await uploads.take(part, form, posted.token === 'used' ? 'compare' : 'keep')
      return undefined
    },
  })
  if (tokenMissing) return 'token-missing'
  // Mostly such a text is longer than its field takes, and its own error says so.
  posted.cut = !result.ok && result.reason === 'field-too-long'
  if (result.ok || result.reason === 'stopped' || posted.cut) return null
  if (result.reason !== 'wrong-type') return result.reason
  const plain = await readUrlencoded({ headers, body }, UPLOAD_LIMITS)
  if (!plain.ok) return plain.reason === 'too-large' ? 'text-too-large' : plain.reason
  for (const [name, values] of plain.fields) typed.set(name, [...values])
  await readToken(deps, form, posted, typed.get('_token')?.[0] ?? '')
  return null
}

/** The key is looked up before its age is judged: one that was used is known for 30 days. */
async function readToken(deps: HttpDeps, form: Form, posted: Posted, token: string): Promise<void> {
  const reading = await deps.tokens.read(token, `form:${form.id}`, deps.clock())
  if (reading.outcome === 'forged') {
    posted.token = 'forged'
    return
  }
  posted.key = reading.key
  try {
    const used = await deps.intake.isUsed(reading.key)
    posted.token = used ? 'used' : reading.expired ? 'expired' : 'fresh'
  } catch (error) {
    posted.failure = error
  }
}

/** What the guard says, asked once: a repeat of a request that was taken passes. */
async function guarded(deps: HttpDeps, form: Form, posted: Posted): Promise<'pass' | 'too-many'> {
  if (posted.token === 'used') return 'pass'
  const address = posted.typed.get('email')?.[0]?.trim() ?? ''
  posted.verdict ??= await deps.guard({ form: form.id, address: address === '' ? null : address })
  return posted.verdict
}

async function unreadPage(
  c: Context,
  deps: HttpDeps,
  addresses: Addresses,
  form: Form,
  posted: Posted,
  reason: Excess | Unread | 'token-missing' | 'no-room',
): Promise<Response> {
  const kept = { form, typed: posted.typed, filesWereChosen: true, ...keptToken(posted) }
  switch (reason) {
    case 'files-too-large':
      return formPage(c, deps, addresses, { ...kept, status: 413, notice: 'files-too-large' })
    case 'too-many-files':
      return formPage(c, deps, addresses, { ...kept, status: 413, notice: 'too-many-files' })
    case 'no-room':
      return formPage(c, deps, addresses, {
        ...kept,
        ...genuineToken(posted),
        status: 503,
        notice: 'unavailable',
      })
    case 'token-missing':
      return formPage(c, deps, addresses, { ...kept, status: 422, notice: 'token-expired' })
    case 'field-too-long':
    case 'text-too-large':
    case 'too-many-fields':
    case 'body-too-large':
      return failurePage(c, deps, addresses, 413)
    case 'wrong-type':
    case 'malformed':
    case 'interrupted':
    case 'stopped':
      return failurePage(c, deps, addresses, 415)
  }
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
  if (posted.token !== 'expired' && (await guarded(deps, form, posted)) === 'too-many') {
    return back({ status: 429, notice: 'too-many-requests', ...keptToken(posted) })
  }
  const reading = readAnswers(form, rawOf(typed), language, { fileCounts: countsOf(uploads) })
  const errors = [
    ...(reading.ok ? [] : reading.errors),
    ...uploads.refused.map((file) => ({ field: file.field, message: tellRefusal(language, file) })),
  ]
  if (!reading.ok || errors.length > 0) return back({ status: 422, errors, ...keptToken(posted) })
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

/** The form's own fields: what begins with an underscore is the page's. */
const rawOf = (typed: Fields) =>
  Object.fromEntries(
    Array.from(typed)
      .filter(([name]) => !name.startsWith('_'))
      .map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  )

/** Files that arrived, taken or not: a refused one is an error of its own. */
function countsOf(uploads: Uploads): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  const asked = [...uploads.taken, ...uploads.refused.filter(({ reason }) => reason !== 'not-asked')]
  for (const { field } of asked) counts[field] = (counts[field] ?? 0) + 1
  return counts
}
