import { readFileSync } from 'node:fs'
import { Temporal } from 'temporal-polyfill'
import { parse, stringify } from 'yaml'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/clock.ts'
import type { TicketClock } from '../../../src/promise/clock.ts'
import { cameBy } from '../../../src/promise/levels.ts'
import type { Happening, Standing, TicketLog } from '../../../src/promise/log.ts'
import { readPromise } from '../../../src/promise/read.ts'
import { reckon } from '../../../src/promise/reckon.ts'
import type { Policy } from '../../../src/promise/reckon.ts'

/** The language of the tables is described at the head of scenarios.txt. */

const textOf = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

interface PolicyFile {
  readonly shared: Readonly<Record<string, unknown>>
  readonly units: Readonly<Record<string, string>>
  readonly policies: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** The policies of policies.yaml by name. */
export function readPolicies(): ReadonlyMap<string, Policy> {
  const file = parse(textOf('policies.yaml')) as PolicyFile
  const holidays = { path: 'holidays.ics', text: textOf('holidays.ics') }
  return new Map(
    Object.entries(file.policies).map(([name, own]) => {
      const text = stringify({ ...file.shared, ...own })
      const { promise, problems } = readPromise({ path: 'promise.yaml', text }, [holidays])
      if (!promise) throw new Error(`policy ${name}: ${JSON.stringify(problems)}`)
      return [name, { promise, calendarOf: (unit) => file.units[unit ?? ''] ?? null }]
    }),
  )
}

export interface Scenario {
  readonly name: string
  readonly policy: string
  readonly log: TicketLog
  readonly asOf: Date
  /** What is to be of each clock, as words with their values. */
  readonly clocks: readonly (readonly Expected[])[]
  readonly ticket: readonly Expected[]
}

interface Expected {
  readonly what: string
  readonly value: string
}

const MS_OF: Readonly<Record<string, number>> = { d: DAY_MS, h: HOUR_MS, m: MINUTE_MS, s: SECOND_MS, ms: 1 }

function msOf(words: string): number {
  if (!/^(\d+(d|h|ms|m|s))+$/.test(words)) throw new Error(`no duration: ${words}`)
  return [...words.matchAll(/(\d+)(d|h|ms|m|s)/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (MS_OF[unit] ?? NaN),
    0,
  )
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const LOCAL =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d+) (\w{3}) (?:(\d{4}) )?(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{3}))?)?( again)?$/

interface Place {
  readonly zone: string
  readonly year: number
  readonly origin: Date | null
}

function instant(words: string, { zone, year, origin }: Place): Date {
  const [, sign, span = ''] = /^([+-])(\S+)$/.exec(words) ?? []
  if (sign) {
    if (!origin) throw new Error(`nothing before ${words}`)
    return new Date(origin.getTime() + (sign === '-' ? -1 : 1) * msOf(span))
  }
  const [matched, weekday, day, month = '', ownYear, hour, minute, second, ms, again] =
    LOCAL.exec(words) ?? []
  if (!matched) throw new Error(`no time: ${words}`)
  const there = Temporal.PlainDateTime.from(
    {
      year: Number(ownYear ?? year),
      month: MONTHS.indexOf(month) + 1,
      day: Number(day),
      hour: Number(hour),
      minute: Number(minute),
      second: Number(second ?? 0),
      millisecond: Number(ms ?? 0),
    },
    { overflow: 'reject' },
  )
  if (WEEKDAYS[there.dayOfWeek - 1] !== weekday) throw new Error(`${words} is another day of the week`)
  return new Date(
    there.toZonedDateTime(zone, { disambiguation: again ? 'later' : 'earlier' }).epochMilliseconds,
  )
}

const STATES: Readonly<Record<string, Standing['state']>> = {
  closed: 'closed',
  merged: 'merged',
  pending: 'pending',
  reopened: 'open',
  opened: 'open',
  'set to new': 'new',
}
const ASKED: Readonly<Record<string, Pick<Extract<Happening, { kind: 'asked' }>, 'by' | 'how'>>> = {
  asked: { by: 'visitor', how: 'request' },
  wrote: { by: 'visitor', how: 'word' },
  called: { by: 'visitor', how: 'call' },
  'a machine wrote': { by: 'machine', how: 'word' },
  'a stranger wrote': { by: 'stranger', how: 'word' },
}
const SIGHTS: Readonly<Record<string, 'seen' | 'out-of-sight' | 'gone'>> = {
  'out of sight': 'out-of-sight',
  gone: 'gone',
  'in sight': 'seen',
}

