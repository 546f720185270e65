import { z } from 'zod'
import { type Clock, MINUTE_MS } from '../clock.ts'
import type { Desk } from '../desk.ts'
import { Failure } from '../failure.ts'
import type { Kind, NewJob } from '../outbox/job.ts'
import type { Reckoning } from '../promise/clock.ts'
import { cameBy } from '../promise/levels.ts'
import type { AnswerPromise } from '../promise/promise.ts'
import { newId, type Random } from '../random.ts'
import type { Rulebook } from '../routing/rule.ts'
import type { TicketFacts } from './facts.ts'
import type { Reckoned, Reckoner } from './reckoned.ts'
import { type DueRow, type PromiseTag, type Subject, subjectId } from './records.ts'

const OUR_TAGS = ['promise-soon', 'promise-broken'] as const
const isOurs = (tag: string): tag is (typeof OUR_TAGS)[number] => OUR_TAGS.some((one) => one === tag)

/**
 * The tag that a ticket is to have: `promise-broken` once its clock is due, `promise-soon` from the first level on that
 * tells anybody, none where no clock runs. One that is paused keeps what it came to.
 */
export function wantedTag({ running: clock }: Reckoning, promise: AnswerPromise, now: Date): PromiseTag {
  if (!clock) return 'none'
  const isDue = clock.dueAt ? now >= clock.dueAt : clock.passed[clock.picked] >= clock.targetMs
  if (isDue) return 'promise-broken'
  const isSoon = cameBy(clock, promise, now).some(({ index }) => promise.levels[index]?.to.length)
  return isSoon ? 'promise-soon' : 'none'
}

/** Whether Zammad shows this tag of ours and no other, as far as the ticket was read. */
function shows(facts: TicketFacts | null, wanted: PromiseTag): boolean {
  const ours = facts?.now.tags.filter(isOurs) ?? []
  return wanted === 'none' ? ours.length === 0 : ours.length === 1 && ours[0] === wanted
}

/** The last that happened to our tags on the ticket, or to our sight of it: an attempt before it proves nothing. */
const lastChange = (facts: TicketFacts | null): string =>
  facts?.changes.findLast(
    (fact) =>
      fact.what === 'sight' || ((fact.what === 'tagged' || fact.what === 'untagged') && isOurs(fact.tag)),
  )?.id ?? 'untouched'

const Payload = z.object({ conversation: z.string().nullable(), ticketId: z.int() })

/**
 * The job that brings our tags on a ticket in order, or null where nothing is to be done: once for each change of what
 * is wanted, and once for each change by others that Zammad tells of, as where somebody took a tag away.
 */
export function tagJob(
  { subject, facts }: Pick<Reckoned, 'subject' | 'facts'>,
  tags: { readonly wanted: PromiseTag; readonly before: Pick<DueRow, 'tag' | 'touched'> },
  { now, random }: { readonly now: Date; readonly random: Random },
): NewJob | null {
  const { conversation, ticketId } = subject
  const { wanted, before } = tags
  const isNew = (before.tag ?? 'none') !== wanted
  if (ticketId === null || (!isNew && shows(facts, wanted))) return null
  const occasion = isNew ? `touched:${before.touched}` : `${wanted}:${lastChange(facts)}`
  return {
    id: newId(random),
    kind: 'tag-promise',
    lane: 'zammad',
    conversation: null,
    serial: `ticket:${ticketId}`,
    naturalKey: `tag:${subjectId(subject)}:${occasion}`,
    payload: { conversation, ticketId } satisfies Subject & z.infer<typeof Payload>,
    nextAt: now,
    createdAt: now,
  }
}

export interface TagTicketDeps {
  readonly desk: Pick<Desk, 'read' | 'tags' | 'tag' | 'untag'>
  readonly reckoner: Pick<Reckoner, 'of'>
  readonly rulebook: () => Rulebook
  readonly clock: Clock
}

/** Gives a ticket the tag that its promise has come to by now, and takes the other away. Doing it twice changes nothing. */
export function tagTicket(deps: TagTicketDeps): Kind {
  return {
    lane: 'zammad',
    leaseMs: 4 * MINUTE_MS,
    uncertainMs: 0,
    maxUncertain: null,
    giveUpMs: null,
    async act(job) {
      const subject = Payload.parse(job.payload)
      const now = deps.clock()
      const reckoned = await deps.reckoner.of(subject, now)
      const wanted = reckoned ? wantedTag(reckoned.reckoning, deps.rulebook().promise, now) : 'none'
      await bringInOrder(deps, subject.ticketId, wanted)
      return { outcome: 'done', writes: [] }
    },
  }
}

async function bringInOrder({ desk }: TagTicketDeps, ticket: number, wanted: PromiseTag): Promise<void> {
  // Zammad tells and takes tags of tickets that are not there.
  if ((await desk.read(ticket)).seen !== 'ticket') return
  try {
    const ours = (await desk.tags(ticket)).filter(isOurs)
    if (wanted !== 'none' && !ours.includes(wanted)) await desk.tag(ticket, [wanted])
    for (const tag of ours) if (tag !== wanted) await desk.untag(ticket, tag)
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'refused') throw error
    if ((await desk.read(ticket)).seen === 'ticket') throw error
  }
}
