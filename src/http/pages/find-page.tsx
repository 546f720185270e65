import type { JSX } from 'hono/jsx/jsx-runtime'
import type { AnswerError } from '../../forms/answers.ts'
import { FIND_FORM } from '../act-forms.ts'
import { FieldBlock, idOf, type Typed } from './field.tsx'
import { Layout } from './layout.tsx'
import { pageIn, type Place } from './place.ts'
import { textsIn } from './texts/texts.ts'

interface FindPageProps {
  readonly place: Place
  readonly action: string
  readonly typed: Typed
  readonly errors: readonly AnswerError[]
  /** Why nothing was asked although the address is in order. */
  readonly notice: 'too-many-requests' | 'unavailable' | null
}

/** Where a visitor asks for the links to their requests once more. */
export function FindPage({ place, action, typed, errors, notice }: FindPageProps): JSX.Element {
  const { find: texts, form, acts } = textsIn(place.language)
  const told = notice === null ? null : acts.notices[notice]
  const hasProblem = errors.length > 0 || told !== null
  return (
    <Layout place={place} title={texts.title} problem={hasProblem}>
      {hasProblem ? (
        <div class="problem" id="problem" role="alert" tabindex={-1} autofocus>
          <h2>{told?.title ?? form.problem}</h2>
          {told ? <p>{told.text}</p> : null}
          <ul class="links">
            {errors.map(({ field, message }) => (
              <li>
                <a href={`#${idOf(field)}`}>{message}</a>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <div>
        <h1>{texts.title}</h1>
        <p class="lead">{texts.lead}</p>
      </div>
      <form method="post" action={action} novalidate>
        <div class="vh" aria-hidden="true">
          <label for="f-_email2">{form.leaveEmpty}</label>
          <input id="f-_email2" name="_email2" type="text" tabindex={-1} autocomplete="off" />
        </div>
        {FIND_FORM.fields.map((field) => (
          <FieldBlock
            place={place}
            field={field}
            typed={typed}
            error={errors.find((error) => error.field === field.id)?.message ?? null}
            fileLimits={{ count: 0, bytes: 0 }}
            filesLost={false}
          />
        ))}
        <button type="submit">{texts.send}</button>
      </form>
    </Layout>
  )
}

/** The one answer to everybody who asked, whether we know the address or not. */
export function FindSent({ place }: { readonly place: Place }): JSX.Element {
  const texts = textsIn(place.language).find
  return (
    <Layout place={place} title={texts.sentTitle}>
      <h1>{texts.sentTitle}</h1>
      <div class="card">
        <p>{texts.sent}</p>
        <p class="soft">{texts.sentHint}</p>
      </div>
      <p class="links">
        <a href={pageIn(place, '/find')}>{texts.again}</a>
      </p>
    </Layout>
  )
}
