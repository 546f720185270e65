import { defineCommand } from 'citty'
import { drift } from './promise-drift.ts'
import { explain } from './promise-explain.ts'
import { report } from './promise-report.ts'

export const promise = defineCommand({
  meta: { name: 'promise', description: 'See how the promise stands and how it is kept' },
  subCommands: { explain, report, drift },
})