function happeningOf(words: string, at: Date, key: string, place: Place): Happening {
  const own = { at, key }
  const [, verb = '', value = ''] = /^(moved to|priority|tagged|untagged|merged in) (.+)$/.exec(words) ?? []
  const [state, asked, sight] = [STATES[words], ASKED[words], SIGHTS[words]]
  if (state) return { ...own, kind: 'state', state }
  if (asked) return { ...own, kind: 'asked', ...asked }
  if (sight) return { ...own, kind: 'sight', sight }
  if (words === 'answered') return { ...own, kind: 'answered', how: 'answer' }
  if (words === 'phoned') return { ...own, kind: 'answered', how: 'call' }
  if (words === 'noted' || words === 'solved') return { ...own, kind: words }
  if (verb === 'moved to') return { ...own, kind: 'moved', unit: value === 'no unit' ? null : value }
  if (verb === 'priority') return { ...own, kind: 'priority', priority: value }
  if (verb === 'tagged' || verb === 'untagged') return { ...own, kind: verb, tag: value }
  const [, started, due, business] = /^asked (.+?), due (.+?)(?:, by business (.+))?$/.exec(value) ?? []
  if (verb !== 'merged in' || !started || !due) throw new Error(`nothing happens like: ${words}`)
  return {
    ...own,
    kind: 'inherited',
    from: '17001',
    startedAt: instant(started, place),
    due: { wall: instant(due, place), business: instant(business ?? due, place) },
  }
}

function standingOf(words: string): Standing {
  const standing: { -readonly [Key in keyof Standing]: Standing[Key] } = {
    unit: 'first-line',
    priority: '2 normal',
    state: 'new',
    tags: [],
  }
  for (const word of words.split(', ').filter(Boolean)) {
    const state = STATES[word]
    if (state) standing.state = state
    else if (word.startsWith('tagged ')) standing.tags = [...standing.tags, word.slice(7)]
    else if (word.startsWith('in ')) standing.unit = word === 'in no unit' ? null : word.slice(3)
    else if (word.startsWith('priority ')) standing.priority = word.slice(9)
    else throw new Error(`no ticket is made like: ${word}`)
  }
  return standing
}

const TIMED =
  /^(?:at )?([+]\S+|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) .*?\d\d:\d\d(?::\d\d(?:\.\d{3})?)?(?: again)?) (.+)$/

function logOf(words: string, place: Omit<Place, 'origin'>) {
  const items = words.split('; ')
  const made = items[0]?.startsWith('made ') ? (items.shift() ?? '').slice(5) : ''
  let [origin, at]: (Date | null)[] = [null, null]
  const happenings = items.map((item, index): Happening => {
    const [, time, rest = item] = TIMED.exec(item) ?? []
    if (time) at = instant(time, { ...place, origin: origin ?? null })
    if (!at) throw new Error(`when: ${item}`)
    origin ??= at
    return happeningOf(rest, at, `h${index}`, { ...place, origin })
  })
  return { log: { start: standingOf(made), happenings }, origin: origin ?? null }
}

const WORDS = [
  'due',
  'wall due',
  'business due',
  'passed',
  'wall passed',
  'business passed',
  'level',
  'came',
  'unit',
  'target',
  'went',
  'started',
  'because',
  'wall',
  'business',
  'visitor',
  'internal',
  'kept',
  'late',
]
const TICKET_WORDS = ['open', 'not open', 'last public word', 'last staff word', 'first answer']
const OUTCOME =
  /^(running|paused|answered|closed|merged|gone|not-needed|spam|handed-over|taken-over)(?: (.+))?$/

function expectationsOf(words: string): readonly Expected[] {
  return words.split('; ').map((word) => {
    const [, outcome, endedAt = ''] = OUTCOME.exec(word) ?? []
    if (outcome) return { what: outcome, value: endedAt }
    const what = [...WORDS, ...TICKET_WORDS]
      .sort((a, b) => b.length - a.length)
      .find((known) => word === known || word.startsWith(`${known} `))
    if (!what) throw new Error(`nothing is expected like: ${word}`)
    return { what, value: word.slice(what.length + 1) }
  })
}

const isOutcome = ({ what }: Expected): boolean => OUTCOME.test(what)

