import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Status } from '../../conversation/view.ts'
import { tellDuration, tellNames } from '../../language.ts'
import { idOf } from './field.tsx'
import { Moment, zoneName, type Zoned } from './moment.tsx'
import { TicketNumber } from './number.tsx'
import { pageIn } from './place.ts'
import { textsIn } from './texts/texts.ts'

/** How a request stands. */
export interface Standing extends Zoned {
  readonly reference: string
  /** Whether the reference is a ticket number that we have allotted. */
  readonly referenceIsNumber: boolean
  readonly ticketNumber: string | null
  readonly status: Status
  /** The unit's name for visitors, where one has the request. */
  readonly unitName: string | null
  /** The running clock's; null when none runs, and while it stands still. */
  readonly dueAt: Date | null
  /** Whether an answer is awaited and its time stands still. */
  readonly isPaused: boolean
  /** Who was told that the answer is late, by name: units, and others. */
  readonly raisedTo: readonly string[]
  /** When the first answer was made; null before. */
  readonly answeredAt: Date | null
  readonly now: Date
  readonly maskedEmail: string
  /** The private link, absolute. */
  readonly link: string
  /** What keeps the ticket of the request from being opened. */
  readonly delayed: 'desk-unreachable' | 'with-staff' | null
  readonly isFrozen: boolean
  readonly isUnreachable: boolean
  /** Where the address can be corrected; null where that is over. */
  readonly correctHref: string | null
  /** The request in which this one goes on. */
  readonly continuedIn: { readonly number: string; readonly href: string } | null
}

/** The number, the state in words, by when an answer comes, and where it goes. */
export function StatusCard(props: Standing & { readonly canWrite: boolean }): JSX.Element {
  const texts = textsIn(props.place.language).conversation
  const isNumber = props.ticketNumber !== null || props.referenceIsNumber
  return (
    <div class="card status">
      <p class="soft">{isNumber ? texts.number : texts.reference}</p>
      <p class="number">
        <TicketNumber digits={props.ticketNumber ?? props.reference} />
      </p>
      <State {...props} />
      <About {...props} />
      {props.canWrite ? (
        <p class="links">
          <a href={`#${idOf('body')}`}>{texts.write}</a>
        </p>
      ) : null}
      <dl class="facts pairs">
        <AnswerBy {...props} />
        <FirstAnswer {...props} />
        <Team {...props} />
        <AnswersGoTo {...props} />
        <dt>{texts.keep}</dt>
        <dd>
          <a class="long" href={props.link}>
            {props.link}
          </a>
          <br />
          <span class="soft">{texts.keepText}</span>
        </dd>
        {props.ticketNumber !== null && !props.referenceIsNumber ? (
          <>
            <dt>{texts.reference}</dt>
            <dd>{props.reference}</dd>
          </>
        ) : null}
      </dl>
    </div>
  )
}

/** The state of a request in words. */
export function tellState({
  place,
  status,
  unitName,
}: Pick<Standing, 'place' | 'status' | 'unitName'>): string {
  const texts = textsIn(place.language).conversation
  return status === 'opened' && unitName !== null ? texts.withUnit(unitName) : texts.states[status]
}

/** States with nothing to be glad of yet, or any more. */
const QUIET: ReadonlySet<Status> = new Set(['received', 'closed', 'gone'])

const State = (props: Standing): JSX.Element => (
  <p class={QUIET.has(props.status) ? 'state' : 'state good'}>{tellState(props)}</p>
)

