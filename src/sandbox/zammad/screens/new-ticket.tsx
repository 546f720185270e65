import type { Core } from '../model.ts'
import { Line, Page, Paragraphs, Select, type Places } from './page.tsx'
import { groupOptions, namedOptions } from './ticket.tsx'

/** A ticket that an agent opens while he is on the phone. */
export const NewTicket = ({ core, places }: { core: Core; places: Places }) => (
  <Page title="New ticket by a phone call" places={places}>
    <form method="post" action={places.newTicket}>
      <Line name="title" label="Title" required />
      <Line name="firstname" label="Caller's first name" required />
      <Line name="lastname" label="Caller's last name" required />
      <Line name="email" label="Caller's email address" type="email" required />
      <Select name="group" label="Group" options={groupOptions(core)} />
      <Select
        name="priority"
        label="Priority"
        options={namedOptions(core.state.priorities.values())}
        chosen="2 normal"
      />
      <Line name="tags" label="Tags, with commas between" />
      <Paragraphs name="body" label="What was said" />
      <button type="submit">Open the ticket</button>
    </form>
  </Page>
)
