import { expect, test } from 'vitest'
import { after, HOUR_MS } from '../../src/clock.ts'
import { isHeld } from '../../src/clocks/holding-answers.ts'
import { policyOf } from '../../src/clocks/policy.ts'
import { latestDueTold } from '../../src/clocks/told-due.ts'
import type { OutgoingMessage } from '../../src/conversation/conversation.ts'
import type { Happening, TicketLog } from '../../src/promise/log.ts'
import type { AnswerPromise } from '../../src/promise/promise.ts'
import { reckon } from '../../src/promise/reckon.ts'
import { aUnit, PROMISE, rulebookOf, unitsOf } from '../support/sample-rules.ts'
import { NOON } from '../support/samples.ts'

const at = (hours: number): Date => after(NOON, hours * HOUR_MS)

const UNITS = unitsOf(aUnit({ id: 'first-line' }), aUnit({ id: 'slow' }), aUnit({ id: 'quick' }))
const TARGETS: AnswerPromise['targets'] = [
  { unit: 'slow', priority: null, targetMs: 72 * HOUR_MS },
  { unit: 'quick', priority: null, targetMs: 6 * HOUR_MS },
]

const request: Happening = { at: NOON, key: 'request', kind: 'asked', by: 'visitor', how: 'request' }
const holding: Happening = { at: at(0.5), key: '1', kind: 'tagged', tag: 'holding' }
const answered = (hours: number, how: 'answer' | 'call' = 'answer'): Happening => ({
  at: at(hours),
  key: `article:7:${at(hours).getTime()}`,
  kind: 'answered',
  how,
})
const movedTo = (unit: string, hours: number): Happening => ({
  at: at(hours),
  key: `moved-${hours}`,
  kind: 'moved',
  unit,
})

/** What these happenings come to five hours after the request. */
function known(happenings: readonly Happening[], promise: Partial<AnswerPromise> = {}) {
  const rules = { ...rulebookOf(UNITS), promise: { ...PROMISE, targets: TARGETS, ...promise } }
  const start: TicketLog['start'] = { unit: 'first-line', priority: null, state: 'open', tags: [] }
  const log = { start, happenings }
  const reckoning = reckon(log, policyOf(rules), at(5))
  const clock = reckoning.clocks.findLast(({ kind }) => kind === 'visitor')
  if (!clock) throw new Error('no clock of a visitor’s')
  return { rules, log, reckoning, clock }
}

const merged: Happening = {
  at: at(2),
  key: 'merged:9',
  kind: 'inherited',
  from: '7800000000009',
  startedAt: NOON,
  due: { wall: at(48), business: at(48) },
}

test.for<readonly [why: string, happenings: readonly Happening[], held: boolean]>([
  ['before any answer', [request, holding], false],
  ['after an answer that promises more', [request, holding, answered(1)], true],
  ['after an answer that is said to promise more afterwards', [request, answered(0.4), holding], true],
  ['after the answer', [request, answered(1)], false],
  [
    'after the answer that came behind one that promised more',
    [request, holding, answered(1), { at: at(2), key: '2', kind: 'untagged', tag: 'holding' }, answered(3)],
    false,
  ],
  [
    'while it stands still since that answer',
    [request, holding, answered(1), { at: at(1), key: '2', kind: 'state', state: 'pending' }],
    true,
  ],
  [
    'asked further, after the answer to the first question',
    [request, answered(0.2), { ...request, at: at(1), key: 'reply:1', how: 'word' }],
    false,
  ],
  ['after a call, where calls do not count', [request, holding, answered(1, 'call')], false],
  ['of a wait that a merge brought, after what was answered before', [answered(1), merged], false],
  [
    'of a wait that a merge brought, after an answer that promises more',
    [holding, merged, answered(3)],
    true,
  ],
])('a wait is for the rest where a first answer promised more: %s', ([, happenings, held]) => {
  const promise = { pauses: { states: ['pending'], tags: [] }, answeredBy: ['answer'] } as const
  const { rules, clock, ...rest } = known(happenings, promise)
  expect(isHeld(rest, clock, rules.promise)).toBe(held)
})

/** The latest that a visitor was told whose request was due by then, and to whom answers were mailed so. */
function told(happenings: readonly Happening[], dueAt: Date, mailedAt: Date | null) {
  const { rules, clock, ...rest } = known(happenings)
  const mail: OutgoingMessage & { readonly sentAt: Date | null } = {
    id: 'm',
    conversation: 'conversation-1',
    kind: 'answer',
    article: null,
    facts: {},
    messageId: '<m>',
    recipient: 'ann.lee@example.org',
    rendered: null,
    createdAt: NOON,
    sentAt: mailedAt,
  }
  const ofArticle = async ({ id }: { readonly id: number }) => (id === 7 ? [mail] : [])
  const deps = { messages: { ofArticle }, rulebook: () => rules }
  return latestDueTold(deps, { id: 'conversation-1', dueAt }, rest, clock)
}

const HELD = [request, holding, answered(1)] as const

test.for<readonly [why: string, happenings: readonly Happening[], mailedAt: Date | null, told: Date | null]>([
  ['as the receipt has it', [request], null, at(48)],
  ['also where it is to be sooner by now', [request, movedTo('quick', 2)], null, at(48)],
  ['as the mail of a first answer has it', [...HELD, movedTo('slow', 2), movedTo('quick', 4)], at(3), at(72)],
  ['not as it was after that mail', [...HELD, movedTo('slow', 3), movedTo('quick', 4)], at(2), at(48)],
  ['not by an answer that was not mailed', [...HELD, movedTo('slow', 2), movedTo('quick', 4)], null, at(48)],
  [
    'of a further question nothing, before an answer to it',
    [request, answered(0.2), { ...request, at: at(1), key: 'reply:1', how: 'word' }],
    null,
    null,
  ],
])('what mails told a visitor is the latest time of all: %s', async ([, happenings, mailedAt, latest]) => {
  expect(await told(happenings, at(48), mailedAt)).toEqual(latest)
})
