import { expect, test } from 'vitest'
import { openPlatform } from '#platform'
import { after } from '../../src/clock.ts'
import { relayCheck, relayMetrics } from '../../src/http/relay-health.ts'
import { createConversations } from '../../src/store/conversations.ts'
import { createLedger } from '../../src/store/ledger.ts'
import type { Conversation } from '../../src/conversation/conversation.ts'
import type { LedgerEntry } from '../../src/relay/ledger.ts'
import { anEntry, keepConversations } from '../store/records.ts'
import { NOON } from '../support/samples.ts'

async function open(entries: readonly LedgerEntry[], conversations: readonly Partial<Conversation>[] = []) {
  const { db } = await openPlatform()
  const ledger = createLedger(db)
  await db.atomically(entries.map((entry) => ledger.keep(entry)))
  await keepConversations(db, conversations)
  return { ledger, conversations: createConversations(db) }
}

const HELD = { disposition: 'held', because: 'copy', side: null } as const

test('the relay is in order while nothing is held back', async () => {
  const left = { ...HELD, because: 'left' } as const
  const deps = await open([anEntry(), anEntry({ id: 2, ...left })], [{ unreachableAt: NOON }])
  expect(await relayCheck(deps)).toEqual({ name: 'relay', ok: true, detail: 'nothing is held back' })
})

test.for([
  [1, 0, '1 article held, 0 conversations frozen'],
  [0, 2, '0 articles held, 2 conversations frozen'],
] as const)('%i held and %i frozen are told', async ([held, frozen, detail]) => {
  const deps = await open(
    Array.from({ length: held }, (_, id) => anEntry({ id, ...HELD })),
    Array.from({ length: frozen }, (_, n) => ({ id: `c-${n}`, frozenAt: NOON })),
  )
  expect(await relayCheck(deps)).toEqual({ name: 'relay', ok: false, detail: `waits for staff: ${detail}` })
})

test('metrics tell how articles came to be known, how late, and what waits, in Prometheus’ format', async () => {
  const seen = (id: number, seenBy: 'hook' | 'poll', lagMs: number, over: Partial<LedgerEntry> = {}) =>
    anEntry({ id, seenBy, firstSeenAt: after(NOON, lagMs), ...over })
  const deps = await open(
    [
      seen(1, 'hook', 1500),
      seen(2, 'hook', 500),
      seen(3, 'poll', 60_250, HELD),
      seen(4, 'poll', 0, { disposition: 'not-for-visitor', because: 'forwarded', side: null }),
      seen(5, 'poll', 0, { disposition: 'undecided', because: 'sending' }),
      seen(6, 'poll', 0, { disposition: 'not-for-visitor', because: 'internal', side: null }),
    ],
    [{ id: 'a', unreachableAt: NOON }, { id: 'b', unreachableAt: NOON, frozenAt: NOON }, { id: 'c' }],
  )
  const lines = (await relayMetrics(deps)).filter((line) => !line.startsWith('#'))
  expect(lines).toEqual([
    'firstline_articles_seen_total{by="hook"} 2',
    'firstline_articles_seen_total{by="poll"} 4',
    'firstline_article_lag_seconds_sum{by="hook"} 2',
    'firstline_article_lag_seconds_count{by="hook"} 2',
    'firstline_article_lag_seconds_sum{by="poll"} 60.25',
    'firstline_article_lag_seconds_count{by="poll"} 4',
    'firstline_article_lag_seconds_max{by="hook"} 1.5',
    'firstline_article_lag_seconds_max{by="poll"} 60.25',
    'firstline_articles_held 1',
    'firstline_articles_forwarded 1',
    'firstline_articles_undecided 1',
    'firstline_conversations_unreachable 2',
    'firstline_conversations_frozen 1',
  ])
})

test('metrics of an empty store are zeros, each with its type', async () => {
  const lines = await relayMetrics(await open([]))
  const values = lines.filter((line) => !line.startsWith('#'))
  expect(values).toHaveLength(13)
  expect(values.every((line) => line.endsWith(' 0'))).toBe(true)
  const typed = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2] ?? '')
  expect(values.every((line) => typed.some((name) => line.startsWith(name)))).toBe(true)
  expect(new Set(typed).size).toBe(typed.length)
})
