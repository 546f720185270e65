import { existsSync, readFileSync, readdirSync, statfsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** What tests write goes to a disk in memory where there is one with room: none is about what a power cut leaves. */
const MEMORY_DISK = '/dev/shm'
const ROOM_BYTES = 4 * 1024 ** 3
if (!process.env['TMPDIR'] && existsSync(MEMORY_DISK)) {
  const { bavail, bsize } = statfsSync(MEMORY_DISK)
  if (bavail * bsize >= ROOM_BYTES) process.env['TMPDIR'] = MEMORY_DISK
}

/** Suites that run on both runtimes name what they run on `#platform`: these, and the journeys below. */
const STORES = 'test/store/**/*.test.ts'

/**
 * Journeys that run on D1 as well. In the short form these are two, as workerd takes three times as long: what the
 * others ask of the store is asked of D1 in test/store.
 */
const JOURNEYS_ON_D1 = (
  process.env['FULL'] ? ['*'] : ['a-program-sends-a-request', 'zammad-tells-of-a-ticket']
).map((name) => `test/journeys/${name}.test.ts`)

/** The files that take longest, the longest first. */
const LONGEST = [
  'journeys/a-ticket-finds-its-unit.test.ts',
  'journeys/an-answer-reaches-the-visitor.test.ts',
  'journeys/a-visitor-goes-on.test.ts',
  'simulation/kill.test.ts',
  'simulation/outages.test.ts',
  'simulation/canary.test.ts',
  'simulation/answers.test.ts',
  'browser/journey.test.ts',
  'browser/promise.test.ts',
  'browser/pages.test.ts',
  'cli/serve.test.ts',
  'runtime/worker/dev-worker.test.ts',
].map((path) => here(`./${path}`))

/** Begins with the longest files also where no durations of an earlier run are kept, as in CI, lest they end alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.indexOf(moduleId)
      return at === -1 ? LONGEST.length : at
    }
    return (await super.sort(files)).sort((a, b) => place(a) - place(b))
  }
}

const migrations = readdirSync(here('../src/store/migrations'))
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => ({
    name,
    queries: readFileSync(here(`../src/store/migrations/${name}`), 'utf8').split('--> statement-breakpoint'),
  }))

// How long a test may hang before it counts as failed; no test measures time.
const patience = { testTimeout: 60_000, hookTimeout: 120_000 }

export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', ['json', { outputFile: here('../node_modules/.cache/vitest.json') }]],
    projects: [
      {
        resolve: { alias: { '#platform': here('./support/platform.node.ts') } },
        test: {
          name: 'node',
          ...patience,
          environment: 'node',
          root: here('..'),
          // Files share the modules of their worker, not what a test opens: loading them anew costs a quarter of the run.
          isolate: false,
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: ['test/**/*.worker.test.ts'],
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: here('../wrangler.toml') },
            miniflare: { bindings: { TEST_MIGRATIONS: migrations } },
          }),
        ],
        resolve: { alias: { '#platform': here('./support/platform.worker.ts') } },
        test: {
          name: 'workers',
          ...patience,
          root: here('..'),
          // A worker has a workerd, and so a store, of its own: files that share it run one after another.
          isolate: false,
          globalSetup: [here('./support/global-setup.ts')],
          include: [STORES, ...JOURNEYS_ON_D1, 'test/**/*.worker.test.ts'],
        },
      },
    ],
  },
})
