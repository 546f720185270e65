import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import type { ChoiceField, ConsentField, Field, FilesField } from '../../forms/form.ts'
import { inLanguage, tellSize } from '../../language.ts'
import type { Place } from './place.ts'
import { textsIn } from './texts/texts.ts'

/** What a visitor typed or chose, by field id, exactly as it came. */
export type Typed = Readonly<Record<string, string | readonly string[] | undefined>>

export interface FileLimits {
  readonly count: number
  /** All files of one request together. */
  readonly bytes: number
}

interface FieldProps {
  readonly place: Place
  readonly field: Field
  readonly typed: Typed
  /** What is wrong with this field, in the visitor's language. */
  readonly error: string | null
  readonly fileLimits: FileLimits
  /** Whether files were chosen before and have to be chosen again. */
  readonly filesLost: boolean
  /** The id of a notice above that says for several fields what must be left out; null where each says it itself. */
  readonly careAbove?: string | null
}

/** The id of the element that a link to a field leads to: the first one that can be filled in. */
export const idOf = (field: string): string => `f-${field}`

/** One field with its label, hint and error, the error standing between hint and field. */
export function FieldBlock(props: FieldProps): JSX.Element {
  const { field } = props
  switch (field.kind) {
    case 'radio':
    case 'checkboxes':
      return <OptionsBlock {...props} field={field} />
    case 'consent':
      return <ConsentBlock {...props} field={field} />
    default:
      return (
        <div class={props.error ? 'field bad' : 'field'}>
          <label for={idOf(field.id)}>
            <Label {...props} />
          </label>
          <Guidance {...props} />
          <Control {...props} field={field} />
        </div>
      )
  }
}

function Label({ place, field }: FieldProps): JSX.Element {
  return (
    <>
      {inLanguage(field.label, place.language)}
      {field.required ? ' *' : null}
    </>
  )
}

/** The sentences between label and field; their ids are those of `describedBy`. */
function Guidance(props: FieldProps): JSX.Element {
  const { place, field, error } = props
  const texts = textsIn(place.language).form
  const id = idOf(field.id)
  return (
    <>
      {field.hint ? (
        <p class="hint" id={`${id}-hint`}>
          {inLanguage(field.hint, place.language)}
        </p>
      ) : null}
      {field.kind === 'files' ? (
        <p class="hint" id={`${id}-limits`}>
          {limitsOf(props, field)}
        </p>
      ) : null}
      {takesCare(field) && !props.careAbove ? (
        <p class="care" id={`${id}-care`}>
          {texts.noPatients}
        </p>
      ) : null}
      {field.kind === 'files' && props.filesLost ? (
        <p class="wrong" id={`${id}-lost`}>
          {texts.chooseFilesAgain}
        </p>
      ) : null}
      {error ? (
        <p class="wrong" id={`${id}-error`}>
          <span class="vh">{texts.error} </span>
          {error}
        </p>
      ) : null}
    </>
  )
}

/** Whether a field needs to say what must be left out. Single lines share one notice above them. */
export const takesCare = (field: Field): boolean => field.kind === 'textarea' || field.kind === 'files'

function limitsOf({ place, fileLimits }: FieldProps, field: FilesField): string {
  const size = tellSize(fileLimits.bytes, place.language)
  return textsIn(place.language).form.fileLimits(String(fileLimits.count), size, field.accept.join(', '))
}

function describedBy({ field, error, filesLost, careAbove }: FieldProps): string | undefined {
  const own = (part: string): string => `${idOf(field.id)}-${part}`
  const ids = [
    ...(field.hint ? [own('hint')] : []),
    ...(field.kind === 'files' ? [own('limits')] : []),
    ...(takesCare(field) ? [careAbove ?? own('care')] : []),
    ...(field.kind === 'files' && filesLost ? [own('lost')] : []),
    ...(error ? [own('error')] : []),
  ]
  return ids.join(' ') || undefined
}