/** The scenarios of a table, with what is to come of them resolved to instants of their zone. */
export function readScenarios(name: string): readonly Scenario[] {
  let [section, zone, year, policy] = ['', '', 0, '']
  return textOf(name)
    .split('\n')
    .flatMap((line): readonly Scenario[] => {
      if (line.trim() === '' || line.startsWith('#')) return []
      if (line.startsWith('== ')) {
        const [title, where, when, under] = line.slice(3).split(' | ')
        ;[section, zone, year, policy] = [title ?? '', where ?? '', Number(when), under ?? '']
        return []
      }
      try {
        const [title = '', happened = '', asOf = '', outcome = '', ...rest] = line.split(/ +\| +/)
        if (rest.length > 0) throw new Error('five columns')
        const { log, origin } = logOf(happened, { zone, year })
        const place = { zone, year, origin }
        const [clockWords = '', ticketWords] = outcome.split(' // ')
        const clocks = clockWords === 'none' ? [] : clockWords.split(' / ').map(expectationsOf)
        if (clocks.some((clock) => !clock.some(isOutcome))) throw new Error('each clock needs an outcome')
        const resolved = (all: readonly Expected[]): readonly Expected[] =>
          all.map(({ what, value }) => {
            const isTime = /^\+|^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) /.test(value)
            return { what, value: isTime ? instant(value, place).toISOString() : value }
          })
        return [
          {
            name: `${section}: ${title.trim()}`,
            policy,
            log,
            asOf: instant(asOf, place),
            clocks: clocks.map(resolved),
            ticket: resolved(ticketWords ? expectationsOf(ticketWords) : []),
          },
        ]
      } catch (cause) {
        throw new Error(`${section}: ${line}: ${String(cause)}`, { cause })
      }
    })
}

const told = (at: Date | null): string => at?.toISOString() ?? 'none'
const judged = (kept: boolean | null): string => (kept === null ? 'none' : kept ? 'kept' : 'late')

/** 1h30m of 5,400,000. */
function span(ms: number): string {
  let left = ms
  const parts = (['h', 'm', 's', 'ms'] as const).map((unit) => {
    const size = MS_OF[unit] ?? 1
    const count = Math.floor(left / size)
    left -= count * size
    return count > 0 ? `${count}${unit}` : ''
  })
  return parts.join('') || '0h'
}

function valueOf(what: string, clock: TicketClock, { promise }: Policy, asOf: Date): string {
  const came = cameBy(clock, promise, asOf).map(({ name }) => name)
  switch (what) {
    case 'due':
      return told(clock.dueAt)
    case 'wall due':
      return told(clock.due.wall)
    case 'business due':
      return told(clock.due.business)
    case 'passed':
      return span(clock.passed[clock.picked])
    case 'wall passed':
      return span(clock.passed.wall)
    case 'business passed':
      return span(clock.passed.business)
    case 'wall':
      return judged(clock.kept.wall)
    case 'business':
      return judged(clock.kept.business)
    case 'kept':
    case 'late':
      return judged(clock.kept[clock.picked]) === what ? '' : judged(clock.kept[clock.picked])
    case 'level':
      return came.at(-1) ?? 'none'
    case 'came':
      return came.join(', ')
    case 'unit':
      return clock.unit ?? 'none'
    case 'target':
      return span(clock.targetMs)
    case 'started':
      return told(clock.startedAt)
    case 'because':
      return clock.because
    case 'visitor':
    case 'internal':
      return clock.kind === what ? '' : clock.kind
    case 'went':
      return clock.segments
        .map(({ because, from, to }) => `${because} ${span(to.getTime() - from.getTime())}`)
        .join(', ')
    default:
      return clock.outcome === what ? (clock.endedAt ? told(clock.endedAt) : '') : clock.outcome
  }
}

/** What the scenario expects, and what it comes to in the same words. */
export function playScenario(scenario: Scenario, policy: Policy) {
  const reckoning = reckon(scenario.log, policy, scenario.asOf)
  const ticketValue = (what: string): string => {
    if (what === 'last public word') return told(reckoning.lastPublicWordAt)
    if (what === 'last staff word') return reckoning.lastStaffWord ?? 'none'
    if (what === 'first answer') return told(reckoning.answeredAt)
    return reckoning.isOpen === (what === 'open') ? '' : 'otherwise'
  }
  return {
    expected: { clocks: scenario.clocks, ticket: scenario.ticket },
    actual: {
      clocks: reckoning.clocks.map((clock, index) =>
        (scenario.clocks[index] ?? [{ what: 'unexpected clock', value: '' }]).map(({ what }) => ({
          what,
          value: valueOf(what, clock, policy, scenario.asOf),
        })),
      ),
      ticket: scenario.ticket.map(({ what }) => ({ what, value: ticketValue(what) })),
    },
  }
}
