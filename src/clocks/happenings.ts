import type { Reply } from '../conversation/reply.ts'
import type { StateType } from '../desk.ts'
import type { Happening, Standing } from '../promise/log.ts'
import type { LedgerEntry } from '../relay/ledger.ts'
import { unitOfGroup, type Units } from '../routing/units.ts'
import type { Fact, Snapshot, TicketFacts } from './facts.ts'

/** What a ticket was like, in the words of the promise. */
export const standingOf = (snapshot: Snapshot, units: Pick<Units, 'units'>): Standing => ({
  unit: unitOfGroup(units, snapshot.group),
  priority: snapshot.priority,
  state: snapshot.state,
  tags: snapshot.tags,
})

/** What was changed of a ticket, and whether it could be seen. */
export const changesOf = (
  { changes }: Pick<TicketFacts, 'changes'>,
  units: Pick<Units, 'units'>,
): readonly Happening[] => changes.map((fact) => changeOf(fact, units))

function changeOf(fact: Fact, units: Pick<Units, 'units'>): Happening {
  const { at, id: key } = fact
  switch (fact.what) {
    case 'group':
      return { at, key, kind: 'moved', unit: unitOfGroup(units, fact.to) }
    case 'priority':
      return { at, key, kind: 'priority', priority: fact.to }
    case 'state':
      return { at, key, kind: 'state', state: fact.to }
    case 'tagged':
    case 'untagged':
      return { at, key, kind: fact.what, tag: fact.tag }
    case 'sight':
      return { at, key, kind: 'sight', sight: fact.sight }
  }
}

/** The state of a ticket at that moment. */
export const stateAt = ({ opened, changes }: TicketFacts, at: Date): StateType =>
  changes.reduce((state, fact) => (fact.what === 'state' && fact.at <= at ? fact.to : state), opened.state)

/** When a ticket was merged away, as it still is; null where it is not. */
export function mergedAt({ now, changes }: TicketFacts): Date | null {
  if (now.state !== 'merged') return null
  return changes.findLast((fact) => fact.what === 'state' && fact.to === 'merged')?.at ?? null
}

/** The visitor's word on the page, said when it was sent. */
export const wordOf = ({ id, sentAt }: Pick<Reply, 'id' | 'sentAt'>): Happening => ({
  at: sentAt,
  key: `reply:${id}`,
  kind: 'asked',
  by: 'visitor',
  how: 'word',
})

/** What was said on a ticket in Zammad, by its articles. The visitor's words on the page speak for themselves. */
export function articlesOf(
  entries: readonly LedgerEntry[],
  ticket: { readonly isOfForm: boolean; readonly isRelayed: boolean },
): readonly Happening[] {
  const first = ticket.isOfForm ? null : firstWord(entries)
  return entries.flatMap((entry): readonly Happening[] => {
    const at = entry.createdAt
    const key = `article:${entry.id}:${at.getTime()}`
    const heard = entry === first ? 'visitor' : heardFrom(entry)
    const how = entry.type === 'phone' ? 'call' : null
    if (heard !== null) {
      return [{ at, key, kind: 'asked', by: entry.automatic ? 'machine' : heard, how: how ?? 'word' }]
    }
    if (isAnswer(entry, ticket.isRelayed)) return [{ at, key, kind: 'answered', how: how ?? 'answer' }]
    const isNote = entry.because === 'internal' && entry.sender === 'Agent'
    return isNote ? [{ at, key, kind: 'noted' }] : []
  })
}

/** Not for what was made before we answered for it, or is there no more. */
const NOBODYS: ReadonlySet<string> = new Set(['before-us', 'held'])

/**
 * The first word of a customer's on a ticket that came from no form, whoever typed it (design 4.9): staff may have put a
 * call down, or have made somebody else the customer since.
 */
function firstWord(entries: readonly LedgerEntry[]): LedgerEntry | null {
  const first = entries.find(
    ({ sender, internal, disposition }) => sender === 'Customer' && !internal && !NOBODYS.has(disposition),
  )
  return first?.because === 'stranger' ? first : null
}

const heardFrom = ({ because }: LedgerEntry): 'visitor' | 'stranger' | null =>
  because === 'visitor' || because === 'stranger' ? because : null

/** Words of no person, or of none of staff. */
const NO_ANSWER: ReadonlySet<string> = new Set([
  'internal',
  'system',
  'bot',
  'ours',
  'visitor',
  'stranger',
  'merge-note',
  'elsewhere',
  'start-line',
  'deleted',
])

/**
 * What the visitor has; where nobody brings it to them, whatever people of staff said in public (design 4.9). An agent's
 * note of absence is brought to nobody by itself: a mail that is marked as automatic and relayed all the same is one that
 * staff gave the visitor on the board, and one that Zammad sent went out under a group's address `postmaster@`.
 */
function isAnswer(entry: LedgerEntry, isRelayed: boolean): boolean {
  const { disposition, because, sender, internal, automatic } = entry
  if (disposition === 'relay' || disposition === 'zammad-sent') return true
  return !isRelayed && sender === 'Agent' && !internal && !automatic && !NO_ANSWER.has(because)
}
