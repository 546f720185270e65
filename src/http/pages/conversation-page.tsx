import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Act } from '../act-forms.ts'
import { ActForm } from './act-form.tsx'
import type { FileLimits } from './field.tsx'
import { Layout } from './layout.tsx'
import { StatusCard, tellState, tellTitle, type Standing } from './status-card.tsx'
import { Thread, type Sent, type ShownEntry } from './thread.tsx'
import { textsIn } from './texts/texts.ts'

interface ConversationPageProps extends Standing {
  readonly sent: Sent
  readonly entries: readonly ShownEntry[]
  /** Where the words of the box go, with the token that they need; null where nothing can be said. */
  readonly reply: { readonly action: string; readonly token: string } | null
  /** The confirming pages of what else can be done. */
  readonly solveHref: string | null
  readonly rateHref: string | null
  readonly fileLimits: FileLimits
  /** What was just done on this page. */
  readonly done: Act | null
  /** What a script asks again, to see whether the page says something else. */
  readonly self: string
}

/** A request: how it stands, what was said, and what the visitor can do about it. */
export function ConversationPage(props: ConversationPageProps): JSX.Element {
  const { place, done } = props
  const { thread, acts } = textsIn(place.language)
  const title = tellTitle(props)
  return (
    <Layout place={place} title={`${title} · ${props.ticketNumber ?? props.reference}`}>
      {done === 'address' ? <Done words={acts.address.done} /> : null}
      <div
        id="now"
        data-live="state"
        data-poll={props.self}
        data-state={thread.newState(tellState(props))}
        data-news={thread.news}
      >
        <h1>{title}</h1>
        <StatusCard {...props} canWrite={props.reply !== null} />
      </div>
      <Thread {...props} />
      <p id="news" aria-live="polite"></p>
      {done !== null && isStillLast(done, props.entries) ? <Done words={acts[done].done} /> : null}
      <Box {...props} />
      <Others {...props} />
    </Layout>
  )
}

/** Whether nothing else was said since: what was done is past then. */
function isStillLast(done: Act, entries: readonly ShownEntry[]): boolean {
  const last = entries.at(-1)
  return done === 'replies' ? last?.kind === 'said' && last.from === 'visitor' : last?.kind === done
}

const Done = ({ words }: { readonly words: string }): JSX.Element => (
  <p class="card done state good" role="status">
    {words}
  </p>
)

/** The box to write in. */
function Box({ place, reply, fileLimits }: ConversationPageProps): JSX.Element | null {
  if (reply === null) return null
  return (
    <section aria-labelledby="write" class="card write">
      <h2 id="write">{textsIn(place.language).acts.replies.title}</h2>
      <ActForm
        place={place}
        act="replies"
        action={reply.action}
        token={reply.token}
        typed={{}}
        errors={[]}
        notice={null}
        fileLimits={fileLimits}
        filesWereChosen={false}
      />
    </section>
  )
}

function Others({ place, solveHref, rateHref }: ConversationPageProps): JSX.Element {
  const texts = textsIn(place.language).acts
  return (
    <div id="others" class="links row" data-live="others">
      {solveHref === null ? null : (
        <a class="button quiet" href={solveHref}>
          {texts.solved.link}
        </a>
      )}
      {rateHref === null ? null : <a href={rateHref}>{texts.rating.link}</a>}
    </div>
  )
}
