import type { JSX } from 'hono/jsx/jsx-runtime'
import type { AwaitingArticle, AwaitingList, NamedForStaff, TroubledConversation } from '../awaiting-staff.ts'
import { Ago, OpsTable } from './ops-table.tsx'

interface OpsAwaitingProps {
  readonly awaiting: AwaitingList
  readonly now: Date
  /** Where a decision is sent, by its path below the board's, and the token that lets it in. */
  readonly decide: (path: string) => string
  readonly token: string
}

/** What of the relay waits for a person: what is the visitors' to see, whom mail does not reach, what stands still. */
export const OpsAwaiting = (props: OpsAwaitingProps): JSX.Element => (
  <>
    <Held {...props} />
    <Forwarded {...props} />
    <Unreachable {...props} />
    <Frozen {...props} />
    <OutOfSight {...props} />
    <Suspended {...props} />
  </>
)

interface DecisionProps extends Pick<OpsAwaitingProps, 'decide' | 'token'> {
  readonly path: string
  readonly word: string
  /** What it is about, for those who cannot see the row that it stands in. */
  readonly about: string
  readonly quiet?: boolean
}

function Decision({ decide, token, path, word, about, quiet = false }: DecisionProps): JSX.Element {
  return (
    <form method="post" action={decide(path)}>
      <input type="hidden" name="_token" value={token} />
      <button class={quiet ? 'quiet' : undefined} type="submit">
        {word}
        <span class="vh"> {about}</span>
      </button>
    </form>
  )
}

const TicketLink = ({ ticket }: { readonly ticket: NamedForStaff }): JSX.Element => (
  <a href={ticket.link}>{ticket.number}</a>
)

function ArticleRow({
  article,
  ...props
}: OpsAwaitingProps & { readonly article: AwaitingArticle }): JSX.Element {
  const { key, ticket, type } = article
  const path = `articles/${key.id}/${key.createdAt.getTime()}`
  const about = `the ${type} of ticket ${ticket.number}`
  return (
    <tr>
      <th scope="row">
        <TicketLink ticket={ticket} />
      </th>
      <td>{type}</td>
      <td>
        <Ago at={key.createdAt} now={props.now} />
      </td>
      <td>
        <Decision {...props} path={`${path}/send`} word="Send to the visitor" about={about} />
        <Decision {...props} path={`${path}/leave`} word="Do not send" about={about} quiet />
      </td>
    </tr>
  )
}

const ARTICLE_COLUMNS = ['Ticket', 'Article', 'Written', 'Decide']

function Held(props: OpsAwaitingProps): JSX.Element {
  const { held, inAll } = props.awaiting
  const all = 'everything that is held'
  return (
    <OpsTable
      name="Held articles"
      inAll={inAll.held}
      columns={ARTICLE_COLUMNS}
      empty="No article is held."
      lead={
        <>
          <p>
            They were written between the copy that the store was restored from and the restore: visitors may
            have them by mail already.
          </p>
          <details>
            <summary>Decide on all of them</summary>
            <Decision {...props} path="articles/held/send" word="Send all to the visitors" about={all} />
            <Decision {...props} path="articles/held/leave" word="Do not send any" about={all} quiet />
          </details>
        </>
      }
      rows={held.map((article) => (
        <ArticleRow {...props} article={article} />
      ))}
    />
  )
}

function Forwarded(props: OpsAwaitingProps): JSX.Element {
  const { forwarded, inAll } = props.awaiting
  return (
    <OpsTable
      name="Sent to others only"
      inAll={inAll.forwarded}
      columns={ARTICLE_COLUMNS}
      empty="No mail of staff’s went to others only."
      rows={forwarded.map((article) => (
        <ArticleRow {...props} article={article} />
      ))}
    />
  )
}

interface TroubledRowProps extends Pick<OpsAwaitingProps, 'now'> {
  readonly conversation: TroubledConversation
  readonly badge: string
  readonly children?: JSX.Element
}

function TroubledRow({ conversation, badge, now, children }: TroubledRowProps): JSX.Element {
  const { reference, since, ticket } = conversation
  return (
    <tr>
      <th scope="row">
        {reference} <strong>{badge}</strong>
      </th>
      <td>
        <Ago at={since} now={now} />
      </td>
      <td>{ticket ? <TicketLink ticket={ticket} /> : 'not opened yet'}</td>
      {children ? <td>{children}</td> : null}
    </tr>
  )
}

const Unreachable = ({ awaiting, now }: OpsAwaitingProps): JSX.Element => (
  <OpsTable
    name="Visitors who cannot be reached"
    inAll={awaiting.inAll.unreachable}
    first="newest"
    columns={['Request', 'Since', 'Ticket']}
    empty="Mail reaches every visitor."
    rows={awaiting.unreachable.map((conversation) => (
      <TroubledRow conversation={conversation} now={now} badge="not reached" />
    ))}
  />
)

const Frozen = (props: OpsAwaitingProps): JSX.Element => (
  <OpsTable
    name="Frozen conversations"
    inAll={props.awaiting.inAll.frozen}
    first="newest"
    columns={['Request', 'Since', 'Ticket', 'Decide']}
    empty="No conversation is frozen."
    lead={
      <p>
        Zammad has another ticket or article under an id that we know: it was restored from a copy. Nothing is
        sent until somebody has looked.
      </p>
    }
    rows={props.awaiting.frozen.map((conversation) => (
      <TroubledRow conversation={conversation} now={props.now} badge="frozen">
        <Decision
          {...props}
          path={`conversations/${conversation.id}/go-on`}
          word="Go on"
          about={`with ${conversation.reference}`}
        />
      </TroubledRow>
    ))}
  />
)

const OutOfSight = ({ awaiting, now }: OpsAwaitingProps): JSX.Element => (
  <OpsTable
    name="Tickets out of sight"
    inAll={awaiting.outOfSight.length}
    columns={['Ticket', 'Last seen in', 'Last changed']}
    empty="The bot may look at every ticket that it follows."
    rows={awaiting.outOfSight.map(({ ticket, group, since }) => (
      <tr>
        <th scope="row">
          <TicketLink ticket={ticket} />
        </th>
        <td>{group}</td>
        <td>
          <Ago at={since} now={now} />
        </td>
      </tr>
    ))}
  />
)

const Suspended = (props: OpsAwaitingProps): JSX.Element => (
  <OpsTable
    name="Suspended addresses"
    inAll={props.awaiting.suspended.length}
    columns={['Address', 'Since', 'Came back as', 'Decide']}
    empty="Alerts go to every address."
    lead={<p>Alerts to them came back as tickets. They get none until they are lifted.</p>}
    rows={props.awaiting.suspended.map(({ id, masked, since, ticket }) => (
      <tr>
        <th scope="row">{masked}</th>
        <td>
          <Ago at={since} now={props.now} />
        </td>
        <td>
          <TicketLink ticket={ticket} />
        </td>
        <td>
          <Decision
            {...props}
            path={`suspensions/${id}/lift`}
            word="Lift"
            about={`the suspension of ${masked}`}
          />
        </td>
      </tr>
    ))}
  />
)
