import fc from 'fast-check'
import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/clock.ts'
import type { Happening, Standing, TicketLog } from '../../../src/promise/log.ts'

/** Any log that a ticket may have: up to 40 happenings in any order, many of them in the same instant. */

const UNITS = ['first-line', 'nodes', 'madrid', 'york', null] as const
const PRIORITIES = ['1 low', '2 normal', '3 high'] as const
const STATES = ['new', 'open', 'open', 'open', 'pending', 'closed', 'closed', 'merged'] as const
const TAGS = [
  'holding',
  'holding',
  'no-answer-needed',
  'no-answer-needed',
  'spam',
  'vendor',
  'lab',
  'urgent',
] as const

/** Before a change to summer time, so that some logs go over it. */
const BEGINNING = new Date('2026-03-20T07:00:00Z')

const ago = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max })

/** Steps in time: none, a moment, minutes, hours, days. */
const step = fc.oneof(
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: ago(3 * SECOND_MS) },
  { weight: 2, arbitrary: ago(15 * MINUTE_MS) },
  { weight: 4, arbitrary: ago(12 * HOUR_MS) },
  { weight: 1, arbitrary: ago(3 * DAY_MS) },
)

type Told<H> = H extends Happening ? Omit<H, 'at' | 'key'> : never

const what: fc.Arbitrary<(at: Date) => Told<Happening>> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        by: fc.constantFrom('visitor', 'visitor', 'visitor', 'machine', 'stranger'),
        how: fc.constantFrom('request', 'word', 'call'),
      })
      .map((asked) => () => ({ kind: 'asked' as const, ...asked })),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('answer' as const, 'call' as const)
      .map((how) => () => ({ kind: 'answered' as const, how })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('noted' as const, 'solved' as const).map((kind) => () => ({ kind })),
  },
  { weight: 2, arbitrary: fc.constantFrom(...UNITS).map((unit) => () => ({ kind: 'moved' as const, unit })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...PRIORITIES)
      .map((priority) => () => ({ kind: 'priority' as const, priority })),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(...STATES).map((state) => () => ({ kind: 'state' as const, state })),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({
        kind: fc.constantFrom('tagged' as const, 'untagged' as const, 'untagged' as const),
        tag: fc.constantFrom(...TAGS),
      })
      .map((tagged) => () => tagged),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ waited: ago(4 * DAY_MS), wall: ago(3 * DAY_MS), business: ago(9 * DAY_MS) })
      .map(({ waited, wall, business }) => (at: Date) => {
        const startedAt = after(at, -waited)
        const due = { wall: after(startedAt, wall), business: after(startedAt, business) }
        return { kind: 'inherited' as const, from: '17001', startedAt, due }
      }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        'seen' as const,
        'seen' as const,
        'seen' as const,
        'out-of-sight' as const,
        'gone' as const,
      )
      .map((sight) => () => ({ kind: 'sight' as const, sight })),
  },
)

const standing: fc.Arbitrary<Standing> = fc.record({
  unit: fc.constantFrom(...UNITS),
  priority: fc.constantFrom(...PRIORITIES, null),
  state: fc.constantFrom('new', 'new', 'new', 'open', 'open', 'pending', 'closed'),
  tags: fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.subarray([...TAGS], { maxLength: 1 }) },
  ),
})

/** A log and a moment to reckon it at, some time in it or after. */
export const loggedTicket: fc.Arbitrary<{ readonly log: TicketLog; readonly asOf: Date }> = fc
  .record({
    start: standing,
    steps: fc.array(fc.tuple(step, what), { maxLength: 40, size: 'max' }),
    later: fc.integer({ min: -6 * DAY_MS, max: 10 * DAY_MS }),
    mixing: fc.integer({ min: 1, max: 1000 }),
  })
  .map(({ start, steps, later, mixing }) => {
    let at = BEGINNING
    const happenings = steps.map(([ms, told], index): Happening => {
      at = after(at, ms)
      return { at, key: `h${(index * mixing) % 1009}`, ...told(at) }
    })
    const moment = after(at, later)
    return { log: { start, happenings }, asOf: moment < BEGINNING ? BEGINNING : moment }
  })
