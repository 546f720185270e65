import { z } from 'zod'
import type { House } from './promise-house.ts'
import type { Deed } from './promise-plan.ts'
import { HIGH, TEAMS, wordsFor } from './promise-rules.ts'
import type { Happened, Ticket } from './promise-truth.ts'
import { submit } from './visitors.ts'

/** Where a ticket is in Zammad, and how its visitor finds it. */
interface Place {
  id: number | null
  readonly customer: number | null
  /** Of the private page. */
  readonly token: string | null
}

/** Where people do what the plan has them do. What they did is put down with the tickets. */
export interface Scene {
  readonly house: House
  /** Zammad's id of whoever works there. */
  readonly agentId: number
  readonly tickets: Map<number, Ticket>
  readonly places: Map<number, Place>
}

const Found = z.array(z.object({ id: z.number(), number: z.string() }))
const Opened = z.object({ id: z.number(), number: z.string(), customer_id: z.number() })

const nowOf = ({ house }: Scene): number => house.time.clock().getTime()

/** Whether it could be done; else it is tried again. */
export async function perform(scene: Scene, deed: Deed): Promise<boolean> {
  if (deed.what === 'submit') return arrives(scene, deed)
  const ticket = scene.tickets.get(deed.about)
  const place = scene.places.get(deed.about)
  if (!ticket || !place) return false
  if (ticket.happened.some(({ what }) => what === 'merged')) return true
  if (deed.what === 'acknowledge') return acknowledges(scene, ticket)
  if (deed.what === 'ask' && place.token !== null) return asks(scene, ticket, place.token)
  const id = await idOf(scene, ticket, place)
  if (id === null) return false
  const told = await staffDo(scene, { deed, ticket, place, id })
  if (told === null) return false
  const at = nowOf(scene)
  ticket.happened.push(...told.map((one): Happened => ({ ...one, at })))
  return true
}

type Told = Happened extends infer One ? (One extends Happened ? Omit<One, 'at'> : never) : never

async function arrives(scene: Scene, deed: Extract<Deed, { what: 'submit' }>): Promise<boolean> {
  const { house, tickets, places } = scene
  const { about, unit, by } = deed
  const email = `visitor-${about}@example.org`
  const words = `This is about ${wordsFor(unit)}, and nobody else asked number ${about}.`
  if (by === 'form' && !house.isUp()) return false
  const at = nowOf(scene)
  const happened: Happened[] = [{ at, what: 'asked' }]
  if (by === 'form') {
    const visit = { mark: `case-${about}`, name: `Vera ${about}`, email, question: words, files: [] }
    const { number, token } = await submit(house.door, visit)
    if (number === null) throw new Error('the number is told at once')
    tickets.set(about, { about, number, unit, isOfForm: true, email, happened })
    places.set(about, { id: null, customer: null, token })
    return true
  }
  const { group } = TEAMS[by === 'rule' ? 'first-line' : unit]
  const made = Opened.parse(
    await house.agent.calls('POST', '/tickets', {
      title: `case-${about}: ${wordsFor(unit)}`,
      group,
      customer_id: `guess:${email}`,
      article: { type: about % 4 === 0 ? 'phone' : 'web', sender: 'Customer', internal: false, body: words },
    }),
  )
  tickets.set(about, { about, number: made.number, unit, isOfForm: false, email, happened })
  places.set(about, { id: made.id, customer: made.customer_id, token: null })
  return true
}

async function idOf({ house }: Scene, { number }: Ticket, place: Place): Promise<number | null> {
  if (place.id === null) {
    const found = Found.parse(await house.agent.calls('GET', `/tickets/search?query=${number}&expand=true`))
    place.id = found.find((one) => one.number === number)?.id ?? null
  }
  return place.id
}

/** A visitor's further word on the private page. */
async function asks(scene: Scene, ticket: Ticket, token: string): Promise<boolean> {
  const { house } = scene
  if (!house.isUp()) return false
  const page = await house.visitor.opens(`/c/${token}?lang=en`)
  const sent = await house.visitor.sendsFrom(page, { answers: { body: 'And one more question.' } })
  if (sent.status !== 303) throw new Error(`a visitor was told ${sent.status}`)
  ticket.happened.push({ at: nowOf(scene), what: 'asked' })
  return true
}

type StaffDeed = Exclude<Deed, { what: 'submit' } | { what: 'acknowledge' }>

