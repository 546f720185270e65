import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { killAgainAndAgain } from './killing.ts'

test(
  'killed 200 times under load, the service loses, doubles and changes nothing that was acknowledged',
  { timeout: 580_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'firstline-kill-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const survived = await killAgainAndAgain({ kills: 200, folder, seed: 41 })
    expect(survived.faults).toEqual([])
    expect(survived.accepted).toBeGreaterThan(100)
    expect(survived.killedStarting).toBeGreaterThan(5)
  },
)
