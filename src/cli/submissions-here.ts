import { existsSync } from 'node:fs'
import type { Config } from '../config.ts'
import type { FormsPart } from '../content.ts'
import { type Facts, factsOfSubmission } from '../routing/facts.ts'
import { createStores } from '../furnish.ts'
import { openHere } from './local.ts'

/** What the store of the service here knows of the tickets that Firstline opened. */
export interface SubmissionsHere {
  readonly facts: (submission: string) => Promise<Facts | null>
  readonly close: () => void
}

/** Opens the store here; where there is none, nothing is known. */
export function submissionsHere(config: Config, { forms }: Pick<FormsPart, 'forms'>): SubmissionsHere {
  if (!existsSync(config.databasePath)) return { facts: async () => null, close: () => undefined }
  const db = openHere(config)
  const { submissions } = createStores(db)
  return {
    close: db.close,
    async facts(id) {
      const submission = await submissions.byId(id)
      return (
        submission && factsOfSubmission(submission, forms.find((form) => form.id === submission.form) ?? null)
      )
    },
  }
}
