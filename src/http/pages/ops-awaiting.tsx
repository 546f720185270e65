import type { JSX } from 'hono/jsx/jsx-runtime'
import type { AwaitingArticle, AwaitingList, NamedForStaff, TroubledConversation } from '../awaiting-staff.ts'
import type { Sought } from '../board-query.ts'
import { Decision, type Deciding } from './ops-decision.tsx'
import { Ago, OpsTable } from './ops-table.tsx'

interface Of<T> extends Deciding {
  readonly list: Sought<T>
  readonly now: Date
}

type Lost = AwaitingList['outOfSight'][number]
type Suspension = AwaitingList['suspended'][number]

const TicketLink = ({ ticket }: { readonly ticket: NamedForStaff }): JSX.Element => (
  <a href={ticket.link}>{ticket.number}</a>
)

interface ArticleRowProps extends Deciding {
  readonly article: AwaitingArticle
  readonly now: Date
  readonly at: string
}

function ArticleRow({ article, ...props }: ArticleRowProps): JSX.Element {
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

export function Held(props: Of<AwaitingArticle>): JSX.Element {
  const all = { ...props, at: 'held', about: 'everything that is held' }
  return (
    <OpsTable
      name="Held articles"
      id="held"
      list={props.list}
      columns={ARTICLE_COLUMNS}
      empty="No article is held."
      lead={
        <>
          <p>
            They were written between the copy that the store was restored from and the restore: visitors may
            have them by mail already.
          </p>
          {props.list.lookedIn === null ? (
            <details>
              <summary>Decide on all of them</summary>
              <Decision {...all} path="articles/held/send" word="Send all to the visitors" />
              <Decision {...all} path="articles/held/leave" word="Do not send any" quiet />
            </details>
          ) : null}
        </>
      }
      row={(article) => <ArticleRow {...props} at="held" article={article} />}
    />
  )
}

export const Forwarded = (props: Of<AwaitingArticle>): JSX.Element => (
  <OpsTable
    name="Sent to others only"
    id="forwarded"
    list={props.list}
    columns={ARTICLE_COLUMNS}
    empty="No mail of staff’s went to others only."
    row={(article) => <ArticleRow {...props} at="forwarded" article={article} />}
  />
)

interface TroubledRowProps {
  readonly conversation: TroubledConversation
  readonly now: Date
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

export const Unreachable = ({ list, now }: Of<TroubledConversation>): JSX.Element => (
  <OpsTable
    name="Visitors who cannot be reached"
    id="unreachable"
    list={list}
    first="newest"
    columns={['Request', 'Since', 'Ticket']}
    empty="Mail reaches every visitor."
    row={(conversation) => <TroubledRow conversation={conversation} now={now} badge="not reached" />}
  />
)

export const Frozen = (props: Of<TroubledConversation>): JSX.Element => (
  <OpsTable
    name="Frozen conversations"
    id="frozen"
    list={props.list}
    first="newest"
    columns={['Request', 'Since', 'Ticket', 'Decide']}
    empty="No conversation is frozen."
    lead={
      <p>
        Zammad has another ticket or article under an id that we know: it was restored from a copy. Nothing is
        sent until somebody has looked.
      </p>
    }
    row={(conversation) => (
      <TroubledRow conversation={conversation} now={props.now} badge="frozen">
        <Decision
          {...props}
          at="frozen"
          path={`conversations/${conversation.id}/go-on`}
          word="Go on"
          about={`with ${conversation.reference}`}
        />
      </TroubledRow>
    )}
  />
)

export const OutOfSight = ({ list, now }: Of<Lost>): JSX.Element => (
  <OpsTable
    name="Tickets out of sight"
    id="out-of-sight"
    list={list}
    columns={['Ticket', 'Last seen in', 'Last changed']}
    empty="The bot may look at every ticket that it follows."
    row={({ ticket, group, since }) => (
      <tr>
        <th scope="row">
          <TicketLink ticket={ticket} />
        </th>
        <td>{group}</td>
        <td>
          <Ago at={since} now={now} />
        </td>
      </tr>
    )}
  />
)

export const Suspended = (props: Of<Suspension>): JSX.Element => (
  <OpsTable
    name="Suspended addresses"
    id="suspended"
    list={props.list}
    columns={['Address', 'Since', 'Came back as', 'Decide']}
    empty="Alerts go to every address."
    lead={<p>Alerts to them came back as tickets. They get none until they are lifted.</p>}
    row={({ id, masked, since, ticket }) => (
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
            at="suspended"
            path={`suspensions/${id}/lift`}
            word="Lift"
            about={`the suspension of ${masked}`}
          />
        </td>
      </tr>
    )}
  />
)
