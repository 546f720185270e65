import type { JSX } from 'hono/jsx/jsx-runtime'
import { SECOND_MS } from '../../clock.ts'
import { tellDuration } from '../../language.ts'
import { Layout } from './layout.tsx'
import { pageIn, type Place } from './place.ts'
import { textsIn } from './texts/texts.ts'

/** The answers that have a page of their own. Those that can keep what was typed are form pages instead. */
export type FailureStatus = 404 | 409 | 413 | 415 | 429 | 500 | 503

/** What failed: an answer of that status, or a file that cannot be fetched at the moment. */
export type FailureKind = FailureStatus | 'file'

interface FailurePageProps {
  readonly place: Place
  readonly kind: FailureKind
  /** As in the header `Retry-After`, where the answer carries one. */
  readonly retryAfterSeconds: number | null
}

/** What happened, whether the visitor's text is safe, and what to do now. */
export function FailurePage({ place, kind, retryAfterSeconds }: FailurePageProps): JSX.Element {
  const { [kind]: texts, home, find, wait } = textsIn(place.language).failures
  const next =
    retryAfterSeconds === null || retryAfterSeconds < 60
      ? texts.next
      : wait(tellDuration(retryAfterSeconds * SECOND_MS, place.language))
  return (
    <Layout place={place} title={texts.title} problem>
      <h1>{texts.title}</h1>
      <div class="card">
        <p>{texts.happened}</p>
        <p>
          <strong>{texts.safe}</strong>
        </p>
        <p>{next}</p>
      </div>
      <p class="links row">
        <a class="button quiet" href={pageIn(place, '/')}>
          {home}
        </a>
        {kind === 404 ? <a href={pageIn(place, '/find')}>{find}</a> : null}
      </p>
    </Layout>
  )
}
