import { isAgent } from '../access.ts'
import { addressOf } from '../article-draft.ts'
import { isHtml, toText } from '../html.ts'
import { linksOf } from '../links.ts'
import { articlesOf, filesOf, type Core } from '../model.ts'
import { articleType, NOBODY, senderName, STATE_TYPE, type ArticleRow, type TicketRow } from '../rows.ts'
import { readable } from './list.tsx'
import { Line, Page, Paragraphs, Select, type Option, type Places } from './page.tsx'

export const namedOptions = (rows: Iterable<{ readonly name: string }>): Option[] =>
  Array.from(rows, ({ name }) => ({ value: name, label: name }))

export const groupOptions = (core: Core): Option[] =>
  namedOptions([...core.state.groups.values()].filter((group) => group.active))

/** States that an agent may choose; a ticket stays new until somebody moves it. */
function stateOptions(core: Core, ticket: TicketRow): Option[] {
  const choosable = [...core.state.states.values()].filter(
    (state) =>
      state.id === ticket.state_id ||
      (state.active && state.state_type_id !== STATE_TYPE.new && state.state_type_id !== STATE_TYPE.merged),
  )
  return namedOptions(choosable)
}

const ownerOptions = (core: Core): Option[] => [
  { value: String(NOBODY), label: 'Nobody' },
  ...[...core.state.users.values()]
    .filter((user) => user.active && isAgent(core, user))
    .map((user) => ({ value: String(user.id), label: `${user.firstname} ${user.lastname}` })),
]

const Article = (props: { core: Core; places: Places; ticket: TicketRow; article: ArticleRow }) => {
  const { core, places, ticket, article } = props
  const shown = isHtml(article.content_type) ? toText(article.body) : article.body
  const status = article.preferences['delivery_status']
  return (
    <article class={article.internal ? 'internal' : 'public'}>
      <h3>
        {`${article.internal ? 'Internal' : 'Public'} ${articleType(article.type_id)} by ${senderName(article.sender_id)}`}
      </h3>
      <p class="meta">
        {`${article.from ?? 'nobody named'} · `}
        <time datetime={article.created_at}>{readable(article.created_at)}</time>
        {article.to === null ? '' : ` · to ${article.to}`}
        {typeof status === 'string' ? ` · delivery: ${status}` : ''}
      </p>
      {article.subject === null ? null : <p class="subject">{article.subject}</p>}
      <p class="body">{shown}</p>
      <Files core={core} places={places} ticket={ticket} article={article} />
      <form method="post" action={places.ticket(ticket.id, `articles/${article.id}/visibility`)}>
        <input type="hidden" name="internal" value={article.internal ? 'false' : 'true'} />
        <button class="quiet" type="submit">
          {`Make article ${article.id} ${article.internal ? 'public' : 'internal'}`}
        </button>
      </form>
    </article>
  )
}

const Files = (props: { core: Core; places: Places; ticket: TicketRow; article: ArticleRow }) => {
  const files = filesOf(props.core, props.article.id)
  if (files.length === 0) return null
  return (
    <ul>
      {files.map((file) => (
        <li>
          <a href={props.places.file({ ticket: props.ticket.id, article: props.article.id, file: file.id })}>
            {`${file.filename} (${file.size} bytes)`}
          </a>
        </li>
      ))}
    </ul>
  )
}

const Reply = ({ core, places, ticket }: { core: Core; places: Places; ticket: TicketRow }) => {
  const customer = core.state.users.get(ticket.customer_id)
  const types = ['note', 'email', 'phone', 'web', 'sms'].filter(
    (type) => type !== 'email' || addressOf(core, ticket.group_id) !== null,
  )
  return (
    <form method="post" action={places.ticket(ticket.id, 'reply')} enctype="multipart/form-data">
      <Select name="type" label="Kind" options={types.map((type) => ({ value: type, label: type }))} />
      <Select
        name="internal"
        label="Who may read it"
        options={[
          { value: 'false', label: 'public' },
          { value: 'true', label: 'internal' },
        ]}
      />
      <Line name="to" label="To, for an email" value={customer?.email ?? ''} />
      <Line name="subject" label="Subject, for an email" value={ticket.title} />
      <Paragraphs name="body" label="Text" />
      <Line name="file" label="Attachment" type="file" />
      <button type="submit">Add the article</button>
    </form>
  )
}

