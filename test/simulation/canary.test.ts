import { afterAll, beforeAll, expect, test } from 'vitest'
import { playHistory } from './canary/history.ts'
import { openStreet, type Street } from './canary/light-house.ts'
import { MUTANTS } from './canary/mutants.ts'

/** The full length is ten thousand: `bench/canary.ts`. */
const HISTORIES = 10
/** Within so many histories each mistake is found. */
const MOST_UNSEEN = 250
/** Where those begin that would be found late: the histories before are played to the same end. */
const FIRST: Readonly<Record<string, number>> = {
  'the last look before mailing is at what it was first': 95,
  'whoever was merged is let in': 18,
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
    for (let seed = 1; seed <= HISTORIES; seed += 1) {
      const { findings, happened, counts } = await playHistory(street, seed)
      expect(findings, `seed ${seed}:\n${happened.join('\n')}`).toEqual([])
      for (const what of ['mails', 'pages', 'words'] as const) seen[what] += counts[what]
    }
    // What nobody sees can hold no secret.
    expect(seen.mails).toBeGreaterThan(3 * HISTORIES)
    expect(seen.pages).toBeGreaterThan(2 * HISTORIES)
    expect(seen.words).toBeGreaterThan(20 * HISTORIES)
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
