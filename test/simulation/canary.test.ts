import { afterAll, beforeAll, expect, test } from 'vitest'
import { playHistory } from './canary/history.ts'
import { openStreet, type Street } from './canary/light-house.ts'
import { MUTANTS } from './canary/mutants.ts'

/** Seeds of a few histories in which all of these befall; the full length is ten thousand: `bench/canary.ts`. */
const HISTORIES = [1, 3, 5, 7, 19]
const MISHAPS = [
  'Zammad is down',
  'Zammad is lost-answer',
  'SMTP is down',
  'SMTP is cut',
  'hooks are dropped',
  'our store is restored',
  'Zammad is restored',
  'and before call',
]
/** Within so many histories each mistake is found. */
const MOST_UNSEEN = 250
/** Where those begin that would be found later: the histories before are played to the same end. */
const FIRST: Readonly<Record<string, number>> = {
  'what is internal is judged as public': 3,
  'a flip to internal is not seen when a ticket is read': 8,
  'the last look before mailing is at what it was first': 99,
  'the page shows what is shared with anybody': 2,
  'nobody asks where an article was made': 4,
  'whoever was merged is let in': 20,
  'everybody has the first customer’s address': 2,
}

let street: Street
beforeAll(async () => {
  street = await openStreet()
})
afterAll(() => street.close())

test(
  'in any history nothing internal is on a page, in a mail or in a log, and nothing of one visitor at another’s',
  { timeout: 300_000 },
  async () => {
    const seen = { mails: 0, pages: 0, words: 0 }
    const tales: string[] = []
    for (const seed of HISTORIES) {
      const { findings, happened, counts } = await playHistory(street, seed)
      expect(findings, `seed ${seed}:\n${happened.join('\n')}`).toEqual([])
      tales.push(...happened)
      for (const what of ['mails', 'pages', 'words'] as const) seen[what] += counts[what]
    }
    const isMet = (mishap: string): boolean => tales.some((told) => told.includes(mishap))
    expect(MISHAPS.filter((mishap) => !isMet(mishap))).toEqual([])
    // What nobody sees can hold no secret.
    expect(seen.mails).toBeGreaterThan(3 * HISTORIES.length)
    expect(seen.pages).toBeGreaterThan(2 * HISTORIES.length)
    expect(seen.words).toBeGreaterThan(20 * HISTORIES.length)
  },
)

test.for(Object.entries(MUTANTS))(
  'the canary sees it where %s',
  { timeout: 300_000 },
  async ([name, mistake]) => {
    const first = FIRST[name] ?? 1
    for (let seed = first; seed < first + MOST_UNSEEN; seed += 1) {
      const { findings } = await playHistory(street, seed, mistake())
      if (findings.some((finding) => !finding.startsWith('broken'))) return
    }
    expect.unreachable(`not seen in ${MOST_UNSEEN} histories`)
  },
)
