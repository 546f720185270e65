import { type Context, Hono } from 'hono'
import { describeForm } from '../forms/describe.ts'
import type { Form } from '../forms/form.ts'
import type { Language } from '../language.ts'
import { newId } from '../random.ts'
import { sha256 } from '../secret.ts'
import { isTimeZone } from '../time-zone.ts'
import type { Addresses } from './addresses.ts'
import { conversationBody, receipt } from './api-answers.ts'
import { SubmissionBody } from './api-schemas.ts'
import { isTooLong, JSON_BYTES, readJson } from './body.ts'
import type { HttpDeps } from './deps.ts'
import { readMultipart, UPLOAD_LIMITS } from './multipart.ts'
import { problem } from './problem.ts'
import { createShedder, placeIn, type Place } from './shedding.ts'
import { acceptedBy, createUploads, readFilled, type Uploads } from './uploads.ts'

const MOST_AT_ONCE = 40
const RETRY_AFTER_SECONDS = '30'
/** All files of a JSON body together; more needs multipart. */
const JSON_FILE_BYTES = 1024 * 1024
const MULTIPART_LIMITS = 'At most 40 fields of 64 KiB and 5 files of 25 MB in all.'
const KEY = /^[\x21-\x7e]{1,255}$/
/** Parts of a multipart body that are not answers; they come before the answers. */
const ENVELOPE = ['form', 'language', 'time_zone', 'challenge'] as const

/** The JSON API for programs: dashboards, other front ends. */
export function apiRoutes(deps: HttpDeps, addresses: Addresses): Hono {
  const app = new Hono()
  const shedder = createShedder(MOST_AT_ONCE)
  app.get('/api/v1/forms', (c) => {
    const language = apiLanguage(c, deps)
    return c.json({ forms: deps.forms.map((form) => describeForm(form, language, deps.site)) })
  })
  app.get('/api/v1/forms/:form', (c) => {
    const form = deps.forms.find(({ id }) => id === c.req.param('form'))
    if (!form) return problem(c, 404, 'unknown-form', 'No form has this id.')
    return c.json(describeForm(form, apiLanguage(c, deps), deps.site))
  })
  app.post('/api/v1/submissions', async (c) => {
    const place = placeIn(shedder)
    const uploads = createUploads({ files: deps.files, random: deps.random, limits: UPLOAD_LIMITS })
    try {
      const answer = await Promise.race([submit(c, deps, addresses, uploads, place), place.shed])
      if (answer !== 'no-room') return answer
      return busy(c)
    } catch (error) {
      if (isTooLong(error)) return problem(c, 413, 'too-large', 'The answers together are too long.')
      deps.log.error('submission.failed', { route: '/api/v1/submissions', error })
      c.header('Retry-After', RETRY_AFTER_SECONDS)
      return problem(
        c,
        503,
        'unavailable',
        'We cannot tell whether it was stored. Under the same Idempotency-Key it never arrives twice.',
      )
    } finally {
      await uploads.discard()
      place.leave()
    }
  })
  app.get('/api/v1/conversations/:token', async (c) => {
    const token = c.req.param('token')
    const view = await deps.views.byToken(token)
    if (!view) return problem(c, 404, 'unknown-conversation', 'This link opens no conversation.')
    c.header('X-Robots-Tag', 'noindex')
    return c.json(conversationBody(deps, addresses, view, token))
  })
  return app
}

/** `?lang=`, else the site's first language: a program says what it wants. */
function apiLanguage(c: Context, deps: HttpDeps): Language {
  const asked = c.req.query('lang')
  return deps.site.languages.find((language) => language === asked) ?? deps.site.languages[0]
}

function busy(c: Context): Response {
  c.header('Retry-After', RETRY_AFTER_SECONDS)
  return problem(c, 503, 'busy', 'Nothing was stored. Send it again in half a minute.')
}

function tooMany(c: Context): Response {
  c.header('Retry-After', RETRY_AFTER_SECONDS)
  return problem(c, 429, 'too-many-requests', 'Nothing was stored. Send it again in a few minutes.')
}

/** What decides, while a body is read, whether its files are taken and what becomes of them. */
interface Arrival {
  readonly uploads: Uploads
  readonly use: 'keep' | 'compare'
  readonly place: Place
  /** What the guard says, asked once: a repeat of a request that was taken passes. */
  readonly guarded: (form: Form, email: unknown) => Promise<'pass' | 'too-many'>
}

