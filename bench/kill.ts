import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { killAgainAndAgain } from '../test/simulation/killing.ts'

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
})
const kills = Number(values.kills)
const folder = mkdtempSync(join(tmpdir(), 'firstline-kill-'))
const started = performance.now()
const seconds = (): number => Math.round((performance.now() - started) / 1000)

const survived = await killAgainAndAgain({
  kills,
  folder,
  seed: Number(values.seed),
  onKill: ({ kills: done, accepted }) => {
    if (done % 50 === 0) console.log(`${done} kills, ${accepted} requests accepted, ${seconds()} s`)
  },
})
rmSync(folder, { recursive: true, force: true })

const { accepted, killedStarting, mailsForStaff, faults } = survived
console.log(
  `${kills} kills (${killedStarting} while starting) in ${seconds()} s: ${accepted} requests accepted, ` +
    `${mailsForStaff} mails sent again by staff, ${faults.length} faults`,
)
for (const fault of faults.slice(0, 50)) console.log(`  ${fault}`)
process.exitCode = faults.length === 0 ? 0 : 1
