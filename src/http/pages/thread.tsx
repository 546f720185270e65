import { tellSize } from '../../language.ts'
import { raw } from 'hono/html'
import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Status } from '../../conversation/view.ts'
import { withTablesInBoxes } from './article-html.ts'
import { Moment, tellZone, type Zoned } from './moment.tsx'
import { textsIn } from './texts/texts.ts'

export interface ShownFile {
  readonly name: string
  /** In bytes. */
  readonly size: number
  readonly href: string
}

/** What the visitor sent, in the language of the page. */
export interface Sent {
  readonly at: Date
  readonly formTitle: string
  readonly answers: readonly { readonly label: string; readonly value: string }[]
  readonly files: readonly ShownFile[]
}

/** What was said after that. */
export type ShownEntry =
  | {
      readonly kind: 'said'
      readonly id: string
      readonly from: 'visitor' | 'desk'
      /** Empty where the team stands for the writer. */
      readonly name: string
      readonly at: Date
      /** Made harmless, its pictures by their addresses; null where there is plain text alone. */
      readonly html: string | null
      readonly text: string
      readonly files: readonly ShownFile[]
      readonly hasArrived: boolean
    }
  | {
      readonly kind: 'solved' | 'rating'
      readonly id: string
      readonly at: Date
      readonly score: number | null
      readonly text: string
    }

interface ThreadProps extends Zoned {
  readonly status: Status
  readonly sent: Sent
  readonly entries: readonly ShownEntry[]
}

/** The conversation as cards, the oldest first: what was sent, then every word after it. */
export function Thread(props: ThreadProps): JSX.Element {
  const { entries } = props
  const texts = textsIn(props.place.language).thread
  return (
    <section aria-labelledby="thread-title" id="thread" data-live="thread">
      <div>
        <h2 id="thread-title">{texts.title}</h2>
        <p class="hint">{tellZone(props)}</p>
      </div>
      <ol class="thread">
        <SentCard {...props} isLast={entries.length === 0} />
        {entries.map((entry, at) => (
          <EntryCard {...props} entry={entry} isLast={at === entries.length - 1} />
        ))}
      </ol>
    </section>
  )
}

const LAST = { id: 'last', tabindex: -1 } as const

function SentCard({ sent, isLast, ...zoned }: ThreadProps & { readonly isLast: boolean }): JSX.Element {
  const texts = textsIn(zoned.place.language)
  return (
    <li class="card" {...(isLast ? LAST : {})}>
      <Who {...zoned} name={texts.thread.you} role={null} at={sent.at} />
      <dl class="facts">
        <dt>{texts.conversation.topic}</dt>
        <dd>{sent.formTitle}</dd>
        {sent.answers.map((answer) => (
          <>
            <dt>{answer.label}</dt>
            {answer.value === '' ? (
              <dd class="soft">{texts.conversation.empty}</dd>
            ) : (
              <dd class="typed">{answer.value}</dd>
            )}
          </>
        ))}
      </dl>
      <FileList {...zoned} files={sent.files} />
    </li>
  )
}

function EntryCard(
  props: Pick<ThreadProps, 'status' | keyof Zoned> & { readonly entry: ShownEntry; readonly isLast: boolean },
): JSX.Element {
  const { entry, isLast, status, ...zoned } = props
  const texts = textsIn(zoned.place.language).thread
  const mark = isLast ? LAST : {}
  if (entry.kind !== 'said') return <ActLine {...zoned} entry={entry} mark={mark} />
  const isDesk = entry.from === 'desk'
  const name = isDesk ? entry.name || texts.team : texts.you
  return (
    <li class={isDesk ? 'card desk' : 'card'} {...mark} {...(isDesk ? { 'data-answer': entry.id } : {})}>
      <Who {...zoned} name={name} role={isDesk && entry.name !== '' ? texts.role : null} at={entry.at} />
      {entry.html === null ? (
        <p class="typed">{entry.text}</p>
      ) : (
        // Sanitised before it was stored: nothing in it runs or loads from outside.
        <div class="words">{raw(withTablesInBoxes(entry.html, texts.table))}</div>
      )}
      <FileList {...zoned} files={entry.files} />
      {entry.hasArrived ? null : (
        <p class="soft">{status === 'gone' ? texts.notHandedOver : texts.onTheWay}</p>
      )}
    </li>
  )
}

function ActLine(
  props: Zoned & {
    readonly entry: Exclude<ShownEntry, { readonly kind: 'said' }>
    readonly mark: Readonly<Partial<typeof LAST>>
  },
): JSX.Element {
  const { entry, mark, ...zoned } = props
  const texts = textsIn(zoned.place.language)
  const word = texts.acts.rating.words[(entry.score ?? 0) - 1] ?? ''
  return (
    <li class="act" {...mark}>
      <p>
        {entry.kind === 'solved' ? texts.thread.solved : texts.thread.rating(String(entry.score), word)}{' '}
        <span class="soft">
          <Moment {...zoned} at={entry.at} />
        </span>
      </p>
      {entry.text === '' ? null : <p class="typed">{entry.text}</p>}
    </li>
  )
}

function Who(
  props: Zoned & { readonly name: string; readonly role: string | null; readonly at: Date },
): JSX.Element {
  const { name, role, at, ...zoned } = props
  return (
    <div class="who">
      <h3>
        {name}
        {role === null ? null : <span class="soft">, {role}</span>}
      </h3>
      <span class="soft">
        <Moment {...zoned} at={at} />
      </span>
    </div>
  )
}

function FileList({
  place,
  files,
}: Pick<Zoned, 'place'> & { readonly files: readonly ShownFile[] }): JSX.Element | null {
  if (files.length === 0) return null
  return (
    <ul class="links files" aria-label={textsIn(place.language).conversation.files}>
      {files.map((file) => (
        <li class="long">
          <a href={file.href}>{file.name}</a> <span class="soft">{tellSize(file.size, place.language)}</span>
        </li>
      ))}
    </ul>
  )
}