const Properties = ({ core, places, ticket }: { core: Core; places: Places; ticket: TicketRow }) => (
  <form method="post" action={places.ticket(ticket.id, 'update')}>
    <Select
      name="group"
      label="Group"
      options={groupOptions(core)}
      chosen={core.state.groups.get(ticket.group_id)?.name ?? ''}
    />
    <Select
      name="state"
      label="State"
      options={stateOptions(core, ticket)}
      chosen={core.state.states.get(ticket.state_id)?.name ?? ''}
    />
    <Line name="pending_time" label="Pending till (UTC), for a pending state" type="datetime-local" />
    <Select
      name="priority"
      label="Priority"
      options={namedOptions(core.state.priorities.values())}
      chosen={core.state.priorities.get(ticket.priority_id)?.name ?? ''}
    />
    <Select name="owner_id" label="Owner" options={ownerOptions(core)} chosen={String(ticket.owner_id)} />
    <button type="submit">Change the ticket</button>
  </form>
)

const Others = ({ core, places, ticket }: { core: Core; places: Places; ticket: TicketRow }) => {
  const tags = core.state.tags.get(ticket.id) ?? []
  return (
    <>
      <p>{tags.length === 0 ? 'No tags.' : `Tags: ${tags.join(', ')}`}</p>
      <form method="post" action={places.ticket(ticket.id, 'tags')}>
        <Line name="item" label="Tag" required />
        <button type="submit" name="deed" value="add">
          Add the tag
        </button>
        <button class="quiet" type="submit" name="deed" value="remove">
          Remove the tag
        </button>
      </form>
      <form method="post" action={places.ticket(ticket.id, 'merge')}>
        <Line name="number" label="Number of the ticket to merge into" required />
        <button type="submit">Merge</button>
      </form>
      <form method="post" action={places.ticket(ticket.id, 'delete')}>
        <button class="danger" type="submit">
          Delete this ticket, as the administrator
        </button>
      </form>
    </>
  )
}

const Links = ({ core, places, ticket }: { core: Core; places: Places; ticket: TicketRow }) => {
  const links = linksOf(core, ticket.id)
  if (links.length === 0) return null
  return (
    <ul>
      {links.map((link) => {
        const id = Number(link['link_object_value'])
        return (
          <li>
            {`${String(link['link_type'])}: `}
            <a href={places.ticket(id)}>{core.state.tickets.get(id)?.number ?? String(id)}</a>
          </li>
        )
      })}
    </ul>
  )
}

/** One ticket with all its articles, and everything that an agent may do with it. */
export const Ticket = (props: { core: Core; places: Places; ticket: TicketRow }) => {
  const { core, places, ticket } = props
  const customer = core.state.users.get(ticket.customer_id)
  return (
    <Page title={`${ticket.number} ${ticket.title}`} places={places}>
      <p class="meta">
        {`${core.state.groups.get(ticket.group_id)?.name} · ${core.state.states.get(ticket.state_id)?.name} · ` +
          `${customer?.firstname ?? ''} ${customer?.lastname ?? ''} ${customer?.email ?? ''}`}
      </p>
      <Links {...props} />
      <section aria-labelledby="articles">
        <h2 id="articles">Articles</h2>
        {articlesOf(core, ticket.id).map((article) => (
          <Article core={core} places={places} ticket={ticket} article={article} />
        ))}
      </section>
      <section aria-labelledby="reply">
        <h2 id="reply">Write</h2>
        <Reply {...props} />
      </section>
      <section aria-labelledby="properties">
        <h2 id="properties">Change</h2>
        <Properties {...props} />
      </section>
      <section aria-labelledby="others">
        <h2 id="others">Tags, merging, deleting</h2>
        <Others {...props} />
      </section>
    </Page>
  )
}
