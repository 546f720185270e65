import type { JSX } from 'hono/jsx/jsx-runtime'
import type { AnswerError } from '../../forms/answers.ts'
import { ACT_FORMS, type Act } from '../act-forms.ts'
import { FieldBlock, idOf, takesCare, type FileLimits, type Typed } from './field.tsx'
import type { Place } from './place.ts'
import type { Texts } from './texts/en.ts'
import { textsIn } from './texts/texts.ts'

/** Why something comes back although what was written is in order. */
export type ActNotice = keyof Texts['acts']['notices']

export interface ActFormProps {
  readonly place: Place
  readonly act: Act
  readonly action: string
  /** Fresh on every page. */
  readonly token: string
  readonly typed: Typed
  readonly errors: readonly AnswerError[]
  readonly notice: ActNotice | null
  readonly fileLimits: FileLimits
  /** Whether files came with what was typed: browsers do not keep them. */
  readonly filesWereChosen: boolean
}

/** What a visitor fills in to do something about a request; hidden parts first, files last. */
export function ActForm(props: ActFormProps): JSX.Element {
  const { place, act, notice } = props
  const texts = textsIn(place.language).acts
  const { fields } = ACT_FORMS[act]
  const careAbove = fields.filter(takesCare).length > 1 ? 'care' : null
  return (
    <form method="post" action={props.action} enctype="multipart/form-data" novalidate data-once>
      <input type="hidden" name="_token" value={props.token} />
      {careAbove === null ? null : (
        <p class="care" id={careAbove}>
          {textsIn(place.language).form.noPatients}
        </p>
      )}
      {fields.map((field) => (
        <FieldBlock
          place={place}
          field={field}
          typed={props.typed}
          error={props.errors.find((error) => error.field === field.id)?.message ?? null}
          fileLimits={props.fileLimits}
          filesLost={props.filesWereChosen}
          careAbove={careAbove}
        />
      ))}
      <button type="submit">{notice === 'already-sent-other' ? texts.sendAsWell : texts[act].send}</button>
    </form>
  )
}

/** What stands in the way, first in the page, and where the keyboard is when the page opens. */
export function ActProblem({
  place,
  act,
  errors,
  notice,
  filesWereChosen,
}: ActFormProps): JSX.Element | null {
  if (errors.length === 0 && notice === null) return null
  const texts = textsIn(place.language)
  const told = notice === null ? null : texts.acts.notices[notice]
  return (
    <div class="problem" id="problem" role="alert" tabindex={-1} autofocus>
      <h2>{told?.title ?? texts.form.problem}</h2>
      {told ? <p>{told.text}</p> : null}
      {errors.length > 0 ? (
        <ul class="links">
          {errors.map((error) => (
            <li>
              {ACT_FORMS[act].fields.some(({ id }) => id === error.field) ? (
                <a href={`#${idOf(error.field)}`}>{error.message}</a>
              ) : (
                error.message
              )}
            </li>
          ))}
        </ul>
      ) : null}
      {filesWereChosen ? <p>{texts.form.chooseFilesAgain}</p> : null}
    </div>
  )
}