const AUTOCOMPLETE: Readonly<Record<string, string>> = {
  name: 'name',
  email: 'email',
  organisation: 'organization',
}

type ControlProps = FieldProps & { readonly field: Exclude<Field, ConsentField> }

function Control(props: ControlProps): JSX.Element {
  const { place, field, error } = props
  const value = first(props.typed[field.id])
  const same = {
    class: 'box',
    id: idOf(field.id),
    name: field.id,
    'aria-describedby': describedBy(props),
    'aria-invalid': error ? 'true' : undefined,
    'aria-required': field.required ? 'true' : undefined,
  } as const
  switch (field.kind) {
    case 'textarea':
      // A browser drops the first line break of a text area, so one is put there to be dropped.
      return (
        <textarea {...same} rows={6}>
          {`\n${value}`}
        </textarea>
      )
    case 'select':
      return (
        <select {...same}>
          <option value="">{textsIn(place.language).form.choose}</option>
          {field.options.map((option) => (
            <option value={option.value} selected={option.value === value}>
              {inLanguage(option.label, place.language)}
            </option>
          ))}
        </select>
      )
    case 'files':
      return (
        <input {...same} type="file" multiple accept={field.accept.map((type) => `.${type}`).join(',')} />
      )
    default:
      return (
        <input
          {...same}
          type={field.kind}
          value={value}
          inputmode={field.kind === 'email' || field.kind === 'url' ? field.kind : undefined}
          autocomplete={AUTOCOMPLETE[field.id]}
          spellcheck={field.kind === 'text'}
        />
      )
  }
}

function OptionsBlock(props: FieldProps & { readonly field: ChoiceField }): JSX.Element {
  const { place, field, error } = props
  const chosen = all(props.typed[field.id])
  const one = field.kind === 'radio'
  return (
    <fieldset
      class={error ? 'field bad' : 'field'}
      role={one ? 'radiogroup' : undefined}
      aria-describedby={describedBy(props)}
      aria-required={one && field.required ? 'true' : undefined}
      aria-invalid={one && error ? 'true' : undefined}
    >
      <legend>
        <Label {...props} />
      </legend>
      <Guidance {...props} />
      {field.options.map((option, at) => (
        <label class="choice">
          <input
            type={one ? 'radio' : 'checkbox'}
            id={at === 0 ? idOf(field.id) : `${idOf(field.id)}-${at}`}
            name={field.id}
            value={option.value}
            checked={chosen.includes(option.value)}
            aria-invalid={!one && error ? 'true' : undefined}
          />
          <span>{inLanguage(option.label, place.language)}</span>
        </label>
      ))}
    </fieldset>
  )
}

function ConsentBlock(props: FieldProps & { readonly field: ConsentField }): JSX.Element {
  const { place, field, error } = props
  const texts = textsIn(place.language).form
  return (
    <div class={error ? 'field bad' : 'field'}>
      <Guidance {...props} />
      <label class="choice">
        <input
          type="checkbox"
          id={idOf(field.id)}
          name={field.id}
          value="yes"
          checked={first(props.typed[field.id]) !== ''}
          aria-required="true"
          aria-invalid={error ? 'true' : undefined}
          aria-describedby={describedBy(props)}
        />
        <span>
          <Label {...props} />
        </span>
      </label>
      {field.id === 'consent' ? (
        <PolicyLink url={place.site.policy.url}>
          {texts.readPolicy} {texts.newTab}
        </PolicyLink>
      ) : null}
    </div>
  )
}

/** Opens beside the form, so that what was typed stays. */
function PolicyLink({ url, children }: { readonly url: string; readonly children?: Child }): JSX.Element {
  return (
    <p class="links policy">
      <a href={url} target="_blank" rel="noopener">
        {children}
      </a>
    </p>
  )
}

const all = (typed: Typed[string]): readonly string[] =>
  typed === undefined ? [] : typeof typed === 'string' ? [typed] : typed

const first = (typed: Typed[string]): string => all(typed)[0] ?? ''
