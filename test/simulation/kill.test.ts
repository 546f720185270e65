import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { killAgainAndAgain } from './killing.ts'

/** Two hundred with `npm run test:full`: CI has ten minutes for everything. */
const isFull = Boolean(process.env['FULL'])
const KILLS = isFull ? 200 : 8
/** With it, also in the short length, some kills meet a service that is only starting. */
const SEED = isFull ? 41 : 51

test(
  `killed ${KILLS} times under load, the service loses, doubles and changes nothing that was acknowledged`,
  { timeout: 580_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'firstline-kill-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const survived = await killAgainAndAgain({ kills: KILLS, folder, seed: SEED })
    expect(survived.faults).toEqual([])
    expect(survived.accepted).toBeGreaterThan(KILLS / 2)
    expect(survived.killedStarting).toBeGreaterThan(0)
  },
)