/** What the state means for the visitor, where its name alone does not say it. */
function About(props: Standing): JSX.Element {
  const { place, status, continuedIn } = props
  const texts = textsIn(place.language).conversation
  const about: Readonly<Partial<Record<Status, string>>> = texts.about
  return (
    <>
      {status === 'received' ? <NotYetOpened {...props} /> : null}
      {continuedIn === null && about[status] !== undefined ? (
        <p>
          {about[status]} {status === 'gone' ? <NewRequest {...props} /> : null}
        </p>
      ) : null}
      {continuedIn === null ? null : (
        <p>
          {texts.goesOnAs} <a href={continuedIn.href}>{continuedIn.number}</a>.
        </p>
      )}
      {props.isFrozen ? <p>{texts.frozen}</p> : null}
      {props.isUnreachable ? <p class="late">{texts.unreachable(props.maskedEmail)}</p> : null}
    </>
  )
}

const NewRequest = ({ place }: Standing): JSX.Element => (
  <>
    <a href={`${pageIn(place, '/')}#topics`}>{textsIn(place.language).conversation.newRequest}</a>.
  </>
)

/** Where answers go, as long as there may be any. */
function AnswersGoTo({ place, status, maskedEmail, correctHref }: Standing): JSX.Element | null {
  if (status === 'gone') return null
  const texts = textsIn(place.language).conversation
  return (
    <>
      <dt>{texts.answersGoTo}</dt>
      <dd class="long">
        {maskedEmail} {correctHref === null ? null : <a href={correctHref}>{texts.correct}</a>}
      </dd>
    </>
  )
}

/** The team, where the state itself does not say with whom the request is. */
const WITH_TEAM: ReadonlySet<Status> = new Set(['answered', 'closed', 'merged'])

function Team({ place, status, unitName }: Standing): JSX.Element | null {
  if (unitName === null || !WITH_TEAM.has(status)) return null
  return (
    <>
      <dt>{textsIn(place.language).conversation.team}</dt>
      <dd>{unitName}</dd>
    </>
  )
}

function NotYetOpened({ place, delayed, referenceIsNumber }: Standing): JSX.Element {
  const texts = textsIn(place.language).conversation
  const words = {
    'desk-unreachable': texts.deskUnreachable,
    'with-staff': texts.withStaff,
    none: texts.notYetOpened,
  }[delayed ?? 'none']
  return (
    <p>
      {words} {referenceIsNumber ? texts.numberStays : texts.numberFollows}
    </p>
  )
}

function AnswerBy(props: Standing): JSX.Element | null {
  const { place, dueAt, now } = props
  const texts = textsIn(place.language).conversation
  if (dueAt === null) return props.isPaused ? <Paused {...props} /> : null
  const left = dueAt.getTime() - now.getTime()
  return (
    <>
      <dt>{left < 0 ? texts.answerWasDue : texts.answerBy}</dt>
      <dd>
        <strong>
          <Moment {...props} at={dueAt} />
        </strong>{' '}
        {left < 0 ? (
          <>
            {zoneName(props)}
            <br />
            <Late {...props} byMs={-left} />
          </>
        ) : (
          `${zoneName(props)}\u00a0· ${texts.timeLeft(tellDuration(left, place.language))}`
        )}
      </dd>
    </>
  )
}

const Paused = ({ place }: Standing): JSX.Element => (
  <>
    <dt>{textsIn(place.language).conversation.answerBy}</dt>
    <dd>{textsIn(place.language).conversation.paused}</dd>
  </>
)

/** By how much, and who knows of it. */
function Late({ place, raisedTo, byMs }: Standing & { readonly byMs: number }): JSX.Element {
  const texts = textsIn(place.language).conversation
  const raised = raisedTo.length === 0 ? '' : ` ${texts.raised(tellNames(raisedTo, place.language))}`
  return <span class="late">{texts.late(tellDuration(byMs, place.language)) + raised}</span>
}

function FirstAnswer(props: Standing): JSX.Element | null {
  const { place, answeredAt } = props
  if (answeredAt === null) return null
  return (
    <>
      <dt>{textsIn(place.language).conversation.firstAnswer}</dt>
      <dd>
        <Moment {...props} at={answeredAt} /> {zoneName(props)}
      </dd>
    </>
  )
}
