import { type Context, Hono } from 'hono'
import { type AnswerError, readAnswers } from '../forms/answers.ts'
import { FIND_FORM } from './act-forms.ts'
import type { Addresses } from './addresses.ts'
import { type Fields, readUrlencoded } from './body.ts'
import type { HttpDeps } from './deps.ts'
import { failurePage, RETRY_AFTER_SECONDS } from './failing.tsx'
import { FindPage, FindSent } from './pages/find-page.tsx'
import { answerPage, languageOf, placeOf } from './speaking.ts'
import { rawOf } from './uploads.ts'

const LIMITS = { names: 10, values: 20, valueBytes: 1024, textBytes: 8 * 1024 }

/** Where visitors have their links sent to them once more: the same answer to everybody. */
export function findRoutes(deps: HttpDeps, addresses: Addresses): Hono {
  const app = new Hono()
  app.get('/find', (c) => {
    const place = placeOf(c, deps, addresses)
    return c.req.query('sent') === '1'
      ? answerPage(c, <FindSent place={place} />)
      : findPage(c, deps, addresses, { status: 200 })
  })
  app.post('/find', async (c) => {
    const { headers, body } = c.req.raw
    const read = await readUrlencoded({ headers, body }, LIMITS)
    if (!read.ok) return failurePage(c, deps, addresses, read.reason === 'too-large' ? 413 : 415)
    return find(c, deps, addresses, new Map(Array.from(read.fields, ([name, values]) => [name, [...values]])))
  })
  return app
}

async function find(
  c: Context,
  deps: HttpDeps,
  addresses: Addresses,
  typed: ReadonlyMap<string, string[]>,
): Promise<Response> {
  const language = languageOf(c, deps)
  const asked = Object.fromEntries(Object.entries(rawOf(typed)).filter(([name]) => name === 'email'))
  const reading = readAnswers(FIND_FORM, asked, language)
  if (!reading.ok) return findPage(c, deps, addresses, { status: 422, typed, errors: reading.errors })
  const email = String(reading.answers['email'])
  if ((await deps.guard({ form: 'find', address: email })) === 'too-many') {
    return findPage(c, deps, addresses, { status: 429, typed, notice: 'too-many-requests' })
  }
  const isTrapped = (typed.get('_email2')?.[0] ?? '') !== ''
  try {
    // A program that fills in what nobody sees is told what everybody is told.
    if (!isTrapped) await deps.find.ask(email)
  } catch (error) {
    deps.log.error('find.failed', { route: '/find', error })
    return findPage(c, deps, addresses, { status: 503, typed, notice: 'unavailable' })
  }
  if (!isTrapped) deps.wake()
  return c.redirect(`${addresses.path('/find')}?sent=1&lang=${language}`, 303)
}

interface FindAnswer {
  readonly status: 200 | 422 | 429 | 503
  readonly typed?: Fields
  readonly errors?: readonly AnswerError[]
  readonly notice?: 'too-many-requests' | 'unavailable'
}

function findPage(
  c: Context,
  deps: HttpDeps,
  addresses: Addresses,
  { status, typed, errors = [], notice }: FindAnswer,
): Response {
  const place = placeOf(c, deps, addresses)
  if (status === 503 || status === 429) c.header('Retry-After', String(RETRY_AFTER_SECONDS))
  return answerPage(
    c,
    <FindPage
      place={place}
      action={`${addresses.path('/find')}?lang=${place.language}`}
      typed={{ email: typed?.get('email')?.[0] ?? '' }}
      errors={errors}
      notice={notice ?? null}
    />,
    status,
  )
}
