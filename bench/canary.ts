import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { playHistory } from '../test/simulation/canary/history.ts'
import { openStreet } from '../test/simulation/canary/light-house.ts'

/** Plays histories by their seeds; each that found something is told whole, and ends the command with 1. */
const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    processes: { type: 'string', default: String(availableParallelism()) },
  },
})
const [histories, from, processes] = [values.histories, values.from, values.processes].map(Number)
if (!histories || from === undefined || !processes) throw new Error('give numbers of 1 or more')

/** How often a process tells how far it is. */
const TELL = 250

interface Part {
  readonly played: number
  readonly failed: number
  readonly mails: number
  readonly pages: number
  readonly words: number
}

async function play(first: number, count: number): Promise<Part> {
  const street = await openStreet()
  const part = { played: 0, failed: 0, mails: 0, pages: 0, words: 0 }
  for (let seed = first; seed < first + count; seed += 1) {
    const { findings, happened, counts } = await playHistory(street, seed)
    part.played += 1
    for (const what of ['mails', 'pages', 'words'] as const) part[what] += counts[what]
    if (findings.length > 0) {
      part.failed += 1
      console.log(
        [`seed ${seed}`, ...happened.map((told, n) => `${n + 1} ${told}`), ...findings].join('\n  '),
      )
    }
    if (part.played % TELL === 0) console.log(`from ${first}: ${part.played} played, ${part.failed} failed`)
  }
  await street.close()
  return part
}

/** A process of its own plays each part. */
const inProcess = (first: number, count: number): Promise<Part> =>
  new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, [`--from=${first}`, `--histories=${count}`, '--processes=1'])
    child.once('message', (part) => resolve(part as Part))
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code !== 0) reject(new Error(`a process ended with ${code}`))
    })
  })

if (process.send) {
  process.send(await play(from, histories))
  process.disconnect()
} else {
  const started = performance.now()
  const share = Math.ceil(histories / processes)
  const firsts = Array.from({ length: processes }, (_, n) => from + n * share)
  const parts = await Promise.all(
    firsts.map((first) => inProcess(first, Math.max(0, Math.min(share, from + histories - first)))),
  )
  const sum = (what: keyof Part): number => parts.reduce((all, part) => all + part[what], 0)
  const seconds = Math.round((performance.now() - started) / 1000)
  console.log(
    `${sum('played')} histories in ${seconds} s: ${sum('mails')} mails, ${sum('pages')} pages, ` +
      `${sum('words')} marked words in their place, ${sum('failed')} histories with a finding`,
  )
  if (sum('failed') > 0) process.exitCode = 1
}
