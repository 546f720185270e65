import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import type { MailJson } from '../../../src/sandbox/mailbox/kept.ts'
import { aPdf, uploadTrouble } from '../../journeys/requests.ts'
import { createAgent } from '../../support/agent.ts'
import { createVisitor } from '../../support/visitor.ts'

const START_MS = 90_000
const SOON = { timeout: 20_000 }

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Starts what `npm run dev:worker` starts; resolves to where it says that things are. */
async function startDevWorker() {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-worker-'))
  const env = { ...process.env, PORT: String(await freePort()) }
  const dev = spawn(process.execPath, ['src/cli/dev-worker.ts', folder], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const over = once(dev, 'exit')
  onTestFinished(async () => {
    dev.kill('SIGTERM')
    await over
    rmSync(folder, { recursive: true, force: true })
  })
  let told = ''
  dev.stderr.on('data', (chunk) => (told += String(chunk)))
  for await (const line of createInterface(dev.stdout)) {
    told += `${line}\n`
    const places = /Firstline serves (\S+)\n\s*Zammad\s+(\S+)\n\s*Mailbox\s+(\S+)\n/.exec(told)
    const [, home, zammad, mailbox] = places ?? []
    if (home && zammad && mailbox) return { home, zammad, mailbox }
  }
  throw new Error(`it ended before it served:\n${told}`)
}

test(
  'npm run dev:worker brings a form to a ticket and a mail on workerd',
  async () => {
    const { home, zammad, mailbox } = await startDevWorker()
    const visitor = createVisitor(home, (request) => fetch(request, { redirect: 'manual' }))
    const agent = createAgent(zammad, (request) => fetch(request))

    const pdf = aPdf()
    const sent = await visitor.sends({ ...uploadTrouble(), files: [pdf] })
    expect(sent.status).toBe(303)
    const number = /Your ticket number\n(\d+)\n/.exec(sent.page.text)?.[1]

    await expect
      .poll(async () => (await agent.tickets()).map((ticket) => ticket.number), SOON)
      .toContain(number)
    const ticket = (await agent.tickets()).find((one) => one.number === number)
    expect(ticket?.group).toBe('Reference nodes')
    expect(ticket?.articles[0]?.attachments.map(({ bytes }) => bytes)).toEqual([pdf.bytes])
    const mails = async (): Promise<readonly MailJson[]> => (await fetch(`${mailbox}.json`)).json()
    await expect.poll(mails, SOON).toMatchObject([{ to: ['ann.lee@hospital.example'] }])
    expect((await mails())[0]?.text).toContain(`Number: ${number}\n`)
    await expect
      .poll(async () => (await visitor.opens(sent.page.address)).text, SOON)
      .toContain('With Reference nodes')
  },
  START_MS,
)
