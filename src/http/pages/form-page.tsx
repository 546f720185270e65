import type { JSX } from 'hono/jsx/jsx-runtime'
import type { AnswerError } from '../../forms/answers.ts'
import type { Field, Form } from '../../forms/form.ts'
import { inLanguage } from '../../language.ts'
import { FieldBlock, idOf, type FileLimits, type Typed } from './field.tsx'
import { Layout } from './layout.tsx'
import type { Place } from './place.ts'
import type { Texts } from './texts/en.ts'
import { textsIn } from './texts/texts.ts'

/** Why a form comes back although its answers are in order. */
export type FormNotice = keyof Texts['form']['notices']

interface FormPageProps {
  readonly place: Place
  readonly form: Form
  readonly typed: Typed
  readonly errors: readonly AnswerError[]
  readonly notice: FormNotice | null
  /** Where the form is sent; keeps the language. */
  readonly action: string
  /** Fresh on every page. */
  readonly token: string
  /** The visitor's time zone where it is known already. */
  readonly zone: string
  readonly fileLimits: FileLimits
  /** Whether files came with what was typed: browsers do not keep them. */
  readonly filesWereChosen: boolean
}

/** A form to fill in, or to mend: everything that was typed is in it again. */
export function FormPage(props: FormPageProps): JSX.Element {
  const { place, form, errors, notice } = props
  const title = inLanguage(form.title, place.language)
  return (
    <Layout place={place} title={title} problem={errors.length > 0 || notice !== null}>
      <Problem {...props} />
      <div>
        <h1>{title}</h1>
        <p class="lead">{inLanguage(form.intro, place.language)}</p>
      </div>
      <SelfHelp place={place} form={form} />
      <RequestForm {...props} />
    </Layout>
  )
}

/** What stands in the way, first in the page, and where the keyboard is when the page opens. */
function Problem({ place, form, errors, notice, filesWereChosen }: FormPageProps): JSX.Element | null {
  if (errors.length === 0 && notice === null) return null
  const texts = textsIn(place.language).form
  const told = notice === null ? null : texts.notices[notice]
  return (
    <div class="problem" id="problem" role="alert" tabindex={-1} autofocus>
      <h2>{told?.title ?? texts.problem}</h2>
      {told ? <p>{told.text}</p> : null}
      {errors.length > 0 ? (
        <ul class="links">
          {errors.map((error) => (
            <li>
              {form.fields.some((field) => field.id === error.field) ? (
                <a href={`#${idOf(error.field)}`}>{error.message}</a>
              ) : (
                error.message
              )}
            </li>
          ))}
        </ul>
      ) : null}
      {filesWereChosen ? <p>{texts.chooseFilesAgain}</p> : null}
    </div>
  )
}

function SelfHelp({ place, form }: { readonly place: Place; readonly form: Form }): JSX.Element | null {
  if (form.help.length === 0) return null
  return (
    <section class="card help" aria-labelledby="help">
      <h2 id="help">{textsIn(place.language).form.help}</h2>
      <ul class="links row">
        {form.help.map((link) => (
          <li>
            <a href={link.url}>{inLanguage(link.title, place.language)}</a>
          </li>
        ))}
      </ul>
    </section>
  )
}

function RequestForm(props: FormPageProps): JSX.Element {
  const { place, form, errors, notice } = props
  const texts = textsIn(place.language).form
  return (
    <form method="post" action={props.action} enctype="multipart/form-data" novalidate>
      <input type="hidden" name="_token" value={props.token} />
      <input type="hidden" name="_zone" value={props.zone} />
      <div class="vh" aria-hidden="true">
        <label for="f-_email2">{texts.leaveEmpty}</label>
        <input id="f-_email2" name="_email2" type="text" tabindex={-1} autocomplete="off" />
      </div>
      <p>{texts.required}</p>
      {onTheWire(form.fields).map((field, at, fields) => (
        <>
          {isLine(field) && !isLine(fields[at - 1]) ? <p class="care lines">{texts.noPatients}</p> : null}
          <FieldBlock
            place={place}
            field={field}
            typed={props.typed}
            error={errors.find((error) => error.field === field.id)?.message ?? null}
            fileLimits={props.fileLimits}
            filesLost={props.filesWereChosen}
          />
        </>
      ))}
      <button type="submit">{notice === 'already-sent-other' ? texts.sendAsNew : texts.send}</button>
    </form>
  )
}

/** Files last: by the time a file arrives, everything that decides whether we take it has been read. */
const onTheWire = (fields: readonly Field[]): readonly Field[] => [
  ...fields.filter((field) => field.kind !== 'files'),
  ...fields.filter((field) => field.kind === 'files'),
]

const LINES: ReadonlySet<string> = new Set(['text', 'email', 'url'])

/** Whether a field is a single line of free text; neighbours share one notice. */
const isLine = (field: Field | undefined): boolean => field !== undefined && LINES.has(field.kind)
