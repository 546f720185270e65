import type { Conversations } from '../conversation/conversation.ts'
import type { Ledger } from '../relay/ledger.ts'
import { FORWARDED, HELD } from '../relay/release.ts'
import type { Check } from './check.ts'

/** What readiness and metrics ask of the relay. */
export interface RelayHealthDeps {
  readonly ledger: Pick<Ledger, 'count' | 'gaps'>
  readonly conversations: Pick<Conversations, 'countTroubled'>
}

interface Counts {
  readonly held: number
  readonly forwarded: number
  readonly undecided: number
  readonly unreachable: number
  readonly frozen: number
}

const counts = async ({ ledger, conversations }: RelayHealthDeps): Promise<Counts> => ({
  held: await ledger.count(HELD),
  forwarded: await ledger.count(FORWARDED),
  undecided: await ledger.count({ disposition: 'undecided' }),
  ...(await conversations.countTroubled()),
})

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** Out of order while something is held back that no visitor gets until staff have looked. */
export async function relayCheck(deps: RelayHealthDeps): Promise<Check> {
  const held = await deps.ledger.count(HELD)
  const { frozen } = await deps.conversations.countTroubled()
  if (held === 0 && frozen === 0) return { name: 'relay', ok: true, detail: 'nothing is held back' }
  const detail = `waits for staff: ${counted(held, 'article')} held, ${counted(frozen, 'conversation')} frozen`
  return { name: 'relay', ok: false, detail }
}

const GAUGES: readonly (readonly [string, keyof Counts, string])[] = [
  ['firstline_articles_held', 'held', 'Articles held since the store was restored from a copy.'],
  ['firstline_articles_forwarded', 'forwarded', 'Mails of staff that went to others only.'],
  [
    'firstline_articles_undecided',
    'undecided',
    'Articles of which it is not known yet what becomes of them.',
  ],
  ['firstline_conversations_unreachable', 'unreachable', 'Conversations whose visitors mail does not reach.'],
  [
    'firstline_conversations_frozen',
    'frozen',
    'Conversations in which nothing is sent until staff have looked.',
  ],
]

const WAYS = ['hook', 'poll'] as const
const seconds = (ms: number): number => ms / 1000

/** Lines in Prometheus' text format: how articles came to be known, how long after they were made, and what waits. */
export async function relayMetrics(deps: RelayHealthDeps): Promise<readonly string[]> {
  const gaps = await deps.ledger.gaps()
  const counted = await counts(deps)
  const none = { count: 0, lagSumMs: 0, lagMaxMs: 0 }
  const by = WAYS.map((way) => ({ way, ...(gaps.find(({ seenBy }) => seenBy === way) ?? none) }))
  return [
    '# HELP firstline_articles_seen_total Articles by what we learned of them by: a hook, or polling alone.',
    '# TYPE firstline_articles_seen_total counter',
    ...by.map(({ way, count }) => `firstline_articles_seen_total{by="${way}"} ${count}`),
    '# HELP firstline_article_lag_seconds From when an article was made until we knew of it.',
    '# TYPE firstline_article_lag_seconds summary',
    ...by.flatMap(({ way, count, lagSumMs }) => [
      `firstline_article_lag_seconds_sum{by="${way}"} ${seconds(lagSumMs)}`,
      `firstline_article_lag_seconds_count{by="${way}"} ${count}`,
    ]),
    '# HELP firstline_article_lag_seconds_max The longest such time.',
    '# TYPE firstline_article_lag_seconds_max gauge',
    ...by.map(({ way, lagMaxMs }) => `firstline_article_lag_seconds_max{by="${way}"} ${seconds(lagMaxMs)}`),
    ...GAUGES.flatMap(([name, what, help]) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} gauge`,
      `${name} ${counted[what]}`,
    ]),
  ]
}
