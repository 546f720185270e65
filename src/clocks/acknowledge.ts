import type { Clock } from '../clock.ts'
import { noteJob } from '../intake/add-note.ts'
import { tellTime } from '../language.ts'
import type { NewJob } from '../outbox/job.ts'
import { ticketLink } from '../outbox/ticket-link.ts'
import { readLevelName } from '../promise/levels.ts'
import type { Random } from '../random.ts'
import { NOTE_HEADING } from '../routing/explanation.ts'
import { asToken, type Signer } from '../secret.ts'
import type { Atomically, Held, Write } from '../writes.ts'
import type { Reckoned, Reckoner } from './reckoned.ts'
import type { ClockRecords, LevelMark } from './records.ts'

export interface AcknowledgeDeps {
  readonly records: Pick<ClockRecords, 'byAck' | 'byId' | 'acknowledge' | 'touch'>
  readonly reckoner: Pick<Reckoner, 'of'>
  readonly addJob: (job: NewJob, held?: Held) => Write
  /** Where people open Zammad. */
  readonly zammadWebUrl: string
  /** The site's. */
  readonly timeZone: string
  readonly signer: Pick<Signer, 'verifies'>
  readonly atomically: Atomically
  readonly clock: Clock
  readonly random: Random
}

/** A level that somebody was told of, as the page of its link shows it. */
export interface Seen {
  readonly mark: LevelMark
  /** Of the ticket. */
  readonly number: string
  /** Id of the unit that has it, or null. */
  readonly unit: string | null
  /** Of its clock; null while that is paused. */
  readonly dueAt: Date | null
  /** The ticket in Zammad; null where it is not opened yet. */
  readonly link: string | null
  /** Whether the clock has ended: then there is nothing to acknowledge. */
  readonly isOver: boolean
}

export interface Acknowledge {
  /** Null for a token that is not ours. */
  readonly find: (token: string) => Promise<Seen | null>
  /**
   * Acknowledges a level: its daily repeats end, and one internal note tells so on the ticket, however often this is
   * asked. False for a token that is not ours, and where the clock has ended.
   */
  readonly acknowledge: (token: string) => Promise<boolean>
}

/** What stands in the link by which a level is acknowledged: its name, and the proof that we made the link. */
export async function acknowledgementToken({ sign }: Pick<Signer, 'sign'>, ack: string): Promise<string> {
  const signature = await sign(['seen', ack])
  if (!signature) throw new Error('the first secret signs')
  return `${ack}.${asToken(signature)}`
}

/** The name of a level, and the proof. */
const TOKEN = /^([0-9a-z]{25})\.([0-9a-z]{32})$/

async function told(deps: AcknowledgeDeps, token: string) {
  const [, ack = '', proof = ''] = TOKEN.exec(token) ?? []
  const [isOurs, mark] = await Promise.all([
    deps.signer.verifies(['seen', ack], proof),
    deps.records.byAck(ack),
  ])
  if (!isOurs || mark?.how !== 'told') return null
  const row = await deps.records.byId(mark.subject)
  const reckoned = row && (await deps.reckoner.of(row.subject))
  return reckoned ? { mark, reckoned } : null
}

function seenOf({ zammadWebUrl }: AcknowledgeDeps, mark: LevelMark, reckoned: Reckoned): Seen {
  const { number, subject, reckoning } = reckoned
  const clock = reckoning.clocks.find(({ key }) => key === mark.clock)
  return {
    mark,
    number,
    unit: clock?.unit ?? null,
    dueAt: clock?.dueAt ?? null,
    link: subject.ticketId === null ? null : ticketLink(zammadWebUrl, subject.ticketId),
    isOver: reckoning.running?.key !== mark.clock,
  }
}

function linesOf({ level, at, mailedAt }: LevelMark, now: Date, timeZone: string): readonly string[] {
  const told = readLevelName(level).plain.replace('%', '\u00a0%')
  const times = [mailedAt ?? at, now].map((each) => tellTime(each, timeZone, 'en'))
  return [
    NOTE_HEADING,
    `Somebody who was told by email has seen that ${told} of the time for an answer had passed.`,
    `Told: ${times[0]}; seen: ${times[1]} (${timeZone}). No reminder of this level follows; later levels, if there are any, are still told.`,
  ]
}

export function createAcknowledge(deps: AcknowledgeDeps): Acknowledge {
  return {
    async find(token) {
      const found = await told(deps, token)
      return found && seenOf(deps, found.mark, found.reckoned)
    },
    async acknowledge(token) {
      const found = await told(deps, token)
      if (!found) return false
      const { mark, reckoned } = found
      if (mark.acknowledgedAt) return true
      if (seenOf(deps, mark, reckoned).isOver) return false
      const now = deps.clock()
      const { ticketId: ticket, conversation } = reckoned.subject
      const note = {
        ticket,
        conversation,
        naturalKey: `note:seen:${mark.ack}`,
        lines: linesOf(mark, now, deps.timeZone),
      }
      await deps.atomically([
        deps.records.acknowledge(mark.ack, now),
        deps.addJob(noteJob(note, now, deps.random)),
        // A sweep that is under way knows nothing of it, and is to begin anew.
        deps.records.touch(reckoned.subject, now),
      ])
      return true
    },
  }
}
