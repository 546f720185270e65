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
  /** Whether a first answer came, and it is the rest that is awaited. */
  readonly isHeld: boolean
  /** Whether nothing is awaited as staff see nothing left to answer. */
  readonly isNotNeeded: boolean
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

/** What the page is headed by. */
export function tellTitle({ place, status, isHeld }: Standing): string {
  const texts = textsIn(place.language).conversation
  return isHeld && status === 'answered' ? texts.firstAnswered : texts.titles[status]
}

/** The due instant itself is still in time. */
const isLate = ({ dueAt, now }: Standing): boolean => dueAt !== null && now > dueAt

/** What came, and that the rest is awaited; null where no first answer came. */
function tellHeld(props: Standing): string | null {
  const { held } = textsIn(props.place.language).conversation
  if (!props.isHeld) return null
  return isLate(props) ? held.late : held.awaited
}

/** The state of a request in words. */
export function tellState(props: Standing): string {
  const { place, status, unitName } = props
  const texts = textsIn(place.language).conversation
  const held = status === 'answered' ? tellHeld(props) : null
  if (held !== null) return held
  return status === 'opened' && unitName !== null ? texts.withUnit(unitName) : texts.states[status]
}

/** States with nothing to be glad of yet, or any more. */
const QUIET: ReadonlySet<Status> = new Set(['received', 'closed', 'gone'])

function State(props: Standing): JSX.Element {
  const isQuiet = QUIET.has(props.status) || (props.isHeld && isLate(props))
  return <p class={isQuiet ? 'state' : 'state good'}>{tellState(props)}</p>
}

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
      <Awaited {...props} />
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

/** Of a first answer, where the state does not say it, and that nothing is left to answer. */
function Awaited(props: Standing): JSX.Element | null {
  const { place, status, isNotNeeded } = props
  const held = status === 'answered' ? null : tellHeld(props)
  if (held !== null) return <p>{held}.</p>
  const isOver = isNotNeeded && (status === 'opened' || status === 'answered')
  return isOver ? <p>{textsIn(place.language).conversation.notNeeded}</p> : null
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
  const { by, wasDue } = labelsOf(props)
  if (dueAt === null) return props.isPaused ? <Paused {...props} /> : null
  const left = dueAt.getTime() - now.getTime()
  return (
    <>
      <dt>{isLate(props) ? wasDue : by}</dt>
      <dd>
        <strong>
          <Moment {...props} at={dueAt} />
        </strong>{' '}
        {isLate(props) ? (
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

function labelsOf({ place, isHeld }: Standing): Readonly<Record<'by' | 'wasDue', string>> {
  const texts = textsIn(place.language).conversation
  return isHeld
    ? { by: texts.restBy, wasDue: texts.restWasDue }
    : { by: texts.answerBy, wasDue: texts.answerWasDue }
}

const Paused = (props: Standing): JSX.Element => (
  <>
    <dt>{labelsOf(props).by}</dt>
    <dd>{textsIn(props.place.language).conversation.paused}</dd>
  </>
)

/** By how much, and who knows of it. */
function Late({ place, isHeld, raisedTo, byMs }: Standing & { readonly byMs: number }): JSX.Element {
  const texts = textsIn(place.language).conversation
  const raised = raisedTo.length === 0 ? '' : ` ${texts.raised(tellNames(raisedTo, place.language))}`
  return (
    <span class="late">
      {(isHeld ? texts.restLate : texts.late)(tellDuration(byMs, place.language)) + raised}
    </span>
  )
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
