import { addNote } from '../../src/intake/add-note.ts'
import { routeTicket } from '../../src/bot/route-ticket.ts'
import { after } from '../../src/clock.ts'
import { createReckoner } from '../../src/clocks/reckoned.ts'
import type { Article, NewTicket } from '../../src/desk.ts'
import { createStores } from '../../src/furnish.ts'
import { createLog } from '../../src/log.ts'
import { AlertPayload } from '../../src/outbox/alert.ts'
import type { Kinds } from '../../src/outbox/job.ts'
import { runDue } from '../../src/outbox/run.ts'
import { createDecider } from '../../src/routing/decide.ts'
import type { Rule } from '../../src/routing/rule.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createFollowedTickets } from '../../src/store/followed.ts'
import { createHints } from '../../src/store/hints.ts'
import { createJobs } from '../../src/store/jobs.ts'
import { createRoutings } from '../../src/store/routings.ts'
import { jobs as jobRows } from '../../src/store/schema.ts'
import { createSuspensions } from '../../src/store/suspensions.ts'
import { memoryDesk } from '../intake/memory-desk.ts'
import { virtualTime } from '../simulation/virtual-time.ts'
import { openPlatform } from '../support/platform.node.ts'
import { aRule, aUnit, rulebookOf, unitsOf } from '../support/sample-rules.ts'
import { aJob, NOON, seeded } from '../support/samples.ts'

const FIRST_LINE = aUnit({
  id: 'first-line',
  name: { en: 'First Line support' },
  group: 'First Line support',
  notify: ['first@staff.example'],
  duty: ['duty@staff.example'],
})
const NODES = aUnit({
  id: 'nodes',
  name: { en: 'Reference nodes' },
  group: 'Reference nodes',
  onArrival: 'mail',
  fallback: 'technical',
})
const TECHNICAL = aUnit({ id: 'technical', name: { en: 'Technical support' }, group: 'Technical support' })
const CATALOGUE = aUnit({ id: 'catalogue', name: { en: 'Catalogue' }, group: 'Catalogue', onArrival: 'mail' })

const UNITS = unitsOf(FIRST_LINE, NODES, TECHNICAL, CATALOGUE)
export const UNITS_WITHOUT_NODES = unitsOf(FIRST_LINE, TECHNICAL, CATALOGUE)

/** All that is about nodes goes to the nodes, urgently and tagged. */
export const TO_NODES = aRule('to the nodes', 'node', 'nodes', { priority: '3 high', tags: ['by-words'] })

export interface RoutingChange {
  readonly rule?: Rule
  readonly ticket?: Partial<NewTicket>
  readonly article?: Partial<Article>
}

/** One ticket about nodes that somebody opened in Zammad, on a real store, with a helpdesk in memory. */
export async function aTicketToRoute({ rule = TO_NODES, ticket, article }: RoutingChange = {}) {
  const { db } = await openPlatform()
  const time = virtualTime(NOON)
  const random = seeded(7)
  const desk = memoryDesk(time.clock)
  const log = createLog('silent')
  const jobs = createJobs(db)
  const routings = createRoutings(db)
  const followed = createFollowedTickets(db)
  const suspensions = createSuspensions(db)
  let rulebook = rulebookOf(UNITS, [rule])
  const reckoner = createReckoner({
    ...createStores(db),
    rulebook: () => rulebook,
    relay: 'webform',
    clock: time.clock,
  })
  const kinds: Kinds = {
    'route-ticket': routeTicket({
      desk,
      routings,
      followed,
      suspensions,
      reckoner,
      alertAddress: jobs.alertAddress,
      priorities: desk.priorities,
      inForce: () => ({ rulebook, decider: createDecider(rulebook.units, rulebook.rules) }),
      addJob: jobs.add,
      atomically: db.atomically,
      timeZone: 'Europe/Madrid',
      mailHost: 'desk.example',
      clock: time.clock,
      random,
      log,
    }),
    'add-note': addNote({
      desk,
      conversations: createConversations(db),
      hints: createHints(db),
      mailHost: 'desk.example',
      clock: time.clock,
      log,
    }),
  }
  const { id, number, createdAt, updatedAt, groupId, group, customerId } = desk.addForeign(
    '78001',
    { title: 'A node is down', ...ticket },
    article,
  )
  const known = { id, number, createdAt, updatedAt, groupId, group, customerId, owned: false, closed: false }
  await db.atomically([
    followed.keep({
      ...known,
      stateType: 'new',
      sight: 'seen',
      lookedAt: NOON,
      waitingSince: NOON,
      toldWaiting: false,
      handOvers: 0,
    }),
    jobs.add(aJob({ kind: 'route-ticket', payload: { ticket: id } })),
  ])
  const outbox = { jobs, kinds, atomically: db.atomically, clock: time.clock, random, log }
  const round = () => runDue(outbox, 'zammad', { width: 1, until: after(time.clock(), 1) })
  return {
    desk,
    id,
    jobs,
    round,
    use(next: typeof rulebook) {
      rulebook = next
    },
    /** Rounds until nothing waits any more; the clock goes to each job's time. */
    async settle() {
      for (let rounds = 0; rounds < 60; rounds += 1) {
        await round()
        const next = await jobs.nextDue('zammad')
        if (next === null) return
        time.turn(Math.max(0, next.getTime() - time.clock().getTime()))
      }
      throw new Error('the job never came to rest')
    },
    /** Staff retry what is parked. */
    async retry() {
      const [parked] = await jobs.list(['parked'])
      if (!parked) throw new Error('nothing is parked')
      await db.atomically([jobs.retry(parked.id, { now: time.clock() })])
    },
    routing: () => routings.ofTicket(id),
    ticket: () => desk.tickets.find((kept) => kept.ticket.id === id)?.ticket,
    tags: () => desk.tickets.find((kept) => kept.ticket.id === id)?.tags,
    note: () => desk.notes.map(({ body }) => body).join('\n---\n'),
    /** Why and about which unit staff are mailed, and to whom. */
    async alerts() {
      const rows = await db.q.select().from(jobRows)
      return rows
        .filter(({ kind }) => kind === 'send-alert')
        .map(({ payload }) => AlertPayload.parse(JSON.parse(payload)))
        .map(({ to, alert }) => ({
          to,
          about: alert.about,
          ...('ticket' in alert ? { unit: alert.ticket.unit } : {}),
          ...('wanted' in alert ? { wanted: alert.wanted } : {}),
        }))
    },
    /** Whether staff would be told that it waits. */
    suspended: async () => (await suspensions.list()).map(({ address }) => address),
    /** An alert was mailed by this job. */
    alerted: (id: string, to: string) =>
      db.atomically([
        jobs.add(
          aJob({ id, kind: 'send-alert', lane: 'mail', payload: { to, alert: { about: 'stranger' } } }),
        ),
      ]),
    isToldOfWaiting: async () => (await followed.waitingBefore(after(NOON, 1), 9)).length > 0,
  }
}