/** Somebody of staff opens the link of the last mail that calls a ticket late, where there is one, and presses the button. */
async function acknowledges(scene: Scene, ticket: Ticket): Promise<boolean> {
  const { house } = scene
  if (!house.isUp()) return false
  const link = house.far.mailbox
    .messages()
    .filter(({ to }) => to.some((one) => one.endsWith('@desk.example')))
    .map(({ subject, text }) => lateLink(`${subject}\n${text ?? ''}`, ticket.number))
    .findLast((one) => one !== null)
  if (!link) return true
  const page = await house.visitor.opens(link)
  if (!page.html.includes('<form')) return true
  const button = new Request(`${house.door.url}${link}`, {
    method: 'POST',
    headers: { origin: house.door.url },
    body: new URLSearchParams(),
  })
  const sent = await house.door.speak(button)
  if (sent.status !== 303) throw new Error(`staff were told ${sent.status}`)
  ticket.happened.push({ at: nowOf(scene), what: 'acknowledged' })
  return true
}

/** The link by which one ticket's lateness is acknowledged, in a mail about it alone or about several. */
function lateLink(text: string, number: string): string | null {
  const late = '(?:Late by|The time is up)'
  const alone = new RegExp(`^${late}[^\\n]*\\(${number}\\)\\n[\\s\\S]*?(/seen/[0-9a-z.]+)`).exec(text)
  const folded = new RegExp(
    `^${number}: ${late}[^\\n]*\\n(?: {2}[^\\n]*\\n)*? {2}I have seen it: \\S*(/seen/[0-9a-z.]+)`,
    'm',
  ).exec(text)
  return alone?.[1] ?? folded?.[1] ?? null
}

interface Doing {
  readonly deed: StaffDeed
  readonly ticket: Ticket
  readonly place: Place
  readonly id: number
}

/** What staff do in Zammad, and what is true of it; null where it cannot be done yet. */
async function staffDo(scene: Scene, { deed, ticket, place, id }: Doing): Promise<readonly Told[] | null> {
  const { agent } = scene.house
  const answer = { body: 'Here is our answer.', type: 'note', sender: 'Agent', internal: false }
  switch (deed.what) {
    case 'answer':
    case 'call':
      await agent.writes(id, answer.body, { sender: 'Agent', type: deed.what === 'call' ? 'phone' : 'note' })
      return [{ what: 'answered' }]
    case 'note':
      await agent.writes(id, 'Only for us.', { internal: true })
      return [{ what: 'noted' }]
    case 'answer-and-close':
      await agent.changes(id, { state: 'closed', article: answer })
      return [{ what: 'answered' }, { what: 'closed' }]
    case 'close':
      await agent.changes(id, { state: 'closed' })
      return [{ what: 'closed' }]
    case 'reopen':
      await agent.changes(id, { state: 'open' })
      return [{ what: 'reopened' }]
    case 'ask':
      await agent.writes(id, 'And one more question.', {
        type: 'web',
        sender: 'Customer',
        origin_by_id: place.customer,
      })
      return [{ what: 'asked' }]
    case 'take':
      await agent.changes(id, { owner_id: scene.agentId })
      return []
    case 'urge':
      await agent.changes(id, { priority: HIGH })
      return [{ what: 'urged' }]
    case 'move':
      await agent.changes(id, { group: TEAMS[deed.unit].group })
      return [{ what: 'moved', unit: deed.unit }]
    case 'tag':
      await agent.tags(id, deed.tag)
      return [{ what: 'tagged', tag: deed.tag }]
    case 'untag':
      await agent.calls('DELETE', '/tags/remove', { object: 'Ticket', o_id: id, item: deed.tag })
      return [{ what: 'untagged', tag: deed.tag }]
    case 'merge':
      return merges(scene, { ticket, id }, deed.into)
  }
}

async function merges(
  scene: Scene,
  { ticket, id }: Pick<Doing, 'ticket' | 'id'>,
  into: number,
): Promise<readonly Told[] | null> {
  const target = scene.tickets.get(into)
  const place = scene.places.get(into)
  if (!target || !place || (await idOf(scene, target, place)) === null) return null
  await scene.house.agent.merges(id, target.number)
  if (ticket.about === into) throw new Error('a ticket is not merged into itself')
  return [{ what: 'merged', into }]
}
