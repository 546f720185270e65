import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Status } from '../../conversation/view.ts'
import { tellDuration, tellTime } from '../../language.ts'
import { Layout } from './layout.tsx'
import { TicketNumber } from './number.tsx'
import type { Place } from './place.ts'
import { tellSize } from './size.ts'
import { textsIn } from './texts/texts.ts'

/** What the visitor sent, in the language of the page. */
export interface Sent {
  readonly at: Date
  readonly formTitle: string
  readonly answers: readonly { readonly label: string; readonly value: string }[]
  readonly files: readonly { readonly name: string; readonly size: number; readonly href: string }[]
}

interface ConversationPageProps {
  readonly place: Place
  readonly reference: string
  /** Whether the reference is a ticket number that we have allotted. */
  readonly referenceIsNumber: boolean
  readonly ticketNumber: string | null
  readonly status: Status
  /** The unit's name for visitors, where one has the request. */
  readonly unitName: string | null
  /** The running clock's; null when none runs. */
  readonly dueAt: Date | null
  readonly now: Date
  readonly timeZone: string
  /** Whether the zone is the visitor's own, rather than the site's. */
  readonly zoneIsVisitors: boolean
  readonly maskedEmail: string
  readonly sent: Sent
  /** The private link, absolute. */
  readonly link: string
  /** What keeps the ticket of the request from being opened. */
  readonly delayed: 'desk-unreachable' | 'with-staff' | null
}

/** What became of a request: its number, its state, by when it is answered, and what was sent. */
export function ConversationPage(props: ConversationPageProps): JSX.Element {
  const { place, sent } = props
  const texts = textsIn(place.language).conversation
  return (
    <Layout place={place} title={texts.title}>
      <h1>{texts.title}</h1>
      <StatusCard {...props} />
      <section aria-labelledby="sent">
        <h2 id="sent">{texts.sent}</h2>
        <dl class="card facts">
          <dt>{texts.topic}</dt>
          <dd>{sent.formTitle}</dd>
          <dt>{texts.sentAt}</dt>
          <dd>
            <Moment {...props} at={sent.at} /> <span class="soft">{zoneName(props)}</span>
          </dd>
          {sent.answers.map((answer) => (
            <>
              <dt>{answer.label}</dt>
              {answer.value === '' ? (
                <dd class="soft">{texts.empty}</dd>
              ) : (
                <dd class="typed">{answer.value}</dd>
              )}
            </>
          ))}
          {sent.files.length > 0 ? <dt>{texts.files}</dt> : null}
          {sent.files.map((file) => (
            <dd class="long">
              <a href={file.href}>{file.name}</a>{' '}
              <span class="soft">{tellSize(file.size, place.language)}</span>
            </dd>
          ))}
        </dl>
      </section>
    </Layout>
  )
}

function StatusCard(props: ConversationPageProps): JSX.Element {
  const { place } = props
  const texts = textsIn(place.language).conversation
  const isNumber = props.ticketNumber !== null || props.referenceIsNumber
  return (
    <div class="card status">
      <p class="soft">{isNumber ? texts.number : texts.reference}</p>
      <p class="number">
        <TicketNumber digits={props.ticketNumber ?? props.reference} />
      </p>
      <State {...props} />
      {props.status === 'received' ? <NotYetOpened {...props} /> : null}
      <dl class="facts pairs">
        <AnswerBy {...props} />
        <dt>{texts.answersGoTo}</dt>
        <dd class="long">{props.maskedEmail}</dd>
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

function State({ place, status, unitName }: ConversationPageProps): JSX.Element {
  const texts = textsIn(place.language).conversation
  const words = status === 'opened' && unitName !== null ? texts.withUnit(unitName) : texts.states[status]
  return <p class={status === 'received' || status === 'gone' ? 'state' : 'state good'}>{words}</p>
}

function NotYetOpened({ place, delayed, referenceIsNumber }: ConversationPageProps): JSX.Element {
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

function AnswerBy(props: ConversationPageProps): JSX.Element | null {
  const { place, dueAt, now } = props
  if (dueAt === null) return null
  const texts = textsIn(place.language).conversation
  const left = dueAt.getTime() - now.getTime()
  return (
    <>
      <dt>{left < 0 ? texts.answerWasDue : texts.answerBy}</dt>
      <dd>
        <strong>
          <Moment {...props} at={dueAt} />
        </strong>{' '}
        {`${zoneName(props)}\u00a0· `}
        {left < 0 ? (
          <span class="late">{texts.late(tellDuration(-left, place.language))}</span>
        ) : (
          texts.timeLeft(tellDuration(left, place.language))
        )}
      </dd>
    </>
  )
}

type Zoned = Pick<ConversationPageProps, 'place' | 'timeZone' | 'zoneIsVisitors'>

function Moment({ at, place, timeZone }: Zoned & { readonly at: Date }): JSX.Element {
  return <time datetime={at.toISOString()}>{tellTime(at, timeZone, place.language)}</time>
}

function zoneName({ place, timeZone, zoneIsVisitors }: Zoned): string {
  const texts = textsIn(place.language).conversation
  const name = timeZone.replaceAll('_', ' ')
  return zoneIsVisitors ? texts.yourTime(name) : texts.zoneTime(name)
}
