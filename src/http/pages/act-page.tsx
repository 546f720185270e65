import type { JSX } from 'hono/jsx/jsx-runtime'
import { ActForm, ActProblem, type ActFormProps } from './act-form.tsx'
import { Layout } from './layout.tsx'
import { TicketNumber } from './number.tsx'
import { textsIn } from './texts/texts.ts'

interface ActPageProps extends ActFormProps {
  /** Of the ticket, or the reference where there is none yet. */
  readonly number: string
  readonly maskedEmail: string
  /** The page of the conversation. */
  readonly back: string
}

/** One thing that a visitor can do about a request: what it means, and the form that does it. */
export function ActPage(props: ActPageProps): JSX.Element {
  const { place, act, number, errors, notice } = props
  const texts = textsIn(place.language).acts
  return (
    <Layout place={place} title={texts[act].title} problem={errors.length > 0 || notice !== null}>
      <ActProblem {...props} />
      <div>
        <p class="soft">
          <TicketNumber digits={number} />
        </p>
        <h1>{texts[act].title}</h1>
        <p class="lead">{texts[act].lead}</p>
        {act === 'address' ? <p class="long">{texts.address.now(props.maskedEmail)}</p> : null}
      </div>
      {notice === 'not-now' ? <Kept {...props} /> : <ActForm {...props} />}
      <p class="links">
        <a href={props.back}>{texts.back}</a>
      </p>
    </Layout>
  )
}

/** What was written and cannot be sent: it is the visitor's to take along. */
function Kept({ typed }: ActPageProps): JSX.Element | null {
  const words = [typed['body'], typed['comment']].filter((text) => typeof text === 'string' && text !== '')
  return words.length === 0 ? null : <p class="card typed">{words.join('\n')}</p>
}
