import { HOUR_MS } from '../../src/clock.ts'
import type { ClockRow, LevelMark, PromiseRow } from '../../src/clocks/records.ts'
import { NOON } from '../support/samples.ts'
import { hours } from './records.ts'

export const OF_TICKET = { conversation: null, ticketId: 66 } as const

type Over<T, Inner extends keyof T> = Partial<Omit<T, Inner>> & { readonly [Key in Inner]?: Partial<T[Key]> }

/** The promise of a ticket that came from no form, running since noon. */
export const aPromise = ({
  running,
  ...over
}: Partial<Omit<PromiseRow, 'running'>> & {
  readonly running?: Partial<PromiseRow['running']> | null
} = {}): PromiseRow => ({
  id: 't:66',
  subject: OF_TICKET,
  number: '78066',
  form: null,
  unit: 'technical',
  priority: '2 normal',
  isOpen: true,
  running:
    running === null
      ? null
      : { key: 'request', kind: 'visitor', startedAt: NOON, dueAt: hours(48), ...running },
  quietSince: NOON,
  tag: 'none',
  nextAt: hours(24),
  version: 'rules-1',
  ...over,
})

/** A promise of the ticket with that id, and number of it. */
export const ofTicket = (ticketId: number, over: Parameters<typeof aPromise>[0] = {}): PromiseRow =>
  aPromise({
    id: `t:${ticketId}`,
    subject: { conversation: null, ticketId },
    number: `78${String(ticketId).padStart(3, '0')}`,
    ...over,
  })

export const aClockRow = ({ clock, ...over }: Over<ClockRow, 'clock'> = {}): ClockRow => ({
  subject: 't:66',
  number: '78066',
  form: null,
  reason: null,
  clock: {
    key: 'request',
    kind: 'visitor',
    because: 'request',
    startedAt: NOON,
    unit: 'technical',
    priority: '2 normal',
    targetMs: 48 * HOUR_MS,
    picked: 'wall',
    passed: { wall: HOUR_MS, business: 0 },
    due: { wall: hours(48), business: hours(160) },
    dueAt: hours(48),
    outcome: 'running',
    endedAt: null,
    kept: { wall: null, business: null },
    ...clock,
  },
  ...over,
})

export const aMark = (over: Partial<LevelMark> = {}): LevelMark => ({
  subject: 't:66',
  clock: 'request',
  level: '75%',
  how: 'told',
  cameAt: hours(36),
  at: hours(36),
  ack: 'ack-1',
  acknowledgedAt: null,
  mailedAt: null,
  mailedTo: [],
  ...over,
})