function arrivalOf(deps: HttpDeps, uploads: Uploads, use: 'keep' | 'compare', place: Place): Arrival {
  let verdict: 'pass' | 'too-many' | null = use === 'compare' ? 'pass' : null
  return {
    uploads,
    use,
    place,
    async guarded({ id }, email) {
      const address = typeof email === 'string' && email.trim() !== '' ? email.trim() : null
      verdict ??= await deps.guard({ form: id, address })
      return verdict
    },
  }
}

/** A submission as a program sent it, before its answers are read. */
interface Sent {
  readonly form: Form
  readonly language: Language
  readonly timeZone: string | null
  readonly answers: Readonly<Record<string, string | readonly string[] | true>>
  /** Whether a text was cut at the limit, so that it must not be kept. */
  readonly cut: boolean
}

async function submit(
  c: Context,
  deps: HttpDeps,
  addresses: Addresses,
  uploads: Uploads,
  place: Place,
): Promise<Response> {
  const header = c.req.header('Idempotency-Key')
  if (header !== undefined && !KEY.test(header)) {
    return problem(c, 422, 'invalid-key', 'Idempotency-Key is 1 to 255 visible ASCII characters.')
  }
  const key = header === undefined ? `api:${newId(deps.random)}` : `api:${await sha256(header)}`
  const use = (await deps.intake.isUsed(key)) ? 'compare' : 'keep'
  const isMultipart = /^multipart\/form-data\s*(?:;|$)/i.test(c.req.header('Content-Type') ?? '')
  const arrival = arrivalOf(deps, uploads, use, place)
  const sent = await (isMultipart ? readParts(c, deps, arrival) : readBody(c, deps, arrival))
  if (sent instanceof Response) return sent
  const { form, language } = sent
  if ((await arrival.guarded(form, sent.answers['email'])) === 'too-many') return tooMany(c)
  const counts: Record<string, number> = {}
  for (const { field } of [...uploads.taken, ...uploads.refused]) counts[field] = (counts[field] ?? 0) + 1
  const reading = readFilled(form, sent.answers, language, { uploads, counts })
  if (!reading.ok) {
    const words = 'Some answers cannot be taken; nothing was stored.'
    return problem(c, 422, 'invalid-answers', words, reading.errors)
  }
  if (sent.cut) return problem(c, 413, 'too-large', MULTIPART_LIMITS)
  const { timeZone } = sent
  const filled = { key, form, language, timeZone, answers: reading.answers, files: uploads.taken }
  const outcome = await uploads.goWith(() => deps.intake.accept(filled))
  if (outcome.outcome === 'other-content') {
    return problem(c, 409, 'key-reused', 'Something else was sent under this Idempotency-Key before.')
  }
  deps.wake()
  const view = await deps.views.of(outcome.conversation)
  return c.json(receipt(addresses, view, outcome.token), outcome.outcome === 'accepted' ? 201 : 200)
}

/** What the envelope of a submission says, or the answer where it says nothing of use. */
function envelope(
  c: Context,
  deps: HttpDeps,
  told: { form?: string | undefined; language?: string | undefined; time_zone?: string | undefined },
): Omit<Sent, 'answers' | 'cut'> | Response {
  const language = deps.site.languages.find((one) => one === (told.language ?? deps.site.languages[0]))
  const form = deps.forms.find(({ id }) => id === told.form)
  const zone = told.time_zone ?? null
  const wrong = [
    ...(form ? [] : [{ field: 'form', message: 'No form has this id.' }]),
    ...(language ? [] : [{ field: 'language', message: 'The site does not speak this language.' }]),
    ...(zone === null || isTimeZone(zone)
      ? []
      : [{ field: 'time_zone', message: 'Give a zone like Europe/Madrid.' }]),
  ]
  if (!form || !language || wrong.length > 0) {
    return problem(c, 422, 'invalid-envelope', 'The submission cannot be told.', wrong)
  }
  return { form, language, timeZone: zone }
}

