import type { JSX } from 'hono/jsx/jsx-runtime'
import { tellDuration, tellTime } from '../../language.ts'
import { Layout } from './layout.tsx'
import { TicketNumber } from './number.tsx'
import type { Place } from './place.ts'
import { forStaff } from './staff-place.ts'

interface SeenPageProps {
  readonly place: Place
  /** Where the button sends to: this page's own address. */
  readonly action: string
  readonly number: string
  /** Where the ticket is opened in Zammad; null while there is none. */
  readonly link: string | null
  /** `75%`, `100%+1d`. */
  readonly level: string
  readonly toldAt: Date
  readonly dueAt: Date | null
  readonly acknowledgedAt: Date | null
  /** Whether the clock has ended: nothing more is told of it. */
  readonly isOver: boolean
  readonly now: Date
  readonly timeZone: string
}

/** What an alert was about, and the button by which staff say that they have seen it. */
export function SeenPage(props: SeenPageProps): JSX.Element {
  const { place, number, link, level, acknowledgedAt, isOver } = props
  const digits = <TicketNumber digits={number} />
  return (
    <Layout place={forStaff(place)} title={titleOf(props)}>
      <div>
        <p class="soft">Ticket {link === null ? digits : <a href={link}>{digits}</a>}</p>
        <h1>{titleOf(props)}</h1>
        <p class="lead">{leadOf(props)}</p>
      </div>
      <dl class="facts pairs card">
        <dt>Alert</dt>
        <dd>{levelWords(level)}</dd>
        <Moments {...props} />
      </dl>
      {acknowledgedAt !== null || isOver ? null : <Press {...props} />}
    </Layout>
  )
}

function titleOf({ acknowledgedAt, isOver }: SeenPageProps): string {
  if (acknowledgedAt !== null) return 'This alert was seen'
  return isOver ? 'Nothing is left to do' : 'Have you seen this alert?'
}

function leadOf({ acknowledgedAt, isOver }: SeenPageProps): string {
  if (isOver) return 'The wait that it told of is over. No more alerts come of it.'
  return acknowledgedAt === null
    ? 'Say so, and your colleagues know that somebody looks after it.'
    : 'A note on the ticket says so. No reminder of this level follows; later levels, if there are any, are still told.'
}

/** "90 % of the time is gone", "late for 2 days". */
function levelWords(level: string): string {
  const [, part = level, days] = /^(\d+)%(?:\+(\d+)d)?$/.exec(level) ?? []
  if (days !== undefined) return `late for ${tellDuration(Number(days) * 86_400_000, 'en')}`
  return Number(part) >= 100 ? 'the time is over' : `${part} % of the time is gone`
}

function Moments(props: SeenPageProps): JSX.Element {
  const { dueAt, toldAt, acknowledgedAt, now, timeZone, isOver } = props
  const leftMs = (dueAt?.getTime() ?? 0) - now.getTime()
  const left = `${leftMs < 0 ? 'late by ' : 'in '}${tellDuration(Math.abs(leftMs), 'en')}`
  const moment = (at: Date): JSX.Element => (
    <time datetime={at.toISOString()}>{tellTime(at, timeZone, 'en')}</time>
  )
  return (
    <>
      <dt>Raised</dt>
      <dd>{moment(toldAt)}</dd>
      {acknowledgedAt === null ? null : (
        <>
          <dt>Seen</dt>
          <dd>{moment(acknowledgedAt)}</dd>
        </>
      )}
      {dueAt === null || isOver ? null : (
        <>
          <dt>{leftMs < 0 ? 'Answer was due' : 'Answer by'}</dt>
          <dd class={leftMs < 0 ? 'late' : undefined}>
            {moment(dueAt)} · {left}
          </dd>
        </>
      )}
      <dt>Times</dt>
      <dd>{timeZone.replaceAll('_', ' ')}</dd>
    </>
  )
}

const Press = ({ action }: SeenPageProps): JSX.Element => (
  <form method="post" action={action} data-once>
    <p>
      One internal note is written on the ticket; the visitor does not see it. No reminder of this level
      follows; later levels, if there are any, are still told.
    </p>
    <button type="submit">Yes, I have seen it</button>
  </form>
)
