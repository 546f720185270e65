import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { freePort } from '../test/simulation/process.ts'
import { openForm, send } from '../test/simulation/visitors.ts'
import { openBenchDesk } from './desk.ts'

const CONNECTIONS = 10
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } })
const seconds = Number(values.seconds)

/** Calls `act` over ten connections for that long; resolves to how often it succeeded in a second. */
async function rate(act: () => Promise<void>): Promise<number> {
  const end = performance.now() + seconds * 1000
  let done = 0
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      await act()
      done += 1
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  return done / seconds
}

const visit = (n: number) => ({
  mark: `case-${n}-000000`,
  name: 'Vera Visitor',
  email: `visitor-${n}@example.org`,
  question: 'How do I see which datasets my project may use? '.repeat(6),
  files: [],
})

async function ours(): Promise<number> {
  const desk = await openBenchDesk()
  // Pages are opened beforehand: what is measured is the accepting.
  const tokens: string[] = []
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let n = 0; n < 60 * seconds; n += 1) tokens.push(await openForm(desk.door))
    }),
  )
  let n = 0
  const accepted = await rate(async () => {
    const token = tokens.pop() ?? (await openForm(desk.door))
    await send(desk.door, visit((n += 1)), token)
  })
  await desk.close()
  return accepted
}

async function bare(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-bare-'))
  const port = await freePort()
  const child = spawn(process.execPath, ['bench/bare.mjs', join(folder, 'bare.sqlite'), String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  const kept = await rate(async () => {
    const form = new FormData()
    for (const [name, value] of Object.entries(visit(1))) form.set(name, String(value))
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    })
    await answer.text()
    if (answer.status !== 303) throw new Error(`the bare server answered ${answer.status}`)
  })
  const gone = once(child, 'exit')
  child.kill()
  await gone
  rmSync(folder, { recursive: true, force: true })
  return kept
}

const [first, accepted, second] = [await bare(), await ours(), await bare()]
const least = (first + second) / 2
console.log(`bare Hono and one insert: ${Math.round(least)} a second`)
console.log(`Firstline, opening tickets and sending receipts meanwhile: ${Math.round(accepted)} a second`)
console.log(`ratio: ${(accepted / least).toFixed(2)}`)
