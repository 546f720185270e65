import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Suites that run on both runtimes name what they run on `#platform`. */
const ON_BOTH = ['test/store/**/*.test.ts', 'test/journeys/**/*.test.ts']

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
    reporters: ['default', ['json', { outputFile: here('../node_modules/.cache/vitest.json') }]],
    projects: [
      {
        resolve: { alias: { '#platform': here('./support/platform.node.ts') } },
        test: {
          name: 'node',
          ...patience,
          environment: 'node',
          root: here('..'),
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
          isolate: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          globalSetup: [here('./support/global-setup.ts')],
          include: [...ON_BOTH, 'test/**/*.worker.test.ts'],
        },
      },
    ],
  },
})
