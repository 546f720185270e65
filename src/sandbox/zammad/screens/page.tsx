import type { Child } from 'hono/jsx'
import { Strip } from '../../frame.tsx'
import type { Core } from '../model.ts'

/** Addresses of the screens, made from where the sandbox is reached. */
export interface Places {
  readonly list: string
  readonly newTicket: string
  readonly style: string
  readonly form: string
  readonly mail: string
  readonly ticket: (id: number, deed?: string) => string
  readonly file: (ids: { ticket: number; article: number; file: number }) => string
}

export function placesOf(core: Core): Places {
  const base = core.publicUrl.pathname.replace(/\/$/, '')
  const above = (path: string): string => new URL(path, `${core.publicUrl.origin}${base}/`).pathname
  const ticket = (id: number, deed?: string): string =>
    `${base}/tickets/${id}${deed === undefined ? '' : `/${deed}`}`
  return {
    list: `${base}/`,
    newTicket: `${base}/tickets/new`,
    style: `${base}/style.css`,
    form: above('../../'),
    mail: above('../mail'),
    ticket,
    file: (ids) => ticket(ids.ticket, `articles/${ids.article}/files/${ids.file}`),
  }
}

/** The frame of every screen. */
export const Page = ({ title, places, children }: { title: string; places: Places; children?: Child }) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>{`${title} · Sandbox Zammad`}</title>
      <link rel="stylesheet" href={places.style} />
    </head>
    <body>
      <header class="top">
        <Strip to={{ form: places.form, zammad: places.list, mail: places.mail }} here="zammad" />
        <div class="bar">
          <p>Sandbox Zammad</p>
          <nav aria-label="Zammad">
            <a href={places.list}>Tickets</a>
            <a href={places.newTicket}>New ticket</a>
          </nav>
        </div>
      </header>
      <main>
        <h1>{title}</h1>
        {children}
      </main>
    </body>
  </html>
)

export interface Option {
  readonly value: string
  readonly label: string
}

/** A labelled list to choose from. */
export const Select = (props: {
  name: string
  label: string
  options: readonly Option[]
  chosen?: string
  id?: string
}) => {
  const id = props.id ?? props.name
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select id={id} name={props.name}>
        {props.options.map(({ value, label }) => (
          <option value={value} selected={value === props.chosen}>
            {label}
          </option>
        ))}
      </select>
    </div>
  )
}

/** A labelled line of text. */
export const Line = (props: {
  name: string
  label: string
  value?: string
  id?: string
  type?: 'text' | 'email' | 'datetime-local' | 'file'
  required?: boolean
}) => {
  const id = props.id ?? props.name
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        name={props.name}
        type={props.type ?? 'text'}
        value={props.type === 'file' ? undefined : props.value}
        required={props.required}
      />
    </div>
  )
}

/** A labelled field for several lines. */
export const Paragraphs = (props: { name: string; label: string; id?: string }) => (
  <div class="field">
    <label for={props.id ?? props.name}>{props.label}</label>
    <textarea id={props.id ?? props.name} name={props.name} rows={6} required></textarea>
  </div>
)
