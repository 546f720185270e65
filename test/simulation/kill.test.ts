import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { killAgainAndAgain } from './killing.ts'

/** Two hundred with `npm run test:full`: CI has ten minutes for everything. */
const KILLS = process.env['FULL'] ? 200 : 20

test(
  `killed ${KILLS} times under load, the service loses, doubles and changes nothing that was acknowledged`,
  { timeout: 580_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'firstline-kill-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const survived = await killAgainAndAgain({ kills: KILLS, folder, seed: 41 })
    expect(survived.faults).toEqual([])
    expect(survived.accepted).toBeGreaterThan(KILLS / 2)
    expect(survived.killedStarting).toBeGreaterThan(0)
  },
)