async function readBody(c: Context, deps: HttpDeps, arrival: Arrival): Promise<Sent | Response> {
  // All of a JSON body is held at once, so it needs a place from its first byte.
  if (!arrival.place.take()) return busy(c)
  const { headers, body } = c.req.raw
  const read = await readJson({ headers, body }, JSON_BYTES)
  if (!read.ok) {
    if (read.reason === 'too-large')
      return problem(c, 413, 'too-large', 'Use multipart for files above 1 MB.')
    if (read.reason === 'wrong-type') {
      return problem(c, 415, 'wrong-type', 'Send application/json or multipart/form-data.')
    }
    return problem(c, 400, 'malformed', 'The body is no JSON, or did not arrive whole.')
  }
  if (answerCount(read.value) > UPLOAD_LIMITS.names) {
    return problem(c, 422, 'invalid', 'The body holds more answers than any form asks for.')
  }
  const parsed = SubmissionBody.safeParse(read.value)
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }))
    return problem(c, 422, 'invalid', 'The body is no submission.', errors)
  }
  const told = envelope(c, deps, parsed.data)
  if (told instanceof Response) return told
  if ((await arrival.guarded(told.form, parsed.data.answers['email'])) === 'too-many') return tooMany(c)
  const { files = [] } = parsed.data
  const size = files.reduce((sum, { base64 }) => sum + decodedLength(base64), 0)
  if (size > JSON_FILE_BYTES) return problem(c, 413, 'too-large', 'Use multipart for files above 1 MB.')
  const bodies = files.map((file) => ({ ...file, bytes: fromBase64(file.base64) }))
  for (const { field, name, type, bytes } of bodies) {
    if (!bytes)
      return problem(c, 422, 'invalid', 'A file is not in base64.', [{ field, message: 'Not base64.' }])
    const part = { field, name, type, bytes: new Blob([bytes]).stream() }
    await arrival.uploads.take(part, acceptedBy(told.form, field), arrival.use)
  }
  return { ...told, answers: parsed.data.answers, cut: false }
}

/** How many answers a body holds, whatever else it is: their schema is too dear for a hundred thousand. */
function answerCount(body: unknown): number {
  if (typeof body !== 'object' || body === null || !('answers' in body)) return 0
  const { answers } = body
  return typeof answers === 'object' && answers !== null ? Object.keys(answers).length : 0
}

const decodedLength = (base64: string): number =>
  Math.floor((base64.length * 3) / 4) - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0)

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at)
  return bytes
}

/** The answer to a request whose files are not taken, or null. */
async function refusal(
  c: Context,
  { guarded, place }: Arrival,
  form: Form,
  email: unknown,
): Promise<Response | null> {
  if ((await guarded(form, email)) === 'too-many') return tooMany(c)
  return place.take() ? null : busy(c)
}

async function readParts(c: Context, deps: HttpDeps, arrival: Arrival): Promise<Sent | Response> {
  const { headers, body } = c.req.raw
  const values = new Map<string, string[]>()
  const first = (name: string): string | undefined => values.get(name)?.[0]
  const told = () => envelope(c, deps, Object.fromEntries(ENVELOPE.map((name) => [name, first(name)])))
  let early: Response | null = null
  const read = await readMultipart({ headers, body }, UPLOAD_LIMITS, {
    onField(name, value) {
      values.set(name, [...(values.get(name) ?? []), value])
    },
    async onFile(part) {
      const known = told()
      early = known instanceof Response ? known : await refusal(c, arrival, known.form, first('email'))
      if (early || known instanceof Response) return 'stop'
      await arrival.uploads.take(part, acceptedBy(known.form, part.field), arrival.use)
      return undefined
    },
  })
  if (early) return early
  if (!read.ok && read.reason !== 'stopped' && read.reason !== 'field-too-long') {
    const unreadable = read.reason === 'malformed' || read.reason === 'interrupted'
    return unreadable
      ? problem(c, 400, 'malformed', 'The body is no multipart/form-data, or did not arrive whole.')
      : problem(c, 413, 'too-large', MULTIPART_LIMITS)
  }
  const known = told()
  if (known instanceof Response) return known
  const isEnvelope = new Set<string>(ENVELOPE)
  const answers = Array.from(values)
    .filter(([name]) => !isEnvelope.has(name))
    .map(([name, list]): [string, string | string[]] => [name, list.length === 1 ? (list[0] ?? '') : list])
  const cut = !read.ok && read.reason === 'field-too-long'
  return { ...known, answers: Object.fromEntries(answers), cut }
}
